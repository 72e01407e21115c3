// SPDX-License-Identifier: Apache-2.0
/*
 * mixture PROCESSES TURNS PIPE: so many processes that each make so many turns of twelve system calls of
 * different kinds, all at once. Into the named pipe go two lines: `begin NS` once all are there and begin,
 * and `end NS USER_US SYSTEM_US` when all have ended, with the CPU time of them all; NS is CLOCK_MONOTONIC.
 * `mixture numbers` prints name and number of each call instead.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_MAX 1024

static const struct {
	const char *name;
	long nr;
} calls[] = {
	{ "openat", SYS_openat },	  { "read", SYS_read },		    { "write", SYS_write },	{ "lseek", SYS_lseek },
	{ "fstat", SYS_fstat },		  { "fcntl", SYS_fcntl },	    { "close", SYS_close },	{ "faccessat", SYS_faccessat },
	{ "readlinkat", SYS_readlinkat }, { "getppid", SYS_getppid }, { "getuid", SYS_getuid }, { "futex", SYS_futex },
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* By number, since the C library takes others instead, or none. */
static void turn(void)
{
	static uint32_t word;
	char bytes[64] = "some bytes";
	struct stat st;
	long fd = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);

	syscall(SYS_read, fd, bytes, sizeof(bytes));
	syscall(SYS_write, fd, bytes, sizeof(bytes));
	syscall(SYS_lseek, fd, 0, SEEK_CUR);
	syscall(SYS_fstat, fd, &st);
	syscall(SYS_fcntl, fd, F_GETFL);
	syscall(SYS_close, fd);
	syscall(SYS_faccessat, AT_FDCWD, "/etc/hostname", R_OK);
	syscall(SYS_readlinkat, AT_FDCWD, "/proc/self", bytes, sizeof(bytes));
	syscall(SYS_getppid);
	syscall(SYS_getuid);
	syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Waits for the end of the pipe, so that all begin together. */
static void run_process(int start, uint64_t n_turns)
{
	char byte;

	if (read(start, &byte, 1) != 0)
		_exit(1);
	for (uint64_t i = 0; i < n_turns; i++)
		turn();
	_exit(0);
}

static int start_processes(uint64_t n_processes, uint64_t n_turns, const int start[2])
{
	for (uint64_t i = 0; i < n_processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -1;
		if (pid == 0) {
			close(start[1]);
			run_process(start[0], n_turns);
		}
	}
	return 0;
}

static int wait_for_all(void)
{
	int status, bad = 0;

	while (wait(&status) > 0)
		bad |= status != 0;
	return bad;
}

static void tell_end(int report)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	dprintf(report, "end %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", now_ns(),
		(uint64_t)usage.ru_utime.tv_sec * 1000000 + (uint64_t)usage.ru_utime.tv_usec,
		(uint64_t)usage.ru_stime.tv_sec * 1000000 + (uint64_t)usage.ru_stime.tv_usec);
}

static int print_numbers(void)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		printf("%s %ld\n", calls[i].name, calls[i].nr);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t n_processes = argc == 4 ? strtoul(argv[1], NULL, 10) : 0;
	uint64_t n_turns = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	int start[2], report, bad;

	if (argc == 2 && strcmp(argv[1], "numbers") == 0)
		return print_numbers();
	if (n_processes == 0 || n_processes > PROCESSES_MAX || n_turns == 0) {
		fprintf(stderr, "usage: mixture PROCESSES TURNS PIPE | numbers\n");
		return 2;
	}
	report = open(argv[3], O_WRONLY | O_CLOEXEC);
	if (report < 0 || pipe(start) < 0 || start_processes(n_processes, n_turns, start) < 0) {
		perror("mixture");
		return 1;
	}
	dprintf(report, "begin %" PRIu64 "\n", now_ns());
	close(start[1]);
	bad = wait_for_all();
	tell_end(report);
	return bad;
}
