// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/compile/child.h"
#include "libtracee/base/cleanup.h"

struct result {
	int status;
	char output[4096], messages[4096];
};

static struct result run(const char *script, const char *input, unsigned int timeout_ms)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };
	CLEANUP(text_done) struct text output;
	CLEANUP(text_done) struct text messages;
	struct tracee_error err = {};
	struct child child = { .argv = argv, .input = input, .input_size_bytes = input ? strlen(input) : 0, .timeout_ms = timeout_ms,
			       .output_max_bytes = 2000, .memory_max_bytes = 1ul << 40, .output = &output, .messages = &messages };
	struct result result = {};

	text_init(&output, 4000);
	text_init(&messages, 4000);
	result.status = child_run(&child, &err);
	strcpy(result.output, text_string(&output));
	strcpy(result.messages, result.status < 0 ? err.text : text_string(&messages));
	return result;
}

static void input_and_outputs_pass_through(void **state)
{
	struct result result = run("cat; echo oops >&2; exit 3", "hello", 5000);

	(void)state;
	assert_int_equal(result.status, 3);
	assert_string_equal(result.output, "hello");
	assert_string_equal(result.messages, "oops\n");
}

static void the_environment_is_clean(void **state)
{
	struct result result;

	(void)state;
	setenv("CPATH", "/evil", 1);
	result = run("echo \"[$CPATH][$LC_ALL]\"", NULL, 5000);
	assert_string_equal(result.output, "[][C]\n");
}

static void no_file_but_the_three_is_open(void **state)
{
	CLEANUP(close_at) int fd = dup(1);
	struct result result = run("ls /proc/$$/fd | tr '\\n' ' '", NULL, 5000);

	(void)state;
	assert_true(fd > 2);
	assert_memory_equal(result.output, "0 1 2 ", 6);
}

static void what_runs_too_long_is_stopped_with_its_children(void **state)
{
	struct result result = run("sleep 100 & sleep 100", NULL, 200);

	(void)state;
	assert_int_equal(result.status, -ETIMEDOUT);
	assert_non_null(strstr(result.messages, "200 ms"));
}

static void what_writes_too_much_is_stopped(void **state)
{
	struct result result = run("exec head -c 1000000 /dev/zero", NULL, 5000);

	(void)state;
	assert_int_equal(result.status, -EFBIG);
}

static void a_program_that_is_not_there_is_named(void **state)
{
	const char *argv[] = { "/not/there", NULL };
	CLEANUP(text_done) struct text messages;
	struct tracee_error err = {};
	struct child child = { .argv = argv, .timeout_ms = 5000, .output_max_bytes = 1000, .memory_max_bytes = 1ul << 40, .messages = &messages };

	(void)state;
	text_init(&messages, 1000);
	assert_int_equal(child_run(&child, &err), -EPERM);
	assert_non_null(strstr(err.text, "/not/there"));
}

static void root_becomes_nobody_without_capabilities(void **state)
{
	struct result result;

	(void)state;
	if (geteuid() != 0)
		skip();
	result = run("id -u; grep -E 'Cap(Eff|Prm|Bnd)|NoNewPrivs' /proc/self/status | tr -s '\\t\\n' ' '", NULL, 5000);
	assert_string_equal(result.output, "65534\nCapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_and_outputs_pass_through),
		cmocka_unit_test(the_environment_is_clean),
		cmocka_unit_test(no_file_but_the_three_is_open),
		cmocka_unit_test(what_runs_too_long_is_stopped_with_its_children),
		cmocka_unit_test(what_writes_too_much_is_stopped),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(root_becomes_nobody_without_capabilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
