// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/kernel_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define START 1000

static struct plan plan;
static struct kernel_config config;

/* Takes expressions, ended by NULL, and makes the configuration. */
static void make(const char *const *expressions)
{
	struct selection selection;
	struct filter filter;
	struct tracee_error err = {};

	kernel_config_done(&config);
	selection_init(&selection, TRACEE_ARCH_X86_64);
	filter_init(&filter, TRACEE_ARCH_X86_64);
	for (; *expressions; expressions++) {
		if (filter_add(&filter, &selection, *expressions, &err) < 0)
			fail_msg("%s", err.text);
	}
	assert_int_equal(selection_finish(&selection, &err), 0);
	plan_make(&selection, 0, 0, &plan);
	assert_int_equal(kernel_config_make(&filter, &plan, START, 0, &config, &err), 0);
	filter_done(&filter);
}
#define MAKE(...) make((const char *const[]){ __VA_ARGS__, NULL })

static const struct tracee_wire_select *of(const char *event)
{
	return &plan.select[tracee_event_slot(tracee_event_by_name(event), TRACEE_ARCH_X86_64)];
}

static const struct kernel_number *number(const struct tracee_wire_condition *condition, uint64_t value)
{
	const struct kernel_number *found = NULL;

	for (size_t i = 0; i < config.n_numbers; i++) {
		if (config.numbers[i].key.key == condition->key && config.numbers[i].key.value == value)
			found = &config.numbers[i];
	}
	return found;
}

static void nothing_asked_is_nothing_told(void **state)
{
	(void)state;
	MAKE("event=openat");
	assert_int_equal(config.flags, 0);
	assert_int_equal(config.n_numbers + config.n_names + config.n_texts, 0);
	assert_false(of("openat")->is_filtered);
}

static void values_that_alone_are_wanted(void **state)
{
	const struct tracee_wire_condition *uid = &config.process[TRACEE_WIRE_OF_UID];

	(void)state;
	MAKE("event=openat", "uid=0,1000");
	assert_int_equal(config.flags, TRACEE_WIRE_FILTER_NUMBERS);
	assert_int_equal(uid->flags, TRACEE_WIRE_BOUND_LISTED | TRACEE_WIRE_BOUND_ONLY_LISTED);
	assert_int_equal(number(uid, 1000)->listed, TRACEE_WIRE_LISTED_WANTED);
	assert_null(number(uid, 1));
	assert_int_equal(config.process[TRACEE_WIRE_OF_PID].flags, 0);
}

static void what_is_wanted_wins_over_what_is_not(void **state)
{
	const struct tracee_wire_condition *pid = &config.process[TRACEE_WIRE_OF_PID];

	(void)state;
	MAKE("event=openat", "pid!=7,8", "pid=8", "pid>100");
	assert_int_equal(pid->flags, TRACEE_WIRE_BOUND_LISTED | TRACEE_WIRE_BOUND_GREATER);
	assert_int_equal(pid->greater, 100);
	assert_int_equal(number(pid, 7)->listed, TRACEE_WIRE_LISTED_UNWANTED);
	assert_int_equal(number(pid, 8)->listed, TRACEE_WIRE_LISTED_WANTED);
}

static void new_processes_have_started_later(void **state)
{
	(void)state;
	MAKE("event=openat", "pid=new");
	assert_int_equal(config.process[TRACEE_WIRE_OF_START_TIME].greater, START);
	/* Either of two may be, and the runtime knows which. */
	MAKE("event=openat", "pid=new", "pid=5");
	assert_int_equal(config.process[TRACEE_WIRE_OF_START_TIME].flags, 0);
	assert_int_equal(config.process[TRACEE_WIRE_OF_PID].flags, 0);
	MAKE("event=openat", "pid!=new");
	assert_int_equal(config.flags, 0);
}

static void names_are_taken_whole_or_not_at_all(void **state)
{
	(void)state;
	MAKE("event=openat", "comm=sh,cat", "uts!=here");
	assert_int_equal(config.flags, TRACEE_WIRE_FILTER_COMM | TRACEE_WIRE_FILTER_COMM_ONLY | TRACEE_WIRE_FILTER_HOST);
	assert_int_equal(config.n_names, 3);
	assert_string_equal(config.names[1].key.name, "cat");
	MAKE("event=openat", "comm=sh,ba*");
	assert_int_equal(config.flags, 0);
	/* What the kernel does not know it lets pass. */
	MAKE("event=openat", "comm!=sh,ba*");
	assert_int_equal(config.flags, TRACEE_WIRE_FILTER_COMM);
	assert_int_equal(config.n_names, 1);
}

static void containers_may_be_or_are_not(void **state)
{
	(void)state;
	MAKE("event=openat", "container");
	assert_int_equal(config.flags, TRACEE_WIRE_FILTER_CONTAINER);
	MAKE("event=openat", "container=new");
	assert_int_equal(config.flags, TRACEE_WIRE_FILTER_CONTAINER);
	MAKE("event=openat", "!container");
	assert_int_equal(config.flags, TRACEE_WIRE_FILTER_NO_CONTAINER);
	MAKE("event=openat", "container!=abcd");
	assert_int_equal(config.flags, 0);
}

static void return_values_and_numbers_of_an_event(void **state)
{
	const struct tracee_wire_condition *c;

	(void)state;
	MAKE("openat.retval<0", "openat.dirfd=-100");
	c = of("openat")->conditions;
	assert_true(of("openat")->is_filtered);
	assert_int_equal(c[0].arg, TRACEE_WIRE_N_ARGS);
	assert_int_equal(c[0].flags, TRACEE_WIRE_BOUND_LESS | TRACEE_WIRE_BOUND_SIGNED);
	assert_int_equal(c[1].arg, 0);
	assert_int_equal(c[1].flags, TRACEE_WIRE_BOUND_LISTED | TRACEE_WIRE_BOUND_ONLY_LISTED | TRACEE_WIRE_BOUND_SIGNED |
					     TRACEE_WIRE_BOUND_32_BITS);
	assert_int_equal(number(&c[1], (uint64_t)-100)->listed, TRACEE_WIRE_LISTED_WANTED);
	assert_int_not_equal(c[0].key, c[1].key);
	/* 32-bit calls come in other registers: they pass. */
	assert_false(plan.select[TRACEE_WIRE_SLOT_OF_COMPAT(295)].is_filtered);
	assert_true(plan.select[TRACEE_WIRE_SLOT_OF_COMPAT(295)].flags);
}

static void more_numbers_than_fit_are_left_to_the_runtime(void **state)
{
	(void)state;
	MAKE("mmap.length>1", "mmap.fd=-1", "mmap.off=0", "mmap.retval>0");
	assert_int_equal(config.next_key, 2);
}

static void a_text_is_looked_for_by_its_beginning(void **state)
{
	const size_t head = 4;

	(void)state;
	MAKE("openat.pathname=/etc/passwd,/tmp/*");
	assert_int_equal(of("openat")->text_arg, 1);
	assert_int_equal(config.n_texts, 2);
	assert_int_equal(config.texts[0].prefix_bits, 8 * (head + strlen("/etc/passwd") + 1));
	assert_int_equal(config.texts[1].prefix_bits, 8 * (head + strlen("/tmp/")));
	assert_string_equal(config.texts[1].text, "/tmp/");
	assert_int_equal(config.texts[1].slot, 257);
}

static void texts_that_a_beginning_does_not_decide_pass(void **state)
{
	(void)state;
	MAKE("openat.pathname=*.so");
	assert_int_equal(of("openat")->text_arg, TRACEE_WIRE_NO_ARG);
	MAKE("openat.pathname!=/etc/passwd");
	assert_int_equal(of("openat")->text_arg, TRACEE_WIRE_NO_ARG);
	MAKE("openat.pathname=/a,*b");
	assert_int_equal(of("openat")->text_arg, TRACEE_WIRE_NO_ARG);
	MAKE("openat.flags=O_RDONLY");
	assert_false(of("openat")->is_filtered);
}

static void descendants_need_every_event(void **state)
{
	(void)state;
	MAKE("event=openat", "uid=0", "comm=sh", "follow", "openat.retval<0");
	assert_int_equal(config.flags, 0);
	assert_false(of("openat")->is_filtered);
}

static int forget(void **state)
{
	(void)state;
	kernel_config_done(&config);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_is_nothing_told),
		cmocka_unit_test(values_that_alone_are_wanted),
		cmocka_unit_test(what_is_wanted_wins_over_what_is_not),
		cmocka_unit_test(new_processes_have_started_later),
		cmocka_unit_test(names_are_taken_whole_or_not_at_all),
		cmocka_unit_test(containers_may_be_or_are_not),
		cmocka_unit_test(return_values_and_numbers_of_an_event),
		cmocka_unit_test(more_numbers_than_fit_are_left_to_the_runtime),
		cmocka_unit_test(a_text_is_looked_for_by_its_beginning),
		cmocka_unit_test(texts_that_a_beginning_does_not_decide_pass),
		cmocka_unit_test(descendants_need_every_event),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
