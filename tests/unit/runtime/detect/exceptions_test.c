// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/builder/failing_allocations.h"
#include "tests/unit/runtime/detect/ask.h"

#include "runtime/detect/exceptions.h"

static struct exceptions *exceptions;

static int parse(const char *text, struct tracee_error *err)
{
	exceptions_free(exceptions);
	exceptions = NULL;
	return exceptions_parse("file", text, strlen(text), &exceptions, err);
}

static void expect_refused(const char *text, const char *sentence)
{
	struct tracee_error err = {};

	assert_int_equal(parse(text, &err), -EINVAL);
	if (!strstr(err.text, sentence))
		fail_msg("expected '%s' in '%s'", sentence, err.text);
}

/* A finding of TRC-2 about a program of user 7's. */
static bool is_excepted(const char *text)
{
	struct tracee_error err = {};

	if (parse(text, &err) < 0)
		fail_msg("%s", err.text);
	record_begin(&record, "ptrace");
	record_executable("/usr/lib/jvm/17/bin/java", 7, 0100755);
	assert_int_equal(ask("TRC-2"), 1);
	last.event = &event;
	return exceptions_match(exceptions, &last);
}

static void all_conditions_of_a_line_must_hold(void **state)
{
	(void)state;
	assert_true(is_excepted("TRC-2 executable=/usr/lib/jvm/*/java"));
	assert_true(is_excepted("# comment\n\n  TRC-1,anti-debugging\texecutable=/usr/lib/jvm/17/bin/java # why\n"));
	assert_true(is_excepted("* owner=7 user=65534 container=none\r\n"));
	assert_true(is_excepted("TRC-3 user=1\nTRC-2 user=2\nTRC-2 user=65534"));
	assert_false(is_excepted(""));
	assert_false(is_excepted("TRC-3 executable=*"));
	assert_false(is_excepted("TRC-2 executable=/usr/lib/jvm/17/bin/jav"));
	assert_false(is_excepted("TRC-2 executable=/usr/lib/jvm/17/bin/java owner=0"));
	assert_false(is_excepted("TRC-2 user=7"));
	assert_false(is_excepted("TRC-2 container=any"));
	assert_false(is_excepted("TRC-2 container=0123"));
	assert_true(is_excepted("TRC-2 executable=\"/usr/lib/jvm/17/bin/java\""));
	assert_true(is_excepted("TRC-2 user=nobody owner=7"));
	assert_true(exceptions_need_paths(exceptions) == false);
}

static void containers_are_told_apart(void **state)
{
	static const char name[] = "docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";

	(void)state;
	record_begin(&record, "ptrace");
	record_blob(&record, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, 0, name, strlen(name));
	assert_int_equal(ask("TRC-2"), 1);
	last.event = &event;
	assert_int_equal(parse("* container=any", NULL), 0);
	assert_true(exceptions_match(exceptions, &last));
	assert_int_equal(parse("* container=0123456789ab", NULL), 0);
	assert_true(exceptions_match(exceptions, &last));
	assert_int_equal(parse("* container=none\n* container=1234\n* owner=7\n* executable=*", NULL), 0);
	assert_false(exceptions_match(exceptions, &last));
	assert_true(exceptions_need_paths(exceptions));
	assert_false(exceptions_match(NULL, &last));
}

static void errors_name_the_line_and_what_was_expected(void **state)
{
	(void)state;
	expect_refused("\n\nTRC-9 user=0", "exceptions 'file', line 3: 'TRC-9' is not a rule");
	expect_refused("TRC-2", "line 1: there is no condition behind the rules: expected executable=");
	expect_refused("TRC-2 # user=0", "no condition");
	expect_refused("TRC-2 exe=/x", "'exe=/x' is no condition: expected executable=, owner=, user= or container=");
	expect_refused("TRC-2 executable=java", "'java' is no absolute path");
	expect_refused("TRC-2 executable=/a executable=/b", "is there twice");
	expect_refused("TRC-2 user=no-such-user", "'no-such-user' is neither a number nor a user");
	expect_refused("TRC-2 user=4294967295", "neither a number");
	expect_refused("TRC-2 container=web", "container 'web': expected 'none', 'any'");
	expect_refused("TRC-2 container=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", "expected 'none'");
	expect_refused("TRC-2 executable=\"/a b", "a quote is not closed");
	assert_int_equal(exceptions_parse("file", "a\0b", 3, &exceptions, NULL), -EINVAL);
}

static int read_with_mode(mode_t mode, struct tracee_error *err)
{
	char path[] = "/tmp/tracee-exceptions-XXXXXX";
	int fd = mkstemp(path), r;

	assert_true(fd >= 0 && write(fd, "* user=1\n", 9) == 9 && fchmod(fd, mode) == 0);
	close(fd);
	exceptions_free(exceptions);
	exceptions = NULL;
	r = exceptions_read(path, &exceptions, err);
	unlink(path);
	return r;
}

static void a_file_that_others_can_write_is_not_trusted(void **state)
{
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(read_with_mode(0600, &err), 0);
	assert_int_equal(read_with_mode(0644, &err), 0);
	assert_int_equal(read_with_mode(0664, &err), -EACCES);
	assert_non_null(strstr(err.text, "neither group nor others can write to"));
	assert_int_equal(exceptions_read("/nonexistent", &exceptions, &err), -ENOENT);
	assert_int_equal(exceptions_read("/dev/null", &exceptions, &err), -EINVAL);
}

static void each_allocation_may_fail(void **state)
{
	static const char text[] = "TRC-1 executable=/a user=1\nTRC-2 executable=/b\n";
	int r = -ENOMEM;

	(void)state;
	for (long n = 0; r == -ENOMEM; n++) {
		struct exceptions *made = NULL;
		struct tracee_error err = {};

		allocations_left = n;
		r = exceptions_parse("file", text, strlen(text), &made, &err);
		allocations_left = -1;
		assert_true(r == 0 || (r == -ENOMEM && !made && err.text[0]));
		assert_true(n < 100);
		exceptions_free(made);
	}
	assert_int_equal(r, 0);
}

static int end(void **state)
{
	(void)state;
	exceptions_free(exceptions);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_conditions_of_a_line_must_hold),
		cmocka_unit_test(containers_are_told_apart),
		cmocka_unit_test(errors_name_the_line_and_what_was_expected),
		cmocka_unit_test(a_file_that_others_can_write_is_not_trusted),
		cmocka_unit_test(each_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
