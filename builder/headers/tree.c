// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

/*
 * A directory that merely exists proves nothing: removed packages leave empty ones behind. What the
 * build half is for is told by more than one file, so none of those is needed here; see identify.h.
 */
static const char *const needed[TREE_N_HALVES][3] = {
	[TREE_SOURCE] = { "include/linux/kconfig.h", "include/linux/types.h", NULL },
	[TREE_BUILD] = { "include/generated/autoconf.h", "include/generated/bounds.h", NULL },
};
static const char *const half_names[TREE_N_HALVES] = { [TREE_SOURCE] = "source", [TREE_BUILD] = "build" };

/* ---- places -------------------------------------------------------------------------------------- */

void tree_place_open(const struct header_root *root, const char *path, const char *shown,
		     struct tree_place *ret_place)
{
	int n;

	ret_place->fd = -1;
	ret_place->walk = (struct walk)WALK_NONE;
	n = shown ? snprintf(ret_place->shown, PATH_MAX, "%s", shown)
		  : snprintf(ret_place->shown, PATH_MAX, "%s%s%s", root->label, path[0] == '/' ? "" : "/", path);
	ret_place->r = n >= PATH_MAX ? -ENAMETOOLONG
				     : header_root_walk(root, path, O_PATH | O_DIRECTORY, &ret_place->walk,
							&ret_place->fd);
}

void tree_place_close(struct tree_place *place)
{
	close_at(&place->fd);
	place->fd = -1;
	walk_done(&place->walk);
}

void tree_place_explain(const struct header_root *root, const struct tree_place *place, struct text *text)
{
	const struct walk *walk = &place->walk;
	const struct walk_link *last = walk->n_links ? &walk->links[walk->n_links - 1] : NULL;

	text_format(text, "'%s' ", place->shown);
	if (place->r == -ENOENT && walk->is_dangling) {
		text_format(text, "leads by the link '%s%s' -> '%s' to '%s%s', which is not there", root->label, last->path,
			    last->target, root->label, walk->target);
		if (strcmp(walk->target, walk->real) != 0)
			text_format(text, " ('%s%s' is missing)", root->label, walk->real);
	} else if (place->r == -ENOENT)
		text_add(text, "is not there");
	else if (place->r == -ELOOP && last)
		text_format(text, "never ends: more than %d links, the last one '%s%s' -> '%s'", WALK_LINKS_MAX,
			    root->label, last->path, last->target);
	else if (place->r == -EXDEV && last)
		text_format(text, "leads out of '%s' by the link '%s%s' -> '%s'", root->label, root->label, last->path,
			    last->target);
	else if (place->r == -ENOTDIR)
		text_format(text, "is not a directory ('%s%s' is a file)", root->label, walk->real);
	else
		text_format(text, "cannot be opened: %s ('%s%s')", strerror(-place->r), root->label, walk->real);
}

/* Where @name is inside the root, for a place that was opened. */
static void path_of(const struct tree_place *place, const char *name, char ret_path[PATH_MAX])
{
	if ((size_t)snprintf(ret_path, PATH_MAX, "%s/%s", place->walk.real, name) >= PATH_MAX)
		ret_path[0] = '\0';
}

/* How many of the files are there, before the first that is missing. */
static size_t n_found(const struct header_root *root, const struct tree_place *place, enum tree_half half)
{
	char path[PATH_MAX];
	size_t n = 0;

	for (; needed[half][n]; n++) {
		path_of(place, needed[half][n], path);
		if (place->fd < 0 || !header_root_has_file(root, path))
			break;
	}
	return n;
}

bool tree_place_is_half(const struct header_root *root, const struct tree_place *place, enum tree_half half)
{
	return !needed[half][n_found(root, place, half)];
}

/* ---- trees --------------------------------------------------------------------------------------- */

/* Of a file that is missing because a link on the way to it leads nowhere (Ubuntu's trees are made of links). */
static void add_dangling(const struct header_root *root, const struct tree_place *place, const char *name,
			 struct tracee_error *err)
{
	CLEANUP(walk_done) struct walk walk = WALK_NONE;
	CLEANUP(close_at) int fd = -1;
	char path[PATH_MAX];
	const struct walk_link *last;

	path_of(place, name, path);
	if (!err || header_root_walk(root, path, O_PATH, &walk, &fd) == 0 || !walk.is_dangling)
		return;
	last = &walk.links[walk.n_links - 1];
	snprintf(err->text + strlen(err->text), sizeof(err->text) - strlen(err->text),
		 " (its link '%s%s' -> '%s' leads to '%s%s', which is not there)", root->label, last->path,
		 last->target, root->label, walk.target);
}

/* The place that has most of what makes this half. */
static const struct tree_place *nearest(const struct header_root *root, const struct tree_place *places,
					size_t n_places, enum tree_half half)
{
	const struct tree_place *best = places;

	for (size_t i = 1; i < n_places; i++) {
		if (best->fd < 0 || n_found(root, &places[i], half) > n_found(root, best, half))
			best = &places[i];
	}
	return best;
}

static int say_missing(const struct header_root *root, const struct tree_place *places, size_t n_places,
		       enum tree_half half, struct tracee_error *err)
{
	enum tree_half other = half == TREE_SOURCE ? TREE_BUILD : TREE_SOURCE;
	const struct tree_place *best = nearest(root, places, n_places, half);
	size_t found = n_found(root, best, half);
	int r;

	if (found > 0)
		r = error_set(err, -ENOENT,
			      "'%s' is no complete %s half of a header tree: '%s' is missing; install its package anew",
			      best->shown, half_names[half], needed[half][found]);
	else if (n_places > 1 && places[1].fd >= 0)
		r = error_set(err, -ENOENT, "neither '%s' nor '%s' is the %s half of a header tree: '%s' is missing",
			      places[0].shown, places[1].shown, half_names[half], needed[half][0]);
	else if (tree_place_is_half(root, best, other))
		r = error_set(err, -ENOENT,
			      "'%s' is the %s half of a header tree only: '%s' is missing; pass the %s half too "
			      "(--headers BUILD --headers SOURCE, or KERN_HEADERS=BUILD:SOURCE)",
			      best->shown, half_names[other], needed[half][0], half_names[half]);
	else
		r = error_set(err, -ENOENT, "'%s' is no header tree, nor half of one: '%s' is missing", best->shown,
			      needed[half][0]);
	add_dangling(root, best, needed[half][found], err);
	return r;
}

/* Takes the first place that is complete as @half. */
static int take_half(const struct header_root *root, const struct tree_place *places, size_t n_places,
		     enum tree_half half, struct header_tree *tree, struct tracee_error *err)
{
	for (size_t i = 0; i < n_places; i++) {
		if (places[i].fd < 0 || !tree_place_is_half(root, &places[i], half))
			continue;
		tree->fd[half] = fcntl(places[i].fd, F_DUPFD_CLOEXEC, 3);
		if (tree->fd[half] < 0)
			return error_errno(err, -errno, "'%s'", places[i].shown);
		strcpy(tree->path[half], places[i].shown);
		strcpy(tree->place[half], places[i].walk.real);
		return 0;
	}
	return say_missing(root, places, n_places, half, err);
}

int header_tree_take(const struct header_root *root, const struct tree_place *places, size_t n_places,
		     struct header_tree *ret_tree, struct tracee_error *err)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	int r;

	tree.root = root;
	r = take_half(root, places, n_places, TREE_BUILD, &tree, err);
	if (r == 0)
		r = take_half(root, places, n_places, TREE_SOURCE, &tree, err);
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

int header_tree_read(const struct header_tree *tree, enum tree_half half, const char *name, size_t max_bytes,
		     uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", tree->place[half], name) >= sizeof(path))
		return -ENAMETOOLONG;
	return header_root_read(tree->root, path, max_bytes, ret_bytes, ret_size_bytes);
}

bool header_tree_has(const struct header_tree *tree, enum tree_half half, const char *name)
{
	char path[PATH_MAX];

	return (size_t)snprintf(path, sizeof(path), "%s/%s", tree->place[half], name) < sizeof(path) &&
	       header_root_has(tree->root, path);
}
