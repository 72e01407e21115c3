/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_RUNTIME_CONTAINERS_DOCKER_FILES_H
#define TEST_RUNTIME_CONTAINERS_DOCKER_FILES_H

/* A root directory below which there is what Docker writes about its containers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct docker_files {
	char root[40];
};

static inline void docker_files_make(struct docker_files *files)
{
	static const char *const directories[] = { "/var", "/var/lib", "/var/lib/docker", "/var/lib/docker/containers" };
	char path[128];

	strcpy(files->root, "/tmp/docker_files.XXXXXX");
	assert_non_null(mkdtemp(files->root));
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", files->root, directories[i]);
		assert_int_equal(mkdir(path, 0755), 0);
	}
}

/* Adds container @id, or gives it another name. */
static inline void docker_files_add(const struct docker_files *files, const char *id, const char *name, const char *image)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/var/lib/docker/containers/%s", files->root, id);
	mkdir(path, 0700);
	strcat(path, "/config.v2.json");
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "{\"Name\":\"/%s\",\"Config\":{\"Image\":\"%s\"}}", name, image);
	fclose(file);
}

static inline void docker_files_remove(const struct docker_files *files)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", files->root);
	assert_int_equal(system(command), 0);
}

#endif
