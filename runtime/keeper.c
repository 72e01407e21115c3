// SPDX-License-Identifier: Apache-2.0
#include "runtime/keeper.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"

/* Of all capabilities it needs at most the one to open what root may not by its own right. */
static void drop(cap_value_t kept)
{
	cap_t caps = cap_init(), held = cap_get_proc();
	cap_flag_value_t has = CAP_CLEAR;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (caps && held && cap_get_flag(held, kept, CAP_EFFECTIVE, &has) == 0 && has == CAP_SET) {
		cap_set_flag(caps, CAP_PERMITTED, 1, &kept, CAP_SET);
		cap_set_flag(caps, CAP_EFFECTIVE, 1, &kept, CAP_SET);
	}
	if (caps)
		cap_set_proc(caps);
	cap_free(caps);
	cap_free(held);
}

/* Signals from a terminal go to all of us; the keeper ends after its owner. */
static void prepare(const char *name, cap_value_t kept)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, name, 0, 0, 0);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	drop(kept);
}

int keeper_start(const char *name, int capability, void (*serve)(int fd, const void *context), const void *context,
		 struct keeper *ret_keeper)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		prepare(name, capability);
		serve(ends[1], context);
		_exit(0);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -EAGAIN; /* what fork(2) fails with */
	}
	*ret_keeper = (struct keeper){ .fd = ends[0], .pid = pid };
	return 0;
}

void keeper_stop(struct keeper *keeper)
{
	if (keeper->fd < 0 || !keeper->pid)
		return;
	close(keeper->fd);
	waitpid(keeper->pid, NULL, 0);
	*keeper = (struct keeper){ .fd = -1 };
}
