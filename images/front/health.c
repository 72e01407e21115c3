// SPDX-License-Identifier: Apache-2.0
#include "images/front/health.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "images/front/say.h"
#include "images/front/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "libtracee/base/number.h"

#define CONTENT_MAX 32
#define RUNTIME_COMM "tracee-runtime\n"

static const char *named_file(void)
{
	const char *named = getenv("TRACEE_READY_FILE");

	return named && *named ? named : NULL;
}

char *health_option(void)
{
	const char *file = named_file();
	char *option;

	if (!file && access("/run/tracee", W_OK) < 0)
		return NULL;
	return asprintf(&option, "--ready-file=%s", file ? file : HEALTH_FILE) < 0 ? NULL : option;
}

static int read_pid(const char *path, uint64_t *ret_pid)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size;
	int r = file_read_at(AT_FDCWD, path, CONTENT_MAX, &bytes, &size);

	if (r < 0)
		return r;
	bytes[strcspn((char *)bytes, "\n")] = '\0';
	return number_parse((char *)bytes, INT32_MAX, ret_pid);
}

int health_tell(void)
{
	const char *path = named_file() ? named_file() : HEALTH_FILE;
	CLEANUP(free_at) uint8_t *comm = NULL;
	uint64_t pid;
	char proc[64];
	size_t size;
	int r = read_pid(path, &pid);

	if (r < 0) {
		say("not ready: '%s': %s", path, strerror(-r));
		return STATUS_FAILED;
	}
	snprintf(proc, sizeof(proc), "/proc/%llu/comm", (unsigned long long)pid);
	r = file_read_at(AT_FDCWD, proc, CONTENT_MAX, &comm, &size);
	if (r == 0 && strcmp((char *)comm, RUNTIME_COMM) == 0)
		return STATUS_OK;
	say("not ready: '%s' names process %llu, which is no runtime that lives", path, (unsigned long long)pid);
	return STATUS_FAILED;
}
