// SPDX-License-Identifier: Apache-2.0
/*
 * A header tree → BTF, in two runs of clang: the layout unit is parsed for the kernel's architecture
 * into LLVM's textual form, then LLVM's BPF backend turns its debug information into BTF. In between
 * the `module asm` lines go: assembler of the kernel's architecture that some headers leave behind.
 */
#include <bpf/btf.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "builder/compile/child.h"
#include "builder/compile/clang.h"
#include "builder/headers/identify.h"
#include "builder/layout/layout.h"
#include "libtracee/base/digest.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define PARSE_TIMEOUT_MS 120000
#define OUTPUT_MAX_BYTES (64ul << 20)
#define MESSAGES_MAX_BYTES (1ul << 20)
#define MEMORY_MAX_BYTES (8ul << 30)
#define ARGS_MAX 96
#define ARG_TEXT_MAX 16384

extern const char layout_unit_begin[], layout_unit_end[];

DEFINE_CLEANUP(struct btf *, btf__free)

/* An argument vector with the memory of what was formatted for it. */
struct args {
	const char *argv[ARGS_MAX];
	size_t n;
	char text[ARG_TEXT_MAX];
	size_t used;
	bool is_full;
};

__attribute__((format(printf, 2, 3))) static void arg(struct args *args, const char *format, ...)
{
	size_t left = sizeof(args->text) - args->used;
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(args->text + args->used, left, format, list);
	va_end(list);
	if (n < 0 || (size_t)n >= left || args->n + 1 >= ARGS_MAX) {
		args->is_full = true;
		return;
	}
	args->argv[args->n++] = args->text + args->used;
	args->used += (size_t)n + 1;
}

static void arg_list(struct args *args, const char *const *list)
{
	for (; *list; list++)
		arg(args, "%s", *list);
}

/* Directories go by open file, so that an unprivileged compiler can read a tree below a directory that
 * only root may enter, and nothing that comes out depends on where the tree lies. */
static void arg_include(struct args *args, const struct header_tree *tree, enum tree_half half, const char *directory)
{
	arg(args, "-I/proc/self/fd/%d/%s", tree->fd[half], directory);
}

/* The kernel's own order: LINUXINCLUDE and USERINCLUDE of its Makefile. */
static void add_search_path(struct args *args, const struct header_tree *tree, const char *arch)
{
	char directory[64];

	snprintf(directory, sizeof(directory), "arch/%s/include", arch);
	arg_include(args, tree, TREE_SOURCE, directory);
	snprintf(directory, sizeof(directory), "arch/%s/include/generated", arch);
	arg_include(args, tree, TREE_BUILD, directory);
	arg_include(args, tree, TREE_SOURCE, "include");
	arg_include(args, tree, TREE_BUILD, "include");
	snprintf(directory, sizeof(directory), "arch/%s/include/uapi", arch);
	arg_include(args, tree, TREE_SOURCE, directory);
	snprintf(directory, sizeof(directory), "arch/%s/include/generated/uapi", arch);
	arg_include(args, tree, TREE_BUILD, directory);
	arg_include(args, tree, TREE_SOURCE, "include/uapi");
	arg_include(args, tree, TREE_BUILD, "include/generated/uapi");
}

static void add_forced_headers(struct args *args, const struct header_tree *tree)
{
	static const char version[] = "include/linux/compiler-version.h"; /* since 5.13 */

	if (faccessat(tree->fd[TREE_SOURCE], version, R_OK, 0) == 0) {
		arg(args, "-include");
		arg(args, "/proc/self/fd/%d/%s", tree->fd[TREE_SOURCE], version);
	}
	arg(args, "-include");
	arg(args, "/proc/self/fd/%d/include/linux/kconfig.h", tree->fd[TREE_SOURCE]);
}

static void add_arch_flags(struct args *args, const struct header_identity *identity)
{
	if (identity->kernel.arch == TRACEE_ARCH_X86_64) {
		arg(args, "--target=x86_64-linux-gnu");
		arg(args, "-fcf-protection");
	} else {
		arg(args, "--target=aarch64-linux-gnu");
		/* arch/arm64/Makefile sets it, no header does. */
		if (identity->has_kasan_generic || identity->has_kasan_sw_tags)
			arg(args, "-DKASAN_SHADOW_SCALE_SHIFT=%d", identity->has_kasan_generic ? 3 : 4);
	}
	/* Since 6.2 plain char is unsigned everywhere (3bc753c06dd0). */
	arg(args, identity->kernel.version_code >= 0x060200 ? "-funsigned-char" : "-fsigned-char");
}

static void parse_args(struct args *args, const struct header_tree *tree, const struct header_identity *identity,
		       const struct clang *clang, int dependencies)
{
	static const char *const flags[] = {
		"-nostdinc", "-D__KERNEL__", "-D__BPF_TRACING__", "-DKBUILD_MODNAME=\"layout\"", "-DKBUILD_BASENAME=\"layout\"",
		"-std=gnu11", "-fms-extensions", "-Wno-microsoft-anon-tag", "-fshort-wchar", "-fno-strict-aliasing", "-fno-common",
		"-fno-stack-protector", "-O0", "-g", "-gdwarf-4", "-Werror=missing-declarations", "-Wno-address-of-packed-member",
		"-Wno-gnu-variable-sized-type-not-at-end", "-Wno-pointer-sign", "-ferror-limit=20", "-fno-ident",
		"-fdebug-compilation-dir", ".", "-S", "-emit-llvm", "-x", "c", "-", "-o", "-", NULL,
	};

	arg(args, "%s", clang->path);
	add_arch_flags(args, identity);
	arg(args, "-isystem");
	arg(args, "%s/include", clang->resource_directory);
	add_search_path(args, tree, identity->kernel.arch == TRACEE_ARCH_X86_64 ? "x86" : "arm64");
	add_forced_headers(args, tree);
	arg(args, "-MD");
	arg(args, "-MF");
	arg(args, "/proc/self/fd/%d", dependencies);
	arg(args, "-MT");
	arg(args, "layout");
	arg_list(args, flags);
}

/* Puts the user's paths for ours into clang's messages. */
static void add_messages(const struct header_tree *tree, const char *messages, struct text *to)
{
	char names[TREE_N_HALVES][32];

	for (int half = 0; half < TREE_N_HALVES; half++)
		snprintf(names[half], sizeof(names[half]), "/proc/self/fd/%d/", tree->fd[half]);
	while (*messages) {
		int half;

		for (half = 0; half < TREE_N_HALVES; half++) {
			if (strncmp(messages, names[half], strlen(names[half])) == 0)
				break;
		}
		if (half < TREE_N_HALVES) {
			text_format(to, "%s/", tree->path[half]);
			messages += strlen(names[half]);
		} else {
			text_add_char(to, *messages++);
		}
	}
}

static int run_clang(const struct args *args, const void *input, size_t input_size, const struct header_tree *tree, int dependencies,
		     struct text *messages, struct text *output, struct tracee_error *err)
{
	CLEANUP(text_done) struct text raw = {};
	struct child child = {
		.argv = args->argv, .input = input, .input_size_bytes = input_size,
		.fds = { tree->fd[TREE_SOURCE], tree->fd[TREE_BUILD], dependencies }, .n_fds = 3,
		.timeout_ms = PARSE_TIMEOUT_MS, .output_max_bytes = OUTPUT_MAX_BYTES, .memory_max_bytes = MEMORY_MAX_BYTES,
		.output = output, .messages = &raw,
	};
	int r;

	if (args->is_full)
		return error_set(err, -E2BIG, "the command line for '%s' is too long", args->argv[0]);
	text_init(&raw, OUTPUT_MAX_BYTES);
	r = child_run(&child, err);
	add_messages(tree, text_string(&raw), messages);
	if (r < 0)
		return r == -ENOMEM ? r : -ENOEXEC;
	if (r > 0)
		return error_set(err, -ENOEXEC, "'%s' could not parse the headers (status %d); its messages name the place", args->argv[0], r);
	return 0;
}

/* Drops the lines that begin with @prefix, in place. */
static void drop_lines(struct text *text, const char *prefix)
{
	char *to = text->bytes, *p = text->bytes, *end = text->bytes + text->size_bytes;

	while (p < end) {
		char *next = memchr(p, '\n', (size_t)(end - p));

		next = next ? next + 1 : end;
		if (strncmp(p, prefix, strlen(prefix)) != 0) {
			memmove(to, p, (size_t)(next - p));
			to += next - p;
		}
		p = next;
	}
	*to = '\0';
	text->size_bytes = (size_t)(to - text->bytes);
}

/* ---- what was read ----------------------------------------------------------------------------- */

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A file that clang read, without what depends on numbers of open files: "1/include/linux/fs.h". */
static int name_of(const struct header_tree *tree, const struct clang *clang, const char *path, char name[PATH_MAX], struct tracee_error *err)
{
	char prefix[32];

	for (int half = 0; half < TREE_N_HALVES; half++) {
		snprintf(prefix, sizeof(prefix), "/proc/self/fd/%d/", tree->fd[half]);
		if (strncmp(path, prefix, strlen(prefix)) == 0)
			return (size_t)snprintf(name, PATH_MAX, "%d/%s", half, path + strlen(prefix)) < PATH_MAX ? 0 : -ENAMETOOLONG;
	}
	if (strncmp(path, clang->resource_directory, strlen(clang->resource_directory)) == 0)
		return (size_t)snprintf(name, PATH_MAX, "clang%s", path + strlen(clang->resource_directory)) < PATH_MAX ? 0 : -ENAMETOOLONG;
	return error_set(err, -EACCES, "the headers include '%s', which is outside of the tree", path);
}

static int digest_file(const struct header_tree *tree, const struct clang *clang, const char *path, struct digest *digest,
		       struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char name[PATH_MAX];
	size_t size_bytes;
	int r;

	r = name_of(tree, clang, path, name, err);
	if (r < 0)
		return r;
	/* Our file numbers are the child's. */
	r = file_read_at(AT_FDCWD, path, OUTPUT_MAX_BYTES, &bytes, &size_bytes);
	if (r < 0)
		return error_errno(err, r, "'%s'", name);
	digest_add(digest, name, strlen(name) + 1);
	digest_add(digest, &size_bytes, sizeof(size_bytes));
	digest_add(digest, bytes, size_bytes);
	return 0;
}

/* @list: a make rule, "layout: FILE FILE \". Names in sorted order, as clang's may change. */
static int digest_dependencies(const struct header_tree *tree, const struct clang *clang, char *list, char ret_digest[DIGEST_SIZE],
			       struct tracee_error *err)
{
	CLEANUP(free_at) char **paths = NULL;
	struct digest *digest;
	size_t n = 0;
	int r = 0;

	paths = calloc(strlen(list) / 2 + 1, sizeof(*paths));
	digest = digest_new();
	if (!paths || !digest) {
		free(digest);
		return -ENOMEM;
	}
	for (char *path = strtok(list, " \\\n"); path; path = strtok(NULL, " \\\n")) {
		if (strcmp(path, "layout:") != 0 && strcmp(path, "-") != 0 && strcmp(path, "<stdin>") != 0)
			paths[n++] = path;
	}
	qsort(paths, n, sizeof(*paths), compare_strings);
	for (size_t i = 0; i < n && r == 0; i++)
		r = digest_file(tree, clang, paths[i], digest, err);
	digest_end(digest, ret_digest);
	if (r == 0 && n == 0)
		r = error_set(err, -EBADMSG, "'%s' did not say which headers it read", clang->path);
	return r;
}

static int take_source(const struct header_tree *tree, const struct clang *clang, int dependencies, struct layout *layout,
		       struct tracee_error *err)
{
	CLEANUP(free_at) char *list = NULL;
	char digest[DIGEST_SIZE];
	size_t size_bytes;
	int r;

	if (lseek(dependencies, 0, SEEK_SET) < 0)
		return -errno;
	r = file_read_fd(dependencies, OUTPUT_MAX_BYTES, (uint8_t **)&list, &size_bytes);
	if (r == 0)
		r = digest_dependencies(tree, clang, list, digest, err);
	if (r < 0)
		return r;
	snprintf(layout->source, sizeof(layout->source), "headers sha256:%s", digest);
	snprintf(layout->clang, sizeof(layout->clang), "%s", clang->version);
	return 0;
}

/* ---- what came out ----------------------------------------------------------------------------- */

/* The unit names each type by a variable: none of them may be a forward declaration. */
static int check_complete(const struct btf *btf, struct tracee_error *err)
{
	size_t n_named = 0;

	for (unsigned int id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name = btf__str_by_offset(btf, type->name_off);

		if (btf_kind(type) != BTF_KIND_VAR || strncmp(name, "layout_", 7) != 0)
			continue;
		type = btf__type_by_id(btf, type->type);
		if (type && btf_kind(type) == BTF_KIND_PTR)
			type = btf__type_by_id(btf, type->type);
		if (!type || btf_kind(type) == BTF_KIND_FWD || !type->name_off)
			return error_set(err, -EBADMSG, "the layout is incomplete: '%s' is only declared", name);
		n_named++;
	}
	return n_named ? 0 : error_set(err, -EBADMSG, "the layout has none of the types that the unit names");
}

static int take_btf(const struct text *elf, struct layout *layout, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = memfd_create("layout", MFD_CLOEXEC);
	CLEANUP(btf__free_at) struct btf *btf = NULL;
	const void *bytes;
	uint32_t size_bytes;
	char path[32];
	int r;

	if (fd < 0)
		return error_errno(err, -errno, "memfd_create");
	r = file_write_all(fd, text_string(elf), elf->size_bytes);
	if (r < 0)
		return error_errno(err, r, "memory file");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	btf = btf__parse_elf(path, NULL);
	if (!btf)
		return error_set(err, -EBADMSG, "clang made an object without BTF (%s)", strerror(errno));
	r = check_complete(btf, err);
	if (r < 0)
		return r;
	bytes = btf__raw_data(btf, &size_bytes);
	layout->btf = bytes ? malloc(size_bytes) : NULL;
	if (!layout->btf)
		return -ENOMEM;
	memcpy(layout->btf, bytes, size_bytes);
	layout->size_bytes = size_bytes;
	return 0;
}

static int make_btf(const struct header_tree *tree, const struct clang *clang, struct text *ir, struct text *messages,
		    struct layout *layout, struct tracee_error *err)
{
	CLEANUP(text_done) struct text elf;
	struct args args = {};
	int r;

	text_init(&elf, OUTPUT_MAX_BYTES);
	drop_lines(ir, "module asm ");
	arg(&args, "%s", clang->path);
	arg_list(&args, (const char *const[]){ "--target=bpf", "-Wno-override-module", "-O0", "-g", "-c", "-x", "ir", "-", "-o", "-", NULL });
	r = run_clang(&args, text_string(ir), ir->size_bytes, tree, -1, messages, &elf, err);
	return r < 0 ? r : take_btf(&elf, layout, err);
}

int layout_from_headers(const struct header_tree *tree, const struct header_identity *identity, const struct clang *clang,
			struct text *messages, struct layout *ret_layout, struct tracee_error *err)
{
	CLEANUP(close_at) int dependencies = memfd_create("dependencies", MFD_CLOEXEC);
	CLEANUP(layout_done) struct layout layout = { .arch = identity->kernel.arch };
	CLEANUP(text_done) struct text ir = {};
	struct args args = {};
	int r;

	if (dependencies < 0)
		return error_errno(err, -errno, "memfd_create");
	text_init(&ir, OUTPUT_MAX_BYTES);
	parse_args(&args, tree, identity, clang, dependencies);
	r = run_clang(&args, layout_unit_begin, (size_t)(layout_unit_end - layout_unit_begin), tree, dependencies, messages, &ir, err);
	if (r == 0)
		r = take_source(tree, clang, dependencies, &layout, err);
	if (r == 0)
		r = make_btf(tree, clang, &ir, messages, &layout, err);
	if (r < 0)
		return r;
	*ret_layout = layout;
	layout = (struct layout){};
	return 0;
}
