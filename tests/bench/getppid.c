// SPDX-License-Identifier: Apache-2.0
/*
 * getppid CALLS SAMPLES [PROCESSES]: calls getppid() CALLS times, SAMPLES times over, and prints the
 * nanoseconds that one call took in each sample. getppid() does next to nothing, so that what is measured
 * is the way into the kernel and back. With PROCESSES, as many do so at once, the calls of a sample shared
 * among them, and what is printed is the time of all, per call.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void calls(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		syscall(SYS_getppid);
}

static void calls_of_many(unsigned long n, unsigned long n_processes)
{
	for (unsigned long i = 0; i < n_processes; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("getppid: fork");
			exit(1);
		}
		if (pid == 0) {
			calls(n / n_processes);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	unsigned long n_calls = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long n_samples = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long n_processes = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;

	if (n_calls == 0 || n_samples == 0 || n_processes == 0) {
		fprintf(stderr, "usage: getppid CALLS SAMPLES [PROCESSES]\n");
		return 2;
	}
	for (unsigned long i = 0; i < n_samples; i++) {
		int64_t from = now_ns();

		if (n_processes == 1)
			calls(n_calls);
		else
			calls_of_many(n_calls, n_processes);
		printf("%.2f\n", (double)(now_ns() - from) / n_calls);
	}
	return 0;
}
