// SPDX-License-Identifier: Apache-2.0
#include "images/front/install.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tracee/tracee.h>

#include "images/front/say.h"
#include "images/front/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define DIRECTORY_MODE 0755
#define OBJECT_MODE 0644
#define NAME_BEGIN "tracee.bpf."
#define NAME_END ".o"

static bool is_object_name(const char *name)
{
	size_t length = strlen(name);

	return strncmp(name, NAME_BEGIN, strlen(NAME_BEGIN)) == 0 && length > strlen(NAME_END) &&
	       strcmp(name + length - strlen(NAME_END), NAME_END) == 0;
}

static int install_one(int from, const char *name, const char *to, struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	struct tracee_object object;
	char path[PATH_MAX];
	size_t size;
	int r;

	if (snprintf(path, sizeof(path), "%s/%s", to, name) >= (int)sizeof(path))
		return error_errno(err, -ENAMETOOLONG, "'%s'", name);
	r = file_read_at(from, name, TRACEE_OBJECT_SIZE_MAX, &bytes, &size);
	if (r < 0)
		return error_errno(err, r, "'%s'", name);
	r = tracee_object_read(bytes, size, &object, err);
	if (r < 0)
		return error_prefix(err, r, "'%s'", name);
	r = file_replace(path, bytes, size, OBJECT_MODE);
	return r < 0 ? error_errno(err, r, "'%s'", path) : 0;
}

static int install_all(DIR *dir, const char *from, const char *to)
{
	unsigned int n = 0, n_failed = 0;
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		struct tracee_error err;

		if (!is_object_name(entry->d_name))
			continue;
		if (install_one(dirfd(dir), entry->d_name, to, &err) == 0) {
			n++;
			continue;
		}
		n_failed++;
		say("%s", err.text);
	}
	say("%u object%s copied from '%s' to '%s'", n, n == 1 ? "" : "s", from, to);
	return n && !n_failed ? STATUS_OK : STATUS_FAILED;
}

int install_objects(const char *from, const char *to)
{
	DIR *dir = opendir(from);
	int status;

	if (!dir || (mkdir(to, DIRECTORY_MODE) < 0 && errno != EEXIST)) {
		say("'%s': %s", dir ? to : from, strerror(errno));
		if (dir)
			closedir(dir);
		return STATUS_FAILED;
	}
	status = install_all(dir, from, to);
	closedir(dir);
	return status;
}
