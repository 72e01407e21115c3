// SPDX-License-Identifier: Apache-2.0
#include "builder/package/private_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "builder/child.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/unprivileged.h"

#define PREFIX "tracee-builder-unpack-" /* six characters of mkdtemp(3) follow */
#define DEPTH_MAX 128 /* what we write is at most 34 deep */
#define N_TRIES 100
#define IN_MEMORY "/dev/shm"
#define IN_MEMORY_FREE_BYTES (512ul << 20) /* more than extract.h takes of all packages together */
#define REMOVE_TIMEOUT_MS 60000
#define REMOVE_MEMORY_BYTES (32ul << 20)

/* ---- removing ---------------------------------------------------------------------------------- */

static void closedir_at(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int remove_entry(int at, const char *name, unsigned int depth);

/* Removes what is in the directory @name of @at, and goes on where it can. */
static int empty(int at, const char *name, unsigned int depth)
{
	int r = 0, fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(closedir_at) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		r = -errno;
		close_at(&fd);
		return r;
	}
	while ((entry = readdir(dir))) {
		int failed = 0;

		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			failed = remove_entry(fd, entry->d_name, depth + 1);
		if (failed)
			r = failed;
	}
	return r;
}

static int remove_entry(int at, const char *name, unsigned int depth)
{
	int r;

	if (unlinkat(at, name, 0) == 0)
		return 0;
	/* What Linux says of a directory, and what POSIX says. */
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	r = depth < DEPTH_MAX ? empty(at, name, depth) : -ELOOP;
	if (unlinkat(at, name, AT_REMOVEDIR) < 0 && r == 0)
		r = -errno;
	return r;
}

static int empty_in_child(void *argument, struct tracee_error *err)
{
	(void)argument;
	return error_errno(err, empty(CHILD_FIRST_FD, ".", 0), "removing");
}

/* A root without CAP_DAC_OVERRIDE cannot remove what the child made as another user: that user can. */
static void remove_outer(int parent, const char *name, int outer)
{
	CLEANUP(close_at) int root = -1;
	struct child child = { .function = empty_in_child,
			       .name = "removing",
			       .fds = &root,
			       .n_fds = 1,
			       .timeout_ms = REMOVE_TIMEOUT_MS,
			       .memory_max_bytes = REMOVE_MEMORY_BYTES };
	sig_atomic_t interrupted = child_interrupted;

	if (remove_entry(parent, name, 0) == 0)
		return;
	root = openat(outer, "root", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root < 0)
		return;
	/* An interrupted process begins no children but this one. */
	child_interrupted = 0;
	child_run(&child, NULL);
	if (!child_interrupted)
		child_interrupted = interrupted;
	remove_entry(parent, name, 0);
}

/* Whether it holds nothing but what we put into it, which is one directory. */
static bool holds_only_root(int outer)
{
	int fd = openat(outer, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(closedir_at) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool only = dir != NULL;

	if (!dir)
		close_at(&fd);
	while (only && (entry = readdir(dir)))
		only = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		       strcmp(entry->d_name, "root") == 0;
	return only;
}

/* Somebody's own directory may be called alike: all that we know of ours must be as we made it. */
static bool is_made_by_us(const char *name, const struct stat *st)
{
	return strlen(name) == strlen(PREFIX) + 6 && strncmp(name, PREFIX, strlen(PREFIX)) == 0 &&
	       st->st_uid == geteuid() && (st->st_mode & 07777) == 0700;
}

/* Ours, and not locked: whoever made it is gone. */
static void remove_left_over(int parent, const char *name)
{
	CLEANUP(close_at) int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !is_made_by_us(name, &st) || flock(fd, LOCK_EX | LOCK_NB) < 0 ||
	    !holds_only_root(fd))
		return;
	remove_outer(parent, name, fd);
}

static void remove_left_overs(int parent)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(closedir_at) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		close_at(&fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
			remove_left_over(parent, entry->d_name);
	}
}

void private_directory_remove(struct private_directory *directory)
{
	if (directory->name[0])
		remove_outer(directory->parent, directory->name, directory->outer);
	close_at(&directory->root);
	close_at(&directory->outer);
	close_at(&directory->parent);
	*directory = (struct private_directory)PRIVATE_DIRECTORY_NONE;
}

/* ---- making ------------------------------------------------------------------------------------ */

/* Locked, and still there: between its making and the lock it looks like one that was left over. */
static bool lock(int fd)
{
	struct stat st;

	return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0;
}

static int make_outer(struct private_directory *directory, const char *parent_path, struct tracee_error *err)
{
	char template[PATH_MAX - sizeof("/root")];

	for (int i = 0; i < N_TRIES; i++) {
		if ((size_t)snprintf(template, sizeof(template), "%s/" PREFIX "XXXXXX", parent_path) >=
		    sizeof(template))
			return error_set(err, -ENAMETOOLONG, "TMPDIR '%.100s…'", parent_path);
		if (!mkdtemp(template))
			return error_set(err, -EIO, "cannot make a directory in '%s': %s; name another one in TMPDIR",
					 parent_path, strerror(errno));
		strcpy(directory->name, strrchr(template, '/') + 1);
		snprintf(directory->path, sizeof(directory->path), "%s/root", template);
		close_at(&directory->outer);
		directory->outer =
			openat(directory->parent, directory->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (directory->outer >= 0 && lock(directory->outer))
			return 0;
	}
	return error_set(err, -EBUSY, "cannot keep a directory in '%s'", parent_path);
}

static int make_root(struct private_directory *directory, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;

	if (mkdirat(directory->outer, "root", 0755) < 0)
		return error_errno(err, -errno, "'%s'", directory->path);
	fd = openat(directory->outer, "root", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	directory->root = openat(directory->outer, "root", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || directory->root < 0 || fchmod(fd, 0755) < 0)
		return error_errno(err, -errno, "'%s'", directory->path);
	/* Without CAP_CHOWN: whoever is let in to the directory around it may write. */
	if (unprivileged_user() != geteuid() && fchown(fd, unprivileged_user(), (gid_t)-1) < 0 && fchmod(fd, 0777) < 0)
		return error_errno(err, -errno, "'%s'", directory->path);
	return 0;
}

/*
 * A tree is thousands of small files that are gone a second later: in memory that is three to four times
 * as fast. A container may have very little of it there, so it must have room for the largest tree.
 */
static const char *choose_parent(void)
{
	const char *named = getenv("TMPDIR");
	struct statfs fs;

	if (named && named[0] == '/')
		return named;
	if (statfs(IN_MEMORY, &fs) == 0 && fs.f_type == TMPFS_MAGIC &&
	    (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize >= IN_MEMORY_FREE_BYTES && access(IN_MEMORY, W_OK | X_OK) == 0)
		return IN_MEMORY;
	return "/tmp";
}

int private_directory_make(struct private_directory *directory, struct tracee_error *err)
{
	const char *path = choose_parent();
	int r;

	directory->parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory->parent < 0)
		return error_set(err, -EIO, "the directory for temporary files '%s' cannot be used: %s; name another in TMPDIR",
				 path, strerror(errno));
	remove_left_overs(directory->parent);
	r = make_outer(directory, path, err);
	return r < 0 ? r : make_root(directory, err);
}
