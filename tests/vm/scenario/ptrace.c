// SPDX-License-Identifier: Apache-2.0
/* ptrace, and TRC-2: a process that asks to be traced. */
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#define NOBODY 0x3fffffff /* above any process number (PID_MAX_LIMIT) */

static struct truth_call ptrace_told(long request, const char *request_text, pid_t pid, unsigned long addr,
				     const char *addr_text, unsigned long data, const char *data_text)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_ptrace, request, pid, addr, data));

	truth_event("ptrace", SYS_ptrace, &call,
		    truth_args("long request", json_string(request_text), "pid_t pid", json_integer(pid),
			       "void* addr", json_string(addr_text), "void* data", json_string(data_text), NULL));
	return call;
}

void ptrace_traceme(void)
{
	struct truth_call call = ptrace_told(PTRACE_TRACEME, "PTRACE_TRACEME", 0, 0, "0x0", 0, "0x0");
	struct truth_identity identity;

	if (call.ret < 0) {
		truth_skipped("PTRACE_TRACEME", -call.ret);
		return;
	}
	truth_identify(&identity);
	truth_event_of(&identity, "security_ptrace_traceme", 1103, call.span,
		       truth_args("pid_t tracer_pid", truth_host_number(identity.host_ppid), NULL));
	truth_finding("TRC-2", &call);
}

static void ptrace_run(const struct scenario_options *options)
{
	pid_t pid;

	(void)options;
	ptrace_told(PTRACE_ATTACH, "PTRACE_ATTACH", NOBODY, 0xabcdef0123, "0xABCDEF0123", 77, "0x4D");
	ptrace_told(PTRACE_POKETEXT, "PTRACE_POKETEXT", NOBODY, ~0ul, "0xFFFFFFFFFFFFFFFF", 0, "0x0");
	ptrace_told(9999, "9999", -1, 0, "0x0", 0, "0x0");
	pid = truth_fork(0);
	if (pid == 0) {
		ptrace_traceme();
		truth_exit(5);
	}
	truth_wait(pid, 5);
}

const struct family family_ptrace = { .name = "ptrace", .run = ptrace_run };
