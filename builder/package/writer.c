// SPDX-License-Identifier: Apache-2.0
#include "builder/package/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define OPEN_DIRECTORY (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

void writer_init(struct writer *writer, int root, const char *root_path)
{
	*writer = (struct writer){ .root = root, .root_path = root_path, .directory = -1 };
}

void writer_done(struct writer *writer)
{
	close_at(&writer->directory);
	writer->directory = -1;
}

int writer_explain(const struct writer *writer, const char *path, int r, struct tracee_error *err)
{
	switch (r) {
	case -ENOSPC:
	case -EDQUOT:
		return error_errno(
			err, r, "'%s' is full: make room, or name another directory for temporary files in TMPDIR",
			writer->root_path);
	case -ENOTDIR:
	case -ELOOP:
	case -EISDIR:
		return error_set(err, -EACCES, "'%s' is, in one place, a directory and, in another, none",
				 entry_shown(path));
	default:
		return error_errno(err, r, "writing '%s'", entry_shown(path));
	}
}

/* The directory @name in @at; made if it is not there. */
static int enter(int at, const char *name, int *ret_fd)
{
	int fd = openat(at, name, OPEN_DIRECTORY);

	if (fd < 0 && errno == ENOENT) {
		if (mkdirat(at, name, 0755) < 0)
			return -errno;
		fd = openat(at, name, OPEN_DIRECTORY);
	}
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* Opens the directory at the first @length bytes of @path. */
static int open_directory(int root, const char *path, size_t length, int *ret_fd)
{
	CLEANUP(close_at) int at = openat(root, ".", OPEN_DIRECTORY);
	char name[PACKAGE_PATH_SIZE];
	int r;

	if (at < 0)
		return -errno;
	for (const char *p = path; p < path + length;) {
		size_t n = strcspn(p, "/");
		int inner = -1;

		memcpy(name, p, n);
		name[n] = '\0';
		r = enter(at, name, &inner);
		if (r < 0)
			return r;
		close(at);
		at = inner;
		p += n + 1;
	}
	*ret_fd = TAKE_FD(at);
	return 0;
}

/* Makes the directory of @path the writer's; @ret_name is the last component. */
static int go_to(struct writer *writer, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;
	int r, fd = -1;

	*ret_name = slash ? slash + 1 : path;
	if (writer->directory >= 0 && strlen(writer->directory_path) == length &&
	    memcmp(writer->directory_path, path, length) == 0)
		return 0;
	r = open_directory(writer->root, path, length, &fd);
	if (r < 0)
		return r;
	writer_done(writer);
	writer->directory = fd;
	memcpy(writer->directory_path, path, length);
	writer->directory_path[length] = '\0';
	return 0;
}

static int create_at(int directory, const char *name, int *ret_fd)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(directory, name, flags, 0644);

	if (fd < 0 && errno == EEXIST) {
		if (unlinkat(directory, name, 0) < 0)
			return -errno;
		fd = openat(directory, name, flags, 0644);
	}
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int writer_create(struct writer *writer, const char *path, int *ret_fd, struct tracee_error *err)
{
	const char *name;
	int r = go_to(writer, path, &name);

	if (r == 0)
		r = create_at(writer->directory, name, ret_fd);
	return r < 0 ? writer_explain(writer, path, r, err) : 0;
}

static int link_at(int from, const char *target, int to, const char *name)
{
	struct stat st;

	if (fstatat(from, target, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOENT;
	if (linkat(from, target, to, name, 0) == 0)
		return 0;
	if (errno != EEXIST || unlinkat(to, name, 0) < 0 || linkat(from, target, to, name, 0) < 0)
		return -errno;
	return 0;
}

int writer_hard_link(struct writer *writer, const char *path, const char *target, struct tracee_error *err)
{
	CLEANUP(close_at) int from = -1;
	const char *slash = strrchr(target, '/'), *name;
	int r = 0;

	if (strcmp(path, target) != 0)
		r = open_directory(writer->root, target, slash ? (size_t)(slash - target) : 0, &from);
	else
		r = -ENOENT;
	if (r == 0)
		r = go_to(writer, path, &name);
	if (r == 0)
		r = link_at(from, slash ? slash + 1 : target, writer->directory, name);
	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return error_set(err, -EACCES, "'%s' is a hard link to what is no file of the package before it",
				 entry_shown(path));
	return r < 0 ? writer_explain(writer, path, r, err) : 0;
}

int writer_reopen(struct writer *writer, const char *path, int *ret_fd, struct tracee_error *err)
{
	const char *name;
	int fd, r = go_to(writer, path, &name);

	if (r < 0)
		return writer_explain(writer, path, r, err);
	fd = openat(writer->directory, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return writer_explain(writer, path, -errno, err);
	*ret_fd = fd;
	return 0;
}

int writer_symbolic_link(struct writer *writer, const char *path, const char *target, struct tracee_error *err)
{
	const char *name;
	int r = go_to(writer, path, &name);

	if (r == 0 && symlinkat(target, writer->directory, name) < 0)
		r = -errno;
	if (r == -EEXIST)
		return error_set(err, -EACCES, "'%s' is, in one place, a link and, in another, none",
				 entry_shown(path));
	return r < 0 ? writer_explain(writer, path, r, err) : 0;
}
