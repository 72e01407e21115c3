// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/dependencies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/child.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define FILES_MAX 20000 /* a layout unit reads 600 to 900 */
#define FILE_MAX_BYTES (16u << 20) /* the largest header of a kernel has 3 MB */

/* A header of the tree. */
struct dependency {
	enum tree_half half;
	char *name; /* relative to its half */
};

struct dependencies {
	const struct header_tree *tree;
	const struct clang *clang;
	char real_path[TREE_N_HALVES][PATH_MAX]; /* of the halves, all links followed */
	struct dependency *list;
	size_t n, n_allocated;
};

static void dependencies_done(struct dependencies *dependencies)
{
	for (size_t i = 0; i < dependencies->n; i++)
		free(dependencies->list[i].name);
	free(dependencies->list);
}

/* Where an open file is, after all links. */
static int real_path(int fd, char ret_path[PATH_MAX])
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, ret_path, PATH_MAX);
	if (n < 0)
		return -errno;
	if (n == PATH_MAX)
		return -ENAMETOOLONG;
	ret_path[n] = '\0';
	return 0;
}

/* ---- the list ---------------------------------------------------------------------------------- */

struct cursor {
	const char *p, *end;
};

/*
 * Takes the next name of a make rule, as clang writes it: a backslash continues the line or stands
 * before a space or '#', a dollar is doubled. 0 at the end, 1 with a name.
 */
static int next_name(struct cursor *cursor, char ret_name[PATH_MAX])
{
	size_t length = 0;

	while (cursor->p < cursor->end && (*cursor->p == ' ' || *cursor->p == '\n' || *cursor->p == '\\')) {
		if (*cursor->p == '\\' && (cursor->p + 1 == cursor->end || cursor->p[1] != '\n'))
			break;
		cursor->p++;
	}
	while (cursor->p < cursor->end && *cursor->p != ' ' && *cursor->p != '\n') {
		const char *next = cursor->p + 1;

		if (next < cursor->end &&
		    ((*cursor->p == '\\' && (*next == ' ' || *next == '#')) || (*cursor->p == '$' && *next == '$')))
			cursor->p++;
		if (*cursor->p == '\0' || length + 1 >= PATH_MAX)
			return -EBADMSG;
		ret_name[length++] = *cursor->p++;
	}
	ret_name[length] = '\0';
	return length > 0;
}

static int add(struct dependencies *dependencies, enum tree_half half, const char *name, struct tracee_error *err)
{
	struct dependency *list = dependencies->list;

	if (dependencies->n == FILES_MAX)
		return error_set(err, -EBADMSG, "more than %d headers were read", FILES_MAX);
	if (dependencies->n == dependencies->n_allocated) {
		list = reallocarray(list, dependencies->n_allocated + 1024, sizeof(*list));
		if (!list)
			return -ENOMEM;
		dependencies->list = list;
		dependencies->n_allocated += 1024;
	}
	list[dependencies->n].half = half;
	list[dependencies->n].name = strdup(name);
	if (!list[dependencies->n].name)
		return -ENOMEM;
	dependencies->n++;
	return 0;
}

static bool has_parent_part(const char *path)
{
	for (const char *p = strstr(path, ".."); p; p = strstr(p + 1, "..")) {
		if ((p == path || p[-1] == '/') && (p[2] == '/' || p[2] == '\0'))
			return true;
	}
	return false;
}

/* Whether @path is @directory or below it, by name. */
static bool is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	while (length && directory[length - 1] == '/')
		length--;
	return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static int take_name(struct dependencies *dependencies, const char *name, struct tracee_error *err)
{
	char prefix[32];

	for (int half = 0; half < TREE_N_HALVES; half++) {
		snprintf(prefix, sizeof(prefix), DEPENDENCIES_ROOT "%d/", CHILD_FIRST_FD + half);
		if (strncmp(name, prefix, strlen(prefix)) == 0)
			return add(dependencies, (enum tree_half)half, name + strlen(prefix), err);
	}
	if (strcmp(name, "-") == 0 || strcmp(name, "<stdin>") == 0)
		return 0;
	if (is_below(name, dependencies->clang->resource_directory) && !has_parent_part(name))
		return 0;
	return error_set(err, -EACCES,
			 "a header includes '%s', which is outside of the tree: nothing is made from it", name);
}

static int take_list(struct dependencies *dependencies, const char *list, size_t size_bytes,
		     struct tracee_error *err)
{
	struct cursor cursor = { list, list + size_bytes };
	char name[PATH_MAX];
	int r = next_name(&cursor, name);

	if (r <= 0 || name[strlen(name) - 1] != ':')
		return error_set(err, -EBADMSG, "'%s' did not say which headers it read",
				 dependencies->clang->path);
	while ((r = next_name(&cursor, name)) > 0) {
		r = take_name(dependencies, name, err);
		if (r < 0)
			return r;
	}
	if (r < 0 || dependencies->n == 0)
		return error_set(err, -EBADMSG, "'%s' did not say which headers it read",
				 dependencies->clang->path);
	return 0;
}

/* ---- the files --------------------------------------------------------------------------------- */

/* Whether @path lies in a directory beside @half_path that is a source half. */
static bool is_in_sibling(const char *path, const char *half_path)
{
	char kconfig[PATH_MAX + 32];
	const char *slash = strrchr(half_path, '/');
	size_t parent = slash ? (size_t)(slash - half_path) + 1 : 0;
	struct stat st;

	if (parent < 2 || strncmp(path, half_path, parent) != 0)
		return false;
	snprintf(kconfig, sizeof(kconfig), "%.*s/include/linux/kconfig.h",
		 (int)(parent + strcspn(path + parent, "/")), path);
	return lstat(kconfig, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_inside(const struct dependencies *dependencies, const char *path)
{
	for (int half = 0; half < TREE_N_HALVES; half++) {
		if (is_below(path, dependencies->real_path[half]) ||
		    is_in_sibling(path, dependencies->real_path[half]))
			return true;
	}
	return false;
}

/* Opens a header as clang did, and makes sure of where it is. */
static int read_inside(const struct dependencies *dependencies, const struct dependency *dependency,
		       uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err)
{
	const struct header_tree *tree = dependencies->tree;
	CLEANUP(close_at)
	int fd = openat(tree->fd[dependency->half], dependency->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char path[PATH_MAX];
	struct stat st;
	int r;

	if (fd < 0)
		return error_errno(err, -errno, "'%s/%s'", tree->path[dependency->half], dependency->name);
	r = real_path(fd, path);
	if (r == 0 && (!is_inside(dependencies, path) || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)))
		return error_set(err, -EACCES,
				 "a header includes '%s/%s', which leads to '%s', outside of the tree: nothing is "
				 "made from it",
				 tree->path[dependency->half], dependency->name, path);
	if (r == 0)
		r = file_read_fd(fd, FILE_MAX_BYTES, ret_bytes, ret_size_bytes);
	return r < 0 ? error_errno(err, r, "'%s/%s'", tree->path[dependency->half], dependency->name) : 0;
}

static int add_to_digest(const struct dependencies *dependencies, const struct dependency *dependency,
			 struct digest *digest, struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char of_file[DIGEST_SIZE];
	size_t size_bytes;
	int r;

	r = read_inside(dependencies, dependency, &bytes, &size_bytes, err);
	if (r < 0)
		return r;
	digest_of(bytes, size_bytes, of_file);
	digest_add(digest, of_file, DIGEST_SIZE - 1);
	digest_add(digest, "  ", 2);
	digest_add(digest, dependency->name, strlen(dependency->name));
	digest_add(digest, "\n", 1);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct dependency *left = a, *right = b;
	int r = strcmp(left->name, right->name);

	return r ? r : (int)left->half - (int)right->half;
}

int dependencies_digest(const struct header_tree *tree, const struct clang *clang, const char *list,
			size_t size_bytes, char ret_digest[DIGEST_SIZE], struct tracee_error *err)
{
	CLEANUP(dependencies_done) struct dependencies dependencies = { .tree = tree, .clang = clang };
	char result[DIGEST_SIZE];
	struct digest *digest;
	int r = 0;

	for (int half = 0; half < TREE_N_HALVES && r == 0; half++)
		r = real_path(tree->fd[half], dependencies.real_path[half]);
	if (r < 0)
		return error_errno(err, r, "header tree '%s'", tree->path[TREE_BUILD]);
	r = take_list(&dependencies, list, size_bytes, err);
	if (r < 0)
		return r;
	qsort(dependencies.list, dependencies.n, sizeof(*dependencies.list), compare);
	digest = digest_new();
	if (!digest)
		return -ENOMEM;
	for (size_t i = 0; i < dependencies.n && r == 0; i++)
		r = add_to_digest(&dependencies, &dependencies.list[i], digest, err);
	digest_end(digest, result);
	if (r == 0)
		memcpy(ret_digest, result, sizeof(result));
	return r;
}
