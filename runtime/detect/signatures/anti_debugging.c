// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-2. A process that asks to be traced by its parent cannot be traced by anybody else: malware
 * does so to keep debuggers away. Starting a program under strace or gdb is the same request, and is
 * found too, as users of Tracee expect it, as something known. Whether the request succeeds does not matter: a second one
 * fails, and that failure is what some programs look for. Others attach to their parent, forbid to look at them, read who traces
 * them, or handle breakpoints themselves, which a debugger would have taken.
 */
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/signatures/all.h"

#define REQUEST_ARG 0 /* of ptrace(2) */
/* libtracee/events.tsv */
enum prctl_arg { OPTION, OPTION_VALUE };
enum injection_arg { WAY, TARGET };
enum opened_arg { OPENED_PATH };
#define HANDLER 0 /* of breakpoint_handled */

/* The kernel function runs for PTRACE_TRACEME only, whatever the caller's ABI. */
static const struct signature_form forms[] = {
	{ .how = "kprobes security_ptrace_traceme, security_task_prctl, security_ptrace_access_check and security_file_open, tracepoint "
		 "signal_deliver",
	  .how_partly = "kprobe security_ptrace_traceme, and others as far as there are any",
	  .events = { { .name = "security_ptrace_traceme" },
		      { .name = "security_task_prctl",
			.is_optional = true,
			.arg = OPTION,
			.n_values = 2,
			.values = { PR_SET_DUMPABLE, PR_SET_PTRACER } },
		      { .name = "process_injection", .is_optional = true },
		      { .name = "own_status_open", .is_optional = true },
		      { .name = "breakpoint_handled", .is_optional = true } } },
	{ .how = "system calls ptrace and prctl, tracepoint signal_deliver",
	  .how_partly = "system calls ptrace and prctl",
	  .events = { { .name = "ptrace", .arg = REQUEST_ARG, .n_values = 1, .values = { PTRACE_TRACEME } },
		      { .name = "prctl", .arg = OPTION, .n_values = 2, .values = { PR_SET_DUMPABLE, PR_SET_PTRACER } },
		      { .name = "breakpoint_handled", .is_optional = true } } },
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

#define SEVERITY_LAUNCHER 1
#define SEVERITY_PRCTL 1
#define SEVERITY_BREAKPOINT 1

static bool on_traceme(const struct tracee_event *event, struct finding *finding)
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
	/* A child that its parent has just made, and that has executed nothing yet: so debuggers start programs. */
	if (event->is_forked)
		finding_is_known(finding, "between fork and exec, as debuggers start programs", SEVERITY_LAUNCHER);
	/* A failure may be the answer that the program wants: it is not hidden behind the success before. */
	finding->cause = is_call ? (uint64_t)event->ret : 0;
	return true;
}

/* Who may not dump it may not look at it either; agents that keep keys forbid it, too. */
static bool on_prctl(const struct tracee_event *event, struct finding *finding)
{
	bool is_dumpable = event->args[OPTION].number == PR_SET_DUMPABLE, is_call = event->def->is_syscall;
	uint64_t cause[] = { event->args[OPTION].number, is_call && event->ret < 0 };

	if ((!is_dumpable && event->args[OPTION].number != PR_SET_PTRACER) ||
	    (is_dumpable && event->args[OPTION_VALUE].number != 0))
		return false;
	finding_add_string(finding, "request", is_dumpable ? "PR_SET_DUMPABLE" : "PR_SET_PTRACER");
	finding_add_string(finding, "state", !is_call ? "attempted" : event->ret < 0 ? "failed" : "done");
	if (is_call)
		finding_add_number(finding, "result", event->ret);
	if (!is_dumpable)
		finding_add_number(finding, "tracer", (int32_t)event->args[OPTION_VALUE].number);
	finding->severity = SEVERITY_PRCTL;
	finding->cause = finding_cause(event, cause, sizeof(cause));
	return true;
}

/* A child that attaches to its parent keeps others from doing so. */
static bool on_attach(const struct tracee_event *event, struct finding *finding)
{
	if (event->args[WAY].number != TRACEE_WIRE_WAY_ATTACH || event->args[TARGET].number != event->host_ppid)
		return false;
	finding_add_string(finding, "request", "attach to the parent");
	finding_add_string(finding, "state", "attempted");
	finding_add_number(finding, "target", (int64_t)event->args[TARGET].number);
	finding->cause = finding_cause(event, "", 0);
	return true;
}

/* Who traces a process stands there. Libraries read it for other things: it is worth to be known, no more. */
static bool on_own_status(const struct tracee_event *event, struct finding *finding)
{
	finding_add_string(finding, "request", "open of its own status");
	finding_add_argument(finding, "path", OPENED_PATH);
	finding->severity = 0;
	finding->cause = finding_cause(event, "", 0);
	return true;
}

static bool on_breakpoint(const struct tracee_event *event, struct finding *finding)
{
	finding_add_string(finding, "request", "breakpoint with a handler");
	finding_add_argument(finding, "handler", HANDLER);
	finding->severity = SEVERITY_BREAKPOINT;
	finding->cause = finding_cause(event, "", 0);
	return true;
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	switch (event->def->id) {
	case TRACEE_WIRE_PROCESS_INJECTION:
		return on_attach(event, finding);
	case TRACEE_WIRE_OWN_STATUS_OPEN:
		return on_own_status(event, finding);
	case TRACEE_WIRE_BREAKPOINT_HANDLED:
		return on_breakpoint(event, finding);
	default:
		break;
	}
	return strstr(event->def->name, "prctl") ? on_prctl(event, finding) : on_traceme(event, finding);
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
