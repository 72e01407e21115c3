/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_PACKAGE_SELECTION_H
#define BUILDER_PACKAGE_SELECTION_H

/*
 * What is taken out of a package, by name alone, and where it is put. A package is of one of two shapes:
 * paths that begin as on an installed system (usr/src/, lib/modules/, usr/lib/modules/, nix/store/) keep
 * their place; any other archive holds a tree under a prefix of its own and goes below tree/<n>/, <n>
 * being the number of the package. What of a tree is needed: reference in the kernel's own Makefile
 * (LINUXINCLUDE), and what tells which kernel it is of.
 */
#include <stdbool.h>
#include <stddef.h>

#include <tracee/tracee.h>

#define PACKAGE_PATH_SIZE 1024 /* with the NUL; the longest in a header package has 130 */
#define PACKAGE_PATH_COMPONENTS_MAX 32 /* the deepest has 12 */

enum selected {
	SELECTED_NOTHING,
	SELECTED_FOREIGN, /* it would be taken for another release */
	SELECTED_HEADER,
	SELECTED_VMLINUX, /* or a module: what may be larger than a header */
	SELECTED_LINK, /* taken if it is a symbolic link, and only then */
};

/*
 * The name of an archive's entry without "./", "//" and "/" at its end; "" for the root itself.
 *
 * Returns 0, -EACCES for what no package has and an attack would (absolute, "..", control characters),
 * -E2BIG if it is too long or too deep; with a sentence.
 */
int entry_path(const char *name, char ret_path[PACKAGE_PATH_SIZE], struct tracee_error *err);

/*
 * @path     of entry_path()
 * @release  NULL, or the one kernel that counts
 * @n        number of the package
 *
 * @ret_path is where the entry is put, set unless it is SELECTED_NOTHING or SELECTED_FOREIGN.
 * Returns -E2BIG, with a sentence, if it became too long there.
 */
int entry_select(const char *path, const char *release, unsigned int n, enum selected *ret_selected,
		 char ret_path[PACKAGE_PATH_SIZE], struct tracee_error *err);

/* How deep the root lies that a link at @path may not leave: 0, or 2 below tree/<n>/. */
size_t link_root_depth(const char *path);

/* Whether a link at @path may have an absolute target: the links from modules to their tree. */
bool link_may_be_absolute(const char *path);

/* Whether an entry of this name may be an archive with a header tree, such as kernel-dev.tar. */
bool entry_is_nested(const char *path);

/* @name as part of a message: at most 200 bytes, no control characters; in a static buffer. */
const char *entry_shown(const char *name);

#endif
