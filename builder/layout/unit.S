/* SPDX-License-Identifier: Apache-2.0 */
/* The overlay and the layout unit, as clang gets them. */
	.section .rodata
	.global layout_unit, layout_unit_size_bytes
	.hidden layout_unit, layout_unit_size_bytes
layout_unit:
	.incbin "builder/layout/overlay.h"
	.ascii "#line 1 \"bpf/layout.c\"\n"
	.incbin "bpf/layout.c"
layout_unit_end:
	.balign 8
layout_unit_size_bytes:
	.quad layout_unit_end - layout_unit
	.section .note.GNU-stack, "", %progbits
