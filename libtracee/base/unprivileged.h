/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UNPRIVILEGED_H
#define BASE_UNPRIVILEGED_H

/* Giving up every privilege in a process that is about to run what others wrote, or a program. */
#include <sys/types.h>

/*
 * No user gains any privilege any more (no_new_privs), no capability is left, in the bounding set too, and
 * root becomes user and group 65534. Failing in that is an error, with two exceptions in which there is nothing to
 * give up: a root without CAP_SETUID and CAP_SETGID, and a user namespace that has no user 65534. Calls
 * only what is safe after fork(). Returns 0, or -errno with @ret_what (static memory) naming the call that failed.
 */
int unprivileged_become(const char **ret_what);

/* The user that unprivileged_become() would make of this process: what is to be written then must be that user's. */
uid_t unprivileged_user(void);

#endif
