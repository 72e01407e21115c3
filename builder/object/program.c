// SPDX-License-Identifier: Apache-2.0
#include "builder/object/program.h"

#include <errno.h>
#include <string.h>

#include "builder/object/program_parts.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

static bool is_data_section(const char *name)
{
	static const char *const prefixes[] = { ".data", ".bss", ".rodata" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t length = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], length) == 0 && (name[length] == '\0' || name[length] == '.'))
			return true;
	}
	return false;
}

static int read_data_sections(struct program *program, const struct elf_file *file)
{
	program->data_sections = calloc(file->n_sections, sizeof(*program->data_sections));
	if (!program->data_sections)
		return -ENOMEM;
	for (size_t i = 1; i < file->n_sections; i++) {
		if (is_data_section(file->sections[i].name) && file->sections[i].size_bytes > 0)
			program->data_sections[program->n_data_sections++] = file->sections[i].name;
	}
	return 0;
}

static int read_license(struct program *program, const struct elf_file *file)
{
	const struct elf_section *section = elf_file_section(file, "license");

	program->license =
		section && section->bytes ? strndup((const char *)section->bytes, section->size_bytes) : strdup("");
	return program->license ? 0 : -ENOMEM;
}

static int read_types(struct program *program, const struct elf_file *file, struct tracee_error *err)
{
	const struct elf_section *section = elf_file_section(file, ".BTF");
	int r;

	if (!section || !section->bytes)
		return error_set(err, -EBADMSG, "it has no section '.BTF': compile it with -g");
	r = types_read(section->bytes, section->size_bytes, &program->types, err);
	return r < 0 ? error_prefix(err, r, "its section '.BTF'") : 0;
}

int program_read(const void *bytes, size_t size_bytes, struct program **ret_program, struct tracee_error *err)
{
	CLEANUP(program_free_at) struct program *program = calloc(1, sizeof(*program));
	CLEANUP(elf_file_done) struct elf_file file = {};
	int r;

	if (!program)
		return -ENOMEM;
	program->bytes = malloc(size_bytes ? size_bytes : 1);
	if (!program->bytes)
		return -ENOMEM;
	if (size_bytes)
		memcpy(program->bytes, bytes, size_bytes);
	r = elf_file_read(program->bytes, size_bytes, &file, err);
	if (r == 0)
		r = read_data_sections(program, &file);
	if (r == 0)
		r = read_license(program, &file);
	if (r == 0)
		r = read_types(program, &file, err);
	if (r == 0)
		r = program_read_code(program, &file, err);
	if (r == 0)
		r = program_read_maps(program, err);
	if (r == 0)
		r = program_read_relocations(program, elf_file_section(&file, ".BTF.ext"), err);
	if (r < 0)
		return r;
	*ret_program = TAKE(program);
	return 0;
}

void program_free(struct program *program)
{
	if (!program)
		return;
	for (size_t i = 0; i < program->n_functions; i++)
		free(program->functions[i].insns);
	for (size_t i = 0; i < program->n_relocations; i++)
		free(program->relocations[i].spec);
	btf__free(program->types);
	free(program->license);
	free(program->functions);
	free(program->calls);
	free(program->maps);
	free(program->helpers);
	free(program->relocations);
	free(program->data_sections);
	free(program->bytes);
	free(program);
}

size_t program_callee(const struct program *program, size_t function, size_t insn)
{
	size_t low = 0, high = program->n_calls;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct program_call *call = &program->calls[middle];

		if (call->function == function && call->insn == insn)
			return call->callee;
		if (call->function < function || (call->function == function && call->insn < insn))
			low = middle + 1;
		else
			high = middle;
	}
	return PROGRAM_NO_FUNCTION;
}

size_t program_function_at(const struct program *program, const char *name, size_t at, size_t *ret_insn)
{
	for (size_t i = 0; i < program->n_functions; i++) {
		const struct program_function *function = &program->functions[i];

		if (strcmp(function->section, name) == 0 && at >= function->first &&
		    at - function->first < function->n_insns) {
			*ret_insn = at - function->first;
			return i;
		}
	}
	return PROGRAM_NO_FUNCTION;
}
