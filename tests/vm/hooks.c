// SPDX-License-Identifier: Apache-2.0
/*
 * hooks DIRECTORY: does what the kernel's functions make events of, below DIRECTORY, and prints the truth for
 * tests/vm/hooks.jq, one JSON object a line:
 *   {"event":"vfs_write","tid":7,"args":{…}}   an event of that thread with these arguments, once at least
 *   {"alerts":[…],"tid":7}                     all that mem_prot_alert says of that thread, in order
 * Needs root, and changes nothing outside of a mount namespace of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_DEEP 20 /* directories, one in the other */

static const char *self;

static void need(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "hooks: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void expect(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void expect(const char *event, const char *format, ...)
{
	va_list args;

	printf("{\"event\":\"%s\",\"tid\":%ld,\"args\":{", event, syscall(SYS_gettid));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("}}\n");
	fflush(stdout);
}

/* As the kernel has it: 20 bits of minor number. */
static unsigned int kernel_device(dev_t device)
{
	return major(device) << 20 | minor(device);
}

/* Opens @path, which is to be told as @told. */
static int open_told(const char *path, const char *told, int flags)
{
	int fd = open(path, flags, 0600);
	struct stat st;

	need(fd >= 0 && fstat(fd, &st) == 0, path);
	expect("security_file_open", "\"pathname\":\"%s\",\"dev\":%u,\"inode\":%lu", told, kernel_device(st.st_dev),
	       (unsigned long)st.st_ino);
	return fd;
}

static void write_told(int fd, const char *path)
{
	char one[] = "one", two[] = "two";
	struct iovec parts[] = { { one, 3 }, { two, 3 } };

	need(write(fd, "hello world", 11) == 11, path);
	expect("vfs_write", "\"pathname\":\"%s\",\"count\":11,\"pos\":0", path);
	expect("magic_write", "\"pathname\":\"%s\",\"bytes\":\"aGVsbG8gd29ybGQ=\"", path);
	need(writev(fd, parts, 2) == 6, path);
	expect("vfs_writev", "\"pathname\":\"%s\",\"vlen\":2,\"pos\":11", path);
}

/* The path leads over a bind mount into a tmpfs. */
static void files(const char *directory)
{
	char path[256], bound[256], told[256];
	int fd;

	snprintf(path, sizeof(path), "%s/tmpfs", directory);
	need((mkdir(path, 0700) == 0 || errno == EEXIST) && mount("none", path, "tmpfs", 0, NULL) == 0, path);
	snprintf(path, sizeof(path), "%s/tmpfs/in", directory);
	need(mkdir(path, 0700) == 0, path);
	snprintf(bound, sizeof(bound), "%s/bound", directory);
	need((mkdir(bound, 0700) == 0 || errno == EEXIST) && mount(path, bound, NULL, MS_BIND, NULL) == 0, bound);
	snprintf(told, sizeof(told), "%s/tmpfs/in/file", directory);
	fd = open_told(told, told, O_RDWR | O_CREAT);
	write_told(fd, told);
	close(fd);
	snprintf(told, sizeof(told), "%s/bound/file", directory);
	close(open_told(told, told, O_RDONLY));
	need(unlink(told) == 0, told);
	expect("security_inode_unlink", "\"pathname\":\"/in/file\"");
}

static void deep(const char *directory)
{
	char path[512];
	size_t length = (size_t)snprintf(path, sizeof(path), "%s/tmpfs", directory);

	for (int i = 0; i < N_DEEP; i++) {
		length += (size_t)snprintf(path + length, sizeof(path) - length, "/d%d", i);
		need(mkdir(path, 0700) == 0, path);
	}
	snprintf(path + length, sizeof(path) - length, "/end");
	close(open_told(path, path, O_WRONLY | O_CREAT));
}

static void nameless(void)
{
	char path[64];
	int fd = (int)syscall(SYS_memfd_create, "mine", 0);

	need(fd >= 0, "memfd_create");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	close(open_told(path, "memfd:mine", O_RDONLY));
	close(fd);
}

static void protections(void)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(page != MAP_FAILED, "mmap");
	need(mprotect(page, size, PROT_READ | PROT_EXEC) == 0, "mprotect");
	need(mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC) == 0, "mprotect");
	need(mprotect(page, size, PROT_READ | PROT_EXEC) == 0, "mprotect");
	need(mprotect(page, size, PROT_READ) == 0, "mprotect");
	need(mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED, "mmap");
	printf("{\"tid\":%ld,\"alerts\":[\"Protection changed to Executable!\",\"Protection changed from E to W+E!\","
	       "\"Protection changed from W+E to E!\",\"Mmaped region with W+E permissions!\"]}\n",
	       syscall(SYS_gettid));
	fflush(stdout);
}

/* ---- what changes a process, each in one of its own -------------------------------------------- */

static void becomes_another(void)
{
	need(setresuid(1000, 1000, 1000) == 0, "setresuid");
	expect("commit_creds", "\"old_euid\":0,\"new_euid\":1000,\"old_egid\":0,\"new_egid\":0,\"old_fsuid\":0,\"new_fsuid\":1000,"
			       "\"new_cap_eff\":0");
}

static void moves(void)
{
	struct stat st;

	need(unshare(CLONE_NEWUTS) == 0, "unshare");
	need(stat("/proc/self/ns/uts", &st) == 0, "/proc/self/ns/uts");
	expect("switch_task_ns", "\"pid\":%ld,\"new_uts\":%lu,\"new_mnt\":0,\"new_pid\":0,\"new_ipc\":0,\"new_net\":0,\"new_cgroup\":0",
	       syscall(SYS_gettid), (unsigned long)st.st_ino);
}

static void asks(void)
{
	need(chroot("/") == 0, "chroot");
	expect("cap_capable", "\"cap\":\"CAP_SYS_CHROOT\",\"syscall\":\"chroot\"");
}

static void executes(void)
{
	struct stat st;

	need(stat(self, &st) == 0, self);
	expect("security_bprm_check", "\"pathname\":\"%s\",\"dev\":%u,\"inode\":%lu", self, kernel_device(st.st_dev),
	       (unsigned long)st.st_ino);
	execl(self, self, NULL);
	need(0, self);
}

static void ends(void)
{
	expect("do_exit", "%s", "");
}

static void in_a_process(void (*act)(void))
{
	int status;
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid == 0) {
		act();
		_exit(0);
	}
	need(waitpid(pid, &status, 0) == pid && status == 0, "a process of ours");
}

int main(int argc, char **argv)
{
	void (*const acts[])(void) = { becomes_another, moves, asks, executes, ends };

	if (argc != 2)
		return 0; /* executed by itself */
	self = argv[0];
	need(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "mount namespace");
	files(argv[1]);
	deep(argv[1]);
	nameless();
	protections();
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		in_a_process(acts[i]);
	return 0;
}
