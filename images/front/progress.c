// SPDX-License-Identifier: Apache-2.0
#include "images/front/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "images/front/clock.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

#define SHOW_EVERY_MS 250
#define QUIET_MS 500 /* what is over by then needs no progress */
#define NEVER_MS (-1)
#define LINE_ERASED "\r\033[K"

static void put(const char *bytes, size_t size)
{
	file_write_all(STDERR_FILENO, bytes, size);
}

void progress_begin(struct progress *ret_progress, const char *what, int *messages)
{
	struct progress progress = { .what = what, .read_fd = -1, .write_fd = -1, .started_ms = clock_ms() };
	int ends[2];

	*messages = -1;
	if (isatty(STDERR_FILENO) && pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
		progress.read_fd = ends[0];
		progress.write_fd = *messages = ends[1];
		fcntl(ends[1], F_SETFL, 0); /* the program's end blocks, as a terminal would */
	}
	*ret_progress = progress;
}

void progress_started(struct progress *progress)
{
	close_at(&progress->write_fd);
	progress->write_fd = -1;
}

int progress_wants_ms(const struct progress *progress)
{
	return progress->read_fd >= 0 ? SHOW_EVERY_MS : NEVER_MS;
}

static void erase(struct progress *progress)
{
	if (progress->shown)
		put(LINE_ERASED, strlen(LINE_ERASED));
	progress->shown = 0;
}

static void pass_messages(struct progress *progress)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(progress->read_fd, bytes, sizeof(bytes))) > 0) {
		erase(progress);
		put(bytes, (size_t)n);
	}
}

void progress_show(struct progress *progress)
{
	int64_t passed_ms = clock_ms() - progress->started_ms;
	char line[256];
	int n;

	if (progress->read_fd < 0)
		return;
	pass_messages(progress);
	if (passed_ms < QUIET_MS)
		return;
	n = snprintf(line, sizeof(line), LINE_ERASED "%.200s: %" PRId64 " s", progress->what, passed_ms / 1000);
	put(line, (size_t)n);
	progress->shown = 1;
}

void progress_end(struct progress *progress)
{
	if (progress->read_fd >= 0)
		pass_messages(progress);
	erase(progress);
	close_at(&progress->read_fd);
	progress->read_fd = -1;
}
