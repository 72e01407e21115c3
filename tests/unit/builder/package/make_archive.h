/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BUILDER_PACKAGE_MAKE_ARCHIVE_H
#define TESTS_UNIT_BUILDER_PACKAGE_MAKE_ARCHIVE_H

/* Archives in memory, good and hostile ones, for tests of what reads them. */
#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARCHIVE_SIZE_MAX (256ul << 20)

struct entry {
	const char *path; /* NULL ends a list */
	unsigned int type; /* AE_IFREG, …; 0 for a hard link */
	const char *text; /* of a file, or the target of a link */
	size_t size_bytes; /* of a file; 0: strlen(text) */
};

struct made {
	uint8_t *bytes;
	size_t size_bytes;
};

static void made_done(struct made *made)
{
	free(made->bytes);
}

/* Appends one entry; @text NULL with a size: that many zeros. */
static void add_entry(struct archive *archive, const struct entry *entry)
{
	static const char zeros[1 << 20];
	struct archive_entry *header = archive_entry_new();
	size_t size = entry->size_bytes ? entry->size_bytes : entry->text ? strlen(entry->text) : 0;

	archive_entry_set_pathname(header, entry->path);
	archive_entry_set_filetype(header, entry->type ? entry->type : AE_IFREG);
	archive_entry_set_perm(header, 04777);
	archive_entry_set_size(header, entry->type == AE_IFREG ? (la_int64_t)size : 0);
	if (entry->type == 0)
		archive_entry_set_hardlink(header, entry->text);
	else if (entry->type == AE_IFLNK)
		archive_entry_set_symlink(header, entry->text);
	if (archive_write_header(archive, header) != ARCHIVE_OK) {
		fprintf(stderr, "'%s': %s\n", entry->path, archive_error_string(archive));
		abort();
	}
	if (entry->type == AE_IFREG && entry->text)
		archive_write_data(archive, entry->text, size);
	for (; entry->type == AE_IFREG && !entry->text && size;) {
		size_t n = size < sizeof(zeros) ? size : sizeof(zeros);

		archive_write_data(archive, zeros, n);
		size -= n;
	}
	archive_entry_free(header);
}

/* archive_write_set_format() does not know them all. */
static int set_format(struct archive *archive, int format)
{
	if (format == ARCHIVE_FORMAT_AR_BSD)
		return archive_write_set_format_ar_bsd(archive);
	return archive_write_set_format(archive, format);
}

static struct archive *begin_archive(int format, int filter, struct made *made)
{
	struct archive *archive = archive_write_new();

	made->bytes = malloc(ARCHIVE_SIZE_MAX);
	if (!archive || !made->bytes || set_format(archive, format) != ARCHIVE_OK ||
	    archive_write_add_filter(archive, filter) != ARCHIVE_OK)
		abort();
	archive_write_set_bytes_in_last_block(archive, 1);
	if (archive_write_open_memory(archive, made->bytes, ARCHIVE_SIZE_MAX, &made->size_bytes) != ARCHIVE_OK)
		abort();
	return archive;
}

static void end_archive(struct archive *archive, struct made *made)
{
	uint8_t *bytes;

	if (archive_write_free(archive) != ARCHIVE_OK)
		abort();
	bytes = realloc(made->bytes, made->size_bytes + 1);
	if (!bytes)
		abort();
	made->bytes = bytes;
}

/* Formats and filters are those of libarchive: ARCHIVE_FORMAT_…, ARCHIVE_FILTER_…. */
static struct made make_archive(int format, int filter, const struct entry *entries)
{
	struct made made;
	struct archive *archive = begin_archive(format, filter, &made);

	for (; entries->path; entries++)
		add_entry(archive, entries);
	end_archive(archive, &made);
	return made;
}

#endif
