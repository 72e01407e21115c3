// SPDX-License-Identifier: Apache-2.0
/* Fork, threads, exit and signals; another user, another name. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"
#include "tests/vm/scenario/thread.h"

static void child_with_status(int code)
{
	pid_t pid = truth_fork(0);

	if (pid == 0)
		truth_exit(code);
	truth_wait(pid, code);
}

static void child_killed(int signal)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		truth_ending(0, signal, true);
		kill(getpid(), signal);
		pause();
	}
	truth_wait(pid, -signal);
}

static void in_thread(const void *argument)
{
	(void)argument;
	prctl(PR_SET_NAME, "a-thread");
	files_openat(AT_FDCWD, "/nowhere/thread", O_RDONLY, "O_RDONLY", 0);
}

static void child_with_thread(void)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		struct thread *thread = thread_start(in_thread, NULL);

		thread_go(thread);
		thread_join(thread);
		truth_exit(0);
	}
	truth_wait(pid, 0);
}

static void child_of_another_user(void)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		/* The effective user stays, so that real and effective differ. */
		if (syscall(SYS_setresuid, 4321, geteuid(), geteuid()) < 0)
			truth_skipped("another user", errno);
		else
			files_openat(AT_FDCWD, "/nowhere/uid", O_RDONLY, "O_RDONLY", 0);
		truth_exit(0);
	}
	truth_wait(pid, 0);
}

static void child_with_name(const char *name)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		files_openat(AT_FDCWD, "/nowhere/comm", O_RDONLY, "O_RDONLY", 0);
		truth_exit(3);
	}
	truth_wait(pid, 3);
}

static void processes_run(const struct scenario_options *options)
{
	(void)options;
	child_with_status(0);
	child_with_status(255);
	child_killed(SIGKILL);
	child_killed(SIGTERM);
	child_with_thread();
	child_of_another_user();
	child_with_name("fifteen letters");
	child_with_name("\"<\\&\t\xff>");
	child_with_name("");
}

const struct family family_processes = { "processes", processes_run };
