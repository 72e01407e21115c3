// SPDX-License-Identifier: Apache-2.0
#include "simulate/place.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulate/case.h"

#define VARIABLE "TRACEE_SIMULATE_PLACE"
#define PATH_BYTES 4096

static char place[PATH_BYTES];

int place_make(void)
{
	const char *above = getenv("TMPDIR");

	snprintf(place, sizeof(place), "%s/tracee-simulate-XXXXXX", above && above[0] == '/' ? above : "/tmp");
	if (!mkdtemp(place) || setenv(VARIABLE, place, 1) < 0) {
		fprintf(stderr, "tracee-simulate: directory '%s': %s\n", place, strerror(errno));
		return -1;
	}
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

void place_remove(void)
{
	if (nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0)
		fprintf(stderr, "tracee-simulate: directory '%s' is left: %s\n", place, strerror(errno));
}

const char *case_directory(void)
{
	const char *directory = getenv(VARIABLE);

	return directory ? directory : "/nonexistent";
}

const char *case_path(const char *name)
{
	static char paths[4][PATH_BYTES];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_BYTES, "%s/%s", case_directory(), name);
	return path;
}

int case_file(const char *name, mode_t mode)
{
	int fd = open(case_path(name), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	return fd < 0 ? -errno : fd;
}
