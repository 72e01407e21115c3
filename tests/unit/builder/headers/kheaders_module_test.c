// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/kheaders_module.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "tests/unit/builder/failing_allocations.h"

#define BEHIND "behind it" /* what follows the archive in its section */
#define CUT_STEP 200
#define BYTE (uint8_t *)"x" /* an output that was never allocated */

/* Everything is made below it; the current directory while a test runs. */
struct place {
	char directory[40];
	uint8_t *archive;
	size_t archive_size;
};

static void shell(const char *format, ...)
{
	char command[2048];
	int length = snprintf(command, sizeof(command), "set -e; PATH=$PATH:/usr/sbin:/sbin; ");
	va_list args;

	va_start(args, format);
	vsnprintf(command + length, sizeof(command) - (size_t)length, format, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* name.ko from assembler: the lines of .rodata are given. */
static void assemble(const char *name, const char *rodata)
{
	char source[1024];
	int length =
		snprintf(source, sizeof(source),
			 "\t.section .modinfo, \"a\"\n\t.asciz \"name=kheaders\"\n\t.asciz \"license=GPL\"\n"
			 "\t.section .rodata, \"a\"\n\t.global kernel_headers_data, kernel_headers_data_end\n%s\n",
			 rodata);

	assert_int_equal(file_replace("module.s", source, (size_t)length, 0644), 0);
	shell("as -o '%s.ko' module.s", name);
}

/* archive.tar.xz, and modules that hold it: with symbols and without, in each compression. */
static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->directory, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->directory) || chdir(place->directory) < 0)
		return -1;
	shell("mkdir include; head -c 6000 /dev/urandom > include/x.h; tar -cJf archive.tar.xz include");
	assemble("symbols", "\t.quad 7\nkernel_headers_data:\n\t.incbin \"archive.tar.xz\"\n"
			    "kernel_headers_data_end:\n\t.ascii \"" BEHIND "\"");
	shell("strip -o stripped.ko symbols.ko");
	shell("for m in symbols stripped; do gzip -nk $m.ko; xz -k --check=crc32 $m.ko; zstd -qk $m.ko; done");
	return file_read_at(AT_FDCWD, "archive.tar.xz", 1 << 20, &place->archive, &place->archive_size);
}

static int tear_down(void **state)
{
	struct place *place = *state;

	shell("cd /; rm -rf '%s'", place->directory);
	free(place->archive);
	free(place);
	return chdir("/");
}

static int read_module(const char *name, uint8_t **bytes, size_t *size, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = open(name, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return kheaders_module_read(fd, bytes, size, err);
}

/* A file that has these bytes. */
static int read_bytes(const void *module, size_t length, uint8_t **bytes, size_t *size, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = memfd_create("module", MFD_CLOEXEC);

	assert_int_equal(file_write_all(fd, module, length), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return kheaders_module_read(fd, bytes, size, err);
}

static void expect_refused(const char *name, int code, const char *words)
{
	uint8_t *bytes = BYTE;
	struct tracee_error err = {};
	size_t size = 4711;
	int r = read_module(name, &bytes, &size, &err);

	if (r != code || !strstr(err.text, words))
		fail_msg("'%s': expected %d and '%s', found %d: %s", name, code, words, r, err.text);
	assert_int_equal(size, 4711);
	assert_string_equal((char *)bytes, "x");
}

static void expect_cut_refused(const char *name, const uint8_t *whole, size_t length)
{
	uint8_t *bytes = BYTE;
	struct tracee_error err = {};
	size_t size = 4711;
	int r = read_bytes(whole, length, &bytes, &size, &err);

	if (r != -EBADMSG || strncmp(err.text, "it ", 3) != 0)
		fail_msg("'%s' cut to %zu bytes: found %d: %s", name, length, r, err.text);
	assert_int_equal(size, 4711);
	assert_string_equal((char *)bytes, "x");
}

/* ---- reading ---------------------------------------------------------------------------------- */

static const char *const suffixes[] = { "", ".gz", ".xz", ".zst" };
#define N_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

static void the_archive_is_between_the_symbols_however_the_module_is_compressed(void **state)
{
	const struct place *place = *state;

	for (size_t i = 0; i < N_SUFFIXES; i++) {
		char name[32];
		uint8_t *bytes;
		size_t size;

		snprintf(name, sizeof(name), "symbols.ko%s", suffixes[i]);
		assert_int_equal(read_module(name, &bytes, &size, NULL), 0);
		assert_int_equal(size, place->archive_size);
		assert_memory_equal(bytes, place->archive, size);
		free(bytes);
	}
}

static void without_symbols_it_reaches_to_the_end_of_its_section(void **state)
{
	const struct place *place = *state;

	for (size_t i = 0; i < N_SUFFIXES; i++) {
		char name[32];
		uint8_t *bytes;
		size_t size;

		snprintf(name, sizeof(name), "stripped.ko%s", suffixes[i]);
		assert_int_equal(read_module(name, &bytes, &size, NULL), 0);
		assert_int_equal(size, place->archive_size + strlen(BEHIND));
		assert_memory_equal(bytes, place->archive, place->archive_size);
		assert_memory_equal(bytes + place->archive_size, BEHIND, strlen(BEHIND));
		free(bytes);
	}
}

static void a_module_that_is_cut_is_refused_wherever_it_is_cut(void **state)
{
	static const char *const names[] = { "symbols.ko", "stripped.ko" };
	size_t n_cuts = 0;

	(void)state;
	for (size_t i = 0; i < 2 * N_SUFFIXES; i++) {
		uint8_t *whole;
		char name[32];
		size_t size;

		snprintf(name, sizeof(name), "%s%s", names[i % 2], suffixes[i / 2]);
		assert_int_equal(file_read_at(AT_FDCWD, name, 1 << 20, &whole, &size), 0);
		for (size_t length = 0; length < size; length += CUT_STEP, n_cuts++)
			expect_cut_refused(name, whole, length);
		expect_cut_refused(name, whole, size - 1);
		free(whole);
	}
	assert_true(n_cuts > 8 * 6000 / CUT_STEP);
}

static void a_damaged_byte_never_crashes(void **state)
{
	uint8_t *module, *bytes;
	size_t size, result, n_refused = 0;

	(void)state;
	assert_int_equal(file_read_at(AT_FDCWD, "symbols.ko", 1 << 20, &module, &size), 0);
	for (size_t i = 0;
	     i<size; i += i> 512 && i + 2048 < size ? 50 : 1) { /* the archive itself is not looked at */
		int r;

		module[i] ^= 0xff;
		r = read_bytes(module, size, &bytes, &result, NULL);
		module[i] ^= 0xff;
		assert_true(r == 0 || r == -EBADMSG);
		n_refused += r < 0;
		if (r < 0)
			continue;
		assert_true(result <= size);
		free(bytes);
	}
	assert_true(n_refused > 20);
	free(module);
}

static void what_is_no_module_is_refused(void **state)
{
	(void)state;
	shell(": > empty; echo text > text; gzip -k text");
	expect_refused("empty", -EBADMSG, "it is no kernel module");
	expect_refused("text", -EBADMSG, "it is no kernel module");
	expect_refused("text.gz", -EBADMSG, "it is not an ELF file");
	expect_refused("/proc/self/exe", -EBADMSG, "not a relocatable one");
	expect_refused(".", -EISDIR, "it cannot be read");
}

static void a_module_without_an_archive_is_refused(void **state)
{
	static const char no_archive[] = "\t.asciz \"nothing\"";

	(void)state;
	assemble("none", no_archive);
	shell("strip -o none_stripped.ko none.ko");
	expect_refused("none_stripped.ko", -EBADMSG, "it holds no header archive");
	assemble("text", "kernel_headers_data:\n\t.ascii \"no archive\"\nkernel_headers_data_end:\n");
	expect_refused("text.ko", -EBADMSG, "is no .xz file");
	assemble("short",
		 "kernel_headers_data:\n\t.ascii \"\\3757z\"\nkernel_headers_data_end:\n\t.asciz \"XZ\"\n");
	expect_refused("short.ko", -EBADMSG, "is no .xz file");
}

static void symbols_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	assemble("one", "kernel_headers_data:\n\t.incbin \"archive.tar.xz\"\n\t.set kernel_headers_data_end, 0\n");
	expect_refused("one.ko", -EBADMSG, "leads out of its section");
	assemble("nowhere", "\t.set kernel_headers_data, 0\n\t.set kernel_headers_data_end, 0\n");
	expect_refused("nowhere.ko", -EBADMSG, "leads out of its section");
	assemble("backwards", "kernel_headers_data_end:\n\t.incbin \"archive.tar.xz\"\nkernel_headers_data:\n");
	expect_refused("backwards.ko", -EBADMSG, "leads out of its section");
	assemble("beyond", "kernel_headers_data:\n\t.incbin \"archive.tar.xz\"\n"
			   "\t.set kernel_headers_data_end, . + 1\n");
	expect_refused("beyond.ko", -EBADMSG, "leads out of its section");
	assemble("elsewhere", "kernel_headers_data:\n\t.incbin \"archive.tar.xz\"\n\t.data\n"
			      "kernel_headers_data_end:\n\t.quad 1\n");
	expect_refused("elsewhere.ko", -EBADMSG, "leads out of its section");
	assemble("bss", "\t.bss\nkernel_headers_data:\n\t.zero 100\nkernel_headers_data_end:\n");
	expect_refused("bss.ko", -EBADMSG, "leads out of its section");
}

static void half_of_the_symbols_is_refused(void **state)
{
	(void)state;
	shell("objcopy --strip-symbol=kernel_headers_data_end symbols.ko half.ko");
	expect_refused("half.ko", -EBADMSG, "it has only one");
}

static void a_module_larger_than_any_is_refused(void **state)
{
	(void)state;
	shell("truncate -s 63M large; zstd -q large; truncate -s 65M large");
	expect_refused("large.zst", -EBADMSG, "not an ELF file");
	shell("head -c 80M /dev/zero | gzip -1 > large.gz");
	expect_refused("large.gz", -EFBIG, "bytes when decompressed");
	expect_refused("large", -EFBIG, "bytes");
}

static void without_memory_there_is_an_error(void **state)
{
	uint8_t *bytes;
	size_t size;
	long n;
	int r;

	(void)state;
	for (n = 0;; n++) {
		allocation_has_failed = false;
		allocations_left = n;
		r = read_module("symbols.ko.xz", &bytes, &size, NULL);
		allocations_left = -1;
		if (!allocation_has_failed)
			break;
		assert_int_equal(r, -ENOMEM);
	}
	assert_int_equal(r, 0);
	assert_true(n >= 3);
	free(bytes);
}

/* ---- finding ---------------------------------------------------------------------------------- */

static void expect_found(const char *directory, const char *expected)
{
	struct tracee_error err = {};
	char path[64] = "";
	int r = kheaders_module_find(directory, path, sizeof(path), &err);

	if (r < 0)
		fail_msg("'%s': %s", directory, err.text);
	assert_string_equal(path, expected);
}

static void expect_not_found(const char *directory, int code, const char *words)
{
	struct tracee_error err = {};
	char path[64] = "untouched";
	int r = kheaders_module_find(directory, path, sizeof(path), &err);

	if (r != code || !strstr(err.text, words) || !strstr(err.text, directory))
		fail_msg("expected %d and '%s', found %d: %s", code, words, r, err.text);
	assert_string_equal(path, "untouched");
}

#define MODULES "root/lib/modules/6.1.0-x"

static void depmods_index_leads_to_the_module_wherever_it_is(void **state)
{
	(void)state;
	shell("mkdir -p " MODULES "/updates; cp symbols.ko.xz " MODULES "/updates/kheaders.ko.xz");
	shell("touch " MODULES "/modules.order " MODULES "/modules.builtin " MODULES "/modules.builtin.modinfo");
	shell("depmod -b root 6.1.0-x");
	expect_found(MODULES, "updates/kheaders.ko.xz");
}

static void without_an_index_it_is_where_the_kernel_installs_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SUFFIXES; i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "kernel/kernel/kheaders.ko%s", suffixes[i]);
		shell("rm -rf m; mkdir -p m/kernel/kernel; cp symbols.ko%s m/%s", suffixes[i], expected);
		expect_found("m", expected);
	}
}

static void an_index_that_leads_nowhere_is_not_followed(void **state)
{
	static const char *const lines[] = {
		"gone/kheaders.ko:",
		"../kheaders.ko:",
		"a/../../kheaders.ko:",
		"/etc/passwd/kheaders.ko:",
		"directory/kheaders.ko.xz: b",
		"other.ko: kheaders.ko",
		"",
		"::::",
	};

	(void)state;
	shell("mkdir -p m/kernel/kernel m/a m/directory/kheaders.ko.xz; cp symbols.ko kheaders.ko");
	shell("cp symbols.ko m/kernel/kernel/kheaders.ko; cp symbols.ko m/kheaders.ko.bz2");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(file_replace("m/modules.dep", lines[i], strlen(lines[i]), 0644), 0);
		expect_found("m", "kernel/kernel/kheaders.ko");
	}
}

static void an_index_that_is_a_pipe_is_not_waited_for(void **state)
{
	(void)state;
	shell("mkdir -p m/kernel/kernel; mkfifo m/modules.dep; cp symbols.ko m/kernel/kernel/kheaders.ko");
	expect_found("m", "kernel/kernel/kheaders.ko");
}

static void no_module_is_an_error_that_says_what_may_be_missing(void **state)
{
	(void)state;
	shell("mkdir -p m/kernel/kernel; echo 'kernel/fs/a.ko:' > m/modules.dep");
	expect_not_found("m", -ENOENT, "CONFIG_IKHEADERS");
	expect_not_found("gone", -ENOENT, "No such file");
	expect_not_found("symbols.ko", -ENOTDIR, "Not a directory");
}

static void a_path_that_does_not_fit_is_an_error(void **state)
{
	(void)state;
	shell("d=kernel/$(printf %%060d 0); mkdir -p m/$d; cp symbols.ko m/$d/kheaders.ko");
	shell("(cd m; find * -name kheaders.ko | sed 's/$/:/') > dep; mv dep m/modules.dep");
	expect_not_found("m", -ENAMETOOLONG, "too long");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_archive_is_between_the_symbols_however_the_module_is_compressed),
		PLACED(without_symbols_it_reaches_to_the_end_of_its_section),
		PLACED(a_module_that_is_cut_is_refused_wherever_it_is_cut),
		PLACED(a_damaged_byte_never_crashes),
		PLACED(what_is_no_module_is_refused),
		PLACED(a_module_without_an_archive_is_refused),
		PLACED(symbols_that_make_no_sense_are_refused),
		PLACED(half_of_the_symbols_is_refused),
		PLACED(a_module_larger_than_any_is_refused),
		PLACED(without_memory_there_is_an_error),
		PLACED(depmods_index_leads_to_the_module_wherever_it_is),
		PLACED(without_an_index_it_is_where_the_kernel_installs_it),
		PLACED(an_index_that_leads_nowhere_is_not_followed),
		PLACED(an_index_that_is_a_pipe_is_not_waited_for),
		PLACED(no_module_is_an_error_that_says_what_may_be_missing),
		PLACED(a_path_that_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
