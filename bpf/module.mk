# SPDX-License-Identifier: Apache-2.0
#
# The BPF program for every tier and architecture, in every build. Debug information and BTF name
# sources relative to the tree, so that the bytes do not depend on where it lies.

BPF_TIERS := ring base
BPF_ARCHS := x86_64 arm64
bpf-define-ring := -DTRACEE_TIER_RING
bpf-define-base := -DTRACEE_TIER_BASE
bpf-define-x86_64 := -D__TARGET_ARCH_x86
bpf-define-arm64 := -D__TARGET_ARCH_arm64
# v1: what the verifier of 4.18 understands; v3 has 32-bit operations and all jumps (5.1).
bpf-cpu-ring := v2
bpf-cpu-base := v1

# The headers are those of the machine that builds, whatever machine the rest is for.
BPF_MULTIARCH := $(shell $(HOSTCC) -print-multiarch 2>/dev/null)
BPF_CFLAGS := --target=bpf -std=gnu11 -O2 -g -nostdlibinc -idirafter /usr/include $(if $(BPF_MULTIARCH),-idirafter /usr/include/$(BPF_MULTIARCH)) -I. \
	-Wall -Wextra -Wno-unused-parameter -Wno-address-of-packed-member -Wno-missing-declarations -Wno-pass-failed \
	$(if $(WERROR),-Werror) -ffile-prefix-map=$(CURDIR)=. -fdebug-compilation-dir=. -fno-ident

BPF_OBJECTS := $(foreach t,$(BPF_TIERS),$(foreach a,$(BPF_ARCHS),$(B)/bpf/tracee.$(t).$(a).bpf.o))

define bpf-rule
$(B)/bpf/tracee.$(1).$(2).bpf.o: bpf/tracee.bpf.c bpf/module.mk | $(B)/bpf/link_object
	@mkdir -p $$(@D)
	$$(call say,BPF,$$@)
	$$(Q)$$(CMD_CLANG) $$(BPF_CFLAGS) -mcpu=$(bpf-cpu-$(1)) $(bpf-define-$(1)) $(bpf-define-$(2)) -MMD -MP -MT $$@ -MF $$(@:.o=.d) -c $$< -o $$@.tmp
	$$(Q)$(B)/bpf/link_object $$@.tmp $$@ && rm -f $$@.tmp
endef
$(foreach t,$(BPF_TIERS),$(foreach a,$(BPF_ARCHS),$(eval $(call bpf-rule,$(t),$(a)))))

# Drops DWARF and what only a linker needs: a third of the bytes. It runs here, so always native.
$(B)/bpf/link_object: bpf/link_object.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) -std=gnu11 $(WARNINGS) -O1 -o $@ $< -lbpf
C_SRCS += bpf/link_object.c

-include $(BPF_OBJECTS:.o=.d)
ALL += $(BPF_OBJECTS)
.PHONY: bpf-objects
bpf-objects: $(BPF_OBJECTS)

# Which compiler made them, for the metadata of objects.
GENERATED += $(B)/gen/bpf_clang.h
$(B)/gen/bpf_clang.h: bpf/module.mk
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)printf '#define BPF_CLANG_VERSION "%s"\n' "$$($(CMD_CLANG) --version | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p' | head -n 1)" > $@
