// SPDX-License-Identifier: Apache-2.0
/* execute N: executes this program N times, each in a process of its own, every one with a variable that TRC-7 looks for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const char *const environment[] = { "LD_LIBRARY_PATH=/nonexistent", NULL };
	unsigned long n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	for (unsigned long i = 0; i < n; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			execve("/proc/self/exe", (char *const[]){ argv[0], NULL }, (char *const *)environment);
			_exit(1);
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0 || status) {
			fprintf(stderr, "execute: %s\n", pid < 0 ? strerror(errno) : "the program was not executed");
			return 1;
		}
	}
	return 0;
}
