// SPDX-License-Identifier: Apache-2.0
/* Fork, threads, exit and signals; another user, another name. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"
#include "tests/vm/scenario/thread.h"

#define N_TOGETHER 6 /* threads besides the first */
#define N_TIMES_TOGETHER 6 /* whether they meet in the kernel is chance */

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
		truth_ending(0, signal, TRUTH_LAST);
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

static pthread_barrier_t together;

/* Which of those that meet here is the last to end is not known; that there is one, and only one, is. */
static void end_together(const void *argument)
{
	(void)argument;
	truth_ending(0, 0, TRUTH_MAYBE_LAST);
	pthread_barrier_wait(&together);
	syscall(SYS_exit, 0);
}

static void child_whose_threads_end_together(void)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		pthread_barrier_init(&together, NULL, N_TOGETHER + 1);
		for (int i = 0; i < N_TOGETHER; i++)
			thread_go(thread_start(end_together, NULL));
		end_together(NULL);
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
	for (int i = 0; i < N_TIMES_TOGETHER; i++)
		child_whose_threads_end_together();
	child_of_another_user();
	child_with_name("fifteen letters");
	child_with_name("\"<\\&\t\xff>");
	child_with_name("");
}

const struct family family_processes = { .name = "processes", .run = processes_run };
