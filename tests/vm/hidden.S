/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module for x86_64 that takes itself off the kernel's list of modules as it starts, as rootkits do. It needs nothing of the
 * kernel; what a kernel wants to see in a module hidden.sh takes from one of the kernel's own, and gives it in macros:
 * SIZE of struct module, INIT_AT, where its member `init` is, VERMAGIC, and VERSIONS, a file.
 */
#define NAME "tracee_hidden"
#define STATE_AND_LIST 24 /* bytes in front of the name: enum module_state, struct list_head (include/linux/module.h) */
#define LIST 8
#define NEXT 0 /* in struct list_head */
#define PREV 8

	.section .modinfo, "a"
	.asciz "license=GPL"
	.asciz "depends="
	.asciz "retpoline=Y"
	.asciz "name=" NAME
	.ascii "vermagic="
	.asciz VERMAGIC

	.section __versions, "a"
	.incbin VERSIONS

	.section .gnu.linkonce.this_module, "wa"
	.balign 64
	.globl __this_module
__this_module:
	.skip STATE_AND_LIST
	.asciz NAME
	.org INIT_AT
	.quad init_module
	.org SIZE

	.section .init.text, "ax"
	.globl init_module
init_module:
	endbr64
	lea __this_module+LIST(%rip), %rax
	mov NEXT(%rax), %rcx
	mov PREV(%rax), %rdx
	mov %rdx, PREV(%rcx)
	mov %rcx, NEXT(%rdx)
	mov %rax, NEXT(%rax)
	mov %rax, PREV(%rax)
	xor %eax, %eax
	ret
	.type init_module, @function
	.size init_module, . - init_module

	.section .note.GNU-stack, "", @progbits
