// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/filter/binaries.h"
#include "runtime/filter/filter.h"
#include "tests/unit/runtime/record.h"
#include "tests/unit/skip_loudly.h"
#include "tests/unit/temporary_place.h"

#define LATER (UINT64_C(1) << 62) /* a start time behind that of all processes that run */

static struct filter filter;
static struct binaries *binaries;

static void begin_with(const char *expression)
{
	static struct selection selection;
	struct tracee_error err;

	binaries_free(binaries);
	filter_done(&filter);
	selection_init(&selection, TRACEE_ARCH_X86_64);
	filter_init(&filter, TRACEE_ARCH_X86_64);
	assert_int_equal(filter_add(&filter, &selection, expression, &err), 0);
	assert_int_equal(binaries_new(&filter.texts[FILTER_BINARY], &binaries, &err), 0);
}

static int end(void **state)
{
	(void)state;
	binaries_free(binaries);
	binaries = NULL;
	filter_done(&filter);
	return 0;
}

static struct record record;

static void begin_event(const char *name, uint32_t pid, uint64_t start)
{
	record_begin(&record, name);
	record_wire(&record)->host_pid = pid;
	record_wire(&record)->start_time_ns = start;
}

static bool see(void)
{
	struct tracee_event event;

	record_decode(&record, &event);
	return binaries_event(binaries, &event);
}

static bool see_call(uint32_t pid, uint64_t start)
{
	begin_event("close", pid, start);
	return see();
}

static bool see_exec(uint32_t pid, uint64_t start, const char *path)
{
	begin_event("sched_process_exec", pid, start);
	record_string(&record, 0, path);
	return see();
}

static void see_fork(uint32_t pid, uint64_t start, uint32_t child, uint64_t child_start)
{
	begin_event("sched_process_fork", pid, start);
	record_wire(&record)->args[2] = child;
	record_wire(&record)->args[4] = child_start;
	see();
}

static void see_exit(uint32_t pid, uint64_t start, bool is_gone)
{
	begin_event("sched_process_exit", pid, start);
	record_wire(&record)->args[2] = is_gone;
	see();
}

static void a_process_has_what_it_executed_last(void **state)
{
	(void)state;
	begin_with("binary=/usr/bin/*");
	assert_false(see_call(10, 1));
	assert_true(see_exec(10, 1, "/usr/bin/cat"));
	assert_true(see_call(10, 1));
	assert_false(see_call(10, 2)); /* another process with the same number */
	assert_false(see_exec(10, 1, "/bin/cat"));
	assert_false(see_call(10, 1));
}

static void children_have_that_of_their_parent(void **state)
{
	(void)state;
	begin_with("binary=*/cat");
	see_exec(10, 1, "/usr/bin/cat");
	see_fork(10, 1, 20, 5);
	see_fork(11, 1, 21, 5);
	assert_true(see_call(20, 5));
	assert_false(see_call(21, 5));
	see_exec(10, 1, "/usr/bin/dog");
	assert_true(see_call(20, 5));
}

static void who_is_gone_is_forgotten(void **state)
{
	(void)state;
	begin_with("binary=*/cat");
	see_exec(10, 1, "/usr/bin/cat");
	see_exit(10, 1, false); /* a thread */
	assert_true(see_call(10, 1));
	see_exit(10, 1, true);
	assert_false(see_call(10, 1));
}

static void what_is_not_known_hits_nothing(void **state)
{
	(void)state;
	begin_with("binary!=/usr/bin/cat");
	assert_true(see_call(10, 1));
	assert_false(see_exec(10, 1, "/usr/bin/cat"));
	see_exit(10, 1, true);
	assert_true(see_call(10, 1));
	begin_with("binary=*");
	assert_false(see_call(10, 1));
	begin_event("sched_process_exec", 10, 1);
	record_blob(&record, 0, TRACEE_WIRE_BLOB_STRING, TRACEE_WIRE_BLOB_UNREADABLE, "", 0);
	assert_false(see());
}

static void put_process(const char *proc, const char *pid, const char *binary)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", proc, pid);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/%s/exe", proc, pid);
	if (binary)
		assert_int_equal(symlink(binary, path), 0);
}

static void those_that_run_already_have_their_file(void **state)
{
	const char *proc = ((struct place *)*state)->path;
	char path[96];
	struct tracee_error err;
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) < 0 || status.st_ino != PID_NAMESPACE_INITIAL)
		skip_loudly("needs the host's pid namespace");
	snprintf(path, sizeof(path), "%s/self", proc);
	assert_int_equal(symlink("/proc/self", path), 0);
	put_process(proc, "10", "/usr/bin/cat");
	put_process(proc, "11", "/usr/bin/cat (deleted)");
	put_process(proc, "12", "/usr/bin/dog");
	put_process(proc, "13", NULL); /* a thread of the kernel */
	begin_with("binary=/usr/bin/cat");
	assert_int_equal(binaries_read(binaries, proc, &err), 0);
	assert_true(see_call(10, 77));
	assert_true(see_call(11, 77));
	assert_false(see_call(12, 77));
	assert_false(see_call(13, 77));
	assert_false(see_call(10, LATER)); /* it has the number of one that is gone */
	see_fork(10, 77, 20, LATER);
	assert_true(see_call(20, LATER));
	assert_false(see_exec(10, 77, "/usr/bin/dog"));
	assert_false(see_call(10, 77));
	see_exit(11, 77, true);
	assert_false(see_call(11, 77));
	assert_int_equal(binaries_n_refused(binaries), 0);
	end(NULL);
}

static void without_proc_it_says_so(void **state)
{
	struct tracee_error err;

	(void)state;
	begin_with("binary=/usr/bin/cat");
	assert_true(binaries_read(binaries, "/nowhere", &err) < 0);
	assert_non_null(strstr(err.text, "binary=: '/nowhere'"));
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_process_has_what_it_executed_last),
		TEST(children_have_that_of_their_parent),
		TEST(who_is_gone_is_forgotten),
		TEST(what_is_not_known_hits_nothing),
		PLACED(those_that_run_already_have_their_file),
		TEST(without_proc_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
