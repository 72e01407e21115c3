// SPDX-License-Identifier: Apache-2.0
/* Whole packages, good ones and hostile ones, in the child that reads them in use. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "builder/child.h"
#include "builder/package/extract.h"
#include "builder/package/unpack.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "libtracee/base/sanitizer.h"
#include "libtracee/base/text.h"
#include "tests/unit/builder/package/make_archive.h"
#include "tests/unit/skip_loudly.h"
#include "tests/unit/temporary_place.h"

#define MEMORY_MAX_KB (300l << 10)
#define TAR ARCHIVE_FORMAT_TAR_PAX_RESTRICTED
#define NONE ARCHIVE_FILTER_NONE
#define TREE "usr/src/linux-headers-6.1.0-9-test/"
#define HEADER(name)                                                                                               \
	{                                                                                                          \
		TREE "include/linux/" name, AE_IFREG, "#define X\n", 0                                             \
	}
#define END                                                                                                        \
	{                                                                                                          \
		NULL, 0, NULL, 0                                                                                   \
	}

/* Nothing is left, and the child needed no more memory than it may. */
static void expect_clean(const struct place *place)
{
	struct rusage usage;
	char command[100];

	snprintf(command, sizeof(command), "test -z \"$(ls -A '%s')\"", place->path);
	assert_int_equal(system(command), 0);
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
	if (!HAS_ADDRESS_SANITIZER)
		assert_true(usage.ru_maxrss < MEMORY_MAX_KB);
}

static int memory_file(const struct made *made)
{
	int fd = memfd_create("package", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, made->bytes, made->size_bytes), 0);
	return fd;
}

/* Adds it as a file, and finishes. */
static int unpack(struct unpacked *unpacked, const struct made *made, const char *release, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = memory_file(made);
	int r = unpacked_add(unpacked, fd, "test package", release, err);

	return r < 0 ? r : unpacked_finish(unpacked, err);
}

static void expect_refused(const struct place *place, const struct made *made, int status, const char *words)
{
	struct unpacked *unpacked = NULL;
	struct tracee_error err = {};
	int r;

	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	r = unpack(unpacked, made, NULL, &err);
	if (r != status || !strstr(err.text, words))
		fail_msg("expected %d and '%s', got %d: %s", status, words, r, err.text);
	unpacked_free(unpacked);
	expect_clean(place);
}

static void expect_entries_refused(void **state, const struct entry *entries, int status, const char *words)
{
	CLEANUP(made_done) struct made made = make_archive(TAR, ARCHIVE_FILTER_GZIP, entries);

	expect_refused(*state, &made, status, words);
}

/* ---- good ones --------------------------------------------------------------------------------- */

static const struct entry good[] = {
	{ "./", AE_IFDIR, NULL, 0 },
	{ "./" TREE "include/linux/types.h", AE_IFREG, "types\n", 0 },
	{ "./" TREE "include/linux/again.h", 0, "./" TREE "include/linux/types.h", 0 },
	{ "./" TREE "include/linux/replaced.h", AE_IFREG, "old\n", 0 },
	{ "./" TREE "include/linux/replaced.h", AE_IFREG, "new\n", 0 },
	{ "./" TREE "scripts/x", AE_IFREG, "never\n", 0 },
	{ "./" TREE "Makefile", AE_IFREG, "VERSION = 6\n", 0 },
	{ "./" TREE "arch/x86/include/asm/empty.h", AE_IFREG, "", 0 },
	{ "./" TREE "arch/x86/include/asm/link.h", AE_IFLNK, "../../../../include/linux/types.h", 0 },
	{ "./lib/modules/6.1.0-9-test/build", AE_IFLNK, "/" TREE, 0 },
	{ "./dev/null", AE_IFCHR, NULL, 0 },
	END,
};

static const char good_list[] = "./" TREE "Makefile VERSION = 6\n./" TREE "arch/x86/include/asm/empty.h \n./" TREE
				"include/linux/again.h types\n./" TREE "include/linux/replaced.h new\n./" TREE
				"include/linux/types.h types\n./lib/modules/6.1.0-9-test/build -> ../../../" TREE
				"\n./" TREE "arch/x86/include/asm/link.h -> ../../../../include/linux/types.h\n";

/* Files with what is in them, and links, below @path. */
static void list(const char *path, struct text *text)
{
	char command[PATH_MAX + 300], line[1000];
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "cd '%s' && export LC_ALL=C && for f in $(find . -type f | sort); do echo $f $(cat $f); done | "
		 "sed 's/h$/h /' && for l in $(find . -type l | sort); do echo $l '->' $(readlink $l); done",
		 path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe))
		text_add(text, line);
	assert_int_equal(pclose(pipe), 0);
}

static void expect_good(const struct place *place, const struct made *made)
{
	CLEANUP(text_done) struct text text = {};
	struct unpacked *unpacked = NULL;
	struct tracee_error err = {};

	text_init(&text, 100000);
	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	if (unpack(unpacked, made, "6.1.0-9-test", &err) < 0)
		fail_msg("%s", err.text);
	list(unpacked_path(unpacked), &text);
	assert_string_equal(text_string(&text), good_list);
	assert_int_equal(unpacked_n_files(unpacked), 6);
	assert_int_equal(faccessat(unpacked_fd(unpacked), TREE "Makefile", R_OK, 0), 0);
	unpacked_free(unpacked);
	expect_clean(place);
}

static void the_same_files_come_out_of_each_compression(void **state)
{
	static const int filters[] = { NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD,
				       ARCHIVE_FILTER_BZIP2 };

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		CLEANUP(made_done) struct made made = make_archive(TAR, filters[i], good);

		expect_good(*state, &made);
	}
}

static struct made make_deb(const struct entry *entries, int filter, const char *member)
{
	CLEANUP(made_done) struct made data = make_archive(ARCHIVE_FORMAT_TAR_GNUTAR, filter, entries);
	const struct entry members[] = {
		{ "debian-binary", AE_IFREG, "2.0\n", 0 },
		{ "control.tar.xz", AE_IFREG, "is not looked at", 0 },
		{ member, AE_IFREG, (const char *)data.bytes, data.size_bytes },
		END,
	};

	return make_archive(ARCHIVE_FORMAT_AR_BSD, NONE, members);
}

static void the_same_files_come_out_of_a_debian_package(void **state)
{
	CLEANUP(made_done) struct made xz = make_deb(good, ARCHIVE_FILTER_XZ, "data.tar.xz");
	CLEANUP(made_done) struct made zst = make_deb(good, ARCHIVE_FILTER_ZSTD, "data.tar.zst");

	expect_good(*state, &xz);
	expect_good(*state, &zst);
}

static struct made make_gzip(const struct made *made, size_t cut_bytes)
{
	const struct entry raw[] = { { "x", AE_IFREG, (const char *)made->bytes, made->size_bytes - cut_bytes },
				     END };

	return make_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, raw);
}

static void append(struct made *made, const struct made *more)
{
	made->bytes = realloc(made->bytes, made->size_bytes + more->size_bytes);
	assert_non_null(made->bytes);
	memcpy(made->bytes + made->size_bytes, more->bytes, more->size_bytes);
	made->size_bytes += more->size_bytes;
}

/* Signature and control have no end of an archive behind them: abuild-tar --cut. */
static void the_same_files_come_out_of_an_alpine_package(void **state)
{
	static const struct entry signature[] = { { ".SIGN.RSA.x.pub", AE_IFREG, "signature", 0 }, END };
	static const struct entry control[] = { { ".PKGINFO", AE_IFREG, "pkgname = x\n", 0 }, END };
	CLEANUP(made_done) struct made first = make_archive(TAR, NONE, signature);
	CLEANUP(made_done) struct made second = make_archive(TAR, NONE, control);
	CLEANUP(made_done) struct made data = make_archive(TAR, ARCHIVE_FILTER_GZIP, good);
	CLEANUP(made_done) struct made apk = make_gzip(&first, 1024);
	CLEANUP(made_done) struct made packed = make_gzip(&second, 1024);

	append(&apk, &packed);
	append(&apk, &data);
	expect_good(*state, &apk);
}

/* Lead, an empty signature and an empty header: the format of rpm as far as it stands before the files. */
static void the_same_files_come_out_of_an_rpm_package(void **state)
{
	static const uint8_t lead[96] = { 0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0, [78] = 0, 5 };
	static const uint8_t header[16] = { 0x8e, 0xad, 0xe8, 0x01 };
	CLEANUP(made_done) struct made rpm = {};
	CLEANUP(made_done) struct made payload = make_archive(TAR, ARCHIVE_FILTER_ZSTD, good);

	append(&rpm, &(struct made){ (uint8_t *)lead, sizeof(lead) });
	append(&rpm, &(struct made){ (uint8_t *)header, sizeof(header) });
	append(&rpm, &(struct made){ (uint8_t *)header, sizeof(header) });
	append(&rpm, &payload);
	expect_good(*state, &rpm);
}

static void the_same_files_come_out_of_a_tar_in_a_tar(void **state)
{
	CLEANUP(made_done) struct made inner = make_archive(TAR, NONE, good);
	const struct entry entries[] = {
		{ "kernel", AE_IFREG, "image", 0 },
		{ "kernel-dev.tar", AE_IFREG, (const char *)inner.bytes, inner.size_bytes },
		{ "kernel.tar.txt", AE_IFREG, "no archive", 0 },
		END,
	};
	CLEANUP(made_done) struct made made = make_archive(TAR, ARCHIVE_FILTER_GZIP, entries);

	expect_good(*state, &made);
}

static struct archive_entry *cpio_entry(const char *path, size_t size)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_ino(entry, 7);
	archive_entry_set_nlink(entry, 2);
	archive_entry_set_size(entry, (la_int64_t)size);
	return entry;
}

/* A file of two names: the data comes with the second. What is taken of it is @expected. */
static void expect_of_two_links(const struct place *place, const char *first, const char *last,
				const char *expected)
{
	CLEANUP(text_done) struct text text = {};
	CLEANUP(made_done) struct made made;
	struct archive *archive = begin_archive(ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FILTER_XZ, &made);
	struct archive_entry *first_entry = cpio_entry(first, 0), *last_entry = cpio_entry(last, 4);
	struct unpacked *unpacked = NULL;
	struct tracee_error err = {};

	archive_write_header(archive, first_entry);
	archive_write_header(archive, last_entry);
	archive_write_data(archive, "data", 4);
	archive_entry_free(first_entry);
	archive_entry_free(last_entry);
	end_archive(archive, &made);
	text_init(&text, 1000);
	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	if (unpack(unpacked, &made, NULL, &err) < 0)
		fail_msg("%s", err.text);
	list(unpacked_path(unpacked), &text);
	assert_string_equal(text_string(&text), expected);
	unpacked_free(unpacked);
	expect_clean(place);
}

static void in_cpio_the_last_link_brings_the_data(void **state)
{
	expect_of_two_links(*state, TREE "include/linux/a.h", TREE "include/linux/b.h",
			    "./" TREE "include/linux/a.h data\n./" TREE "include/linux/b.h data\n");
	expect_of_two_links(*state, TREE "include/linux/a.h", TREE "scripts/b.h",
			    "./" TREE "include/linux/a.h data\n");
	expect_of_two_links(*state, TREE "scripts/a.h", TREE "include/linux/b.h",
			    "./" TREE "include/linux/b.h data\n");
}

static void packages_are_put_together_and_links_lead_across(void **state)
{
	static const struct entry flavour[] = {
		{ "usr/src/linux-headers-6.1.0-9-test/include/linux", AE_IFLNK,
		  "../../linux-headers-6.1.0-9/include/linux", 0 },
		{ "usr/src/linux-headers-6.1.0-9-test/include/generated/x.h", AE_IFREG, "x\n", 0 },
		END,
	};
	static const struct entry shared[] = {
		{ "usr/src/linux-headers-6.1.0-9/include/linux/y.h", AE_IFREG, "y\n", 0 }, END
	};
	static const struct entry plain[] = { { "include/linux/z.h", AE_IFREG, "z\n", 0 }, END };
	CLEANUP(made_done) struct made a = make_archive(TAR, NONE, flavour);
	CLEANUP(made_done) struct made b = make_archive(TAR, NONE, shared);
	CLEANUP(made_done) struct made c = make_archive(TAR, ARCHIVE_FILTER_XZ, plain);
	CLEANUP(close_at) int fd = memory_file(&a);
	struct unpacked *unpacked = NULL;

	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	assert_int_equal(unpacked_add(unpacked, fd, "a", NULL, NULL), 0);
	assert_int_equal(unpacked_add(unpacked, fd, "a again", NULL, NULL), 0);
	assert_int_equal(unpacked_add_bytes(unpacked, b.bytes, b.size_bytes, "b", NULL, NULL), 0);
	assert_int_equal(unpacked_add_bytes(unpacked, c.bytes, c.size_bytes, "c", NULL, NULL), 0);
	assert_int_equal(unpacked_finish(unpacked, NULL), 0);
	assert_int_equal(unpacked_n_files(unpacked), 3);
	assert_int_equal(faccessat(unpacked_fd(unpacked), TREE "include/linux/y.h", R_OK, 0), 0);
	assert_int_equal(faccessat(unpacked_fd(unpacked), "tree/3/include/linux/z.h", R_OK, 0), 0);
	unpacked_free(unpacked);
	expect_clean(*state);
}

static void a_package_without_headers_spoils_nothing(void **state)
{
	static const struct entry others[] = { { "usr/include/linux/types.h", AE_IFREG, "x", 0 }, END };
	CLEANUP(made_done) struct made made = make_archive(TAR, NONE, good);
	CLEANUP(made_done) struct made other = make_archive(TAR, NONE, others);
	struct unpacked *unpacked = NULL;
	struct tracee_error err = {};

	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	assert_int_equal(unpacked_add_bytes(unpacked, other.bytes, other.size_bytes, "other", NULL, &err), -ENOENT);
	assert_non_null(strstr(err.text, "package 'other': it has no kernel headers"));
	assert_int_equal(unpacked_add_bytes(unpacked, made.bytes, made.size_bytes, "good", "6.12.1", &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "it is for another kernel than '6.12.1'"));
	assert_int_equal(unpacked_add_bytes(unpacked, "no archive", 10, "text", NULL, &err), -EBADMSG);
	assert_int_equal(unpacked_n_files(unpacked), 0);
	assert_int_equal(unpacked_add_bytes(unpacked, made.bytes, made.size_bytes, "good", "6.1.5", &err), 0);
	assert_int_equal(unpacked_finish(unpacked, NULL), 0);
	unpacked_free(unpacked);
	expect_clean(*state);
}

static void nothing_is_accepted_behind_half_a_package(void **state)
{
	static const struct entry half[] = { HEADER("a.h"), { "/etc/passwd", AE_IFREG, "x", 0 }, END };
	CLEANUP(made_done) struct made bad = make_archive(TAR, NONE, half);
	CLEANUP(made_done) struct made made = make_archive(TAR, NONE, good);
	struct unpacked *unpacked = NULL;
	struct tracee_error err = {};

	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	assert_int_equal(unpacked_add_bytes(unpacked, bad.bytes, bad.size_bytes, "bad", NULL, NULL), -EACCES);
	assert_int_equal(unpacked_add_bytes(unpacked, made.bytes, made.size_bytes, "good", NULL, &err), -ECANCELED);
	assert_int_equal(unpacked_finish(unpacked, &err), -ECANCELED);
	unpacked_free(unpacked);
	expect_clean(*state);
}

/* ---- hostile ones ------------------------------------------------------------------------------ */

static void paths_that_lead_out_are_refused(void **state)
{
	static const struct entry absolute[] = { HEADER("a.h"), { "/etc/passwd", AE_IFREG, "x", 0 }, END };
	static const struct entry up[] = { HEADER("a.h"), { TREE "include/../../../../x", AE_IFREG, "x", 0 }, END };

	expect_entries_refused(state, absolute, -EACCES,
			       "package 'test package': '/etc/passwd' has an absolute path");
	expect_entries_refused(state, up, -EACCES, "leads out of the package with '..'");
}

static void links_that_lead_out_are_refused(void **state)
{
	static const struct entry absolute[] = { { TREE "include/linux", AE_IFLNK, "/etc", 0 }, END };
	static const struct entry up[] = { { TREE "include/x.h", AE_IFLNK, "../../../../../etc/passwd", 0 }, END };
	static const struct entry chain[] = { { TREE "include/x", AE_IFLNK, "../../../..", 0 },
					      { TREE "include/y", AE_IFLNK, "x/..", 0 },
					      END };
	static const struct entry control[] = { { TREE "include/x", AE_IFLNK, "a\nb", 0 }, END };

	expect_entries_refused(state, absolute, -EACCES, "is a link that leads out");
	expect_entries_refused(state, up, -EACCES, "is a link that leads out");
	expect_entries_refused(state, chain, -EACCES, "include/y' is a link that leads out");
	expect_entries_refused(state, control, -EACCES, "control characters");
}

static void hard_links_to_what_is_not_of_the_package_are_refused(void **state)
{
	static const struct entry absolute[] = { { TREE "include/x.h", 0, "/etc/passwd", 0 }, END };
	static const struct entry up[] = { { TREE "include/x.h", 0, "../../etc/passwd", 0 }, END };
	static const struct entry link[] = { { TREE "include/l.h", AE_IFLNK, "m.h", 0 },
					     { TREE "include/x.h", 0, TREE "include/l.h", 0 },
					     END };
	static const struct entry not_taken[] = { { "etc/passwd", AE_IFREG, "x", 0 },
						  { TREE "include/x.h", 0, "etc/passwd", 0 },
						  END };

	expect_entries_refused(state, absolute, -EACCES, "'/etc/passwd' has an absolute path");
	expect_entries_refused(state, up, -EACCES, "'..'");
	expect_entries_refused(state, link, -EACCES, "is a hard link to what is no file");
	expect_entries_refused(state, not_taken, -EACCES, "is a hard link to what is no file");
}

static void files_at_and_below_links_are_refused(void **state)
{
	static const struct entry below[] = { { TREE "include/x", AE_IFLNK, "../arch", 0 },
					      { TREE "include/x/y.h", AE_IFREG, "x", 0 },
					      END };
	static const struct entry at[] = { { TREE "include/x", AE_IFLNK, "../arch", 0 },
					   { TREE "include/x", AE_IFREG, "x", 0 },
					   END };
	static const struct entry directory[] = { HEADER("x/y.h"), HEADER("x"), END };

	expect_entries_refused(state, below, -EACCES, "is, in one place, a link and, in another, none");
	expect_entries_refused(state, at, -EACCES, "is, in one place, a link and, in another, none");
	expect_entries_refused(state, directory, -EACCES, "a directory and, in another, none");
}

static void devices_and_pipes_are_refused(void **state)
{
	static const struct entry device[] = { { TREE "include/linux/x.h", AE_IFCHR, NULL, 0 }, END };
	static const struct entry block[] = { { TREE "vmlinux", AE_IFBLK, NULL, 0 }, END };
	static const struct entry fifo[] = { { TREE ".config", AE_IFIFO, NULL, 0 }, END };

	expect_entries_refused(state, device, -EACCES, "is a device, a pipe or a socket");
	expect_entries_refused(state, block, -EACCES, "is a device, a pipe or a socket");
	expect_entries_refused(state, fifo, -EACCES, "is a device, a pipe or a socket");
}

static void long_and_deep_paths_are_refused(void **state)
{
	char deep[200] = TREE "include/", longer[2000] = TREE "include/";
	const struct entry deep_entry[] = { { deep, AE_IFREG, "x", 0 }, END };
	const struct entry long_entry[] = { { longer, AE_IFREG, "x", 0 }, END };

	for (int i = 0; i < 40; i++) {
		strcat(deep, "d/");
		strcat(longer, "a-name-that-is-thirty-long----");
	}
	expect_entries_refused(state, deep_entry, -E2BIG, "directories deep");
	expect_entries_refused(state, long_entry, -E2BIG, "is a path of");
}

/* A gigabyte of zeros: as a header, as something that is not taken, and as nothing. */
static void bombs_are_refused(void **state)
{
	static const struct entry header[] = { { TREE "include/x.h", AE_IFREG, NULL, 1ul << 30 }, END };
	static const struct entry other[] = { HEADER("x.h"), { "var/zeros", AE_IFREG, NULL, 1ul << 30 }, END };
	static const struct entry raw[] = { { "x", AE_IFREG, NULL, 1ul << 30 }, END };
	CLEANUP(made_done) struct made in_header = make_archive(TAR, ARCHIVE_FILTER_ZSTD, header);
	CLEANUP(made_done) struct made in_other = make_archive(TAR, ARCHIVE_FILTER_ZSTD, other);
	CLEANUP(made_done) struct made alone = make_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD, raw);
	CLEANUP(made_done) struct made in_deb = make_deb(other, ARCHIVE_FILTER_GZIP, "data.tar.gz");

	expect_refused(*state, &in_header, -E2BIG, "times its size");
	expect_refused(*state, &in_other, -E2BIG, "times its size");
	expect_refused(*state, &alone, -E2BIG, "times its size");
	expect_refused(*state, &in_deb, -E2BIG, "times its size");
}

static void too_many_entries_are_refused(void **state)
{
	CLEANUP(made_done) struct made made;
	struct archive *archive = begin_archive(ARCHIVE_FORMAT_TAR_USTAR, NONE, &made);
	char path[60];

	for (int i = 0; i < 100000; i++) {
		snprintf(path, sizeof(path), "var/%d", i);
		add_entry(archive, &(struct entry){ path, AE_IFREG, "", 0 });
	}
	end_archive(archive, &made);
	expect_refused(*state, &made, -E2BIG, "more than 90000 entries");
}

static void a_header_that_is_too_large_is_refused(void **state)
{
	static const struct entry entries[] = { { TREE "include/x.h", AE_IFREG, NULL, 65ul << 20 }, END };
	CLEANUP(made_done) struct made made = make_archive(TAR, NONE, entries);

	expect_refused(*state, &made, -E2BIG, "is larger than the 64 MB");
}

/*
 * 1.5 GB in the header of the first block: 37, behind size, flags, filter and size of its properties
 * ("The .xz File Format" 3.1 and 5.3.1), with the check corrected.
 */
static void expect_large_dictionary_refused(const struct place *place)
{
	CLEANUP(made_done) struct made made = make_archive(TAR, ARCHIVE_FILTER_XZ, good);
	uint8_t *header = made.bytes + 12;
	size_t size = (header[0] + 1u) * 4;
	uint32_t check;

	assert_int_equal(header[2], 0x21);
	header[4] = 37;
	check = (uint32_t)crc32(0, header, (unsigned int)size - 4);
	memcpy(header + size - 4, &check, 4);
	expect_refused(place, &made, -E2BIG, "needs more memory");
}

static void a_dictionary_that_takes_all_memory_is_refused(void **state)
{
	if (HAS_ADDRESS_SANITIZER) {
		skip_loudly("the address sanitizer needs more than any limit");
	}
	expect_large_dictionary_refused(*state);
}

static uint32_t random_state;

static char random_byte(void)
{
	random_state = random_state * 1103515245u + 12345u;
	return (char)(random_state >> 16);
}

static void expect_truncated_refused(const struct place *place, struct made made)
{
	for (size_t size = 0; size < made.size_bytes; size += 500) {
		struct made part = { made.bytes, size };
		struct unpacked *unpacked = NULL;
		struct tracee_error err = {};

		assert_int_equal(unpacked_new(&unpacked, NULL), 0);
		if (unpack(unpacked, &part, NULL, &err) != -EBADMSG || !strstr(err.text, "damaged"))
			fail_msg("truncated to %zu of %zu: %s", size, made.size_bytes, err.text);
		unpacked_free(unpacked);
	}
	expect_clean(place);
}

static void what_is_truncated_is_refused(void **state)
{
	char noise[12000];
	const struct entry entries[] = { HEADER("a.h"),
					 { TREE "include/b.h", AE_IFREG, noise, sizeof(noise) },
					 END };
	CLEANUP(made_done) struct made made = {};

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = random_byte();
	made = make_archive(TAR, ARCHIVE_FILTER_GZIP, entries);
	expect_truncated_refused(*state, made);
	made_done(&made);
	made = make_archive(TAR, ARCHIVE_FILTER_ZSTD, entries);
	expect_truncated_refused(*state, made);
	made_done(&made);
	made = make_deb(entries, ARCHIVE_FILTER_XZ, "data.tar.xz");
	expect_truncated_refused(*state, made);
}

static void what_is_interrupted_leaves_nothing_behind(void **state)
{
	CLEANUP(made_done) struct made made = make_archive(TAR, NONE, good);
	struct unpacked *unpacked = NULL;

	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	child_interrupted = SIGINT;
	assert_int_equal(unpack(unpacked, &made, NULL, NULL), -EINTR);
	unpacked_free(unpacked);
	child_interrupted = 0;
	expect_clean(*state);
}

static void what_is_no_regular_file_is_refused(void **state)
{
	CLEANUP(close_at) int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct unpacked *unpacked = NULL;

	assert_int_equal(unpacked_new(&unpacked, NULL), 0);
	assert_int_equal(unpacked_add(unpacked, fd, "/dev/zero", NULL, NULL), -EINVAL);
	unpacked_free(unpacked);
	unpacked_free(NULL);
	expect_clean(*state);
}

/* ---- limits ------------------------------------------------------------------------------------ */

static int extract_within(const struct place *place, const struct made *made, const struct package_limits *limits,
			  struct tracee_error *err)
{
	CLEANUP(close_at) int root = open(place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct extraction extraction = { .bytes = made->bytes,
					 .size_bytes = made->size_bytes,
					 .name = "test package",
					 .package = 1,
					 .root = root,
					 .root_path = place->path,
					 .limits = limits };
	int r = package_extract(&extraction, err);

	links_done(&extraction.links);
	return r;
}

static void each_limit_is_kept(void **state)
{
	CLEANUP(made_done) struct made made = make_archive(TAR, NONE, good);
	struct package_limits limits = package_limits;
	struct tracee_error err = {};

	assert_int_equal(extract_within(*state, &made, &limits, &err), 0);
	limits.n_files = 5;
	assert_int_equal(extract_within(*state, &made, &limits, &err), -E2BIG);
	assert_non_null(strstr(err.text, "more than 5 headers"));
	limits = package_limits;
	limits.total_bytes = 8;
	assert_int_equal(extract_within(*state, &made, &limits, &err), -E2BIG);
	limits = package_limits;
	limits.header_bytes = 5;
	assert_int_equal(extract_within(*state, &made, &limits, &err), -E2BIG);
	limits = package_limits;
	limits.n_entries = 3;
	assert_int_equal(extract_within(*state, &made, &limits, &err), -E2BIG);
}

static void what_takes_too_long_is_given_up(void **state)
{
	CLEANUP(made_done) struct made made;
	struct archive *archive = begin_archive(ARCHIVE_FORMAT_TAR_USTAR, NONE, &made);
	struct package_limits limits = package_limits;
	char path[60];

	for (int i = 0; i < 50000; i++) {
		snprintf(path, sizeof(path), "var/%d", i);
		add_entry(archive, &(struct entry){ path, AE_IFREG, "", 0 });
	}
	end_archive(archive, &made);
	limits.timeout_ms = 1;
	assert_int_equal(extract_within(*state, &made, &limits, NULL), -ETIMEDOUT);
}

static void archives_deeper_than_the_limit_are_not_read(void **state)
{
	CLEANUP(made_done) struct made first = make_archive(TAR, NONE, good);
	const struct entry second_entries[] = { { "a.tar", AE_IFREG, (const char *)first.bytes, first.size_bytes },
						END };
	CLEANUP(made_done) struct made second = make_archive(TAR, NONE, second_entries);
	const struct entry third_entries[] = { { "b.tar", AE_IFREG, (const char *)second.bytes, second.size_bytes },
					       END };
	CLEANUP(made_done) struct made third = make_archive(TAR, NONE, third_entries);

	expect_good(*state, &second);
	expect_refused(*state, &third, -ENOENT, "no kernel headers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_same_files_come_out_of_each_compression),
		PLACED(the_same_files_come_out_of_a_debian_package),
		PLACED(the_same_files_come_out_of_an_alpine_package),
		PLACED(the_same_files_come_out_of_an_rpm_package),
		PLACED(the_same_files_come_out_of_a_tar_in_a_tar),
		PLACED(in_cpio_the_last_link_brings_the_data),
		PLACED(packages_are_put_together_and_links_lead_across),
		PLACED(a_package_without_headers_spoils_nothing),
		PLACED(nothing_is_accepted_behind_half_a_package),
		PLACED(paths_that_lead_out_are_refused),
		PLACED(links_that_lead_out_are_refused),
		PLACED(hard_links_to_what_is_not_of_the_package_are_refused),
		PLACED(files_at_and_below_links_are_refused),
		PLACED(devices_and_pipes_are_refused),
		PLACED(long_and_deep_paths_are_refused),
		PLACED(bombs_are_refused),
		PLACED(too_many_entries_are_refused),
		PLACED(a_header_that_is_too_large_is_refused),
		PLACED(a_dictionary_that_takes_all_memory_is_refused),
		PLACED(what_is_truncated_is_refused),
		PLACED(what_is_interrupted_leaves_nothing_behind),
		PLACED(what_is_no_regular_file_is_refused),
		PLACED(each_limit_is_kept),
		PLACED(what_takes_too_long_is_given_up),
		PLACED(archives_deeper_than_the_limit_are_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
