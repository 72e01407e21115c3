# SPDX-License-Identifier: Apache-2.0
ARCHIVES += libruntime
libruntime-srcs := \
	runtime/containers/names.c \
	runtime/containers/state.c \
	runtime/detect/engine.c \
	runtime/detect/exceptions.c \
	runtime/detect/finding.c \
	runtime/detect/fold.c \
	runtime/detect/programs.c \
	runtime/detect/signatures/all.c \
	runtime/detect/signatures/anti_debugging.c \
	runtime/detect/signatures/code_injection.c \
	runtime/detect/signatures/dynamic_code.c \
	runtime/detect/signatures/fileless_execution.c \
	runtime/detect/signatures/kernel_module.c \
	runtime/detect/signatures/ld_preload.c \
	runtime/detect/signatures/stdio_over_socket.c \
	runtime/filter/argument.c \
	runtime/filter/binaries.c \
	runtime/filter/cgroups.c \
	runtime/filter/containers.c \
	runtime/filter/expression.c \
	runtime/filter/filter.c \
	runtime/filter/follow.c \
	runtime/filter/judge.c \
	runtime/filter/match.c \
	runtime/filter/number_filter.c \
	runtime/filter/parse.c \
	runtime/filter/text_filter.c \
	runtime/keeper.c \
	runtime/lifeline.c \
	runtime/list.c \
	runtime/load/cgroup_v1.c \
	runtime/load/kernel_config.c \
	runtime/load/kprobe.c \
	runtime/load/locate.c \
	runtime/load/memlock.c \
	runtime/load/messages.c \
	runtime/load/plan.c \
	runtime/load/preempted.c \
	runtime/load/realtime.c \
	runtime/load/tracer.c \
	runtime/log.c \
	runtime/names/names.c \
	runtime/options.c \
	runtime/output/event.c \
	runtime/output/files.c \
	runtime/output/finding.c \
	runtime/output/form.c runtime/output/heads.c \
	runtime/output/pairs.c \
	runtime/output/printer.c \
	runtime/output/printers/all.c \
	runtime/output/printers/json.c \
	runtime/output/printers/none.c \
	runtime/output/printers/table.c \
	runtime/output/printers/template.c \
	runtime/output/request.c \
	runtime/output/stream.c \
	runtime/output/tap.c \
	runtime/output/template.c \
	runtime/output/value.c \
	runtime/preflight/hooks.c \
	runtime/preflight/kernel.c \
	runtime/preflight/object.c \
	runtime/preflight/preflight.c \
	runtime/preflight/privileges.c \
	runtime/preflight/rules.c \
	runtime/privileges.c \
	runtime/ready.c \
	runtime/seccomp.c \
	runtime/selection.c \
	runtime/structures.c \
	runtime/trace/counters.c \
	runtime/trace/reader.c \
	runtime/trace/session.c \
	runtime/trace/signals.c \
	runtime/trace/statistics.c \
	runtime/tracing.c \
	runtime/version.c

include runtime/names/names.mk

# The version is compiled in; what depends on it is remade when it changes.
$(B)/obj/runtime/version.o: ALL_CPPFLAGS += -DTRACEE_VERSION='"$(VERSION)"'
$(B)/obj/runtime/version.o: $(B)/gen/runtime.version
.PHONY: runtime-version
runtime-version:
$(B)/gen/runtime.version: runtime-version
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' > $@

# One file that runs wherever the kernel does. Sanitizers need the dynamic libraries.
PROGRAMS += tracee-runtime
# What a static libelf needs itself: zlib, and since elfutils 0.189 zstd, as distributions build it.
ELF_LDLIBS := $(or $(shell $(PKG_CONFIG) --static --libs libelf 2>/dev/null),-lelf -lz)
RUNTIME_LDLIBS := -lbpf $(ELF_LDLIBS) -lcap -lseccomp -lmd -ljansson
tracee-runtime-srcs := runtime/main.c runtime/load/libelf_static.c
tracee-runtime-archives := libruntime libtracee
tracee-runtime-ldlibs := $(RUNTIME_LDLIBS)
tracee-runtime-ldflags := $(if $(SAN),-pie,-static-pie)
TEST_LDLIBS += $(RUNTIME_LDLIBS)
INSTALL += 755:$(B)/tracee-runtime:bin

FUZZ_TARGETS += filter_fuzz container_fuzz exceptions_fuzz
UNIT_TESTS += \
	tests/unit/runtime/containers/state_test \
	tests/unit/runtime/containers/names_test \
	tests/unit/runtime/detect/engine_test \
	tests/unit/runtime/detect/exceptions_test \
	tests/unit/runtime/detect/signatures_test \
	tests/unit/runtime/detect/fold_test \
	tests/unit/runtime/filter/binaries_test \
	tests/unit/runtime/filter/cgroups_test \
	tests/unit/runtime/filter/containers_test \
	tests/unit/runtime/filter/filter_test \
	tests/unit/runtime/filter/follow_test \
	tests/unit/runtime/filter/judge_test \
	tests/unit/runtime/filter/memory_test \
	tests/unit/runtime/lifeline_test \
	tests/unit/runtime/list_test \
	tests/unit/runtime/load/cgroup_v1_test \
	tests/unit/runtime/load/kernel_config_test \
	tests/unit/runtime/load/plan_test \
	tests/unit/runtime/load/realtime_test \
	tests/unit/runtime/options_test \
	tests/unit/runtime/output/event_test \
	tests/unit/runtime/output/files_test \
	tests/unit/runtime/output/finding_test \
	tests/unit/runtime/output/heads_test \
	tests/unit/runtime/output/form_test \
	tests/unit/runtime/output/generated_records_test \
	tests/unit/runtime/output/printers/table_test \
	tests/unit/runtime/output/request_test \
	tests/unit/runtime/output/stream_test \
	tests/unit/runtime/output/tap_test \
	tests/unit/runtime/output/template_test \
	tests/unit/runtime/preflight/preflight_test \
	tests/unit/runtime/seccomp_test \
	tests/unit/runtime/selection_test
$(B)/tests/unit/runtime/detect/exceptions_test: private ALL_LDFLAGS += $(wrap-front-allocations)
$(B)/tests/unit/runtime/filter/memory_test: private ALL_LDFLAGS += $(wrap-front-allocations)
CHECK_TESTS += tests/cli/runtime_cli.sh
FUZZ_TARGETS += template_fuzz
