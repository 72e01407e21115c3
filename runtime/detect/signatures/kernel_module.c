// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-6. Code enters the kernel, or leaves it: a module, or another kernel for kexec. What asks the security modules is common to
 * all ways there (both system calls, 32-bit processes, modprobe on the kernel's behalf), and comes before anything is
 * read: so the attempt is told, and again when the module is accepted, just before it runs. Without kprobes the system
 * calls tell it, with their result.
 */
#include <string.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/signatures/all.h"

/* Arguments by position: libtracee/events.tsv. */
enum read_file_arg { READ_FILE_PATH, READ_FILE_DEV, READ_FILE_INODE, READ_FILE_ID };
#define LOAD_DATA_ID 0
#define MODULE_LOAD_NAME 0

static const struct signature_form forms[] = {
	{ .how = "kprobes security_kernel_read_file and security_kernel_load_data, tracepoints module_load and module_free",
	  .events = { { .name = "security_kernel_read_file" }, { .name = "security_kernel_load_data" }, { .name = "module_load" }, { .name = "module_free" } } },
	{ .how = "system calls init_module, finit_module, delete_module, kexec_load and kexec_file_load",
	  .events = { { .name = "init_module" }, { .name = "finit_module" }, { .name = "delete_module" }, { .name = "kexec_load" }, { .name = "kexec_file_load" } } },
	{},
};

/* The memory image of kexec's initramfs comes with its kernel. */
static bool is_code(uint64_t content)
{
	return content == TRACEE_WIRE_CONTENT_MODULE || content == TRACEE_WIRE_CONTENT_KEXEC_IMAGE;
}

static bool on_read_file(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *args = event->args;

	if (!is_code(args[READ_FILE_ID].number))
		return false;
	finding_add_argument(finding, "code", READ_FILE_ID);
	finding_add_string(finding, "state", "attempted");
	finding_add_bytes(finding, "path", args[READ_FILE_PATH].bytes, args[READ_FILE_PATH].size_bytes);
	finding_add_number(finding, "dev", (int64_t)args[READ_FILE_DEV].number);
	finding_add_number(finding, "inode", (int64_t)args[READ_FILE_INODE].number);
	finding->cause = finding_cause(event, &args[READ_FILE_INODE].number, sizeof(args[READ_FILE_INODE].number));
	return true;
}

static bool on_load_data(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *content = &event->args[LOAD_DATA_ID];

	if (!is_code(content->number))
		return false;
	finding_add_argument(finding, "code", LOAD_DATA_ID);
	finding_add_string(finding, "state", "attempted");
	finding_add_string(finding, "path", "");
	finding->cause = finding_cause(event, &content->number, sizeof(content->number));
	return true;
}

static bool on_module(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *name = &event->args[MODULE_LOAD_NAME];

	finding_add_string(finding, "code", "kernel-module");
	finding_add_string(finding, "state", event->def->id == TRACEE_WIRE_MODULE_FREE ? "removed" : "loaded");
	finding_add_bytes(finding, "module", name->bytes, name->size_bytes);
	finding->cause = finding_cause(event, name->bytes, name->size_bytes);
	return true;
}

static bool on_call(const struct tracee_event *event, struct finding *finding)
{
	bool is_kexec = strncmp(event->def->name, "kexec", strlen("kexec")) == 0;
	bool is_removal = strcmp(event->def->name, "delete_module") == 0;

	finding_add_string(finding, "code", is_kexec ? "kexec-image" : "kernel-module");
	finding_add_string(finding, "state", event->ret < 0 ? "failed" : is_removal ? "removed" : "loaded");
	finding_add_string(finding, "call", event->def->name);
	finding_add_number(finding, "result", event->ret);
	finding->cause = finding_cause(event, &event->ret, sizeof(event->ret));
	return true;
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	switch (event->def->id) {
	case TRACEE_WIRE_SECURITY_KERNEL_READ_FILE:
		return on_read_file(event, finding);
	case TRACEE_WIRE_SECURITY_KERNEL_LOAD_DATA:
		return on_load_data(event, finding);
	case TRACEE_WIRE_MODULE_LOAD:
	case TRACEE_WIRE_MODULE_FREE:
		return on_module(event, finding);
	default:
		return on_call(event, finding);
	}
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_kernel_module = {
	.id = "TRC-6",
	.name = "kernel module loading",
	.version = "0.1.0",
	.description = "Attempt to load a kernel module detection",
	.tags = tags,
	.severity = 3,
	.mitre = "Persistence: Kernel Modules and Extensions",
	.forms = forms,
	.on_event = on_event,
};
