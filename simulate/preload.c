// SPDX-License-Identifier: Apache-2.0
/* TRC-7. This program is static, so that the variables do nothing to it; ld.so.preload is one of a directory that is not /etc. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulate/case.h"

#define RUN_WITH(...)                                                                                                          \
	({                                                                                                                     \
		const char *const environment_[] = { __VA_ARGS__, NULL };                                                            \
		case_execute("/proc/self/exe", environment_);                                                                  \
	})

static int variable(void)
{
	return RUN_WITH("HOME=/", "LD_PRELOAD=/nonexistent/tracee.so");
}

static int audit(void)
{
	return RUN_WITH("LD_AUDIT=/nonexistent/tracee.so");
}

static int library_path(void)
{
	return RUN_WITH("LD_LIBRARY_PATH=/nonexistent");
}

static int tunables(void)
{
	return RUN_WITH("GLIBC_TUNABLES=glibc.malloc.check=0");
}

static int twice(void)
{
	return RUN_WITH("LD_PRELOAD=/nonexistent/one.so", "A=1", "LD_PRELOAD=/nonexistent/two.so");
}

#define N_OTHERS 200
#define N_OTHERS_MAX 700 /* more than are looked at */

static int behind(size_t n)
{
	static char others[N_OTHERS_MAX][64], long_one[9000];
	const char *environment[N_OTHERS_MAX + 3];

	for (size_t i = 0; i < n; i++) {
		snprintf(others[i], sizeof(others[i]), "OTHER_%zu=%040zu", i, i);
		environment[i] = others[i];
	}
	snprintf(long_one, sizeof(long_one), "LONG=%08900d", 0);
	environment[n] = long_one;
	environment[n + 1] = "LD_PRELOAD=/nonexistent/tracee.so";
	environment[n + 2] = NULL;
	return case_execute("/proc/self/exe", environment);
}

static int behind_others(void)
{
	return behind(N_OTHERS);
}

static int behind_too_many(void)
{
	return behind(N_OTHERS_MAX);
}

#define EXECVE_32 11 /* arch/x86/entry/syscalls/syscall_32.tbl */

static int by_execve_32(void)
{
	static char program[] = "/proc/self/exe", name[] = "tracee-simulate", end[] = "--end";
	static char variable_text[] = "LD_PRELOAD=/nonexistent/tracee.so";
	static uint32_t arguments[3], environment[2];

	arguments[0] = (uint32_t)(uintptr_t)name;
	arguments[1] = (uint32_t)(uintptr_t)end;
	environment[0] = (uint32_t)(uintptr_t)variable_text;
	return (int)case_call32(EXECVE_32, (long)program, (long)arguments, (long)environment, 0);
}

static int empty(void)
{
	return RUN_WITH("LD_PRELOAD=", "LD_AUDIT=", "LD_LIBRARY_PATH=");
}

static int other_names(void)
{
	return RUN_WITH("LD_PRELOADED=/x", "XLD_PRELOAD=/x", "LD_LIBRARY_PATHS=/x", "A=LD_PRELOAD=/x");
}

/* "etc/ld.so.preload" below the case's directory, whose parent is made. */
static const char *preload_file(void)
{
	mkdir(case_path("etc"), 0755);
	return case_path("etc/ld.so.preload");
}

static int result(int r)
{
	return r < 0 ? -errno : 0;
}

static int create(void)
{
	return result(open(preload_file(), O_WRONLY | O_CREAT, 0644));
}

static int by_uring(void)
{
	int r = case_uring_open(preload_file(), O_WRONLY | O_CREAT, 0644);

	return r < 0 ? r : 0;
}

static int new_file(void)
{
	int fd = case_file("new", 0644);

	return fd < 0 ? fd : 0;
}

static int moved(void)
{
	int r = new_file();

	return r < 0 ? r : result(rename(case_path("new"), preload_file()));
}

static int linked(void)
{
	int r = new_file();

	return r < 0 ? r : result(link(case_path("new"), preload_file()));
}

static int symlinked(void)
{
	return result(symlink("/nonexistent", preload_file()));
}

static int mounted(void)
{
	int r = case_own_mounts();

	if (r == 0)
		r = new_file();
	if (r == 0)
		r = result(mknod(preload_file(), S_IFREG | 0644, 0));
	return r < 0 ? r : result(mount(case_path("new"), case_path("etc/ld.so.preload"), NULL, MS_BIND, NULL));
}

static int read_only(void)
{
	int r = result(mknod(preload_file(), S_IFREG | 0644, 0));

	return r < 0 ? r : result(open(case_path("etc/ld.so.preload"), O_RDONLY));
}

static int in_other_root(void)
{
	mkdir(case_path("etc"), 0755);
	if (chroot(case_directory()) < 0 || chdir("/") < 0)
		return -errno;
	return result(open("/etc/ld.so.preload", O_WRONLY | O_CREAT, 0644));
}

/* This program has no loader, as the loader itself: that is how it is known under another name. */
static int run_as_loader(const char *path)
{
	static const char *const arguments[] = { "ld.so", "--preload", "/nonexistent/tracee.so", "--end", NULL }, *const none[] = { NULL };

	execve(path, (char *const *)arguments, (char *const *)none);
	return -errno;
}

static int loader_preloads(void)
{
	return run_as_loader("/proc/self/exe");
}

/* Under a loader's name, and the option is not the first one. */
static int loader_audits(void)
{
	static const char *const arguments[] = { "ld.so", "--end", "--audit", "/nonexistent/tracee.so", NULL }, *const none[] = { NULL };
	int fd = case_file("ld-tracee.so.1", 0755), r = fd < 0 ? fd : case_copy_program(fd);

	if (r < 0)
		return r;
	close(fd);
	execve(case_path("ld-tracee.so.1"), (char *const *)arguments, (char *const *)none);
	return -errno;
}

#define LOADER "ld-linux-x86-64.so.2"

/* What is no loader, under its name. 0 or a negative errno. */
static int make_loader(const char *name)
{
	int fd = case_file(name, 0755), r = fd < 0 ? fd : write(fd, "#", 1) == 1 ? 0 : -errno;

	close(fd);
	return r;
}

static int loader_replaced(void)
{
	int r = make_loader(LOADER);

	if (r == 0)
		r = new_file();
	return r < 0 ? r : result(rename(case_path("new"), case_path(LOADER)));
}

static int loader_written(void)
{
	int r = make_loader(LOADER);

	return r < 0 ? r : result(open(case_path(LOADER), O_WRONLY));
}

/* As a new system is unpacked. */
static int loader_made(void)
{
	int r = make_loader("unpacked");

	return r < 0 ? r : result(rename(case_path("unpacked"), case_path(LOADER)));
}

#define FOUND(severity, data) "[{\"rule\":\"TRC-7\",\"severity\":" severity ",\"data\":" data "}]"
#define VARIABLES(severity, list) FOUND(severity, "{\"variables\":[" list "],\"secure\":0}")
#define FILE_BY(way) FOUND("3", "{\"way\":\"" way "\",\"state\":\"attempted\"}")
#define LOADER_BY(way) FOUND("3", "{\"way\":\"" way "\",\"file\":\"loader\"}")
/* The same from the tracepoint alone. */
#define BOTH(expected) expected, expected

const struct simulate_case cases_preload[] = {
	{ "LDP-01", "TRC-7", "LD_PRELOAD", variable, BOTH(VARIABLES("2", "\"LD_PRELOAD=/nonexistent/tracee.so\"")) },
	{ "LDP-02", "TRC-7", "LD_AUDIT", audit, BOTH(VARIABLES("2", "\"LD_AUDIT=/nonexistent/tracee.so\"")) },
	{ "LDP-03", "TRC-7", "LD_LIBRARY_PATH", library_path, BOTH(VARIABLES("1", "\"LD_LIBRARY_PATH=/nonexistent\"")) },
	{ "LDP-04", "TRC-7", "GLIBC_TUNABLES", tunables, BOTH(VARIABLES("1", "\"GLIBC_TUNABLES=glibc.malloc.check=0\"")) },
	{ "LDP-05", "TRC-7", "ld.so.preload is created", create, FILE_BY("open"), NULL },
	{ "LDP-06", "TRC-7", "a file is renamed to ld.so.preload", moved, FILE_BY("rename"), NULL },
	{ "LDP-06b", "TRC-7", "a file is linked to ld.so.preload", linked, FILE_BY("link"), NULL },
	{ "LDP-06c", "TRC-7", "ld.so.preload as a symbolic link", symlinked, FILE_BY("symlink"), NULL },
	{ "LDP-08", "TRC-7", "a file is mounted on ld.so.preload", mounted, FILE_BY("mount"), NULL },
	{ "LDP-09", "TRC-7", "the loader is run with --preload", loader_preloads,
	  BOTH(FOUND("2", "{\"arguments\":[\"ld.so\",\"--preload\",\"/nonexistent/tracee.so\",\"--end\"]}")) },
	{ "LDP-09b", "TRC-7", "and with --audit", loader_audits,
	  BOTH(FOUND("2", "{\"arguments\":[\"ld.so\",\"--end\",\"--audit\",\"/nonexistent/tracee.so\"]}")) },
	{ "LDP-11", "TRC-7", "LD_PRELOAD twice", twice,
	  BOTH(VARIABLES("2", "\"LD_PRELOAD=/nonexistent/one.so\",\"LD_PRELOAD=/nonexistent/two.so\"")) },
	{ "LDP-11b", "TRC-7", "LD_PRELOAD behind 200 variables and a long one", behind_others,
	  BOTH(VARIABLES("2", "\"LD_PRELOAD=/nonexistent/tracee.so\"")) },
	{ "LDP-11c", "TRC-7", "LD_PRELOAD behind too many to look at", behind_too_many,
	  BOTH(FOUND("1", "{\"variables\":[],\"environment\":\"too many variables to look at all of them\"}")) },
	{ "LDP-13", "TRC-7", "ld.so.preload of another root is created", in_other_root, FILE_BY("open"), NULL },
	{ "LDP-14", "TRC-7", "another file takes the place of a loader", loader_replaced, LOADER_BY("rename"), NULL },
	{ "LDP-14b", "TRC-7", "a loader is opened for writing", loader_written, LOADER_BY("open"), NULL },
	{ "LDP-14c", "TRC-7", "a loader where there was none: nothing", loader_made, "[]", "[]" },
	{ "LDP-15", "TRC-7", "ld.so.preload is created by io_uring", by_uring, FILE_BY("open"), NULL },
	{ "LDP-16", "TRC-7", "execve of a 32-bit process", by_execve_32, BOTH(VARIABLES("2", "\"LD_PRELOAD=/nonexistent/tracee.so\"")) },
	{ "LDP-17", "TRC-7", "empty variables: nothing", empty, BOTH("[]") },
	{ "LDP-17b", "TRC-7", "names that only begin so: nothing", other_names, BOTH("[]") },
	{ "LDP-17c", "TRC-7", "ld.so.preload is read: nothing", read_only, "[]", "[]" },
	{},
};
