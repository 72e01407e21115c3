// SPDX-License-Identifier: Apache-2.0
/*
 * Links, one "path\ntarget\n" behind the other. What the check lets pass is made in a real directory, and
 * the kernel is asked: no link may lead to a directory beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/package/links.h"
#include "builder/package/selection.h"
#include "builder/package/writer.h"
#include "libtracee/base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_MAX 50

static char outer[] = "/tmp/tracee-fuzz.XXXXXX";
static char root_path[sizeof(outer) + 5];
static int root = -1;

static void prepare(void)
{
	if (root >= 0)
		return;
	umask(022);
	if (!mkdtemp(outer))
		abort();
	snprintf(root_path, sizeof(root_path), "%s/root", outer);
	if (mkdir(root_path, 0755) < 0)
		abort();
	root = open(root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		abort();
}

/* The next line, copied; false behind the last. */
static bool next_line(const char **p, const char *end, char line[PACKAGE_PATH_SIZE])
{
	const char *newline = memchr(*p, '\n', (size_t)(end - *p));

	if (!newline || newline - *p >= PACKAGE_PATH_SIZE)
		return false;
	memcpy(line, *p, (size_t)(newline - *p));
	line[newline - *p] = '\0';
	*p = newline + 1;
	return true;
}

static void take(const char *p, const char *end, struct links *links)
{
	char name[PACKAGE_PATH_SIZE], path[PACKAGE_PATH_SIZE], target[PACKAGE_PATH_SIZE];

	while (links->n < N_MAX && next_line(&p, end, name) && next_line(&p, end, target)) {
		if (entry_path(name, path, NULL) == 0 && *path && *target)
			links_add(links, path, target, 1);
	}
}

static int check_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	char resolved[PATH_MAX];

	(void)st;
	(void)walk;
	if (type != FTW_SL && type != FTW_SLN)
		return 0;
	if (!realpath(path, resolved))
		return 0;
	if (strncmp(resolved, root_path, strlen(root_path)) != 0)
		abort();
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	return walk->level == 0 ? 0 : type == FTW_DP ? rmdir(path) : unlink(path);
}

static void make(const struct links *links)
{
	struct writer writer;
	char target[2 * PACKAGE_PATH_SIZE];

	writer_init(&writer, root, root_path);
	for (size_t i = 0; i < links->n; i++) {
		if (link_target(&links->all[i], target, sizeof(target)) == 0)
			writer_symbolic_link(&writer, links->all[i].path, target, NULL);
	}
	writer_done(&writer);
	if (nftw(root_path, check_entry, 20, FTW_PHYS) != 0 ||
	    nftw(root_path, remove_entry, 20, FTW_PHYS | FTW_DEPTH) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(links_done) struct links links = {};
	struct tracee_error err = {};
	int r;

	prepare();
	take((const char *)data, (const char *)data + size, &links);
	r = links_check(&links, NULL, &err);
	if (r < 0 && !err.text[0])
		abort();
	if (r == 0)
		make(&links);
	return 0;
}
