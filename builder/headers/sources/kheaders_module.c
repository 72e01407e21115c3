// SPDX-License-Identifier: Apache-2.0
/*
 * The headers in the module kheaders.ko of a kernel that need not run. Nothing is loaded: the module's
 * file is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "builder/child.h"
#include "builder/headers/kheaders_module.h"
#include "builder/headers/sources/source.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

#define READ_TIMEOUT_MS 60000
#define ARCHIVE_MAX_BYTES (64u << 20) /* distributions have 4 to 5 MB */
#define READ_MEMORY_MAX_BYTES (256ul << 20)

/* The finder takes a path of ours: that of a directory which was opened below the root. */
static int find(struct header_search *search, const char *modules, char ret_path[PATH_MAX])
{
	CLEANUP(close_at) int fd = -1;
	char directory[64];
	int r = header_root_walk(search->root, modules, O_PATH | O_DIRECTORY, NULL, &fd);

	if (r < 0)
		return r;
	snprintf(directory, sizeof(directory), "/proc/self/fd/%d", fd);
	return kheaders_module_find(directory, ret_path, PATH_MAX, NULL);
}

static int read_in_child(void *argument, struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size_bytes;
	int r = kheaders_module_read(CHILD_FIRST_FD, &bytes, &size_bytes, err);

	(void)argument;
	if (r == 0)
		r = file_write_all(STDOUT_FILENO, bytes, size_bytes);
	return r;
}

/* A module is anybody's bytes: what decompresses and parses it has no privileges. */
static int read_module(int fd, struct text *archive, struct tracee_error *err)
{
	const struct child child = { .function = read_in_child,
				     .name = "the reader of kernel modules",
				     .fds = &fd,
				     .n_fds = 1,
				     .timeout_ms = READ_TIMEOUT_MS,
				     .output_max_bytes = ARCHIVE_MAX_BYTES,
				     .memory_max_bytes = READ_MEMORY_MAX_BYTES,
				     .output = archive };

	text_init(archive, ARCHIVE_MAX_BYTES);
	return child_run(&child, err);
}

static int take(struct header_search *search, const char *path)
{
	CLEANUP(text_done) struct text archive = {};
	CLEANUP(close_at) int fd = -1;
	struct tracee_error err = {};
	char shown[PATH_MAX];
	int r;

	search_path(shown, "%s%s", search->root->label, path);
	r = header_root_walk(search->root, path, O_RDONLY, NULL, &fd);
	if (r < 0)
		return search_refuse(search, shown, r, strerror(-r), NULL);
	r = read_module(fd, &archive, &err);
	if (r == -EINTR)
		return r;
	if (r < 0)
		return search_refuse(search, shown, r, err.text, NULL);
	return search_archive(search, shown, -1, text_string(&archive), archive.size_bytes);
}

static int look(struct header_search *search)
{
	static const char *const formats[] = { "/lib/modules/%s", "/usr/lib/modules/%s" };
	char modules[PATH_MAX], inside[PATH_MAX], path[PATH_MAX], shown[PATH_MAX];

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		snprintf(modules, sizeof(modules), formats[i], search->wanted.kernel.release);
		if (find(search, modules, inside) < 0)
			continue;
		search_path(path, "%s/%s", modules, inside);
		return take(search, path);
	}
	search_path(shown, "%s/lib/modules/%s/kernel/kernel/kheaders.ko", search->root->label,
		    search->wanted.kernel.release);
	return search_refuse(search, shown, -ENOENT, "it is not there", NULL);
}

const struct header_source source_kheaders_module = {
	.name = "kheaders-module",
	.who = "kernels whose package has kheaders.ko, also compressed",
	.look = look,
};
