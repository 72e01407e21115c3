# SPDX-License-Identifier: Apache-2.0
#
# Programs for the virtual machines are static: the guest has no libraries.
VM_PROGRAMS := flood init load scenario trigger
VM_SCENARIO_SRCS := $(addprefix tests/vm/scenario/, \
	cgroup.c descriptors.c exec.c files.c hook_creds.c hook_exec.c hook_files.c hook_memory.c \
	hook_namespaces.c hook_writes.c main.c module.c namespaces.c network.c processes.c ptrace.c \
	thread.c truth.c)
C_SRCS += tests/vm/flood.c tests/vm/init.c tests/vm/load.c tests/vm/trigger.c tests/vm/compare.c $(VM_SCENARIO_SRCS)

$(B)/tests/vm/flood: tests/vm/flood.c
$(B)/tests/vm/init: tests/vm/init.c
$(B)/tests/vm/trigger: tests/vm/trigger.c
$(B)/tests/vm/scenario: $(VM_SCENARIO_SRCS) $(wildcard tests/vm/scenario/*.h)
# From sources, because the archive may be one with sanitizers.
$(B)/tests/vm/load: tests/vm/load.c runtime/load/libelf_static.c $(libtracee-srcs) | $(GENERATED)
$(B)/tests/vm/load: VM_LDLIBS := -ljansson $(RUNTIME_LDLIBS)
$(B)/tests/vm/scenario: VM_LDLIBS := -ljansson -lpthread

$(VM_PROGRAMS:%=$(B)/tests/vm/%):
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(STATIC_FLAGS) -o $@ $(filter %.c,$^) $(VM_LDLIBS)

# Runs on the machine that tests.
$(B)/tests/vm/compare: tests/vm/compare.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $< -ljansson

.PHONY: vm-programs
vm-programs: $(VM_PROGRAMS:%=$(B)/tests/vm/%) $(B)/tests/bench/getppid $(if $(IS_CROSS),,$(B)/tests/vm/compare)
check host-test: vm-programs

# Machines of the other architecture run programs of a variant of their own, which flags that are meant for
# this one do not concern.
OTHER_CC := $(tools-$(OTHER_ARCH))gcc
OTHER_LIBRARY := /usr/lib/$(tools-$(OTHER_ARCH):-=)/libseccomp.a
.PHONY: other-arch
other-arch:
	$(Q)if command -v $(OTHER_CC) > /dev/null && [ -e $(OTHER_LIBRARY) ]; then \
		$(MAKE) --no-print-directory ARCH=$(OTHER_ARCH) CC=$(OTHER_CC) AR=$(tools-$(OTHER_ARCH))ar \
			HOSTCC='$(HOSTCC)' CFLAGS='-O2 -g' CPPFLAGS= LDFLAGS= SAN= all vm-programs; \
	else \
		echo "  no compiler or libraries for $(OTHER_ARCH) ('make deps-cross'): its machines are not tested"; \
	fi

VM_TESTS += tests/vm/run.sh

## vm-baseline: write down what the programs cost the verifier, as the last vm-test found
.PHONY: vm-baseline
vm-baseline:
	$(Q)jq -S --slurpfile results '$(B)/vm/results.json' -f tests/vm/baseline.jq tests/vm/baseline.json > '$(B)/vm/baseline.new'
	$(Q)mv '$(B)/vm/baseline.new' tests/vm/baseline.json

CHECK_TESTS += tests/vm/compare.sh tests/vm/grown.sh tests/vm/fetch_refuses.sh tests/cli/other_arch.sh tests/cli/deps_foreign.sh
