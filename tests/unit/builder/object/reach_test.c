// SPDX-License-Identifier: Apache-2.0
#include "builder/object/reach.h"

#include "tests/unit/builder/object/fixture.h"

/* Relocates a program against the kernel that lacks what it reads, and asks what can run. */
static int check(const char *name, enum reach_verifier verifier, struct tracee_error *err)
{
	struct program *program = fixture_program(name);
	struct btf *kernel = fixture_kernel();
	struct relocated *relocated = NULL;
	struct reach reach = {};
	int r;

	r = program_relocate(program, kernel, NULL, NULL, &relocated, err);
	if (r == 0)
		r = reach_walk(relocated, verifier, &reach, err);
	if (r == 0)
		r = reach_check(relocated, &reach, err);
	reach_done(&reach);
	relocated_free(relocated);
	btf__free(kernel);
	program_free(program);
	return r;
}

static void expect_fit(const char *name)
{
	struct tracee_error err = {};

	if (check(name, REACH_VERIFIER_4_18, &err) < 0)
		fail_msg("'%s' for 4.18: %s", name, err.text);
	if (check(name, REACH_VERIFIER_5_8, &err) < 0)
		fail_msg("'%s' for 5.8: %s", name, err.text);
}

static void expect_unfit(const char *name, const char *function, const char *field)
{
	struct tracee_error err = {};

	assert_int_equal(check(name, REACH_VERIFIER_5_8, &err), -EBADMSG);
	expect_in(function, err.text);
	expect_in(field, err.text);
	expect_in("instruction", err.text);
}

static void fields_behind_their_guards_may_be_missing(void **state)
{
	(void)state;
	expect_fit("guarded.bpf.o");
}

static void a_field_without_a_guard_is_named(void **state)
{
	(void)state;
	expect_unfit("unguarded_field.bpf.o", "'unguarded'", "sample.missing");
}

static void the_guard_of_another_field_is_none(void **state)
{
	(void)state;
	expect_unfit("wrong_guard.bpf.o", "'wrongly_guarded'", "sample.missing");
}

static void what_is_only_known_when_it_runs_is_no_guard(void **state)
{
	(void)state;
	expect_unfit("runtime_guard.bpf.o", "'guarded_by_chance'", "sample.missing");
}

static void the_size_of_a_missing_type_needs_a_guard(void **state)
{
	(void)state;
	expect_unfit("unguarded_size.bpf.o", "'size'", "struct nowhere");
}

static void a_signed_load_of_another_width_is_refused(void **state)
{
	(void)state;
	expect_unfit("signed_load.bpf.o", "'load'", "sample.grown_signed");
}

static void functions_that_are_not_called_do_not_count(void **state)
{
	(void)state;
	expect_fit("guarded_in_function.bpf.o");
	expect_unfit("unguarded_in_function.bpf.o", "'missing'", "sample.missing");
}

/* ---- instructions by hand --------------------------------------------------------------------- */

/* clang-format off */
#define MOV(reg, number) { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = reg, .imm = number }
#define MOV_HALF(reg, from) { .code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = reg, .src_reg = from }
#define COMPUTE(op, reg, number) { .code = BPF_ALU64 | (op) | BPF_K, .dst_reg = reg, .imm = number }
#define JUMP_IF(op, reg, number, to) { .code = BPF_JMP | (op) | BPF_K, .dst_reg = reg, .imm = number, .off = to }
#define JUMP_IF_REG(op, reg, other, to) { .code = BPF_JMP | (op) | BPF_X, .dst_reg = reg, .src_reg = other, .off = to }
#define JUMP(to) { .code = BPF_JMP | BPF_JA, .off = to }
#define CALL { .code = BPF_JMP | BPF_CALL, .imm = 1 }
#define LOAD(reg, from) { .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = reg, .src_reg = from }
#define EXIT { .code = BPF_JMP | BPF_EXIT }
/* clang-format on */

/* Whether the last instruction but one can run: each program ends in the one in question and EXIT. */
static bool can_run(struct bpf_insn *insns, size_t n, enum reach_verifier verifier)
{
	struct program_function function = { .name = "f", .insns = insns, .n_insns = n, .is_entry = true };
	const struct program program = { .functions = &function, .n_functions = 1 };
	CLEANUP(free_at) bool *must_not_run = calloc(n, sizeof(*must_not_run));
	struct relocated_function copy = { .insns = insns, .must_not_run = must_not_run };
	const struct relocated relocated = { .program = &program, .functions = &copy };
	struct reach reach;
	bool result;

	assert_int_equal(reach_walk(&relocated, verifier, &reach, NULL), 0);
	result = reach.can_run[0][n - 2];
	reach_done(&reach);
	return result;
}

#define CAN_RUN(verifier, ...)                                                                                     \
	can_run((struct bpf_insn[]){ __VA_ARGS__ },                                                                \
		sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn), verifier)

static void known_numbers_decide_branches(void **state)
{
	(void)state;
	assert_false(CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 0), JUMP_IF(BPF_JEQ, 1, 0, 1), MOV(0, 1), EXIT) &&
		     CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 0), JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 0), JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_true(CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 1), JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 5), JUMP_IF(BPF_JGT, 1, 7, 1), EXIT, MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 1), COMPUTE(BPF_ADD, 1, -1), JUMP_IF(BPF_JNE, 1, 0, 1),
			     EXIT, MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, -1), JUMP_IF(BPF_JSGT, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_true(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, -1), JUMP_IF(BPF_JGT, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
}

static void kernel_4_18_decides_less(void **state)
{
	(void)state;
	assert_true(CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 5), JUMP_IF(BPF_JGT, 1, 7, 1), EXIT, MOV(0, 1), EXIT));
	assert_true(CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 5), MOV(2, 5), JUMP_IF_REG(BPF_JNE, 1, 2, 1), EXIT,
			    MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 5), MOV(2, 5), JUMP_IF_REG(BPF_JNE, 1, 2, 1), EXIT,
			     MOV(0, 1), EXIT));
	assert_true(CAN_RUN(REACH_VERIFIER_4_18, MOV(1, 5), MOV_HALF(2, 1), JUMP_IF(BPF_JNE, 2, 5, 1), EXIT,
			    MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 5), MOV_HALF(2, 1), JUMP_IF(BPF_JNE, 2, 5, 1), EXIT,
			     MOV(0, 1), EXIT));
}

static void what_may_have_changed_is_unknown(void **state)
{
	(void)state;
	/* Registers 0 to 5 are lost in calls, 6 to 9 are not. */
	assert_true(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 0), CALL, JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_false(
		CAN_RUN(REACH_VERIFIER_5_8, MOV(6, 0), CALL, JUMP_IF(BPF_JNE, 6, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_true(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 0), LOAD(1, 10), JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1),
			    EXIT));
}

static void where_ways_join_only_what_all_know_is_known(void **state)
{
	(void)state;
	/* r1 is 0 on one way and 1 on the other; r2 is the same on both. */
	assert_true(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 0), MOV(2, 0), JUMP_IF(BPF_JEQ, 3, 0, 1), MOV(1, 1),
			    JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
	assert_false(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 0), MOV(2, 0), JUMP_IF(BPF_JEQ, 3, 0, 1), MOV(1, 1),
			     JUMP_IF(BPF_JNE, 2, 0, 1), EXIT, MOV(0, 1), EXIT));
}

static void a_loop_that_changes_a_number_forgets_it(void **state)
{
	(void)state;
	assert_true(CAN_RUN(REACH_VERIFIER_5_8, MOV(1, 0), JUMP_IF(BPF_JEQ, 3, 0, 3), COMPUTE(BPF_ADD, 1, 1),
			    JUMP(-3), EXIT, JUMP_IF(BPF_JNE, 1, 0, 1), EXIT, MOV(0, 1), EXIT));
}

static void a_function_may_not_run_over_its_end(void **state)
{
	struct bpf_insn insns[] = { MOV(0, 1) };
	struct program_function function = { .name = "f", .insns = insns, .n_insns = 1, .is_entry = true };
	const struct program program = { .functions = &function, .n_functions = 1 };
	bool must_not_run = false;
	struct relocated_function copy = { .insns = insns, .must_not_run = &must_not_run };
	const struct relocated relocated = { .program = &program, .functions = &copy };
	struct reach reach;

	(void)state;
	assert_int_equal(reach_walk(&relocated, REACH_VERIFIER_5_8, &reach, NULL), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_behind_their_guards_may_be_missing),
		cmocka_unit_test(a_field_without_a_guard_is_named),
		cmocka_unit_test(the_guard_of_another_field_is_none),
		cmocka_unit_test(what_is_only_known_when_it_runs_is_no_guard),
		cmocka_unit_test(the_size_of_a_missing_type_needs_a_guard),
		cmocka_unit_test(a_signed_load_of_another_width_is_refused),
		cmocka_unit_test(functions_that_are_not_called_do_not_count),
		cmocka_unit_test(known_numbers_decide_branches),
		cmocka_unit_test(kernel_4_18_decides_less),
		cmocka_unit_test(what_may_have_changed_is_unknown),
		cmocka_unit_test(where_ways_join_only_what_all_know_is_known),
		cmocka_unit_test(a_loop_that_changes_a_number_forgets_it),
		cmocka_unit_test(a_function_may_not_run_over_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
