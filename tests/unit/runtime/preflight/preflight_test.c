// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "runtime/load/plan.h"
#include "runtime/preflight/preflight.h"

static struct preflight preflight;

static void begin(void)
{
	memset(&preflight, 0, sizeof(preflight));
}

static const char *write_as(enum format format, struct text *text)
{
	text_init(text, 1 << 16);
	preflight_write(&preflight, format, text);
	assert_int_equal(text_error(text), 0);
	return text_string(text);
}

static void the_first_bad_line_decides_the_status(void **state)
{
	(void)state;
	begin();
	preflight_add(&preflight, "a", MARK_GOOD, STATUS_FAILED, "fine");
	preflight_add(&preflight, "b", MARK_NOTE, STATUS_FAILED, "noted");
	assert_int_equal(preflight.status, STATUS_OK);
	preflight_add(&preflight, "c", MARK_BAD, STATUS_NO_OBJECT, "bad");
	preflight_add(&preflight, "d", MARK_BAD, STATUS_KERNEL, "worse");
	assert_int_equal(preflight.status, STATUS_NO_OBJECT);
}

static void a_table_names_each_subject_once_and_the_advice_below(void **state)
{
	struct text text;

	(void)state;
	begin();
	preflight.is_privileged = true;
	preflight_add(&preflight, "searched", MARK_NOTE, STATUS_OK, "'/a': not there");
	preflight_add(&preflight, "searched", MARK_NOTE, STATUS_OK, "'/b\n': not there");
	preflight_advise(preflight_add(&preflight, "object", MARK_BAD, STATUS_NO_OBJECT, "none"), "make %s", "one");
	write_as(FORMAT_TABLE, &text);
	assert_memory_equal(text_string(&text),
			    "searched       note  '/a': not there\n"
			    "               note  '/b\\n': not there\n"
			    "object         bad   none\n"
			    "                     -> make one\n",
			    37 + 39 + 26 + 33);
	assert_non_null(strstr(text_string(&text), "it would end with status 3\n"));
	text_done(&text);
}

static void json_holds_the_same(void **state)
{
	json_t *root, *lines;
	struct text text;

	(void)state;
	begin();
	preflight_advise(preflight_add(&preflight, "kernel", MARK_BAD, STATUS_KERNEL, "too \"old\""), "none");
	root = json_loads(write_as(FORMAT_JSON, &text), 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(root, "status")), STATUS_KERNEL);
	lines = json_object_get(root, "lines");
	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 0), "mark")), "bad");
	assert_string_equal(json_string_value(json_object_get(json_array_get(lines, 0), "found")), "too \"old\"");
	json_decref(root);
	text_done(&text);
}

static void the_table_has_room_for_more_than_it_can_get(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 2 * PREFLIGHT_N_LINES; i++)
		preflight_add(&preflight, "x", MARK_GOOD, STATUS_OK, "%d", i);
	assert_int_equal(preflight.n_lines, PREFLIGHT_N_LINES);
}

static int age_of(const char *release)
{
	struct tracee_kernel kernel;
	struct tracee_error err;

	assert_int_equal(tracee_kernel_parse(release, TRACEE_ARCH_X86_64, &kernel, &err), 0);
	return preflight_kernel_age(&kernel, &err);
}

static void kernels_before_4_18_are_too_old(void **state)
{
	(void)state;
	assert_int_equal(age_of("4.17.19"), -ENOTSUP);
	assert_int_equal(age_of("3.10.0-1160.el7.x86_64"), -ENOTSUP);
	assert_int_equal(age_of("4.18.0-193.el8.x86_64"), 0);
	assert_int_equal(age_of("5.10-rc1"), 0);
	assert_int_equal(age_of("6.1.0-50-amd64"), 0);
}

static void the_chosen_word_stands_in_brackets(void **state)
{
	char word[32];

	(void)state;
	assert_true(preflight_chosen_word("none [integrity] confidentiality\n", word, sizeof(word)));
	assert_string_equal(word, "integrity");
	assert_true(preflight_chosen_word("[none] integrity confidentiality\n", word, sizeof(word)));
	assert_string_equal(word, "none");
	assert_false(preflight_chosen_word("none integrity\n", word, sizeof(word)));
	assert_false(preflight_chosen_word("[none", word, sizeof(word)));
	assert_false(preflight_chosen_word("", word, sizeof(word)));
	assert_false(preflight_chosen_word("[none]", word, 4));
	assert_true(preflight_chosen_word("[none]", word, 5));
}

static void rules_tell_the_form_that_is_in_force(void **state)
{
	(void)state;
	begin();
	preflight_rules(&preflight);
	assert_int_equal(preflight.lines[1].mark, MARK_GOOD);
	assert_string_equal(preflight.lines[1].found,
			    "TRC-2 Anti-Debugging: kprobes security_ptrace_traceme, security_task_prctl, "
			    "security_ptrace_access_check and security_file_open, tracepoint signal_deliver");
	begin();
	preflight.broken = PROGRAM_BIT(PROGRAM_PTRACE_TRACEME);
	preflight_rules(&preflight);
	assert_int_equal(preflight.lines[1].mark, MARK_NOTE);
	assert_non_null(strstr(preflight.lines[1].found, "system calls ptrace and prctl"));
	begin();
	preflight.broken = UINT64_MAX;
	preflight_rules(&preflight);
	assert_string_equal(preflight.lines[1].advice, "it needs kprobes security_ptrace_traceme, security_task_prctl, "
							  "security_ptrace_access_check and security_file_open, tracepoint signal_deliver");
}

/* On whatever machine this runs, as whatever user. */
static void this_machine_can_be_judged(void **state)
{
	struct tracee_kernel kernel;
	bool has_kernel = false, has_object = false;

	(void)state;
	assert_int_equal(tracee_kernel_running(&kernel, NULL), 0);
	preflight_run(&kernel, "/nonexistent", &preflight);
	assert_true(preflight.n_lines > 8 && preflight.n_lines < PREFLIGHT_N_LINES);
	for (size_t i = 0; i < preflight.n_lines; i++) {
		has_kernel |= strcmp(preflight.lines[i].subject, "kernel") == 0;
		has_object |= strcmp(preflight.lines[i].subject, "object") == 0;
		if (preflight.lines[i].mark == MARK_BAD)
			assert_true(*preflight.lines[i].advice);
	}
	assert_true(has_kernel && has_object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_bad_line_decides_the_status),
		cmocka_unit_test(a_table_names_each_subject_once_and_the_advice_below),
		cmocka_unit_test(json_holds_the_same),
		cmocka_unit_test(the_table_has_room_for_more_than_it_can_get),
		cmocka_unit_test(kernels_before_4_18_are_too_old),
		cmocka_unit_test(the_chosen_word_stands_in_brackets),
		cmocka_unit_test(rules_tell_the_form_that_is_in_force),
		cmocka_unit_test(this_machine_can_be_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
