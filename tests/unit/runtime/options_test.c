// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libtracee/base/text.h"
#include "runtime/detect/engine.h"
#include "runtime/options.h"
#include "runtime/output/printers/all.h"

#define N_WORDS_MAX 8

static struct options options;
static struct tracee_error err;

/* Parses words that are separated by one space. */
static int parse(const char *words)
{
	static char copy[4096];
	static char name[] = "tracee-runtime";
	char *argv[N_WORDS_MAX + 2] = { name }, *p = copy;
	int argc = 1;

	strcpy(copy, words);
	while (*words && p && argc <= N_WORDS_MAX)
		argv[argc++] = strsep(&p, " ");
	options_done(&options);
	memset(&options, 0, sizeof(options));
	return options_parse(argc, argv, TRACEE_ARCH_X86_64, &options, &err);
}

static void expect_error(const char *words, const char *part)
{
	assert_int_equal(parse(words), -EINVAL);
	if (!strstr(err.text, part))
		fail_msg("'%s': expected '%s' in: %s", words, part, err.text);
}

static void nothing_said_means_all_rules_and_no_events(void **state)
{
	(void)state;
	assert_int_equal(parse(""), 0);
	assert_int_equal(options.action, ACTION_TRACE);
	assert_int_equal(options.rules, engine_all_rules());
	assert_int_equal(options.selection.n_expressions, 0);
	assert_ptr_equal(options.output.format, &printer_table);
	assert_int_equal(options.buffer_size_bytes, 4 << 20);
	assert_string_equal(options.install_path, "/tmp/tracee");
	assert_null(options.ready_file);
}

static void tracing_events_switches_rules_off_unless_they_are_named(void **state)
{
	(void)state;
	assert_int_equal(parse("--trace event=openat"), 0);
	assert_int_equal(options.rules, 0);
	assert_int_equal(parse("--trace event=openat --rules trc-2"), 0);
	assert_int_equal(options.rules, 1 << 1);
	assert_int_equal(parse("--trace event=openat --rules trc-2,TRC-6"), 0);
	assert_int_equal(options.rules, 1 << 1 | 1 << 5);
}

static void filters_alone_trace_the_default_events(void **state)
{
	(void)state;
	assert_int_equal(parse("--trace uid=0 --trace container"), 0);
	assert_int_equal(options.rules, 0);
	assert_true(options.selection.traced[TRACEE_WIRE_EXECVE]);
	assert_int_equal(options.filter.numbers[FILTER_UID].equal.n, 1);
	assert_int_equal(options.filter.in_container, FILTER_YES);
	expect_error("--trace uid=0 --trace event!=*", "leave no event");
	options_done(&options);
}

static void a_value_may_follow_in_four_ways(void **state)
{
	static const char *const ways[] = { "--output json", "--output=json", "-output=json",	     "-o json",
					    "-o=json",	     "--o json",      "--output format:json" };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		assert_int_equal(parse(ways[i]), 0);
		assert_ptr_equal(options.output.format, &printer_json);
	}
}

static void rules_are_named_by_id_or_name_in_any_case(void **state)
{
	(void)state;
	assert_int_equal(parse("--rules anti-debugging,TRC-2 --rules Trc-2"), 0);
	assert_int_equal(options.rules, 1 << 1);
	expect_error("--rules TRC-99", "'TRC-99' is not a rule: expected one of TRC-1 (Standard");
	expect_error("--rules TRC-2,", "'' is not a rule");
	expect_error("--rules TRC-22", "TRC-22");
}

static void sizes_are_powers_of_two_from_a_page_on(void **state)
{
	static const char *const bad[] = { "0",	 "1",	"-4096", "2048",   "5000", "3M",
					   "4m", "4MB", "2G",	 "0x1000", "",	   "99999999999999999999" };
	char words[64] = "--buffer-size=";

	(void)state;
	assert_int_equal(parse("--buffer-size 65536"), 0);
	assert_int_equal(options.buffer_size_bytes, 65536);
	assert_int_equal(parse("--buffer-size 64K"), 0);
	assert_int_equal(options.buffer_size_bytes, 65536);
	assert_int_equal(parse("--buffer-size=16M"), 0);
	assert_int_equal(options.buffer_size_bytes, 16 << 20);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		strcpy(words + strlen("--buffer-size="), bad[i]);
		expect_error(words, "is not a size: expected bytes per CPU");
	}
}

static void lists_are_chosen_behind_the_equals_sign_only(void **state)
{
	(void)state;
	assert_int_equal(parse("--list"), 0);
	assert_int_equal(options.action, ACTION_LIST);
	assert_int_equal(options.list, LIST_RULES);
	assert_int_equal(parse("--list=events --format json"), 0);
	assert_int_equal(options.list, LIST_EVENTS);
	assert_int_equal(options.format, FORMAT_JSON);
	expect_error("--list=signatures", "expected 'rules', 'events' or 'sets'");
	expect_error("--list events", "'events'");
}

static void words_that_are_no_option_are_named(void **state)
{
	(void)state;
	expect_error("--trace event=openat execve", "'execve'");
	expect_error("trace", "'trace'");
	expect_error("-", "'-'");
	expect_error("--", "'--'");
	expect_error("--nosuch=5", "'--nosuch'");
	expect_error("--rul TRC-2", "'--rul'");
	expect_error("--check=yes", "takes no value, found 'yes'");
	expect_error("--rules", "needs a value");
	expect_error("--output xml", "--output: format 'xml' is not known: expected 'table', ");
	expect_error("--output gob", "use 'json'");
	expect_error("--output option:xml", "option 'xml' is not known");
	expect_error("--output option:wall-time --output option:relative-time", "do not go together");
	expect_error("--ready-file /run/", "'/run/'");
	expect_error("--ready-file=", "is not the path of a file");
	expect_error("--lifeline 2", "is not a descriptor");
	expect_error("--findings-to=x", "is not a descriptor");
	expect_error("--install-path=", "empty");
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	expect_error("--check --list", "'--check' and '--list' do not go together");
	expect_error("--format json", "--output");
	assert_int_equal(parse("--check --format json"), 0);
	assert_int_equal(parse("--help --trace event=openat"), 0);
	assert_int_equal(options.action, ACTION_HELP);
	assert_int_equal(parse("--trace help"), 0);
	assert_int_equal(options.action, ACTION_TRACE_HELP);
	assert_int_equal(parse("--output help"), 0);
	assert_int_equal(options.action, ACTION_OUTPUT_HELP);
}

static void verbosity_adds_up(void **state)
{
	(void)state;
	assert_int_equal(parse("-v -v -q"), 0);
	assert_int_equal(options.verbosity, 1);
}

static void help_names_every_option(void **state)
{
	static const char *const names[] = { "--trace",	     "--rules",	  "--output",	    "--check",
					     "--list",	     "--format",  "--install-path", "--buffer-size",
					     "--ready-file", "--findings-to", "--lifeline", "--verbose", "--quiet",	    "--help",
					     "--version" };
	struct text text;

	(void)state;
	text_init(&text, 65536);
	options_help(&text);
	assert_int_equal(text_error(&text), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(strstr(text_string(&text), names[i]));
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_means_all_rules_and_no_events),
		cmocka_unit_test(tracing_events_switches_rules_off_unless_they_are_named),
		cmocka_unit_test(filters_alone_trace_the_default_events),
		cmocka_unit_test(a_value_may_follow_in_four_ways),
		cmocka_unit_test(rules_are_named_by_id_or_name_in_any_case),
		cmocka_unit_test(sizes_are_powers_of_two_from_a_page_on),
		cmocka_unit_test(lists_are_chosen_behind_the_equals_sign_only),
		cmocka_unit_test(words_that_are_no_option_are_named),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(verbosity_adds_up),
		cmocka_unit_test(help_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
