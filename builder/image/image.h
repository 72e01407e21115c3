/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_IMAGE_IMAGE_H
#define BUILDER_IMAGE_IMAGE_H

/*
 * The BTF in a kernel image as it is booted, which every distribution's kernel package has:
 *
 *   bzImage    x86: an ELF file, compressed, behind code that decompresses it. It says its release
 *              (Documentation/arch/x86/boot.rst)
 *   Image      arm64: flat, without a section table, so that the BTF has to be looked for
 *              (Documentation/arch/arm64/booting.rst)
 *   zboot      arm64 and others: an EFI program that decompresses an Image
 *              (drivers/firmware/efi/libstub/zboot-header.S)
 *
 * and an Image or a vmlinux in any of their compressions. That of a flat image which says no release at
 * a known place is taken from the banner in it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "builder/image/bytes.h"

/* Zeroed: empty. */
struct kernel_image {
	uint8_t *btf; /* raw BTF, owned */
	size_t size_bytes;
	char release[TRACEE_RELEASE_MAX]; /* that the image says of itself; "": it does not */
};

/* Accepts NULL and an empty one. */
void kernel_image_done(struct kernel_image *image);

/* How many of a file's first bytes kernel_image_is_one() looks at. */
#define KERNEL_IMAGE_BEGIN_SIZE 1024

/* Whether a file that begins so may be such an image; nothing else of it has been checked. */
bool kernel_image_is_one(struct bytes begin);

/*
 * Reads an image in a child without privileges (builder/child.h): what decompresses and parses it
 * is in the hands of who made it.
 *
 * @fd         of a regular file, borrowed; its position is neither used nor moved
 * @ret_image  on success the caller's: kernel_image_done(); untouched on failure
 *
 * Returns 0, -EBADMSG with a sentence if it is no image or a damaged one or has no BTF, -ENOTSUP if its
 * compression cannot be read, -E2BIG for a limit, -ETIMEDOUT, -EINTR (see child_interrupted), -ENOMEM
 * or errno.
 */
int kernel_image_read(int fd, struct kernel_image *ret_image, struct tracee_error *err);

/*
 * The same in this process, which is what happens in the child.
 *
 * @scratch  an empty file open for reading and writing, which the kernel is decompressed into; borrowed
 */
int kernel_image_extract(int fd, int scratch, struct kernel_image *ret_image, struct tracee_error *err);

#endif
