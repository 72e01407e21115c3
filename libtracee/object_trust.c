// SPDX-License-Identifier: Apache-2.0
/* Opening an object file that may be loaded into the kernel: who could have written it? */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tracee/tracee.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFIFO:
		return "a named pipe";
	case S_IFSOCK:
		return "a socket";
	case S_IFBLK:
	case S_IFCHR:
		return "a device";
	default:
		return "no regular file";
	}
}

static bool is_owner_trusted(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

static int check_mode(const struct stat *st, const char *what, struct tracee_error *err)
{
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return error_set(err, -EACCES,
				 "%s can be written by others (mode %04o, owner %u), so anyone of them could have made it: expected "
				 "one that only its owner can write; 'chmod go-w' it, or use another place",
				 what, st->st_mode & 07777, st->st_uid);
	return 0;
}

static int check_owner(const struct stat *st, const char *what, struct tracee_error *err)
{
	if (!is_owner_trusted(st->st_uid))
		return error_set(err, -EACCES,
				 "%s belongs to user %u: expected root or the user that runs this (%u); 'chown' it after a look, or "
				 "name the file itself in TRACEE_BPF_FILE",
				 what, st->st_uid, geteuid());
	return 0;
}

/* The directory that holds @path; a link on the way to it was the operator's choice. */
static int check_directory(const char *path, enum tracee_object_owner owner, struct tracee_error *err)
{
	CLEANUP(free_at) char *copy = strdup(path);
	struct stat st;
	char *slash;
	int r;

	if (!copy)
		return -ENOMEM;
	slash = strrchr(copy, '/');
	if (slash)
		slash[slash == copy] = '\0';
	if (stat(slash ? copy : ".", &st) < 0)
		return error_errno(err, -errno, "its directory");
	r = check_mode(&st, "its directory", err);
	if (r == 0 && owner == TRACEE_OWNER_TRUSTED)
		r = check_owner(&st, "its directory", err);
	return r;
}

static int check_file(int fd, enum tracee_object_owner owner, struct tracee_error *err)
{
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, "fstat");
	if (!S_ISREG(st.st_mode))
		return error_set(err, -EACCES, "it is %s: expected a regular file", type_name(st.st_mode));
	r = check_mode(&st, "it", err);
	if (r == 0 && owner == TRACEE_OWNER_TRUSTED)
		r = check_owner(&st, "it", err);
	return r;
}

/* Not blocking: the path may turn out to be a pipe. */
static int open_without_link(const char *path, int *ret_fd, struct tracee_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0) {
		*ret_fd = fd;
		return 0;
	}
	if (errno == ELOOP)
		return error_set(err, -EACCES, "it is a symbolic link, and whoever can change the link chooses what is loaded: "
					       "expected the file itself; name the file that it leads to");
	if (errno == ENXIO)
		return error_set(err, -EACCES, "it is a socket or a device: expected a regular file");
	return error_errno(err, -errno, "open");
}

int tracee_object_open(const char *path, enum tracee_object_owner owner, struct tracee_object_file *ret_file,
		       struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;
	CLEANUP(free_at) uint8_t *bytes = NULL;
	CLEANUP(free_at) char *copy = strdup(path);
	struct tracee_object object;
	size_t size_bytes = 0;
	int r;

	if (!copy)
		return -ENOMEM;
	r = open_without_link(path, &fd, err);
	if (r == 0)
		r = check_file(fd, owner, err);
	if (r == 0)
		r = check_directory(path, owner, err);
	if (r == 0) {
		r = file_read_fd(fd, TRACEE_OBJECT_SIZE_MAX, &bytes, &size_bytes);
		if (r == -EFBIG)
			r = error_set(err, -EBADMSG, "it has more than %u bytes: it is no object", TRACEE_OBJECT_SIZE_MAX);
		else if (r < 0)
			error_errno(err, r, "read");
	}
	if (r == 0)
		r = tracee_object_read(bytes, size_bytes, &object, err);
	if (r < 0)
		return error_prefix(err, r, "object '%s'", path);
	*ret_file = (struct tracee_object_file){ .path = TAKE(copy), .bytes = TAKE(bytes), .object = object };
	return 0;
}

void tracee_object_close(struct tracee_object_file *file)
{
	if (!file)
		return;
	free(file->path);
	free(file->bytes);
	memset(file, 0, sizeof(*file));
}
