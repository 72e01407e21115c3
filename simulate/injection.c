// SPDX-License-Identifier: Apache-2.0
/* TRC-3: writes into a process that was made for it, what is there already. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulate/case.h"

static long word = 0x747261636565; /* at the same place in both processes */
static pid_t target;

/* A process that is nobody's child any more, and sleeps until it is killed. */
static int make_target(void)
{
	int pipe_fds[2], status;
	pid_t between;

	if (pipe(pipe_fds) < 0)
		return -errno;
	between = fork();
	if (between == 0) {
		pid_t pid = fork();

		if (pid == 0) {
			close(pipe_fds[0]);
			close(pipe_fds[1]);
			alarm(60);
			for (;;)
				pause();
		}
		_exit(write(pipe_fds[1], &pid, sizeof(pid)) != sizeof(pid) || pid < 0);
	}
	if (between < 0 || waitpid(between, &status, 0) < 0 || read(pipe_fds[0], &target, sizeof(target)) != sizeof(target))
		return -errno;
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return status ? -EAGAIN : 0;
}

static int to_target(int (*run)(void))
{
	int r = make_target();

	if (r < 0)
		return r;
	r = run();
	kill(target, SIGKILL);
	return r;
}

static int attach(void)
{
	int status;

	if (ptrace(PTRACE_ATTACH, target, NULL, NULL) < 0 || waitpid(target, &status, __WALL) < 0)
		return -errno;
	return 0;
}

static int poke(int request)
{
	int r = attach();

	if (r < 0)
		return r;
	return ptrace(request, target, &word, word) < 0 ? -errno : 0;
}

static int poke_text(void)
{
	return poke(PTRACE_POKETEXT);
}

static int poke_data(void)
{
	return poke(PTRACE_POKEDATA);
}

#define PTRACE_32 26 /* arch/x86/entry/syscalls/syscall_32.tbl */

static int poke_32(void)
{
	int r = attach();
	long poked = r < 0 ? r : case_call32(PTRACE_32, PTRACE_POKEDATA, target, (long)&word, word);

	return poked < 0 ? (int)poked : 0;
}

static int set_registers(void)
{
#if defined(__x86_64__)
	struct user_regs_struct registers;
	int r = attach();

	if (r < 0)
		return r;
	return ptrace(PTRACE_GETREGS, target, NULL, &registers) < 0 || ptrace(PTRACE_SETREGS, target, NULL, &registers) < 0 ? -errno : 0;
#else
	return -ENOTSUP;
#endif
}

static int set_register_set(void)
{
	struct user_regs_struct registers;
	struct iovec all = { &registers, sizeof(registers) };
	int r = attach();

	if (r < 0)
		return r;
	if (ptrace(PTRACE_GETREGSET, target, (void *)NT_PRSTATUS, &all) < 0 ||
	    ptrace(PTRACE_SETREGSET, target, (void *)NT_PRSTATUS, &all) < 0)
		return -errno;
	return 0;
}

/* As a debugger has a program call a function of its own: breakpoint, registers, go on, registers. */
#if defined(__x86_64__)
#define BREAKPOINT 0xcc
#define RED_ZONE 128

static long called(void)
{
	return 42;
}

static int call_in_target(void)
{
	struct user_regs_struct before, registers;
	long back = (long)(uintptr_t)attach & ~7L, text;
	int r = attach(), status;

	if (r < 0)
		return r;
	errno = 0;
	text = ptrace(PTRACE_PEEKTEXT, target, back, NULL);
	if (errno || ptrace(PTRACE_GETREGS, target, NULL, &before) < 0 ||
	    ptrace(PTRACE_POKETEXT, target, back, (text & ~0xffL) | BREAKPOINT) < 0)
		return -errno;
	registers = before;
	registers.rip = (unsigned long long)(uintptr_t)called;
	registers.rsp = ((before.rsp - RED_ZONE) & ~15ULL) - sizeof(long);
	registers.orig_rax = -1ULL;
	if (ptrace(PTRACE_POKEDATA, target, registers.rsp, back) < 0 || ptrace(PTRACE_SETREGS, target, NULL, &registers) < 0 ||
	    ptrace(PTRACE_CONT, target, NULL, NULL) < 0 || waitpid(target, &status, __WALL) < 0)
		return -errno;
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP || ptrace(PTRACE_GETREGS, target, NULL, &registers) < 0 || registers.rax != 42)
		return -EBADE;
	return ptrace(PTRACE_SETREGS, target, NULL, &before) < 0 ? -errno : 0;
}
#else
static int call_in_target(void)
{
	return -ENOTSUP;
}
#endif

static int seize(void)
{
	int status;

	if (ptrace(PTRACE_SEIZE, target, NULL, NULL) < 0 || ptrace(PTRACE_INTERRUPT, target, NULL, NULL) < 0)
		return -errno;
	return waitpid(target, &status, __WALL) < 0 ? -errno : 0;
}

static int write_to(pid_t pid)
{
	struct iovec part = { &word, sizeof(word) };

	return process_vm_writev(pid, &part, 1, &part, 1, 0) < 0 ? -errno : 0;
}

static int vm_write(void)
{
	return write_to(target);
}

static int write_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return pwrite(fd, &word, sizeof(word), (off_t)(uintptr_t)&word) < 0 ? -errno : 0;
}

static int memory_file(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/mem", (long)target);
	return write_file(path);
}

static int memory_file_of_thread(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/mem", (long)target, (long)target);
	return write_file(path);
}

static int memory_file_elsewhere(void)
{
	char name[64];
	int r = case_own_mounts();

	if (r < 0)
		return r;
	if (mount("proc", case_directory(), "proc", 0, NULL) < 0)
		return -errno;
	snprintf(name, sizeof(name), "%ld/mem", (long)target);
	return write_file(case_path(name));
}

static int memory_file_by_uring(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/mem", (long)target);
	fd = case_uring_open(path, O_RDWR, 0);
	return fd < 0 ? fd : 0;
}

/*
 * Its own code, which is not writable, is written over: with what is there. Newer kernels may open the file and refuse this
 * write (proc_mem.force_override): it was tried all the same.
 */
static int own_code(void)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	off_t at = (off_t)(uintptr_t)own_code;
	uint8_t byte;

	if (fd < 0 || pread(fd, &byte, 1, at) != 1)
		return -errno;
	return pwrite(fd, &byte, 1, at) == 1 || errno == EIO ? 0 : -errno;
}

static int own_memory(void)
{
	return write_to(getpid());
}

static int read_only(void)
{
	struct iovec part = { &word, sizeof(word) };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/mem", (long)target);
	if (process_vm_readv(target, &part, 1, &part, 1, 0) < 0)
		return -errno;
	return open(path, O_RDONLY | O_CLOEXEC) < 0 ? -errno : 0;
}

static int look_on(void)
{
	int r = attach();

	if (r < 0)
		return r;
	errno = 0;
	ptrace(PTRACE_PEEKDATA, target, &word, NULL);
	return -errno;
}

#define CASE(name)                                                                                                            \
	static int name##_case(void)                                                                                           \
	{                                                                                                                      \
		return to_target(name);                                                                                        \
	}
CASE(poke_text)
CASE(poke_data)
CASE(poke_32)
CASE(set_registers)
CASE(set_register_set)
CASE(call_in_target)
CASE(seize)
CASE(vm_write)
CASE(memory_file)
CASE(memory_file_of_thread)
CASE(memory_file_elsewhere)
CASE(memory_file_by_uring)
CASE(read_only)
CASE(look_on)

#define ONE(severity, data) "{\"rule\":\"TRC-3\",\"severity\":" severity ",\"data\":" data "}"
#define ATTACH ONE("1", "{\"way\":\"attach\",\"relation\":\"other\"}")
#define REQUEST(way, request)                                                                                                 \
	"[" ATTACH "," ONE("3", "{\"way\":\"" way "\",\"request\":\"" request "\",\"relation\":\"other\"}") "]",               \
		"[" ONE("3", "{\"request\":\"" request "\",\"state\":\"done\"}") "]"
#define MEMORY_FILE "[" ONE("3", "{\"way\":\"memory file\",\"state\":\"attempted\"}") "]", NULL

const struct simulate_case cases_injection[] = {
	{ "INJ-01", "TRC-3", "PTRACE_POKETEXT", poke_text_case, REQUEST("poke", "PTRACE_POKETEXT") },
	{ "INJ-02", "TRC-3", "PTRACE_POKEDATA", poke_data_case, REQUEST("poke", "PTRACE_POKEDATA") },
	{ "INJ-02b", "TRC-3", "PTRACE_POKEDATA of a 32-bit process", poke_32_case, REQUEST("poke", "PTRACE_POKEDATA") },
	{ "INJ-03", "TRC-3", "PTRACE_SETREGS", set_registers_case, REQUEST("registers", "PTRACE_SETREGS") },
	{ "INJ-04", "TRC-3", "PTRACE_SETREGSET", set_register_set_case, REQUEST("registers", "PTRACE_SETREGSET") },
	{ "INJ-05", "TRC-3", "PTRACE_SEIZE and PTRACE_INTERRUPT", seize_case, "[" ATTACH "]", NULL },
	{ "INJ-06", "TRC-3", "process_vm_writev", vm_write_case, "[" ONE("3", "{\"way\":\"process_vm_writev\"}") "]",
	  "[" ONE("3", "{\"call\":\"process_vm_writev\",\"state\":\"done\"}") "]" },
	{ "INJ-07", "TRC-3", "the memory file of a process is written", memory_file_case, MEMORY_FILE },
	{ "INJ-08", "TRC-3", "that of a thread", memory_file_of_thread_case, MEMORY_FILE },
	{ "INJ-10", "TRC-3", "that of another procfs", memory_file_elsewhere_case, MEMORY_FILE },
	{ "INJ-12", "TRC-3", "it is opened by io_uring", memory_file_by_uring_case, MEMORY_FILE },
	{ "INJ-14", "TRC-3", "own code is written over", own_code, MEMORY_FILE },
	{ "INJ-15", "TRC-3", "a function is called in a process, as debuggers do", call_in_target_case,
	  "[" ATTACH "," ONE("3", "{\"way\":\"poke\",\"request\":\"PTRACE_POKETEXT\"}") ","
	      ONE("3", "{\"way\":\"registers\",\"request\":\"PTRACE_SETREGS\"}") "]", NULL },
	{ "INJ-16", "TRC-3", "process_vm_writev to itself: nothing", own_memory, "[]", "[]" },
	{ "INJ-17", "TRC-3", "attaching and looking on", look_on_case, "[" ATTACH "]", NULL },
	{ "INJ-17b", "TRC-3", "memory is read: nothing", read_only_case, "[]", "[]" },
	{},
};
