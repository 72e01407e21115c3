// SPDX-License-Identifier: Apache-2.0
/* TRC-2: what programs do against debuggers. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulate/case.h"

static int traceme(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? -errno : 0;
}

static int traceme_twice(void)
{
	int r = traceme();

	if (r < 0)
		return r;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? 0 : -EBADE;
}

static int own_status(void)
{
	return open("/proc/self/status", O_RDONLY | O_CLOEXEC) < 0 ? -errno : 0;
}

static void on_trap(int signal)
{
	(void)signal;
	/* On arm64 the instruction would be executed again. */
	_exit(0);
}

static int breakpoint(void)
{
	signal(SIGTRAP, on_trap);
#if defined(__x86_64__)
	__asm__ volatile("int3");
#elif defined(__aarch64__)
	__asm__ volatile("brk #0");
#endif
	return -EBADE;
}

static int sent_signal(void)
{
	signal(SIGTRAP, on_trap);
	return raise(SIGTRAP) == 0 ? 0 : -errno;
}

static int traceme_program_32(void)
{
	return case_execute32("t");
}

#define PTRACE_32 26 /* arch/x86/entry/syscalls/syscall_32.tbl */

static int traceme_32(void)
{
	return (int)case_call32(PTRACE_32, PTRACE_TRACEME, 0, 0, 0);
}

/* What a child does to the parent, who waits for it; it lets go of it in the end. */
static int attach_to_parent(void)
{
	pid_t parent = getppid();
	int status;

	if (ptrace(PTRACE_ATTACH, parent, NULL, NULL) < 0 || waitpid(parent, &status, __WALL) < 0)
		return -errno;
	return ptrace(PTRACE_DETACH, parent, NULL, NULL) < 0 ? -errno : 0;
}

static int seize_parent(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) < 0 ? -errno : 0;
}

static int in_child(int (*run)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(-run());
	while (pid > 0 && waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return pid < 0 ? -errno : -WEXITSTATUS(status);
}

static int child_attaches(void)
{
	return in_child(attach_to_parent);
}

static int child_seizes(void)
{
	return in_child(seize_parent);
}

static int not_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

static int chosen_tracer(void)
{
	/* Kernels without Yama do not know the option: it was asked for all the same. */
	return prctl(PR_SET_PTRACER, getppid(), 0, 0, 0) < 0 && errno != EINVAL ? -errno : 0;
}

/* As debuggers start a program. */
static int launched(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(errno);
		_exit(-case_execute("/proc/self/exe", NULL));
	}
	while (pid > 0 && waitpid(pid, &status, 0) == pid) {
		if (WIFEXITED(status))
			return -WEXITSTATUS(status);
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	}
	return -errno;
}

static int dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 ? -errno : 0;
}

#define ONE(rule, severity, data) "{\"rule\":\"" rule "\",\"severity\":" severity ",\"data\":" data "}"
#define TRACEME(severity, state) ONE("TRC-2", severity, "{\"request\":\"PTRACE_TRACEME\",\"state\":\"" state "\"}")
#define PRCTL(option, state) "[" ONE("TRC-2", "1", "{\"request\":\"" option "\",\"state\":\"" state "\"}") "]"
#define BREAKPOINT "[" ONE("TRC-2", "1", "{\"request\":\"breakpoint with a handler\"}") "]"
/* Two rules say what they think of it. */
#define ATTACH                                                                                                                \
	"[" ONE("TRC-2", "3", "{\"request\":\"attach to the parent\",\"state\":\"attempted\"}") ","                           \
	    ONE("TRC-3", "1", "{\"way\":\"attach\",\"relation\":\"parent\"}") "]"

const struct simulate_case cases_debugging[] = {
	{ "ADB-01", "TRC-2", "PTRACE_TRACEME", traceme, "[" TRACEME("3", "attempted") "]", "[" TRACEME("3", "done") "]" },
	{ "ADB-02", "TRC-2", "PTRACE_TRACEME twice", traceme_twice, "[" TRACEME("3", "attempted") "]",
	  "[" TRACEME("3", "done") "," TRACEME("3", "failed") "]" },
	{ "ADB-03", "TRC-2", "a child attaches to its parent", child_attaches, ATTACH, NULL },
	{ "ADB-04", "TRC-2", "a child seizes its parent", child_seizes, ATTACH, NULL },
	{ "ADB-05", "TRC-2", "PR_SET_DUMPABLE", not_dumpable, PRCTL("PR_SET_DUMPABLE", "attempted"), PRCTL("PR_SET_DUMPABLE", "done") },
	{ "ADB-06", "TRC-2", "it reads its own status", own_status,
	  "[" ONE("TRC-2", "0", "{\"request\":\"open of its own status\"}") "]", NULL },
	{ "ADB-07", "TRC-2", "PR_SET_PTRACER", chosen_tracer, PRCTL("PR_SET_PTRACER", "attempted"), NULL },
	{ "ADB-08", "TRC-2", "a breakpoint, and a handler for it", breakpoint, BREAKPOINT, BREAKPOINT },
	{ "ADB-08b", "TRC-2", "SIGTRAP that was sent: nothing", sent_signal, "[]", "[]" },
	{ "ADB-09", "TRC-2", "PTRACE_TRACEME of a 32-bit process", traceme_32, "[" TRACEME("3", "attempted") "]", "[" TRACEME("3", "done") "]" },
	{ "ADB-09b", "TRC-2", "PTRACE_TRACEME of a program of i386", traceme_program_32, "[" TRACEME("3", "attempted") "]",
	  "[" TRACEME("3", "done") "]" },
	{ "ADB-10", "TRC-2", "a debugger starts a program", launched, "[" TRACEME("1", "attempted") "]", "[" TRACEME("1", "done") "]" },
	{ "ADB-10b", "TRC-2", "PR_SET_DUMPABLE to be dumpable: nothing", dumpable, "[]", "[]" },
	{},
};
