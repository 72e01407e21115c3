// SPDX-License-Identifier: Apache-2.0
#include "builder/object/program.h"

#include <elf.h>

#include "builder/object/check.h"
#include "builder/object/embedded.h"
#include "builder/object/reach.h"
#include "builder/object/reduce.h"
#include "tests/unit/builder/object/fixture.h"

static const struct program_function *function_named(const struct program *program, const char *name)
{
	for (size_t i = 0; i < program->n_functions; i++) {
		if (strcmp(program->functions[i].name, name) == 0)
			return &program->functions[i];
	}
	fail_msg("no function '%s'", name);
	return NULL;
}

static void programs_are_functions_in_sections_of_their_own(void **state)
{
	struct program *program = fixture_program("call.bpf.o");
	const struct program_function *entry = function_named(program, "program"),
				      *called = function_named(program, "twice");

	(void)state;
	assert_int_equal(program->n_functions, 2);
	assert_true(entry->is_entry);
	assert_string_equal(entry->section, "raw_tp/sys_exit");
	assert_int_equal(entry->type, BPF_PROG_TYPE_RAW_TRACEPOINT);
	assert_false(called->is_entry);
	assert_int_equal(entry->n_total_insns, entry->n_insns + called->n_insns);
	assert_int_equal(called->n_total_insns, called->n_insns);
	program_free(program);
}

static void calls_lead_to_their_functions(void **state)
{
	struct program *program = fixture_program("call.bpf.o");
	size_t entry = (size_t)(function_named(program, "program") - program->functions);
	size_t called = (size_t)(function_named(program, "twice") - program->functions), n = 0;

	(void)state;
	assert_int_equal(program->n_calls, 1);
	for (size_t i = 0; i < program->functions[entry].n_insns; i++) {
		if (insn_is_function_call(&program->functions[entry].insns[i])) {
			assert_int_equal(program_callee(program, entry, i), called);
			n++;
		} else {
			assert_int_equal(program_callee(program, entry, i), PROGRAM_NO_FUNCTION);
		}
	}
	assert_int_equal(n, 1);
	program_free(program);
}

static void maps_are_read_from_their_definitions(void **state)
{
	struct program *program = fixture_program("plain.bpf.o");

	(void)state;
	assert_int_equal(program->n_maps, 1);
	assert_string_equal(program->maps[0].name, "numbers");
	assert_int_equal(program->maps[0].type, BPF_MAP_TYPE_ARRAY);
	assert_int_equal(program->maps[0].key_size_bytes, 4);
	assert_int_equal(program->maps[0].value_size_bytes, 24);
	assert_int_equal(program->maps[0].max_entries, 16);
	program_free(program);
}

static void helpers_are_listed_once(void **state)
{
	struct program *program = fixture_program("loop.bpf.o");

	(void)state;
	assert_int_equal(program->n_helpers, 2);
	assert_int_equal(program->helpers[0], BPF_FUNC_map_lookup_elem);
	assert_int_equal(program->helpers[1], BPF_FUNC_ktime_get_ns);
	program_free(program);
}

static void relocations_are_spelled_out(void **state)
{
	static const char *const specs[] = { "sample.plain",
					     "sample___flavour.plain",
					     "sample.list[3].others[1]",
					     "sample[2].plain",
					     "counter_t",
					     "enum color.GREEN",
					     "struct inner",
					     "sample.counter.counter" };
	struct program *program = fixture_program("relocations.bpf.o");

	(void)state;
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		bool is_there = false;

		for (size_t k = 0; k < program->n_relocations; k++)
			is_there |= strcmp(program->relocations[k].spec, specs[i]) == 0;
		if (!is_there)
			fail_msg("no relocation is called '%s'", specs[i]);
	}
	program_free(program);
}

static void data_sections_and_license_are_known(void **state)
{
	struct program *plain = fixture_program("plain.bpf.o"), *data = fixture_program("data.bpf.o");

	(void)state;
	assert_int_equal(plain->n_data_sections, 0);
	assert_string_equal(plain->license, "GPL");
	assert_int_equal(data->n_data_sections, 1);
	assert_string_equal(data->data_sections[0], ".data");
	program_free(plain);
	program_free(data);
}

/* ---- damaged files ---------------------------------------------------------------------------- */

/* What follows reading: everything that walks over a program must stand what the reader lets through. */
static void use(const struct program *program, const struct btf *kernel)
{
	struct relocated *relocated = NULL;
	struct reach reach = {};
	struct bytes reduced = {};
	struct text found;
	size_t n;
	const struct check *list = checks(&n);

	if (program_relocate(program, kernel, NULL, NULL, &relocated, NULL) == 0 &&
	    reach_walk(relocated, REACH_VERIFIER_4_18, &reach, NULL) == 0)
		reach_check(relocated, &reach, NULL);
	reach_done(&reach);
	relocated_free(relocated);
	if (reduce_layout(program, kernel, &reduced.at, &reduced.size, NULL) == 0)
		free(reduced.at);
	text_init(&found, 65536);
	for (size_t i = 0; i < n; i++) {
		/* libbpf is given only what has a digest. */
		if (strcmp(list[i].name, "libbpf") != 0)
			list[i].run(&(struct check_subject){ .program = program,
							     .layout = kernel,
							     .tier = TRACEE_TIER_BASE },
				    &found, NULL);
	}
	text_done(&found);
}

/* A copy of exactly these bytes, so that reading beyond them is seen. */
static bool read_copy(const uint8_t *bytes, size_t size, const struct btf *kernel)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct program *program = NULL;
	struct tracee_error err = {};
	int r;

	memcpy(copy, bytes, size);
	r = program_read(copy, size, &program, &err);
	free(copy);
	if (r < 0) {
		assert_int_equal(r, -EBADMSG);
		assert_true(strlen(err.text) > 0);
		return false;
	}
	use(program, kernel);
	program_free(program);
	return true;
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	struct bytes bytes = fixture_file("guarded_in_function.bpf.o");
	struct btf *kernel = fixture_kernel();

	(void)state;
	/* The section table stands at the end: without its last byte nothing is sound. */
	for (size_t size = 0; size < bytes.size; size++)
		assert_false(read_copy(bytes.at, size, kernel));
	assert_true(read_copy(bytes.at, bytes.size, kernel));
	btf__free(kernel);
	free(bytes.at);
}

static void a_file_with_any_byte_changed_does_no_harm(void **state)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	struct bytes bytes = fixture_file("guarded_in_function.bpf.o");
	struct btf *kernel = fixture_kernel();
	size_t n_refused = 0;

	(void)state;
	for (size_t at = 0; at < bytes.size; at++) {
		for (size_t i = 0; i < sizeof(changes); i++) {
			bytes.at[at] ^= changes[i];
			n_refused += !read_copy(bytes.at, bytes.size, kernel);
			bytes.at[at] ^= changes[i];
		}
	}
	assert_true(n_refused > 100);
	btf__free(kernel);
	free(bytes.at);
}

/* ---- one wrong thing at a time ---------------------------------------------------------------- */

static Elf64_Shdr *section_header(const struct bytes *bytes, const char *name)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes->at;
	Elf64_Shdr *sections = (Elf64_Shdr *)(bytes->at + header->e_shoff);
	const char *names = (const char *)bytes->at + sections[header->e_shstrndx].sh_offset;

	for (size_t i = 1; i < header->e_shnum; i++) {
		if (strcmp(names + sections[i].sh_name, name) == 0)
			return &sections[i];
	}
	fail_msg("no section '%s'", name);
	return NULL;
}

static struct bpf_insn *insns_of(const struct bytes *bytes)
{
	return (struct bpf_insn *)(bytes->at + section_header(bytes, "raw_tp/sys_exit")->sh_offset);
}

/* Frees @bytes. */
static void expect_unreadable(struct bytes bytes, const char *what)
{
	struct program *program = NULL;
	struct tracee_error err = {};

	assert_int_equal(program_read(bytes.at, bytes.size, &program, &err), -EBADMSG);
	assert_null(program);
	expect_in(what, err.text);
	free(bytes.at);
}

static void a_jump_out_of_its_function_is_refused(void **state)
{
	struct bytes bytes = fixture_file("plain.bpf.o");

	(void)state;
	insns_of(&bytes)[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = 1000 };
	expect_unreadable(bytes, "jumps out of the function");
	bytes = fixture_file("plain.bpf.o");
	insns_of(&bytes)[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = -2 };
	expect_unreadable(bytes, "jumps out of the function");
}

static void a_jump_into_a_wide_instruction_is_refused(void **state)
{
	struct bytes bytes = fixture_file("plain.bpf.o");

	(void)state;
	insns_of(&bytes)[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_JA, .off = 1 };
	insns_of(&bytes)[1] = (struct bpf_insn){ .code = BPF_LD | BPF_IMM | BPF_DW };
	insns_of(&bytes)[2] = (struct bpf_insn){};
	expect_unreadable(bytes, "into an instruction");
}

static void registers_that_are_none_are_refused(void **state)
{
	struct bytes bytes = fixture_file("plain.bpf.o");

	(void)state;
	insns_of(&bytes)[0] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 11 };
	expect_unreadable(bytes, "no such register");
}

static void other_files_are_refused(void **state)
{
	struct bytes bytes = fixture_file("plain.bpf.o");

	(void)state;
	((Elf64_Ehdr *)bytes.at)->e_machine = EM_X86_64;
	expect_unreadable(bytes, "not a relocatable one for little-endian BPF");
	bytes = fixture_file("plain.bpf.o");
	bytes.at[0] = 'E';
	expect_unreadable(bytes, "not an ELF file");
	bytes = fixture_file("kernel.o");
	expect_unreadable(bytes, "no functions");
}

static void a_program_needs_its_types(void **state)
{
	struct bytes bytes = fixture_file("plain.bpf.o");
	Elf64_Ehdr *header = (Elf64_Ehdr *)bytes.at;
	Elf64_Shdr *names = (Elf64_Shdr *)(bytes.at + header->e_shoff) + header->e_shstrndx;

	(void)state;
	bytes.at[names->sh_offset + section_header(&bytes, ".BTF")->sh_name] = 'X';
	expect_unreadable(bytes, "no section '.BTF'");
}

static void relocations_that_end_early_are_refused(void **state)
{
	struct bytes bytes = fixture_file("guarded_in_function.bpf.o");
	uint8_t *ext = bytes.at + section_header(&bytes, ".BTF.ext")->sh_offset;
	uint32_t offset, size;

	(void)state;
	memcpy(&offset, ext + 24, sizeof(offset));
	memcpy(&size, ext + 28, sizeof(size));
	assert_true(size > 28);
	size -= 4;
	memcpy(ext + 28, &size, sizeof(size));
	expect_unreadable(bytes, "its relocations end early");
	bytes = fixture_file("guarded_in_function.bpf.o");
	ext = bytes.at + section_header(&bytes, ".BTF.ext")->sh_offset;
	memcpy(ext + 24, &(uint32_t){ 0xfffffff0 }, 4);
	expect_unreadable(bytes, "'.BTF.ext' is damaged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_are_functions_in_sections_of_their_own),
		cmocka_unit_test(calls_lead_to_their_functions),
		cmocka_unit_test(maps_are_read_from_their_definitions),
		cmocka_unit_test(helpers_are_listed_once),
		cmocka_unit_test(relocations_are_spelled_out),
		cmocka_unit_test(data_sections_and_license_are_known),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_file_with_any_byte_changed_does_no_harm),
		cmocka_unit_test(a_jump_out_of_its_function_is_refused),
		cmocka_unit_test(a_jump_into_a_wide_instruction_is_refused),
		cmocka_unit_test(registers_that_are_none_are_refused),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(a_program_needs_its_types),
		cmocka_unit_test(relocations_that_end_early_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
