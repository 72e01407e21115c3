// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/binaries.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bpf/wire/event.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "runtime/filter/filter.h"
#include "runtime/filter/follow.h"
#include "runtime/filter/process_events.h"
#include "runtime/log.h"

#define DELETED " (deleted)"
#define ANY_START 0 /* start time of those that ran already: /proc has it in hundredths of a second only */

struct binaries {
	const struct text_filter *filter;
	bool accepts_unknown; /* the answer for a process of which nothing is known */
	struct follow *others; /* the processes with the other answer */
	uint64_t read_ns; /* CLOCK_MONOTONIC; 0: not read */
	uint64_t n_hidden, n_refused; /* processes that may not be looked at, and that there was no room for */
	bool is_inside; /* of a pid namespace that is not the host's */
};

int binaries_new(const struct text_filter *filter, struct binaries **ret_binaries, struct tracee_error *err)
{
	struct binaries *binaries = calloc(1, sizeof(*binaries));
	int r;

	if (!binaries)
		return error_errno(err, -ENOMEM, "binary=");
	binaries->filter = filter;
	binaries->accepts_unknown = text_filter_accepts(filter, NULL, 0);
	r = follow_new(&binaries->others, err);
	if (r < 0) {
		free(binaries);
		return r;
	}
	*ret_binaries = binaries;
	return 0;
}

void binaries_free(struct binaries *binaries)
{
	if (!binaries)
		return;
	follow_free(binaries->others);
	free(binaries);
}

/* ---- the table ------------------------------------------------------------------------------ */

static bool ran_already(const struct binaries *binaries, uint64_t start_time_ns)
{
	return start_time_ns <= binaries->read_ns;
}

static bool is_other(const struct binaries *binaries, uint32_t host_pid, uint64_t start_time_ns)
{
	return follow_has(binaries->others, host_pid, start_time_ns) ||
	       (ran_already(binaries, start_time_ns) && follow_has(binaries->others, host_pid, ANY_START));
}

static void forget(struct binaries *binaries, uint32_t host_pid, uint64_t start_time_ns)
{
	follow_remove(binaries->others, host_pid, start_time_ns);
	if (ran_already(binaries, start_time_ns))
		follow_remove(binaries->others, host_pid, ANY_START);
}

static void set(struct binaries *binaries, uint32_t host_pid, uint64_t start_time_ns, bool is_accepted)
{
	forget(binaries, host_pid, start_time_ns);
	if (is_accepted != binaries->accepts_unknown && follow_add(binaries->others, host_pid, start_time_ns) < 0)
		binaries->n_refused++;
}

static void closedir_at(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

/* ---- what runs already ---------------------------------------------------------------------- */

static bool accepts_file(const struct binaries *binaries, const char *path, size_t size_bytes)
{
	size_t mark = strlen(DELETED);

	if (size_bytes > mark && memcmp(path + size_bytes - mark, DELETED, mark) == 0)
		size_bytes -= mark;
	return text_filter_accepts(binaries->filter, path, size_bytes);
}

/* Processes that end meanwhile, and threads of the kernel, have no file. */
static void read_process(struct binaries *binaries, int proc, const char *pid)
{
	char link[32], path[4096];
	ssize_t n;

	if (snprintf(link, sizeof(link), "%.16s/exe", pid) >= (int)sizeof(link))
		return;
	n = readlinkat(proc, link, path, sizeof(path));
	if (n >= 0)
		set(binaries, (uint32_t)strtoul(pid, NULL, 10), ANY_START, accepts_file(binaries, path, (size_t)n));
	else if (errno == EACCES || errno == EPERM)
		binaries->n_hidden++;
}

static void tell(const struct binaries *binaries)
{
	if (binaries->is_inside)
		log_warning("binary=: in a pid namespace that is not the host's, the binaries of processes that ran already "
			    "are not known: run in the host's (docker run --pid=host)");
	if (binaries->n_hidden)
		log_warning("binary=: %" PRIu64 " processes may not be looked at without CAP_SYS_PTRACE: until they execute "
			    "something their binaries are not known",
			    binaries->n_hidden);
}

static void read_all(struct binaries *binaries, DIR *directory)
{
	struct dirent *entry;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	binaries->read_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			read_process(binaries, dirfd(directory), entry->d_name);
	}
}

int binaries_read(struct binaries *binaries, const char *proc, struct tracee_error *err)
{
	CLEANUP(closedir_at) DIR *directory = opendir(proc);
	struct stat status;

	if (!directory || fstatat(dirfd(directory), "self/ns/pid", &status, 0) < 0)
		return error_errno(err, -errno, "binary=: '%s'", proc);
	/* Another namespace has other numbers than events have. */
	binaries->is_inside = status.st_ino != PID_NAMESPACE_INITIAL;
	if (!binaries->is_inside)
		read_all(binaries, directory);
	tell(binaries);
	return 0;
}

/* ---- what happens --------------------------------------------------------------------------- */

static bool is_accepted(const struct binaries *binaries, const struct tracee_event *event)
{
	return is_other(binaries, event->host_pid, event->start_time_ns) != binaries->accepts_unknown;
}

static void learn_execution(struct binaries *binaries, const struct tracee_event *event)
{
	const struct tracee_value *path = &event->args[EXEC_PATHNAME];

	set(binaries, event->host_pid, event->start_time_ns,
	    text_filter_accepts(binaries->filter, path->is_unreadable ? NULL : path->bytes, path->size_bytes));
}

bool binaries_event(struct binaries *binaries, const struct tracee_event *event)
{
	bool accepted;

	if (event->def->id == TRACEE_WIRE_SCHED_PROCESS_EXEC)
		learn_execution(binaries, event);
	accepted = is_accepted(binaries, event);
	if (event->def->id == TRACEE_WIRE_SCHED_PROCESS_FORK)
		set(binaries, (uint32_t)event->args[FORK_CHILD_PID].number, event->args[FORK_START_TIME].number, accepted);
	else if (event->def->id == TRACEE_WIRE_SCHED_PROCESS_EXIT && event->args[EXIT_PROCESS_GONE].number)
		forget(binaries, event->host_pid, event->start_time_ns);
	return accepted;
}

uint64_t binaries_n_refused(const struct binaries *binaries)
{
	return binaries->n_refused;
}
