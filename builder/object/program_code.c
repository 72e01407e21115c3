// SPDX-License-Identifier: Apache-2.0
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/object/libbpf_messages.h"
#include "builder/object/program_parts.h"
#include "libtracee/base/error.h"

#define INSN_SIZE sizeof(struct bpf_insn)
#define FUNCTIONS_MAX 512
#define REGISTER_MAX 10
#define TEXT_SECTION ".text"

/* ---- functions -------------------------------------------------------------------------------- */

static bool is_function(const struct elf_file *file, const struct elf_symbol *symbol)
{
	const struct elf_section *section;

	if (symbol->type != STT_FUNC || symbol->section == 0 || symbol->section >= file->n_sections)
		return false;
	section = &file->sections[symbol->section];
	return section->type == SHT_PROGBITS && (section->flags & SHF_EXECINSTR);
}

static enum bpf_prog_type type_of_section(const char *name)
{
	enum bpf_prog_type type = BPF_PROG_TYPE_UNSPEC;
	enum bpf_attach_type attach;
	int r;

	libbpf_messages_begin(NULL);
	r = libbpf_prog_type_by_name(name + (name[0] == '?'), &type, &attach);
	libbpf_messages_end();
	return r < 0 ? BPF_PROG_TYPE_UNSPEC : type;
}

static int function_read(struct program_function *function, const struct elf_file *file,
			 const struct elf_symbol *symbol, struct tracee_error *err)
{
	const struct elf_section *section = &file->sections[symbol->section];

	if (symbol->size_bytes == 0 || symbol->size_bytes % INSN_SIZE || symbol->value % INSN_SIZE ||
	    symbol->value > section->size_bytes || symbol->size_bytes > section->size_bytes - symbol->value)
		return error_set(err, -EBADMSG, "function '%s' is empty or leads out of its section '%s'",
				 symbol->name, section->name);
	*function = (struct program_function){
		.name = symbol->name,
		.section = section->name,
		.section_index = symbol->section,
		.first = symbol->value / INSN_SIZE,
		.n_insns = symbol->size_bytes / INSN_SIZE,
		.is_entry = strcmp(section->name, TEXT_SECTION) != 0,
	};
	if (function->is_entry && symbol->bind == STB_LOCAL)
		return error_set(err, -EBADMSG,
				 "function '%s' in section '%s' is static: libbpf takes only global programs",
				 symbol->name, section->name);
	if (function->is_entry)
		function->type = type_of_section(section->name);
	function->insns = malloc(symbol->size_bytes);
	if (!function->insns)
		return -ENOMEM;
	memcpy(function->insns, section->bytes + symbol->value, symbol->size_bytes);
	return 0;
}

static int compare_functions(const void *a, const void *b)
{
	const struct program_function *f = a, *g = b;

	if (f->section_index != g->section_index)
		return f->section_index < g->section_index ? -1 : 1;
	return f->first < g->first ? -1 : f->first > g->first;
}

static int functions_read(struct program *program, const struct elf_file *file, struct tracee_error *err)
{
	size_t n = 0;
	int r;

	for (size_t i = 0; i < file->n_symbols; i++)
		n += is_function(file, &file->symbols[i]);
	if (n == 0)
		return error_set(err, -EBADMSG, "it has no functions");
	if (n > FUNCTIONS_MAX)
		return error_set(err, -EBADMSG, "it has %zu functions, at most %d are expected", n, FUNCTIONS_MAX);
	program->functions = calloc(n, sizeof(*program->functions));
	if (!program->functions)
		return -ENOMEM;
	for (size_t i = 0; i < file->n_symbols; i++) {
		if (!is_function(file, &file->symbols[i]))
			continue;
		r = function_read(&program->functions[program->n_functions], file, &file->symbols[i], err);
		if (r < 0)
			return r;
		program->n_functions++;
	}
	qsort(program->functions, n, sizeof(*program->functions), compare_functions);
	for (size_t i = 1; i < n; i++) {
		const struct program_function *before = &program->functions[i - 1],
					      *function = &program->functions[i];

		if (before->section_index == function->section_index &&
		    function->first < before->first + before->n_insns)
			return error_set(err, -EBADMSG, "functions '%s' and '%s' overlap", before->name,
					 function->name);
	}
	return 0;
}

/* ---- instructions ----------------------------------------------------------------------------- */

static int insn_check(const struct program_function *function, size_t i, const bool *is_second,
		      struct tracee_error *err)
{
	const struct bpf_insn *insn = &function->insns[i];
	int64_t target;

	if (insn->dst_reg > REGISTER_MAX || insn->src_reg > REGISTER_MAX)
		return error_set(err, -EBADMSG, "function '%s', instruction %zu: there is no such register",
				 function->name, i);
	if (!insn_is_jump(insn))
		return 0;
	target = insn_jump_target(insn, i);
	if (target < 0 || target >= (int64_t)function->n_insns || is_second[target])
		return error_set(
			err, -EBADMSG,
			"function '%s', instruction %zu: it jumps out of the function or into an instruction",
			function->name, i);
	return 0;
}

static int function_check(const struct program_function *function, struct tracee_error *err)
{
	CLEANUP(free_at) bool *is_second = calloc(function->n_insns, sizeof(*is_second));
	int r;

	if (!is_second)
		return -ENOMEM;
	for (size_t i = 0; i < function->n_insns; i++) {
		if (!insn_is_wide(&function->insns[i]))
			continue;
		if (i + 1 == function->n_insns || function->insns[i + 1].code != 0)
			return error_set(err, -EBADMSG,
					 "function '%s', instruction %zu: its second half is missing",
					 function->name, i);
		is_second[++i] = true;
	}
	for (size_t i = 0; i < function->n_insns; i++) {
		if (is_second[i])
			continue;
		r = insn_check(function, i, is_second, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- calls ------------------------------------------------------------------------------------ */

static int call_add(struct program *program, size_t *allocated, const struct program_call *call)
{
	if (program->n_calls == *allocated) {
		size_t n = *allocated ? *allocated * 2 : 16;
		struct program_call *calls = realloc(program->calls, n * sizeof(*calls));

		if (!calls)
			return -ENOMEM;
		program->calls = calls;
		*allocated = n;
	}
	program->calls[program->n_calls++] = *call;
	return 0;
}

/* The function that begins at instruction @at of section @index. */
static size_t function_beginning_at(const struct program *program, size_t section_index, int64_t at)
{
	for (size_t i = 0; i < program->n_functions; i++) {
		if (program->functions[i].section_index == section_index &&
		    (int64_t)program->functions[i].first == at)
			return i;
	}
	return PROGRAM_NO_FUNCTION;
}

static int call_resolve(struct program *program, size_t *allocated, size_t function, size_t insn, size_t section,
			int64_t at, struct tracee_error *err)
{
	struct program_call call = { function, insn, function_beginning_at(program, section, at) };

	if (call.callee == PROGRAM_NO_FUNCTION)
		return error_set(err, -EBADMSG,
				 "function '%s', instruction %zu: it calls what is no function of this file",
				 program->functions[function].name, insn);
	return call_add(program, allocated, &call);
}

/* One ELF relocation of a section of instructions; those of maps and data are no calls. */
static int relocated_call_read(struct program *program, size_t *allocated, const struct elf_file *file,
			       const struct elf_section *section, const struct elf_relocation *relocation,
			       struct tracee_error *err)
{
	const struct elf_symbol *symbol = &file->symbols[relocation->symbol];
	const struct bpf_insn *insn;
	size_t at, function;
	int64_t target;

	function = program_function_at(program, section->name, relocation->offset / INSN_SIZE, &at);
	if (function == PROGRAM_NO_FUNCTION)
		return error_set(err, -EBADMSG, "section '%s': a relocation lies in no function", section->name);
	insn = &program->functions[function].insns[at];
	target = (int64_t)(symbol->value / INSN_SIZE);
	if (insn_is_function_call(insn))
		return call_resolve(program, allocated, function, at, symbol->section, target + insn->imm + 1, err);
	if (!insn_is_wide(insn) || symbol->section == 0 || symbol->section >= file->n_sections ||
	    !(file->sections[symbol->section].flags & SHF_EXECINSTR))
		return 0;
	return call_resolve(program, allocated, function, at, symbol->section, target + insn->imm / (int)INSN_SIZE,
			    err);
}

static int relocated_calls_read(struct program *program, size_t *allocated, const struct elf_file *file,
				struct tracee_error *err)
{
	int r;

	for (size_t i = 1; i < file->n_sections; i++) {
		const struct elf_section *entries = &file->sections[i];

		if (entries->type != SHT_REL || entries->info == 0 || entries->info >= file->n_sections ||
		    !(file->sections[entries->info].flags & SHF_EXECINSTR))
			continue;
		for (size_t k = 0; k < elf_n_relocations(entries); k++) {
			struct elf_relocation relocation;

			r = elf_relocation_at(file, entries, k, &relocation, err);
			if (r == 0)
				r = relocated_call_read(program, allocated, file, &file->sections[entries->info],
							&relocation, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int compare_calls(const void *a, const void *b)
{
	const struct program_call *c = a, *d = b;

	if (c->function != d->function)
		return c->function < d->function ? -1 : 1;
	return c->insn < d->insn ? -1 : c->insn > d->insn;
}

/* Calls that the compiler resolved itself, inside one section. */
static int plain_calls_read(struct program *program, size_t *allocated, struct tracee_error *err)
{
	size_t n_relocated = program->n_calls;
	int r;

	for (size_t i = 0; i < program->n_functions; i++) {
		const struct program_function *function = &program->functions[i];

		for (size_t k = 0; k < function->n_insns; k++) {
			const struct program_call wanted = { i, k, 0 };

			if (insn_is_wide(&function->insns[k])) {
				k++;
				continue;
			}
			if (!insn_is_function_call(&function->insns[k]) ||
			    bsearch(&wanted, program->calls, n_relocated, sizeof(wanted), compare_calls))
				continue;
			r = call_resolve(program, allocated, i, k, function->section_index,
					 (int64_t)(function->first + k) + function->insns[k].imm + 1, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static void calls_sort(struct program *program)
{
	if (program->n_calls > 0)
		qsort(program->calls, program->n_calls, sizeof(*program->calls), compare_calls);
}

static int calls_read(struct program *program, const struct elf_file *file, struct tracee_error *err)
{
	size_t allocated = 0;
	int r;

	r = relocated_calls_read(program, &allocated, file, err);
	if (r < 0)
		return r;
	calls_sort(program);
	/* bsearch() among none may not be given NULL. */
	if (!program->calls && !(program->calls = calloc(allocated = 1, sizeof(*program->calls))))
		return -ENOMEM;
	r = plain_calls_read(program, &allocated, err);
	calls_sort(program);
	return r;
}

/* The first of the sorted calls that @function makes, or where they would stand. */
static size_t first_call_of(const struct program *program, size_t function)
{
	size_t low = 0, high = program->n_calls;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (program->calls[middle].function < function)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Marks @function and all that it calls. */
static void reach_functions(const struct program *program, size_t function, bool *is_reached, size_t *queue)
{
	size_t n = 0;

	is_reached[function] = true;
	queue[n++] = function;
	while (n > 0) {
		size_t caller = queue[--n];

		for (size_t i = first_call_of(program, caller); i < program->n_calls; i++) {
			const struct program_call *call = &program->calls[i];

			if (call->function != caller)
				break;
			if (is_reached[call->callee])
				continue;
			is_reached[call->callee] = true;
			queue[n++] = call->callee;
		}
	}
}

static int totals_count(struct program *program)
{
	CLEANUP(free_at) bool *is_reached = calloc(program->n_functions, sizeof(*is_reached));
	CLEANUP(free_at) size_t *queue = calloc(program->n_functions, sizeof(*queue));

	if (!is_reached || !queue)
		return -ENOMEM;
	for (size_t i = 0; i < program->n_functions; i++) {
		memset(is_reached, 0, program->n_functions * sizeof(*is_reached));
		reach_functions(program, i, is_reached, queue);
		for (size_t k = 0; k < program->n_functions; k++)
			program->functions[i].n_total_insns += is_reached[k] ? program->functions[k].n_insns : 0;
	}
	return 0;
}

/* ---- helpers ---------------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
	uint32_t m = *(const uint32_t *)a, n = *(const uint32_t *)b;

	return m < n ? -1 : m > n;
}

static size_t helpers_of(const struct program_function *function, uint32_t *helpers)
{
	size_t n = 0;

	for (size_t i = 0; i < function->n_insns; i++) {
		const struct bpf_insn *insn = &function->insns[i];

		if (insn_is_wide(insn)) {
			i++;
			continue;
		}
		if (!insn_is_helper_call(insn))
			continue;
		if (helpers)
			helpers[n] = (uint32_t)insn->imm;
		n++;
	}
	return n;
}

static int helpers_read(struct program *program)
{
	size_t n = 0, n_unique = 0;

	for (size_t i = 0; i < program->n_functions; i++)
		n += helpers_of(&program->functions[i], NULL);
	program->helpers = calloc(n ? n : 1, sizeof(*program->helpers));
	if (!program->helpers)
		return -ENOMEM;
	n = 0;
	for (size_t i = 0; i < program->n_functions; i++)
		n += helpers_of(&program->functions[i], program->helpers + n);
	qsort(program->helpers, n, sizeof(*program->helpers), compare_numbers);
	for (size_t i = 0; i < n; i++) {
		if (n_unique == 0 || program->helpers[n_unique - 1] != program->helpers[i])
			program->helpers[n_unique++] = program->helpers[i];
	}
	program->n_helpers = n_unique;
	return 0;
}

int program_read_code(struct program *program, const struct elf_file *file, struct tracee_error *err)
{
	int r;

	r = functions_read(program, file, err);
	for (size_t i = 0; r == 0 && i < program->n_functions; i++)
		r = function_check(&program->functions[i], err);
	if (r == 0)
		r = calls_read(program, file, err);
	if (r == 0)
		r = totals_count(program);
	if (r == 0)
		r = helpers_read(program);
	return r;
}
