// SPDX-License-Identifier: Apache-2.0
/*
 * trigger PROGRAM [ARGUMENT...]: runs a program the way strace does, tracing itself by PTRACE_TRACEME, and
 * counts its system calls. That is what the anti-debugging detection (TRC-2) is about. Ends with the
 * program's status.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int fails(const char *what)
{
	fprintf(stderr, "trigger: %s: %s\n", what, strerror(errno));
	return 125;
}

static int tracee(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		return fails("PTRACE_TRACEME");
	execv(argv[0], argv);
	return fails(argv[0]);
}

/* Each call stops twice, and exec once more with SIGTRAP. */
static int tracer(pid_t pid)
{
	unsigned long n_stops = 0;
	int status;

	while (waitpid(pid, &status, 0) == pid) {
		int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

		if (!WIFSTOPPED(status)) {
			fprintf(stderr, "trigger: %lu stops at system calls\n", n_stops);
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		if (signal == SIGTRAP) {
			n_stops++;
			signal = 0;
		}
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal) < 0)
			return fails("PTRACE_SYSCALL");
	}
	return fails("waitpid");
}

int main(int argc, char **argv)
{
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: trigger PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	pid = fork();
	if (pid < 0)
		return fails("fork");
	return pid == 0 ? tracee(argv + 1) : tracer(pid);
}
