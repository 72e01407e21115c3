// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/error.h"

#define BUFFER_MAX (8u << 20) /* many times the largest record, escaped */
#define FLUSH_AT (64u << 10)
#define STOP_GRACE_MS 2000

void stream_init(struct stream *stream, int fd, const char *path, int stop_fd)
{
	struct stat st;

	*stream = (struct stream){ .fd = fd, .path = path, .stop_fd = stop_fd };
	/* What poll() promises of a pipe is room for PIPE_BUF bytes; more could block. */
	stream->chunk_bytes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? SIZE_MAX : PIPE_BUF;
	text_init(&stream->text, BUFFER_MAX);
}

void stream_done(struct stream *stream)
{
	text_done(&stream->text);
}

/* Waits until the descriptor takes PIPE_BUF bytes, or the time after a wish to stop is over. */
static int wait_writable(struct stream *stream)
{
	struct pollfd fds[2] = { { .fd = stream->fd, .events = POLLOUT },
				 { .fd = stream->stop_fd, .events = POLLIN } };
	int timeout_ms = stream->stop_fd < 0 ? STOP_GRACE_MS : -1;

	for (;;) {
		int n = poll(fds, 2, timeout_ms);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -ETIMEDOUT;
		if (n > 0 && fds[0].revents)
			return 0;
		if (n > 0 && fds[1].revents) {
			fds[1].fd = -1;
			timeout_ms = STOP_GRACE_MS;
		}
	}
}

/* Bytes written, or a negative errno. */
static ssize_t write_some(struct stream *stream, const char *bytes, size_t size_bytes)
{
	ssize_t n;
	int r = wait_writable(stream);

	if (r < 0)
		return r;
	n = write(stream->fd, bytes, size_bytes < stream->chunk_bytes ? size_bytes : stream->chunk_bytes);
	if (n >= 0)
		return n;
	return errno == EINTR || errno == EAGAIN ? 0 : -errno;
}

static int explain(const struct stream *stream, int r, size_t left, struct tracee_error *err)
{
	if (r == -EPIPE)
		error_set(err, r, "its reader closed it with %zu bytes unwritten", left);
	else if (r == -ETIMEDOUT)
		error_set(err, r, "its reader takes nothing; gave up with %zu bytes unwritten", left);
	else
		error_errno(err, r, "%zu bytes unwritten", left);
	return stream->path ? error_prefix(err, r, "'%s'", stream->path) : error_prefix(err, r, "stdout");
}

int stream_flush(struct stream *stream, struct tracee_error *err)
{
	const char *bytes = text_string(&stream->text);
	size_t left = stream->text.size_bytes;
	int r = text_error(&stream->text);

	if (r < 0)
		return error_errno(err, r, "%s: an event could not be written", stream->path ? stream->path : "stdout");
	while (left) {
		ssize_t n = write_some(stream, bytes, left);

		if (n < 0)
			return explain(stream, (int)n, left, err);
		bytes += n;
		left -= (size_t)n;
	}
	text_reset(&stream->text);
	return 0;
}

int stream_flush_if_full(struct stream *stream, struct tracee_error *err)
{
	if (stream->text.size_bytes < FLUSH_AT && !text_error(&stream->text))
		return 0;
	return stream_flush(stream, err);
}
