// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-7. The dynamic loader is made to load other code than a program asks for: by variables of its environment, or for every
 * program by /etc/ld.so.preload.
 */
#include <string.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/signatures/all.h"

/* libtracee/events.tsv */
enum environment_arg { PATH, VARIABLES, IS_SECURE, IS_CUT };
enum preload_arg { PRELOAD_PATH, PRELOAD_WAY, PRELOAD_DEV, PRELOAD_INODE };

static const struct signature_form forms[] = {
	{ .how = "tracepoint sched_process_exec, kprobes security_file_open, security_inode_rename and others for ld.so.preload",
	  .how_partly = "tracepoint sched_process_exec, kprobes for ld.so.preload as far as there are any",
	  .events = { { .name = "exec_loader_environment" }, { .name = "preload_file", .is_optional = true } } },
	{},
};

/* Who is told where to look for libraries does not get others by that alone, and many programs are started so. */
static bool is_weak(const uint8_t *variable, size_t length)
{
	static const char *const weak[] = { "LD_LIBRARY_PATH=", "GLIBC_TUNABLES=" };

	for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
		if (length >= strlen(weak[i]) && memcmp(variable, weak[i], strlen(weak[i])) == 0)
			return true;
	}
	return false;
}

static bool are_all_weak(const struct tracee_value *variables)
{
	const uint8_t *p = variables->bytes, *end = p + variables->size_bytes;

	while (p < end) {
		size_t length = strnlen((const char *)p, (size_t)(end - p));

		if (!is_weak(p, length))
			return false;
		p += length + 1;
	}
	return true;
}

#define SEVERITY_WEAK 1
#define SEVERITY_FOR_ALL 3

static bool on_environment(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *variables = &event->args[VARIABLES];

	if (!variables->size_bytes && !event->args[IS_CUT].number)
		return false;
	finding_add_argument(finding, "path", PATH);
	finding_add_argument(finding, "variables", VARIABLES);
	if (event->args[IS_CUT].number)
		finding_add_string(finding, "environment", "too many variables to look at all of them");
	finding_add_number(finding, "secure", event->args[IS_SECURE].number != 0);
	/* Also where there are none among those that were looked at. The loader takes libraries from trusted places only. */
	if (are_all_weak(variables) || event->args[IS_SECURE].number)
		finding->severity = SEVERITY_WEAK;
	finding->cause = finding_cause(event, variables->bytes, variables->size_bytes);
	return true;
}

static bool on_preload_file(const struct tracee_event *event, struct finding *finding)
{
	finding_add_argument(finding, "path", PRELOAD_PATH);
	finding_add_argument(finding, "way", PRELOAD_WAY);
	finding_add_string(finding, "state", "attempted");
	finding_add_number(finding, "dev", (int64_t)event->args[PRELOAD_DEV].number);
	finding_add_number(finding, "inode", (int64_t)event->args[PRELOAD_INODE].number);
	finding->severity = SEVERITY_FOR_ALL;
	finding->cause = finding_cause(event, &event->args[PRELOAD_WAY].number, sizeof(event->args[PRELOAD_WAY].number));
	return true;
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	return event->def->id == TRACEE_WIRE_PRELOAD_FILE ? on_preload_file(event, finding) : on_environment(event, finding);
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_ld_preload = {
	.id = "TRC-7",
	.name = "LD_PRELOAD",
	.version = "0.1.0",
	.description = "Usage of LD_PRELOAD to allow hooks on process",
	.tags = tags,
	.severity = 2,
	.mitre = "Persistence: Hijack Execution Flow",
	.forms = forms,
	.on_event = on_event,
};
