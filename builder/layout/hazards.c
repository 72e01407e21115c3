// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/hazards.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * All parts of a pattern must stand in one line, in this order. Most of these cannot happen with the
 * flags of arguments.c and the configuration of overlay.h: seeing one means that the tree is not what it
 * seems, or that a kernel newer than this builder brought something new.
 */
static const struct {
	const char *parts[3];
	const char *sentence;
} hazards[] = {
	{ { "error: ", "'generated/", "file not found" },
	  "a generated header is missing: the tree was not prepared, or is installed in part" },
	{ { "error: ", "'asm/", "file not found" },
	  "a header of the architecture is missing: the two halves of the tree do not belong together, or one is "
	  "installed in part" },
	{ { "error: ", "'stdarg.h' file not found", NULL },
	  "kernels before 5.15 include the compiler's own stdarg.h: this clang is installed without its headers "
	  "(package libclang-common-N-dev or clang-resource-filesystem)" },
	{ { "error: ", "file not found", NULL },
	  "a header is missing: the tree is installed in part, or its halves do not belong together" },
	{ { "'asm goto' constructs are not supported", NULL, NULL },
	  "headers since 4.17 need asm goto, which clang has since version 9" },
	{ { "expected '(' after 'asm'", NULL, NULL },
	  "headers since 5.4 use asm inline where the kernel's gcc had it, which clang has since version 11" },
	{ { "error: ", "fentry", NULL },
	  "the kernel was built with -mfentry: headers since 7.0 insist on it, and the configuration of this tree is "
	  "not the one of its headers" },
	{ { "error: ", "counted_by", NULL },
	  "headers since 6.5 name the counters of arrays: this clang knows the attribute only in part; take version 19 "
	  "or later, or 17 or earlier" },
	{ { "error: ", "address space", NULL },
	  "headers since 6.8 mark data of each processor by address spaces that this clang refuses" },
	{ { "error: ", "declaration does not declare anything", NULL },
	  "headers since 6.19 have anonymous members with a name of their type, which are lost without "
	  "-fms-extensions: a layout without them would be wrong" },
	{ { "error: ", "KASAN_SHADOW_SCALE_SHIFT", NULL },
	  "arm64 with KASAN defines this in a makefile: the tree's configuration names a mode that is not known" },
	{ { "error: ", "PAGE_SHIFT", NULL },
	  "the configuration is of another version than the headers: 6.9 renamed the option of the page size" },
	{ { "error: ", "static assertion failed", NULL },
	  "the kernel's own check of a size failed: a wrong layout, from a flag or configuration that is not the "
	  "kernel's" },
	{ { "error: ", "static_assert", NULL },
	  "the kernel's own check of a size failed: a wrong layout, from a flag or configuration that is not the "
	  "kernel's" },
	{ { "error: ", "incomplete type", "bpf_" },
	  "another bpf.h than that of the tree was read" },
	{ { "Target-incompatible DataLayout", NULL, NULL }, "LLVM 23 and later refuse the data layout of another target" },
	{ { "error: unknown argument", NULL, NULL }, "this clang does not know a flag that others do: take another version" },
};

static bool has_parts(const char *line, size_t length, const char *const parts[3])
{
	const char *p = line, *end = line + length;

	for (size_t i = 0; i < 3 && parts[i]; i++) {
		p = memmem(p, (size_t)(end - p), parts[i], strlen(parts[i]));
		if (!p)
			return false;
		p += strlen(parts[i]);
	}
	return true;
}

static const char *explain_line(const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof(hazards) / sizeof(hazards[0]); i++) {
		if (has_parts(line, length, hazards[i].parts))
			return hazards[i].sentence;
	}
	return NULL;
}

const char *hazard_explain(const char *messages)
{
	while (*messages) {
		size_t length = strcspn(messages, "\n");
		const char *sentence = explain_line(messages, length);

		if (sentence)
			return sentence;
		messages += length + (messages[length] == '\n');
	}
	return NULL;
}
