// SPDX-License-Identifier: Apache-2.0
/* TRC-6: the kernel is offered code that it refuses: zeros. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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

static int from_descriptor(int fd)
{
	return refused(syscall(SYS_finit_module, fd, "", 0));
}

/* What is open for writing is no module. */
static int from_disk(void)
{
	int fd = case_file("no.ko", 0600), r = fd < 0 ? fd : fill(fd);

	close(fd);
	return r < 0 ? r : from_descriptor(open(case_path("no.ko"), O_RDONLY | O_CLOEXEC));
}

static int from_memfd(void)
{
	int fd = memfd_create("no.ko", MFD_CLOEXEC), r = fd < 0 ? -errno : fill(fd);

	return r < 0 ? r : from_descriptor(fd);
}

#define TOO_MANY_SEGMENTS 1000

static int kexec(void)
{
	return refused(syscall(SYS_kexec_load, 0, TOO_MANY_SEGMENTS, NULL, 0));
}

#define FOUND(data) "[{\"rule\":\"TRC-6\",\"severity\":3,\"data\":" data "}]"
#define ATTEMPTED(code) FOUND("{\"code\":\"" code "\",\"state\":\"attempted\"}")
#define FAILED(code, call) FOUND("{\"code\":\"" code "\",\"state\":\"failed\",\"call\":\"" call "\"}")

const struct simulate_case cases_modules[] = {
	{ "KMD-02", "TRC-6", "init_module", from_memory, ATTEMPTED("kernel-module"), FAILED("kernel-module", "init_module") },
	{ "KMD-03", "TRC-6", "finit_module of a memfd", from_memfd,
	  FOUND("{\"code\":\"kernel-module\",\"state\":\"attempted\",\"path\":\"memfd:no.ko\"}"), FAILED("kernel-module", "finit_module") },
	{ "KMD-06", "TRC-6", "finit_module of what is no module", from_disk, ATTEMPTED("kernel-module"),
	  FAILED("kernel-module", "finit_module") },
	{ "KMD-08", "TRC-6", "kexec_load", kexec, ATTEMPTED("kexec-image"), FAILED("kexec-image", "kexec_load") },
	{},
};
