// SPDX-License-Identifier: Apache-2.0
/* The program of 32-bit x86 that is a part of this one: simulate/program32.c. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "simulate/case.h"

#if defined(__x86_64__)
__asm__(".section .rodata\n"
	"program32:\n"
	"\t.incbin \"" PROGRAM32 "\"\n"
	"program32_end:\n"
	".previous\n");
extern const char program32[], program32_end[];

int case_execute32(const char *what)
{
	const char *const arguments[] = { "program32", what, NULL }, *const none[] = { NULL };
	ssize_t size = program32_end - program32;
	int fd = case_file("program32", 0755);

	if (fd < 0)
		return fd;
	if (write(fd, program32, (size_t)size) != size)
		return -errno;
	close(fd);
	execve(case_path("program32"), (char *const *)arguments, (char *const *)none);
	/* Kernels without 32-bit processes do not know the format. */
	return errno == ENOEXEC ? -ENOTSUP : -errno;
}
#else
int case_execute32(const char *what)
{
	(void)what;
	return -ENOTSUP;
}
#endif
