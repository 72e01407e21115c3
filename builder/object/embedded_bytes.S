/* SPDX-License-Identifier: Apache-2.0 */
/* The BPF programs' files as they are; BPF_OBJECTS is the folder they were compiled into. */
	.macro program name:req, file:req
	.globl	embedded_\name
	.hidden	embedded_\name
	.globl	embedded_\name\()_end
	.hidden	embedded_\name\()_end
	.balign	16
embedded_\name:
	.incbin	"\file"
embedded_\name\()_end:
	.endm

	.section .rodata, "a"
	program	base_x86_64, BPF_OBJECTS/tracee.base.x86_64.bpf.o
	program	base_arm64, BPF_OBJECTS/tracee.base.arm64.bpf.o
	program	ring_x86_64, BPF_OBJECTS/tracee.ring.x86_64.bpf.o
	program	ring_arm64, BPF_OBJECTS/tracee.ring.arm64.bpf.o

	.section .note.GNU-stack, "", %progbits
