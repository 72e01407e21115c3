// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libtracee/base/error.h"
#include "runtime/output/finding.h"

#define PENDING_MAX (1u << 20) /* some 300 findings, beside what the pipe holds */
#define LINE_MAX_BYTES (256u << 10)
#define DRAIN_STEPS 20
#define DRAIN_STEP_MS 100

int tap_open(int fd, struct tap *ret_tap, struct tracee_error *err)
{
	int flags = 0;

	if (fd >= 0) {
		flags = fcntl(fd, F_GETFL);
		if (flags < 0)
			return error_errno(err, -errno, "--findings-to: descriptor %d", fd);
		if ((flags & O_ACCMODE) == O_RDONLY)
			return error_set(err, -EINVAL, "--findings-to: descriptor %d is not open for writing", fd);
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
			return error_errno(err, -errno, "--findings-to: descriptor %d", fd);
	}
	*ret_tap = (struct tap){ .fd = fd };
	text_init(&ret_tap->pending, PENDING_MAX);
	text_init(&ret_tap->line, LINE_MAX_BYTES);
	return 0;
}

void tap_done(struct tap *tap)
{
	text_done(&tap->pending);
	text_done(&tap->line);
}

/* Takes the first @n bytes out. */
static void shift(struct text *text, size_t n)
{
	memmove(text->bytes, text->bytes + n, text->size_bytes - n);
	text->size_bytes -= n;
	text->bytes[text->size_bytes] = '\0';
}

void tap_flush(struct tap *tap)
{
	while (tap->pending.size_bytes) {
		ssize_t n = write(tap->fd, tap->pending.bytes, tap->pending.size_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		shift(&tap->pending, (size_t)n);
	}
}

void tap_finding(struct tap *tap, const struct finding *finding, const struct output_form *form)
{
	if (tap->fd < 0)
		return;
	text_reset(&tap->line);
	finding_json(&tap->line, finding, form);
	if (text_error(&tap->line) == 0)
		text_add_bytes(&tap->pending, tap->line.bytes, tap->line.size_bytes);
	if (text_error(&tap->line) < 0 || text_error(&tap->pending) < 0) {
		tap->n_dropped++;
		tap->pending.failed = 0; /* it is as it was before: whole lines */
	}
	tap_flush(tap);
}

static uint64_t count_lines(const struct text *text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text->size_bytes; i++)
		n += text->bytes[i] == '\n';
	return n;
}

void tap_drain(struct tap *tap)
{
	struct pollfd end = { .fd = tap->fd, .events = POLLOUT };

	if (tap->fd < 0)
		return;
	tap_flush(tap);
	for (int i = 0; i < DRAIN_STEPS && tap->pending.size_bytes; i++) {
		if (poll(&end, 1, DRAIN_STEP_MS) > 0 && (end.revents & (POLLERR | POLLNVAL)))
			break;
		tap_flush(tap);
	}
	tap->n_dropped += count_lines(&tap->pending);
	text_reset(&tap->pending);
}
