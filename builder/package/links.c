// SPDX-License-Identifier: Apache-2.0
#include "builder/package/links.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/package/selection.h"
#include "libtracee/base/error.h"

#define EXPANSIONS_MAX 40 /* as in the kernel: MAXSYMLINKS in linux/namei.h */
#define STEPS_MAX 2000000 /* components looked at in all; 10,000 honest links take 300,000 */

/* ---- the table --------------------------------------------------------------------------------- */

static int make_room(struct links *links)
{
	size_t n = links->n_allocated ? links->n_allocated * 2 : 64;
	struct link *all;

	if (links->n < links->n_allocated)
		return 0;
	all = reallocarray(links->all, n, sizeof(*all));
	if (!all)
		return -ENOMEM;
	links->all = all;
	links->n_allocated = n;
	return 0;
}

int links_add(struct links *links, const char *path, const char *target, unsigned int package)
{
	size_t path_size = strlen(path) + 1, target_size = strlen(target) + 1;
	char *copy;
	int r;

	if (links->n == LINKS_MAX)
		return -E2BIG;
	r = make_room(links);
	if (r < 0)
		return r;
	copy = malloc(path_size + target_size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, path, path_size);
	memcpy(copy + path_size, target, target_size);
	links->all[links->n++] = (struct link){ .path = copy, .target = copy + path_size, .package = package };
	return 0;
}

void links_done(struct links *links)
{
	for (size_t i = 0; i < links->n; i++)
		free(links->all[i].path);
	free(links->all);
	*links = (struct links){};
}

/* For one path, the last that was added comes first. */
static int compare(const void *a, const void *b)
{
	const struct link *const *first = a, *const *second = b;
	int order = strcmp((*first)->path, (*second)->path);

	return order ? order : *first < *second ? 1 : -1;
}

static int sort_unique(struct links *links)
{
	const struct link **order = calloc(links->n + 1, sizeof(*order));
	struct link *sorted = calloc(links->n + 1, sizeof(*sorted));
	size_t n = 0;

	if (!order || !sorted) {
		free(order);
		free(sorted);
		return -ENOMEM;
	}
	for (size_t i = 0; i < links->n; i++)
		order[i] = &links->all[i];
	qsort(order, links->n, sizeof(order[0]), compare);
	for (size_t i = 0; i < links->n; i++) {
		if (n && strcmp(sorted[n - 1].path, order[i]->path) == 0)
			free(order[i]->path);
		else
			sorted[n++] = *order[i];
	}
	free(order);
	free(links->all);
	*links = (struct links){ .all = sorted, .n = n, .n_allocated = links->n + 1 };
	return 0;
}

static int compare_path(const void *key, const void *element)
{
	return strcmp(key, ((const struct link *)element)->path);
}

static const struct link *find(const struct links *links, const char *path)
{
	return bsearch(path, links->all, links->n, sizeof(links->all[0]), compare_path);
}

/* ---- following one ----------------------------------------------------------------------------- */

/* Where the walk is: a path without links and "..", and what is left to walk from there. */
struct walk {
	const struct links *links;
	char at[PACKAGE_PATH_SIZE];
	size_t length, depth; /* of at, in bytes and components */
	size_t root_depth;
	char left[2 * PACKAGE_PATH_SIZE];
	unsigned int n_expansions;
	unsigned long *steps; /* of all walks */
};

static void go_to_root(struct walk *walk)
{
	walk->at[0] = '\0';
	walk->length = 0;
	walk->depth = 0;
}

static void go_up(struct walk *walk)
{
	while (walk->length && walk->at[walk->length - 1] != '/')
		walk->length--;
	if (walk->length)
		walk->length--; /* the slash */
	walk->at[walk->length] = '\0';
	walk->depth--;
}

static int go_down(struct walk *walk, const char *name, size_t length)
{
	if (walk->length + length + 2 > sizeof(walk->at) || walk->depth == 2 * PACKAGE_PATH_COMPONENTS_MAX)
		return -E2BIG;
	if (walk->length)
		walk->at[walk->length++] = '/';
	memcpy(walk->at + walk->length, name, length);
	walk->length += length;
	walk->at[walk->length] = '\0';
	walk->depth++;
	return 0;
}

/* Puts the target of @link, which the walk has arrived at, in front of what is left. */
static int expand(struct walk *walk, const struct link *link)
{
	char left[sizeof(walk->left)];

	if (++walk->n_expansions > EXPANSIONS_MAX)
		return -ELOOP;
	if ((size_t)snprintf(left, sizeof(left), "%s/%s", link->target, walk->left) >= sizeof(left))
		return -E2BIG;
	strcpy(walk->left, left);
	if (link->target[0] != '/')
		go_up(walk);
	else if (!link_may_be_absolute(link->path))
		return -EXDEV;
	else
		go_to_root(walk);
	return 0;
}

/* The first component of what is left. */
static int step(struct walk *walk)
{
	size_t skipped = strspn(walk->left, "/"), length = strcspn(walk->left + skipped, "/");
	char name[PACKAGE_PATH_SIZE];
	const struct link *link;
	int r;

	if (++*walk->steps > STEPS_MAX || length >= sizeof(name))
		return -E2BIG;
	memcpy(name, walk->left + skipped, length);
	name[length] = '\0';
	memmove(walk->left, walk->left + skipped + length, strlen(walk->left + skipped + length) + 1);
	if (length == 0 || strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0) {
		if (walk->depth <= walk->root_depth)
			return -EXDEV;
		go_up(walk);
		return 0;
	}
	r = go_down(walk, name, length);
	link = r < 0 ? NULL : find(walk->links, walk->at);
	return link ? expand(walk, link) : r;
}

/* Walks to the directory of the link, which has no links above it, and then along its target. */
static int follow(const struct links *links, const struct link *link, unsigned long *steps)
{
	struct walk walk = { .links = links, .root_depth = link_root_depth(link->path), .steps = steps };
	const char *next;
	int r = 0;

	for (const char *p = link->path; r == 0 && *p; p = next) {
		size_t length = strcspn(p, "/");

		next = p + length + (p[length] == '/');
		r = go_down(&walk, p, length);
		if (r == 0 && p[length] && find(links, walk.at))
			return -ENOTDIR;
	}
	if (r == 0)
		r = expand(&walk, link);
	while (r == 0 && walk.left[0])
		r = step(&walk);
	return r;
}

static int explain(const struct link *link, int r, struct tracee_error *err)
{
	char path[256];

	snprintf(path, sizeof(path), "%s", entry_shown(link->path));
	switch (r) {
	case -EXDEV:
		return error_set(err, -EACCES, "'%s' is a link that leads out of the package: '%s'", path,
				 entry_shown(link->target));
	case -ELOOP:
		return error_set(err, -EACCES, "'%s' is a link that leads through more than %d others: '%s'", path,
				 EXPANSIONS_MAX, entry_shown(link->target));
	case -ENOTDIR:
		return error_set(err, -EACCES, "'%s' lies below a path that is itself a link", path);
	case -E2BIG:
		return error_set(err, -E2BIG, "'%s' is a link that takes too long to follow: '%s'", path,
				 entry_shown(link->target));
	default:
		return r;
	}
}

int links_check(struct links *links, const struct link **ret_bad, struct tracee_error *err)
{
	unsigned long steps = 0;
	int r = sort_unique(links);

	if (r < 0)
		return error_errno(err, r, "links");
	for (size_t i = 0; i < links->n; i++) {
		r = follow(links, &links->all[i], &steps);
		if (r == 0)
			continue;
		if (ret_bad)
			*ret_bad = &links->all[i];
		return explain(&links->all[i], r, err);
	}
	return 0;
}

int link_target(const struct link *link, char *ret_target, size_t size_bytes)
{
	const char *target = link->target + strspn(link->target, "/");
	size_t used = 0;

	if (target == link->target) {
		if (strlen(target) >= size_bytes)
			return -ENAMETOOLONG;
		strcpy(ret_target, target);
		return 0;
	}
	for (const char *p = strchr(link->path, '/'); p; p = strchr(p + 1, '/'), used += 3) {
		if (used + 4 > size_bytes)
			return -ENAMETOOLONG;
		strcpy(ret_target + used, "../");
	}
	if (used + strlen(target) + 2 > size_bytes)
		return -ENAMETOOLONG;
	strcpy(ret_target + used, *target ? target : ".");
	return 0;
}
