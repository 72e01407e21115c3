/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_IMAGE_DECOMPRESS_H
#define BUILDER_IMAGE_DECOMPRESS_H

/* What kernels are compressed with, read by libarchive. */
#include <tracee/tracee.h>

#include "builder/image/bytes.h"

/* The name of the compression that @bytes begin with, such as "xz"; NULL: none that we know. */
const char *compression_name(struct bytes bytes);

/*
 * Decompresses @bytes into @fd, an empty file.
 *
 * Returns 0, -EBADMSG if they are damaged or begin like no compression, -ENOTSUP with its name if
 * libarchive has no decompressor for it, -E2BIG if they become more than @max_bytes, or errno.
 */
int decompress(struct bytes bytes, int fd, size_t max_bytes, struct tracee_error *err);

#endif
