// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "runtime/filter/binaries.h"
#include "runtime/filter/cgroups.h"
#include "runtime/filter/containers.h"
#include "runtime/filter/follow.h"
#include "runtime/log.h"

#define SCRATCH_MAX (1u << 20) /* a value as it is printed: four times what a record can hold, and more */
#define SCRATCH_FIRST 4096 /* bytes that are there before the first event */

struct judge {
	const struct filter *filter;
	bool is_set;
	uint64_t start_ns; /* CLOCK_MONOTONIC */
	struct containers *containers; /* these four only if the filter asks */
	struct cgroups *cgroups;
	struct follow *follow;
	struct binaries *binaries;
	struct text scratch;
	uint64_t n_unknown_cgroups; /* events */
	uint64_t n_not_followed; /* processes */
};

DEFINE_CLEANUP(struct judge *, judge_free)

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int look_at_machine(struct judge *judge, struct tracee_error *err)
{
	const struct filter *filter = judge->filter;
	int r = 0;

	if (filter->new_container)
		r = containers_read("/proc", &judge->containers, err);
	if (r == 0 && text_filter_is_set(&filter->texts[FILTER_CGROUP]))
		r = cgroups_open("/proc/self/mounts", &filter->texts[FILTER_CGROUP], &judge->cgroups, err);
	if (r == 0 && filter->follows)
		r = follow_new(&judge->follow, err);
	if (r == 0 && text_filter_is_set(&filter->texts[FILTER_BINARY]))
		r = binaries_new(&filter->texts[FILTER_BINARY], &judge->binaries, err);
	return r;
}

int judge_new(const struct filter *filter, struct judge **ret_judge, struct tracee_error *err)
{
	CLEANUP(judge_free_at) struct judge *judge = calloc(1, sizeof(*judge));
	int r;

	if (!judge)
		return error_errno(err, -ENOMEM, "filter");
	judge->filter = filter;
	judge->is_set = filter_is_set(filter);
	judge->start_ns = now_ns();
	text_init(&judge->scratch, SCRATCH_MAX);
	text_pad_to(&judge->scratch, 0, SCRATCH_FIRST);
	if (text_error(&judge->scratch))
		return error_errno(err, text_error(&judge->scratch), "filter");
	r = look_at_machine(judge, err);
	if (r < 0)
		return r;
	*ret_judge = TAKE(judge);
	return 0;
}

void judge_free(struct judge *judge)
{
	if (!judge)
		return;
	containers_free(judge->containers);
	cgroups_close(judge->cgroups);
	follow_free(judge->follow);
	binaries_free(judge->binaries);
	text_done(&judge->scratch);
	free(judge);
}

int judge_attached(struct judge *judge, struct tracee_error *err)
{
	return judge->binaries ? binaries_read(judge->binaries, "/proc", err) : 0;
}

int judge_directory(const struct judge *judge)
{
	return judge->cgroups ? cgroups_directory(judge->cgroups) : -1;
}

/* Of a cgroup that is unknown no value is hit. */
static bool is_cgroup_accepted(struct judge *judge, const struct tracee_event *event)
{
	enum cgroup_answer answer = cgroups_look_up(judge->cgroups, event->cgroup_id);

	if (answer != CGROUP_UNKNOWN)
		return answer == CGROUP_ACCEPTED;
	judge->n_unknown_cgroups++;
	return text_filter_accepts(&judge->filter->texts[FILTER_CGROUP], NULL, 0);
}

/* All but the cgroup, and the binary, which is learned from every event. */
static struct filter_facts facts_of(const struct judge *judge, const struct tracee_event *event)
{
	return (struct filter_facts){
		.is_new_process = event->start_time_ns > judge->start_ns,
		.is_new_container = judge->containers && containers_are_new(judge->containers, event),
		.is_binary_accepted = true,
		.is_cgroup_accepted = true,
	};
}

static bool matches_but_for_cgroup(struct judge *judge, const struct tracee_event *event, bool is_wanted)
{
	struct filter_facts facts = facts_of(judge, event);

	if (judge->binaries)
		facts.is_binary_accepted = binaries_event(judge->binaries, event);
	if (is_wanted)
		return filter_matches(judge->filter, event, &facts, &judge->scratch);
	return !judge->filter->n_arguments && filter_matches_process(judge->filter, event, &facts);
}

/* The cgroup comes last: looking for its path may take a walk, and fail. */
static bool matches(struct judge *judge, const struct tracee_event *event, bool is_wanted)
{
	return matches_but_for_cgroup(judge, event, is_wanted) &&
	       (!judge->cgroups || is_cgroup_accepted(judge, event));
}

bool judge_event(struct judge *judge, const struct tracee_event *event, bool is_wanted)
{
	if (!judge->is_set)
		return is_wanted;
	if (!judge->follow && !judge->binaries)
		return is_wanted && matches(judge, event, true);
	if (!judge->follow)
		return matches(judge, event, is_wanted) && is_wanted;
	return follow_event(judge->follow, event, matches(judge, event, is_wanted), &judge->n_not_followed) &&
	       is_wanted;
}

void judge_tell(const struct judge *judge)
{
	uint64_t n_refused = judge->binaries ? binaries_n_refused(judge->binaries) : 0;

	if (n_refused)
		log_warning("binary=: the binaries of %" PRIu64 " processes were not kept, since %d were at the time", n_refused,
			    FOLLOW_N_MAX);
	if (judge->n_unknown_cgroups)
		log_warning("cgroup=: %" PRIu64
			    " events came from cgroups that were gone, or out of sight, when their path "
			    "was looked up: they were taken to match no path",
			    judge->n_unknown_cgroups);
	if (judge->n_not_followed)
		log_warning("follow: %" PRIu64 " processes were not followed, since %d were at the time",
			    judge->n_not_followed, FOLLOW_N_MAX);
}
