# SPDX-License-Identifier: Apache-2.0
C_SRCS += tests/bench/getppid.c tests/bench/mixture.c tests/bench/measure.c

$(B)/tests/bench/getppid: tests/bench/getppid.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -static $(VM_FLAGS) -o $@ $<

BENCH_TOOLS := $(B)/tests/bench/mixture $(B)/tests/bench/measure
$(BENCH_TOOLS): $(B)/tests/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) -o $@ $<

# Calls the builder's own functions.
PROGRAMS += tests/bench/layout
tests/bench/layout-srcs := tests/bench/layout.c
tests/bench/layout-archives := libbuilder libtracee
tests/bench/layout-ldlibs := $(tracee-builder-ldlibs)

##@ Measure
## bench: what tracing costs here, beside strace, perf and bpftrace, and in a virtual machine, and what headers cost (BENCH_ROUNDS=12, BENCH_WHERE=host|tracing|vm|headers|both for all)
.PHONY: bench
.PHONY: bench-programs
bench-programs: all vm-programs $(B)/tests/bench/getppid $(BENCH_TOOLS)
bench: deps
	$(Q)ci/deps.sh $(if $(CI),-y) bench || echo "bench: what is missing is not measured"
	$(Q)$(MAKE) --no-print-directory bench-programs
	$(Q)BUILD='$(B)' VERSION='$(VERSION)' tests/bench/run.sh
