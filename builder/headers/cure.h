/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_CURE_H
#define BUILDER_HEADERS_CURE_H

/* What mends a search that failed: the mount that a container lacks, the package that a host lacks. */
#include "builder/headers/root.h"
#include "libtracee/base/text.h"

/*
 * The option of docker and podman that makes @missing visible below @root: "-v /usr/src:/usr/src:ro", for
 * the directory that has to be there.
 *
 * @missing  inside the root: the path that is not there
 */
void cure_mount(const struct header_root *root, const char *missing, struct text *text);

/* Whether a path can stand in a command that is to be pasted: letters, digits and what names usually have. */
bool cure_can_mount(const char *missing);

/*
 * The command that installs the headers of @release, for the distribution that etc/os-release or
 * usr/lib/os-release below @root names (os-release(5)); names of packages where that is unknown.
 */
void cure_package(const struct header_root *root, const char *release, struct text *text);

#endif
