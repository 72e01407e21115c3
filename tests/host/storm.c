// SPDX-License-Identifier: Apache-2.0
/*
 * storm CALL PROCESSES TIMES: so many processes, each of which makes the system call so many times,
 * all at once. Prints nothing; ends with 0 if every process made all its calls.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libtracee/base/number.h"

#define PROCESSES_MAX 1024

/* The first is what it is about; the second is one that hardly any program makes. */
static const struct {
	const char *name;
	long nr;
} calls[] = { { "getppid", SYS_getppid }, { "sched_get_priority_min", SYS_sched_get_priority_min } };

static long call_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].nr;
	}
	return -1;
}

/* Waits for the end of the pipe, so that all begin together. */
static void run_process(int start, long nr, uint64_t n_calls)
{
	char byte;

	if (read(start, &byte, 1) != 0)
		_exit(1);
	for (uint64_t i = 0; i < n_calls; i++)
		syscall(nr, 0);
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
	long nr;

	if (argc != 4 || (nr = call_by_name(argv[1])) < 0 ||
	    number_parse(argv[2], PROCESSES_MAX, &n_processes) < 0 ||
	    number_parse(argv[3], UINT32_MAX, &n_calls) < 0) {
		fprintf(stderr, "usage: storm getppid|sched_get_priority_min PROCESSES TIMES\n");
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
			run_process(start[0], nr, n_calls);
		}
	}
	close(start[1]);
	return wait_for_all();
}
