/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_FORM_H
#define RUNTIME_OUTPUT_FORM_H

/* How values are written, whatever the format: what --output option: chose, and what that takes. */
#include <stdbool.h>
#include <stdint.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"

struct container_names;

enum time_form {
	TIME_SINCE_BOOT, /* seconds of CLOCK_MONOTONIC */
	TIME_SINCE_START, /* seconds since form_start() */
	TIME_OF_DAY, /* ISO 8601, UTC */
};

struct output_form {
	enum tracee_arch arch; /* of the process that made the event */
	enum time_form time;
	bool shows_env; /* the environment of a new program; null otherwise */
	bool shows_syscall; /* what led to an event of the kernel */
	bool shows_containers; /* tables have the columns for events of containers */
	struct container_names *names; /* of containers; NULL: not asked for. Borrowed */
	uint64_t start_ns; /* CLOCK_MONOTONIC */
	int64_t clock_offset_ns; /* CLOCK_REALTIME less CLOCK_MONOTONIC */
};

/* Takes the present moment as the start, and the offset of the clocks. */
void form_start(struct output_form *form);

/*
 * Takes the offset of the clocks anew if the time of day was set, or the machine slept (CLOCK_MONOTONIC
 * stands still then). Differences below a millisecond stay: the times of events keep their distances.
 */
void form_follow_clock(struct output_form *form);

/* Seconds with six decimals: since the start for TIME_SINCE_START, since boot otherwise. */
void form_seconds(const struct output_form *form, uint64_t time_ns, struct text *text);

/* "2026-11-24T17:33:31.123456Z". */
void form_date(const struct output_form *form, uint64_t time_ns, struct text *text);

#endif
