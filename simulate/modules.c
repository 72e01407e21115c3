// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-6: the kernel is offered code that it refuses: zeros; it is asked for a module that nobody has; files by which it could be changed
 * are opened for writing, and nothing is written.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulate/case.h"

static const char zeros[4096];

/* 0 if it was refused for what it is, which is what shall happen. */
static int refused(long r)
{
	if (r == 0)
		return -EBADE;
	return errno == ENOEXEC || errno == EINVAL || errno == EBADMSG || errno == EKEYREJECTED ? 0 : -errno;
}

static int from_memory(void)
{
	return refused(syscall(SYS_init_module, zeros, sizeof(zeros), ""));
}

static int fill(int fd)
{
	return write(fd, zeros, sizeof(zeros)) == sizeof(zeros) ? 0 : -errno;
}

static int from_descriptor(int fd, int flags)
{
	return refused(syscall(SYS_finit_module, fd, "", flags));
}

/* What is open for writing is no module. Descriptor or a negative errno. */
static int file_of_zeros(void)
{
	int fd = case_file("no.ko", 0600), r = fd < 0 ? fd : fill(fd);

	close(fd);
	if (r == 0)
		r = open(case_path("no.ko"), O_RDONLY | O_CLOEXEC);
	return r < 0 ? -errno : r;
}

static int from_disk(void)
{
	int fd = file_of_zeros();

	return fd < 0 ? fd : from_descriptor(fd, 0);
}

#define MODULE_INIT_COMPRESSED_FILE 4 /* include/uapi/linux/module.h, since 5.17 */

/* Kernels that do not know the flag refuse it before they ask; those built without it afterwards. */
static int compressed(void)
{
	int fd = file_of_zeros();

	if (fd < 0)
		return fd;
	if (syscall(SYS_finit_module, fd, "", MODULE_INIT_COMPRESSED_FILE) == 0)
		return -EBADE;
	return errno == EINVAL ? -ENOTSUP : 0;
}

static int from_memfd(void)
{
	int fd = memfd_create("no.ko", MFD_CLOEXEC), r = fd < 0 ? -errno : fill(fd);

	return r < 0 ? r : from_descriptor(fd, 0);
}

#define TOO_MANY_SEGMENTS 1000

static int kexec(void)
{
	return refused(syscall(SYS_kexec_load, 0, TOO_MANY_SEGMENTS, NULL, 0));
}

#define KEXEC_FILE_NO_INITRAMFS 4 /* include/uapi/linux/kexec.h */

static int kexec_file(void)
{
	int fd = file_of_zeros();

	return fd < 0 ? fd : refused(syscall(SYS_kexec_file_load, fd, -1, 1UL, "", (unsigned long)KEXEC_FILE_NO_INITRAMFS));
}

#define AF_NOBODYS 24 /* AF_WANPIPE, include/linux/socket.h: no module has been there for a long time */

static int asked_for(void)
{
	return socket(AF_NOBODYS, SOCK_STREAM, 0) < 0 && (errno == EAFNOSUPPORT || errno == EINVAL) ? 0 : -EBADE;
}

static int bpf_program(void)
{
	static const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insn_cnt = sizeof(instructions) / sizeof(instructions[0]),
		.insns = (uintptr_t)instructions,
		.license = (uintptr_t) "GPL",
		.prog_name = "simulated",
	};

	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

/* Who may open it is asked first; the device may refuse it behind that. */
static int open_for_writing(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 && (errno != EPERM || geteuid() != 0))
		return -errno;
	close(fd);
	return 0;
}

static int memory_device(void)
{
	return open_for_writing("/dev/mem");
}

/* By another name, on a file system of the case's own. */
static int memory_device_elsewhere(void)
{
	if (mknod(case_path("device"), S_IFCHR | 0600, makedev(1, 1)) < 0)
		return -errno;
	return open_for_writing(case_path("device"));
}

static int core_pattern(void)
{
	return open_for_writing("/proc/sys/kernel/core_pattern");
}

static int modprobe_path(void)
{
	return open_for_writing("/proc/sys/kernel/modprobe");
}

static int uevent_helper(void)
{
	return open_for_writing("/sys/kernel/uevent_helper");
}

static int control_file_read(void)
{
	return open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC) < 0 ? -errno : 0;
}

#define CGROUP "/sys/fs/cgroup/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope"

static int join_cgroup(void)
{
	int fd = open(CGROUP "/cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		return -errno;
	close(fd);
	return 0;
}

/* A process in a cgroup as container runtimes name them, and in a pid namespace of its own. */
static int in_container(void)
{
	int status = 0, r = 0;
	pid_t pid;

	if (mkdir(CGROUP, 0755) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		r = join_cgroup();
		if (r == 0 && unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
			r = -errno;
		pid = r < 0 ? -1 : fork();
		if (pid == 0)
			_exit(-from_memory());
		if (pid > 0 && waitpid(pid, &status, 0) == pid)
			r = -WEXITSTATUS(status);
		_exit(-r);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		r = -errno;
	rmdir(CGROUP);
	return r < 0 ? r : -WEXITSTATUS(status);
}

#define FOUND(data) "[{\"rule\":\"TRC-6\",\"severity\":3,\"data\":" data "}]"
#define ATTEMPTED(code) FOUND("{\"code\":\"" code "\",\"state\":\"attempted\"}")
#define FAILED(code, call) FOUND("{\"code\":\"" code "\",\"state\":\"failed\",\"call\":\"" call "\"}")

#define CONTROL(path) FOUND("{\"code\":\"kernel-control\",\"state\":\"attempted\",\"path\":\"" path "\"}")
#define IN_CONTAINER(data)                                                                                                   \
	"[{\"rule\":\"TRC-6\",\"severity\":3,\"data\":{" data "},"                                                        \
	"\"container\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}]"

const struct simulate_case cases_modules[] = {
	{ "KMD-02", "TRC-6", "init_module", from_memory, ATTEMPTED("kernel-module"), FAILED("kernel-module", "init_module") },
	{ "KMD-03", "TRC-6", "finit_module of a memfd", from_memfd,
	  FOUND("{\"code\":\"kernel-module\",\"state\":\"attempted\",\"path\":\"memfd:no.ko\"}"), FAILED("kernel-module", "finit_module") },
	{ "KMD-04", "TRC-6", "finit_module of what is said to be compressed", compressed, ATTEMPTED("kernel-module"),
	  FAILED("kernel-module", "finit_module") },
	{ "KMD-05", "TRC-6", "the kernel is asked for what a module would do", asked_for,
	  "[{\"rule\":\"TRC-6\",\"severity\":0,\"data\":{\"state\":\"requested\",\"module\":\"net-pf-24\"}}]", NULL },
	{ "KMD-06", "TRC-6", "finit_module of what is no module", from_disk, ATTEMPTED("kernel-module"),
	  FAILED("kernel-module", "finit_module") },
	{ "KMD-08", "TRC-6", "kexec_load", kexec, ATTEMPTED("kexec-image"), FAILED("kexec-image", "kexec_load") },
	{ "KMD-09", "TRC-6", "kexec_file_load", kexec_file, ATTEMPTED("kexec-image"), FAILED("kexec-image", "kexec_file_load") },
	{ "KMD-10", "TRC-6", "a program of BPF for kprobes is loaded", bpf_program,
	  "[{\"rule\":\"TRC-6\",\"severity\":1,\"data\":{\"code\":\"bpf-program\",\"type\":\"kprobe\",\"program\":\"simulated\"}}]", NULL },
	{ "KMD-11", "TRC-6", "/dev/mem is opened for writing", memory_device, CONTROL("/dev/mem"), NULL },
	{ "KMD-11b", "TRC-6", "the same device by another name", memory_device_elsewhere, ATTEMPTED("kernel-control"), NULL },
	{ "KMD-12", "TRC-6", "core_pattern is opened for writing", core_pattern, CONTROL("/proc/sys/kernel/core_pattern"), NULL },
	{ "KMD-12b", "TRC-6", "the path of modprobe is opened for writing", modprobe_path, CONTROL("/proc/sys/kernel/modprobe"), NULL },
	{ "KMD-12c", "TRC-6", "uevent_helper is opened for writing", uevent_helper, CONTROL("/sys/kernel/uevent_helper"), NULL },
	{ "KMD-12d", "TRC-6", "core_pattern is read: nothing", control_file_read, "[]", "[]" },
	{ "KMD-14", "TRC-6", "init_module in a container", in_container, IN_CONTAINER("\"state\":\"attempted\""),
	  IN_CONTAINER("\"state\":\"failed\"") },
	{},
};
