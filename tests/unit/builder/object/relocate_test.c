// SPDX-License-Identifier: Apache-2.0
#include "builder/object/relocate.h"

#include "builder/object/relocated.h"
#include "tests/data/object/kernel.h"
#include "tests/unit/builder/object/fixture.h"

struct place {
	struct program *program;
	struct btf *kernel;
	struct relocator *relocator;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->program = fixture_program("relocations.bpf.o");
	place->kernel = fixture_kernel();
	assert_int_equal(relocator_new(place->program->types, place->kernel, &place->relocator), 0);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	relocator_free(place->relocator);
	btf__free(place->kernel);
	program_free(place->program);
	free(place);
	return 0;
}

/* The only relocation of this kind about @spec; there must be one. */
static const struct program_relocation *relocation_of(const struct program *program, uint32_t kind,
						      const char *spec)
{
	for (size_t i = 0; i < program->n_relocations; i++) {
		if (program->relocations[i].kind == kind && strcmp(program->relocations[i].spec, spec) == 0)
			return &program->relocations[i];
	}
	fail_msg("the program has no relocation of kind %u about '%s'", kind, spec);
	return NULL;
}

static struct relocation_result resolve(struct place *place, uint32_t kind, const char *spec)
{
	struct relocation_result result;
	struct tracee_error err = {};

	if (relocator_resolve(place->relocator, relocation_of(place->program, kind, spec), NULL, NULL, &result,
			      &err) < 0)
		fail_msg("'%s': %s", spec, err.text);
	return result;
}

static void expect_result(struct place *place, uint32_t kind, const char *spec, uint64_t value)
{
	struct relocation_result result = resolve(place, kind, spec);

	assert_false(result.is_absent);
	if (result.value != value)
		fail_msg("'%s', kind %u: %llu, expected %llu", spec, kind, (unsigned long long)result.value,
			 (unsigned long long)value);
}

static void expect_offset(struct place *place, const char *spec, uint64_t offset)
{
	expect_result(place, BPF_CORE_FIELD_BYTE_OFFSET, spec, offset);
}

static void a_member_is_found_by_name_wherever_it_is(void **state)
{
	struct place *place = *state;

	expect_offset(place, "sample.plain", offsetof(struct sample, plain));
	expect_offset(place, "sample.parent", offsetof(struct sample, parent));
	expect_offset(place, "sample.color", offsetof(struct sample, color));
	expect_offset(place, "sample.name", offsetof(struct sample, name));
	expect_offset(place, "sample.embedded.value", offsetof(struct sample, embedded.value));
	expect_offset(place, "sample.counter.counter", offsetof(struct sample, counter.counter));
}

static void a_flavour_is_no_part_of_a_name(void **state)
{
	expect_offset(*state, "sample___flavour.plain", offsetof(struct sample, plain));
	expect_result(*state, BPF_CORE_ENUMVAL_VALUE, "enum color___flavour.RED___flavour", RED);
}

static void typedef_const_and_volatile_make_no_difference(void **state)
{
	expect_offset(*state, "sample.decorated", offsetof(struct sample, decorated));
}

static void members_of_anonymous_structs_are_members(void **state)
{
	expect_offset(*state, "sample.deep", offsetof(struct sample, deep));
	expect_offset(*state, "sample.deeper", offsetof(struct sample, deeper));
}

static void elements_lie_as_far_apart_as_the_layout_says(void **state)
{
	struct place *place = *state;

	expect_offset(place, "sample.list[2].value", offsetof(struct sample, list[2].value));
	expect_offset(place, "sample.list[3].others[1]", offsetof(struct sample, list[3].others[1]));
	expect_offset(place, "sample.grid[1][2]", offsetof(struct sample, grid[1][2]));
	expect_offset(place, "sample[2].plain", 2 * sizeof(struct sample) + offsetof(struct sample, plain));
}

static void only_the_last_array_without_a_length_has_elements(void **state)
{
	struct place *place = *state;

	expect_offset(place, "open_ended.elements[3].value", offsetof(struct open_ended, elements[3].value));
	expect_result(place, BPF_CORE_FIELD_EXISTS, "sample.zero_in_between", 1);
	expect_result(place, BPF_CORE_FIELD_EXISTS, "sample.zero_in_between[1]", 0);
}

/* The bits of a field as the relocated program takes them out of the bytes it loads. */
static uint64_t extract(const void *object, uint64_t offset, uint64_t size, uint64_t left, uint64_t right)
{
	uint64_t value = 0;

	memcpy(&value, (const uint8_t *)object + offset, size);
	return value << left >> right;
}

static void bit_fields_are_taken_out_by_offset_size_and_shifts(void **state)
{
	struct place *place = *state;
	struct sample sample = { .three = 7, .eleven = 0x5a5, .five = -1, .crossing = 0x123456789aull };
	uint64_t offset = resolve(place, BPF_CORE_FIELD_BYTE_OFFSET, "sample.eleven").value;
	uint64_t size = resolve(place, BPF_CORE_FIELD_BYTE_SIZE, "sample.eleven").value;
	uint64_t left = resolve(place, BPF_CORE_FIELD_LSHIFT_U64, "sample.eleven").value;
	uint64_t right = resolve(place, BPF_CORE_FIELD_RSHIFT_U64, "sample.eleven").value;

	assert_int_equal(size, sizeof(unsigned int));
	assert_int_equal(extract(&sample, offset, size, left, right), 0x5a5);
	offset = resolve(place, BPF_CORE_FIELD_BYTE_OFFSET, "sample.crossing").value;
	left = resolve(place, BPF_CORE_FIELD_LSHIFT_U64, "sample.crossing").value;
	right = resolve(place, BPF_CORE_FIELD_RSHIFT_U64, "sample.crossing").value;
	assert_int_equal(extract(&sample, offset, 8, left, right), 0x123456789aull);
	expect_result(place, BPF_CORE_FIELD_SIGNED, "sample.five", 1);
	expect_result(place, BPF_CORE_FIELD_SIGNED, "sample.eleven", 0);
	expect_result(place, BPF_CORE_FIELD_SIGNED, "sample.small", 0);
}

static void sizes_are_those_of_the_layout(void **state)
{
	expect_result(*state, BPF_CORE_FIELD_BYTE_SIZE, "sample.list", sizeof(((struct sample *)0)->list));
	expect_result(*state, BPF_CORE_FIELD_BYTE_SIZE, "sample.grown", sizeof(unsigned long));
	expect_result(*state, BPF_CORE_TYPE_SIZE, "struct inner", sizeof(struct inner));
	expect_result(*state, BPF_CORE_TYPE_SIZE, "counter_t", sizeof(counter_t));
}

static void what_is_not_there_does_not_exist(void **state)
{
	struct place *place = *state;

	expect_result(place, BPF_CORE_FIELD_EXISTS, "sample.plain", 1);
	expect_result(place, BPF_CORE_FIELD_EXISTS, "sample.missing", 0);
	expect_result(place, BPF_CORE_FIELD_EXISTS, "sample.list[7]", 0);
	expect_result(place, BPF_CORE_TYPE_EXISTS, "struct sample", 1);
	expect_result(place, BPF_CORE_TYPE_EXISTS, "counter_t", 1);
	expect_result(place, BPF_CORE_TYPE_EXISTS, "struct nowhere", 0);
	expect_result(place, BPF_CORE_ENUMVAL_EXISTS, "enum color.GREEN", 1);
	expect_result(place, BPF_CORE_ENUMVAL_EXISTS, "enum color.VIOLET", 0);
}

static void a_member_of_another_kind_is_another_member(void **state)
{
	expect_result(*state, BPF_CORE_FIELD_EXISTS, "sample.changed_kind", 0);
}

static void enumerators_have_the_values_of_the_layout(void **state)
{
	expect_result(*state, BPF_CORE_ENUMVAL_VALUE, "enum color.GREEN", GREEN);
	expect_result(*state, BPF_CORE_ENUMVAL_VALUE, "enum color.BLUE", (uint64_t)(int64_t)BLUE);
}

static void a_local_type_id_needs_no_layout(void **state)
{
	struct place *place = *state;
	const struct program_relocation *relocation =
		relocation_of(place->program, BPF_CORE_TYPE_ID_LOCAL, "struct inner");

	expect_result(place, BPF_CORE_TYPE_ID_LOCAL, "struct inner", relocation->type_id);
}

static void what_is_missing_is_absent_and_no_error(void **state)
{
	struct place *place = *state;
	const struct program_relocation missing = {
		.kind = BPF_CORE_FIELD_BYTE_OFFSET,
		.type_id = relocation_of(place->program, BPF_CORE_FIELD_EXISTS, "sample.missing")->type_id,
		.access = relocation_of(place->program, BPF_CORE_FIELD_EXISTS, "sample.missing")->access,
		.spec = (char *)"sample.missing",
	};
	const struct program_relocation size = {
		.kind = BPF_CORE_TYPE_SIZE,
		.type_id = relocation_of(place->program, BPF_CORE_TYPE_EXISTS, "struct nowhere")->type_id,
		.access = "0",
		.spec = (char *)"struct nowhere",
	};
	struct relocation_result result;

	assert_int_equal(relocator_resolve(place->relocator, &missing, NULL, NULL, &result, NULL), 0);
	assert_true(result.is_absent);
	assert_int_equal(relocator_resolve(place->relocator, &size, NULL, NULL, &result, NULL), 0);
	assert_true(result.is_absent);
}

/* ---- instructions ----------------------------------------------------------------------------- */

static const struct bpf_insn *relocated_insn(struct place *place, const struct relocated *relocated, uint32_t kind,
					     const char *spec, const char *program)
{
	for (size_t i = 0; i < place->program->n_relocations; i++) {
		const struct program_relocation *relocation = &place->program->relocations[i];

		if (relocation->kind == kind && strcmp(relocation->spec, spec) == 0 &&
		    strcmp(place->program->functions[relocation->function].name, program) == 0)
			return &relocated->functions[relocation->function].insns[relocation->insn];
	}
	fail_msg("no relocation of '%s' in '%s'", spec, program);
	return NULL;
}

static void loads_are_moved_and_widened(void **state)
{
	struct place *place = *state;
	struct relocated *relocated = NULL;
	struct tracee_error err = {};
	const struct bpf_insn *insn;

	if (program_relocate(place->program, place->kernel, NULL, NULL, &relocated, &err) < 0)
		fail_msg("%s", err.text);
	insn = relocated_insn(place, relocated, BPF_CORE_FIELD_BYTE_OFFSET, "sample.plain", "loads");
	assert_int_equal(insn->code, BPF_LDX | BPF_MEM | BPF_W);
	assert_int_equal(insn->off, offsetof(struct sample, plain));
	insn = relocated_insn(place, relocated, BPF_CORE_FIELD_BYTE_OFFSET, "sample.grown", "loads");
	assert_int_equal(insn->code, BPF_LDX | BPF_MEM | BPF_DW);
	assert_int_equal(insn->off, offsetof(struct sample, grown));
	insn = relocated_insn(place, relocated, BPF_CORE_FIELD_BYTE_OFFSET, "sample.deep", "offsets");
	assert_int_equal(insn->imm, offsetof(struct sample, deep));
	relocated_free(relocated);
}

static struct relocation_result offset_result(uint64_t value, uint32_t size)
{
	return (struct relocation_result){
		.value = value, .local_value = 8, .is_comparable = true, .size_bytes = size, .local_size_bytes = 4
	};
}

static void an_instruction_that_does_not_fit_is_refused(void **state)
{
	struct bpf_insn load = { .code = BPF_LDX | BPF_MEM | BPF_W, .off = 8 };
	const struct bpf_insn wrong[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X }, /* no immediate */
		{ .code = BPF_JMP | BPF_JEQ | BPF_K }, /* no number to relocate */
		{ .code = BPF_LDX | BPF_MEM | BPF_W, .off = 16 }, /* another offset than its types say */
		{ .code = BPF_LDX | BPF_MEM | BPF_H, .off = 8 }, /* loads half of what it should */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 7 },
	};
	struct relocation_result good = offset_result(24, 8), far = offset_result(40000, 4),
				 odd = offset_result(24, 3);
	bool must_not_run = false;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct bpf_insn insn[2] = { wrong[i] };

		assert_int_equal(relocation_apply(&good, insn, &must_not_run, NULL), -EBADMSG);
	}
	assert_int_equal(
		relocation_apply(&far, &(struct bpf_insn){ .code = load.code, .off = 8 }, &must_not_run, NULL),
		-EBADMSG);
	assert_int_equal(
		relocation_apply(&odd, &(struct bpf_insn){ .code = load.code, .off = 8 }, &must_not_run, NULL),
		-EBADMSG);
	assert_int_equal(relocation_apply(&good, &load, &must_not_run, NULL), 0);
	assert_int_equal(load.code, BPF_LDX | BPF_MEM | BPF_DW);
	assert_int_equal(load.off, 24);
	assert_false(must_not_run);
}

static void wide_immediates_take_64_bits(void **state)
{
	struct bpf_insn wide[2] = { { .code = BPF_LD | BPF_IMM | BPF_DW, .imm = -1 }, { .imm = -1 } };
	const struct relocation_result result = { .value = 0x1122334455667788,
						  .local_value = UINT64_MAX,
						  .is_comparable = true };
	bool must_not_run = false;

	(void)state;
	assert_int_equal(relocation_apply(&result, wide, &must_not_run, NULL), 0);
	assert_int_equal((uint32_t)wide[0].imm, 0x55667788);
	assert_int_equal(wide[1].imm, 0x11223344);
}

/* ---- layouts that clang does not make --------------------------------------------------------- */

/* A layout with @n structs "inner" whose `value` is at the given bit offsets. */
static struct btf *layout_of_inners(const uint32_t *offsets, size_t n)
{
	struct btf *made = btf__new_empty();
	int type = btf__add_int(made, "short", 2, BTF_INT_SIGNED);

	for (size_t i = 0; i < n; i++) {
		btf__add_struct(made, "inner", 64);
		assert_int_equal(btf__add_field(made, "value", type, offsets[i], 0), 0);
	}
	return fixture_reread(made);
}

static int resolve_inner(struct place *place, struct btf *layout, struct relocation_result *result,
			 struct tracee_error *err)
{
	/* "0:1": member 1 of the program's struct inner. */
	const struct program_relocation relocation = {
		.kind = BPF_CORE_FIELD_BYTE_OFFSET,
		.type_id = relocation_of(place->program, BPF_CORE_TYPE_SIZE, "struct inner")->type_id,
		.access = "0:1",
		.spec = (char *)"inner.value",
	};
	struct relocator *relocator = NULL;
	int r;

	assert_int_equal(relocator_new(place->program->types, layout, &relocator), 0);
	r = relocator_resolve(relocator, &relocation, NULL, NULL, result, err);
	relocator_free(relocator);
	btf__free(layout);
	return r;
}

static void types_of_one_name_must_agree(void **state)
{
	struct relocation_result result;
	struct tracee_error err = {};

	assert_int_equal(resolve_inner(*state, layout_of_inners((const uint32_t[]){ 64, 64 }, 2), &result, &err),
			 0);
	assert_int_equal(result.value, 8);
	assert_int_equal(resolve_inner(*state, layout_of_inners((const uint32_t[]){ 64, 128 }, 2), &result, &err),
			 -EBADMSG);
	expect_in("inner.value", err.text);
	expect_in("two types of that name, one says 8 and the other 16", err.text);
}

static void an_endless_search_ends(void **state)
{
	/* Each struct holds the one before twice, without a name: 2^40 ways down. */
	struct btf *made = btf__new_empty();
	int type = btf__add_int(made, "short", 2, 0);
	struct relocation_result result;
	struct tracee_error err = {};

	for (int i = 0; i < 40; i++) {
		int outer = btf__add_struct(made, i == 39 ? "inner" : "", 64);

		assert_int_equal(btf__add_field(made, i == 0 ? "other" : "", type, 0, 0), 0);
		assert_int_equal(btf__add_field(made, i == 0 ? "another" : "", type, 32, 0), 0);
		type = outer;
	}
	assert_int_equal(resolve_inner(*state, fixture_reread(made), &result, &err), -EBADMSG);
}

static void enums_say_whether_they_are_signed_and_may_be_wide(void **state)
{
	struct place *place = *state;

	relocator_free(place->relocator);
	btf__free(place->kernel);
	place->kernel = fixture_enums();
	assert_int_equal(relocator_new(place->program->types, place->kernel, &place->relocator), 0);
	expect_result(place, BPF_CORE_FIELD_SIGNED, "sample.color", 1);
	expect_result(place, BPF_CORE_FIELD_SIGNED, "sample.small", 0);
	expect_result(place, BPF_CORE_ENUMVAL_VALUE, "enum color.BLUE", (uint64_t)-7);
	expect_result(place, BPF_CORE_ENUMVAL_VALUE, "enum small_color.SMALL", 1ull << 40);
}

static void kinds_that_mean_nothing_here_are_refused(void **state)
{
	struct place *place = *state;
	const struct program_relocation *known = relocation_of(place->program, BPF_CORE_TYPE_SIZE, "struct inner");
	const uint32_t kinds[] = { BPF_CORE_TYPE_ID_TARGET, BPF_CORE_TYPE_MATCHES, 77 };
	struct relocation_result result;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct program_relocation relocation = {
			.kind = kinds[i],
			.type_id = known->type_id,
			.access = "0",
			.spec = (char *)"struct inner",
		};

		assert_int_equal(relocator_resolve(place->relocator, &relocation, NULL, NULL, &result, NULL),
				 -EBADMSG);
	}
}

static void paths_that_lead_nowhere_are_refused(void **state)
{
	static const char *const paths[] = { "",      ":",  "0:",    "0:99",	     "x",
					     "0:1:0", "-1", "0:0:4", "4294967295:1", "99999999999" };
	struct place *place = *state;
	uint32_t id = relocation_of(place->program, BPF_CORE_TYPE_SIZE, "struct inner")->type_id;
	struct access_path path;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (access_path_parse(place->program->types, BPF_CORE_FIELD_BYTE_OFFSET, id, paths[i], &path,
				      NULL) != -EBADMSG)
			fail_msg("'%s' was accepted", paths[i]);
	}
}

static void flavours_need_three_underscores_between_others(void **state)
{
	(void)state;
	assert_int_equal(access_name_length("task_struct___old"), strlen("task_struct"));
	assert_int_equal(access_name_length("a___b___c"), strlen("a___b"));
	assert_int_equal(access_name_length("a____b"), strlen("a____b"));
	assert_int_equal(access_name_length("a__b"), strlen("a__b"));
	assert_int_equal(access_name_length("___a"), strlen("___a"));
	assert_int_equal(access_name_length("a___"), strlen("a___"));
	assert_int_equal(access_name_length(""), 0);
	assert_true(access_names_equal("a___x", "a___y"));
	assert_false(access_names_equal("a___x", "ab"));
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_member_is_found_by_name_wherever_it_is),
		PLACED(a_flavour_is_no_part_of_a_name),
		PLACED(typedef_const_and_volatile_make_no_difference),
		PLACED(members_of_anonymous_structs_are_members),
		PLACED(elements_lie_as_far_apart_as_the_layout_says),
		PLACED(only_the_last_array_without_a_length_has_elements),
		PLACED(bit_fields_are_taken_out_by_offset_size_and_shifts),
		PLACED(sizes_are_those_of_the_layout),
		PLACED(what_is_not_there_does_not_exist),
		PLACED(a_member_of_another_kind_is_another_member),
		PLACED(enumerators_have_the_values_of_the_layout),
		PLACED(a_local_type_id_needs_no_layout),
		PLACED(what_is_missing_is_absent_and_no_error),
		PLACED(loads_are_moved_and_widened),
		cmocka_unit_test(an_instruction_that_does_not_fit_is_refused),
		cmocka_unit_test(wide_immediates_take_64_bits),
		PLACED(types_of_one_name_must_agree),
		PLACED(an_endless_search_ends),
		PLACED(enums_say_whether_they_are_signed_and_may_be_wide),
		PLACED(kinds_that_mean_nothing_here_are_refused),
		PLACED(paths_that_lead_nowhere_are_refused),
		cmocka_unit_test(flavours_need_three_underscores_between_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
