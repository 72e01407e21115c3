/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_PROGRESS_H
#define FRONT_PROGRESS_H

/*
 * How long something takes, on a terminal: a line that is written over, with the messages of the program that works
 * above it. Elsewhere nothing is shown but those messages.
 */
#include <stdint.h>

struct progress {
	const char *what; /* borrowed */
	int read_fd, write_fd; /* the pipe for messages; -1 where there is no terminal */
	int64_t started_ms;
	int shown; /* whether the line is there */
};

/* @messages becomes what the program is to be given for them, -1 if it shall have ours; it is closed by progress_started(). */
void progress_begin(struct progress *ret_progress, const char *what, int *messages);
void progress_started(struct progress *progress);

/* After how long to call progress_show(), which never waits. */
int progress_wants_ms(const struct progress *progress);
void progress_show(struct progress *progress);
/* Shows what messages are left, and takes the line away. */
void progress_end(struct progress *progress);

#endif
