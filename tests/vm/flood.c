// SPDX-License-Identifier: Apache-2.0
/*
 * flood TIMES: while processes call getppid() as fast as they can, provokes each detection TIMES times,
 * then stops them. Prints one line of JSON: {"getppid": calls that were made, "findings": {"TRC-2": times}}.
 * What a detection sees must not be lost, however many events are.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_PROCESSES 4
#define PAUSE_MS 5 /* between provocations, for the flood to be under way */

struct shared {
	atomic_bool is_over;
	atomic_ullong n_calls;
};

static void die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

static void call_until_over(struct shared *shared)
{
	unsigned long long n = 0;

	for (; !atomic_load_explicit(&shared->is_over, memory_order_relaxed); n++)
		syscall(SYS_getppid);
	atomic_fetch_add(&shared->n_calls, n);
	_exit(0);
}

static void traceme(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(1);
	_exit(0);
}

/* No module: the kernel asks whether it may be loaded, and refuses it then. */
static void load_module(void)
{
	static const char zeros[4096];

	_exit(syscall(SYS_init_module, zeros, sizeof(zeros), "") == -1 && errno == ENOEXEC ? 0 : 1);
}

/* The call that makes a finding, in a process of its own. */
static const struct {
	const char *id;
	void (*run)(void);
} provocations[] = { { "TRC-2", traceme }, { "TRC-6", load_module } };

#define N_PROVOCATIONS (sizeof(provocations) / sizeof(provocations[0]))

static void provoke(size_t which)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (pid == 0)
		provocations[which].run();
	if (waitpid(pid, &status, 0) < 0 || status != 0) {
		errno = EPROTO;
		die(provocations[which].id);
	}
}

static void flood(struct shared *shared, unsigned long times)
{
	pid_t pid[N_PROCESSES];

	for (int i = 0; i < N_PROCESSES; i++) {
		pid[i] = fork();
		if (pid[i] < 0)
			die("fork");
		if (pid[i] == 0)
			call_until_over(shared);
	}
	for (unsigned long i = 0; i < times; i++) {
		for (size_t which = 0; which < N_PROVOCATIONS; which++)
			provoke(which);
		pause_ms(PAUSE_MS);
	}
	atomic_store(&shared->is_over, true);
	for (int i = 0; i < N_PROCESSES; i++)
		waitpid(pid[i], NULL, 0);
}

int main(int argc, char **argv)
{
	unsigned long times = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (times == 0) {
		fprintf(stderr, "usage: flood TIMES\n");
		return 2;
	}
	if (shared == MAP_FAILED)
		die("mmap");
	flood(shared, times);
	printf("{\"getppid\":%llu,\"findings\":{", atomic_load(&shared->n_calls));
	for (size_t which = 0; which < N_PROVOCATIONS; which++)
		printf("%s\"%s\":%lu", which ? "," : "", provocations[which].id, times);
	printf("}}\n");
	return 0;
}
