/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_PROGRAM_PARTS_H
#define BUILDER_OBJECT_PROGRAM_PARTS_H

/*
 * How program_read() fills a struct program, part by part, in this order; each part may rely on the
 * ones before it. All of them own what they put in only through the program; -EBADMSG or -ENOMEM.
 */
#include "builder/object/elf_file.h"
#include "builder/object/program.h"

/* Functions, calls, helpers (program_code.c). All jumps lead to instructions of the same function. */
int program_read_code(struct program *program, const struct elf_file *file, struct tracee_error *err);

/* Maps (program_maps.c). Needs program.types. */
int program_read_maps(struct program *program, struct tracee_error *err);

/* CO-RE relocations from .BTF.ext (program_relocations.c). Needs program.types and functions. */
int program_read_relocations(struct program *program, const struct elf_section *section, struct tracee_error *err);

/*
 * The function of section @name that holds instruction @at of it, and which of its instructions that
 * is; PROGRAM_NO_FUNCTION if there is none.
 */
size_t program_function_at(const struct program *program, const char *name, size_t at, size_t *ret_insn);

#endif
