// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"

#define FIRST_ALLOCATION 65536

/* A size that holds what fstat() promises, or the first guess for files that promise nothing. */
static size_t first_size(int fd, size_t max_bytes)
{
	struct stat st;
	size_t size = FIRST_ALLOCATION;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		size = (uintmax_t)st.st_size < max_bytes ? (size_t)st.st_size + 1 : max_bytes + 1;
	return size;
}

int file_read_fd(int fd, size_t max_bytes, uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size = first_size(fd, max_bytes), used = 0;

	bytes = malloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(fd, bytes + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > max_bytes)
			return -EFBIG;
		if (used == size) {
			uint8_t *more = realloc(bytes, size * 2 + 1);

			if (!more)
				return -ENOMEM;
			bytes = more;
			size *= 2;
		}
	}
	bytes[used] = '\0';
	*ret_bytes = TAKE(bytes);
	*ret_size_bytes = used;
	return 0;
}

int file_read_at(int at, const char *path, size_t max_bytes, uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	CLEANUP(close_at) int fd = openat(at, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return file_read_fd(fd, max_bytes, ret_bytes, ret_size_bytes);
}

int file_write_all(int fd, const void *bytes, size_t size_bytes)
{
	const uint8_t *p = bytes;

	while (size_bytes) {
		ssize_t n = write(fd, p, size_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		size_bytes -= (size_t)n;
	}
	return 0;
}

static int sync_directory_of(const char *path)
{
	CLEANUP(free_at) char *copy = strdup(path);
	CLEANUP(close_at) int fd = -1;
	char *slash;

	if (!copy)
		return -ENOMEM;
	slash = strrchr(copy, '/');
	if (slash)
		slash[slash == copy] = '\0';
	fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Some file systems cannot sync a directory; the rename is atomic there all the same. */
	return fsync(fd) < 0 && errno != EINVAL && errno != EROFS ? -errno : 0;
}

int file_replace(const char *path, const void *bytes, size_t size_bytes, unsigned int mode)
{
	CLEANUP(close_at) int fd = -1;
	char temporary[PATH_MAX];
	int r;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= sizeof(temporary))
		return -ENAMETOOLONG;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = file_write_all(fd, bytes, size_bytes);
	if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0))
		r = -errno;
	if (r < 0) {
		unlink(temporary);
		return r;
	}
	return sync_directory_of(path);
}
