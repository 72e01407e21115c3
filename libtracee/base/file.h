/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/* Files whole: read within a limit, written so that no reader ever sees half of one. */
#include <stddef.h>
#include <stdint.h>

/*
 * Reads all of @fd (borrowed) from its current position, at most @max_bytes: -EFBIG beyond. Works on
 * /proc and /sys, whose files have no size. @ret_bytes is allocated with a NUL behind the last byte.
 */
int file_read_fd(int fd, size_t max_bytes, uint8_t **ret_bytes, size_t *ret_size_bytes);

/* Opens @path below directory fd @at (AT_FDCWD for none) and reads it as above. */
int file_read_at(int at, const char *path, size_t max_bytes, uint8_t **ret_bytes, size_t *ret_size_bytes);

/* -errno of the first write that failed; a short write is continued. */
int file_write_all(int fd, const void *bytes, size_t size_bytes);

/*
 * Makes @path hold exactly these bytes with mode @mode: temporary file in the same directory, fsync,
 * rename, fsync of the directory. On failure the temporary file is gone and an old @path untouched.
 */
int file_replace(const char *path, const void *bytes, size_t size_bytes, unsigned int mode);

#endif
