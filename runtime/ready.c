// SPDX-License-Identifier: Apache-2.0
#include "runtime/ready.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "runtime/log.h"

#define FILE_MODE 0640

/* ---- the keeper ----------------------------------------------------------------------------- */

/* What the keeper needs to know. */
struct kept {
	const char *path;
	pid_t owner;
};

/* Serves until the other end is gone: each byte asks for the file, and is answered by 0 or -errno. */
static void serve(int fd, const void *context)
{
	const struct kept *kept = context;
	char request, content[32];
	int n = snprintf(content, sizeof(content), "%d\n", (int)kept->owner);

	while (read(fd, &request, 1) == 1) {
		int r = file_replace(kept->path, content, (size_t)n, FILE_MODE);

		if (write(fd, &r, sizeof(r)) < 0)
			break;
	}
	unlink(kept->path);
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
	struct ready ready = { .keeper.fd = -1, .notify_fd = -1 };
	struct kept kept = { path, getpid() };
	const char *notify_socket = getenv("NOTIFY_SOCKET");
	int r;

	if (path && unlink(path) < 0 && errno != ENOENT)
		log_warning("readiness file '%s' of an earlier run cannot be removed: %s", path, strerror(errno));
	if (path && (r = keeper_start("tracee-ready", CAP_DAC_OVERRIDE, serve, &kept, &ready.keeper)) < 0)
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
	if (ready->keeper.fd < 0)
		return;
	if (write(ready->keeper.fd, "", 1) == 1 &&
	    read(ready->keeper.fd, &answer, sizeof(answer)) != sizeof(answer))
		answer = -EPIPE;
	if (answer < 0)
		log_warning("the readiness file cannot be written: %s", strerror(-answer));
}

void ready_close(struct ready *ready)
{
	notify(ready, "STOPPING=1\n");
	close_at(&ready->notify_fd);
	keeper_stop(&ready->keeper);
}
