// SPDX-License-Identifier: Apache-2.0
#include "builder/object/reduce.h"

#include "builder/object/embedded.h"
#include "builder/object/relocated.h"
#include "tests/data/object/kernel.h"
#include "tests/unit/builder/object/fixture.h"
#include "tests/unit/skip_loudly.h"

#define RUNNING_KERNEL "/sys/kernel/btf/vmlinux"

static struct bytes reduce(const struct program *program, const struct btf *layout)
{
	struct tracee_error err = {};
	struct bytes bytes = {};

	if (reduce_layout(program, layout, &bytes.at, &bytes.size, &err) < 0)
		fail_msg("%s", err.text);
	return bytes;
}

static struct btf *types_of(const struct bytes *bytes)
{
	struct tracee_error err = {};
	struct btf *types = NULL;

	if (types_read(bytes->at, bytes->size, &types, &err) < 0)
		fail_msg("%s", err.text);
	return types;
}

/* Every relocation has the same outcome, and so has every instruction. */
static void expect_relocates_alike(const struct program *program, const struct btf *layout, const struct btf *other)
{
	struct relocated *a = NULL, *b = NULL;
	struct tracee_error err = {};

	if (program_relocate(program, layout, NULL, NULL, &a, &err) < 0 ||
	    program_relocate(program, other, NULL, NULL, &b, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < program->n_relocations; i++) {
		assert_int_equal(a->results[i].is_absent, b->results[i].is_absent);
		assert_int_equal(a->results[i].value, b->results[i].value);
	}
	for (size_t i = 0; i < program->n_functions; i++)
		assert_memory_equal(a->functions[i].insns, b->functions[i].insns,
				    program->functions[i].n_insns * sizeof(struct bpf_insn));
	relocated_free(a);
	relocated_free(b);
}

static void a_reduced_layout_relocates_like_the_full_one(void **state)
{
	static const char *const programs[] = { "relocations.bpf.o",	     "guarded.bpf.o",
						"unguarded_field.bpf.o",     "signed_load.bpf.o",
						"guarded_in_function.bpf.o", "plain.bpf.o" };
	struct btf *kernel = fixture_kernel();

	(void)state;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct program *program = fixture_program(programs[i]);
		struct bytes bytes = reduce(program, kernel);
		struct btf *reduced = types_of(&bytes);

		expect_relocates_alike(program, kernel, reduced);
		assert_true(bytes.size < 4096);
		btf__free(reduced);
		free(bytes.at);
		program_free(program);
	}
	btf__free(kernel);
}

static void the_running_kernel_is_reduced_to_a_few_kilobytes(void **state)
{
	struct btf *kernel;
	struct bytes raw;

	(void)state;
	if (file_read_at(AT_FDCWD, RUNNING_KERNEL, 64 << 20, &raw.at, &raw.size) < 0) {
		skip_loudly(RUNNING_KERNEL " is not there");
	}
	kernel = types_of(&raw);
	for (int tier = 0; tier < TRACEE_N_TIERS; tier++) {
#if defined(__x86_64__)
		struct embedded_program embedded = embedded_program((enum tracee_tier)tier, TRACEE_ARCH_X86_64);
#else
		struct embedded_program embedded = embedded_program((enum tracee_tier)tier, TRACEE_ARCH_ARM64);
#endif
		struct program *program = NULL;
		struct bytes bytes;
		struct btf *reduced;

		assert_int_equal(program_read(embedded.bytes, embedded.size_bytes, &program, NULL), 0);
		bytes = reduce(program, kernel);
		reduced = types_of(&bytes);
		expect_relocates_alike(program, kernel, reduced);
		assert_true(bytes.size < 8192);
		btf__free(reduced);
		free(bytes.at);
		program_free(program);
	}
	btf__free(kernel);
	free(raw.at);
}

static const struct btf_type *find(const struct btf *types, uint32_t kind, const char *name)
{
	int32_t id = btf__find_by_name_kind(types, name, kind);

	return id < 0 ? NULL : btf__type_by_id(types, (uint32_t)id);
}

static const struct btf_member *member_of(const struct btf *types, const struct btf_type *type, const char *name)
{
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		if (strcmp(btf__name_by_offset(types, btf_members(type)[i].name_off), name) == 0)
			return &btf_members(type)[i];
	}
	return NULL;
}

static void only_what_is_used_is_kept(void **state)
{
	struct program *program = fixture_program("unguarded_field.bpf.o"),
		       *relocations = fixture_program("relocations.bpf.o");
	struct btf *kernel = fixture_kernel(), *reduced;
	const struct btf_type *sample;
	struct bytes bytes;

	(void)state;
	bytes = reduce(program, kernel);
	reduced = types_of(&bytes);
	assert_null(find(reduced, BTF_KIND_STRUCT, "holder"));
	assert_null(find(reduced, BTF_KIND_STRUCT, "sample")); /* it reads only what is missing */
	btf__free(reduced);
	free(bytes.at);
	bytes = reduce(relocations, kernel);
	reduced = types_of(&bytes);
	sample = find(reduced, BTF_KIND_STRUCT, "sample");
	assert_non_null(sample);
	assert_int_equal(sample->size, sizeof(struct sample));
	assert_non_null(member_of(reduced, sample, "plain"));
	assert_null(member_of(reduced, sample, "new_in_front"));
	assert_null(member_of(reduced, sample, "changed_kind"));
	assert_null(member_of(reduced, sample, "either"));
	btf__free(reduced);
	free(bytes.at);
	btf__free(kernel);
	program_free(relocations);
	program_free(program);
}

static void types_of_members_are_plain(void **state)
{
	struct program *program = fixture_program("relocations.bpf.o");
	struct btf *kernel = fixture_kernel(), *reduced;
	struct bytes bytes = reduce(program, kernel);
	const struct btf_type *sample, *type;

	(void)state;
	reduced = types_of(&bytes);
	sample = find(reduced, BTF_KIND_STRUCT, "sample");
	type = btf__type_by_id(reduced, member_of(reduced, sample, "parent")->type);
	assert_true(btf_is_ptr(type));
	assert_int_equal(type->type, 0); /* void */
	type = btf__type_by_id(reduced, member_of(reduced, sample, "decorated")->type);
	assert_true(btf_is_int(type));
	assert_string_equal(btf__name_by_offset(reduced, type->name_off), "u32");
	for (uint32_t id = 1; id < btf__type_cnt(reduced); id++) {
		type = btf__type_by_id(reduced, id);
		assert_false(btf_is_fwd(type) || btf_is_mod(type) || btf_is_var(type) || btf_is_datasec(type));
	}
	btf__free(reduced);
	free(bytes.at);
	btf__free(kernel);
	program_free(program);
}

static void only_used_enumerators_are_kept(void **state)
{
	struct program *program = fixture_program("relocations.bpf.o"), *plain = fixture_program("plain.bpf.o");
	struct btf *kernel = fixture_kernel(), *reduced;
	struct bytes bytes = reduce(program, kernel);
	const struct btf_type *type;

	(void)state;
	reduced = types_of(&bytes);
	type = find(reduced, BTF_KIND_ENUM, "color");
	assert_int_equal(btf_vlen(type), 3); /* GREEN, BLUE, and RED by its flavour */
	btf__free(reduced);
	free(bytes.at);
	/* The lists of the kernel: what the program uses of them, so that it can be checked later. */
	bytes = reduce(plain, kernel);
	reduced = types_of(&bytes);
	type = find(reduced, BTF_KIND_ENUM, "bpf_func_id");
	assert_int_equal(btf_vlen(type), 1);
	assert_string_equal(btf__name_by_offset(reduced, btf_enum(type)->name_off), "BPF_FUNC_map_lookup_elem");
	type = find(reduced, BTF_KIND_ENUM, "bpf_prog_type");
	assert_int_equal(btf_vlen(type), 1);
	btf__free(reduced);
	free(bytes.at);
	btf__free(kernel);
	program_free(plain);
	program_free(program);
}

/* The same types behind others: all ids are different. */
static struct btf *shifted(const struct btf *kernel)
{
	struct btf *made = btf__new_empty();

	for (int i = 0; i < 50; i++) {
		char name[16];

		snprintf(name, sizeof(name), "noise%d", i);
		btf__add_struct(made, name, 0);
	}
	assert_true(btf__add_btf(made, kernel) > 0);
	return fixture_reread(made);
}

static void the_order_of_the_layout_does_not_matter(void **state)
{
	struct program *program = fixture_program("relocations.bpf.o");
	struct btf *kernel = fixture_kernel(), *other = shifted(kernel);
	struct bytes a = reduce(program, kernel), b = reduce(program, other), c = reduce(program, kernel);

	(void)state;
	assert_int_equal(a.size, b.size);
	assert_memory_equal(a.at, b.at, a.size);
	assert_int_equal(a.size, c.size);
	assert_memory_equal(a.at, c.at, a.size);
	free(a.at);
	free(b.at);
	free(c.at);
	btf__free(other);
	btf__free(kernel);
	program_free(program);
}

static void reducing_twice_changes_nothing(void **state)
{
	struct program *program = fixture_program("relocations.bpf.o");
	struct btf *kernel = fixture_kernel(), *reduced;
	struct bytes once = reduce(program, kernel), twice;

	(void)state;
	reduced = types_of(&once);
	twice = reduce(program, reduced);
	assert_int_equal(once.size, twice.size);
	assert_memory_equal(once.at, twice.at, once.size);
	free(once.at);
	free(twice.at);
	btf__free(reduced);
	btf__free(kernel);
	program_free(program);
}

static void an_array_in_between_does_not_become_the_end(void **state)
{
	struct program *program = fixture_program("relocations.bpf.o");
	struct btf *kernel = fixture_kernel(), *reduced;
	struct bytes bytes = reduce(program, kernel);
	const struct btf_type *sample;

	(void)state;
	reduced = types_of(&bytes);
	sample = find(reduced, BTF_KIND_STRUCT, "sample");
	assert_non_null(member_of(reduced, sample, "zero_in_between"));
	assert_non_null(member_of(reduced, sample, "last"));
	btf__free(reduced);
	free(bytes.at);
	btf__free(kernel);
	program_free(program);
}

static void a_program_that_does_not_fit_is_refused(void **state)
{
	struct program *program = fixture_program("relocations.bpf.o");
	struct btf *made = btf__new_empty(), *layout;
	int type = btf__add_int(made, "int", 4, BTF_INT_SIGNED);
	struct tracee_error err = {};
	struct bytes bytes = {};

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		btf__add_struct(made, "sample", 64);
		assert_int_equal(btf__add_field(made, "plain", type, i * 64, 0), 0);
	}
	layout = fixture_reread(made);
	assert_int_equal(reduce_layout(program, layout, &bytes.at, &bytes.size, &err), -EBADMSG);
	expect_in("sample", err.text);
	assert_null(bytes.at);
	btf__free(layout);
	program_free(program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reduced_layout_relocates_like_the_full_one),
		cmocka_unit_test(the_running_kernel_is_reduced_to_a_few_kilobytes),
		cmocka_unit_test(only_what_is_used_is_kept),
		cmocka_unit_test(types_of_members_are_plain),
		cmocka_unit_test(only_used_enumerators_are_kept),
		cmocka_unit_test(the_order_of_the_layout_does_not_matter),
		cmocka_unit_test(reducing_twice_changes_nothing),
		cmocka_unit_test(an_array_in_between_does_not_become_the_end),
		cmocka_unit_test(a_program_that_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
