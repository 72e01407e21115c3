// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

/* A directory that merely exists proves nothing: removed packages leave empty ones behind. */
static const char *const needed[TREE_N_HALVES][3] = {
	[TREE_SOURCE] = { "include/linux/kconfig.h", "include/linux/types.h", NULL },
	[TREE_BUILD] = { "include/generated/autoconf.h", "include/generated/utsrelease.h", NULL },
};
static const char *const half_names[TREE_N_HALVES] = { [TREE_SOURCE] = "source", [TREE_BUILD] = "build" };

/* How many of the files are there, before the first that is missing. */
static size_t n_found(int fd, enum tree_half half)
{
	struct stat st;
	size_t n = 0;

	while (needed[half][n] && fstatat(fd, needed[half][n], &st, 0) == 0 && S_ISREG(st.st_mode))
		n++;
	return n;
}

static bool is_half(int fd, enum tree_half half)
{
	return !needed[half][n_found(fd, half)];
}

static int open_directory(const char *path, int *ret_fd, struct tracee_error *err)
{
	char target[PATH_MAX];
	ssize_t n;
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		*ret_fd = fd;
		return 0;
	}
	n = errno == ENOENT ? readlink(path, target, sizeof(target) - 1) : -1;
	if (n > 0)
		return error_set(err, -ENOENT,
				 "'%s' is a link to '%.*s', which is not there: install the headers of that "
				 "kernel, or (in a "
				 "container) mount that directory too",
				 path, (int)n, target);
	if (errno == ENOTDIR)
		return error_set(err, -ENOTDIR, "'%s' is not a directory: expected an unpacked header tree", path);
	return error_errno(err, -errno, "'%s'", path);
}

static int say_missing(const char *const *paths, const int *fds, size_t n_paths, enum tree_half half,
		       struct tracee_error *err)
{
	enum tree_half other = half == TREE_SOURCE ? TREE_BUILD : TREE_SOURCE;
	size_t best = 0, found = n_found(fds[0], half);

	for (size_t i = 1; i < n_paths; i++) {
		if (n_found(fds[i], half) > found) {
			best = i;
			found = n_found(fds[i], half);
		}
	}
	if (found > 0)
		return error_set(
			err, -ENOENT,
			"'%s' is no complete %s half of a header tree: '%s' is missing; install its package anew",
			paths[best], half_names[half], needed[half][found]);
	if (n_paths > 1)
		return error_set(err, -ENOENT,
				 "neither '%s' nor '%s' is the %s half of a header tree: '%s' is missing", paths[0],
				 paths[1], half_names[half], needed[half][0]);
	if (is_half(fds[0], other))
		return error_set(err, -ENOENT,
				 "'%s' is the %s half of a header tree only: '%s' is missing; pass the %s half too "
				 "(--headers BUILD --headers SOURCE, or KERN_HEADERS=BUILD:SOURCE)",
				 paths[0], half_names[other], needed[half][0], half_names[half]);
	return error_set(err, -ENOENT, "'%s' is no header tree, nor half of one: '%s' is missing", paths[0],
			 needed[half][0]);
}

/* Takes the first path that is complete as @half. */
static int take_half(const char *const *paths, const int *fds, size_t n_paths, enum tree_half half,
		     struct header_tree *tree, struct tracee_error *err)
{
	for (size_t i = 0; i < n_paths; i++) {
		if (!is_half(fds[i], half))
			continue;
		tree->fd[half] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
		if (tree->fd[half] < 0)
			return error_errno(err, -errno, "'%s'", paths[i]);
		if ((size_t)snprintf(tree->path[half], PATH_MAX, "%s", paths[i]) >= PATH_MAX)
			return error_set(err, -ENAMETOOLONG, "'%.100s…' is too long a path", paths[i]);
		return 0;
	}
	return say_missing(paths, fds, n_paths, half, err);
}

int header_tree_open(const char *const *paths, size_t n_paths, struct header_tree *ret_tree,
		     struct tracee_error *err)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	int fds[TREE_N_HALVES] = { -1, -1 };
	int r = 0;

	for (size_t i = 0; i < n_paths && r == 0; i++)
		r = open_directory(paths[i], &fds[i], err);
	if (r == 0)
		r = take_half(paths, fds, n_paths, TREE_BUILD, &tree, err);
	if (r == 0)
		r = take_half(paths, fds, n_paths, TREE_SOURCE, &tree, err);
	close_at(&fds[0]);
	close_at(&fds[1]);
	if (r < 0)
		return r;
	*ret_tree = tree;
	tree = (struct header_tree)HEADER_TREE_NONE;
	return 0;
}

void header_tree_close(struct header_tree *tree)
{
	if (!tree)
		return;
	for (int half = 0; half < TREE_N_HALVES; half++) {
		close_at(&tree->fd[half]);
		tree->fd[half] = -1;
	}
}
