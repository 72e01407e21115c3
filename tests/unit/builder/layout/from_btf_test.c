// SPDX-License-Identifier: Apache-2.0
#include <bpf/btf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/layout/layout.h"
#include "libtracee/base/digest.h"
#include "libtracee/base/file.h"

struct place {
	char directory[40], path[64];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->directory, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->directory))
		return -1;
	snprintf(place->path, sizeof(place->path), "%s/btf", place->directory);
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	rmdir(place->directory);
	free(place);
	return 0;
}

/* BTF with a struct task_struct, if asked for, and a struct pt_regs with one member. */
static struct btf *make_btf(bool has_task, const char *regs_member)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "unsigned long", 8, 0);

	if (has_task) {
		btf__add_struct(btf, "task_struct", 8);
		btf__add_field(btf, "pid", id, 0, 0);
	}
	btf__add_struct(btf, "pt_regs", 8);
	btf__add_field(btf, regs_member, id, 0, 0);
	return btf;
}

static void put(const struct place *place, const void *bytes, size_t size_bytes)
{
	assert_int_equal(file_replace(place->path, bytes, size_bytes, 0644), 0);
}

static void put_btf(const struct place *place, bool has_task, const char *regs_member)
{
	struct btf *btf = make_btf(has_task, regs_member);
	uint32_t size_bytes;
	const void *bytes = btf__raw_data(btf, &size_bytes);

	put(place, bytes, size_bytes);
	btf__free(btf);
}

static void expect_refused(const struct place *place, const char *words)
{
	struct layout layout = {};
	struct tracee_error err = {};

	assert_int_equal(layout_from_btf(place->path, &layout, &err), -EBADMSG);
	if (!strstr(err.text, words) || !strstr(err.text, place->path))
		fail_msg("expected '%s' in: %s", words, err.text);
	assert_null(layout.btf);
}

static void raw_btf_tells_its_architecture(void **state)
{
	static const struct {
		const char *member;
		enum tracee_arch arch;
	} cases[] = { { "orig_ax", TRACEE_ARCH_X86_64 }, { "orig_x0", TRACEE_ARCH_ARM64 } };
	const struct place *place = *state;

	for (size_t i = 0; i < 2; i++) {
		struct layout layout = {};
		char digest[DIGEST_SIZE], source[96];
		uint8_t *bytes;
		size_t size_bytes;

		put_btf(place, true, cases[i].member);
		assert_int_equal(layout_from_btf(place->path, &layout, NULL), 0);
		assert_int_equal(layout.arch, cases[i].arch);
		assert_string_equal(layout.clang, "none");
		assert_int_equal(file_read_at(-1, place->path, 1000000, &bytes, &size_bytes), 0);
		assert_int_equal(layout.size_bytes, size_bytes);
		assert_memory_equal(layout.btf, bytes, size_bytes);
		digest_of(bytes, size_bytes, digest);
		snprintf(source, sizeof(source), "btf sha256:%s", digest);
		assert_string_equal(layout.source, source);
		free(bytes);
		layout_done(&layout);
		layout_done(&layout);
	}
}

static void btf_of_something_else_is_refused(void **state)
{
	const struct place *place = *state;

	put_btf(place, false, "orig_ax");
	expect_refused(place, "task_struct");
	put_btf(place, true, "orig_gpr2");
	expect_refused(place, "neither that of x86_64 nor that of arm64");
	put(place,
	    "\x7f"
	    "ELF",
	    4);
	expect_refused(place, "ELF");
	put(place, "", 0);
	expect_refused(place, "neither BTF nor a kernel");
}

static void a_cut_file_is_refused_wherever_it_is_cut(void **state)
{
	const struct place *place = *state;
	struct btf *btf = make_btf(true, "orig_ax");
	uint32_t size_bytes;
	const void *bytes = btf__raw_data(btf, &size_bytes);

	for (uint32_t length = 0; length < size_bytes; length++) {
		put(place, bytes, length);
		expect_refused(place, "BTF");
	}
	btf__free(btf);
}

static void a_damaged_byte_never_crashes(void **state)
{
	const struct place *place = *state;
	struct btf *btf = make_btf(true, "orig_ax");
	uint32_t size_bytes;
	const uint8_t *bytes = btf__raw_data(btf, &size_bytes);
	uint8_t *damaged = malloc(size_bytes);

	for (uint32_t i = 0; i < size_bytes; i++) {
		static const uint8_t values[] = { 0x01, 0x80, 0xff };

		for (size_t j = 0; j < sizeof(values); j++) {
			struct layout layout = {};

			memcpy(damaged, bytes, size_bytes);
			damaged[i] ^= values[j];
			put(place, damaged, size_bytes);
			if (layout_from_btf(place->path, &layout, NULL) == 0)
				assert_int_equal(layout.size_bytes, size_bytes);
			layout_done(&layout);
		}
	}
	free(damaged);
	btf__free(btf);
}

static void what_cannot_be_read_is_an_error_of_its_own(void **state)
{
	const struct place *place = *state;
	struct layout layout = {};
	struct tracee_error err = {};

	assert_int_equal(layout_from_btf(place->path, &layout, &err), -ENOENT);
	assert_non_null(strstr(err.text, place->path));
	assert_int_equal(layout_from_btf(place->directory, &layout, &err), -EISDIR);
	/* Nobody writes into it: it must not be waited for. */
	assert_int_equal(mkfifo(place->path, 0600), 0);
	assert_true(layout_from_btf(place->path, &layout, &err) < 0);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(raw_btf_tells_its_architecture),
		PLACED(btf_of_something_else_is_refused),
		PLACED(a_cut_file_is_refused_wherever_it_is_cut),
		PLACED(a_damaged_byte_never_crashes),
		PLACED(what_cannot_be_read_is_an_error_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
