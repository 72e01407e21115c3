/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_THREAD_H
#define SCENARIO_THREAD_H

/*
 * Threads that are told: thread_start() makes one, which waits; thread_go() lets it run; it tells of its
 * end unless its function does not return. A process that called truth_fork() to come about.
 */
struct thread;

struct thread *thread_start(void (*function)(const void *argument), const void *argument);
void thread_go(struct thread *thread);
/* Waits for its end and frees it. */
void thread_join(struct thread *thread);

#endif
