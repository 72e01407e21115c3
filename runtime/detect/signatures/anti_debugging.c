// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-2. A process that asks to be traced by its parent cannot be traced by anybody else: malware
 * does so to keep debuggers away. Starting a program under strace or gdb is the same request, and is
 * found too, as users of Tracee expect it. Whether the request succeeds does not matter: a second one
 * fails, and that failure is what some programs look for.
 */
#include <sys/ptrace.h>

#include "runtime/detect/engine.h"
#include "runtime/detect/signatures/all.h"

#define REQUEST_ARG 0 /* of ptrace(2) */

/* The kernel function runs for PTRACE_TRACEME only, whatever the caller's ABI. */
static const struct signature_form forms[] = {
	{ "kprobe security_ptrace_traceme", { { "security_ptrace_traceme", ENGINE_NO_CONDITION, 0 } } },
	{ "system call ptrace", { { "ptrace", REQUEST_ARG, PTRACE_TRACEME } } },
	{},
};

/* As the kernel had it: the parent is the one that may trace from now on. */
static void add_tracer(struct finding *finding)
{
	struct tracee_ancestor parent;

	if (!finding->event->n_ancestors)
		return;
	tracee_event_ancestor(finding->event, 0, &parent);
	finding_add_number(finding, "tracer", parent.host_pid);
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	bool is_call = event->def->is_syscall;

	if (is_call && event->args[REQUEST_ARG].number != PTRACE_TRACEME)
		return false;
	finding_add_string(finding, "request", "PTRACE_TRACEME");
	/* The kernel's function runs before the request is granted. */
	finding_add_string(finding, "state", !is_call ? "attempted" : event->ret < 0 ? "failed" : "done");
	if (is_call)
		finding_add_number(finding, "result", event->ret);
	add_tracer(finding);
	/* A failure may be the answer that the program wants: it is not hidden behind the success before. */
	finding->cause = is_call ? (uint64_t)event->ret : 0;
	return true;
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_anti_debugging = {
	.id = "TRC-2",
	.name = "Anti-Debugging",
	.version = "0.1.0",
	.description = "Process uses anti-debugging technique to block debugger",
	.tags = tags,
	.severity = 3,
	.mitre = "Defense Evasion: Execution Guardrails",
	.forms = forms,
	.on_event = on_event,
};
