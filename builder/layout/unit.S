/* SPDX-License-Identifier: Apache-2.0 */
/* The overlay and the layout unit, as clang gets them. */
	.section .rodata
	.global layout_unit_begin, layout_unit_end
	.hidden layout_unit_begin, layout_unit_end
layout_unit_begin:
	.incbin "builder/layout/overlay.h"
	.ascii "#line 1 \"layout.c\"\n"
	.incbin "bpf/layout.c"
layout_unit_end:
	.section .note.GNU-stack, "", %progbits
