// SPDX-License-Identifier: Apache-2.0
#include "builder/object/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"

#define N_REGISTERS 11
#define FIRST_SAVED 6 /* r0 to r5 are lost in a call */

/* What is known in front of an instruction. */
struct state {
	bool is_reached;
	uint16_t known; /* bit by register */
	uint64_t values[N_REGISTERS];
};

struct walk {
	const struct relocated *relocated;
	enum reach_verifier verifier;
	struct reach *reach;
	/* Of the function at hand. */
	const struct bpf_insn *insns;
	size_t n_insns;
	struct state *states;
	size_t *queue; /* instructions whose state has changed; each is in it at most once */
	bool *is_queued;
	size_t n_queued;
	/* Functions that are called and wait for their turn. */
	size_t *functions;
	bool *is_called;
	size_t n_functions;
};

/* ---- numbers ---------------------------------------------------------------------------------- */

static void forget(struct state *state, unsigned int reg)
{
	state->known &= (uint16_t) ~(1u << reg);
	state->values[reg] = 0;
}

static void learn(struct state *state, unsigned int reg, uint64_t value)
{
	state->known |= (uint16_t)(1u << reg);
	state->values[reg] = value;
}

static bool is_known(const struct state *state, unsigned int reg)
{
	return state->known & (1u << reg);
}

/* The second operand of @insn; false if it is not known. */
static bool operand(const struct state *state, const struct bpf_insn *insn, uint64_t *ret_value)
{
	if (BPF_SRC(insn->code) == BPF_K) {
		*ret_value = (uint64_t)(int64_t)insn->imm;
		return true;
	}
	*ret_value = state->values[insn->src_reg];
	return is_known(state, insn->src_reg);
}

/* What the verifier of either kernel computes with known numbers (xor came with 5.10); false for the others. */
static bool compute(uint8_t op, uint64_t a, uint64_t b, unsigned int bits, uint64_t *ret_value)
{
	switch (op) {
	case BPF_MOV:
		*ret_value = b;
		return true;
	case BPF_ADD:
		*ret_value = a + b;
		return true;
	case BPF_SUB:
		*ret_value = a - b;
		return true;
	case BPF_AND:
		*ret_value = a & b;
		return true;
	case BPF_OR:
		*ret_value = a | b;
		return true;
	case BPF_LSH:
		*ret_value = a << (b & (bits - 1));
		return b < bits;
	case BPF_RSH:
		*ret_value = a >> (b & (bits - 1));
		return b < bits;
	default:
		return false;
	}
}

static void step_alu(struct state *state, const struct bpf_insn *insn, enum reach_verifier verifier)
{
	bool is_64 = BPF_CLASS(insn->code) == BPF_ALU64;
	uint64_t mask = is_64 ? UINT64_MAX : UINT32_MAX, a = state->values[insn->dst_reg] & mask, b, value;
	bool is_move = BPF_OP(insn->code) == BPF_MOV;
	/* 4.18 forgets the number when it moves half a register. */
	bool is_lost = verifier == REACH_VERIFIER_4_18 && is_move && !is_64 && BPF_SRC(insn->code) == BPF_X;

	/* insn->off: sign-extending moves of later instruction sets. */
	if (is_lost || !operand(state, insn, &b) || (!is_move && !is_known(state, insn->dst_reg)) ||
	    insn->off != 0 || !compute(BPF_OP(insn->code), a, b & mask, is_64 ? 64 : 32, &value))
		forget(state, insn->dst_reg);
	else
		learn(state, insn->dst_reg, value & mask);
}

/* Changes @state from in front of @insn to behind it; jumps change nothing. */
static void step(struct state *state, const struct bpf_insn *insn, enum reach_verifier verifier)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		step_alu(state, insn, verifier);
		break;
	case BPF_LD:
		if (insn_is_wide(insn) && insn->src_reg == 0)
			learn(state, insn->dst_reg, (uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32);
		else if (insn_is_wide(insn))
			forget(state, insn->dst_reg);
		else
			for (unsigned int reg = 0; reg < FIRST_SAVED; reg++) /* loads from packets are like calls */
				forget(state, reg);
		break;
	case BPF_LDX:
		forget(state, insn->dst_reg);
		break;
	case BPF_STX:
		/* Atomic operations that return the old value. */
		if (BPF_MODE(insn->code) == BPF_ATOMIC) {
			forget(state, insn->src_reg);
			forget(state, 0);
		}
		break;
	case BPF_JMP:
		if (BPF_OP(insn->code) == BPF_CALL) {
			for (unsigned int reg = 0; reg < FIRST_SAVED; reg++)
				forget(state, reg);
		}
		break;
	default:
		break;
	}
}

/* ---- branches --------------------------------------------------------------------------------- */

enum branch { FALLS_THROUGH, JUMPS, MAY_DO_BOTH };

static enum branch compare(uint8_t op, uint64_t a, uint64_t b, bool is_64)
{
	int64_t c = is_64 ? (int64_t)a : (int32_t)(uint32_t)a, d = is_64 ? (int64_t)b : (int32_t)(uint32_t)b;
	bool holds;

	switch (op) {
	case BPF_JEQ:
		holds = a == b;
		break;
	case BPF_JNE:
		holds = a != b;
		break;
	case BPF_JGT:
		holds = a > b;
		break;
	case BPF_JGE:
		holds = a >= b;
		break;
	case BPF_JLT:
		holds = a < b;
		break;
	case BPF_JLE:
		holds = a <= b;
		break;
	case BPF_JSGT:
		holds = c > d;
		break;
	case BPF_JSGE:
		holds = c >= d;
		break;
	case BPF_JSLT:
		holds = c < d;
		break;
	case BPF_JSLE:
		holds = c <= d;
		break;
	case BPF_JSET:
		holds = a & b;
		break;
	default:
		return MAY_DO_BOTH;
	}
	return holds ? JUMPS : FALLS_THROUGH;
}

static enum branch branch_of(const struct walk *walk, const struct state *state, const struct bpf_insn *insn)
{
	bool is_64 = BPF_CLASS(insn->code) == BPF_JMP;
	uint64_t mask = is_64 ? UINT64_MAX : UINT32_MAX, b;
	uint8_t op = BPF_OP(insn->code);

	if (op == BPF_JA)
		return JUMPS;
	if (walk->verifier == REACH_VERIFIER_4_18 &&
	    (BPF_SRC(insn->code) != BPF_K || !is_64 || (op != BPF_JEQ && op != BPF_JNE)))
		return MAY_DO_BOTH;
	if (!is_known(state, insn->dst_reg) || !operand(state, insn, &b))
		return MAY_DO_BOTH;
	return compare(op, state->values[insn->dst_reg] & mask, b & mask, is_64);
}

/* ---- the walk --------------------------------------------------------------------------------- */

/* Joins @from into the state in front of instruction @at, which must be looked at again if that changes it. */
static int flow_to(struct walk *walk, const struct state *from, size_t at)
{
	struct state *to;
	uint16_t known;

	if (at >= walk->n_insns)
		return -EBADMSG;
	to = &walk->states[at];
	known = to->known;
	if (!to->is_reached) {
		*to = *from;
	} else {
		for (unsigned int reg = 0; reg < N_REGISTERS; reg++) {
			if (!is_known(from, reg) || from->values[reg] != to->values[reg])
				forget(to, reg);
		}
		if (to->known == known)
			return 0;
	}
	if (!walk->is_queued[at]) {
		walk->is_queued[at] = true;
		walk->queue[walk->n_queued++] = at;
	}
	return 0;
}

static void call_function(struct walk *walk, size_t function, size_t insn)
{
	size_t callee = program_callee(walk->relocated->program, function, insn);

	if (callee == PROGRAM_NO_FUNCTION || walk->is_called[callee])
		return;
	walk->is_called[callee] = true;
	walk->functions[walk->n_functions++] = callee;
}

static int walk_insn(struct walk *walk, size_t function, size_t at)
{
	const struct bpf_insn *insn = &walk->insns[at];
	struct state state = walk->states[at];
	enum branch branch = FALLS_THROUGH;
	int r = 0;

	/* The verifier stops here, with an error: nothing comes behind. */
	if (walk->relocated->functions[function].must_not_run[at])
		return 0;
	if (insn->code == (BPF_JMP | BPF_EXIT))
		return 0;
	if (insn_is_wide(insn) || insn_is_function_call(insn))
		call_function(walk, function, at);
	if (insn_is_jump(insn))
		branch = branch_of(walk, &state, insn);
	step(&state, insn, walk->verifier);
	if (branch != FALLS_THROUGH)
		r = flow_to(walk, &state, (size_t)insn_jump_target(insn, at));
	if (r == 0 && branch != JUMPS)
		r = flow_to(walk, &state, at + (insn_is_wide(insn) ? 2 : 1));
	return r;
}

static int walk_function(struct walk *walk, size_t function, struct tracee_error *err)
{
	const struct program_function *source = &walk->relocated->program->functions[function];
	const struct state nothing_known = { .is_reached = true };
	int r;

	walk->insns = walk->relocated->functions[function].insns;
	walk->n_insns = source->n_insns;
	walk->n_queued = 0;
	memset(walk->states, 0, source->n_insns * sizeof(*walk->states));
	memset(walk->is_queued, 0, source->n_insns * sizeof(*walk->is_queued));
	r = flow_to(walk, &nothing_known, 0);
	while (r == 0 && walk->n_queued > 0) {
		size_t at = walk->queue[--walk->n_queued];

		walk->is_queued[at] = false;
		r = walk_insn(walk, function, at);
	}
	if (r < 0)
		return error_set(err, r, "function '%s' runs over its end", source->name);
	for (size_t i = 0; i < source->n_insns; i++)
		walk->reach->can_run[function][i] = walk->states[i].is_reached;
	return 0;
}

static void walk_done(struct walk *walk)
{
	free(walk->states);
	free(walk->queue);
	free(walk->is_queued);
	free(walk->functions);
	free(walk->is_called);
}

static int walk_init(struct walk *walk)
{
	const struct program *program = walk->relocated->program;
	size_t n_insns = 1;

	for (size_t i = 0; i < program->n_functions; i++) {
		if (program->functions[i].n_insns > n_insns)
			n_insns = program->functions[i].n_insns;
	}
	walk->states = calloc(n_insns, sizeof(*walk->states));
	walk->queue = calloc(n_insns, sizeof(*walk->queue));
	walk->is_queued = calloc(n_insns, sizeof(*walk->is_queued));
	walk->functions = calloc(program->n_functions, sizeof(*walk->functions));
	walk->is_called = calloc(program->n_functions, sizeof(*walk->is_called));
	if (!walk->states || !walk->queue || !walk->is_queued || !walk->functions || !walk->is_called)
		return -ENOMEM;
	return 0;
}

static int reach_init(struct reach *reach, const struct program *program)
{
	reach->can_run = calloc(program->n_functions, sizeof(*reach->can_run));
	if (!reach->can_run)
		return -ENOMEM;
	reach->n_functions = program->n_functions;
	for (size_t i = 0; i < program->n_functions; i++) {
		reach->can_run[i] = calloc(program->functions[i].n_insns, sizeof(**reach->can_run));
		if (!reach->can_run[i])
			return -ENOMEM;
	}
	return 0;
}

int reach_walk(const struct relocated *relocated, enum reach_verifier verifier, struct reach *ret_reach,
	       struct tracee_error *err)
{
	const struct program *program = relocated->program;
	CLEANUP(reach_done) struct reach reach = {};
	CLEANUP(walk_done) struct walk walk = { .relocated = relocated, .verifier = verifier, .reach = &reach };
	int r;

	if (reach_init(&reach, program) < 0 || walk_init(&walk) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < program->n_functions; i++) {
		if (!program->functions[i].is_entry)
			continue;
		walk.is_called[i] = true;
		walk.functions[walk.n_functions++] = i;
	}
	while (walk.n_functions > 0) {
		r = walk_function(&walk, walk.functions[--walk.n_functions], err);
		if (r < 0)
			return r;
	}
	*ret_reach = reach;
	reach = (struct reach){};
	return 0;
}

void reach_done(struct reach *reach)
{
	for (size_t i = 0; reach->can_run && i < reach->n_functions; i++)
		free(reach->can_run[i]);
	free(reach->can_run);
	*reach = (struct reach){};
}

int reach_check(const struct relocated *relocated, const struct reach *reach, struct tracee_error *err)
{
	const struct program *program = relocated->program;

	for (size_t i = 0; i < program->n_relocations; i++) {
		const struct program_relocation *relocation = &program->relocations[i];

		if (!relocated->functions[relocation->function].must_not_run[relocation->insn] ||
		    !reach->can_run[relocation->function][relocation->insn])
			continue;
		return error_set(err, -EBADMSG,
				 "program '%s', instruction %zu needs %s of %s, and %s: guard it with "
				 "bpf_core_field_exists() or a flavour",
				 program->functions[relocation->function].name, relocation->insn,
				 access_kind_name(relocation->kind), relocation->spec,
				 relocated->results[i].is_absent ? "the layout does not have it"
								 : "the layout has it with another size");
	}
	return 0;
}
