// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/programs.h"

#include <string.h>
#include <sys/stat.h>

static bool is_called(const char *name, const uint8_t *is, size_t length)
{
	size_t star = strcspn(name, "*");

	if (name[star])
		return length >= star && memcmp(is, name, star) == 0;
	return length == star && memcmp(is, name, length) == 0;
}

bool program_is_one_of(const struct tracee_event *event, const char *const *names)
{
	const struct tracee_executable *executable = &event->executable;
	size_t start = executable->path_size_bytes;

	if (!executable->path)
		return false;
	while (start > 0 && executable->path[start - 1] != '/')
		start--;
	for (; *names; names++) {
		if (is_called(*names, executable->path + start, executable->path_size_bytes - start))
			return true;
	}
	return false;
}

bool program_is_of_root(const struct tracee_event *event)
{
	const struct tracee_executable *executable = &event->executable;

	return event->has_executable && executable->uid == 0 && !(executable->mode & (S_IWGRP | S_IWOTH)) && executable->links;
}
