// SPDX-License-Identifier: Apache-2.0
/*
 * Where the module file is, by depmod's index or by habit. Of the index the text is read (modules.dep, see
 * modules.dep(5)) and not its binary twin with libkmod: a tree that is looked at may be anybody's, and on
 * a damaged modules.dep.bin libkmod (30) reads on for ever.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "builder/headers/kheaders_module.h"
#include "builder/headers/root.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define MODULE_FILE "kheaders.ko"
#define INDEX_FILE "modules.dep"
#define INDEX_SIZE_MAX (32u << 20) /* distributions have 0.2 to 0.7 MB */

/* What CONFIG_MODULE_COMPRESS_* put behind the name. */
static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };
#define N_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

/* Whether a path stays below the directory that it is relative to, by its letters. */
static bool is_below(const char *path)
{
	if (*path == '/' || *path == '\0')
		return false;
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			return false;
		path += length;
		path += strspn(path, "/");
	}
	return true;
}

/* -ENOENT if there is no file at @path. */
static int path_take(const struct header_root *directory, const char *path, char *ret_path, size_t size_bytes)
{
	size_t length = strlen(path);

	if (!header_root_has_file(directory, path))
		return -ENOENT;
	if (length >= size_bytes)
		return -ENAMETOOLONG;
	memcpy(ret_path, path, length + 1);
	return 0;
}

/* ---- by the index ----------------------------------------------------------------------------- */

static int index_read(const struct header_root *directory, uint8_t **ret_text)
{
	size_t size_bytes;

	return header_root_read(directory, INDEX_FILE, INDEX_SIZE_MAX, ret_text, &size_bytes);
}

static bool is_our_module(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length = strlen(MODULE_FILE);

	for (size_t i = 0; strncmp(name, MODULE_FILE, length) == 0 && i < N_SUFFIXES; i++) {
		if (strcmp(name + length, suffixes[i]) == 0)
			return true;
	}
	return false;
}

/* Lines are `path: paths of what it needs`; paths that are not relative lie in another place. */
static int find_by_index(const struct header_root *directory, char *ret_path, size_t size_bytes)
{
	CLEANUP(free_at) uint8_t *text = NULL;
	int r = index_read(directory, &text);
	char *rest, *line;

	if (r < 0)
		return r;
	for (line = strtok_r((char *)text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, ":")] = '\0';
		if (!is_our_module(line) || !is_below(line))
			continue;
		r = path_take(directory, line, ret_path, size_bytes);
		if (r != -ENOENT)
			return r;
	}
	return -ENOENT;
}

/* ---- by habit --------------------------------------------------------------------------------- */

/* Where the kernel's own `make modules_install` puts it. */
static int find_by_habit(const struct header_root *directory, char *ret_path, size_t size_bytes)
{
	char path[64];
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < N_SUFFIXES; i++) {
		snprintf(path, sizeof(path), "kernel/kernel/" MODULE_FILE "%s", suffixes[i]);
		r = path_take(directory, path, ret_path, size_bytes);
	}
	return r;
}

/* An index that is not there, is damaged or leads nowhere is no reason to give up. */
int kheaders_module_find(const char *modules_directory, char *ret_path, size_t size_bytes, struct tracee_error *err)
{
	/* Nothing that is looked at may lead out of it. */
	CLEANUP(header_root_close) struct header_root directory = HEADER_ROOT_NONE;
	int r = header_root_open(modules_directory, &directory, err);

	if (r < 0)
		return r;
	r = find_by_index(&directory, ret_path, size_bytes);
	if (r < 0 && r != -ENOMEM && r != -ENAMETOOLONG)
		r = find_by_habit(&directory, ret_path, size_bytes);
	if (r == -ENOENT)
		return error_set(err, r,
				 "'%s' has no module " MODULE_FILE ": that kernel was built without "
				 "CONFIG_IKHEADERS=m, or the package with its modules is not all there",
				 modules_directory);
	if (r < 0)
		return error_errno(err, r, "'%s': the path of module " MODULE_FILE, modules_directory);
	return 0;
}
