// SPDX-License-Identifier: Apache-2.0
#include "tests/vm/scenario/thread.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/vm/scenario/truth.h"

struct thread {
	pthread_t handle;
	pthread_barrier_t ready, go;
	struct truth_identity identity;
	void (*function)(const void *argument);
	const void *argument;
};

static void *thread_main(void *arg)
{
	struct thread *thread = arg;

	truth_identify(&thread->identity);
	pthread_barrier_wait(&thread->ready);
	pthread_barrier_wait(&thread->go);
	thread->function(thread->argument);
	truth_ending(0, 0, TRUTH_NOT_LAST);
	return NULL;
}

/* Its start_time is that of its process. */
static void tell(const struct truth_identity *thread, struct truth_span span)
{
	struct truth_span started = truth_started();
	struct truth_identity us;

	truth_identify(&us);
	truth_event_of(&us, "sched_process_fork", 1100, span,
		       truth_args("pid_t child_tid", truth_host_number(thread->host_tid), "pid_t child_ns_tid",
				  json_integer(thread->tid), "pid_t child_pid", truth_host_number(thread->host_pid),
				  "pid_t child_ns_pid", json_integer(thread->pid), "u64 start_time",
				  truth_between(started.from_ns, started.to_ns), NULL));
}

struct thread *thread_start(void (*function)(const void *argument), const void *argument)
{
	struct thread *thread = calloc(1, sizeof(*thread));
	struct truth_span span = { .from_ns = truth_now() };
	int error;

	if (!thread)
		truth_die("no memory");
	thread->function = function;
	thread->argument = argument;
	pthread_barrier_init(&thread->ready, NULL, 2);
	pthread_barrier_init(&thread->go, NULL, 2);
	error = pthread_create(&thread->handle, NULL, thread_main, thread);
	if (error)
		truth_die("pthread_create: %s", strerror(error));
	pthread_barrier_wait(&thread->ready);
	span.to_ns = truth_now();
	tell(&thread->identity, span);
	return thread;
}

void thread_go(struct thread *thread)
{
	pthread_barrier_wait(&thread->go);
}

/*
 * pthread_join() returns before the kernel is done with the thread; what comes next shall be after its end
 * in the trace, too.
 */
static void wait_until_gone(uint32_t host_tid)
{
	struct timespec pause = { .tv_nsec = 1000000 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%u", host_tid);
	while (access(path, F_OK) == 0)
		nanosleep(&pause, NULL);
}

void thread_join(struct thread *thread)
{
	pthread_join(thread->handle, NULL);
	wait_until_gone(thread->identity.host_tid);
	pthread_barrier_destroy(&thread->ready);
	pthread_barrier_destroy(&thread->go);
	free(thread);
}
