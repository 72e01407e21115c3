// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/filter/follow.h"
#include "tests/unit/runtime/record.h"

static struct follow *follow;
static uint64_t n_refused;

static int begin(void **state)
{
	(void)state;
	n_refused = 0;
	return follow_new(&follow, NULL);
}

static int end(void **state)
{
	(void)state;
	follow_free(follow);
	return 0;
}

/* An event of the process @pid that started at @start. */
static void begin_event(struct record *record, const char *name, uint32_t pid, uint64_t start)
{
	record_begin(record, name);
	record_wire(record)->host_pid = pid;
	record_wire(record)->start_time_ns = start;
}

static bool see(struct record *record, bool matches)
{
	struct tracee_event event;

	record_decode(record, &event);
	return follow_event(follow, &event, matches, &n_refused);
}

static bool see_call(uint32_t pid, uint64_t start, bool matches)
{
	struct record record;

	begin_event(&record, "close", pid, start);
	return see(&record, matches);
}

static bool see_fork(uint32_t pid, uint64_t start, uint32_t child, uint64_t child_start, bool matches)
{
	struct record record;

	begin_event(&record, "sched_process_fork", pid, start);
	record_wire(&record)->args[0] = child + 5;
	record_wire(&record)->args[2] = child;
	record_wire(&record)->args[4] = child_start;
	return see(&record, matches);
}

static bool see_exit(uint32_t pid, uint64_t start, bool is_gone)
{
	struct record record;

	begin_event(&record, "sched_process_exit", pid, start);
	record_wire(&record)->args[2] = is_gone;
	return see(&record, false);
}

static void who_matched_once_is_followed(void **state)
{
	(void)state;
	assert_false(see_call(10, 1, false));
	assert_true(see_call(10, 1, true));
	assert_true(see_call(10, 1, false));
	assert_false(see_call(11, 1, false));
	assert_false(see_call(10, 2, false)); /* another process with the same number */
}

static void descendants_are_followed_to_any_depth(void **state)
{
	(void)state;
	assert_true(see_call(10, 1, true));
	assert_true(see_fork(10, 1, 20, 5, false));
	assert_true(see_call(20, 5, false));
	assert_true(see_fork(20, 5, 30, 6, false));
	assert_true(see_exit(20, 5, true));
	assert_true(see_call(30, 6, false)); /* its parent is gone */
	assert_false(see_call(20, 5, false));
	assert_true(see_call(10, 1, false));
}

static void children_of_others_are_not(void **state)
{
	(void)state;
	assert_false(see_fork(10, 1, 20, 5, false));
	assert_false(see_call(20, 5, false));
	assert_false(see_fork(10, 1, 21, 6, false));
	/* Who matches as it forks takes the child along. */
	assert_true(see_fork(10, 1, 22, 7, true));
	assert_true(see_call(22, 7, false));
	assert_false(see_call(21, 6, false));
}

static void a_thread_that_ends_does_not_end_the_process(void **state)
{
	(void)state;
	assert_true(see_call(10, 1, true));
	assert_true(see_fork(10, 1, 10, 1, false)); /* a thread */
	assert_true(see_exit(10, 1, false));
	assert_true(see_call(10, 1, false));
	assert_true(see_exit(10, 1, true));
	assert_false(see_call(10, 1, false));
}

static void the_table_has_a_limit_and_room_again(void **state)
{
	(void)state;
	for (uint32_t pid = 1; pid <= FOLLOW_N_MAX; pid++)
		assert_int_equal(follow_add(follow, pid, pid * 3), 0);
	assert_int_equal(follow_add(follow, 1, 3), 0); /* is there already */
	assert_int_equal(follow_add(follow, FOLLOW_N_MAX + 1, 0), -ENOSPC);
	assert_true(see_fork(1, 3, FOLLOW_N_MAX + 1, 1, false));
	assert_int_equal(n_refused, 1);
	assert_true(see_call(FOLLOW_N_MAX + 2, 1, true)); /* written, but not followed */
	assert_int_equal(n_refused, 2);
	assert_false(see_call(FOLLOW_N_MAX + 2, 1, false));
	follow_remove(follow, 7, 21);
	assert_int_equal(follow_add(follow, FOLLOW_N_MAX + 1, 0), 0);
	for (uint32_t pid = 1; pid <= FOLLOW_N_MAX; pid++)
		assert_int_equal(follow_has(follow, pid, pid * 3), pid != 7);
}

/* Against a plain array, with so few numbers that everything happens often. */
static void removing_leaves_all_others_in_place(void **state)
{
	static bool is_there[4096];
	unsigned int seed = 1;

	(void)state;
	memset(is_there, 0, sizeof(is_there));
	for (int i = 0; i < 200000; i++) {
		uint32_t pid = (uint32_t)rand_r(&seed) % 4096;

		if (rand_r(&seed) % 2) {
			assert_int_equal(follow_add(follow, pid, pid / 7), 0);
			is_there[pid] = pid != 0;
		} else {
			follow_remove(follow, pid, pid / 7);
			is_there[pid] = false;
		}
	}
	for (uint32_t pid = 0; pid < 4096; pid++)
		assert_int_equal(follow_has(follow, pid, pid / 7), is_there[pid]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_matched_once_is_followed),	    TEST(descendants_are_followed_to_any_depth),
		TEST(children_of_others_are_not),	    TEST(a_thread_that_ends_does_not_end_the_process),
		TEST(the_table_has_a_limit_and_room_again), TEST(removing_leaves_all_others_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
