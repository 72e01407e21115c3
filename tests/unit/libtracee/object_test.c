// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"

/* The smallest program that the frame accepts: a BPF object with a table of section names only. */
struct program {
	Elf64_Ehdr header;
	char names[16];
	Elf64_Shdr sections[2];
};

static struct program make_program(void)
{
	struct program p = { .names = "\0.shstrtab" };

	memcpy(p.header.e_ident, ELFMAG, SELFMAG);
	p.header.e_ident[EI_CLASS] = ELFCLASS64;
	p.header.e_ident[EI_DATA] = ELFDATA2LSB;
	p.header.e_type = ET_REL;
	p.header.e_machine = EM_BPF;
	p.header.e_shoff = offsetof(struct program, sections);
	p.header.e_shentsize = sizeof(Elf64_Shdr);
	p.header.e_shnum = 2;
	p.header.e_shstrndx = 1;
	p.sections[1] = (Elf64_Shdr){ .sh_name = 1, .sh_type = SHT_STRTAB, .sh_offset = offsetof(struct program, names), .sh_size = 11 };
	return p;
}

static const char layout[] = "layout bytes";
static const struct tracee_object_meta meta = {
	.version = "1.2.3",
	.kernel_release = "6.1.0-50-amd64",
	.kernel_arch = TRACEE_ARCH_X86_64,
	.tier = TRACEE_TIER_RING,
	.source = "headers sha256:00",
	.match = "exact",
	.clang = "14.0.6",
	.layout_clang = "14.0.6",
};

static uint8_t *make_object(size_t *ret_size)
{
	struct program program = make_program();
	struct tracee_error err = {};
	uint8_t *bytes = NULL;

	if (tracee_object_write(&program, sizeof(program), layout, sizeof(layout), &meta, &bytes, ret_size, &err) < 0)
		fail_msg("%s", err.text);
	return bytes;
}

static void what_is_written_is_read_back(void **state)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);
	struct tracee_object object;
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(tracee_object_read(bytes, size, &object, &err), 0);
	assert_int_equal(object.meta.abi, TRACEE_OBJECT_ABI);
	assert_string_equal(object.meta.version, meta.version);
	assert_string_equal(object.meta.kernel_release, meta.kernel_release);
	assert_string_equal(object.meta.source, meta.source);
	assert_string_equal(object.meta.match, meta.match);
	assert_int_equal(object.meta.tier, TRACEE_TIER_RING);
	assert_int_equal(object.layout_size_bytes, sizeof(layout));
	assert_memory_equal(object.layout, layout, sizeof(layout));
}

static void same_inputs_give_the_same_bytes(void **state)
{
	size_t size, other_size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);
	CLEANUP(free_at) uint8_t *other = make_object(&other_size);

	(void)state;
	assert_int_equal(size, other_size);
	assert_memory_equal(bytes, other, size);
}

static void every_flipped_byte_is_refused(void **state)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);
	struct tracee_object object;
	struct tracee_error err;

	(void)state;
	for (size_t i = 0; i < size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			int r;

			bytes[i] ^= (uint8_t)(1 << bit);
			err.text[0] = '\0';
			r = tracee_object_read(bytes, size, &object, &err);
			if (r != -EBADMSG && r != -EPROTO)
				fail_msg("byte %zu bit %d: status %d", i, bit, r);
			assert_true(err.text[0]);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
}

static void every_truncation_is_refused(void **state)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);

	(void)state;
	for (size_t n = 0; n < size; n++) {
		/* Exactly n bytes, so that a sanitizer sees a read beyond them. */
		CLEANUP(free_at) uint8_t *cut = malloc(n ? n : 1);
		struct tracee_object object;

		memcpy(cut, bytes, n);
		assert_int_equal(tracee_object_read(cut, n, &object, NULL), -EBADMSG);
	}
}

static void another_abi_is_told_apart_from_damage(void **state)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);
	uint8_t *abi = memmem(bytes, size, "abi=", 4);
	struct tracee_object object;
	struct tracee_error err = {};

	(void)state;
	abi[4] = '9';
	assert_int_equal(tracee_object_read(bytes, size, &object, &err), -EPROTO);
	assert_non_null(strstr(err.text, "ABI 9"));
}

static void a_value_that_is_not_plain_text_is_not_written(void **state)
{
	struct program program = make_program();
	struct tracee_object_meta bad = meta;
	uint8_t *bytes;
	size_t size;

	(void)state;
	strcpy(bad.source, "two\nlines");
	assert_int_equal(tracee_object_write(&program, sizeof(program), layout, sizeof(layout), &bad, &bytes, &size, NULL), -EINVAL);
	bad = meta;
	bad.version[0] = '\0';
	assert_int_equal(tracee_object_write(&program, sizeof(program), layout, sizeof(layout), &bad, &bytes, &size, NULL), -EINVAL);
}

static void a_packed_object_is_not_packed_again(void **state)
{
	size_t size, other_size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);
	uint8_t *other;

	(void)state;
	assert_int_equal(tracee_object_write(bytes, size, layout, sizeof(layout), &meta, &other, &other_size, NULL), -EINVAL);
}

static void match_names_both_values(void **state)
{
	size_t size;
	CLEANUP(free_at) uint8_t *bytes = make_object(&size);
	struct tracee_object object;
	struct tracee_kernel kernel;
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(tracee_object_read(bytes, size, &object, NULL), 0);
	assert_int_equal(tracee_kernel_parse("6.1.0-50-amd64", TRACEE_ARCH_X86_64, &kernel, NULL), 0);
	assert_int_equal(tracee_object_match(&object, &kernel, "1.2.3", NULL), 0);
	assert_int_equal(tracee_object_match(&object, &kernel, "v1.2.3", NULL), 0);
	assert_int_equal(tracee_object_match(&object, &kernel, "1.2.4", &err), -ESTALE);
	assert_non_null(strstr(err.text, "1.2.3"));
	assert_non_null(strstr(err.text, "1.2.4"));
	assert_int_equal(tracee_kernel_parse("6.1.0-51-amd64", TRACEE_ARCH_X86_64, &kernel, NULL), 0);
	assert_int_equal(tracee_object_match(&object, &kernel, "1.2.3", &err), -ESTALE);
	assert_non_null(strstr(err.text, "6.1.0-50-amd64"));
	assert_non_null(strstr(err.text, "6.1.0-51-amd64"));
	assert_int_equal(tracee_kernel_parse("6.1.0-50-amd64", TRACEE_ARCH_ARM64, &kernel, NULL), 0);
	assert_int_equal(tracee_object_match(&object, &kernel, "1.2.3", &err), -ESTALE);
	assert_non_null(strstr(err.text, "arm64"));
}

static void dots_become_underscores_and_nothing_else_changes(void **state)
{
	char name[256];

	(void)state;
	assert_int_equal(tracee_object_name("5.4.0-65-generic", "v0.5.0", name, sizeof(name), NULL), 0);
	assert_string_equal(name, "tracee.bpf.5_4_0-65-generic.v0_5_0.o");
	assert_int_equal(tracee_object_name("6.12.107+deb13~1-amd64", "1.0", name, sizeof(name), NULL), 0);
	assert_string_equal(name, "tracee.bpf.6_12_107+deb13~1-amd64.1_0.o");
	assert_int_equal(tracee_object_name("6.1", "", name, sizeof(name), NULL), -EINVAL);
	assert_int_equal(tracee_object_name("6.1", "a/b", name, sizeof(name), NULL), -EINVAL);
	assert_int_equal(tracee_object_name("6.1", "1.0", name, 10, NULL), -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(same_inputs_give_the_same_bytes),
		cmocka_unit_test(every_flipped_byte_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(another_abi_is_told_apart_from_damage),
		cmocka_unit_test(a_value_that_is_not_plain_text_is_not_written),
		cmocka_unit_test(a_packed_object_is_not_packed_again),
		cmocka_unit_test(match_names_both_values),
		cmocka_unit_test(dots_become_underscores_and_nothing_else_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
