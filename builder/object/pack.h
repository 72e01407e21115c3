/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_PACK_H
#define BUILDER_OBJECT_PACK_H

/* From a kernel's layout to the bytes of an object: steps 4 to 6 of the way. */
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

struct layout;

#define PACK_ANY_TIER (-1)

struct pack_request {
	const struct tracee_kernel *kernel; /* borrowed */
	const char *version; /* of tracee, borrowed */
	const char *match; /* metadata `match`, borrowed; not looked at for a core object */
	int tier; /* enum tracee_tier, or PACK_ANY_TIER: what the kernel has */
};

/*
 * Chooses the program by the kernel's architecture and what the layout says the kernel has (a ring
 * buffer or not), reduces the layout to what that program needs, packs both, reads the object back and
 * checks what was read.
 *
 * @layout    borrowed; its architecture must be the kernel's. NULL: a core object, for any kernel of
 *            that architecture that brings its own BTF; it is of tier ring unless another is asked for,
 *            since kernels that have BTF and no ring buffer are few
 * @ret_bytes the object, allocated
 *
 * Returns 0; -ENOEXEC with a sentence if program and layout do not fit, which is the builder's exit
 * status 6 (STATUS_CHECK_FAILED); -EINVAL if the request makes no sense; -ENOMEM. Same inputs, same
 * bytes.
 */
int object_pack(const struct layout *layout, const struct pack_request *request, uint8_t **ret_bytes,
		size_t *ret_size_bytes, struct tracee_error *err);

/*
 * Repeats the checks on a finished object. -EBADMSG with a sentence if it cannot be read as one,
 * -ENOEXEC if a check fails, -ENOMEM.
 */
int object_check(const void *bytes, size_t size_bytes, struct tracee_error *err);

#endif
