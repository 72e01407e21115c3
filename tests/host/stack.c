// SPDX-License-Identifier: Apache-2.0
/*
 * stack: makes getppid(2) three functions deep, and prints, as JSON, where it comes from: the address behind the call,
 * and where the functions return to, the innermost first. To be compiled with frame pointers.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>

#define N_ADDRESSES 4
#define DEEP static __attribute__((noinline))

static uintptr_t addresses[N_ADDRESSES];

static void note(unsigned int i, const void *address)
{
	addresses[i] = (uintptr_t)address;
}

DEEP void inner(void)
{
	uintptr_t behind;

#if defined(__x86_64__)
	long result;

	__asm__ volatile("syscall\n1: lea 1b(%%rip), %0" : "=r"(behind), "=a"(result) : "a"(SYS_getppid) : "rcx", "r11", "memory");
#else
	register long result __asm__("x0") = 0;
	register long nr __asm__("x8") = SYS_getppid;

	__asm__ volatile("svc 0\n1: adr %0, 1b" : "=r"(behind), "+r"(result) : "r"(nr) : "memory");
#endif
	(void)result;
	addresses[0] = behind;
	note(1, __builtin_return_address(0));
}

DEEP void middle(void)
{
	inner();
	note(2, __builtin_return_address(0));
}

DEEP void outer(void)
{
	middle();
	note(3, __builtin_return_address(0));
}

int main(void)
{
	outer();
	printf("[");
	for (unsigned int i = 0; i < N_ADDRESSES; i++)
		printf("%s%" PRIuPTR, i ? "," : "", addresses[i]);
	printf("]\n");
	return 0;
}
