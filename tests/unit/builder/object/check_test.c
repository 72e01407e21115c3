// SPDX-License-Identifier: Apache-2.0
#include "builder/object/check.h"

#include "builder/object/embedded.h"
#include "builder/object/kernel_4_18.h"
#include "tests/unit/builder/object/fixture.h"

static int check_with(const char *name, const struct btf *layout, enum tracee_tier tier, struct tracee_error *err)
{
	struct program *program = fixture_program(name);
	struct bytes bytes = fixture_file(name);
	const struct check_subject subject = { program, bytes.at, bytes.size, layout, tier };
	int r = check_all(&subject, err);

	free(bytes.at);
	program_free(program);
	return r;
}

static void expect_passes(const char *name, enum tracee_tier tier)
{
	struct tracee_error err = {};

	if (check_with(name, NULL, tier, &err) < 0)
		fail_msg("'%s', tier %s: %s", name, tracee_tier_name(tier), err.text);
}

/* @check and @what must both be in the sentence. */
static void expect_refused(const char *name, enum tracee_tier tier, const char *check, const char *what)
{
	struct tracee_error err = {};

	if (check_with(name, NULL, tier, &err) != -EBADMSG)
		fail_msg("'%s', tier %s was not refused", name, tracee_tier_name(tier));
	expect_in(check, err.text);
	expect_in(what, err.text);
}

/* One check by its name. */
static int run_check(const char *name, const struct check_subject *subject, struct tracee_error *err)
{
	struct text found;
	size_t n;
	const struct check *list = checks(&n);
	int r = -ENOENT;

	text_init(&found, 1000);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0)
			r = list[i].run(subject, &found, err);
	}
	text_done(&found);
	return r;
}

static void a_program_that_keeps_the_rules_passes(void **state)
{
	(void)state;
	expect_passes("plain.bpf.o", TRACEE_TIER_BASE);
	expect_passes("plain.bpf.o", TRACEE_TIER_RING);
	expect_passes("old_helper.bpf.o", TRACEE_TIER_BASE);
	expect_passes("add.bpf.o", TRACEE_TIER_BASE);
}

static void base_takes_no_loops_and_ring_does(void **state)
{
	(void)state;
	expect_refused("loop.bpf.o", TRACEE_TIER_BASE, "'code'", "jumps back");
	expect_passes("loop.bpf.o", TRACEE_TIER_RING);
}

static void base_takes_4096_instructions_and_ring_more(void **state)
{
	struct bpf_insn insns[] = { { .code = BPF_JMP | BPF_EXIT } };
	struct program_function function = { .name = "f", .insns = insns, .n_insns = 1, .is_entry = true };
	const struct program program = { .functions = &function, .n_functions = 1 };
	struct check_subject subject = { .program = &program, .tier = TRACEE_TIER_BASE };
	struct tracee_error err = {};

	(void)state;
	function.n_total_insns = 4096;
	assert_int_equal(run_check("code", &subject, &err), 0);
	function.n_total_insns = 4097;
	assert_int_equal(run_check("code", &subject, &err), -EBADMSG);
	expect_in("'f' has 4097 instructions, tier base takes 4096", err.text);
	subject.tier = TRACEE_TIER_RING;
	assert_int_equal(run_check("code", &subject, &err), 0);
}

/* Of the first program in the file. */
static struct check_counts counts_of(const char *name, enum tracee_tier tier)
{
	struct program *program = fixture_program(name);
	const struct check_subject subject = { .program = program, .tier = tier };
	struct check_counts counts = {};

	for (size_t i = 0; i < program->n_functions; i++) {
		if (!program->functions[i].is_entry)
			continue;
		assert_int_equal(check_count(&subject, i, &counts), 0);
		break;
	}
	program_free(program);
	return counts;
}

static void counts_tell_what_the_tier_limits(void **state)
{
	struct check_counts counts = counts_of("loop.bpf.o", TRACEE_TIER_BASE);

	(void)state;
	assert_true(counts.has_loop);
	assert_int_equal(counts.n_insns_max, KERNEL_4_18_INSNS_MAX);
	assert_false(check_counts_pass(&counts));
	counts = counts_of("loop.bpf.o", TRACEE_TIER_RING);
	assert_true(check_counts_pass(&counts));
	counts = counts_of("plain.bpf.o", TRACEE_TIER_BASE);
	assert_false(counts.has_loop);
	assert_int_equal(counts.n_calls, 0);
	assert_true(counts.n_insns > 0 && counts.n_insns < 100);
	assert_true(check_counts_pass(&counts));
	counts.n_insns = KERNEL_4_18_INSNS_MAX + 1;
	assert_false(check_counts_pass(&counts));
	counts.n_insns = counts.n_calls = 1;
	assert_false(check_counts_pass(&counts));
}

static void base_takes_no_global_data_and_ring_does(void **state)
{
	(void)state;
	expect_refused("data.bpf.o", TRACEE_TIER_BASE, "'data'", "'.data'");
	expect_refused("zero_data.bpf.o", TRACEE_TIER_BASE, "'data'", "'.bss'");
	expect_refused("const_data.bpf.o", TRACEE_TIER_BASE, "'data'", "'.rodata'");
	expect_passes("data.bpf.o", TRACEE_TIER_RING);
	expect_passes("zero_data.bpf.o", TRACEE_TIER_RING);
	expect_passes("const_data.bpf.o", TRACEE_TIER_RING);
}

static void base_takes_no_calls_and_ring_does(void **state)
{
	(void)state;
	expect_refused("call.bpf.o", TRACEE_TIER_BASE, "'code'", "calls another function");
	expect_passes("call.bpf.o", TRACEE_TIER_RING);
}

/* The check of the code alone, on a program of @n instructions. */
static int check_length(size_t n, enum tracee_tier tier, struct tracee_error *err)
{
	struct bpf_insn *insns = calloc(n, sizeof(*insns));
	struct program_function function = {
		.name = "long", .insns = insns, .n_insns = n, .n_total_insns = n, .is_entry = true
	};
	const struct program program = { .functions = &function, .n_functions = 1 };
	const struct check_subject subject = { .program = &program, .tier = tier };
	int r;

	for (size_t i = 0; i + 1 < n; i++)
		insns[i].code = BPF_ALU64 | BPF_MOV | BPF_K;
	insns[n - 1].code = BPF_JMP | BPF_EXIT;
	r = run_check("code", &subject, err);
	free(insns);
	return r;
}

static void base_takes_4096_instructions_and_ring_a_million(void **state)
{
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(check_length(4096, TRACEE_TIER_BASE, &err), 0);
	assert_int_equal(check_length(4097, TRACEE_TIER_BASE, &err), -EBADMSG);
	expect_in("'long' has 4097 instructions, tier base takes 4096", err.text);
	assert_int_equal(check_length(1000000, TRACEE_TIER_RING, &err), 0);
	assert_int_equal(check_length(1000001, TRACEE_TIER_RING, &err), -EBADMSG);
}

static void code_that_cannot_be_reached_is_refused(void **state)
{
	struct bpf_insn insns[] = { { .code = BPF_JMP | BPF_EXIT }, { .code = BPF_JMP | BPF_EXIT } };
	struct program_function function = {
		.name = "f", .insns = insns, .n_insns = 2, .n_total_insns = 2, .is_entry = true
	};
	const struct program program = { .functions = &function, .n_functions = 1, .license = (char *)"GPL" };
	const struct check_subject subject = { .program = &program, .tier = TRACEE_TIER_RING };
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(run_check("code", &subject, &err), -EBADMSG);
	expect_in("'f', instruction 1 cannot be reached", err.text);
}

static void base_takes_only_what_4_18_has(void **state)
{
	(void)state;
	expect_refused("new_helper.bpf.o", TRACEE_TIER_BASE, "'helpers'",
		       "'ktime_get_boot_ns' (125) is not in kernel 4.18");
	expect_refused("new_map.bpf.o", TRACEE_TIER_BASE, "'maps'", "'ringbuf' (27) is not in kernel 4.18");
	expect_refused("new_program.bpf.o", TRACEE_TIER_BASE, "'programs'",
		       "'sk_reuseport' (21) is not in kernel 4.18");
	expect_passes("new_helper.bpf.o", TRACEE_TIER_RING);
	expect_passes("new_program.bpf.o", TRACEE_TIER_RING);
}

static void instructions_must_be_as_old_as_the_tier(void **state)
{
	(void)state;
	expect_refused("short_jump.bpf.o", TRACEE_TIER_BASE, "'code'", "needs kernel 5.1");
	expect_passes("short_jump.bpf.o", TRACEE_TIER_RING);
	expect_refused("atomic.bpf.o", TRACEE_TIER_BASE, "'code'", "needs kernel 5.12");
	expect_refused("atomic.bpf.o", TRACEE_TIER_RING, "'code'", "needs kernel 5.12");
}

static void other_licenses_are_refused(void **state)
{
	(void)state;
	expect_refused("proprietary.bpf.o", TRACEE_TIER_BASE, "'license'", "'Proprietary'");
}

static void a_section_that_says_nothing_is_refused(void **state)
{
	(void)state;
	expect_refused("no_program.bpf.o", TRACEE_TIER_RING, "'programs'", "program");
}

/* The lists in kernel.c have neither get_current_cgroup_id nor sk_reuseport, and no list of map types. */
static void the_lists_of_the_layout_count(void **state)
{
	struct btf *kernel = fixture_kernel();
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(check_with("plain.bpf.o", kernel, TRACEE_TIER_RING, &err), 0);
	assert_int_equal(check_with("old_helper.bpf.o", kernel, TRACEE_TIER_RING, &err), -EBADMSG);
	expect_in("this kernel has no helper 'get_current_cgroup_id' (80)", err.text);
	assert_int_equal(check_with("new_program.bpf.o", kernel, TRACEE_TIER_RING, &err), -EBADMSG);
	expect_in("this kernel has no program type 'sk_reuseport' (21)", err.text);
	btf__free(kernel);
}

/* 6 is __BPF_FUNC_MAX_ID there: a count, no helper. */
static void the_end_of_a_list_is_not_in_it(void **state)
{
	uint32_t helper = 6;
	struct bpf_insn insns[] = { { .code = BPF_JMP | BPF_CALL, .imm = 6 }, { .code = BPF_JMP | BPF_EXIT } };
	struct program_function function = { .name = "f", .insns = insns, .n_insns = 2, .is_entry = true };
	struct btf *kernel = fixture_kernel();
	const struct program program = { .types = kernel, .functions = &function, .n_functions = 1,
					 .helpers = &helper, .n_helpers = 1, .license = (char *)"GPL" };
	const struct check_subject subject = { .program = &program, .layout = kernel, .tier = TRACEE_TIER_RING };
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(run_check("helpers", &subject, &err), -EBADMSG);
	expect_in("'trace_printk' (6)", err.text);
	btf__free(kernel);
}

static void missing_fields_are_refused_unless_guarded(void **state)
{
	struct btf *kernel = fixture_kernel();
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(check_with("guarded_in_function.bpf.o", kernel, TRACEE_TIER_RING, &err), 0);
	assert_int_equal(check_with("unguarded_field.bpf.o", kernel, TRACEE_TIER_RING, &err), -EBADMSG);
	expect_in("check 'relocations': program 'unguarded', instruction", err.text);
	expect_in("sample.missing", err.text);
	btf__free(kernel);
}

static void kernel_4_18_ends_where_its_header_does(void **state)
{
	(void)state;
	assert_true(kernel_4_18_has_helper(80)); /* get_current_cgroup_id */
	assert_false(kernel_4_18_has_helper(81)); /* get_local_storage */
	assert_false(kernel_4_18_has_helper(0));
	assert_true(kernel_4_18_has_map_type(18)); /* SOCKHASH */
	assert_false(kernel_4_18_has_map_type(19)); /* CGROUP_STORAGE */
	assert_true(kernel_4_18_has_prog_type(20)); /* LIRC_MODE2 */
	assert_false(kernel_4_18_has_prog_type(21));
}

static void the_embedded_programs_keep_the_rules_of_their_tiers(void **state)
{
	(void)state;
	for (int tier = 0; tier < TRACEE_N_TIERS; tier++) {
		for (int arch = 0; arch < TRACEE_N_ARCHS; arch++) {
			struct embedded_program embedded =
				embedded_program((enum tracee_tier)tier, (enum tracee_arch)arch);
			struct program *program = NULL;
			struct tracee_error err = {};

			if (program_read(embedded.bytes, embedded.size_bytes, &program, &err) < 0 ||
			    check_all(&(struct check_subject){ program, embedded.bytes, embedded.size_bytes, NULL,
							       (enum tracee_tier)tier },
				      &err) < 0)
				fail_msg("%s, %s: %s", tracee_tier_name((enum tracee_tier)tier),
					 tracee_arch_name((enum tracee_arch)arch), err.text);
			program_free(program);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_that_keeps_the_rules_passes),
		cmocka_unit_test(base_takes_no_loops_and_ring_does),
		cmocka_unit_test(base_takes_4096_instructions_and_ring_more),
		cmocka_unit_test(counts_tell_what_the_tier_limits),
		cmocka_unit_test(base_takes_no_global_data_and_ring_does),
		cmocka_unit_test(base_takes_no_calls_and_ring_does),
		cmocka_unit_test(base_takes_4096_instructions_and_ring_a_million),
		cmocka_unit_test(code_that_cannot_be_reached_is_refused),
		cmocka_unit_test(base_takes_only_what_4_18_has),
		cmocka_unit_test(instructions_must_be_as_old_as_the_tier),
		cmocka_unit_test(other_licenses_are_refused),
		cmocka_unit_test(a_section_that_says_nothing_is_refused),
		cmocka_unit_test(the_lists_of_the_layout_count),
		cmocka_unit_test(the_end_of_a_list_is_not_in_it),
		cmocka_unit_test(missing_fields_are_refused_unless_guarded),
		cmocka_unit_test(kernel_4_18_ends_where_its_header_does),
		cmocka_unit_test(the_embedded_programs_keep_the_rules_of_their_tiers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
