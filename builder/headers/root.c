// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define ENTRIES_MAX 65536

/* ---- roots --------------------------------------------------------------------------------------- */

int header_root_open(const char *path, struct header_root *ret_root, struct tracee_error *err)
{
	struct header_root root = { .fd = -1 };
	size_t length = strlen(path);
	struct stat own, st;

	while (length > 0 && path[length - 1] == '/')
		length--;
	if (length >= sizeof(root.label))
		return error_set(err, -ENAMETOOLONG, "root directory '%.100s…' is too long a path", path);
	memcpy(root.label, path, length);
	root.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root.fd < 0)
		return error_errno(err, -errno, "root directory '%s'", path);
	root.is_own = stat("/", &own) == 0 && fstat(root.fd, &st) == 0 && own.st_dev == st.st_dev &&
		      own.st_ino == st.st_ino;
	*ret_root = root;
	return 0;
}

int header_root_take(int fd, const char *label, struct header_root *ret_root, struct tracee_error *err)
{
	struct header_root root = {};

	root.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (root.fd < 0)
		return error_errno(err, -errno, "'%s'", label);
	snprintf(root.label, sizeof(root.label), "%s", label);
	*ret_root = root;
	return 0;
}

void header_root_close(struct header_root *root)
{
	if (!root)
		return;
	close_at(&root->fd);
	root->fd = -1;
}

void walk_done(struct walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < walk->n_links; i++) {
		free(walk->links[i].path);
		free(walk->links[i].target);
	}
	walk->n_links = 0;
}

/* ---- walking ------------------------------------------------------------------------------------- */

/* The directories from the root to where we are, each open; `rest` is what is still to be walked. */
struct walker {
	const struct header_root *root;
	struct walk *walk;
	int fds[WALK_DEPTH_MAX];
	size_t lengths[WALK_DEPTH_MAX]; /* of `real` when it ended in that directory */
	size_t depth;
	char real[PATH_MAX];
	char rest[2 * PATH_MAX];
	size_t behind_link; /* how much of `rest` is what stood behind the last link */
};

static void walker_done(struct walker *walker)
{
	for (size_t i = 1; i <= walker->depth; i++)
		close(walker->fds[i]);
	walker->depth = 0;
}

static int here(const struct walker *walker)
{
	return walker->fds[walker->depth];
}

/* Cuts `real` to the directory at the present depth. */
static void cut_real(struct walker *walker)
{
	walker->real[walker->lengths[walker->depth]] = '\0';
}

static int add_to_real(struct walker *walker, const char *name)
{
	size_t used = walker->lengths[walker->depth];

	if ((size_t)snprintf(walker->real + used, PATH_MAX - used, "/%s", name) >= PATH_MAX - used)
		return -ENAMETOOLONG;
	return 0;
}

static void go_to_root(struct walker *walker)
{
	while (walker->depth > 0)
		close(walker->fds[walker->depth--]);
	cut_real(walker);
}

static int go_up(struct walker *walker)
{
	if (walker->depth == 0)
		return walker->root->is_own ? 0 : -EXDEV;
	close(walker->fds[walker->depth--]);
	cut_real(walker);
	return 0;
}

static int go_down(struct walker *walker, int fd)
{
	if (walker->depth + 1 == WALK_DEPTH_MAX) {
		close(fd);
		return -ENAMETOOLONG;
	}
	walker->fds[++walker->depth] = fd;
	walker->lengths[walker->depth] = strlen(walker->real);
	return 0;
}

static int note_link(struct walker *walker, const char *target)
{
	struct walk *walk = walker->walk;
	struct walk_link link;

	if (!walk)
		return 0;
	link.path = strdup(walker->real);
	link.target = strdup(target);
	if (!link.path || !link.target) {
		free(link.path);
		free(link.target);
		return -ENOMEM;
	}
	walk->links[walk->n_links++] = link;
	return 0;
}

/* The last name of `real` is a link: what it says goes in front of what is left. */
static int follow(struct walker *walker, const char *name, unsigned int *n_links)
{
	char target[PATH_MAX], rest[2 * PATH_MAX];
	ssize_t n = readlinkat(here(walker), name, target, sizeof(target));
	int r;

	if (n < 0)
		return -errno;
	if (n == (ssize_t)sizeof(target))
		return -ENAMETOOLONG;
	target[n] = '\0';
	if (++*n_links > WALK_LINKS_MAX)
		return -ELOOP;
	r = note_link(walker, target);
	if (r < 0)
		return r;
	walker->behind_link = strlen(walker->rest);
	/* A link to a file may be the end: a '/' would ask for a directory. */
	if ((size_t)snprintf(rest, sizeof(rest), "%s%s%s", target, walker->rest[0] ? "/" : "", walker->rest) >= sizeof(rest))
		return -ENAMETOOLONG;
	strcpy(walker->rest, rest);
	if (target[0] == '/')
		go_to_root(walker);
	else
		cut_real(walker);
	return 0;
}

/* Takes the next name off `rest`; false at the end. */
static bool next_name(struct walker *walker, char name[NAME_MAX + 1], int *ret_r)
{
	char *p = walker->rest + strspn(walker->rest, "/");
	size_t length = strcspn(p, "/");

	*ret_r = 0;
	if (length == 0)
		return false;
	if (length > NAME_MAX) {
		*ret_r = -ENAMETOOLONG;
		return false;
	}
	memcpy(name, p, length);
	name[length] = '\0';
	memmove(walker->rest, p + length, strlen(p + length) + 1);
	return true;
}

/* A '/' behind a name asks for a directory, so it counts as more. */
static bool has_more(const struct walker *walker)
{
	return walker->rest[0] != '\0';
}

/* What opens the last name: 1 if it was opened, 0 if it was a link, which goes on. */
static int open_last(struct walker *walker, const char *name, int flags, int *ret_fd)
{
	int fd = openat(here(walker), name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return errno == ELOOP ? 0 : -errno;
	*ret_fd = fd;
	return 1;
}

static int step(struct walker *walker, const char *name, int flags, unsigned int *n_links, int *ret_fd)
{
	CLEANUP(close_at) int fd = -1;
	struct stat st;
	int r;

	if (strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0)
		return go_up(walker);
	r = add_to_real(walker, name);
	if (r < 0)
		return r;
	fd = openat(here(walker), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return follow(walker, name, n_links);
	if (has_more(walker) && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (!has_more(walker) && !(S_ISDIR(st.st_mode) && (flags & O_PATH)))
		return open_last(walker, name, flags, ret_fd);
	return S_ISDIR(st.st_mode) ? go_down(walker, TAKE_FD(fd)) : 0;
}

/* The path ended in a directory that the walker holds open: in "..", in "/" or as O_PATH. */
static int open_here(struct walker *walker, int flags, int *ret_fd)
{
	int fd = openat(here(walker), ".", flags | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int walk_on(struct walker *walker, int flags, int *ret_fd)
{
	unsigned int n_links = 0;
	char name[NAME_MAX + 1];
	int r;

	while (next_name(walker, name, &r)) {
		r = step(walker, name, flags, &n_links, ret_fd);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return r < 0 ? r : open_here(walker, flags, ret_fd);
}

/* Where the last link leads: what could not be walked of it is behind `real`, as it is written. */
static void note_target(struct walker *walker)
{
	size_t length = strlen(walker->rest) - walker->behind_link;

	while (length > 0 && walker->rest[length - 1] == '/')
		length--;
	if ((size_t)snprintf(walker->walk->target, PATH_MAX, "%s%.*s", walker->real, (int)length, walker->rest) >= PATH_MAX)
		strcpy(walker->walk->target, walker->walk->real);
}

int header_root_walk(const struct header_root *root, const char *path, int flags, struct walk *walk, int *ret_fd)
{
	CLEANUP(walker_done) struct walker walker = { .root = root, .walk = walk, .fds = { root->fd } };
	int r, fd = -1;

	if (walk)
		*walk = (struct walk)WALK_NONE;
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(walker.rest, path);
	r = walk_on(&walker, flags, &fd);
	if (walk) {
		strcpy(walk->real, walker.real[0] ? walker.real : "/");
		walk->is_dangling = r < 0 && walk->n_links > 0 && strlen(walker.rest) >= walker.behind_link;
	}
	if (walk && walk->is_dangling)
		note_target(&walker);
	if (r < 0)
		return r;
	*ret_fd = fd;
	return 0;
}

/* ---- what is built on it --------------------------------------------------------------------------- */

bool header_root_has(const struct header_root *root, const char *path)
{
	CLEANUP(close_at) int fd = -1;

	return header_root_walk(root, path, O_PATH, NULL, &fd) == 0;
}

bool header_root_has_file(const struct header_root *root, const char *path)
{
	CLEANUP(close_at) int fd = -1;
	struct stat st;

	return header_root_walk(root, path, O_PATH, NULL, &fd) == 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

int header_root_read(const struct header_root *root, const char *path, size_t max_bytes, uint8_t **ret_bytes,
		     size_t *ret_size_bytes)
{
	CLEANUP(close_at) int fd = -1;
	struct stat st;
	int r = header_root_walk(root, path, O_RDONLY, NULL, &fd);

	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	return file_read_fd(fd, max_bytes, ret_bytes, ret_size_bytes);
}

struct names {
	char **list;
	size_t n;
};

static void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
}

static int names_add(struct names *names, const char *name)
{
	char **more;

	if (names->n == ENTRIES_MAX)
		return -E2BIG;
	if (names->n % 256 == 0) {
		more = reallocarray(names->list, names->n + 256, sizeof(*more));
		if (!more)
			return -ENOMEM;
		names->list = more;
	}
	names->list[names->n] = strdup(name);
	if (!names->list[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void closedir_at(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

/* @pattern NULL: all of them. */
static int names_read(int fd, const char *pattern, struct names *names)
{
	CLEANUP(closedir_at) DIR *directory = fdopendir(fd);
	int r = 0;

	if (!directory) {
		close(fd);
		return -ENOMEM;
	}
	for (struct dirent *entry = readdir(directory); entry && r == 0; entry = readdir(directory)) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    (!pattern || fnmatch(pattern, entry->d_name, FNM_PERIOD) == 0))
			r = names_add(names, entry->d_name);
	}
	return r;
}

/* A directory that cannot be looked into has nothing for us, whatever the reason. */
static int list(const struct header_root *root, const char *path, const char *pattern,
		int (*tell)(void *context, const char *name), void *context)
{
	CLEANUP(names_done) struct names names = {};
	int fd, r = header_root_walk(root, path, O_RDONLY | O_DIRECTORY, NULL, &fd);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = names_read(fd, pattern, &names);
	if (names.n)
		qsort(names.list, names.n, sizeof(*names.list), compare_names);
	for (size_t i = 0; i < names.n && r == 0; i++)
		r = tell(context, names.list[i]);
	return r;
}

int header_root_list(const struct header_root *root, const char *path, int (*tell)(void *context, const char *name),
		     void *context)
{
	return list(root, path, NULL, tell, context);
}

/* A pattern up to the component that is matched, and what hears of the result. */
struct glob {
	const struct header_root *root;
	const char *directory; /* with a '/' at its end, or "" */
	const char *rest; /* of the pattern, behind this component; NULL: it is the last one */
	int (*tell)(void *context, const char *path);
	void *context;
};

static int glob_below(const struct header_root *root, const char *directory, const char *pattern,
		      int (*tell)(void *context, const char *path), void *context);

static int glob_name(void *context, const char *name)
{
	const struct glob *glob = context;
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s%s%s", glob->directory, name, glob->rest ? "/" : "") >= sizeof(path))
		return 0;
	return glob->rest ? glob_below(glob->root, path, glob->rest, glob->tell, glob->context)
			  : glob->tell(glob->context, path);
}

static int glob_below(const struct header_root *root, const char *directory, const char *pattern,
		      int (*tell)(void *context, const char *path), void *context)
{
	const char *slash = strchr(pattern, '/');
	char component[NAME_MAX + 1];
	struct glob glob = { .root = root,
			     .directory = directory,
			     .rest = slash ? slash + 1 : NULL,
			     .tell = tell,
			     .context = context };

	snprintf(component, sizeof(component), "%.*s", (int)strcspn(pattern, "/"), pattern);
	return list(root, *directory ? directory : "/", component, glob_name, &glob);
}

int header_root_glob(const struct header_root *root, const char *pattern,
		     int (*tell)(void *context, const char *path), void *context)
{
	return glob_below(root, "", pattern, tell, context);
}
