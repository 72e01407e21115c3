// SPDX-License-Identifier: Apache-2.0
/* System calls of 32-bit processes, which this one can make, too, where the kernel has them: by int 0x80 on x86. */
#include <errno.h>
#include <signal.h>
#include <setjmp.h>

#include "simulate/case.h"

#if defined(__x86_64__)
static sigjmp_buf no_such_calls;

/* Kernels without them answer with a signal. */
static void on_fault(int signal)
{
	(void)signal;
	siglongjmp(no_such_calls, 1);
}

long case_call32(long number, long a, long b, long c, long d)
{
	long result = number;

	signal(SIGSEGV, on_fault);
	if (sigsetjmp(no_such_calls, 1))
		return -ENOTSUP;
	__asm__ volatile("int $0x80" : "+a"(result) : "b"(a), "c"(b), "d"(c), "S"(d) : "memory", "r8", "r9", "r10", "r11");
	signal(SIGSEGV, SIG_DFL);
	return (int)result;
}
#else
long case_call32(long number, long a, long b, long c, long d)
{
	(void)number;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return -ENOTSUP;
}
#endif
