// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "libtracee/base/file.h"
#include "runtime/filter/containers.h"
#include "runtime/filter/filter.h"
#include "tests/unit/skip_loudly.h"
#include "tests/unit/temporary_place.h"

#define ID_A "aaaa456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID_B "bbbb456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID_C "cccc456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct tracee_error err;

static void put(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	fclose(file);
}

/* A process in a /proc of our own making. Returns the number of its pid namespace. */
static uint32_t put_process(const char *proc, const char *pid, const char *numbers, const char *cgroup)
{
	char path[128], content[256];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%s", proc, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/ns", proc, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/cgroup", proc, pid);
	put(path, cgroup);
	snprintf(path, sizeof(path), "%s/%s/status", proc, pid);
	snprintf(content, sizeof(content), "Name:\tx\nNStgid:\t%s\nNSpid:\t%s\nNSpgid:\t%s\n", numbers, numbers,
		 numbers);
	put(path, content);
	snprintf(path, sizeof(path), "%s/%s/ns/pid", proc, pid);
	put(path, "");
	assert_int_equal(stat(path, &status), 0);
	return (uint32_t)status.st_ino;
}

/* Our own namespace is the real one: ends the test where that is not the host's. */
static void put_self(const char *proc)
{
	char path[128];
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) < 0 || status.st_ino != PID_NAMESPACE_INITIAL)
		skip_loudly("needs the host's pid namespace");
	snprintf(path, sizeof(path), "%s/self", proc);
	assert_int_equal(symlink("/proc/self", path), 0);
}

static bool is_new(const struct containers *containers, const char *id, uint32_t pid_ns)
{
	struct tracee_event event = { .pid_ns = pid_ns };

	strcpy(event.container_id, id);
	return containers_are_new(containers, &event);
}

static void what_was_there_before_is_not_new(void **state)
{
	const char *proc = ((struct place *)*state)->path;
	struct containers *containers;
	uint32_t nested, host;

	put_self(proc);
	host = put_process(proc, "1", "1", "0::/init.scope\n");
	put_process(proc, "20", "20", "12:pids:/docker/" ID_C "\n0::/system.slice/docker-" ID_A ".scope/inner\n");
	nested = put_process(proc, "30", "30\t1", "0::/../cri-containerd-" ID_B ".scope\n");
	if (containers_read(proc, &containers, &err) < 0)
		fail_msg("%s", err.text);
	assert_false(is_new(containers, ID_A, PID_NAMESPACE_INITIAL));
	assert_false(is_new(containers, ID_B, 7));
	assert_false(is_new(containers, ID_C, 7));
	assert_true(is_new(containers, "dddd456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", nested));
	assert_false(is_new(containers, "", nested));
	assert_true(is_new(containers, "", host)); /* no namespace of a container */
	containers_free(containers);
}

static void a_process_that_ends_meanwhile_is_passed_over(void **state)
{
	const char *proc = ((struct place *)*state)->path;
	struct containers *containers;
	char path[128];

	put_self(proc);
	put_process(proc, "20", "20\t1", "0::/\n");
	snprintf(path, sizeof(path), "%s/20/ns/pid", proc);
	unlink(path);
	put_process(proc, "21", "21", "0::/docker-" ID_A ".scope\n");
	assert_int_equal(containers_read(proc, &containers, &err), 0);
	assert_false(is_new(containers, ID_A, 7));
	containers_free(containers);
}

static void what_cannot_be_known_is_an_error(void **state)
{
	const char *proc = ((struct place *)*state)->path;
	struct containers *containers = NULL;
	char path[128];

	assert_int_equal(containers_read("/nonexistent", &containers, &err), -ENOENT);
	put_process(proc, "self", "1", "0::/\n");
	assert_int_equal(containers_read(proc, &containers, &err), -EXDEV);
	assert_non_null(strstr(err.text, "--pid=host"));
	snprintf(path, sizeof(path), "rm -r %s/self", proc);
	assert_int_equal(system(path), 0);
	put_self(proc);
	put_process(proc, "20", "20\t1", "0::/\n");
	snprintf(path, sizeof(path), "%s/20/status", proc);
	put(path, "Name:\tx\n");
	assert_int_equal(containers_read(proc, &containers, &err), -EPROTO);
	assert_null(containers);
}

static void a_namespace_that_may_not_be_looked_at_is_an_error(void **state)
{
	const char *proc = ((struct place *)*state)->path;
	struct containers *containers = NULL;
	char path[128];

	if (geteuid() == 0)
		assert_int_equal(chmod(proc, 0755), 0);
	put_self(proc);
	put_process(proc, "20", "20\t1", "0::/\n");
	snprintf(path, sizeof(path), "%s/20/ns", proc);
	assert_int_equal(chmod(path, 0), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(65534), 0);
	assert_int_equal(containers_read(proc, &containers, &err), -EPERM);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	chmod(path, 0755);
	assert_non_null(strstr(err.text, "process 20 may not be looked at"));
	assert_non_null(strstr(err.text, "CAP_SYS_PTRACE"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(what_was_there_before_is_not_new),
		PLACED(a_process_that_ends_meanwhile_is_passed_over),
		PLACED(what_cannot_be_known_is_an_error),
		PLACED(a_namespace_that_may_not_be_looked_at_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
