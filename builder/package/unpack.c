// SPDX-License-Identifier: Apache-2.0
#include "builder/package/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/child.h"
#include "builder/package/extract.h"
#include "builder/package/links.h"
#include "builder/package/private_directory.h"
#include "builder/package/writer.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define N_PACKAGES_MAX 1000
/* libarchive keeps a window of 128 MB for zstd, 64 MB for xz -9, and little else. */
#define MEMORY_MAX_BYTES (200ul << 20)
#define TIMEOUT_SLACK_MS 10000 /* the child's own limit comes first, and says more */
#define RESULT_MAX_BYTES (sizeof(struct result) + LINKS_MAX * 2ul * PACKAGE_PATH_SIZE)

struct identity {
	dev_t device;
	ino_t inode;
};

struct unpacked {
	struct private_directory directory;
	uint64_t n_files, n_bytes;
	struct links links;
	struct identity *seen; /* the package files that were read */
	size_t n_seen;
	unsigned int n_packages;
	bool is_incomplete; /* a package failed half-way */
};

/* What the child writes to its standard output; behind it, for each link, "path\0target\0". */
struct result {
	uint64_t n_files, n_bytes, n_links;
};

int unpacked_new(struct unpacked **ret_unpacked, struct tracee_error *err)
{
	struct unpacked *unpacked = calloc(1, sizeof(*unpacked));
	int r;

	if (!unpacked)
		return error_errno(err, -ENOMEM, "packages");
	unpacked->directory = (struct private_directory)PRIVATE_DIRECTORY_NONE;
	r = private_directory_make(&unpacked->directory, err);
	if (r < 0) {
		unpacked_free(unpacked);
		return r;
	}
	*ret_unpacked = unpacked;
	return 0;
}

void unpacked_free(struct unpacked *unpacked)
{
	if (!unpacked)
		return;
	private_directory_remove(&unpacked->directory);
	links_done(&unpacked->links);
	free(unpacked->seen);
	free(unpacked);
}

int unpacked_fd(const struct unpacked *unpacked)
{
	return unpacked->directory.root;
}

const char *unpacked_path(const struct unpacked *unpacked)
{
	return unpacked->directory.path;
}

size_t unpacked_n_files(const struct unpacked *unpacked)
{
	return (size_t)unpacked->n_files;
}

/* ---- in the child ------------------------------------------------------------------------------ */

static int write_result(const struct extraction *extraction)
{
	const struct links *links = &extraction->links;
	struct result result = { extraction->n_files, extraction->n_bytes, links->n };
	CLEANUP(text_done) struct text text = {};

	text_init(&text, RESULT_MAX_BYTES);
	text_add_bytes(&text, &result, sizeof(result));
	for (size_t i = 0; i < links->n; i++) {
		text_add_bytes(&text, links->all[i].path, strlen(links->all[i].path) + 1);
		text_add_bytes(&text, links->all[i].target, strlen(links->all[i].target) + 1);
	}
	return text_error(&text) ? text_error(&text) : file_write_all(STDOUT_FILENO, text.bytes, text.size_bytes);
}

/* Also after a failure the counts tell whether something was written. */
static int extract_in_child(void *argument, struct tracee_error *err)
{
	struct extraction *extraction = argument;
	int r, written;

	/* The compiler, as yet another user, is to read it. */
	umask(022);
	extraction->root = CHILD_FIRST_FD;
	extraction->fd = CHILD_FIRST_FD + 1;
	r = package_extract(extraction, err);
	written = write_result(extraction);
	if (r == 0 && written < 0)
		r = error_errno(err, written, "package '%s'", extraction->name);
	links_done(&extraction->links);
	return r;
}

static int link_in_child(void *argument, struct tracee_error *err)
{
	const struct unpacked *unpacked = argument;
	struct writer writer;
	char target[2 * PACKAGE_PATH_SIZE];
	int r = 0;

	umask(022);
	writer_init(&writer, CHILD_FIRST_FD, unpacked_path(unpacked));
	for (size_t i = 0; r == 0 && i < unpacked->links.n; i++) {
		const struct link *link = &unpacked->links.all[i];

		r = link_target(link, target, sizeof(target));
		r = r < 0 ? error_errno(err, r, "link '%s'", entry_shown(link->path))
			  : writer_symbolic_link(&writer, link->path, target, err);
	}
	writer_done(&writer);
	return r;
}

/* ---- packages ---------------------------------------------------------------------------------- */

/* One string of the result: @p is behind it afterwards. NULL if it is not all there. */
static const char *take_string(const char **p, const char *end)
{
	const char *string = *p;
	size_t length = strnlen(string, (size_t)(end - string));

	if (length == (size_t)(end - string) || length >= PACKAGE_PATH_SIZE)
		return NULL;
	*p = string + length + 1;
	return string;
}

/* The child may be in the hands of the archive's author: its links are put to the same test again. */
static int take_links(struct unpacked *unpacked, const char *p, const char *end, uint64_t n)
{
	char path[PACKAGE_PATH_SIZE];
	int r = 0;

	for (; r == 0 && n; n--) {
		const char *name = take_string(&p, end);
		const char *target = name ? take_string(&p, end) : NULL;

		if (!target || entry_path(name, path, NULL) < 0 || !*path || !*target)
			return -EBADMSG;
		r = links_add(&unpacked->links, path, target, unpacked->n_packages);
	}
	return r;
}

static int take_result(struct unpacked *unpacked, const struct text *output, struct tracee_error *err)
{
	struct result result;
	int r;

	if (output->size_bytes < sizeof(result))
		return error_set(err, -EIO, "unpacking gave no result");
	memcpy(&result, output->bytes, sizeof(result));
	r = take_links(unpacked, output->bytes + sizeof(result), output->bytes + output->size_bytes,
		       result.n_links);
	if (r == -E2BIG)
		return error_set(err, r, "the packages have more than %d links", LINKS_MAX);
	if (r < 0)
		return error_errno(err, r, "unpacking gave a result that is none");
	unpacked->n_files = result.n_files;
	unpacked->n_bytes = result.n_bytes;
	return 0;
}

/* Whether a failed child left the directory as it was. */
static bool has_written_nothing(const struct unpacked *unpacked, const struct text *output)
{
	struct result result;

	if (output->size_bytes < sizeof(result))
		return false;
	memcpy(&result, output->bytes, sizeof(result));
	return result.n_files == unpacked->n_files;
}

static int extract(struct unpacked *unpacked, struct extraction *extraction, struct tracee_error *err)
{
	CLEANUP(text_done) struct text output = {};
	const int fds[] = { unpacked_fd(unpacked), extraction->fd };
	struct child child = { .function = extract_in_child,
			       .argument = extraction,
			       .name = extraction->name,
			       .fds = fds,
			       .n_fds = extraction->bytes ? 1 : 2,
			       .timeout_ms = package_limits.timeout_ms + TIMEOUT_SLACK_MS,
			       .output_max_bytes = RESULT_MAX_BYTES,
			       .file_max_bytes = package_limits.vmlinux_bytes,
			       .memory_max_bytes = MEMORY_MAX_BYTES,
			       .output = &output };
	int r;

	text_init(&output, RESULT_MAX_BYTES);
	r = child_run(&child, err);
	if (r < 0) {
		unpacked->is_incomplete = !has_written_nothing(unpacked, &output);
		return r;
	}
	r = take_result(unpacked, &output, err);
	if (r < 0)
		unpacked->is_incomplete = true;
	return r;
}

static int refuse_incomplete(const struct unpacked *unpacked, const char *name, struct tracee_error *err)
{
	if (unpacked->is_incomplete)
		return error_set(err, -ECANCELED, "'%s': a package before it failed half-way", name);
	return 0;
}

static int add(struct unpacked *unpacked, struct extraction *extraction, const char *name, const char *release,
	       struct tracee_error *err)
{
	int r = refuse_incomplete(unpacked, name, err);

	if (r < 0)
		return r;
	if (unpacked->n_packages == N_PACKAGES_MAX)
		return error_set(err, -E2BIG, "'%s': more than %d packages", name, N_PACKAGES_MAX);
	extraction->name = name;
	extraction->release = release;
	extraction->package = ++unpacked->n_packages;
	extraction->root_path = unpacked_path(unpacked);
	extraction->limits = &package_limits;
	extraction->n_files = unpacked->n_files;
	extraction->n_bytes = unpacked->n_bytes;
	return extract(unpacked, extraction, err);
}

static bool was_seen(const struct unpacked *unpacked, const struct stat *st)
{
	for (size_t i = 0; i < unpacked->n_seen; i++) {
		if (unpacked->seen[i].device == st->st_dev && unpacked->seen[i].inode == st->st_ino)
			return true;
	}
	return false;
}

static int remember(struct unpacked *unpacked, const struct stat *st)
{
	struct identity *seen = reallocarray(unpacked->seen, unpacked->n_seen + 1, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	unpacked->seen = seen;
	seen[unpacked->n_seen++] = (struct identity){ st->st_dev, st->st_ino };
	return 0;
}

int unpacked_add(struct unpacked *unpacked, int fd, const char *name, const char *release, struct tracee_error *err)
{
	struct extraction extraction = { .fd = fd };
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, "'%s'", name);
	if (!S_ISREG(st.st_mode))
		return error_set(err, -EINVAL, "'%s' is no regular file", name);
	if (was_seen(unpacked, &st))
		return refuse_incomplete(unpacked, name, err);
	r = add(unpacked, &extraction, name, release, err);
	if (r < 0)
		return r;
	r = remember(unpacked, &st);
	return r < 0 ? error_errno(err, r, "'%s'", name) : 0;
}

int unpacked_add_bytes(struct unpacked *unpacked, const void *bytes, size_t size_bytes, const char *name,
		       const char *release, struct tracee_error *err)
{
	struct extraction extraction = { .fd = -1, .bytes = bytes, .size_bytes = size_bytes };

	return add(unpacked, &extraction, name, release, err);
}

int unpacked_finish(struct unpacked *unpacked, struct tracee_error *err)
{
	struct child child = { .function = link_in_child,
			       .argument = unpacked,
			       .name = "links of packages",
			       .timeout_ms = package_limits.timeout_ms,
			       .output_max_bytes = sizeof(struct tracee_error),
			       .memory_max_bytes = MEMORY_MAX_BYTES };
	const int fds[] = { unpacked_fd(unpacked) };
	int r = refuse_incomplete(unpacked, "links", err);

	if (r == 0)
		r = links_check(&unpacked->links, NULL, err);
	if (r < 0 || unpacked->links.n == 0)
		return r;
	child.fds = fds;
	child.n_fds = 1;
	r = child_run(&child, err);
	unpacked->is_incomplete = r < 0;
	return r;
}

bool package_is_named_like_one(const char *file_name)
{
	static const char *const endings[] = { ".deb",	  ".rpm",     ".apk",	  ".tar", ".tar.gz",
					       ".tar.xz", ".tar.zst", ".tar.bz2", ".tgz", ".txz" };
	size_t length = strlen(file_name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t n = strlen(endings[i]);

		if (length > n && strcmp(file_name + length - n, endings[i]) == 0)
			return true;
	}
	return false;
}
