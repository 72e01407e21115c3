// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>

#include <cmocka.h>

#include "runtime/filter/filter.h"
#include "runtime/load/plan.h"
#include "runtime/load/preempted.h"

static struct plan plan;

/* @expression NULL: no events. */
static void make(const char *expression, uint32_t rules, uint64_t broken)
{
	struct selection selection;
	struct filter filter;
	struct tracee_error err = {};

	selection_init(&selection, TRACEE_ARCH_X86_64);
	filter_init(&filter, TRACEE_ARCH_X86_64);
	if ((expression && filter_add(&filter, &selection, expression, &err) < 0) ||
	    selection_finish(&selection, &err) < 0)
		fail_msg("%s", err.text);
	plan_make(&selection, rules, broken, &plan);
	filter_done(&filter);
}

static const struct tracee_wire_select *selected(const char *event)
{
	return &plan.select[tracee_event_slot(tracee_event_by_name(event), TRACEE_ARCH_X86_64)];
}

static uint32_t rule(const char *id)
{
	uint32_t rules = 0;

	assert_int_equal(engine_parse_rules(id, &rules, NULL), 0);
	return rules;
}

#define BIT(name) PROGRAM_BIT(PROGRAM_##name)
#define NO_STAND_INS programs_standing_in()

static void a_system_call_takes_the_one_program_and_what_its_arguments_need(void **state)
{
	const struct tracee_wire_select *openat2;

	(void)state;
	make("event=openat2", 0, NO_STAND_INS);
	assert_int_equal(plan.programs, BIT(SYS_EXIT));
	openat2 = selected("openat2");
	assert_int_equal(openat2->flags, TRACEE_WIRE_SELECT_TRACE);
	assert_int_equal(openat2->blob_arg[0], 1);
	assert_int_equal(openat2->blob_kind[0], TRACEE_WIRE_BLOB_STRING);
	assert_int_equal(openat2->blob_arg[1], 2);
	assert_int_equal(openat2->blob_kind[1], TRACEE_WIRE_BLOB_STRUCTURE);
	assert_int_equal(openat2->blob_kind[2], TRACEE_WIRE_BLOB_NONE);
	assert_int_equal(openat2->finding_arg, TRACEE_WIRE_NO_ARG);
	assert_true(plan.has_events);
}

static void execve_takes_its_return_its_success_and_the_name_of_the_caller(void **state)
{
	(void)state;
	make("event=execve", 0, NO_STAND_INS);
	assert_int_equal(plan.programs, BIT(SYS_EXIT) | BIT(PROCESS_EXEC) | BIT(TASK_RENAME));
	make("event=sched_process_exec", 0, NO_STAND_INS);
	assert_int_equal(plan.programs, BIT(PROCESS_EXEC) | BIT(TASK_RENAME));
}

static void other_events_leave_system_calls_alone(void **state)
{
	(void)state;
	make("event=sched_process_fork,sched_process_exit,module_load", 0, NO_STAND_INS);
	assert_int_equal(plan.programs, BIT(PROCESS_FORK) | BIT(PROCESS_EXIT) | BIT(MODULE_LOAD));
}

static void what_following_needs_is_taken_too(void **state)
{
	(void)state;
	make("follow", 0, NO_STAND_INS);
	assert_int_equal(selected("sched_process_fork")->flags, TRACEE_WIRE_SELECT_TRACE);
	assert_true(plan.programs & BIT(PROCESS_FORK) && plan.programs & BIT(PROCESS_EXIT));
}

static void every_event_of_the_table_has_a_program(void **state)
{
	size_t n;
	const struct tracee_event_def *events = tracee_events(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_int_not_equal(programs_of(&events[i]), 0);
		if (!events[i].is_syscall)
			assert_int_equal(programs_of(&events[i]) & BIT(SYS_EXIT), 0);
	}
}

static void stand_ins_take_the_place_of_others_unless_they_are_broken(void **state)
{
	(void)state;
	make("event=getppid,sched_process_exit,module_load", 0, 0);
	assert_int_equal(plan.programs, BIT(SYS_EXIT_PERF) | BIT(PROCESS_EXIT_PERF) | BIT(MODULE_LOAD));
	make("event=getppid,sched_process_exit", 0, BIT(SYS_EXIT_PERF));
	assert_int_equal(plan.programs, BIT(SYS_EXIT) | BIT(PROCESS_EXIT_PERF));
	make("event=module_load", 0, 0);
	assert_int_equal(plan.programs, BIT(MODULE_LOAD));
}

static void raw_tracepoints_miss_since_7_0(void **state)
{
	struct tracee_kernel kernel = {};

	(void)state;
	strcpy(kernel.release, "6.19.14-amd64");
	assert_false(raw_tracepoints_miss(&kernel, TRACEE_TIER_RING));
	strcpy(kernel.release, "7.0.0");
	assert_true(raw_tracepoints_miss(&kernel, TRACEE_TIER_RING));
	assert_false(raw_tracepoints_miss(&kernel, TRACEE_TIER_BASE));
	strcpy(kernel.release, "10.2-cloud");
	assert_true(raw_tracepoints_miss(&kernel, TRACEE_TIER_RING));
}

static void the_rule_alone_takes_the_kprobe_alone(void **state)
{
	(void)state;
	make(NULL, rule("TRC-6"), NO_STAND_INS);
	assert_int_equal(plan.programs, BIT(KERNEL_READ_FILE) | BIT(KERNEL_LOAD_DATA) | BIT(MODULE_LOAD) | BIT(MODULE_FREE) |
						BIT(MODULE_REQUEST) | BIT(BPF_PROGRAM_LOAD) | BIT(TELLING_OPEN));
	assert_int_equal(selected("bpf_program_load")->finding_arg, 0);
	assert_int_equal(selected("security_kernel_read_file")->flags, TRACEE_WIRE_SELECT_FINDING);
	assert_int_equal(selected("security_kernel_read_file")->finding_arg, TRACEE_WIRE_NO_ARG);
	assert_int_equal(selected("finit_module")->flags, 0);
	assert_int_equal(plan.rules, rule("TRC-6"));
	assert_false(plan.has_events);
}

static void without_kprobes_the_rule_takes_the_system_call_with_its_condition(void **state)
{
	(void)state;
	make(NULL, rule("TRC-2"), NO_STAND_INS | BIT(PTRACE_TRACEME));
	assert_int_equal(plan.programs, BIT(SYS_EXIT) | BIT(SIGNAL_DELIVER));
	assert_int_equal(selected("ptrace")->flags, TRACEE_WIRE_SELECT_FINDING);
	assert_int_equal(selected("ptrace")->finding_arg, 0);
	for (size_t i = 0; i < TRACEE_WIRE_N_FINDING_VALUES; i++)
		assert_int_equal(selected("ptrace")->finding_values[i], PTRACE_TRACEME);
	assert_string_equal(plan.how[1], "system calls ptrace and prctl, tracepoint signal_deliver");
}

static void an_event_that_is_traced_and_watched_keeps_both(void **state)
{
	(void)state;
	make("event=ptrace", rule("TRC-2"), NO_STAND_INS | BIT(PTRACE_TRACEME));
	assert_int_equal(selected("ptrace")->flags, TRACEE_WIRE_SELECT_TRACE | TRACEE_WIRE_SELECT_FINDING);
	assert_int_equal(selected("ptrace")->finding_arg, 0);
}

/* The values that each wants, all of them, and the first of them to the end. */
static void rules_that_wait_for_one_event_do_not_take_it_from_each_other(void **state)
{
	static const uint32_t values[] = { PTRACE_TRACEME, PTRACE_POKETEXT, PTRACE_POKEDATA, PTRACE_POKEUSER, 13, PTRACE_SETREGSET };

	(void)state;
	make(NULL, rule("TRC-2,TRC-3"), NO_STAND_INS | programs_by_kprobe());
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		assert_int_equal(selected("ptrace")->finding_values[i], values[i]);
	assert_int_equal(selected("ptrace")->finding_values[7], PTRACE_TRACEME);
	assert_int_equal(selected("prctl")->finding_arg, 0);
	assert_int_equal(selected("process_vm_writev")->finding_arg, TRACEE_WIRE_NO_ARG);
}

static void what_a_rule_can_do_without_is_left_out_and_told(void **state)
{
	(void)state;
	make(NULL, rule("TRC-7"), NO_STAND_INS);
	assert_true(plan.programs & BIT(TELLING_OPEN) && plan.programs & BIT(PRELOAD_MOVE_MOUNT));
	assert_non_null(strstr(plan.how[6], "and others for ld.so.preload"));
	make(NULL, rule("TRC-7"), NO_STAND_INS | BIT(PRELOAD_MOVE_MOUNT));
	assert_true(plan.programs & BIT(TELLING_OPEN) && !(plan.programs & BIT(PRELOAD_MOVE_MOUNT)));
	assert_non_null(strstr(plan.how[6], "as far as there are any"));
	make(NULL, rule("TRC-7"), NO_STAND_INS | programs_by_kprobe());
	assert_int_equal(plan.programs, BIT(EXEC_ENVIRONMENT) | BIT(EXEC_ENVIRONMENT_MORE) | BIT(EXEC_LOADER));
	assert_int_equal(selected("preload_file")->flags, 0);
}

static void what_cannot_be_attached_is_unavailable_and_the_rest_goes_on(void **state)
{
	int slot = tracee_event_slot(tracee_event_by_name("security_ptrace_traceme"), TRACEE_ARCH_X86_64);

	(void)state;
	make("event=security_ptrace_traceme,openat", 0, NO_STAND_INS | BIT(PTRACE_TRACEME));
	assert_true(plan.unavailable[slot]);
	assert_int_equal(plan.select[slot].flags, 0);
	assert_int_equal(plan.programs, BIT(SYS_EXIT));
	assert_false(plan_is_empty(&plan));
}

static void a_rule_without_any_form_is_not_in_force(void **state)
{
	(void)state;
	make(NULL, rule("TRC-2"), NO_STAND_INS | BIT(PTRACE_TRACEME) | BIT(SYS_EXIT));
	assert_true(plan_is_empty(&plan));
	assert_int_equal(plan.rules, 0);
	assert_null(plan.how[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_system_call_takes_the_one_program_and_what_its_arguments_need),
		cmocka_unit_test(execve_takes_its_return_its_success_and_the_name_of_the_caller),
		cmocka_unit_test(other_events_leave_system_calls_alone),
		cmocka_unit_test(what_following_needs_is_taken_too),
		cmocka_unit_test(every_event_of_the_table_has_a_program),
		cmocka_unit_test(stand_ins_take_the_place_of_others_unless_they_are_broken),
		cmocka_unit_test(raw_tracepoints_miss_since_7_0),
		cmocka_unit_test(the_rule_alone_takes_the_kprobe_alone),
		cmocka_unit_test(without_kprobes_the_rule_takes_the_system_call_with_its_condition),
		cmocka_unit_test(an_event_that_is_traced_and_watched_keeps_both),
		cmocka_unit_test(rules_that_wait_for_one_event_do_not_take_it_from_each_other),
		cmocka_unit_test(what_a_rule_can_do_without_is_left_out_and_told),
		cmocka_unit_test(what_cannot_be_attached_is_unavailable_and_the_rest_goes_on),
		cmocka_unit_test(a_rule_without_any_form_is_not_in_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
