// SPDX-License-Identifier: Apache-2.0
/*
 * Children in namespaces of their own, as containers are: process 1 inside, any number outside. Two
 * levels deep, with a child and a thread of process 1, so that numbers of both sides differ everywhere.
 */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"
#include "tests/vm/scenario/thread.h"

#define NEW_NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS)

/* __NEW_UTS_LEN: the longest there is. */
static const char long_name[] = "a-host-name-as-long-as-the-kernel-allows-it.of-sixty-four.letter";

static void inside(const struct scenario_options *options, int depth);

static void child_executes(const struct scenario_options *options)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		files_openat(AT_FDCWD, "/nowhere/child-of-1", O_RDONLY, "O_RDONLY", 0);
		exec_image(options, 21);
	}
	truth_wait(pid, 21);
}

static void in_thread(const void *argument)
{
	(void)argument;
	files_openat(AT_FDCWD, "/nowhere/thread-inside", O_RDONLY, "O_RDONLY", 0);
}

static void child_traced(void)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		struct thread *thread = thread_start(in_thread, NULL);

		thread_go(thread);
		thread_join(thread);
		ptrace_traceme();
		truth_exit(22);
	}
	truth_wait(pid, 22);
}

static void enter(const struct scenario_options *options, int depth)
{
	pid_t pid = truth_fork(NEW_NAMESPACES);

	if (pid < 0) {
		truth_skipped("namespaces", -pid);
		return;
	}
	if (pid == 0)
		inside(options, depth);
	truth_wait(pid, 30 + depth);
}

static void inside(const struct scenario_options *options, int depth)
{
	const char *name = depth == 1 ? long_name : "inner";

	if (sethostname(name, strlen(name)) < 0)
		truth_die("sethostname: %s", strerror(errno));
	files_openat(AT_FDCWD, "/nowhere/inside", O_RDONLY, "O_RDONLY", 0);
	child_executes(options);
	child_traced();
	if (depth == 1)
		enter(options, depth + 1);
	truth_exit(30 + depth);
}

static void namespaces_run(const struct scenario_options *options)
{
	enter(options, 1);
}

const struct family family_namespaces = { .name = "namespaces", .run = namespaces_run };
