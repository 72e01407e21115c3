// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/arguments.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "builder/child.h"
#include "builder/layout/dependencies.h"

void arguments_add(struct arguments *arguments, const char *format, ...)
{
	size_t left = sizeof(arguments->text) - arguments->used;
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(arguments->text + arguments->used, left, format, list);
	va_end(list);
	if (n < 0 || (size_t)n >= left || arguments->n + 1 >= ARGUMENTS_MAX) {
		arguments->is_full = true;
		return;
	}
	arguments->argv[arguments->n++] = arguments->text + arguments->used;
	arguments->argv[arguments->n] = NULL;
	arguments->used += (size_t)n + 1;
}

static void add_all(struct arguments *arguments, const char *const *list)
{
	for (; *list; list++)
		arguments_add(arguments, "%s", *list);
}

/* The kernel's own order: USERINCLUDE behind LINUXINCLUDE in its top Makefile. */
static void add_search_path(struct arguments *arguments, const char *arch)
{
	static const struct {
		enum tree_half half;
		const char *directory;
	} places[] = {
		{ TREE_SOURCE, "arch/%s/include" },
		{ TREE_BUILD, "arch/%s/include/generated" },
		{ TREE_SOURCE, "include" },
		{ TREE_BUILD, "include" },
		{ TREE_SOURCE, "arch/%s/include/uapi" },
		{ TREE_BUILD, "arch/%s/include/generated/uapi" },
		{ TREE_SOURCE, "include/uapi" },
		{ TREE_BUILD, "include/generated/uapi" },
	};
	char directory[64];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(directory, sizeof(directory), places[i].directory, arch);
		arguments_add(arguments, "-I" DEPENDENCIES_ROOT "%d/%s", CHILD_FIRST_FD + (int)places[i].half,
			      directory);
	}
}

/* What the kernel's Makefile puts in front of every file; the overlay, which begins our unit, follows. */
static void add_forced_headers(struct arguments *arguments, const struct header_tree *tree)
{
	static const char *const names[] = { "include/linux/compiler-version.h" /* since 5.13 */,
					     "include/linux/kconfig.h" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (faccessat(tree->fd[TREE_SOURCE], names[i], F_OK, 0) < 0)
			continue;
		arguments_add(arguments, "-include");
		arguments_add(arguments, DEPENDENCIES_ROOT "%d/%s", CHILD_FIRST_FD + TREE_SOURCE, names[i]);
	}
}

static void add_arch_flags(struct arguments *arguments, const struct header_identity *identity)
{
	if (identity->kernel.arch == TRACEE_ARCH_X86_64) {
		arguments_add(arguments, "--target=x86_64-linux-gnu");
		/* 5.18 and later mark functions with an attribute that is unknown without it. */
		arguments_add(arguments, "-fcf-protection");
	} else {
		arguments_add(arguments, "--target=aarch64-linux-gnu");
		/* Since 5.0 arch/arm64/Makefile sets it, and no header does: 3 generic, 4 software tags. */
		if (identity->has_kasan_generic || identity->has_kasan_sw_tags)
			arguments_add(arguments, "-DKASAN_SHADOW_SCALE_SHIFT=%d",
				      identity->has_kasan_generic ? 3 : 4);
	}
	/* Since 6.2 plain char is unsigned everywhere (3bc753c06dd0); before, x86's and ours decide. */
	arguments_add(arguments, identity->kernel.version_code >= 0x060200 ? "-funsigned-char" : "-fsigned-char");
}

void arguments_parse(struct arguments *arguments, const struct header_tree *tree,
		     const struct header_identity *identity, const struct clang *clang)
{
	static const char *const language[] = {
		"-nostdinc",
		"-D__KERNEL__",
		/* The kernel's own word for "parsed by a tool": its headers then do not ask for a certain compiler.
		 */
		"-D__BPF_TRACING__",
		"-DKBUILD_MODNAME=\"layout\"",
		"-DKBUILD_BASENAME=\"layout\"",
		/* 6.19 and later have tagged anonymous members, which are nothing without -fms-extensions. */
		"-std=gnu11",
		"-fms-extensions",
		"-fshort-wchar",
		"-fno-strict-aliasing",
		"-fno-common",
		"-fno-stack-protector",
		NULL,
	};
	static const char *const messages[] = {
		/* A declaration that declares nothing is a member that is missing: a wrong layout. */
		"-Werror=missing-declarations",
		"-Wno-microsoft-anon-tag",
		"-Wno-address-of-packed-member",
		"-Wno-gnu-variable-sized-type-not-at-end",
		"-Wno-pointer-sign",
		"-ferror-limit=20",
		NULL,
	};
	static const char *const output[] = { "-O0", "-g", "-S", "-emit-llvm", "-x", "c", "-", "-o", "-", NULL };

	arguments_add(arguments, "%s", clang->path);
	add_arch_flags(arguments, identity);
	add_all(arguments, language);
	add_all(arguments, messages);
	/* Kernels before 5.15 include the compiler's stdarg.h. */
	arguments_add(arguments, "-isystem");
	arguments_add(arguments, "%s/include", clang->resource_directory);
	add_search_path(arguments, identity->kernel.arch == TRACEE_ARCH_X86_64 ? "x86" : "arm64");
	add_forced_headers(arguments, tree);
	add_all(arguments, (const char *const[]){ "-MD", "-MT", "layout", "-MF", NULL });
	arguments_add(arguments, DEPENDENCIES_ROOT "%d", CHILD_EXTRA_FD);
	add_all(arguments, output);
}

void arguments_to_bpf(struct arguments *arguments, const struct clang *clang)
{
	/* The module has no target, and all we want of it is its debug information. */
	static const char *const flags[] = {
		"--target=bpf", "-Wno-override-module", "-O0", "-g", "-c", "-x", "ir", "-", "-o", "-", NULL
	};

	arguments_add(arguments, "%s", clang->path);
	add_all(arguments, flags);
}
