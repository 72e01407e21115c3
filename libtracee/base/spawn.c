// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void spawn_give_up(int pipe_fd, const char *what)
{
	struct spawn_failure failure = { .code = errno };
	ssize_t n;

	strncpy(failure.what, what, sizeof(failure.what) - 1);
	n = write(pipe_fd, &failure, sizeof(failure));
	(void)n;
	_exit(127);
}

static void close_from(unsigned int first)
{
	struct rlimit limits;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, ~0u, 0) == 0)
		return;
#endif
	/* Before 5.9. */
	if (getrlimit(RLIMIT_NOFILE, &limits) == 0) {
		for (rlim_t fd = first; fd < limits.rlim_cur; fd++)
			close((int)fd);
	}
}

/* Out of the way of the numbers up to @n, so that none is taken that is still needed. */
static int move_away(int fd, int n, int pipe_fd)
{
	int moved = fcntl(fd, F_DUPFD, n + 1);

	if (moved < 0)
		spawn_give_up(pipe_fd, "files");
	return moved;
}

int spawn_set_files(int *from, int n, int pipe_fd)
{
	pipe_fd = move_away(pipe_fd, n, pipe_fd);
	for (int i = 0; i < n; i++)
		from[i] = move_away(from[i], n, pipe_fd);
	for (int i = 0; i < n; i++) {
		if (dup2(from[i], i) < 0)
			spawn_give_up(pipe_fd, "files");
	}
	if (dup2(pipe_fd, n) < 0 || fcntl(n, F_SETFD, FD_CLOEXEC) < 0)
		spawn_give_up(pipe_fd, "files");
	close_from((unsigned int)n + 1);
	return n;
}

int spawn_take_failure(int pipe_fd, struct spawn_failure *ret_failure)
{
	struct spawn_failure failure;
	ssize_t n;

	do {
		n = read(pipe_fd, &failure, sizeof(failure));
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	if (n != sizeof(failure))
		return -EIO;
	failure.what[sizeof(failure.what) - 1] = '\0';
	*ret_failure = failure;
	return 1;
}
