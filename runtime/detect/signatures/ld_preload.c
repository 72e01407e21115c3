// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-7. The dynamic loader is made to load other code than a program asks for: by variables of its environment, or for every
 * program by /etc/ld.so.preload; by options of the loader itself, or another loader in its place.
 */
#include <string.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/programs.h"
#include "runtime/detect/signatures/all.h"

/* libtracee/events.tsv */
enum environment_arg { PATH, VARIABLES, IS_SECURE, IS_CUT };
enum preload_arg { PRELOAD_PATH, PRELOAD_WAY, PRELOAD_DEV, PRELOAD_INODE };
enum loader_arg { LOADER_PATH, LOADER_ARGUMENTS };

static const struct signature_form forms[] = {
	{ .how = "tracepoint sched_process_exec, kprobes security_file_open, security_inode_rename and others for ld.so.preload and the loader",
	  .how_partly = "tracepoint sched_process_exec, kprobes for ld.so.preload and the loader as far as there are any",
	  .events = { { .name = "exec_loader_environment" },
		      { .name = "exec_loader" },
		      { .name = "preload_file", .is_optional = true } } },
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

static const char *const package_managers[] = { "dpkg", "rpm", "dnf*", "yum*", "microdnf", "zypper", "apk", "pacman", NULL };

static bool is_loader(const struct tracee_value *path)
{
	static const char name[] = "ld.so.preload";
	size_t length = sizeof(name) - 1;

	return path->bytes && (path->size_bytes < length || memcmp(path->bytes + path->size_bytes - length, name, length) != 0);
}

/* Options end where the program's name comes. Its own arguments are none of the loader's. */
static bool on_loader(const struct tracee_event *event, struct finding *finding)
{
	static const char *const options[] = { "--preload", "--audit" };
	const struct tracee_value *arguments = &event->args[LOADER_ARGUMENTS];
	const uint8_t *p = arguments->bytes, *end = p ? p + arguments->size_bytes : p;

	for (bool is_name = true; p < end; is_name = false) {
		size_t length = strnlen((const char *)p, (size_t)(end - p));

		for (size_t i = 0; !is_name && i < sizeof(options) / sizeof(options[0]); i++) {
			if (length == strlen(options[i]) && memcmp(p, options[i], length) == 0) {
				finding_add_argument(finding, "path", LOADER_PATH);
				finding_add_argument(finding, "arguments", LOADER_ARGUMENTS);
				finding->cause = finding_cause(event, arguments->bytes, arguments->size_bytes);
				return true;
			}
		}
		p += length + 1;
	}
	return false;
}

static bool on_preload_file(const struct tracee_event *event, struct finding *finding)
{
	finding_add_argument(finding, "path", PRELOAD_PATH);
	finding_add_argument(finding, "way", PRELOAD_WAY);
	finding_add_string(finding, "state", "attempted");
	finding_add_number(finding, "dev", (int64_t)event->args[PRELOAD_DEV].number);
	finding_add_number(finding, "inode", (int64_t)event->args[PRELOAD_INODE].number);
	finding->severity = SEVERITY_FOR_ALL;
	if (is_loader(&event->args[PRELOAD_PATH])) {
		finding_add_string(finding, "file", "loader");
		if (program_is_one_of(event, package_managers) && program_is_of_root(event))
			finding_is_known(finding, "a package manager replaces the loader", SEVERITY_WEAK);
	}
	finding->cause = finding_cause(event, &event->args[PRELOAD_WAY].number, sizeof(event->args[PRELOAD_WAY].number));
	return true;
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	switch (event->def->id) {
	case TRACEE_WIRE_PRELOAD_FILE:
		return on_preload_file(event, finding);
	case TRACEE_WIRE_EXEC_LOADER:
		return on_loader(event, finding);
	default:
		return on_environment(event, finding);
	}
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
