/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_READY_H
#define RUNTIME_READY_H

/*
 * Telling others that events are being traced: a file that holds our process id while it is true, and
 * systemd's READY=1 if NOTIFY_SOCKET is set (sd_notify(3)).
 *
 * After the drop of privileges we can neither write nor remove a file, and a sensor that was killed
 * could not anyway. So the file is kept by a keeper: it writes when told to, and removes when we are gone.
 */
#include "runtime/keeper.h"

struct ready {
	struct keeper keeper; /* none if there is no file to keep */
	int notify_fd; /* connected; -1: nobody to notify */
};

/*
 * Removes what an earlier run may have left at @path (NULL: no file), starts the keeper and connects to
 * NOTIFY_SOCKET. What fails is a warning: to trace is more important than to tell.
 */
void ready_open(struct ready *ret_ready, const char *path);

/* Says so; needs no privilege. */
void ready_tell(struct ready *ready);

/* Takes it back: the file is gone when this returns. */
void ready_close(struct ready *ready);

#endif
