// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifeline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/error.h"

int lifeline_hold(int fd, struct tracee_error *err)
{
	struct pollfd end = { .fd = fd };
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, "--lifeline: descriptor %d", fd);
	if (!S_ISFIFO(st.st_mode))
		return error_set(err, -EINVAL, "--lifeline: descriptor %d is no pipe: expected the reading end of one", fd);
	/* The right to send that signal is that of now: it stays when we become another user. */
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETOWN, getpid()) < 0 || fcntl(fd, F_SETSIG, SIGTERM) < 0 ||
	    fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK) < 0)
		return error_errno(err, -errno, "--lifeline: descriptor %d", fd);
	if (poll(&end, 1, 0) == 1 && (end.revents & POLLHUP))
		raise(SIGTERM);
	return 0;
}
