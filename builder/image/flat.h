/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_IMAGE_FLAT_H
#define BUILDER_IMAGE_FLAT_H

/* What can be found in a kernel that has no section table: the bytes as they lie in memory. */
#include <tracee/tracee.h>

#include "builder/image/bytes.h"

/*
 * The BTF of a kernel, which is looked for by what its header looks like: the first that libbpf
 * accepts and that has a struct task_struct.
 *
 * @ret_btf  a part of @image
 *
 * Returns 0, -EBADMSG with a sentence if there is none, -ENOMEM.
 */
int flat_find_btf(struct bytes image, struct bytes *ret_btf, struct tracee_error *err);

/* The release in the banner that the kernel prints first; "" if there is none. */
void flat_find_release(struct bytes image, char ret_release[TRACEE_RELEASE_MAX]);

/* The release that @text begins with, up to a space; "" if what stands there is none. */
void release_take(struct bytes text, char ret_release[TRACEE_RELEASE_MAX]);

#endif
