/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program without a C library needs of the processor: where it begins, and
 *   long raw_call(long nr, const unsigned long args[6])   a system call
 *   long raw_fork(long nr, const unsigned long args[6])   one that returns twice: in the child it ends the child
 * A child of vfork(2) stands on its parent's stack, so raw_fork touches none between the two calls.
 * Calling conventions of the kernel: syscall(2). i386 calls by int 0x80.
 */
#include <asm/unistd.h>

	.text
	.globl _start, raw_call, raw_fork

#if defined(__x86_64__)

.macro arguments_load
	movq %rdi, %rax
	movq %rsi, %rcx
	movq 0(%rcx), %rdi
	movq 8(%rcx), %rsi
	movq 16(%rcx), %rdx
	movq 24(%rcx), %r10
	movq 32(%rcx), %r8
	movq 40(%rcx), %r9
.endm

_start:
	movq %rsp, %rdi
	andq $-16, %rsp
	call calls_main

raw_call:
	arguments_load
	syscall
	ret

raw_fork:
	arguments_load
	syscall
	testq %rax, %rax
	jnz 1f
	xorl %edi, %edi
	movl $__NR_exit_group, %eax
	syscall
1:	ret

#elif defined(__arm__)

.macro arguments_load
	push {r4, r5, r7, lr}
	mov r7, r0
	mov r12, r1
	ldm r12, {r0-r5}
.endm

_start:
	mov r0, sp
	bic sp, sp, #7
	bl calls_main

raw_call:
	arguments_load
	svc #0
	pop {r4, r5, r7, pc}

raw_fork:
	arguments_load
	svc #0
	cmp r0, #0
	bne 1f
	mov r7, #__NR_exit_group
	svc #0
1:	pop {r4, r5, r7, pc}

#elif defined(__i386__)

.macro arguments_load
	pushl %ebp
	pushl %edi
	pushl %esi
	pushl %ebx
	movl 20(%esp), %eax
	movl 24(%esp), %ecx
	movl 0(%ecx), %ebx
	movl 8(%ecx), %edx
	movl 12(%ecx), %esi
	movl 16(%ecx), %edi
	movl 20(%ecx), %ebp
	movl 4(%ecx), %ecx
.endm

.macro arguments_drop
	popl %ebx
	popl %esi
	popl %edi
	popl %ebp
	ret
.endm

_start:
	movl %esp, %eax
	andl $-16, %esp
	subl $12, %esp
	pushl %eax
	call calls_main

raw_call:
	arguments_load
	int $0x80
	arguments_drop

raw_fork:
	arguments_load
	int $0x80
	testl %eax, %eax
	jnz 1f
	xorl %ebx, %ebx
	movl $__NR_exit_group, %eax
	int $0x80
1:	arguments_drop

#elif defined(__aarch64__)

.macro arguments_load
	mov x8, x0
	mov x9, x1
	ldp x0, x1, [x9]
	ldp x2, x3, [x9, #16]
	ldp x4, x5, [x9, #32]
.endm

_start:
	mov x0, sp
	b calls_main

raw_call:
	arguments_load
	svc #0
	ret

raw_fork:
	arguments_load
	svc #0
	cbnz x0, 1f
	mov x8, #__NR_exit_group
	svc #0
1:	ret

#else
#error "no system calls for this architecture"
#endif

	.section .note.GNU-stack, "", %progbits
