// SPDX-License-Identifier: Apache-2.0
#include "builder/object/relocated.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"

static int function_copy(const struct program_function *function, struct relocated_function *copy)
{
	copy->insns = malloc(function->n_insns * sizeof(*copy->insns));
	copy->must_not_run = calloc(function->n_insns, sizeof(*copy->must_not_run));
	if (!copy->insns || !copy->must_not_run)
		return -ENOMEM;
	memcpy(copy->insns, function->insns, function->n_insns * sizeof(*copy->insns));
	return 0;
}

static int relocated_new(const struct program *program, struct relocated **ret_relocated)
{
	CLEANUP(relocated_free_at) struct relocated *relocated = calloc(1, sizeof(*relocated));

	if (!relocated)
		return -ENOMEM;
	relocated->program = program;
	relocated->results = calloc(program->n_relocations + 1, sizeof(*relocated->results));
	relocated->functions = calloc(program->n_functions, sizeof(*relocated->functions));
	if (!relocated->results || !relocated->functions)
		return -ENOMEM;
	for (size_t i = 0; i < program->n_functions; i++) {
		if (function_copy(&program->functions[i], &relocated->functions[i]) < 0)
			return -ENOMEM;
	}
	*ret_relocated = TAKE(relocated);
	return 0;
}

static int relocate_at(struct relocated *relocated, size_t index, struct relocator *relocator,
		       relocation_target_fn *tell, void *context, struct tracee_error *err)
{
	const struct program_relocation *relocation = &relocated->program->relocations[index];
	struct relocated_function *function = &relocated->functions[relocation->function];
	int r;

	r = relocator_resolve(relocator, relocation, tell, context, &relocated->results[index], err);
	if (r < 0)
		return r;
	if (relocation_apply(&relocated->results[index], &function->insns[relocation->insn],
			     &function->must_not_run[relocation->insn], err) < 0)
		return error_prefix(err, -EBADMSG, "%s", relocation->spec);
	return 0;
}

int program_relocate(const struct program *program, const struct btf *layout, relocation_target_fn *tell,
		     void *context, struct relocated **ret_relocated, struct tracee_error *err)
{
	CLEANUP(relocated_free_at) struct relocated *relocated = NULL;
	CLEANUP(relocator_free_at) struct relocator *relocator = NULL;
	int r;

	r = relocated_new(program, &relocated);
	if (r == 0)
		r = relocator_new(program->types, layout, &relocator);
	if (r < 0)
		return r;
	for (size_t i = 0; i < program->n_relocations; i++) {
		r = relocate_at(relocated, i, relocator, tell, context, err);
		if (r == -EBADMSG)
			error_prefix(err, r, "program '%s', instruction %zu",
				     program->functions[program->relocations[i].function].name,
				     program->relocations[i].insn);
		if (r < 0)
			return r;
	}
	*ret_relocated = TAKE(relocated);
	return 0;
}

void relocated_free(struct relocated *relocated)
{
	if (!relocated)
		return;
	for (size_t i = 0; relocated->functions && i < relocated->program->n_functions; i++) {
		free(relocated->functions[i].insns);
		free(relocated->functions[i].must_not_run);
	}
	free(relocated->functions);
	free(relocated->results);
	free(relocated);
}
