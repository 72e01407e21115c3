/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_MAKE_H
#define FRONT_MAKE_H

/* Making the object that the runtime did not find, where there is a builder beside us: the full image. */
#include <stdbool.h>

/* Whether there is one. */
bool make_is_possible(void);

/*
 * Makes the object for the running kernel and keeps it in @directory (made with mode 0755 if it is not there), where
 * tracee_object_find() will trust it. The builder has no privileges, and writes to a directory of its own; what it made is checked, and
 * appears under its name by a rename. Whoever else makes it at the same time is waited for, and has made it then.
 * Returns an exit status; what is to be told has been.
 */
int make_object(const char *directory);

#endif
