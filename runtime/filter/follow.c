// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/follow.h"

#include <errno.h>
#include <stdlib.h>

#include "bpf/wire/event.h"
#include "libtracee/base/error.h"
#include "runtime/filter/process_events.h"

#define N_SLOTS 65536u /* a power of two; a quarter stays empty, so that a search is short */

_Static_assert((N_SLOTS & (N_SLOTS - 1)) == 0 && FOLLOW_N_MAX < N_SLOTS, "a search needs an empty slot to end");

struct process {
	uint64_t start_time_ns;
	uint32_t host_pid; /* 0: the slot is empty */
};

/* Open addressing: a process is in the slot of its hash or, without an empty one between, behind it. */
struct follow {
	size_t n;
	struct process slots[N_SLOTS];
};

int follow_new(struct follow **ret_follow, struct tracee_error *err)
{
	struct follow *follow = calloc(1, sizeof(*follow));

	if (!follow)
		return error_errno(err, -ENOMEM, "processes that are followed");
	*ret_follow = follow;
	return 0;
}

void follow_free(struct follow *follow)
{
	free(follow);
}

static uint32_t home_of(uint32_t host_pid, uint64_t start_time_ns)
{
	uint64_t hash = (start_time_ns ^ ((uint64_t)host_pid << 32)) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(hash >> 48) & (N_SLOTS - 1);
}

/* Its slot, or the empty one where it would be. */
static uint32_t find(const struct follow *follow, uint32_t host_pid, uint64_t start_time_ns)
{
	uint32_t at = home_of(host_pid, start_time_ns);

	while (follow->slots[at].host_pid &&
	       (follow->slots[at].host_pid != host_pid || follow->slots[at].start_time_ns != start_time_ns))
		at = (at + 1) & (N_SLOTS - 1);
	return at;
}

bool follow_has(const struct follow *follow, uint32_t host_pid, uint64_t start_time_ns)
{
	return host_pid && follow->slots[find(follow, host_pid, start_time_ns)].host_pid;
}

int follow_add(struct follow *follow, uint32_t host_pid, uint64_t start_time_ns)
{
	uint32_t at;

	/* The idle task has number 0 and is nobody's descendant or parent that matters. */
	if (!host_pid)
		return 0;
	at = find(follow, host_pid, start_time_ns);
	if (follow->slots[at].host_pid)
		return 0;
	if (follow->n == FOLLOW_N_MAX)
		return -ENOSPC;
	follow->slots[at] = (struct process){ start_time_ns, host_pid };
	follow->n++;
	return 0;
}

/* Whether the process at @at may move to the empty slot @hole: its home is not between the two. */
static bool may_move(const struct follow *follow, uint32_t hole, uint32_t at)
{
	uint32_t home = home_of(follow->slots[at].host_pid, follow->slots[at].start_time_ns);

	return ((at - home) & (N_SLOTS - 1)) >= ((at - hole) & (N_SLOTS - 1));
}

void follow_remove(struct follow *follow, uint32_t host_pid, uint64_t start_time_ns)
{
	uint32_t hole = find(follow, host_pid, start_time_ns);

	if (!host_pid || !follow->slots[hole].host_pid)
		return;
	follow->n--;
	for (uint32_t at = (hole + 1) & (N_SLOTS - 1); follow->slots[at].host_pid; at = (at + 1) & (N_SLOTS - 1)) {
		if (!may_move(follow, hole, at))
			continue;
		follow->slots[hole] = follow->slots[at];
		hole = at;
	}
	follow->slots[hole].host_pid = 0;
}

static void learn(struct follow *follow, const struct tracee_event *event, uint64_t *ret_n_refused)
{
	if (event->def->id == TRACEE_WIRE_SCHED_PROCESS_FORK) {
		if (follow_add(follow, (uint32_t)event->args[FORK_CHILD_PID].number,
			       event->args[FORK_START_TIME].number) < 0)
			++*ret_n_refused;
	} else if (event->def->id == TRACEE_WIRE_SCHED_PROCESS_EXIT && event->args[EXIT_PROCESS_GONE].number) {
		follow_remove(follow, event->host_pid, event->start_time_ns);
	}
}

bool follow_event(struct follow *follow, const struct tracee_event *event, bool matches, uint64_t *ret_n_refused)
{
	bool is_followed = follow_has(follow, event->host_pid, event->start_time_ns);

	if (!is_followed && matches) {
		if (follow_add(follow, event->host_pid, event->start_time_ns) < 0)
			++*ret_n_refused;
		is_followed = true;
	}
	if (is_followed)
		learn(follow, event, ret_n_refused);
	return is_followed;
}
