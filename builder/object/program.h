/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_PROGRAM_H
#define BUILDER_OBJECT_PROGRAM_H

/*
 * What a BPF program file holds, read from outside bytes: functions and their instructions, maps,
 * helper calls, CO-RE relocations, license. It does not judge: that is for check.h. Conventions are
 * those of libbpf: each global function outside .text is a program, its section's name says of which
 * type; functions in .text are called by programs; maps are variables of the BTF section ".maps".
 */
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"

#define PROGRAM_NO_FUNCTION SIZE_MAX

struct program_function {
	const char *name;
	const char *section;
	size_t section_index; /* in the ELF file */
	size_t first; /* where it begins in that section, in instructions */
	size_t n_insns; /* its own */
	struct bpf_insn *insns; /* owned; as in the file, nothing relocated */
	bool is_entry; /* a program, not a function that programs call */
	enum bpf_prog_type type; /* of an entry; BPF_PROG_TYPE_UNSPEC if libbpf does not know the section's name */
	size_t n_total_insns; /* with all functions that it calls, as the kernel sees it */
};

/* An instruction that calls another function or takes its address. */
struct program_call {
	size_t function, insn;
	size_t callee; /* index of a function */
};

struct program_map {
	const char *name;
	uint32_t type; /* enum bpf_map_type */
	uint32_t key_size_bytes, value_size_bytes, max_entries, flags; /* 0 where the file says nothing */
};

struct program_relocation {
	size_t function, insn;
	uint32_t kind; /* enum bpf_core_relo_kind */
	uint32_t type_id; /* in program.types, where the access begins */
	const char *access; /* indices with ':' between, as clang writes them */
	char *spec; /* owned; for a person: "task_struct.thread_pid" */
};

struct program {
	uint8_t *bytes; /* a copy of the file, so that a program stands alone */
	struct btf *types; /* the file's own BTF */
	char *license; /* "" if there is none */
	struct program_function *functions;
	size_t n_functions;
	struct program_call *calls;
	size_t n_calls;
	struct program_map *maps;
	size_t n_maps;
	uint32_t *helpers; /* ids of enum bpf_func_id that are called, ascending, each once */
	size_t n_helpers;
	struct program_relocation *relocations; /* by function, then instruction */
	size_t n_relocations;
	const char **data_sections; /* global data that is not empty: .data, .bss, .rodata and theirs */
	size_t n_data_sections;
};

/*
 * @bytes is borrowed. @ret_program is the caller's: program_free(). -EBADMSG with a sentence for a file
 * that is not a sound BPF program, -ENOMEM.
 */
int program_read(const void *bytes, size_t size_bytes, struct program **ret_program, struct tracee_error *err);
void program_free(struct program *program);
DEFINE_CLEANUP(struct program *, program_free)

/* The function that instruction @insn of @function calls or points to; PROGRAM_NO_FUNCTION if none. */
size_t program_callee(const struct program *program, size_t function, size_t insn);

static inline bool insn_is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW); /* takes the place of two */
}

static inline bool insn_is_helper_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == 0;
}

static inline bool insn_is_function_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/* A jump that stays in the function; program_read() has checked its target. */
static inline bool insn_is_jump(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && BPF_OP(insn->code) != BPF_CALL &&
	       BPF_OP(insn->code) != BPF_EXIT;
}

/* Where jump @insn at instruction @at leads. */
static inline int64_t insn_jump_target(const struct bpf_insn *insn, size_t at)
{
	return (int64_t)at + 1 + (insn->code == (BPF_JMP32 | BPF_JA) ? insn->imm : insn->off);
}

#endif
