// SPDX-License-Identifier: Apache-2.0
/*
 * storm PROCESSES CALLS: so many processes, each of which calls getppid(2) so many times at once with
 * the others. Prints nothing; ends with 0 if every process made all its calls.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libtracee/base/number.h"

#define PROCESSES_MAX 1024

/* Waits for the end of the pipe, so that all begin together. */
static void run_process(int start, uint64_t n_calls)
{
	char byte;

	if (read(start, &byte, 1) != 0)
		_exit(1);
	for (uint64_t i = 0; i < n_calls; i++)
		syscall(SYS_getppid);
	_exit(0);
}

static int wait_for_all(void)
{
	int status, bad = 0;

	while (wait(&status) > 0)
		bad |= status != 0;
	return bad || errno != ECHILD;
}

int main(int argc, char **argv)
{
	uint64_t n_processes, n_calls;
	int start[2];

	if (argc != 3 || number_parse(argv[1], PROCESSES_MAX, &n_processes) < 0 || number_parse(argv[2], UINT32_MAX, &n_calls) < 0) {
		fprintf(stderr, "usage: storm PROCESSES CALLS\n");
		return 2;
	}
	if (pipe(start) < 0)
		return 1;
	for (uint64_t i = 0; i < n_processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			close(start[1]);
			run_process(start[0], n_calls);
		}
	}
	close(start[1]);
	return wait_for_all();
}
