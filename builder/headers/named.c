// SPDX-License-Identifier: Apache-2.0
/*
 * What the user names with --headers or KERN_HEADERS decides alone. It is one or two directories, which
 * are a tree or its halves; or a directory that is a root, with usr/src or lib/modules in it; or packages,
 * as files or as a directory of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/headers/finding.h"
#include "builder/headers/search_parts.h"
#include "builder/headers/sources/source.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define PACKAGES_LABEL "packages:"

/*
 * The root that named paths are inside of: --root, whose own path in front of them is taken off, or ours,
 * where relative paths begin at the working directory.
 */
static int path_inside(const struct header_search *search, const char *named, char ret_path[PATH_MAX],
		       struct tracee_error *err)
{
	const char *root = search->root->label;
	char directory[PATH_MAX] = "";
	size_t length = strlen(root);

	if (search->request->root && length && strncmp(named, root, length) == 0 && named[length] == '/')
		named += length;
	else if (!search->request->root && named[0] != '/' && !getcwd(directory, sizeof(directory)))
		return error_errno(err, -errno, "working directory");
	search_path(ret_path, "%s/%s", directory, named);
	return ret_path[0] ? 0 : error_set(err, -ENAMETOOLONG, "'%.100s…' is too long a path", named);
}

/* ---- directories --------------------------------------------------------------------------------- */

static int open_places(struct header_search *search, struct tree_place *places, struct tracee_error *err)
{
	const struct header_search_request *request = search->request;
	char path[PATH_MAX];

	for (size_t i = 0; i < request->n_paths; i++) {
		int r = path_inside(search, request->paths[i], path, err);

		if (r < 0) {
			while (i > 0)
				tree_place_close(&places[--i]);
			return r;
		}
		tree_place_open(search->root, path, search->request->root ? NULL : request->paths[i], &places[i]);
	}
	return 0;
}

/* A place that was named must be there, whatever the other is. */
static int check_open(struct header_search *search, struct tree_place *places, size_t n_places)
{
	for (size_t i = 0; i < n_places; i++) {
		if (places[i].fd < 0)
			return search_places(search, &places[i], 1);
	}
	return search_places(search, places, n_places);
}

/* Whether a directory that is no half looks like a root file system with headers in it. */
static bool is_root(const struct header_search *search, const struct tree_place *place)
{
	static const char *const names[] = { "usr/src", "lib/modules", "usr/lib/modules" };
	char path[PATH_MAX];

	if (place->fd < 0 || tree_place_is_half(search->root, place, TREE_BUILD) ||
	    tree_place_is_half(search->root, place, TREE_SOURCE))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		search_path(path, "%s/%s", place->walk.real, names[i]);
		if (header_root_has(search->root, path))
			return true;
	}
	return false;
}

static int search_below(struct header_search *search, const struct tree_place *place, struct tracee_error *err)
{
	int r;

	r = header_root_take(place->fd, place->shown, &search->roots[search->n_roots], err);
	if (r < 0)
		return r;
	search->root = &search->roots[search->n_roots++];
	r = search_only_release(search, err);
	return r < 0 ? r : search_sources(search);
}

static int search_directories(struct header_search *search, struct tracee_error *err)
{
	struct tree_place places[TREE_PLACES_MAX];
	size_t n = search->request->n_paths;
	int r;

	if (n > TREE_N_HALVES)
		return error_set(err, -EINVAL,
				 "--headers is given %zu times: directories are at most two, a build half and a source half "
				 "(packages may be more)", n);
	r = open_places(search, places, err);
	if (r < 0)
		return r;
	r = n == 1 && is_root(search, &places[0]) ? search_below(search, &places[0], err)
						  : check_open(search, places, n);
	for (size_t i = 0; i < n; i++)
		tree_place_close(&places[i]);
	return r;
}

/* ---- packages ------------------------------------------------------------------------------------ */

/*
 * A directory may hold the packages of many kernels. Those whose name has the version of the one that is
 * meant, up to its ABI number, are read first, and if they are of use no others. Packages of images and of
 * debugging symbols are large, and at most bring the headers inside a module: they come last.
 */
enum likelihood { LIKELY, POSSIBLE, UNLIKELY, N_LIKELIHOODS };

/* How much of a release stands in the names of its packages: "6.1.0-47" of "6.1.0-47-cloud-amd64". */
static size_t abi_length(const char *release)
{
	size_t length = strspn(release, "0123456789.");

	if (release[length] == '-')
		length += 1 + strspn(release + length + 1, "0123456789.");
	while (length > 0 && (release[length - 1] == '.' || release[length - 1] == '-'))
		length--;
	return length;
}

static bool has_version(const struct header_search *search, const char *name)
{
	const char *release = search->wanted.kernel.release;
	size_t length = abi_length(release);
	const char *found = search->wanted.has_release ? memmem(name, strlen(name), release, length) : NULL;

	return found && strchr("0123456789", found[length]) == NULL;
}

static enum likelihood likelihood(const struct header_search *search, const char *name)
{
	static const char *const words[] = { "image", "modules", "kernel-core", "dbg", "debug" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(name, words[i]))
			return UNLIKELY;
	}
	return has_version(search, name) ? LIKELY : POSSIBLE;
}

/* The packages that were named, each opened as it was seen to be a file. */
struct packages {
	struct header_search *search;
	struct unpacked *unpacked;
	const char *directory; /* that is being listed, inside the root */
	const char *shown; /* that directory as the user wrote it */
	struct tracee_error *err;
	enum likelihood likelihood; /* of those that are read now */
	size_t n;
	size_t n_empty; /* those without anything of a header tree */
};

static int add_package(struct packages *packages, const char *path, const char *shown)
{
	const struct header_wanted *wanted = &packages->search->wanted;
	CLEANUP(close_at) int fd = -1;
	int r = header_root_walk(packages->search->root, path, O_RDONLY, NULL, &fd);

	if (r < 0)
		return error_errno(packages->err, r, "package '%s'", shown);
	packages->n++;
	r = unpacked_add(packages->unpacked, fd, shown, wanted->has_release ? wanted->kernel.release : NULL,
			 packages->err);
	if (r == -ENOENT) {
		packages->n_empty++;
		return 0;
	}
	return r;
}

static int add_from_directory(void *context, const char *name)
{
	struct packages *packages = context;
	char path[PATH_MAX], shown[PATH_MAX];

	if (!package_is_named_like_one(name) || likelihood(packages->search, name) != packages->likelihood)
		return 0;
	search_path(path, "%s/%s", packages->directory, name);
	search_path(shown, "%s/%s", packages->shown, name);
	if (!header_root_has_file(packages->search->root, path))
		return 0;
	return add_package(packages, path, shown);
}

static int count_package(void *context, const char *name)
{
	return package_is_named_like_one(name) ? *(int *)context = 2, 1 : 0;
}

/* 1 for a package, 2 for a directory of some, 0 for anything else; -ENOMEM. */
static int kind_of(const struct header_search *search, const char *named)
{
	CLEANUP(close_at) int fd = -1;
	char path[PATH_MAX];
	struct stat st;
	int kind = 0;
	int r = path_inside(search, named, path, NULL);

	if (r == 0)
		r = header_root_walk(search->root, path, O_PATH, NULL, &fd);
	if (r < 0 || fstat(fd, &st) < 0)
		return r == -ENOMEM ? r : 0; /* the search for a tree says what is wrong */
	if (S_ISREG(st.st_mode))
		return 1;
	r = S_ISDIR(st.st_mode) ? header_root_list(search->root, path, count_package, &kind) : 0;
	return r == -ENOMEM ? r : kind;
}

static int add_named(struct packages *packages, const char *named)
{
	char path[PATH_MAX];
	int kind = kind_of(packages->search, named);
	int r = path_inside(packages->search, named, path, packages->err);

	if (r < 0 || kind < 0)
		return r < 0 ? r : kind;
	if (kind == 1)
		return add_package(packages, path, named);
	packages->directory = path;
	packages->shown = named;
	for (packages->likelihood = LIKELY; packages->likelihood < N_LIKELIHOODS; packages->likelihood++) {
		r = header_root_list(packages->search->root, path, add_from_directory, packages);
		if (r < 0 || packages->n_empty < packages->n)
			return r;
	}
	return 0;
}

static int unpack_named(struct header_search *search, struct tracee_error *err)
{
	const struct header_search_request *request = search->request;
	struct packages packages = { .search = search, .err = err };
	int r = search_add_unpacked(search, err);

	packages.unpacked = r == 0 ? search->unpacked[search->n_unpacked - 1] : NULL;
	for (size_t i = 0; i < request->n_paths && r == 0; i++)
		r = add_named(&packages, request->paths[i]);
	if (r == 0 && packages.n_empty == packages.n)
		r = error_prefix(err, -ENOENT, "none of the %zu packages is of headers", packages.n);
	return r < 0 ? r : unpacked_finish(packages.unpacked, err);
}

static int search_packages(struct header_search *search, struct tracee_error *err)
{
	int r = unpack_named(search, err);

	if (r == 0)
		r = search_add_unpacked_root(search, PACKAGES_LABEL, err);
	if (r < 0)
		return r;
	search->is_in_packages = true;
	r = search_only_release(search, err);
	return r < 0 ? r : search_sources(search);
}

/* ---- both ------------------------------------------------------------------------------------------ */

static bool is_tree(const struct header_search *search, const char *named)
{
	struct tree_place place;
	char path[PATH_MAX];
	bool is = false;

	if (path_inside(search, named, path, NULL) < 0)
		return false;
	tree_place_open(search->root, path, named, &place);
	if (place.fd >= 0)
		is = tree_place_is_half(search->root, &place, TREE_BUILD) ||
		     tree_place_is_half(search->root, &place, TREE_SOURCE);
	tree_place_close(&place);
	return is;
}

static bool is_named_root(const struct header_search *search, const char *named)
{
	struct tree_place place;
	char path[PATH_MAX];
	bool is;

	if (path_inside(search, named, path, NULL) < 0)
		return false;
	tree_place_open(search->root, path, named, &place);
	is = is_root(search, &place);
	tree_place_close(&place);
	return is;
}

int search_named(struct header_search *search, struct tracee_error *err)
{
	const struct header_search_request *request = search->request;
	size_t n_packages = 0;
	int r = header_root_open(request->root ? request->root : "/", &search->roots[0], err);

	if (r < 0)
		return r;
	search->n_roots = 1;
	search->root = &search->roots[0];
	search->source = "named";
	for (size_t i = 0; i < request->n_paths; i++) {
		int kind = kind_of(search, request->paths[i]);

		if (kind < 0)
			return kind;
		n_packages += kind > 0 && !is_tree(search, request->paths[i]);
	}
	if (n_packages == 0 || (request->n_paths == 1 && is_named_root(search, request->paths[0])))
		return search_directories(search, err);
	if (n_packages < request->n_paths)
		return error_set(err, -EINVAL, "--headers names packages and directories: name one or the other");
	return search_packages(search, err);
}
