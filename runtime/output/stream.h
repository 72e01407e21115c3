/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_STREAM_H
#define RUNTIME_OUTPUT_STREAM_H

/*
 * Buffered output to a descriptor that may be slow, full or closed. While the reader of a pipe does not
 * read, a flush waits, and events are dropped and counted in the kernel; it does not wait for ever once
 * somebody wants us to stop.
 */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"

struct stream {
	struct text text; /* append here, then stream_flush() or stream_flush_if_full() */
	int fd; /* borrowed */
	const char *path; /* of what fd is, for sentences; borrowed. NULL: stdout */
	int stop_fd; /* borrowed: readable when we are to stop; -1: we are stopping already */
	size_t chunk_bytes; /* of one write */
};

/* SIGPIPE must be ignored. @fd, @path and @stop_fd are borrowed. */
void stream_init(struct stream *stream, int fd, const char *path, int stop_fd);
void stream_done(struct stream *stream);

/*
 * Writes all that was appended. -EPIPE if the reader is gone, -ETIMEDOUT if nothing was taken for two
 * seconds after the wish to stop, -ENOMEM or -E2BIG if an append had failed, or the errno of the write;
 * the sentence tells how many bytes were not written.
 */
int stream_flush(struct stream *stream, struct tracee_error *err);

/* The same once there is enough to be worth it. */
int stream_flush_if_full(struct stream *stream, struct tracee_error *err);

#endif
