// SPDX-License-Identifier: Apache-2.0
#include "builder/image/decompress.h"

#include <archive.h>
#include <errno.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define BLOCK_SIZE 65536

DEFINE_CLEANUP(struct archive *, archive_read_free)

struct compression {
	const char *name;
	const char *magic;
	size_t magic_size;
	int (*support)(struct archive *archive);
};

/* As scripts/Makefile.lib of the kernel makes them, of which scripts/extract-vmlinux has the magics. */
static const struct compression compressions[] = {
	{ "gzip", "\x1f\x8b", 2, archive_read_support_filter_gzip },
	{ "xz", "\xfd" "7zXZ\0", 6, archive_read_support_filter_xz },
	{ "zstd", "\x28\xb5\x2f\xfd", 4, archive_read_support_filter_zstd },
	{ "bzip2", "BZh", 3, archive_read_support_filter_bzip2 },
	{ "lzma", "\x5d\0\0", 3, archive_read_support_filter_lzma },
	{ "lz4", "\x02\x21\x4c\x18", 4, archive_read_support_filter_lz4 }, /* the legacy frame */
	{ "lzo", "\x89LZO\0", 5, archive_read_support_filter_lzop },
};

static const struct compression *compression_find(struct bytes bytes)
{
	for (size_t i = 0; i < sizeof(compressions) / sizeof(compressions[0]); i++) {
		if (bytes_have(bytes, 0, compressions[i].magic, compressions[i].magic_size))
			return &compressions[i];
	}
	return NULL;
}

const char *compression_name(struct bytes bytes)
{
	const struct compression *compression = compression_find(bytes);

	return compression ? compression->name : NULL;
}

static int archive_failure(struct archive *archive, const char *name, struct tracee_error *err)
{
	const char *text = archive_error_string(archive);

	if (archive_errno(archive) == ENOMEM)
		return error_set(err, -ENOMEM, "it needs more memory to decompress (%s) than any kernel", name);
	return error_set(err, -EBADMSG, "it cannot be decompressed (%s): %s", name, text ? text : "no reason given");
}

/* ARCHIVE_WARN means that libarchive would run a program for it: we run none. */
static int archive_open(struct archive *archive, const struct compression *compression, struct bytes bytes,
			struct tracee_error *err)
{
	struct archive_entry *entry;

	if (compression->support(archive) != ARCHIVE_OK)
		return error_set(err, -ENOTSUP,
				 "it is compressed with %s, which libarchive here cannot read: decompress it, or "
				 "give the headers", compression->name);
	if (archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, bytes.at, bytes.size) != ARCHIVE_OK ||
	    archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return archive_failure(archive, compression->name, err);
	return 0;
}

int decompress(struct bytes bytes, int fd, size_t max_bytes, struct tracee_error *err)
{
	CLEANUP(archive_read_free_at) struct archive *archive = archive_read_new();
	const struct compression *compression = compression_find(bytes);
	static char block[BLOCK_SIZE];
	size_t size = 0;
	la_ssize_t n;
	int r;

	if (!archive)
		return error_errno(err, -ENOMEM, "archive");
	if (!compression)
		return error_set(err, -EBADMSG, "what it should have compressed is in no compression that kernels have");
	r = archive_open(archive, compression, bytes, err);
	while (r == 0 && (n = archive_read_data(archive, block, sizeof(block))) != 0) {
		if (n < 0)
			return archive_failure(archive, compression->name, err);
		size += (size_t)n;
		if (size > max_bytes)
			return error_set(err, -E2BIG, "it has more than %zu MB when decompressed", max_bytes >> 20);
		r = file_write_all(fd, block, (size_t)n);
		if (r < 0)
			return error_errno(err, r, "decompressing it");
	}
	return r;
}
