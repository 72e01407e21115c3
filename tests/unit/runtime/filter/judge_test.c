// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "runtime/filter/judge.h"
#include "tests/unit/runtime/record.h"

static struct filter filter;
static struct selection selection;
static struct judge *judge;

static void ask(const char *expressions)
{
	char copy[256], *p = copy, *word;
	struct tracee_error err;

	selection_init(&selection, TRACEE_ARCH_X86_64);
	filter_init(&filter, TRACEE_ARCH_X86_64);
	strcpy(copy, expressions);
	while ((word = strsep(&p, " ")) != NULL) {
		if (filter_add(&filter, &selection, word, &err) < 0)
			fail_msg("%s", err.text);
	}
	assert_int_equal(selection_finish(&selection, NULL), 0);
	if (judge_new(&filter, &judge, &err) < 0)
		fail_msg("%s", err.text);
}

static int end(void **state)
{
	(void)state;
	judge_free(judge);
	judge = NULL;
	filter_done(&filter);
	return 0;
}

static bool see(struct record *record)
{
	struct tracee_event event;

	record_decode(record, &event);
	return judge_event(judge, &event, selection.traced[tracee_event_slot(event.def, TRACEE_ARCH_X86_64)]);
}

static bool see_call(const char *name, uint32_t pid, uint32_t uid, int64_t ret)
{
	struct record record;

	record_begin(&record, name);
	record_wire(&record)->host_pid = pid;
	record_wire(&record)->uid = uid;
	record_wire(&record)->ret = ret;
	return see(&record);
}

static bool see_fork(uint32_t pid, uint32_t uid, uint32_t child)
{
	struct record record;

	record_begin(&record, "sched_process_fork");
	record_wire(&record)->host_pid = pid;
	record_wire(&record)->uid = uid;
	record_wire(&record)->args[2] = child;
	record_wire(&record)->args[4] = record_wire(&record)->start_time_ns;
	return see(&record);
}

static void without_filters_names_decide(void **state)
{
	(void)state;
	ask("event=close");
	assert_true(see_call("close", 1, 0, 0));
	assert_false(see_call("dup", 1, 0, 0));
}

static void filters_decide_among_what_is_wanted(void **state)
{
	(void)state;
	ask("event=close uid=7");
	assert_true(see_call("close", 1, 7, 0));
	assert_false(see_call("close", 1, 8, 0));
	assert_false(see_call("dup", 1, 7, 0));
	assert_int_equal(judge_directory(judge), -1);
}

static void processes_are_new_that_start_after_tracing(void **state)
{
	struct record record;
	struct timespec now;

	(void)state;
	ask("event=close pid=new");
	record_begin(&record, "close");
	record_wire(&record)->start_time_ns = 1000;
	assert_false(see(&record));
	clock_gettime(CLOCK_MONOTONIC, &now);
	record_wire(&record)->start_time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	assert_true(see(&record));
}

static void who_matched_is_followed_with_all_descendants(void **state)
{
	(void)state;
	ask("event=close uid=7 follow");
	assert_false(see_call("close", 10, 8, 0));
	assert_true(see_call("close", 10, 7, 0));
	assert_true(see_call("close", 10, 8, 0)); /* whoever it becomes */
	assert_false(see_fork(10, 8, 20)); /* is seen, and not written */
	assert_true(see_call("close", 20, 0, 0));
	assert_false(see_call("dup", 20, 0, 0)); /* of the events that are wanted */
	assert_false(see_call("close", 21, 0, 0));
}

static void who_forks_while_it_matches_is_followed(void **state)
{
	(void)state;
	ask("event=close uid=7 follow");
	assert_false(see_fork(10, 7, 20));
	assert_true(see_call("close", 20, 0, 0));
	assert_false(see_fork(11, 8, 21));
	assert_false(see_call("close", 21, 0, 0));
}

static void a_fork_does_not_stand_for_an_argument(void **state)
{
	(void)state;
	ask("close.retval<0 follow");
	assert_false(see_fork(10, 7, 20));
	assert_false(see_call("close", 20, 7, 0));
	assert_true(see_call("close", 10, 7, -9));
	assert_false(see_fork(10, 7, 21));
	assert_true(see_call("close", 21, 7, 0)); /* followed, so not asked */
	assert_false(see_call("close", 20, 7, 0));
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_filters_names_decide),
		TEST(filters_decide_among_what_is_wanted),
		TEST(processes_are_new_that_start_after_tracing),
		TEST(who_matched_is_followed_with_all_descendants),
		TEST(who_forks_while_it_matches_is_followed),
		TEST(a_fork_does_not_stand_for_an_argument),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
