// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>

#include "builder/object/check_parts.h"
#include "builder/object/kernel_4_18.h"
#include "libtracee/base/error.h"

#define RING_INSNS_MAX 1000000 /* BPF_COMPLEXITY_LIMIT_INSNS, include/linux/bpf.h, since 5.2 */
#define KERNEL(major, minor) ((major) << 8 | (minor))

/* ---- instructions ----------------------------------------------------------------------------- */

/*
 * The first kernel that takes an instruction; Documentation/bpf/instruction-set.rst and the commits
 * 092ed0968bb6 (32-bit jumps), 5ffa25502b5a (atomics), 1f9a1ea821ff (sign extension, long jumps).
 */
static unsigned int insn_since(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if (insn->code == (BPF_JMP32 | BPF_JA) || (class == BPF_LDX && BPF_MODE(insn->code) != BPF_MEM))
		return KERNEL(6, 6);
	if ((class == BPF_ALU || class == BPF_ALU64) && insn->off != 0)
		return KERNEL(6, 6);
	if (class == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC && insn->imm != BPF_ADD)
		return KERNEL(5, 12);
	if (class == BPF_JMP32)
		return KERNEL(5, 1);
	if (class == BPF_ALU64 && op == BPF_END)
		return KERNEL(6, 6);
	return KERNEL(4, 18);
}

static int check_insns(const struct program_function *function, enum tracee_tier tier, struct tracee_error *err)
{
	unsigned int oldest = tier == TRACEE_TIER_BASE ? KERNEL(4, 18) : KERNEL(5, 8);

	for (size_t i = 0; i < function->n_insns; i++) {
		unsigned int since = insn_since(&function->insns[i]);

		if (since > oldest)
			return error_set(err, -EBADMSG,
					 "'%s', instruction %zu needs kernel %u.%u, tier %s is for %u.%u: compile "
					 "with an older -mcpu",
					 function->name, i, since >> 8, since & 0xff, tracee_tier_name(tier),
					 oldest >> 8, oldest & 0xff);
		i += insn_is_wide(&function->insns[i]);
	}
	return 0;
}

/* ---- ways ------------------------------------------------------------------------------------- */

enum { UNSEEN, OPEN, DONE };

/* The kernel's own test (check_cfg): depth first; an edge into what is still open is a loop. */
struct flow {
	const struct program_function *function;
	uint8_t *state;
	size_t *path;
	uint8_t *next; /* of each instruction: which of its ways is the next to go */
	size_t depth;
	bool has_loop;
	size_t loop_at;
};

/* Way number @way out of instruction @at; false if there are no more. */
static bool way_out(const struct program_function *function, size_t at, uint8_t way, size_t *ret_to)
{
	const struct bpf_insn *insn = &function->insns[at];
	bool falls_through = insn->code != (BPF_JMP | BPF_EXIT) && insn->code != (BPF_JMP | BPF_JA) &&
			     insn->code != (BPF_JMP32 | BPF_JA);

	if (insn_is_jump(insn) && way == 0) {
		*ret_to = (size_t)insn_jump_target(insn, at);
		return true;
	}
	if (!falls_through || way > (insn_is_jump(insn) ? 1 : 0))
		return false;
	*ret_to = at + (insn_is_wide(insn) ? 2 : 1);
	return true;
}

static void flow_walk(struct flow *flow)
{
	size_t to;

	flow->path[flow->depth++] = 0;
	flow->state[0] = OPEN;
	while (flow->depth > 0) {
		size_t at = flow->path[flow->depth - 1];

		if (!way_out(flow->function, at, flow->next[at], &to) || to >= flow->function->n_insns) {
			flow->state[at] = DONE;
			flow->depth--;
			continue;
		}
		flow->next[at]++;
		if (flow->state[to] == OPEN) {
			flow->has_loop = true;
			flow->loop_at = at;
		} else if (flow->state[to] == UNSEEN) {
			flow->state[to] = OPEN;
			flow->path[flow->depth++] = to;
		}
	}
}

static int flow_judge(const struct flow *flow, enum tracee_tier tier, struct tracee_error *err)
{
	const struct program_function *function = flow->function;

	if (tier == TRACEE_TIER_BASE && flow->has_loop)
		return error_set(err, -EBADMSG,
				 "'%s', instruction %zu jumps back: kernels before 5.3 take no loops",
				 function->name, flow->loop_at);
	for (size_t i = 0; i < function->n_insns; i++) {
		if (flow->state[i] == UNSEEN)
			return error_set(err, -EBADMSG,
					 "'%s', instruction %zu cannot be reached, which no kernel takes",
					 function->name, i);
		i += insn_is_wide(&function->insns[i]);
	}
	return 0;
}

/* @judge: called with what was found, may be NULL. */
static int with_flow(const struct program_function *function, enum tracee_tier tier,
		     int (*judge)(const struct flow *flow, enum tracee_tier tier, struct tracee_error *err), bool *ret_has_loop,
		     struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *state = calloc(function->n_insns, sizeof(*state));
	CLEANUP(free_at) uint8_t *next = calloc(function->n_insns, sizeof(*next));
	CLEANUP(free_at) size_t *path = calloc(function->n_insns, sizeof(*path));
	struct flow flow = { .function = function, .state = state, .next = next, .path = path };

	if (!state || !next || !path)
		return -ENOMEM;
	flow_walk(&flow);
	if (ret_has_loop)
		*ret_has_loop = flow.has_loop;
	return judge ? judge(&flow, tier, err) : 0;
}

static int check_flow(const struct program_function *function, enum tracee_tier tier, struct tracee_error *err)
{
	return with_flow(function, tier, flow_judge, NULL, err);
}

/* ---- programs --------------------------------------------------------------------------------- */

static size_t length_max(enum tracee_tier tier)
{
	return tier == TRACEE_TIER_BASE ? KERNEL_4_18_INSNS_MAX : RING_INSNS_MAX;
}

static int check_length(const struct program_function *function, enum tracee_tier tier, struct tracee_error *err)
{
	size_t max = length_max(tier);

	if (function->n_total_insns > max)
		return error_set(err, -EBADMSG, "'%s' has %zu instructions, tier %s takes %zu", function->name,
				 function->n_total_insns, tracee_tier_name(tier), max);
	return 0;
}

int check_code(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	const struct program *program = subject->program;
	size_t longest = 0;
	int r = 0;

	if (subject->tier == TRACEE_TIER_BASE && program->n_calls > 0)
		return error_set(err, -EBADMSG,
				 "'%s', instruction %zu calls another function: tier base has none, make it inline",
				 program->functions[program->calls[0].function].name, program->calls[0].insn);
	for (size_t i = 0; r == 0 && i < program->n_functions; i++) {
		const struct program_function *function = &program->functions[i];

		r = check_length(function, subject->tier, err);
		if (r == 0)
			r = check_insns(function, subject->tier, err);
		if (r == 0)
			r = check_flow(function, subject->tier, err);
		if (function->n_total_insns > longest)
			longest = function->n_total_insns;
	}
	if (r == 0)
		text_format(found, "at most %zu instructions a program", longest);
	return r;
}

/* ---- counts ----------------------------------------------------------------------------------- */

static size_t n_helper_calls(const struct program_function *function)
{
	size_t n = 0;

	for (size_t i = 0; i < function->n_insns; i++) {
		n += insn_is_helper_call(&function->insns[i]);
		i += insn_is_wide(&function->insns[i]);
	}
	return n;
}

int check_count(const struct check_subject *subject, size_t function, struct check_counts *ret_counts)
{
	const struct program *program = subject->program;
	struct check_counts counts = {
		.n_insns = program->functions[function].n_total_insns,
		.n_insns_max = length_max(subject->tier),
		.n_helper_calls = n_helper_calls(&program->functions[function]),
		.may_loop = subject->tier != TRACEE_TIER_BASE,
	};
	int r = with_flow(&program->functions[function], subject->tier, NULL, &counts.has_loop, NULL);

	for (size_t i = 0; i < program->n_calls; i++)
		counts.n_calls += program->calls[i].function == function;
	if (r == 0)
		*ret_counts = counts;
	return r;
}

bool check_counts_pass(const struct check_counts *counts)
{
	return counts->n_insns <= counts->n_insns_max && (counts->may_loop || (!counts->has_loop && !counts->n_calls));
}
