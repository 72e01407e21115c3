// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "builder/object/check_parts.h"
#include "builder/object/kernel_4_18.h"
#include "builder/object/names.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

/* One of the three enums that say what a kernel's BPF can do, and how we speak of its numbers. */
struct vocabulary {
	const char *enum_name;
	const char *what;
	const char *(*name)(uint32_t number);
	bool (*is_in_4_18)(uint32_t number);
};

static const struct vocabulary helpers = { "bpf_func_id", "helper", helper_name, kernel_4_18_has_helper };
static const struct vocabulary map_types = { "bpf_map_type", "map type", map_type_name, kernel_4_18_has_map_type };
static const struct vocabulary prog_types = { "bpf_prog_type", "program type", prog_type_name,
					      kernel_4_18_has_prog_type };

static const struct btf_type *enum_of_layout(const struct btf *layout, const char *name)
{
	for (uint32_t id = 1; layout && id < btf__type_cnt(layout); id++) {
		const struct btf_type *type = btf__type_by_id(layout, id);

		if (btf_is_any_enum(type) && strcmp(types_name(layout, type), name) == 0)
			return type;
	}
	return NULL;
}

/* The last enumerator of these enums, whose name begins with "__", counts the others. */
static bool enum_has(const struct btf *layout, const struct btf_type *type, uint32_t number)
{
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		if (types_enumerator_value(type, i) == number &&
		    strncmp(types_enumerator_name(layout, type, i), "__", 2) != 0)
			return true;
	}
	return false;
}

static int number_check(const struct check_subject *subject, const struct vocabulary *vocabulary,
			const struct btf_type *kernels, uint32_t number, const char *user, struct tracee_error *err)
{
	if (number == 0)
		return error_set(err, -EBADMSG, "%s: it has no %s that libbpf knows", user, vocabulary->what);
	if (subject->tier == TRACEE_TIER_BASE && !vocabulary->is_in_4_18(number))
		return error_set(err, -EBADMSG, "%s: %s '%s' (%u) is not in kernel 4.18, which tier base is for",
				 user, vocabulary->what, vocabulary->name(number), number);
	if (kernels && !enum_has(subject->layout, kernels, number))
		return error_set(err, -EBADMSG, "%s: this kernel has no %s '%s' (%u): its enum %s does not list it",
				 user, vocabulary->what, vocabulary->name(number), number, vocabulary->enum_name);
	return 0;
}

static void found_add(struct text *found, size_t n, const char *what, const struct btf_type *kernels)
{
	text_format(found, "%zu %s, %s", n, what,
		    kernels ? "all in the kernel's list" : "the layout brings no list of the kernel's");
}

int check_programs(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	const struct btf_type *kernels = enum_of_layout(subject->layout, prog_types.enum_name);
	const struct program *program = subject->program;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < program->n_functions; i++) {
		if (!program->functions[i].is_entry)
			continue;
		r = number_check(subject, &prog_types, kernels, program->functions[i].type,
				 program->functions[i].name, err);
		if (r < 0)
			return r;
		n++;
	}
	if (n == 0)
		return error_set(err, -EBADMSG, "it has no programs: they need sections like 'raw_tp/sys_exit'");
	found_add(found, n, "programs", kernels);
	return 0;
}

static bool is_called(const struct program *program, const struct reach *reach, uint32_t helper)
{
	for (size_t i = 0; i < program->n_functions; i++) {
		const struct program_function *function = &program->functions[i];

		for (size_t k = 0; k < function->n_insns; k++) {
			if (reach->can_run[i][k] && insn_is_helper_call(&function->insns[k]) &&
			    (uint32_t)function->insns[k].imm == helper)
				return true;
		}
	}
	return false;
}

/* A helper that this kernel lacks does no harm behind a question whether it has it. */
static int absent_helper_check(const struct check_subject *subject, uint32_t helper, const struct tracee_error *why,
			       struct tracee_error *err)
{
	CLEANUP(relocated_free_at) struct relocated *relocated = NULL;
	CLEANUP(reach_done) struct reach reach = {};
	int r;

	if (subject->layout) {
		r = check_reach(subject, &relocated, &reach, err);
		if (r < 0)
			return r;
		if (!is_called(subject->program, &reach, helper))
			return 0;
	}
	return error_set(err, -EBADMSG, "%s", why->text);
}

int check_helpers(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	const struct btf_type *kernels = enum_of_layout(subject->layout, helpers.enum_name);
	const struct program *program = subject->program;
	size_t n_absent = 0;
	int r;

	for (size_t i = 0; i < program->n_helpers; i++) {
		struct tracee_error why = {};

		if (number_check(subject, &helpers, kernels, program->helpers[i], "a call", &why) == 0)
			continue;
		r = absent_helper_check(subject, program->helpers[i], &why, err);
		if (r < 0)
			return r;
		n_absent++;
	}
	found_add(found, program->n_helpers - n_absent, "helpers", kernels);
	if (n_absent)
		text_format(found, "; %zu are not, and out of reach", n_absent);
	return 0;
}

int check_maps(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	const struct btf_type *kernels = enum_of_layout(subject->layout, map_types.enum_name);
	const struct program *program = subject->program;
	int r;

	for (size_t i = 0; i < program->n_maps; i++) {
		r = number_check(subject, &map_types, kernels, program->maps[i].type, program->maps[i].name, err);
		if (r < 0)
			return r;
	}
	found_add(found, program->n_maps, "maps", kernels);
	return 0;
}
