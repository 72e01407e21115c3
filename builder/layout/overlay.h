/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Put in front of the layout unit, right behind the kernel's configuration. That configuration says
 * what the compiler of the kernel could do, mostly gcc; here it is made to say what this clang
 * can. Nothing is touched that the layout of a structure depends on.
 */
#undef CONFIG_CC_IS_GCC
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_USE_X86_SEG_SUPPORT
#undef CONFIG_CC_HAS_COUNTED_BY
#undef CONFIG_CC_HAS_COUNTED_BY_PTR
#if __clang_major__ < 11
#undef CONFIG_CC_HAS_ASM_INLINE
#undef CONFIG_CC_HAS_ASM_GOTO_OUTPUT
#undef CONFIG_CC_HAS_ASM_GOTO_TIED_OUTPUT
#endif
#undef CONFIG_GCC_VERSION
#define CONFIG_GCC_VERSION 0
#undef CONFIG_CC_IS_CLANG
#define CONFIG_CC_IS_CLANG 1
#undef CONFIG_CLANG_VERSION
#define CONFIG_CLANG_VERSION (__clang_major__ * 10000 + __clang_minor__ * 100 + __clang_patchlevel__)
#if defined(CONFIG_FUNCTION_TRACER) && !defined(CC_USING_FENTRY)
#define CC_USING_FENTRY
#endif
#include <linux/compiler_types.h>
