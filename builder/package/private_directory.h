/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_PACKAGE_PRIVATE_DIRECTORY_H
#define BUILDER_PACKAGE_PRIVATE_DIRECTORY_H

/*
 * A directory for one run: tracee-builder-unpack-XXXXXX below $TMPDIR if that is set, else below /dev/shm if that
 * is memory with room for the largest tree, else below /tmp. Only this user may enter it, and it is locked
 * (flock) as long as it is in use; inside of it is 'root', which belongs to the user that a child becomes.
 */
#include <limits.h>

#include <tracee/tracee.h>

struct private_directory {
	int parent; /* that it is made in */
	int outer; /* holds the lock */
	int root; /* O_PATH */
	char name[32]; /* of outer in parent; empty: there is none */
	char path[PATH_MAX]; /* of root */
};

#define PRIVATE_DIRECTORY_NONE                                                                                     \
	{                                                                                                          \
		.parent = -1, .outer = -1, .root = -1                                                              \
	}

/*
 * Removes what processes of this user that were killed left there, then makes a new one. Returns errno
 * with a sentence that names the directory. @directory is PRIVATE_DIRECTORY_NONE before; after a failure
 * too it is to be removed.
 */
int private_directory_make(struct private_directory *directory, struct tracee_error *err);

/* With all that is in it, following no link. Accepts PRIVATE_DIRECTORY_NONE and a half-made one. */
void private_directory_remove(struct private_directory *directory);

#endif
