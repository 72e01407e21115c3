// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define MOUNTS_MAX 64
#define DEPTH_MAX 32 /* directories of header trees lie in some 12 */

struct mounts {
	const struct header_tree *tree;
	char paths[MOUNTS_MAX][PATH_MAX]; /* where links lead to, outside of the tree */
	size_t n;
};

static bool is_below(const char *directory, const char *path)
{
	size_t length = strlen(directory);

	return strncmp(directory, path, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool is_known(const struct mounts *mounts, const char *path)
{
	for (int half = 0; half < TREE_N_HALVES; half++) {
		if (is_below(mounts->tree->place[half], path))
			return true;
	}
	for (size_t i = 0; i < mounts->n; i++) {
		if (is_below(mounts->paths[i], path))
			return true;
	}
	return false;
}

/* The directory, or the one that holds the file, that the link at @path leads to. */
static int follow(struct mounts *mounts, const char *path, struct tracee_error *err)
{
	CLEANUP(walk_done) struct walk walk = WALK_NONE;
	CLEANUP(close_at) int fd = -1;
	struct stat st;

	if (header_root_walk(mounts->tree->root, path, O_PATH, &walk, &fd) < 0 || fstat(fd, &st) < 0)
		return 0; /* it leads nowhere here, too */
	if (!S_ISDIR(st.st_mode))
		*strrchr(walk.real, '/') = '\0';
	if (is_known(mounts, walk.real))
		return 0;
	if (!walk.real[0] || mounts->n == MOUNTS_MAX)
		return error_set(err, -E2BIG, "links in the tree '%s' lead to more than %d directories outside of it", mounts->tree->place[TREE_BUILD],
				 MOUNTS_MAX);
	strcpy(mounts->paths[mounts->n++], walk.real);
	return 0;
}

static int look_below(struct mounts *mounts, int at, const char *path, int depth, struct tracee_error *err);

static int look_at(struct mounts *mounts, int at, const char *directory, const struct dirent *entry, int depth, struct tracee_error *err)
{
	char path[PATH_MAX];
	struct stat st;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
	    snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) >= (int)sizeof(path) ||
	    fstatat(at, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISLNK(st.st_mode))
		return follow(mounts, path, err);
	if (!S_ISDIR(st.st_mode) || depth == DEPTH_MAX)
		return 0;
	return look_below(mounts, openat(at, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), path, depth + 1, err);
}

/* Takes @at over. What cannot be looked into could not be parsed, either. */
static int look_below(struct mounts *mounts, int at, const char *path, int depth, struct tracee_error *err)
{
	DIR *dir = at >= 0 ? fdopendir(at) : NULL;
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return 0;
	while (r == 0 && (entry = readdir(dir)) != NULL)
		r = look_at(mounts, dirfd(dir), path, entry, depth, err);
	closedir(dir);
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int tell_tree(const struct header_tree *tree, struct text *text, struct tracee_error *err)
{
	CLEANUP(free_at) struct mounts *mounts = calloc(1, sizeof(*mounts));
	int r = 0;

	if (!mounts)
		return error_errno(err, -ENOMEM, "mounts");
	mounts->tree = tree;
	for (int half = TREE_N_HALVES - 1; r == 0 && half >= 0; half--) {
		if (half == TREE_SOURCE && strcmp(tree->place[TREE_SOURCE], tree->place[TREE_BUILD]) == 0)
			break;
		text_format(text, "headers %s\n", tree->place[half]);
		r = look_below(mounts, openat(tree->fd[half], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), tree->place[half], 0, err);
	}
	qsort(mounts->paths, mounts->n, sizeof(mounts->paths[0]), compare);
	for (size_t i = 0; r == 0 && i < mounts->n; i++)
		text_format(text, "mount %s\n", mounts->paths[i]);
	return r;
}

int mounts_tell(const struct header_search *search, struct text *text, struct tracee_error *err)
{
	const struct header_choice *choice = &search->choice;
	const char *path = choice->btf_path;

	if (choice->kind == CHOICE_TREE && (search->is_in_packages || search->n_unpacked))
		return error_set(err, -EINVAL, "the headers lie in packages: mount the packages, and name them with --headers");
	if (choice->kind == CHOICE_TREE)
		return tell_tree(&choice->tree, text, err);
	/* Its label stands in front of it. */
	if (search->n_roots && strncmp(path, search->roots[0].label, strlen(search->roots[0].label)) == 0)
		path += strlen(search->roots[0].label);
	text_format(text, "btf %s\n", path);
	return 0;
}
