// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-3. A process writes into the memory, or the registers, of another one: by ptrace, by process_vm_writev, or through the
 * file `mem` of procfs. Through that file it can also write over its own code, which no protection of the pages hinders.
 */
#include <string.h>
#include <sys/ptrace.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/signatures/all.h"

/* libtracee/events.tsv */
enum injection_arg { WAY, TARGET, TARGET_PARENT, ADDRESS, REQUEST, FLAGS, TARGET_NAME, PATH };
enum ptrace_arg { PTRACE_REQUEST, PTRACE_PID, PTRACE_ADDRESS };
#define VM_WRITEV_PID 0

#define SETREGS 13 /* of x86; arch/x86/include/uapi/asm/ptrace-abi.h */

static const struct signature_form forms[] = {
	{ .how = "kprobes arch_ptrace, security_ptrace_access_check and security_file_open",
	  .events = { { .name = "process_injection" } } },
	{ .how = "system calls ptrace and process_vm_writev, without memory files",
	  .events = { { .name = "ptrace",
			.arg = PTRACE_REQUEST,
			.n_values = 5,
			.values = { PTRACE_POKETEXT, PTRACE_POKEDATA, PTRACE_POKEUSER, SETREGS, PTRACE_SETREGSET } },
		      { .name = "process_vm_writev" } } },
	{},
};

#define SEVERITY_ATTACH 1
#define SEVERITY_CHILD 2

static void add_target(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *args = event->args;

	finding_add_number(finding, "target", (int64_t)args[TARGET].number);
	finding_add_argument(finding, "target name", TARGET_NAME);
	/* As debuggers do with what they started. */
	if (args[TARGET_PARENT].number == event->host_pid && finding->severity > SEVERITY_CHILD)
		finding->severity = SEVERITY_CHILD;
	finding_add_string(finding, "relation", args[TARGET_PARENT].number == event->host_pid ? "child" :
						args[TARGET].number == event->host_ppid	      ? "parent" :
											      "other");
}

/* Whether the path ends in "/<number>/mem" or "/<number>/task/<number>/mem": no other file of procfs is meant. */
static bool is_of_process(const struct tracee_value *path)
{
	size_t end = path->size_bytes - strlen("/mem"), start = end;

	if (path->size_bytes < strlen("/1/mem"))
		return false;
	while (start > 0 && path->bytes[start - 1] >= '0' && path->bytes[start - 1] <= '9')
		start--;
	return start > 0 && start < end && path->bytes[start - 1] == '/';
}

/* The process whose number is the directory's, which the procfs counts as its pid namespace does. */
static bool on_memory_file(const struct tracee_event *event, struct finding *finding)
{
	if (!event->args[PATH].bytes || !is_of_process(&event->args[PATH]))
		return false;
	finding_add_argument(finding, "file flags", FLAGS);
	finding_add_argument(finding, "file path", PATH);
	finding->cause = finding_cause(event, event->args[PATH].bytes, event->args[PATH].size_bytes);
	return true;
}

static bool on_injection(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *args = event->args;
	uint64_t way = args[WAY].number, cause[] = { way, args[TARGET].number };

	finding_add_argument(finding, "way", WAY);
	finding_add_string(finding, "state", "attempted");
	if (way == TRACEE_WIRE_WAY_MEMORY_FILE)
		return on_memory_file(event, finding);
	/* Its own memory, by another thread: nothing that it could not do anyway. */
	if (args[TARGET].number == event->host_pid)
		return false;
	if (way == TRACEE_WIRE_WAY_ATTACH)
		finding->severity = SEVERITY_ATTACH;
	if (way == TRACEE_WIRE_WAY_POKE || way == TRACEE_WIRE_WAY_REGISTERS) {
		finding_add_argument(finding, "request", REQUEST);
		finding_add_argument(finding, "address", ADDRESS);
	}
	add_target(event, finding);
	finding->cause = finding_cause(event, cause, sizeof(cause));
	return true;
}

static bool is_writing_request(uint64_t request)
{
	return request == PTRACE_POKETEXT || request == PTRACE_POKEDATA || request == PTRACE_POKEUSER || request == SETREGS ||
	       request == PTRACE_SETREGSET;
}

static bool on_call(const struct tracee_event *event, struct finding *finding)
{
	bool is_ptrace = strcmp(event->def->name, "ptrace") == 0;
	uint64_t target = event->args[is_ptrace ? PTRACE_PID : VM_WRITEV_PID].number, cause[] = { is_ptrace, target };

	/* Numbers are those of the caller's pid namespace. */
	if (is_ptrace ? !is_writing_request(event->args[PTRACE_REQUEST].number) : target == event->pid || target == event->tid)
		return false;
	if (is_ptrace)
		finding_add_argument(finding, "request", PTRACE_REQUEST);
	else
		finding_add_string(finding, "call", event->def->name);
	finding_add_string(finding, "state", event->ret < 0 ? "failed" : "done");
	finding_add_number(finding, "result", event->ret);
	finding_add_number(finding, "target", (int64_t)target);
	finding->cause = finding_cause(event, cause, sizeof(cause));
	return true;
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	return event->def->is_syscall ? on_call(event, finding) : on_injection(event, finding);
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_code_injection = {
	.id = "TRC-3",
	.name = "Code injection",
	.version = "0.1.0",
	.description = "Possible code injection into another process",
	.tags = tags,
	.severity = 3,
	.mitre = "Defense Evasion: Process Injection",
	.forms = forms,
	.on_event = on_event,
};
