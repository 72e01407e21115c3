// SPDX-License-Identifier: Apache-2.0
#include "builder/object/check.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "builder/object/check_parts.h"
#include "builder/object/libbpf_messages.h"
#include "builder/object/reach.h"
#include "libtracee/base/error.h"

#define MESSAGES_MAX 65536

/* license_is_gpl_compatible(), include/linux/license.h: others may not call most helpers. */
static int check_license(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	static const char *const compatible[] = {
		"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};
	const char *license = subject->program->license;

	for (size_t i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++) {
		if (strcmp(license, compatible[i]) != 0)
			continue;
		text_add(found, license);
		return 0;
	}
	return error_set(err, -EBADMSG, "it is '%.64s', kernels let only programs under the GPL call what we need",
			 license);
}

static int check_data(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	const struct program *program = subject->program;

	if (subject->tier == TRACEE_TIER_BASE && program->n_data_sections > 0)
		return error_set(err, -EBADMSG, "it has global data in '%s', which kernels before 5.2 do not have",
				 program->data_sections[0]);
	text_format(found, "%zu sections of global data", program->n_data_sections);
	return 0;
}

static size_t n_absent(const struct relocated *relocated)
{
	size_t n = 0;

	for (size_t i = 0; i < relocated->program->n_relocations; i++)
		n += relocated->results[i].is_absent;
	return n;
}

int check_reach(const struct check_subject *subject, struct relocated **ret_relocated, struct reach *ret_reach,
		struct tracee_error *err)
{
	CLEANUP(relocated_free_at) struct relocated *relocated = NULL;
	enum reach_verifier verifier = subject->tier == TRACEE_TIER_BASE ? REACH_VERIFIER_4_18 : REACH_VERIFIER_5_8;
	int r = program_relocate(subject->program, subject->layout, NULL, NULL, &relocated, err);

	if (r == 0)
		r = reach_walk(relocated, verifier, ret_reach, err);
	if (r < 0)
		return r;
	*ret_relocated = relocated;
	relocated = NULL;
	return 0;
}

static int check_relocations(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	const struct program *program = subject->program;
	CLEANUP(relocated_free_at) struct relocated *relocated = NULL;
	CLEANUP(reach_done) struct reach reach = {};
	size_t n;
	int r;

	if (!subject->layout) {
		text_format(found, "%zu, which the kernel that loads it resolves", program->n_relocations);
		return 0;
	}
	r = check_reach(subject, &relocated, &reach, err);
	if (r == 0)
		r = reach_check(relocated, &reach, err);
	if (r < 0)
		return r;
	n = n_absent(relocated);
	text_format(found, "%zu resolve, %zu lead nowhere and are out of reach", program->n_relocations - n, n);
	return 0;
}

static int check_libbpf(const struct check_subject *subject, struct text *found, struct tracee_error *err)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "tracee");
	CLEANUP(text_done) struct text messages;
	struct bpf_object *object;
	char line[256];
	int r;

	text_init(&messages, MESSAGES_MAX);
	libbpf_messages_begin(&messages);
	object = bpf_object__open_mem(subject->bytes, subject->size_bytes, &options);
	r = object ? 0 : -errno;
	bpf_object__close(object);
	libbpf_messages_end();
	libbpf_last_message(&messages, line, sizeof(line));
	if (r < 0)
		return error_set(err, -EBADMSG, "libbpf does not open it (%s)", *line ? line : strerror(-r));
	text_format(found, "libbpf %u.%u opens it", libbpf_major_version(), libbpf_minor_version());
	return 0;
}

static const struct check table[] = {
	{ "license", check_license },
	{ "programs", check_programs },
	{ "helpers", check_helpers },
	{ "maps", check_maps },
	{ "data", check_data },
	{ "code", check_code },
	{ "relocations", check_relocations },
	{ "libbpf", check_libbpf },
};

const struct check *checks(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}

int check_all(const struct check_subject *subject, struct tracee_error *err)
{
	CLEANUP(text_done) struct text found;
	size_t n;
	const struct check *list = checks(&n);
	int r;

	text_init(&found, MESSAGES_MAX);
	for (size_t i = 0; i < n; i++) {
		r = list[i].run(subject, &found, err);
		if (r == 0)
			r = text_error(&found);
		if (r < 0)
			return error_prefix(err, r, "check '%s'", list[i].name);
	}
	return 0;
}
