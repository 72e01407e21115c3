// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-6. Code enters the kernel, or leaves it: a module, or another kernel for kexec. What asks the security modules is common to
 * all ways there (both system calls, 32-bit processes, modprobe on the kernel's behalf), and comes before anything is
 * read: so the attempt is told, and again when the module is accepted, just before it runs. Without kprobes the system
 * calls tell it, with their result. Programs of BPF that look into the kernel are code, too; and who writes to the kernel's memory, or
 * says what it shall start, needs no module.
 */
#include <stdio.h>
#include <string.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/programs.h"
#include "runtime/detect/signatures/all.h"

/* Arguments by position: libtracee/events.tsv. */
enum read_file_arg { READ_FILE_PATH, READ_FILE_DEV, READ_FILE_INODE, READ_FILE_ID };
#define LOAD_DATA_ID 0
#define KTHREADD 2 /* kernel/kthread.c: the parent of all threads of the kernel */
enum module_arg { MODULE_NAME, MODULE_TAINTS };
enum control_arg { CONTROL_PATH, CONTROL_WAY, CONTROL_DEV, CONTROL_INODE };
enum bpf_load_arg { BPF_TYPE, BPF_NAME, BPF_FUNCTION };

/* Programs of BPF that run at any function of the kernel, and may see, and some may write, all memory: include/uapi/linux/bpf.h. */
enum bpf_type {
	BPF_KPROBE = 2,
	BPF_TRACEPOINT = 5,
	BPF_PERF_EVENT = 7,
	BPF_RAW_TRACEPOINT = 17,
	BPF_RAW_TRACEPOINT_WRITABLE = 24,
	BPF_TRACING = 26,
	BPF_EXT = 28,
	BPF_LSM = 29,
};

static const struct signature_form forms[] = {
	{ .how = "kprobes security_kernel_read_file, security_kernel_load_data, security_kernel_module_request, perf_event_bpf_event and "
		 "security_file_open, tracepoints module_load and module_free",
	  .how_partly = "kprobes security_kernel_read_file and security_kernel_load_data, others as far as there are any, tracepoints "
			"module_load and module_free",
	  .events = { { .name = "security_kernel_read_file" },
		      { .name = "security_kernel_load_data" },
		      { .name = "module_load" },
		      { .name = "module_free" },
		      { .name = "module_request", .is_optional = true },
		      { .name = "kernel_control_file", .is_optional = true },
		      { .name = "bpf_program_load",
			.is_optional = true,
			.arg = BPF_TYPE,
			.n_values = 8,
			.values = { BPF_KPROBE, BPF_TRACEPOINT, BPF_PERF_EVENT, BPF_RAW_TRACEPOINT, BPF_RAW_TRACEPOINT_WRITABLE,
				    BPF_TRACING, BPF_EXT, BPF_LSM } } } },
	{ .how = "system calls init_module, finit_module, delete_module, kexec_load and kexec_file_load",
	  .events = { { .name = "init_module" }, { .name = "finit_module" }, { .name = "delete_module" }, { .name = "kexec_load" }, { .name = "kexec_file_load" } } },
	{},
};

#define SEVERITY_INFORMATION 0
#define SEVERITY_BPF 1
#define SEVERITY_OWN_MODULE 1

/* What loads modules at boot, and when there is new hardware. */
static const char *const loaders[] = { "systemd-udevd", "udevd", "udevadm", "systemd-modules-load", NULL };
static const char *const by_kernel[] = { "kmod", "modprobe", NULL };

/* A program that the kernel starts is a child of a thread of the kernel, and those are children of the second process. */
static bool is_started_by_kernel(const struct tracee_event *event)
{
	struct tracee_ancestor parent, above;

	if (event->n_ancestors < 2)
		return false;
	tracee_event_ancestor(event, 0, &parent);
	tracee_event_ancestor(event, 1, &above);
	return above.host_pid == KTHREADD || parent.host_pid == KTHREADD;
}

static void judge_loader(const struct tracee_event *event, struct finding *finding)
{
	if (!program_is_of_root(event))
		return;
	if (program_is_one_of(event, loaders))
		finding_is_known(finding, "the system loads modules for its hardware", SEVERITY_INFORMATION);
	else if (program_is_one_of(event, by_kernel) && is_started_by_kernel(event))
		finding_is_known(finding, "the kernel asks for a module", SEVERITY_OWN_MODULE);
}

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
	judge_loader(event, finding);
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

/* Why the kernel is tainted by a module: include/linux/panic.h (TAINT_*). */
static const char *taint_text(uint64_t taints)
{
	static const struct {
		unsigned int bit;
		const char *text;
	} known[] = { { 0, "proprietary" }, { 1, "forced" }, { 10, "staging" }, { 12, "out of tree" }, { 13, "unsigned" }, { 15, "livepatch" } };
	static char text[96]; /* of the finding that is being written: there is one thread */
	size_t length = 0;

	text[0] = 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (taints >> known[i].bit & 1)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", length ? ", " : "", known[i].text);
	}
	return text;
}

static bool on_module(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *name = &event->args[MODULE_NAME];

	finding_add_string(finding, "code", "kernel-module");
	finding_add_string(finding, "state", event->def->id == TRACEE_WIRE_MODULE_FREE ? "removed" : "loaded");
	finding_add_bytes(finding, "module", name->bytes, name->size_bytes);
	finding_add_string(finding, "taint", taint_text(event->args[MODULE_TAINTS].number));
	finding->cause = finding_cause(event, name->bytes, name->size_bytes);
	/* What makes the kernel tainted is nobody's ordinary module. */
	if (!event->args[MODULE_TAINTS].number)
		judge_loader(event, finding);
	return true;
}

/* Who asked, for once: modprobe is a child of the kernel. What modprobe loads is told apart. */
static bool on_request(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *name = &event->args[MODULE_NAME];

	finding_add_string(finding, "code", "kernel-module");
	finding_add_string(finding, "state", "requested");
	finding_add_bytes(finding, "module", name->bytes, name->size_bytes);
	finding->severity = SEVERITY_INFORMATION;
	finding->cause = finding_cause(event, name->bytes, name->size_bytes);
	return true;
}

static bool on_control_file(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *inode = &event->args[CONTROL_INODE];

	finding_add_string(finding, "code", "kernel-control");
	finding_add_string(finding, "state", "attempted");
	finding_add_argument(finding, "path", CONTROL_PATH);
	finding_add_number(finding, "dev", (int64_t)event->args[CONTROL_DEV].number);
	finding_add_number(finding, "inode", (int64_t)inode->number);
	finding->cause = finding_cause(event, &inode->number, sizeof(inode->number));
	return true;
}

static const char *bpf_type_text(uint64_t type)
{
	switch (type) {
	case BPF_KPROBE:
		return "kprobe";
	case BPF_TRACEPOINT:
		return "tracepoint";
	case BPF_PERF_EVENT:
		return "perf_event";
	case BPF_RAW_TRACEPOINT:
		return "raw_tracepoint";
	case BPF_RAW_TRACEPOINT_WRITABLE:
		return "raw_tracepoint_writable";
	case BPF_TRACING:
		return "tracing";
	case BPF_EXT:
		return "ext";
	case BPF_LSM:
		return "lsm";
	default:
		return NULL;
	}
}

/* Tools that observe the system load such ones all the time. */
static bool on_bpf(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *name = &event->args[BPF_NAME];
	const char *type = bpf_type_text(event->args[BPF_TYPE].number);

	if (!type)
		return false;
	finding_add_string(finding, "code", "bpf-program");
	finding_add_string(finding, "state", "loaded");
	finding_add_string(finding, "type", type);
	finding_add_bytes(finding, "program", name->bytes, name->size_bytes);
	if (event->args[BPF_FUNCTION].bytes)
		finding_add_argument(finding, "function", BPF_FUNCTION);
	finding->severity = SEVERITY_BPF;
	finding->cause = finding_cause(event, &event->args[BPF_TYPE].number, sizeof(event->args[BPF_TYPE].number));
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
	case TRACEE_WIRE_MODULE_REQUEST:
		return on_request(event, finding);
	case TRACEE_WIRE_KERNEL_CONTROL_FILE:
		return on_control_file(event, finding);
	case TRACEE_WIRE_BPF_PROGRAM_LOAD:
		return on_bpf(event, finding);
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
