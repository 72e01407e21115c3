/* SPDX-License-Identifier: Apache-2.0 */
/* A module such as kheaders.ko, with the beginning of an archive for an archive. */
	.section .modinfo, "a"
	.asciz	"name=kheaders"
	.section .rodata, "a"
	.global	kernel_headers_data, kernel_headers_data_end
kernel_headers_data:
	.byte	0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4
kernel_headers_data_end:
	.quad	0
