// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libtracee/base/cleanup.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"
#include "runtime/output/request.h"

static struct output_request request;
static struct tracee_error err;

static int setup(void **state)
{
	(void)state;
	output_request_init(&request);
	return 0;
}

static void take(const char *value)
{
	if (output_request_add(&request, value, &err) < 0)
		fail_msg("'%s': %s", value, err.text);
}

static void expect_refused(const char *value, const char *sentence)
{
	struct output_request before = request;

	assert_int_equal(output_request_add(&request, value, &err), -EINVAL);
	if (!strstr(err.text, sentence))
		fail_msg("'%s': expected '%s' in: %s", value, sentence, err.text);
	assert_memory_equal(&before, &request, sizeof(before));
}

static void the_last_format_wins(void **state)
{
	(void)state;
	assert_ptr_equal(request.format, &printer_table);
	take("json");
	take("template:a.template");
	assert_ptr_equal(request.format, &printer_template);
	assert_string_equal(request.argument, "a.template");
	take("format:table-verbose");
	assert_ptr_equal(request.format, &printer_table_verbose);
	assert_null(request.argument);
	take("format:template:a:b");
	assert_string_equal(request.argument, "a:b");
	take("none");
	assert_ptr_equal(request.format, &printer_none);
}

static void files_and_options_add_up(void **state)
{
	(void)state;
	take("out-file:/a:b");
	take("err-file:c");
	take("option:exec-env");
	take("option:relative-time");
	take("option:stack-addresses");
	take("option:detect-syscall");
	take("option:fd-paths");
	assert_string_equal(request.out_file, "/a:b");
	assert_string_equal(request.err_file, "c");
	assert_int_equal(request.flags, OUTPUT_EXEC_ENV | OUTPUT_RELATIVE_TIME | OUTPUT_STACK_ADDRESSES |
						OUTPUT_DETECT_SYSCALL | OUTPUT_FD_PATHS);
	assert_ptr_equal(request.format, &printer_table);
}

static void what_is_not_known_is_refused_with_what_is(void **state)
{
	static const char formats[] = "expected 'table', 'table-verbose', 'json', 'template:FILE' or 'none'";

	(void)state;
	expect_refused("xml", formats);
	expect_refused("", formats);
	expect_refused("tabl", formats);
	expect_refused("table json", formats);
	expect_refused("format:xml", formats);
	expect_refused("format:", formats);
	expect_refused("nosuch:x", "--output: 'nosuch:x' is not known: expected 'format:FORMAT', 'out-file:PATH', "
				   "'err-file:PATH', 'host-root:DIR', 'option:NAME', or a format alone: 'table', ");
	expect_refused("option:nosuch",
		       "option 'nosuch' is not known: expected 'stack-addresses', 'detect-syscall', 'exec-env', "
		       "'fd-paths', 'relative-time', 'wall-time', 'container-names'");
	expect_refused("option:", "option '' is not known");
	expect_refused("json:x", "format 'json' takes nothing behind it, found ':x'");
	expect_refused("template", "'template' needs a file: expected 'template:FILE'");
	expect_refused("template:", "needs a file");
	expect_refused("out-file:", "is not the path of a file");
	expect_refused("err-file:/a/", "'err-file:/a/' is not the path of a file");
}

static void formats_of_go_are_refused_with_what_to_use(void **state)
{
	(void)state;
	expect_refused("gob", "use 'json'");
	expect_refused("format:gob", "use 'json'");
	expect_refused("gotemplate=/x", "'template:FILE'");
	expect_refused("gotemplate=/x:y", "'template:FILE'");
	expect_refused("format:gotemplate=/x", "'template:FILE'");
}

static void two_kinds_of_time_contradict_each_other(void **state)
{
	(void)state;
	take("option:wall-time");
	assert_int_equal(output_request_check(&request, &err), 0);
	take("option:relative-time");
	assert_int_equal(output_request_check(&request, &err), -EINVAL);
	assert_non_null(strstr(err.text, "do not go together"));
}

static void names_of_containers_are_looked_for_below_a_root(void **state)
{
	(void)state;
	take("host-root:/host");
	assert_int_equal(output_request_check(&request, &err), -EINVAL);
	assert_non_null(strstr(err.text, "'host-root:/host' is for 'option:container-names'"));
	take("option:container-names");
	assert_int_equal(output_request_check(&request, &err), 0);
	assert_string_equal(request.root, "/host");
	expect_refused("host-root:host", "'host-root:host' is not an absolute path");
	expect_refused("host-root:", "is not an absolute path");
}

static void help_has_what_is_offered_and_nothing_else(void **state)
{
	static const char *const offered[] = { "\n  table ",
					       "\n  table-verbose ",
					       "\n  json ",
					       "\n  template:FILE ",
					       "\n  none ",
					       "\n  format:FORMAT ",
					       "\n  out-file:PATH ",
					       "\n  err-file:PATH ",
					       "\n  option:exec-env ",
					       "\n  option:fd-paths ",
					       "\n  option:stack-addresses ",
					       "\n  option:detect-syscall ",
					       "\n  option:relative-time ",
					       "\n  option:wall-time " };
	struct text text;

	(void)state;
	text_init(&text, 65536);
	output_request_help(&text);
	for (size_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++)
		assert_non_null(strstr(text_string(&text), offered[i]));
	text_done(&text);
}

static void a_printer_has_what_was_asked_for(void **state)
{
	struct printer printer;

	(void)state;
	take("option:exec-env");
	take("option:wall-time");
	request.filters_containers = true;
	assert_int_equal(printer_open(&request, TRACEE_ARCH_ARM64, &printer, &err), 0);
	assert_int_equal(printer.form.arch, TRACEE_ARCH_ARM64);
	assert_int_equal(printer.form.time, TIME_OF_DAY);
	assert_true(printer.form.shows_env);
	assert_true(printer.form.shows_containers);
	assert_true(printer.form.start_ns > 0);
	printer_close(&printer);
}

static void write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static void a_template_is_read_when_the_printer_is_opened(void **state)
{
	char path[] = "/tmp/template.XXXXXX", value[64];
	CLEANUP(close_at) int fd = mkstemp(path);
	struct printer printer;

	(void)state;
	assert_true(fd >= 0);
	snprintf(value, sizeof(value), "template:%s", path);
	take(value);
	write_file(path, "{{.eventName}}\n");
	assert_int_equal(printer_open(&request, TRACEE_ARCH_X86_64, &printer, &err), 0);
	printer_close(&printer);
	write_file(path, "a\n{{.nosuch}}\n");
	assert_int_equal(printer_open(&request, TRACEE_ARCH_X86_64, &printer, &err), -EINVAL);
	snprintf(value, sizeof(value), "template '%s': line 2, column 1: '{{.nosuch}}' ", path);
	assert_non_null(strstr(err.text, value));
	unlink(path);
	assert_int_equal(printer_open(&request, TRACEE_ARCH_X86_64, &printer, &err), -ENOENT);
	assert_non_null(strstr(err.text, path));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_last_format_wins),
		TEST(files_and_options_add_up),
		TEST(what_is_not_known_is_refused_with_what_is),
		TEST(formats_of_go_are_refused_with_what_to_use),
		TEST(two_kinds_of_time_contradict_each_other),
		TEST(names_of_containers_are_looked_for_below_a_root),
		TEST(help_has_what_is_offered_and_nothing_else),
		TEST(a_printer_has_what_was_asked_for),
		TEST(a_template_is_read_when_the_printer_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
