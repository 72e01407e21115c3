// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/child.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/sanitizer.h"
#include "libtracee/base/unprivileged.h"
#include "tests/unit/skip_loudly.h"

struct result {
	int status;
	char output[4096], messages[4096], extra[4096];
	struct tracee_error err;
};

static struct result run_program(const char *const *argv, const char *input, unsigned int timeout_ms,
				 const int *fds, size_t n_fds)
{
	CLEANUP(text_done) struct text output = {};
	CLEANUP(text_done) struct text messages = {};
	CLEANUP(text_done) struct text extra = {};
	struct child child = { .argv = argv,
			       .input = input,
			       .input_size_bytes = input ? strlen(input) : 0,
			       .fds = fds,
			       .n_fds = n_fds,
			       .timeout_ms = timeout_ms,
			       .output_max_bytes = 2000,
			       .memory_max_bytes = 1ul << 40,
			       .output = &output,
			       .messages = &messages,
			       .extra = &extra };
	struct result result = {};

	text_init(&output, 4000);
	text_init(&messages, 4000);
	text_init(&extra, 4000);
	result.status = child_run(&child, &result.err);
	strcpy(result.output, text_string(&output));
	strcpy(result.messages, text_string(&messages));
	strcpy(result.extra, text_string(&extra));
	return result;
}

static struct result run(const char *script, const char *input, unsigned int timeout_ms)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };

	return run_program(argv, input, timeout_ms, NULL, 0);
}

static void input_and_outputs_pass_through(void **state)
{
	struct result result = run("cat; echo oops >&2; echo more > /proc/self/fd/3; exit 3", "hello", 5000);

	(void)state;
	assert_int_equal(result.status, 3);
	assert_string_equal(result.output, "hello");
	assert_string_equal(result.messages, "oops\n");
	assert_string_equal(result.extra, "more\n");
}

static void the_environment_is_clean(void **state)
{
	struct result result;

	(void)state;
	setenv("CPATH", "/evil", 1);
	setenv("LD_PRELOAD", "", 1);
	result = run("env | grep -v -e ^_= -e ^PWD= -e ^SHLVL= -e ^OLDPWD= | sort; pwd; umask", NULL, 5000);
	assert_string_equal(
		result.output,
		"HOME=/nonexistent\nLC_ALL=C\nPATH=/usr/local/bin:/usr/bin:/bin\nTMPDIR=/tmp\n/\n0077\n");
}

static void only_the_files_that_are_named_are_open(void **state)
{
	CLEANUP(close_at) int far = fcntl(1, F_DUPFD, 1000);
	CLEANUP(close_at) int near = fcntl(1, F_DUPFD, 4);
	CLEANUP(close_at) int directory = open("/usr", O_PATH | O_DIRECTORY);
	const int fds[] = { directory, directory };
	/* Built-ins only: a program, and the expansion of a pattern, would open more. */
	const char *argv[] = {
		"/bin/sh", "-c",
		"i=0; while [ $i -lt 1100 ]; do if [ -e /proc/$$/fd/$i ]; then echo $i; fi; i=$((i + 1)); done; "
		"cd /proc/self/fd/5/bin && pwd -P",
		NULL
	};
	struct result result = run_program(argv, NULL, 5000, fds, 2);

	(void)state;
	assert_true(far >= 1000 && near > 3);
	assert_string_equal(result.output, "0\n1\n2\n3\n4\n5\n/usr/bin\n");
}

static void a_file_that_has_the_number_of_another_arrives_all_the_same(void **state)
{
	int fds[2] = { open("/usr", O_PATH | O_DIRECTORY), open("/etc", O_PATH | O_DIRECTORY) };
	const char *argv[] = { "/bin/sh", "-c", "cd /proc/self/fd/4/ && pwd -P; cd /proc/self/fd/5/ && pwd -P",
			       NULL };
	struct result result;
	int swapped[2];

	(void)state;
	/* As far as they are free, the numbers that the child uses, exchanged. */
	swapped[0] = fcntl(fds[0], F_DUPFD, 5);
	swapped[1] = fcntl(fds[1], F_DUPFD, 4);
	result = run_program(argv, NULL, 5000, swapped, 2);
	for (int i = 0; i < 2; i++) {
		close(fds[i]);
		close(swapped[i]);
	}
	assert_string_equal(result.output, "/usr\n/etc\n");
}

/* Gone, or a zombie that the first process does not care for. */
static bool is_gone(const char *number)
{
	char path[32], stat[128];

	snprintf(path, sizeof(path), "/proc/%d/stat", atoi(number));
	for (int i = 0; i < 100; i++) {
		CLEANUP(fclose_at) FILE *file = fopen(path, "r");

		if (!file || !fgets(stat, sizeof(stat), file) || strstr(stat, ") Z "))
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	return false;
}

static void what_runs_too_long_is_stopped_with_its_children(void **state)
{
	struct result result = run("sleep 100 & echo $!; sleep 100", NULL, 300);

	(void)state;
	assert_int_equal(result.status, -ETIMEDOUT);
	assert_non_null(strstr(result.err.text, "300 ms"));
	assert_true(atoi(result.output) > 1);
	assert_true(is_gone(result.output));
}

static void what_it_leaves_running_is_ended(void **state)
{
	struct result result = run("sleep 100 & echo $!", NULL, 5000);

	(void)state;
	assert_int_equal(result.status, 0);
	assert_true(atoi(result.output) > 1);
	assert_true(is_gone(result.output));
}

static void what_writes_too_much_is_stopped(void **state)
{
	struct result result = run("exec head -c 1000000 /dev/zero", NULL, 5000);

	(void)state;
	assert_int_equal(result.status, -EFBIG);
}

static void what_takes_too_much_memory_fails(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "ulimit -v", NULL };
	CLEANUP(text_done) struct text output = {};
	struct child child = { .argv = argv,
			       .timeout_ms = 7000,
			       .output_max_bytes = 1000,
			       .memory_max_bytes = 1ul << 30,
			       .output = &output };

	(void)state;
	text_init(&output, 100);
	assert_int_equal(child_run(&child, NULL), 0);
	assert_string_equal(text_string(&output), "1048576\n");
}

static void a_signal_that_ends_it_is_named(void **state)
{
	struct result result = run("kill -SEGV $$", NULL, 5000);

	(void)state;
	assert_int_equal(result.status, -ECHILD);
	assert_non_null(strstr(result.err.text, "signal 11"));
}

static void a_program_that_is_not_there_is_named(void **state)
{
	const char *argv[] = { "/not/there", NULL };
	struct result result = run_program(argv, NULL, 5000, NULL, 0);

	(void)state;
	assert_int_equal(result.status, -ENOENT);
	assert_non_null(strstr(result.err.text, "/not/there"));
}

static void no_privilege_is_left_nor_can_be_gained(void **state)
{
	struct result result =
		run("grep -E 'Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs' /proc/self/status | tr -d '\\n\\t'", NULL, 5000);
	char *bounding;

	(void)state;
	/* Only who has CAP_SETPCAP can shrink the bounding set; no_new_privs makes it moot. */
	bounding = strstr(result.output, "CapBnd:");
	assert_non_null(bounding);
	if (geteuid() != 0)
		memset(bounding + 7, '0', 16);
	assert_string_equal(result.output, "CapInh:0000000000000000CapPrm:0000000000000000CapEff:0000000000000000"
					   "CapBnd:0000000000000000CapAmb:0000000000000000NoNewPrivs:1");
}

static void root_becomes_nobody(void **state)
{
	struct result result;
	char directory[] = "/tmp/tracee-test.XXXXXX", command[80];

	(void)state;
	if (geteuid() != 0)
		skip_loudly("needs root");
	result = run("id -u; id -g; id -G", NULL, 5000);
	assert_string_equal(result.output, "65534\n65534\n65534\n");
	/* Files of root are out of reach. */
	assert_non_null(mkdtemp(directory));
	snprintf(command, sizeof(command), "ls %s", directory);
	result = run(command, NULL, 5000);
	rmdir(directory);
	assert_int_not_equal(result.status, 0);
	assert_non_null(strstr(result.messages, "Permission denied"));
}

static void it_ends_with_its_caller(void **state)
{
	char path[] = "/tmp/tracee-test.XXXXXX", script[80], number[16] = {};
	CLEANUP(close_at) int fd = mkstemp(path);
	pid_t caller;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0666), 0);
	snprintf(script, sizeof(script), "echo $$ > %s; exec sleep 100", path);
	caller = fork();
	if (caller == 0) {
		run(script, NULL, 100000);
		_exit(0);
	}
	for (int i = 0; i < 500 && pread(fd, number, sizeof(number) - 1, 0) < 1; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	kill(caller, SIGKILL);
	unlink(path);
	assert_true(atoi(number) > 1);
	assert_true(is_gone(number));
}

/* ---- functions --------------------------------------------------------------------------------- */

static int call(int (*function)(void *, struct tracee_error *), void *argument, struct text *output,
		struct tracee_error *err)
{
	struct child child = { .function = function,
			       .argument = argument,
			       .name = "a test",
			       .timeout_ms = 10000,
			       .output_max_bytes = 2000,
			       .memory_max_bytes = 64ul << 20,
			       .output = output };

	return child_run(&child, err);
}

static int open_socket(void *argument, struct tracee_error *err)
{
	int fd = socket(*(const int *)argument, SOCK_STREAM, 0);

	(void)err;
	return fd < 0 ? -errno : 0;
}

static void there_are_no_sockets(void **state)
{
	int families[] = { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK };

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		assert_int_equal(call(open_socket, &families[i], NULL, NULL), -EPERM);
}

struct meanwhile {
	pid_t caller;
	int result, n_calls;
};

static int in_the_meantime(void *context, struct tracee_error *err)
{
	struct meanwhile *meanwhile = context;

	meanwhile->n_calls++;
	meanwhile->caller = getpid();
	return meanwhile->result < 0 ? error_set(err, meanwhile->result, "no time") : 0;
}

static void something_else_is_done_in_the_meantime(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "echo done", NULL };
	struct meanwhile meanwhile = {};
	CLEANUP(text_done) struct text output = {};
	struct tracee_error err = {};
	struct child child = { .argv = argv,
			       .timeout_ms = 5000,
			       .output_max_bytes = 2000,
			       .memory_max_bytes = 1ul << 40,
			       .meanwhile = in_the_meantime,
			       .context = &meanwhile,
			       .output = &output };

	(void)state;
	text_init(&output, 100);
	assert_int_equal(child_run(&child, &err), 0);
	assert_string_equal(text_string(&output), "done\n");
	assert_int_equal(meanwhile.n_calls, 1);
	assert_int_equal(meanwhile.caller, getpid());
	/* Its failure ends the child, and is the result. */
	argv[2] = "sleep 100";
	meanwhile.result = -EACCES;
	assert_int_equal(child_run(&child, &err), -EACCES);
	assert_string_equal(err.text, "no time");
}

static int tell_user(void *argument, struct tracee_error *err)
{
	(void)err;
	return dprintf(1, "%s %d", (const char *)argument, (int)geteuid()) < 0 ? -EIO : 0;
}

static void a_function_is_called_without_privileges(void **state)
{
	CLEANUP(text_done) struct text output = {};
	char words[] = "I am", expected[40];

	(void)state;
	text_init(&output, 100);
	snprintf(expected, sizeof(expected), "I am %d", (int)unprivileged_user());
	assert_int_equal(call(tell_user, words, &output, NULL), 0);
	assert_string_equal(text_string(&output), expected);
}

static int be_unwell(void *argument, struct tracee_error *err)
{
	snprintf(err->text, sizeof(err->text), "'%s' is\n\033 not well\302\233", (const char *)argument);
	return -EBADMSG;
}

static void the_errno_and_the_sentence_of_a_function_arrive(void **state)
{
	struct tracee_error err = {};
	char name[] = "it";

	(void)state;
	assert_int_equal(call(be_unwell, name, NULL, &err), -EBADMSG);
	assert_string_equal(err.text, "'it' is?? not well??");
}

static int abort_at_once(void *argument, struct tracee_error *err)
{
	(void)argument;
	(void)err;
	raise(SIGKILL);
	return 0;
}

static void a_function_that_crashes_is_an_error(void **state)
{
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(call(abort_at_once, NULL, NULL, &err), -ECHILD);
	assert_non_null(strstr(err.text, "'a test' was ended by signal 9"));
}

static int take_memory(void *argument, struct tracee_error *err)
{
	void *bytes = malloc(*(const size_t *)argument);

	(void)err;
	free(bytes);
	return bytes ? 0 : -ENOMEM;
}

static void a_function_gets_the_memory_that_was_granted(void **state)
{
	size_t little = 32u << 20, much = 65u << 20;

	(void)state;
	if (HAS_ADDRESS_SANITIZER) {
		skip_loudly("the address sanitizer needs more than any limit");
	}
	assert_int_equal(call(take_memory, &little, NULL, NULL), 0);
	assert_int_equal(call(take_memory, &much, NULL, NULL), -ENOMEM);
}

static void note_signal(int number)
{
	child_interrupted = number;
}

static void an_interrupted_caller_ends_its_child_and_begins_no_other(void **state)
{
	struct sigaction action = { .sa_handler = note_signal };
	struct result result;

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	alarm(1);
	result = run("sleep 100 & echo $!; wait", NULL, 50000);
	assert_int_equal(result.status, -EINTR);
	assert_true(is_gone(result.output));
	result = run("echo again", NULL, 5000);
	child_interrupted = 0;
	assert_int_equal(result.status, -EINTR);
	assert_string_equal(result.output, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_and_outputs_pass_through),
		cmocka_unit_test(the_environment_is_clean),
		cmocka_unit_test(only_the_files_that_are_named_are_open),
		cmocka_unit_test(a_file_that_has_the_number_of_another_arrives_all_the_same),
		cmocka_unit_test(what_runs_too_long_is_stopped_with_its_children),
		cmocka_unit_test(what_it_leaves_running_is_ended),
		cmocka_unit_test(what_writes_too_much_is_stopped),
		cmocka_unit_test(what_takes_too_much_memory_fails),
		cmocka_unit_test(a_signal_that_ends_it_is_named),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(no_privilege_is_left_nor_can_be_gained),
		cmocka_unit_test(there_are_no_sockets),
		cmocka_unit_test(something_else_is_done_in_the_meantime),
		cmocka_unit_test(root_becomes_nobody),
		cmocka_unit_test(it_ends_with_its_caller),
		cmocka_unit_test(a_function_is_called_without_privileges),
		cmocka_unit_test(the_errno_and_the_sentence_of_a_function_arrive),
		cmocka_unit_test(a_function_that_crashes_is_an_error),
		cmocka_unit_test(a_function_gets_the_memory_that_was_granted),
		cmocka_unit_test(an_interrupted_caller_ends_its_child_and_begins_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
