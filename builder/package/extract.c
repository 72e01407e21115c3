// SPDX-License-Identifier: Apache-2.0
#include "builder/package/extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "builder/package/selection.h"
#include "builder/package/writer.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

/*
 * Of the packages known, the largest has 30,000 entries (a kernel's whole source 90,000, which are no
 * headers), of which 8,000 are taken, 60 MB. The largest header has 15 MB (of a graphics driver), a
 * vmlinux reduced to its BTF 7 MB, with symbols more. Headers pack 5 to 10 times, an empty tar 1,000 times.
 */
const struct package_limits package_limits = {
	.n_entries = 90000,
	.n_files = 40000,
	.total_bytes = 400ull << 20,
	.header_bytes = 64ull << 20,
	.vmlinux_bytes = 256ull << 20,
	.ratio_from_bytes = 16ull << 20,
	.ratio = 200,
	.depth = 2,
	.timeout_ms = 120000,
};

/* What a bomb decompresses to between two looks at the limits grows with this. */
#define BLOCK_SIZE 32768
/* Entries for other kernels behind which an archive is left, if none before was for ours. */
#define FOREIGN_MAX 2000

/* An archive, or one inside of it. */
struct layer {
	struct extraction *extraction;
	struct work *work;
	struct layer *outer; /* NULL: reads the file */
	struct archive *archive;
	unsigned int depth; /* from 1 */
	int64_t next_offset; /* of the entry of @outer that it reads */
	uint8_t *block;
};

/* Of the whole package. */
struct work {
	struct extraction *extraction;
	struct writer writer;
	uint64_t read_bytes; /* of the package file */
	unsigned long n_entries, n_foreign, n_taken;
	long long end_ms;
	char foreign[PACKAGE_PATH_SIZE]; /* the first */
	/* What a callback of libarchive found wrong. */
	int failure;
	struct tracee_error failure_text;
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* ---- limits ------------------------------------------------------------------------------------ */

static int check_progress(const struct layer *layer, struct tracee_error *err)
{
	const struct package_limits *limits = layer->extraction->limits;
	la_int64_t out = layer->archive ? archive_filter_bytes(layer->archive, 0) : 0;

	if (out > 0 && (uint64_t)out > limits->ratio_from_bytes &&
	    (uint64_t)out / limits->ratio > layer->work->read_bytes)
		return error_set(err, -E2BIG, "it unpacks to more than %u times its size, as no headers do",
				 limits->ratio);
	if (now_ms() > layer->work->end_ms)
		return error_set(err, -ETIMEDOUT, "unpacking it takes longer than %u s", limits->timeout_ms / 1000);
	return 0;
}

static int check_size(const struct extraction *extraction, const char *path, uint64_t size, uint64_t max,
		      struct tracee_error *err)
{
	if (size > max)
		return error_set(err, -E2BIG, "'%s' is larger than the %llu MB that such a file may have",
				 entry_shown(path), (unsigned long long)max >> 20);
	if (extraction->n_bytes + size > extraction->limits->total_bytes)
		return error_set(err, -E2BIG, "at '%s' the packages hold more than %llu MB of headers",
				 entry_shown(path), (unsigned long long)extraction->limits->total_bytes >> 20);
	return 0;
}

static int count_file(struct extraction *extraction, const char *path, struct tracee_error *err)
{
	if (++extraction->n_files > extraction->limits->n_files)
		return error_set(err, -E2BIG, "at '%s' the packages hold more than %lu headers", entry_shown(path),
				 extraction->limits->n_files);
	return 0;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static ssize_t read_file(struct layer *layer, const void **ret_block)
{
	const struct extraction *extraction = layer->extraction;
	struct work *work = layer->work;
	ssize_t n;

	if (extraction->bytes) {
		n = extraction->size_bytes - work->read_bytes < BLOCK_SIZE
			    ? (ssize_t)(extraction->size_bytes - work->read_bytes)
			    : BLOCK_SIZE;
		*ret_block = (const uint8_t *)extraction->bytes + work->read_bytes;
	} else {
		do {
			n = pread(extraction->fd, layer->block, BLOCK_SIZE, (off_t)work->read_bytes);
		} while (n < 0 && errno == EINTR);
		*ret_block = layer->block;
	}
	if (n < 0)
		return -errno;
	work->read_bytes += (size_t)n;
	return n;
}

static ssize_t read_entry_of(struct layer *layer, const void **ret_block)
{
	la_int64_t offset;
	size_t n = 0;
	int r = archive_read_data_block(layer->outer->archive, ret_block, &n, &offset);

	if (r == ARCHIVE_EOF)
		return 0;
	if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
		return -EBADMSG;
	/* An archive with holes is none. */
	if (offset != layer->next_offset)
		return -EBADMSG;
	layer->next_offset += (la_int64_t)n;
	return (ssize_t)n;
}

/* archive_read_callback: where a decompressor asks for more is where a bomb can be noticed. */
static la_ssize_t read_more(struct archive *archive, void *data, const void **ret_block)
{
	struct layer *layer = data;
	struct tracee_error err = {};
	ssize_t n = check_progress(layer, &err);

	if (n < 0) {
		layer->work->failure = (int)n;
		layer->work->failure_text = err;
	} else {
		n = layer->outer ? read_entry_of(layer, ret_block) : read_file(layer, ret_block);
	}
	if (n >= 0)
		return n;
	archive_set_error(archive, (int)-n, "%s",
			  layer->outer ? "the archive inside is damaged" : strerror((int)-n));
	return ARCHIVE_FATAL;
}

/* What libarchive says, as our error; what a callback has found goes first. */
static int archive_failure(const struct layer *layer, struct tracee_error *err)
{
	struct archive *archive = layer->archive;
	const char *text = archive_error_string(archive);

	if (layer->work->failure)
		return error_set(err, layer->work->failure, "%s", layer->work->failure_text.text);
	if (archive_errno(archive) == ENOMEM || errno == ENOMEM)
		return error_set(err, -E2BIG, "it needs more memory to unpack than any package of headers");
	if (layer->outer && archive_error_string(layer->outer->archive))
		text = archive_error_string(layer->outer->archive);
	return error_set(err, -EBADMSG, "it is damaged, or no package that we know (%s)",
			 entry_shown(text ? text : "no reason given"));
}

static void layer_close(struct layer *layer)
{
	archive_read_free(layer->archive);
	free(layer->block);
}

/*
 * Only what packages are made of. A filter that libarchive can have only by running a program is
 * ARCHIVE_WARN: we run none.
 */
static int support(struct archive *archive, unsigned int depth)
{
	int r = archive_read_support_format_tar(archive);

	if (r == ARCHIVE_OK && depth == 1)
		r = archive_read_support_format_cpio(archive);
	if (r == ARCHIVE_OK && depth == 1)
		r = archive_read_support_format_ar(archive);
	if (r == ARCHIVE_OK && depth == 1)
		r = archive_read_support_filter_rpm(archive);
	if (r == ARCHIVE_OK)
		r = archive_read_support_filter_gzip(archive);
	if (r == ARCHIVE_OK)
		r = archive_read_support_filter_bzip2(archive);
	if (r == ARCHIVE_OK)
		r = archive_read_support_filter_xz(archive);
	if (r == ARCHIVE_OK)
		r = archive_read_support_filter_zstd(archive);
	/* Packages of Alpine are three archives, one behind the other. */
	if (r == ARCHIVE_OK)
		r = archive_read_set_format_option(archive, "tar", "read_concatenated_archives", "1");
	return r;
}

static int layer_open(struct layer *layer, struct tracee_error *err)
{
	layer->archive = archive_read_new();
	layer->block = malloc(BLOCK_SIZE);
	if (!layer->archive || !layer->block)
		return error_errno(err, -ENOMEM, "archive");
	if (support(layer->archive, layer->depth) != ARCHIVE_OK)
		return error_set(err, -ENOSYS, "libarchive of this system cannot read all packages: %s",
				 archive_error_string(layer->archive));
	errno = 0;
	if (archive_read_open(layer->archive, layer, NULL, read_more, NULL) != ARCHIVE_OK)
		return archive_failure(layer, err);
	return 0;
}

/* ---- entries ----------------------------------------------------------------------------------- */

/* Reads the data of the entry, into @fd unless it is -1. */
static int read_data(struct layer *layer, const char *path, int fd, uint64_t max_bytes, struct tracee_error *err)
{
	struct extraction *extraction = layer->extraction;
	uint64_t size = 0;
	int r = 0;

	while (r == 0) {
		const void *block;
		la_int64_t offset;
		size_t n = 0;

		r = archive_read_data_block(layer->archive, &block, &n, &offset);
		if (r == ARCHIVE_EOF)
			break;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return archive_failure(layer, err);
		r = check_progress(layer, err);
		if (r < 0 || fd < 0)
			continue;
		if (offset < 0 || (uint64_t)offset < size)
			return error_set(err, -EBADMSG, "'%s' is damaged", entry_shown(path));
		size = (uint64_t)offset + n;
		r = check_size(extraction, path, size, max_bytes, err);
		for (const char *p = block; r == 0 && n;) {
			ssize_t written = pwrite(fd, p, n, (off_t)(size - n));

			if (written < 0)
				return writer_explain(&layer->work->writer, path, -errno, err);
			p += written;
			n -= (size_t)written;
		}
	}
	extraction->n_bytes += size;
	return r == ARCHIVE_EOF ? 0 : r;
}

static uint64_t file_max(const struct layer *layer, enum selected selected)
{
	const struct package_limits *limits = layer->extraction->limits;

	return selected == SELECTED_VMLINUX ? limits->vmlinux_bytes : limits->header_bytes;
}

static int take_file(struct layer *layer, const char *path, enum selected selected, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;
	int r = count_file(layer->extraction, path, err);

	if (r == 0)
		r = writer_create(&layer->work->writer, path, &fd, err);
	return r < 0 ? r : read_data(layer, path, fd, file_max(layer, selected), err);
}

/* What the hard link @entry leads to, and where that is put; SELECTED_NOTHING if it is not. */
static int select_target(const struct layer *layer, struct archive_entry *entry, enum selected *ret_selected,
			 char ret_target[PACKAGE_PATH_SIZE], struct tracee_error *err)
{
	const struct extraction *extraction = layer->extraction;
	char name[PACKAGE_PATH_SIZE];
	int r = entry_path(archive_entry_hardlink(entry), name, err);

	if (r == 0)
		r = entry_select(name, extraction->release, extraction->package, ret_selected, ret_target, err);
	if (r == 0 && *ret_selected != SELECTED_HEADER && *ret_selected != SELECTED_VMLINUX)
		*ret_selected = SELECTED_NOTHING;
	return r;
}

/* The data of a file that is written already, under this or another name. */
static int rewrite_file(struct layer *layer, const char *path, enum selected selected, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;
	int r = writer_reopen(&layer->work->writer, path, &fd, err);

	return r < 0 ? r : read_data(layer, path, fd, file_max(layer, selected), err);
}

/* In cpio, and so in .rpm, it is the last link of a file that brings its data. */
static int take_hard_link(struct layer *layer, struct archive_entry *entry, const char *path,
			  enum selected selected, struct tracee_error *err)
{
	char target[PACKAGE_PATH_SIZE] = "";
	enum selected target_selected;
	bool has_data = archive_entry_size(entry) > 0;
	int r = select_target(layer, entry, &target_selected, target, err);

	if (r < 0)
		return r;
	if (target_selected == SELECTED_NOTHING && has_data)
		return take_file(layer, path, selected, err);
	if (target_selected == SELECTED_NOTHING)
		return error_set(err, -EACCES, "'%s' is a hard link to what is no file of the package before it",
				 entry_shown(path));
	r = count_file(layer->extraction, path, err);
	if (r == 0)
		r = writer_hard_link(&layer->work->writer, path, target, err);
	return r == 0 && has_data ? rewrite_file(layer, path, selected, err) : r;
}

/* An entry that is not taken, but may be the last link of a file that is. */
static int pass_over(struct layer *layer, struct archive_entry *entry, const char *path, struct tracee_error *err)
{
	char target[PACKAGE_PATH_SIZE];
	enum selected selected = SELECTED_NOTHING;
	int r = 0;

	if (archive_entry_hardlink(entry) && archive_entry_size(entry) > 0)
		r = select_target(layer, entry, &selected, target, err);
	if (r == 0 && selected != SELECTED_NOTHING)
		return rewrite_file(layer, target, selected, err);
	/* Not skipped by libarchive, which would not look at our limits on the way. */
	return r < 0 ? r : read_data(layer, path, -1, 0, err);
}

static int take_link(struct layer *layer, const char *path, const char *target, struct tracee_error *err)
{
	struct links *links = &layer->extraction->links;
	int r;

	for (const char *p = target; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return error_set(err, -EACCES, "'%s' is a link to a name with control characters",
					 entry_shown(path));
	}
	if (!*target || strlen(target) >= PACKAGE_PATH_SIZE)
		return error_set(err, *target ? -E2BIG : -EACCES, "'%s' is a link to a path of %zu bytes",
				 entry_shown(path), strlen(target));
	r = links_add(links, path, target, layer->extraction->package);
	if (r == -E2BIG)
		return error_set(err, r, "at '%s' the package has more than %d links", entry_shown(path),
				 LINKS_MAX);
	return r < 0 ? error_errno(err, r, "links") : 0;
}

/* Takes the entry at its place in our directory, by what kind of file it is. */
static int take_entry(struct layer *layer, struct archive_entry *entry, const char *path, enum selected selected,
		      struct tracee_error *err)
{
	int r;

	if (archive_entry_filetype(entry) == AE_IFDIR ||
	    (selected == SELECTED_LINK && archive_entry_filetype(entry) == AE_IFREG))
		return 0;
	if (archive_entry_hardlink(entry))
		r = take_hard_link(layer, entry, path, selected, err);
	else if (archive_entry_filetype(entry) == AE_IFREG)
		r = take_file(layer, path, selected, err);
	else if (archive_entry_filetype(entry) == AE_IFLNK && archive_entry_symlink(entry))
		r = take_link(layer, path, archive_entry_symlink(entry), err);
	else
		r = error_set(err, -EACCES, "'%s' is a device, a pipe or a socket", entry_shown(path));
	layer->work->n_taken++;
	return r;
}

static int read_layer(struct layer *layer, struct tracee_error *err);

static int read_nested(struct layer *outer, const char *path, struct tracee_error *err)
{
	CLEANUP(layer_close)
	struct layer layer = {
		.extraction = outer->extraction, .work = outer->work, .outer = outer, .depth = outer->depth + 1
	};
	char shown[PACKAGE_PATH_SIZE];
	int r;

	strcpy(shown, entry_shown(path));
	if (layer.depth > outer->extraction->limits->depth)
		return error_set(err, -E2BIG,
				 "'%s' is an archive in an archive in an archive: unpack the outer one", shown);
	r = layer_open(&layer, err);
	if (r == 0)
		r = read_layer(&layer, err);
	return r < 0 ? error_prefix(err, r, "'%s'", shown) : 0;
}

/* Of a .deb, the one member that holds the files. Deeper than the limit archives are files like others. */
static bool is_nested(const struct layer *layer, struct archive_entry *entry, const char *path)
{
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
	    layer->depth >= layer->extraction->limits->depth)
		return false;
	if ((archive_format(layer->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_AR)
		return strncmp(path, "data.tar", strlen("data.tar")) == 0;
	return entry_is_nested(path);
}

static int read_foreign(struct layer *layer, const char *path, struct tracee_error *err)
{
	struct work *work = layer->work;

	if (work->n_foreign++ == 0)
		strcpy(work->foreign, path);
	return read_data(layer, path, -1, 0, err);
}

static int read_entry(struct layer *layer, struct archive_entry *entry, struct tracee_error *err)
{
	const struct extraction *extraction = layer->extraction;
	const char *name = archive_entry_pathname(entry);
	char path[PACKAGE_PATH_SIZE], placed[PACKAGE_PATH_SIZE];
	enum selected selected;
	int r;

	/* Names that are no text here are not those of headers. */
	if (!name)
		return read_data(layer, "", -1, 0, err);
	r = entry_path(name, path, err);
	if (r == 0 && is_nested(layer, entry, path))
		return read_nested(layer, path, err);
	if (r == 0)
		r = entry_select(path, extraction->release, extraction->package, &selected, placed, err);
	if (r < 0)
		return r;
	if (selected == SELECTED_FOREIGN)
		return read_foreign(layer, path, err);
	if (selected == SELECTED_NOTHING)
		return pass_over(layer, entry, path, err);
	r = take_entry(layer, entry, placed, selected, err);
	return r < 0 ? r : read_data(layer, path, -1, 0, err);
}

static int read_layer(struct layer *layer, struct tracee_error *err)
{
	struct work *work = layer->work;
	struct archive_entry *entry;
	int r;

	for (;;) {
		errno = 0;
		r = archive_read_next_header(layer->archive, &entry);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return archive_failure(layer, err);
		if (++work->n_entries > layer->extraction->limits->n_entries)
			return error_set(err, -E2BIG, "it has more than %lu entries",
					 layer->extraction->limits->n_entries);
		r = check_progress(layer, err);
		if (r == 0)
			r = read_entry(layer, entry, err);
		if (r < 0)
			return r;
		if (work->n_foreign >= FOREIGN_MAX && work->n_taken == 0)
			return 0;
	}
}

static int nothing_taken(const struct work *work, struct tracee_error *err)
{
	if (work->n_foreign)
		return error_set(err, -ENOENT, "it is for another kernel than '%s': it has '%s'",
				 work->extraction->release, entry_shown(work->foreign));
	return error_set(err, -ENOENT,
			 "it has no kernel headers: expected is a package such as linux-headers-<release>, "
			 "kernel-devel or linux-lts-dev, not those for programs (linux-libc-dev, kernel-headers)");
}

int package_extract(struct extraction *extraction, struct tracee_error *err)
{
	CLEANUP(free_at) struct work *work = calloc(1, sizeof(*work));
	CLEANUP(layer_close) struct layer layer = { .extraction = extraction, .work = work, .depth = 1 };
	int r;

	if (!work)
		return error_errno(err, -ENOMEM, "'%s'", extraction->name);
	work->extraction = extraction;
	work->end_ms = now_ms() + extraction->limits->timeout_ms;
	writer_init(&work->writer, extraction->root, extraction->root_path);
	r = layer_open(&layer, err);
	if (r == 0)
		r = read_layer(&layer, err);
	if (r == 0 && work->n_taken == 0)
		r = nothing_taken(work, err);
	writer_done(&work->writer);
	return r < 0 ? error_prefix(err, r, "package '%s'", extraction->name) : 0;
}
