// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/filter/filter.h"
#include "runtime/selection.h"

static struct selection selection;
static struct filter filter;
static struct tracee_error err;

/* Expressions separated by one space. */
static int select_on(enum tracee_arch arch, const char *expressions)
{
	char copy[512], *p = copy, *word;
	int r = 0;

	strcpy(copy, expressions);
	selection_init(&selection, arch);
	filter_done(&filter);
	filter_init(&filter, arch);
	while (r == 0 && (word = strsep(&p, " ")) != NULL)
		r = filter_add(&filter, &selection, word, &err);
	return r < 0 ? r : selection_finish(&selection, &err);
}

static bool traces(const char *event)
{
	return selection.traced[tracee_event_slot(tracee_event_by_name(event), selection.arch)];
}

static unsigned int n_traced(void)
{
	unsigned int n = 0;

	for (size_t i = 0; i < TRACEE_WIRE_N_SLOTS; i++)
		n += selection.traced[i];
	return n;
}

static void expect_error(const char *expressions, const char *part)
{
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, expressions), -EINVAL);
	if (!strstr(err.text, part))
		fail_msg("'%s': expected '%s' in: %s", expressions, part, err.text);
}

static void named_events_are_traced_and_no_others(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "event=openat,execve event=sched_process_exit"), 0);
	assert_true(traces("openat") && traces("execve") && traces("sched_process_exit"));
	assert_int_equal(n_traced(), 3);
}

static void fields_may_be_shortened(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "e=openat s=fs_async_io eve=close"), 0);
	assert_true(traces("openat") && traces("close") && traces("io_submit"));
}

static void a_star_at_the_end_stands_for_any_rest(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "event=open*"), 0);
	assert_true(traces("open") && traces("openat") && traces("openat2") && traces("open_by_handle_at") &&
		    traces("open_tree"));
	assert_true(traces("open_tree_attr"));
	assert_int_equal(n_traced(), 6);
	expect_error("event=nosuch*", "no event begins with 'nosuch'");
	expect_error("event=bl*ah", "'bl*ah' is not known");
	expect_error("event!=bl*ah", "'bl*ah' is not known");
}

static void a_set_gives_its_members_without_what_does_not_return(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "set=proc_life"), 0);
	assert_true(traces("clone") && traces("sched_process_exit"));
	assert_false(traces("exit") || traces("exit_group"));
}

static void exclusions_take_out_of_sets_but_not_what_is_named(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "set=fs_link_ops event!=unlink*"), 0);
	assert_false(traces("unlink") || traces("unlinkat"));
	assert_true(traces("link"));
	assert_int_equal(
		select_on(TRACEE_ARCH_X86_64, "event=unlink set=fs_link_ops event!=unlink* set!=fs_dir_ops"), 0);
	assert_true(traces("unlink"));
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "set=fs set!=fs_link_ops"), 0);
	assert_true(traces("openat"));
	assert_false(traces("symlink"));
}

static void exclusions_alone_are_taken_from_the_default_set(void **state)
{
	unsigned int n;

	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "set=default"), 0);
	n = n_traced();
	assert_true(n > 60);
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "event!=openat"), 0);
	assert_int_equal(n_traced(), n - 1);
}

static void nothing_left_is_an_error(void **state)
{
	(void)state;
	expect_error("event!=*", "leave no event");
	expect_error("set=fs_async_io event!=io_*", "leave no event");
}

static void sets_may_end_in_a_star(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "set=fs_link*,fs_sy*"), 0);
	assert_true(traces("symlink") && traces("fsync"));
	assert_false(traces("openat"));
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "set=fs set!=fs_*"), 0);
	assert_true(traces("sync_file_range") == false && traces("readahead"));
	expect_error("set=nosuch*", "no set begins with 'nosuch'");
}

static void an_event_with_an_argument_is_traced_alone_or_added(void **state)
{
	unsigned int n;

	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "mmap.prot=3 openat.retval<0"), 0);
	assert_true(traces("mmap") && traces("openat"));
	assert_int_equal(n_traced(), 2);
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "event=close mmap.prot=3"), 0);
	assert_true(traces("mmap") && traces("close"));
	assert_int_equal(n_traced(), 2);
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "uid=0"), 0);
	n = n_traced();
	assert_true(n > 60 && !traces("mmap"));
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "mmap.prot=3 event!=mmap"), 0);
	assert_true(traces("mmap"));
	assert_int_equal(n_traced(), n + 1);
}

static void following_needs_the_life_of_processes_and_does_not_write_it(void **state)
{
	int fork = tracee_event_slot(tracee_event_by_name("sched_process_fork"), TRACEE_ARCH_X86_64);

	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "event=openat follow"), 0);
	assert_int_equal(n_traced(), 1);
	assert_true(selection.needed[fork] && !selection.traced[fork]);
	assert_int_equal(select_on(TRACEE_ARCH_X86_64, "event=openat"), 0);
	assert_false(selection.needed[fork]);
}

static void what_never_returns_is_refused_with_the_way_out(void **state)
{
	(void)state;
	expect_error("event=exit", "'sched_process_exit'");
	expect_error("event=exit_group", "'sched_process_exit'");
	expect_error("event=rt_sigreturn", "'rt_sigaction'");
}

static void what_the_architecture_lacks_is_refused_by_name_and_left_out_of_sets(void **state)
{
	(void)state;
	assert_int_equal(select_on(TRACEE_ARCH_ARM64, "event=arch_prctl"), -EINVAL);
	assert_non_null(strstr(err.text, "does not exist on arm64"));
	assert_int_equal(select_on(TRACEE_ARCH_ARM64, "set=fs_file_ops"), 0);
	assert_true(traces("openat"));
	assert_true(selection.traced[56]); /* openat there */
	assert_true(selection.traced[TRACEE_WIRE_SLOT_OF_COMPAT(5)]); /* open, which 32-bit processes have */
}

static void each_mistake_is_told_apart(void **state)
{
	(void)state;
	expect_error("events=openat", "field 'events'");
	expect_error("Event=openat", "field 'Event'");
	expect_error("event", "has no operator");
	expect_error("=openat", "no field");
	expect_error("", "no field");
	expect_error("event=", "no value behind '='");
	expect_error("event!=", "no value behind '!='");
	expect_error("event==openat", "'=openat' is not known");
	expect_error("event<openat", "operator '<'");
	expect_error("event!openat", "operator '!'");
	expect_error("event=openat,", "is empty");
	expect_error("event=,openat", "is empty");
	expect_error("set=nosuch", "set 'nosuch' is not known");
	expect_error("event=nosuch", "event 'nosuch' is not known");
	expect_error("event=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		     "too long");
}

static void without_expressions_nothing_is_traced(void **state)
{
	(void)state;
	selection_init(&selection, TRACEE_ARCH_X86_64);
	assert_int_equal(selection_finish(&selection, &err), 0);
	assert_int_equal(n_traced(), 0);
}

int main(void)
{
	int failed;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_events_are_traced_and_no_others),
		cmocka_unit_test(fields_may_be_shortened),
		cmocka_unit_test(a_star_at_the_end_stands_for_any_rest),
		cmocka_unit_test(a_set_gives_its_members_without_what_does_not_return),
		cmocka_unit_test(exclusions_take_out_of_sets_but_not_what_is_named),
		cmocka_unit_test(exclusions_alone_are_taken_from_the_default_set),
		cmocka_unit_test(nothing_left_is_an_error),
		cmocka_unit_test(sets_may_end_in_a_star),
		cmocka_unit_test(an_event_with_an_argument_is_traced_alone_or_added),
		cmocka_unit_test(following_needs_the_life_of_processes_and_does_not_write_it),
		cmocka_unit_test(what_never_returns_is_refused_with_the_way_out),
		cmocka_unit_test(what_the_architecture_lacks_is_refused_by_name_and_left_out_of_sets),
		cmocka_unit_test(each_mistake_is_told_apart),
		cmocka_unit_test(without_expressions_nothing_is_traced),
	};

	failed = cmocka_run_group_tests(tests, NULL, NULL);
	filter_done(&filter);
	return failed;
}
