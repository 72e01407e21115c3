// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/detect/engine.h"
#include "runtime/detect/fold.h"

#define SECOND UINT64_C(1000000000)

static struct fold *fold;
static struct tracee_event event;
static struct finding finding;

static int begin(void **state)
{
	(void)state;
	event = (struct tracee_event){ .host_pid = 100, .start_time_ns = 7 };
	finding = (struct finding){ .signature = signatures[0], .event = &event, .count = 1 };
	return fold_new(&fold, NULL);
}

static int end(void **state)
{
	(void)state;
	fold_free(fold);
	return 0;
}

/* 0: not told. */
static uint64_t told_at(uint64_t time_ns)
{
	event.time_ns = time_ns;
	finding.count = 1;
	return fold_finding(fold, &finding) ? finding.count : 0;
}

static void repetitions_are_counted_and_told_later(void **state)
{
	(void)state;
	assert_int_equal(told_at(100 * SECOND), 1);
	assert_int_equal(told_at(100 * SECOND), 0);
	assert_int_equal(told_at(159 * SECOND), 0);
	/* Of another CPU, and so behind its time. */
	assert_int_equal(told_at(99 * SECOND), 0);
	assert_int_equal(fold_n_folded(fold), 3);
	assert_int_equal(told_at(160 * SECOND), 4);
	assert_int_equal(told_at(161 * SECOND), 0);
	assert_int_equal(told_at(300 * SECOND), 2);
	assert_int_equal(fold_n_folded(fold), 4);
}

/* A new process each time. */
static uint64_t told_of_another(uint64_t time_ns)
{
	event.host_pid++;
	return told_at(time_ns);
}

static void a_program_that_does_it_again_and_again_is_told_some_times(void **state)
{
	(void)state;
	event.has_executable = true;
	event.executable.inode = 4711;
	for (unsigned int i = 0; i < FOLD_PROCESSES; i++)
		assert_int_equal(told_of_another(SECOND), 1);
	assert_int_equal(told_of_another(2 * SECOND), 0);
	assert_int_equal(told_of_another(3 * SECOND), 0);
	assert_int_equal(fold_n_folded(fold), 2);
	/* Another cause, file or container is something else. */
	finding.cause++;
	assert_int_equal(told_of_another(4 * SECOND), 1);
	finding.cause--;
	event.executable.inode++;
	assert_int_equal(told_of_another(5 * SECOND), 1);
	event.executable.inode--;
	event.cgroup_id = 9;
	assert_int_equal(told_of_another(6 * SECOND), 1);
	event.cgroup_id = 0;
	assert_int_equal(told_of_another(61 * SECOND), 3);
	event.has_executable = false;
	assert_int_equal(told_of_another(62 * SECOND), 1);
}

static void another_process_or_cause_is_told_at_once(void **state)
{
	(void)state;
	assert_int_equal(told_at(SECOND), 1);
	finding.cause = 1;
	assert_int_equal(told_at(SECOND), 1);
	event.host_pid = 101;
	assert_int_equal(told_at(SECOND), 1);
	event.start_time_ns = 8;
	assert_int_equal(told_at(SECOND), 1);
	assert_int_equal(told_at(SECOND), 0);
	event.host_pid = 100;
	event.start_time_ns = 7;
	finding.cause = 0;
	assert_int_equal(told_at(SECOND), 0);
}

/* However many processes there are: a flood of findings keeps none from being told. */
static void nothing_is_left_out_for_want_of_room(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		event.host_pid = i;
		assert_int_equal(told_at(SECOND + i), 1);
	}
	assert_int_equal(fold_n_folded(fold), 0);
}

static void those_of_live_processes_fit(void **state)
{
	unsigned int n_repeated = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		event.host_pid = i;
		assert_int_equal(told_at(SECOND), 1);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		event.host_pid = i;
		n_repeated += told_at(2 * SECOND) == 0;
	}
	/* By chance a few have no room beside each other. */
	assert_in_range(n_repeated, 950, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(repetitions_are_counted_and_told_later, begin, end),
		cmocka_unit_test_setup_teardown(a_program_that_does_it_again_and_again_is_told_some_times, begin, end),
		cmocka_unit_test_setup_teardown(another_process_or_cause_is_told_at_once, begin, end),
		cmocka_unit_test_setup_teardown(nothing_is_left_out_for_want_of_room, begin, end),
		cmocka_unit_test_setup_teardown(those_of_live_processes_fit, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
