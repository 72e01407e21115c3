// SPDX-License-Identifier: Apache-2.0
#include "runtime/ready.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "runtime/log.h"

#define FILE_MODE 0640

/* ---- the keeper ----------------------------------------------------------------------------- */

/* Of all capabilities it needs at most the one to write where root may not by its own right. */
static void keeper_drop(void)
{
	const cap_value_t kept = CAP_DAC_OVERRIDE;
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

/* Serves until the other end is gone: each byte asks for the file, and is answered by 0 or -errno. */
static void keeper_serve(int fd, const char *path, pid_t owner)
{
	char request, content[32];
	int n = snprintf(content, sizeof(content), "%d\n", (int)owner);

	while (read(fd, &request, 1) == 1) {
		int r = file_replace(path, content, (size_t)n, FILE_MODE);

		if (write(fd, &r, sizeof(r)) < 0)
			break;
	}
	unlink(path);
}

/* Signals from a terminal go to all of us; the keeper ends after its owner. */
static void keeper_run(int fd, const char *path, pid_t owner)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "tracee-ready", 0, 0, 0);
	/* Whoever waits for the end of our output must not wait for the keeper. */
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	keeper_drop();
	keeper_serve(fd, path, owner);
	_exit(0);
}

static int keeper_start(struct ready *ready, const char *path)
{
	pid_t owner = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	ready->keeper = fork();
	if (ready->keeper == 0) {
		close(ends[0]);
		keeper_run(ends[1], path, owner);
	}
	close(ends[1]);
	if (ready->keeper < 0) {
		ready->keeper = 0;
		close(ends[0]);
		return -EAGAIN; /* what fork(2) fails with */
	}
	ready->keeper_fd = ends[0];
	return 0;
}

/* ---- systemd -------------------------------------------------------------------------------- */

static int notify_connect(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	CLEANUP(close_at) int fd = -1;
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length >= sizeof(address.sun_path))
		return -EINVAL;
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static void notify(const struct ready *ready, const char *state)
{
	if (ready->notify_fd >= 0 && write(ready->notify_fd, state, strlen(state)) < 0)
		log_warning("NOTIFY_SOCKET: %s", strerror(errno));
}

/* ---- both ----------------------------------------------------------------------------------- */

void ready_open(struct ready *ret_ready, const char *path)
{
	struct ready ready = { .keeper_fd = -1, .keeper = 0, .notify_fd = -1 };
	const char *notify_socket = getenv("NOTIFY_SOCKET");
	int r;

	if (path && unlink(path) < 0 && errno != ENOENT)
		log_warning("readiness file '%s' of an earlier run cannot be removed: %s", path, strerror(errno));
	if (path && (r = keeper_start(&ready, path)) < 0)
		log_warning("readiness file '%s' will not be written: %s", path, strerror(-r));
	if (notify_socket && *notify_socket) {
		ready.notify_fd = notify_connect(notify_socket);
		if (ready.notify_fd < 0)
			log_warning("NOTIFY_SOCKET '%s': %s", notify_socket, strerror(-ready.notify_fd));
	}
	*ret_ready = ready;
}

void ready_tell(struct ready *ready)
{
	int answer = -EPIPE;

	notify(ready, "READY=1\n");
	if (ready->keeper_fd < 0)
		return;
	if (write(ready->keeper_fd, "", 1) == 1 &&
	    read(ready->keeper_fd, &answer, sizeof(answer)) != sizeof(answer))
		answer = -EPIPE;
	if (answer < 0)
		log_warning("the readiness file cannot be written: %s", strerror(-answer));
}

void ready_close(struct ready *ready)
{
	notify(ready, "STOPPING=1\n");
	close_at(&ready->notify_fd);
	if (ready->keeper_fd < 0)
		return;
	close_at(&ready->keeper_fd);
	waitpid(ready->keeper, NULL, 0);
}
