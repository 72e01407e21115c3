// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/cgroups.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define MOUNTS_MAX (4u << 20)
#define DEPTH_MAX 32 /* levels of the tree */
#define N_VISITED_MAX 65536 /* cgroups in one walk */
#define ENTRIES_SIZE 4096 /* bytes of directory entries at a time, on the stack at each level */

/* The answers: a set of four for each hash, of which the oldest is overwritten. */
#define N_SETS 4096u
#define N_WAYS 4u

struct known {
	uint64_t id; /* 0: none */
	enum cgroup_answer answer;
};

struct cgroups {
	const struct text_filter *filter;
	int root;
	unsigned int n_visited; /* in this walk */
	struct known known[N_SETS][N_WAYS];
	uint8_t next[N_SETS];
	char path[PATH_MAX]; /* below the root, of where the walk is: "" or "/a/b" */
};

/* The kernel's directory entry (getdents64(2)). */
struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

DEFINE_CLEANUP(struct cgroups *, cgroups_close)

/* ---- answers -------------------------------------------------------------------------------- */

static uint32_t set_of(uint64_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 52) & (N_SETS - 1);
}

static const struct known *find(const struct cgroups *cgroups, uint64_t id)
{
	const struct known *set = cgroups->known[set_of(id)];

	for (unsigned int i = 0; i < N_WAYS; i++) {
		if (set[i].id == id)
			return &set[i];
	}
	return NULL;
}

static void remember(struct cgroups *cgroups, uint64_t id, enum cgroup_answer answer)
{
	uint32_t set = set_of(id);

	if (id && !find(cgroups, id))
		cgroups->known[set][cgroups->next[set]++ % N_WAYS] = (struct known){ id, answer };
}

/* ---- the walk ------------------------------------------------------------------------------- */

/* Before 5.5 inode and generation, since then one number: the same eight bytes. */
static int read_id(int fd, uint64_t *ret_id)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} handle = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id;

	if (name_to_handle_at(fd, "", &handle.handle, &mount_id, AT_EMPTY_PATH) < 0)
		return -errno;
	if (handle.handle.handle_bytes < sizeof(*ret_id))
		return -EPROTO;
	memcpy(ret_id, handle.handle.f_handle, sizeof(*ret_id));
	return 0;
}

/* 1 if it was the one with number @wanted, or one below it was; 0; or -errno. */
static int visit(struct cgroups *cgroups, uint64_t wanted, unsigned int depth);

/* Visits the directory @name in the one where the walk is. */
static int descend(struct cgroups *cgroups, const char *name, uint64_t wanted, unsigned int depth)
{
	size_t length = strlen(cgroups->path), more = strlen(name) + 1;
	int r;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || length + more >= sizeof(cgroups->path))
		return 0;
	cgroups->path[length] = '/';
	memcpy(cgroups->path + length + 1, name, more);
	r = visit(cgroups, wanted, depth + 1);
	cgroups->path[length] = '\0';
	/* Removed meanwhile, or not for us to see: the others are still there. */
	return r < 0 ? 0 : r;
}

static int visit_entries(struct cgroups *cgroups, int fd, uint64_t wanted, unsigned int depth)
{
	_Alignas(struct entry) char entries[ENTRIES_SIZE];
	long size;

	while ((size = syscall(SYS_getdents64, fd, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < size;) {
			const struct entry *entry = (const struct entry *)(const void *)(entries + at);
			int r = entry->type == DT_DIR ? descend(cgroups, entry->name, wanted, depth) : 0;

			if (r > 0)
				return r;
			at += entry->size;
		}
	}
	return size < 0 ? -errno : 0;
}

static int visit(struct cgroups *cgroups, uint64_t wanted, unsigned int depth)
{
	const char *path = cgroups->path[0] ? cgroups->path : "/";
	CLEANUP(close_at) int fd = -1;
	uint64_t id = 0;
	int r;

	if (depth > DEPTH_MAX || cgroups->n_visited++ >= N_VISITED_MAX)
		return -E2BIG;
	fd = openat(cgroups->root, cgroups->path[0] ? cgroups->path + 1 : ".", CGROUPS_OPEN_FLAGS);
	if (fd < 0)
		return -errno;
	r = read_id(fd, &id);
	if (r < 0)
		return r;
	remember(cgroups, id,
		 text_filter_accepts(cgroups->filter, path, strlen(path)) ? CGROUP_ACCEPTED : CGROUP_REJECTED);
	return id == wanted ? 1 : visit_entries(cgroups, fd, wanted, depth);
}

static int walk(struct cgroups *cgroups, uint64_t wanted)
{
	cgroups->n_visited = 0;
	cgroups->path[0] = '\0';
	return visit(cgroups, wanted, 0);
}

enum cgroup_answer cgroups_look_up(struct cgroups *cgroups, uint64_t id)
{
	const struct known *known = find(cgroups, id);

	if (!known) {
		walk(cgroups, id);
		known = find(cgroups, id);
	}
	if (!known) {
		remember(cgroups, id, CGROUP_UNKNOWN); /* and not looked for again */
		return CGROUP_UNKNOWN;
	}
	return known->answer;
}

/* ---- opening -------------------------------------------------------------------------------- */

/* Blanks and backslashes are written as three octal digits: proc_pid_mounts(5). */
static void unescape(char *to, const char *from, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (from[i] == '\\' && length - i > 3) {
			*to++ = (char)((from[i + 1] - '0') << 6 | (from[i + 2] - '0') << 3 | (from[i + 3] - '0'));
			i += 3;
		} else {
			*to++ = from[i];
		}
	}
	*to = '\0';
}

int cgroups_find_mount(const char *mounts, char *ret_path)
{
	for (const char *line = mounts; *line; line += line[0] == '\n') {
		size_t device = strcspn(line, " \n"), path, type;
		const char *p = line + device + (line[device] == ' ');

		path = strcspn(p, " \n");
		type = p[path] == ' ' ? strcspn(p + path + 1, " \n") : 0;
		if (type == 7 && memcmp(p + path + 1, "cgroup2", 7) == 0 && path < PATH_MAX) {
			unescape(ret_path, p, path);
			return 0;
		}
		line += strcspn(line, "\n");
	}
	return -ENOENT;
}

static int open_root(const char *mounts, int *ret_root, struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char path[PATH_MAX];
	size_t size;
	int r, fd;

	r = file_read_at(AT_FDCWD, mounts, MOUNTS_MAX, &bytes, &size);
	if (r < 0)
		return error_errno(err, r, "cgroup=: '%s'", mounts);
	if (cgroups_find_mount((const char *)bytes, path) < 0)
		return error_set(
			err, -ENOENT,
			"cgroup=: the tree of cgroups (version 2) is not mounted, and the paths of cgroups are "
			"not known without: mount -t cgroup2 none /sys/fs/cgroup");
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, -errno, "cgroup=: '%s'", path);
	*ret_root = fd;
	return 0;
}

int cgroups_open(const char *mounts, const struct text_filter *filter, struct cgroups **ret_cgroups,
		 struct tracee_error *err)
{
	CLEANUP(cgroups_close_at) struct cgroups *cgroups = calloc(1, sizeof(*cgroups));
	int r;

	if (!cgroups)
		return error_errno(err, -ENOMEM, "cgroup=");
	cgroups->filter = filter;
	cgroups->root = -1;
	r = open_root(mounts, &cgroups->root, err);
	if (r < 0)
		return r;
	r = walk(cgroups, 0);
	if (r < 0)
		return error_errno(err, r, "cgroup=: the tree of cgroups cannot be walked");
	*ret_cgroups = TAKE(cgroups);
	return 0;
}

void cgroups_close(struct cgroups *cgroups)
{
	if (!cgroups)
		return;
	close_at(&cgroups->root);
	free(cgroups);
}

int cgroups_directory(const struct cgroups *cgroups)
{
	return cgroups->root;
}
