// SPDX-License-Identifier: Apache-2.0
#include "builder/image/image.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "builder/layout/layout.h"
#include "libtracee/base/file.h"
#include "tests/unit/builder/failing_allocations.h"
#include "tests/unit/builder/image/make_image.h"

#define CLEAN CLEANUP(made_done) struct made
#define SETUP_VERSION "5.4.3-setup (me@here) #1"

static int file_of(const struct made *made)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, made->bytes, made->size), 0);
	return fd;
}

static int extract(const struct made *made, struct kernel_image *ret_image, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = file_of(made);
	CLEANUP(close_at) int scratch = memfd_create("scratch", MFD_CLOEXEC);

	return kernel_image_extract(fd, scratch, ret_image, err);
}

static void expect_image(const struct made *made, const struct made *btf, const char *release)
{
	CLEANUP(kernel_image_done) struct kernel_image image = {};
	struct tracee_error err = {};

	assert_true(kernel_image_is_one((struct bytes){ made->bytes, made->size }));
	if (extract(made, &image, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(image.size_bytes, btf->size);
	assert_memory_equal(image.btf, btf->bytes, btf->size);
	assert_string_equal(image.release, release);
}

static void expect_refused(const struct made *made, int r, const char *words)
{
	struct kernel_image image = { .size_bytes = 7 };
	struct tracee_error err = {};

	assert_int_equal(extract(made, &image, &err), r);
	if (!strstr(err.text, words))
		fail_msg("expected '%s' in: %s", words, err.text);
	assert_null(image.btf);
	assert_int_equal(image.size_bytes, 7);
}

/* A filter that libarchive has no library for, and so would run a program. */
static bool can_read(const char *filter)
{
	struct archive *archive = archive_read_new();
	bool can = strcmp(filter, "lz4") != 0 || archive_read_support_filter_lz4(archive) == ARCHIVE_OK;

	archive_read_free(archive);
	return can;
}

static const char *const filters[] = { "gzip", "xz", "zstd", "bzip2", "lzma", "lz4" };
#define N_FILTERS (sizeof(filters) / sizeof(filters[0]))

/* ---- good ones ------------------------------------------------------------------------------------- */

static void a_bzimage_gives_its_btf_from_any_compression(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);

	(void)state;
	for (size_t i = 0; i < N_FILTERS; i++) {
		CLEAN payload = make_compressed(filters[i], &elf);
		CLEAN image = make_bzimage(&payload, strcmp(filters[i], "gzip") != 0, SETUP_VERSION);

		if (can_read(filters[i]))
			expect_image(&image, &btf, "5.4.3-setup");
		else
			expect_refused(&image, -ENOTSUP, filters[i]);
	}
}

static void a_bzimage_that_does_not_say_its_release_has_it_in_its_banner(void **state)
{
	static const char *const versions[] = {
		NULL,	    " ",	   "no-digits (me)", "6.1/../x (me)", "\x1b[31m (me)",
		"6.1.0-ends-with-the-sector-and-that-is-far-too-long-for-a-release-of-65-bytes (me)",
	};
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN payload = make_compressed("gzip", &elf);

	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		CLEAN image = make_bzimage(&payload, false, versions[i]);

		expect_image(&image, &btf, MADE_RELEASE);
	}
}

static void an_image_of_arm64_is_looked_through(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN image = make_flat(&btf);

	(void)state;
	expect_image(&image, &btf, MADE_RELEASE);
	/* Without a banner it does not say. */
	memset(image.bytes + 1000, 'x', 200);
	expect_image(&image, &btf, "");
}

static void btf_with_a_longer_header_is_found_whole(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN longer = {};

	(void)state;
	/* One more pair, of a section of 8 bytes behind the others. */
	made_put(&longer, 0, btf.bytes, 24);
	made_number(&longer, 4, 32, 4);
	made_number(&longer, 24, btf.size - 24, 4);
	made_number(&longer, 28, 8, 4);
	made_put(&longer, 32, btf.bytes + 24, btf.size - 24);
	made_put(&longer, longer.size, "\1\2\3\4\5\6\7\x8", 8);
	CLEAN image = make_flat(&longer);

	expect_image(&image, &longer, MADE_RELEASE);
}

static void a_compressed_image_and_zboot_are_decompressed_first(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN flat = make_flat(&btf);
	CLEAN elf = make_elf(".BTF", &btf);
	const struct made *const kernels[] = { &flat, &elf };

	(void)state;
	for (size_t i = 0; i < N_FILTERS * 2; i++) {
		CLEAN payload = make_compressed(filters[i / 2], kernels[i % 2]);
		CLEAN zboot = make_zboot(&payload);

		if (!can_read(filters[i / 2]))
			continue;
		expect_image(&payload, &btf, MADE_RELEASE);
		expect_image(&zboot, &btf, MADE_RELEASE);
	}
}

static void a_layout_is_read_by_a_child(void **state)
{
	CLEANUP(layout_done) struct layout layout = {};
	struct tracee_error err = {};
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN payload = make_compressed("xz", &elf);
	CLEAN image = make_bzimage(&payload, true, SETUP_VERSION);
	CLEANUP(close_at) int fd = file_of(&image);

	(void)state;
	assert_int_equal(layout_from_btf_fd(fd, "image", &layout, &err), 0);
	assert_int_equal(layout.arch, TRACEE_ARCH_X86_64);
	assert_string_equal(layout.release, "5.4.3-setup");
	assert_int_equal(layout.size_bytes, btf.size);
	assert_memory_equal(layout.btf, btf.bytes, btf.size);
	/* What is wrong is said through it too. */
	assert_int_equal(ftruncate(fd, BZIMAGE_PAYLOAD + 10), 0);
	assert_int_equal(layout_from_btf_fd(fd, "image", &layout, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "BTF 'image': it is a damaged bzImage"));
}

/* ---- bad ones -------------------------------------------------------------------------------------- */

static void lengths_that_lie_are_refused(void **state)
{
	static const struct {
		size_t offset, n;
		uint64_t number;
	} cases[] = {
		{ 0x248, 4, 0xffffffff }, { 0x24c, 4, 0xffffffff }, { 0x24c, 4, 0 },
		{ 0x248, 4, 0x7fffffff }, { 0x1f1, 1, 255 },	    { 0x24c, 4, 1 },
	};
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN payload = make_compressed("zstd", &elf);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CLEAN image = make_bzimage(&payload, true, SETUP_VERSION);

		made_number(&image, cases[i].offset, cases[i].number, cases[i].n);
		expect_refused(&image, -EBADMSG, "");
	}
	for (size_t offset = 8; offset <= 12; offset += 4) {
		CLEAN zboot = make_zboot(&payload);

		made_number(&zboot, offset, 0xffffffff, 4);
		expect_refused(&zboot, -EBADMSG, "damaged EFI zboot image");
	}
}

/* The version string, too, is only looked at inside of the real-mode code. */
static void a_release_beyond_the_setup_is_not_taken(void **state)
{
	static const uint64_t offsets[] = { 0x1ff, 0x200, 0xffff };
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN payload = make_compressed("gzip", &elf);

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		CLEAN image = make_bzimage(&payload, false, SETUP_VERSION);

		made_put(&image, 0x3ff, "5", 1);
		made_number(&image, 0x20e, offsets[i], 2);
		expect_image(&image, &btf, MADE_RELEASE);
	}
}

static void a_cut_image_gives_nothing_wherever_it_is_cut(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN flat = make_flat(&btf);
	CLEAN payload = make_compressed("xz", &elf);
	CLEAN packed = make_compressed("zstd", &flat);
	CLEAN bzimage = make_bzimage(&payload, true, SETUP_VERSION);
	CLEAN zboot = make_zboot(&packed);
	const struct {
		const struct made *made;
		size_t end;
	} cases[] = {
		{ &bzimage, BZIMAGE_PAYLOAD + payload.size + 4 },
		{ &zboot, 4096 + packed.size },
		{ &flat, 2003 + btf.size },
		{ &packed, packed.size },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t size = 0; size < cases[i].end; size += size < 0x300 || size + 200 > cases[i].end ? 7 : 101) {
			const struct made cut = { cases[i].made->bytes, size };

			expect_refused(&cut, -EBADMSG, "");
		}
	}
}

static void a_damaged_byte_never_crashes(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN payload = make_compressed("zstd", &elf);
	CLEAN bzimage = make_bzimage(&payload, true, SETUP_VERSION);
	CLEAN flat = make_flat(&btf);
	const struct made *const images[] = { &bzimage, &flat };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t at = i ? 1990 : 0x1f0; at < images[i]->size; at++) {
			CLEANUP(kernel_image_done) struct kernel_image image = {};
			struct tracee_error err = {};
			int r;

			images[i]->bytes[at] ^= 0x81;
			r = extract(images[i], &image, &err);
			assert_true(r == 0 ? image.size_bytes > 0 : err.text[0] && !image.btf);
			images[i]->bytes[at] ^= 0x81;
		}
	}
}

static void an_image_without_btf_is_told(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".other", &btf);
	CLEAN payload = make_compressed("gzip", &elf);
	CLEAN bzimage = make_bzimage(&payload, false, SETUP_VERSION);
	CLEAN flat = make_flat(NULL);

	(void)state;
	expect_refused(&bzimage, -EBADMSG, "without a section .BTF");
	expect_refused(&flat, -EBADMSG, "CONFIG_DEBUG_INFO_BTF");
}

static void the_search_for_btf_has_an_end(void **state)
{
	CLEAN other = make_btf("module_struct");
	CLEAN btf = make_btf("task_struct");
	CLEAN image = make_flat(NULL);

	(void)state;
	for (int i = 0; i < 64; i++)
		made_put(&image, image.size, other.bytes, other.size);
	made_put(&image, image.size, btf.bytes, btf.size);
	expect_refused(&image, -EBADMSG, "the first 64 places");
}

static void what_cannot_be_read_is_named(void **state)
{
	CLEAN junk = {}, nothing = {};

	(void)state;
	made_put(&nothing, 0, "what is compressed is not a kernel", 34);
	CLEAN payload = make_compressed("gzip", &nothing);
	CLEAN bzimage = make_bzimage(&nothing, false, SETUP_VERSION);
	CLEAN old = make_bzimage(&payload, false, SETUP_VERSION);

	made_put(&junk, 0, "\x89LZO\0\r\n\x1a\n and more", 18);
	expect_refused(&payload, -EBADMSG, "no kernel");
	expect_refused(&bzimage, -EBADMSG, "no compression");
	made_number(&old, 0x206, 0x0207, 2);
	expect_refused(&old, -ENOTSUP, "2.07");
	CLEAN lzo = make_bzimage(&junk, true, SETUP_VERSION);
	struct kernel_image image = {};
	struct tracee_error err = {};

	assert_true(extract(&lzo, &image, &err) < 0);
	assert_non_null(strstr(err.text, "lzo"));
}

/* 300 MB of zeros. */
static void what_becomes_too_large_is_refused(void **state)
{
	static uint8_t zeros[1 << 20];
	struct archive_entry *entry = archive_entry_new();
	struct archive *archive = archive_write_new();
	CLEAN bomb = { .bytes = calloc(1, MADE_SIZE_MAX) };

	(void)state;
	archive_write_add_filter_zstd(archive);
	archive_write_set_format_raw(archive);
	archive_write_open_memory(archive, bomb.bytes, MADE_SIZE_MAX, &bomb.size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(archive, entry);
	for (int i = 0; i < 300; i++)
		archive_write_data(archive, zeros, sizeof(zeros));
	archive_write_close(archive);
	archive_write_free(archive);
	archive_entry_free(entry);
	expect_refused(&bomb, -E2BIG, "more than 256 MB");
}

static void no_memory_is_an_error_of_its_own(void **state)
{
	CLEAN btf = make_btf("task_struct");
	CLEAN elf = make_elf(".BTF", &btf);
	CLEAN flat = make_flat(&btf);
	CLEAN payload = make_compressed("gzip", &elf);
	const struct made *const images[] = { &payload, &flat };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		long n;

		for (n = 0;; n++) {
			CLEANUP(kernel_image_done) struct kernel_image image = {};
			int r;

			allocation_has_failed = false;
			allocations_left = n;
			r = extract(images[i], &image, NULL);
			allocations_left = -1;
			assert_int_equal(r, allocation_has_failed ? -ENOMEM : 0);
			assert_true(r == 0 || !image.btf);
			if (!allocation_has_failed)
				break;
		}
		assert_true(n >= 1);
	}
}

static void only_what_begins_like_an_image_is_one(void **state)
{
	(void)state;
	assert_false(kernel_image_is_one((struct bytes){ NULL, 0 }));
	assert_false(kernel_image_is_one((struct bytes){ (const uint8_t *)"MZ and no more", 14 }));
	assert_false(kernel_image_is_one((struct bytes){ (const uint8_t *)"\x9f\xeb\x01\x00", 4 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bzimage_gives_its_btf_from_any_compression),
		cmocka_unit_test(a_bzimage_that_does_not_say_its_release_has_it_in_its_banner),
		cmocka_unit_test(an_image_of_arm64_is_looked_through),
		cmocka_unit_test(btf_with_a_longer_header_is_found_whole),
		cmocka_unit_test(a_compressed_image_and_zboot_are_decompressed_first),
		cmocka_unit_test(a_layout_is_read_by_a_child),
		cmocka_unit_test(lengths_that_lie_are_refused),
		cmocka_unit_test(a_release_beyond_the_setup_is_not_taken),
		cmocka_unit_test(a_cut_image_gives_nothing_wherever_it_is_cut),
		cmocka_unit_test(a_damaged_byte_never_crashes),
		cmocka_unit_test(an_image_without_btf_is_told),
		cmocka_unit_test(the_search_for_btf_has_an_end),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(what_becomes_too_large_is_refused),
		cmocka_unit_test(no_memory_is_an_error_of_its_own),
		cmocka_unit_test(only_what_begins_like_an_image_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
