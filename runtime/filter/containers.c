// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/containers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "runtime/filter/filter.h"

#define CGROUP_FILE_MAX (1u << 20)
#define STATUS_FILE_MAX (1u << 20)
#define ID_SIZE 65
#define PATH_SIZE 64 /* "4194304/ns/pid" fits */

struct containers {
	char (*ids)[ID_SIZE];
	size_t n_ids;
	uint32_t *namespaces;
	size_t n_namespaces;
};

DEFINE_CLEANUP(struct containers *, containers_free)

static void closedir_at(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

void containers_free(struct containers *containers)
{
	if (!containers)
		return;
	free(containers->ids);
	free(containers->namespaces);
	free(containers);
}

static bool has_id(const struct containers *containers, const char *id)
{
	return containers->n_ids && bsearch(id, containers->ids, containers->n_ids, ID_SIZE,
					    (int (*)(const void *, const void *))strcmp);
}

static int compare_namespaces(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool has_namespace(const struct containers *containers, uint32_t number)
{
	return containers->n_namespaces && bsearch(&number, containers->namespaces, containers->n_namespaces,
						   sizeof(number), compare_namespaces);
}

/* Makes room for one more of @size bytes in the array; its address, or NULL. */
static void *grow(void **array, size_t n, size_t size, int *ret_r)
{
	void *bytes;

	if (n == CONTAINERS_N_MAX) {
		*ret_r = -E2BIG;
		return NULL;
	}
	bytes = realloc(*array, (n + 1) * size);
	if (!bytes) {
		*ret_r = -ENOMEM;
		return NULL;
	}
	*array = bytes;
	return (char *)bytes + n * size;
}

static int add_id(struct containers *containers, const char *id)
{
	int r = 0;
	char *to;

	for (size_t i = 0; i < containers->n_ids; i++) {
		if (strcmp(containers->ids[i], id) == 0)
			return 0;
	}
	to = grow((void **)&containers->ids, containers->n_ids, ID_SIZE, &r);
	if (!to)
		return r;
	memcpy(to, id, ID_SIZE);
	containers->n_ids++;
	return 0;
}

static int add_namespace(struct containers *containers, uint32_t number)
{
	uint32_t *to;
	int r = 0;

	for (size_t i = 0; i < containers->n_namespaces; i++) {
		if (containers->namespaces[i] == number)
			return 0;
	}
	to = grow((void **)&containers->namespaces, containers->n_namespaces, sizeof(*to), &r);
	if (!to)
		return r;
	*to = number;
	containers->n_namespaces++;
	return 0;
}

/* Every part of every path in /proc/PID/cgroup may hold an id: containers may be nested. */
static int read_ids(struct containers *containers, int proc, const char *pid)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char path[PATH_SIZE], id[ID_SIZE], *p, *part;
	size_t size;
	int r;

	snprintf(path, sizeof(path), "%.20s/cgroup", pid);
	r = file_read_at(proc, path, CGROUP_FILE_MAX, &bytes, &size);
	if (r < 0)
		return r;
	p = (char *)bytes;
	while (r == 0 && (part = strsep(&p, "/\n")) != NULL) {
		if (tracee_container_id(part, strlen(part), id))
			r = add_id(containers, id);
	}
	return r;
}

/* Whether the process has another number in a pid namespace below ours: proc_pid_status(5), NSpid. */
static int is_nested(int proc, const char *pid, bool *ret_is_nested)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char path[PATH_SIZE], *line;
	size_t size;
	int r;

	snprintf(path, sizeof(path), "%.20s/status", pid);
	r = file_read_at(proc, path, STATUS_FILE_MAX, &bytes, &size);
	if (r < 0)
		return r;
	line = strstr((char *)bytes, "\nNSpid:\t");
	if (!line)
		return -EPROTO;
	line += strlen("\nNSpid:\t");
	*ret_is_nested = line[strcspn(line, "\t\n")] == '\t';
	return 0;
}

/* Processes of our own pid namespace, the host's, need no look at what others may keep from us. */
static int read_namespace(struct containers *containers, int proc, const char *pid)
{
	char path[PATH_SIZE];
	struct stat status;
	bool has_own = false;
	int r = is_nested(proc, pid, &has_own);

	if (r < 0 || !has_own)
		return r;
	snprintf(path, sizeof(path), "%.20s/ns/pid", pid);
	if (fstatat(proc, path, &status, 0) < 0)
		return -errno;
	return add_namespace(containers, (uint32_t)status.st_ino);
}

static int read_process(struct containers *containers, int proc, const char *pid, struct tracee_error *err)
{
	int r = read_namespace(containers, proc, pid);

	if (r == 0)
		r = read_ids(containers, proc, pid);
	/* It ended meanwhile. */
	if (r == -ENOENT || r == -ESRCH)
		return 0;
	if (r == -EACCES || r == -EPERM)
		return error_set(
			err, -EPERM,
			"container=new: the pid namespace of process %.20s may not be looked at: which containers "
			"are new cannot be told without CAP_SYS_PTRACE",
			pid);
	return r < 0 ? error_errno(err, r, "container=new: process %.20s", pid) : 0;
}

static int check_own_namespace(int proc, struct tracee_error *err)
{
	struct stat status;

	if (fstatat(proc, "self/ns/pid", &status, 0) < 0)
		return error_errno(err, -errno, "container=new: our own pid namespace");
	if (status.st_ino == PID_NAMESPACE_INITIAL)
		return 0;
	return error_set(err, -EXDEV,
			 "container=new: we see the processes of our own pid namespace only, and cannot tell which "
			 "containers are new: run in the host's (docker run --pid=host)");
}

static int read_all(struct containers *containers, DIR *directory, struct tracee_error *err)
{
	struct dirent *entry;
	int r = check_own_namespace(dirfd(directory), err);

	while (r == 0 && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			r = read_process(containers, dirfd(directory), entry->d_name, err);
	}
	return r;
}

int containers_read(const char *proc, struct containers **ret_containers, struct tracee_error *err)
{
	CLEANUP(containers_free_at) struct containers *containers = calloc(1, sizeof(*containers));
	CLEANUP(closedir_at) DIR *directory = opendir(proc);
	int r;

	if (!containers)
		return error_errno(err, -ENOMEM, "container=new");
	if (!directory)
		return error_errno(err, -errno, "container=new: '%s'", proc);
	r = read_all(containers, directory, err);
	if (r < 0)
		return r;
	if (containers->n_ids)
		qsort(containers->ids, containers->n_ids, ID_SIZE, (int (*)(const void *, const void *))strcmp);
	if (containers->n_namespaces)
		qsort(containers->namespaces, containers->n_namespaces, sizeof(uint32_t), compare_namespaces);
	*ret_containers = TAKE(containers);
	return 0;
}

bool containers_are_new(const struct containers *containers, const struct tracee_event *event)
{
	return event->container_id[0] ? !has_id(containers, event->container_id)
				      : !has_namespace(containers, event->pid_ns);
}
