# SPDX-License-Identifier: Apache-2.0
C_SRCS += tests/bench/getppid.c

$(B)/tests/bench/getppid: tests/bench/getppid.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(VM_FLAGS) -o $@ $<

# Calls the builder's own functions.
PROGRAMS += tests/bench/layout
tests/bench/layout-srcs := tests/bench/layout.c
tests/bench/layout-archives := libbuilder libtracee
tests/bench/layout-ldlibs := $(tracee-builder-ldlibs)

##@ Measure
## bench: what tracing costs here and in a virtual machine, and what headers cost (BENCH_ROUNDS=12, BENCH_WHERE=host|vm|both|headers)
.PHONY: bench
bench: all vm-programs $(B)/tests/bench/getppid
	$(Q)BUILD='$(B)' VERSION='$(VERSION)' tests/bench/run.sh
