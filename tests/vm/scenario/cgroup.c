// SPDX-License-Identifier: Apache-2.0
/* A process in the cgroup of a container: its events carry the container's id. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void member(const char *directory)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	fd = files_openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, "O_WRONLY|O_CLOEXEC", 0);
	if (fd < 0 || write(fd, "0", 1) != 1)
		truth_die("%s: %s", path, strerror(errno));
	close(fd);
	truth_set_container_id(id);
	files_openat(AT_FDCWD, "/nowhere/container", O_RDONLY, "O_RDONLY", 0);
	truth_exit(0);
}

static void container(const char *directory)
{
	pid_t pid;

	if (mkdir(directory, 0755) < 0)
		truth_die("%s: %s", directory, strerror(errno));
	pid = truth_fork(0);
	if (pid == 0)
		member(directory);
	truth_wait(pid, 0);
	rmdir(directory);
}

static void cgroup_run(const struct scenario_options *options)
{
	static const char *const forms[] = { "%s/%s", "%s/docker-%s.scope", "%s/cri-containerd-%s.scope" };
	char path[256];

	if (!options->cgroup) {
		truth_skipped("cgroup", ENOTSUP);
		return;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		snprintf(path, sizeof(path), forms[i], options->cgroup, id);
		container(path);
	}
}

const struct family family_cgroup = { .name = "cgroup", .run = cgroup_run };
