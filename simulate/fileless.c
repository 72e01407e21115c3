// SPDX-License-Identifier: Apache-2.0
/* TRC-5: this program is executed from places that are no disk. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulate/case.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10 /* include/uapi/linux/memfd.h, since 6.3 */
#endif

/* A memfd with this program in it. */
static int program_in_memory(unsigned int flags)
{
	int fd = memfd_create("tracee-simulate", flags), r;

	if (fd < 0)
		return -errno;
	r = case_copy_program(fd);
	return r < 0 ? r : fd;
}

static const char *link_of(pid_t pid, int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, fd);
	return path;
}

static int execute_descriptor(int fd)
{
	return fd < 0 ? fd : case_execute(link_of(getpid(), fd), NULL);
}

static int memfd(void)
{
	return execute_descriptor(program_in_memory(MFD_CLOEXEC));
}

static int memfd_executable(void)
{
	return execute_descriptor(program_in_memory(MFD_CLOEXEC | MFD_EXEC));
}

static int by_execveat(void)
{
	static const char *const none[] = { NULL };
	int fd = program_in_memory(MFD_CLOEXEC);

	if (fd < 0)
		return fd;
	syscall(SYS_execveat, fd, "", (char *const *)case_arguments, (char *const *)none, AT_EMPTY_PATH);
	return -errno;
}

static int by_fexecve(void)
{
	static const char *const none[] = { NULL };
	int fd = program_in_memory(MFD_CLOEXEC);

	if (fd < 0)
		return fd;
	fexecve(fd, (char *const *)case_arguments, (char *const *)none);
	return -errno;
}

/* @path is a new file on what is mounted there. */
static int execute_copy(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0755), r;

	if (fd < 0)
		return -errno;
	r = case_copy_program(fd);
	close(fd);
	return r < 0 ? r : case_execute(path, NULL);
}

/* Another process takes the file away again, because this one becomes it. */
static int in_shared_memory(void)
{
	static const char path[] = "/dev/shm/tracee-simulate";
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(-execute_copy(path));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	unlink(path);
	return -WEXITSTATUS(status);
}

static int on_new_mount(const char *type)
{
	int r = case_own_mounts();

	if (r == 0 && mount(type, case_directory(), type, 0, NULL) < 0)
		r = -errno;
	return r < 0 ? r : execute_copy(case_path("program"));
}

static int on_tmpfs(void)
{
	return on_new_mount("tmpfs");
}

static int on_ramfs(void)
{
	return on_new_mount("ramfs");
}

/* What is open for writing is not executed: opens it anew. */
static int execute_nameless(int fd)
{
	int r = fd < 0 ? fd : case_copy_program(fd), reader;

	if (r < 0)
		return r;
	fchmod(fd, 0755);
	reader = open(link_of(getpid(), fd), O_RDONLY | O_CLOEXEC);
	if (reader < 0)
		return -errno;
	close(fd);
	return execute_descriptor(reader);
}

static int temporary_file(void)
{
	int fd = open(case_directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0755);

	return execute_nameless(fd < 0 ? -errno : fd);
}

static int unlinked(void)
{
	int fd = case_file("program", 0755);

	if (fd >= 0)
		unlink(case_path("program"));
	return execute_nameless(fd);
}

static int script(void)
{
	char line[4200], program[4096] = "";
	int fd = memfd_create("script", 0), n;

	if (fd < 0 || readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return -errno;
	n = snprintf(line, sizeof(line), "#!%s --end\n", program);
	if (write(fd, line, (size_t)n) != n)
		return -errno;
	return case_execute(link_of(getpid(), fd), NULL);
}

static int of_another_process(void)
{
	int fd = program_in_memory(MFD_CLOEXEC), status = 0;
	pid_t pid, us = getpid();

	if (fd < 0)
		return fd;
	pid = fork();
	if (pid == 0)
		_exit(-case_execute(link_of(us, fd), NULL));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return -WEXITSTATUS(status);
}

/* It begins as a file on disk like any other. */
static int deletes_itself(void)
{
	static const char *const arguments[] = { "tracee-simulate", "--unlink", NULL }, *const none[] = { NULL };
	int fd = case_file("program", 0755), r = fd < 0 ? fd : case_copy_program(fd);

	close(fd);
	if (r == 0)
		execve(case_path("program"), (char *const *)arguments, (char *const *)none);
	return r < 0 ? r : -errno;
}

#if defined(__x86_64__)
#define DYNAMIC_LOADER "/lib64/ld-linux-x86-64.so.2"
#else
#define DYNAMIC_LOADER "/lib/ld-linux-aarch64.so.1"
#endif

/* It maps this program, sees that it is a static one, and executes it. */
static int by_loader(void)
{
	const char *arguments[] = { "ld.so", NULL, "--end", NULL }, *const none[] = { NULL };
	int fd = program_in_memory(0);

	if (fd < 0)
		return fd;
	arguments[1] = link_of(getpid(), fd);
	execve(DYNAMIC_LOADER, (char *const *)arguments, (char *const *)none);
	return -errno;
}

static int sealed(void)
{
	int fd = program_in_memory(MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return fd;
	if (geteuid() != 0)
		return -EPERM;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		return -errno;
	return execute_descriptor(fd);
}

/* ---- a path that another thread changes while it is looked at ------------------------------- */

#define N_RACES 5 /* that the memfd shall win */
#define N_TRIES 5000

static char raced[64];
static char choices[2][64];

static void *swap(void *unused)
{
	for (unsigned int i = 0;; i++) {
		memcpy(raced, choices[i & 1], sizeof(raced));
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	}
	return unused;
}

/* 0: the memfd was executed; another status: the file on disk, or neither. */
static int race_once(void)
{
	pthread_t thread;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		static const char *const arguments[] = { "tracee-simulate", "--where", NULL }, *const none[] = { NULL };

		memcpy(raced, choices[1], sizeof(raced));
		if (pthread_create(&thread, NULL, swap, NULL) == 0)
			execve(raced, (char *const *)arguments, (char *const *)none);
		_exit(2);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

static int path_swapped(void)
{
	int fd = program_in_memory(0), disk = case_file("p", 0755), n = 0;

	if (fd < 0 || disk < 0)
		return fd < 0 ? fd : disk;
	if (case_copy_program(disk) < 0 || chdir(case_directory()) < 0)
		return -errno;
	close(disk);
	strcpy(choices[0], link_of(getpid(), fd));
	strcpy(choices[1], "p");
	for (int i = 0; i < N_TRIES && n < N_RACES; i++)
		n += race_once() == 0;
	return n == N_RACES ? 0 : -EAGAIN;
}

static int on_disk(void)
{
	return execute_copy(case_path("memfd:tracee"));
}

#define FOUND(severity, data) "[{\"rule\":\"TRC-5\",\"severity\":" severity ",\"data\":" data "}]"
#define NAMELESS(path) FOUND("2", "{\"path\":\"" path "\",\"state\":\"done\",\"way\":\"exec\",\"links\":0}")
#define NAMED FOUND("2", "{\"state\":\"done\",\"way\":\"exec\",\"links\":1}")
#define MEMFD "{\"rule\":\"TRC-5\",\"severity\":2,\"data\":{\"path\":\"memfd:tracee-simulate\"}}"
#define FIVE(one) "[" one "," one "," one "," one "," one "]"
#define BOTH(expected) expected, expected

const struct simulate_case cases_fileless[] = {
	{ "FLE-01", "TRC-5", "a memfd is executed", memfd, BOTH(NAMELESS("memfd:tracee-simulate")) },
	{ "FLE-02", "TRC-5", "the same by execveat", by_execveat, BOTH(NAMELESS("memfd:tracee-simulate")) },
	{ "FLE-03", "TRC-5", "the same by fexecve", by_fexecve, BOTH(NAMELESS("memfd:tracee-simulate")) },
	{ "FLE-04", "TRC-5", "a file in /dev/shm is executed", in_shared_memory, BOTH(NAMED) },
	{ "FLE-06", "TRC-5", "a file on another tmpfs", on_tmpfs, BOTH(NAMED) },
	{ "FLE-07", "TRC-5", "a file that never had a name", temporary_file, BOTH(FOUND("2", "{\"links\":0,\"way\":\"exec\"}")) },
	{ "FLE-08", "TRC-5", "a file whose name is gone", unlinked, BOTH(FOUND("2", "{\"links\":0,\"way\":\"exec\"}")) },
	{ "FLE-09", "TRC-5", "a program deletes its own file", deletes_itself,
	  FOUND("2", "{\"way\":\"unlink\",\"state\":\"attempted\",\"links\":1}"), NULL },
	{ "FLE-10", "TRC-5", "a memfd made with MFD_EXEC", memfd_executable, BOTH(NAMELESS("memfd:tracee-simulate")) },
	{ "FLE-11", "TRC-5", "a script in a memfd", script,
	  FOUND("2", "{\"path\":\"memfd:script\",\"state\":\"attempted\",\"way\":\"script\",\"links\":0}"), NULL },
	{ "FLE-12", "TRC-5", "the loader is given a memfd", by_loader,
	  "[{\"rule\":\"TRC-4\",\"severity\":2,\"data\":{\"way\":\"mmap\",\"memory\":\"fileless\"}},{\"rule\":\"TRC-5\",\"severity\":2,\"data\":{\"links\":0}}]", NULL },
	{ "FLE-15", "TRC-5", "a file on a ramfs", on_ramfs, BOTH(FOUND("2", "{\"file system\":\"ramfs\",\"links\":1}")) },
	{ "FLE-16", "TRC-5", "a memfd of another process", of_another_process, BOTH(NAMELESS("memfd:tracee-simulate")) },
	{ "FLE-17", "TRC-5", "a path that another thread changes meanwhile", path_swapped, BOTH(FIVE(MEMFD)) },
	{ "FLE-18", "TRC-5", "a sealed memfd, as container runtimes do", sealed,
	  BOTH(FOUND("1", "{\"links\":0,\"seals\":\"F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE\"}")) },
	{ "FLE-18b", "TRC-5", "a file on disk named memfd: nothing", on_disk, BOTH("[]") },
	{},
};
