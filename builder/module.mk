# SPDX-License-Identifier: Apache-2.0
ARCHIVES += libbuilder
libbuilder-srcs := \
	builder/build_source.c \
	builder/cmd_build.c \
	builder/child.c \
	builder/compile/clang.c \
	builder/headers/defines.c \
	builder/headers/identify.c \
	builder/headers/tree.c \
	builder/layout/arguments.c \
	builder/layout/btf_section.c \
	builder/layout/compare.c \
	builder/layout/dependencies.c \
	builder/layout/from_btf.c \
	builder/layout/from_headers.c \
	builder/layout/homonyms.c \
	builder/layout/layout.c \
	builder/layout/named.c \
	builder/layout/parts.c \
	builder/layout/unit.S \
	builder/log.c

include builder/object.mk
libbuilder-srcs += $(BUILDER_OBJECT_SRCS)
include builder/package.mk
libbuilder-srcs += $(BUILDER_PACKAGE_SRCS)

PROGRAMS += tracee-builder
tracee-builder-srcs := builder/main.c
tracee-builder-archives := libbuilder libtracee
tracee-builder-ldlibs := -larchive -lbpf -lelf -lz -lmd
TEST_LDLIBS += -larchive -lbpf -lelf -lz

$(B)/obj/builder/main.o $(B)/obj/builder/cmd_build.o: ALL_CPPFLAGS += -DTRACEE_VERSION='"$(VERSION)"'
$(B)/obj/builder/main.o $(B)/obj/builder/cmd_build.o: VERSION
$(B)/obj/builder/layout/unit.o: bpf/layout.c builder/layout/overlay.h

INSTALL += 755:$(B)/tracee-builder:bin
UNIT_TESTS += tests/unit/builder/child_test tests/unit/builder/compile/clang_test \
	tests/unit/builder/headers/defines_test tests/unit/builder/headers/tree_test \
	tests/unit/builder/layout/compare_test tests/unit/builder/layout/dependencies_test \
	tests/unit/builder/layout/from_btf_test tests/unit/builder/layout/memory_test \
	tests/unit/builder/layout/named_test
wrap-front-allocations := $(foreach f,malloc calloc realloc reallocarray strdup,-Wl,--wrap=$(f))
$(B)/tests/unit/builder/layout/memory_test: private ALL_LDFLAGS += $(wrap-front-allocations)
VM_TESTS += tests/cli/builder_debian.sh
CHECK_TESTS += tests/cli/builder_build.sh tests/cli/objects.sh
FUZZ_TARGETS += headers_fuzz btf_fuzz compare_fuzz

# The first inputs of a fuzz target, small ones: two layouts, the length of the first in front.
$(B)/tests/fuzz/corpus/compare_fuzz/pair: tests/data/headers/pair.c builder/module.mk
	@mkdir -p $(@D)
	$(Q)$(CMD_CLANG) $(BPF_CFLAGS) -c $< -o $@.1.o && llvm-objcopy --dump-section .BTF=$@.1 $@.1.o
	$(Q)$(CMD_CLANG) $(BPF_CFLAGS) -DOTHER -c $< -o $@.2.o && llvm-objcopy --dump-section .BTF=$@.2 $@.2.o
	$(Q)printf "$$(printf '\\x%02x\\x%02x\\0\\0' $$(($$(stat -c %s $@.1) % 256)) $$(($$(stat -c %s $@.1) / 256)))" > $@
	$(Q)cat $@.1 $@.2 >> $@ && rm $@.1 $@.2 $@.1.o $@.2.o
fuzz-run: $(B)/tests/fuzz/corpus/compare_fuzz/pair
