/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_TRUTH_H
#define SCENARIO_TRUTH_H

/*
 * The truth about what the scenario does, one JSON object a line on stdout, for tests/vm/compare.c:
 *   {"kind":"openat","expect":{…}}   an event with these fields must be there, exactly once
 *   {"kind":"openat","never":{…}}    no event with these fields may be there
 *   {"process":{…}}                  from when on every event of a process must be expected by a line
 *   {"skipped":"…","reason":"…"}     what could not be provoked here
 * A number of the output that is known only within bounds is {"$between":[low,high]}; what cannot be
 * known here is {"$any":true}.
 *
 * What an identity says comes from system calls and from /proc as mounted outside of any namespace that
 * the scenario makes: /proc/self there leads to the number that the host counts, whoever looks.
 * Nothing is opened for it, because opening is itself traced.
 */
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* CLOCK_MONOTONIC before and after. */
struct truth_span {
	int64_t from_ns, to_ns;
};

struct truth_identity {
	uint32_t pid, tid, ppid;
	uint32_t host_pid, host_tid, host_ppid;
	uint32_t uid; /* real */
	uint32_t mnt_ns, pid_ns;
	char comm[64]; /* as JSON must show it */
	bool has_comm; /* otherwise it is not known */
	char host_name[65];
};

/* What a system call returned, a negative errno for failure, and when. */
struct truth_call {
	struct truth_span span;
	long ret;
};

#define TRUTH_CALL(expression)                                                                                     \
	({                                                                                                         \
		struct truth_call call_;                                                                           \
		call_.span.from_ns = truth_now();                                                                  \
		call_.ret = (expression);                                                                          \
		if (call_.ret < 0)                                                                                 \
			call_.ret = -errno;                                                                        \
		call_.span.to_ns = truth_now();                                                                    \
		call_;                                                                                             \
	})

#define TRUTH_FOREVER INT64_MAX
#define TRUTH_FIRST_IMAGE (-1)

/*
 * To be called first in every image. @host_ppid: its parent as the host counts; 0 if that is not known,
 * TRUTH_FIRST_IMAGE for the first one, which lives where its parent does. @container_id: what events shall
 * carry; NULL if that is not known.
 */
void truth_begin(long host_ppid, const char *container_id);
/* What the next image has to give to truth_begin(). */
long truth_host_parent(void);

int64_t truth_now(void);

/* The calling thread, now. */
void truth_identify(struct truth_identity *ret_identity);

/* NULL if not known. */
const char *truth_container_id(void);
/* What events of this process and of those it forks carry from now on. */
void truth_set_container_id(const char *id);

/*
 * Arguments as pairs of a declaration ("const char* pathname") and a json_t * that is taken over,
 * ended by NULL.
 */
json_t *truth_args(const char *declaration, ...) __attribute__((sentinel));
json_t *truth_between(int64_t low, int64_t high);
/* A number as the host counts; anything, where the host's numbers cannot be known: in a container. */
json_t *truth_host_number(uint32_t number);

/* An event of the calling thread that has just happened. @args is taken over. */
void truth_event(const char *name, uint32_t id, const struct truth_call *call, json_t *args);

/* An event of @identity, within @span, that has no return value. */
void truth_event_of(const struct truth_identity *identity, const char *name, uint32_t id, struct truth_span span,
		    json_t *args);

/* An event at a function of the kernel. */
struct truth_hook {
	const char *name;
	uint32_t id;
	const char *syscall; /* the one that leads there */
	long ret;
	const struct truth_identity *who; /* NULL: the calling thread as it is now */
};

/* Such an event within @span, exactly once. @args is taken over. */
void truth_hook(const struct truth_hook *hook, struct truth_span span, json_t *args);
/* No event @name of the calling thread within @span. @args: none with these, or NULL; taken over. */
void truth_never(const char *name, struct truth_span span, json_t *args);
/* Whether events at functions of the kernel have the system call: from Linux 5.15 on, not with tier base. */
void truth_syscalls_are_known(void);
bool truth_knows_syscalls(void);
/* The name of a system call as an argument shows it: null if that is not known. */
json_t *truth_syscall(const char *name);
/* dev_t as the kernel has it: twenty bits of minor. */
json_t *truth_device(dev_t device);
/* The beginning of the first line of truth that this process wrote, @size bytes of it at most; returns how many. */
size_t truth_first_bytes(char *ret_bytes, size_t size);

/* A finding of signature @id about the calling thread, caused by @call. */
void truth_finding(const char *id, const struct truth_call *call);
/* The same with what the signature adds; @data is taken over. */
void truth_finding_with(const char *id, struct truth_span span, json_t *data);

void truth_skipped(const char *what, int error);

/*
 * Forks with clone(2) and @flags (namespaces), tells of it, and checks that parent and child see the same
 * child. Returns as fork(2) does; a negative errno if that failed.
 */
pid_t truth_fork(unsigned long flags);
/* Waits for @pid and checks that it ended with status @expected_code, or by signal -@expected_code. */
void truth_wait(pid_t pid, int expected_code);
/* Tells of the end of this process and ends it. */
void truth_exit(int code) __attribute__((noreturn));
/* Whether a thread is the last of its process; several may end at the same time. */
enum truth_last { TRUTH_NOT_LAST = 0, TRUTH_LAST = 1, TRUTH_MAYBE_LAST };
/* Tells of the end of the calling thread; the caller sees to it. */
void truth_ending(int code, int signal, enum truth_last last);

/* When this process was started; known for those that truth_fork() made. */
struct truth_span truth_started(void);

/* Something went wrong that leaves no truth to tell; names it and ends the scenario. */
void truth_die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
