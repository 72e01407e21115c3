// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-4. Memory that was, or can be, written becomes executable. Where there are kprobes the kernel looks at the pages; otherwise
 * system calls tell what was asked for.
 */
#include <string.h>
#include <sys/mman.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/programs.h"
#include "runtime/detect/signatures/all.h"

/* libtracee/events.tsv */
enum memory_arg { WAY, ADDRESS, LENGTH, OLD_PROT, PROT, MEMORY, PATH, INODE };
enum mprotect_arg { CALL_ADDRESS, CALL_LENGTH, CALL_PROT };

#define X (PROT_EXEC)
#define RX (PROT_READ | PROT_EXEC)
#define WX (PROT_WRITE | PROT_EXEC)
#define RWX (PROT_READ | PROT_WRITE | PROT_EXEC)

static const struct signature_form forms[] = {
	{ .how = "kprobes security_mmap_file and security_file_mprotect, tracepoint sched_process_exec",
	  .events = { { .name = "executable_memory" } } },
	{ .how = "system calls mmap, mprotect and pkey_mprotect, by what they ask for",
	  .events = { { .name = "mmap", .arg = CALL_PROT, .n_values = 2, .values = { WX, RWX } },
		      { .name = "mprotect", .arg = CALL_PROT, .n_values = 4, .values = { X, RX, WX, RWX } },
		      { .name = "pkey_mprotect", .arg = CALL_PROT, .n_values = 4, .values = { X, RX, WX, RWX } } } },
	{},
};

/* Programs that make code as they run, each as its packages install it. */
static const char *const generators[] = {
	"java", "node", "nodejs", "dotnet", "mono", "mono-sgen", "pypy", "pypy3", "luajit", "php*", "ruby*", "julia", "qemu-*", "firefox*",
	"chrome", "chromium", "electron", "gjs", "gnome-shell", "polkitd", "grep", "git", "nginx", "apache2", "valgrind*", "erl*", "beam.smp",
	NULL
};

static void judge_program(const struct tracee_event *event, struct finding *finding)
{
	if (program_is_one_of(event, generators) && program_is_of_root(event))
		finding_is_known(finding, "a program that makes code as it runs", 0);
}

/* Whoever does so once does it again and again, elsewhere. */
static void set_cause(const struct tracee_event *event, struct finding *finding, uint64_t way, uint64_t memory)
{
	uint64_t cause[] = { way, memory };

	finding->cause = finding_cause(event, cause, sizeof(cause));
}

static bool on_memory(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *args = event->args;

	finding_add_argument(finding, "way", WAY);
	finding_add_argument(finding, "memory", MEMORY);
	if (args[WAY].number == TRACEE_WIRE_WAY_MPROTECT)
		finding_add_argument(finding, "old permissions", OLD_PROT);
	finding_add_argument(finding, "permissions", PROT);
	if (args[LENGTH].number) {
		finding_add_argument(finding, "address", ADDRESS);
		finding_add_argument(finding, "length", LENGTH);
	}
	if (args[PATH].bytes) {
		finding_add_argument(finding, "path", PATH);
		finding_add_argument(finding, "inode", INODE);
	}
	set_cause(event, finding, args[WAY].number, args[MEMORY].number);
	return true;
}

static bool on_call(const struct tracee_event *event, struct finding *finding)
{
	uint64_t prot = event->args[CALL_PROT].number & RWX;
	bool is_mmap = strcmp(event->def->name, "mmap") == 0;

	if (!(prot & PROT_EXEC) || (is_mmap && !(prot & PROT_WRITE)) || (!is_mmap && event->ret < 0))
		return false;
	finding_add_string(finding, "call", event->def->name);
	finding_add_argument(finding, "permissions", CALL_PROT);
	finding_add_argument(finding, "length", CALL_LENGTH);
	set_cause(event, finding, event->def->id, 0);
	return true;
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	bool is_found = event->def->is_syscall ? on_call(event, finding) : on_memory(event, finding);

	if (is_found)
		judge_program(event, finding);
	return is_found;
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_dynamic_code = {
	.id = "TRC-4",
	.name = "Dynamic Code Loading",
	.version = "0.1.0",
	.description = "Writing to executable allocated memory region",
	.tags = tags,
	.severity = 2,
	.mitre = "Defense Evasion: Obfuscated Files or Information",
	.forms = forms,
	.on_event = on_event,
};
