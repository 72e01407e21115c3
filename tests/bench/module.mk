# SPDX-License-Identifier: Apache-2.0
C_SRCS += tests/bench/getppid.c

$(B)/tests/bench/getppid: tests/bench/getppid.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(VM_FLAGS) -o $@ $<

##@ Measure
## bench: what tracing costs, here and in a virtual machine (BENCH_ROUNDS=12, BENCH_WHERE=host|vm|both)
.PHONY: bench
bench: all vm-programs $(B)/tests/bench/getppid
	$(Q)BUILD='$(B)' VERSION='$(VERSION)' tests/bench/run.sh
