// SPDX-License-Identifier: Apache-2.0
/*
 * A header tree → BTF, in two runs of clang: the layout unit is parsed for the kernel's architecture
 * into LLVM's textual form, then LLVM's BPF backend turns its debug information into BTF. In between
 * the lines go that are of the kernel's architecture alone; see drop_target().
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builder/child.h"
#include "builder/compile/clang.h"
#include "builder/layout/arguments.h"
#include "builder/layout/btf_section.h"
#include "builder/layout/dependencies.h"
#include "builder/layout/hazards.h"
#include "builder/layout/layout.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define CLANG_TIMEOUT_MS 120000 /* a unit takes half a second; a loaded machine or an emulated one, more */
#define OUTPUT_MAX_BYTES (64ul << 20) /* a unit's IR has 0.6 MB, its object 0.2 MB */
#define MEMORY_MAX_BYTES (8ul << 30) /* of address space; it uses 170 MB */

/* unit.S */
extern const char layout_unit[];
extern const uint64_t layout_unit_size_bytes;

/* One run of clang with what it is given and what comes out. */
struct run {
	const struct header_tree *tree;
	const struct clang *clang;
	struct text *messages; /* the user's, in the user's paths */
	struct arguments arguments;
	const void *input;
	size_t input_size_bytes;
	struct text output, dependencies;
	int (*meanwhile)(void *context, struct tracee_error *err); /* see child.h */
	void *context;
};

static void run_init(struct run *run, const struct header_tree *tree, const struct clang *clang,
		     struct text *messages)
{
	memset(run, 0, sizeof(*run));
	run->tree = tree;
	run->clang = clang;
	run->messages = messages;
	text_init(&run->output, OUTPUT_MAX_BYTES);
	text_init(&run->dependencies, OUTPUT_MAX_BYTES);
}

static void run_done(struct run *run)
{
	text_done(&run->output);
	text_done(&run->dependencies);
}

/* Puts the user's paths where clang says ours. */
static void add_messages(const struct header_tree *tree, const char *messages, struct text *to)
{
	char names[TREE_N_HALVES][32];

	for (int half = 0; half < TREE_N_HALVES; half++)
		snprintf(names[half], sizeof(names[half]), DEPENDENCIES_ROOT "%d/", CHILD_FIRST_FD + half);
	while (*messages) {
		int half = 0;

		while (half < TREE_N_HALVES && strncmp(messages, names[half], strlen(names[half])) != 0)
			half++;
		if (half < TREE_N_HALVES) {
			text_format(to, "%s/", tree->path[half]);
			messages += strlen(names[half]);
		} else {
			text_add_char(to, *messages++);
		}
	}
}

/* The first line with an error in it, as the sentence. */
static int explain(const struct run *run, const char *messages, int status, struct tracee_error *err)
{
	const char *error = strstr(messages, "error: "), *line = error, *cause = hazard_explain(messages);
	size_t length;

	if (!error)
		return error_set(err, -ENOEXEC, "'%s' (version %s) ended with status %d: %.200s", run->clang->path,
				 run->clang->version, status, *messages ? messages : "it said nothing");
	while (line > messages && line[-1] != '\n')
		line--;
	length = strcspn(line, "\n");
	return error_set(err, -ENOEXEC, "clang %s could not parse them: %.*s%s%s%s", run->clang->version,
			 length < 600 ? (int)length : 600, line, cause ? ": " : "", cause ? cause : "",
			 geteuid() == 0 && memmem(line, length, "Permission denied", 17)
				 ? " (the compiler is not run as root: everybody must be able to read the tree)"
				 : "");
}

static int run_clang(struct run *run, struct tracee_error *err)
{
	CLEANUP(text_done) struct text raw = {};
	CLEANUP(text_done) struct text messages = {};
	struct child child = {
		.argv = run->arguments.argv,
		.input = run->input,
		.input_size_bytes = run->input_size_bytes,
		.fds = run->tree->fd,
		.n_fds = TREE_N_HALVES,
		.timeout_ms = CLANG_TIMEOUT_MS,
		.output_max_bytes = OUTPUT_MAX_BYTES,
		.memory_max_bytes = MEMORY_MAX_BYTES,
		.output = &run->output,
		.messages = &raw,
		.extra = &run->dependencies,
		.meanwhile = run->meanwhile,
		.context = run->context,
	};
	int r;

	if (run->arguments.is_full)
		return error_set(err, -E2BIG, "the command line for '%s' is too long", run->clang->path);
	text_init(&raw, OUTPUT_MAX_BYTES);
	text_init(&messages, OUTPUT_MAX_BYTES);
	r = child_run(&child, err);
	add_messages(run->tree, text_string(&raw), &messages);
	text_add(run->messages, text_string(&messages));
	if (r < 0)
		return r == -ENOMEM ? r : -ENOEXEC;
	if (r > 0)
		return explain(run, text_string(&messages), r, err);
	return 0;
}

/* ---- from the unit to IR ----------------------------------------------------------------------- */

static int parse_unit(struct run *run, const struct header_identity *identity, struct tracee_error *err)
{
	int r;

	arguments_parse(&run->arguments, run->tree, identity, run->clang);
	run->input = layout_unit;
	run->input_size_bytes = layout_unit_size_bytes;
	r = run_clang(run, err);
	if (r == 0 && run->output.size_bytes == 0)
		r = error_set(err, -ENOEXEC, "'%s' ended well but made nothing", run->clang->path);
	return r;
}

/* Drops the lines that begin with @prefix, in place. */
static void drop_lines(struct text *text, const char *prefix)
{
	char *to = text->bytes, *p = text->bytes, *end = text->bytes + text->size_bytes;
	size_t length = strlen(prefix);

	while (p < end) {
		char *next = memchr(p, '\n', (size_t)(end - p));

		next = next ? next + 1 : end;
		if ((size_t)(next - p) < length || memcmp(p, prefix, length) != 0) {
			memmove(to, p, (size_t)(next - p));
			to += next - p;
		}
		p = next;
	}
	*to = '\0';
	text->size_bytes = (size_t)(to - text->bytes);
}

/*
 * `module asm` is assembler that some headers leave behind. The data layout is an error to clang 24 if it is
 * not the backend's, and without it the backend takes its own; debug information has its sizes and offsets
 * in numbers.
 */
static void drop_target(struct text *ir)
{
	static const char *const prefixes[] = { "module asm ", "target datalayout ", "target triple " };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		drop_lines(ir, prefixes[i]);
}

/* ---- what was read ------------------------------------------------------------------------------ */

/* Hashing the headers that were read takes as long as making BTF of them: both happen at once. */
struct origin {
	const struct run *parsed;
	struct layout *layout;
	int r;
};

static int take_origin(void *context, struct tracee_error *err)
{
	struct origin *origin = context;
	const struct run *run = origin->parsed;
	char digest[DIGEST_SIZE];

	origin->r = dependencies_digest(run->tree, run->clang, text_string(&run->dependencies),
					run->dependencies.size_bytes, digest, err);
	if (origin->r < 0)
		return origin->r;
	snprintf(origin->layout->source, sizeof(origin->layout->source), "headers sha256:%s", digest);
	snprintf(origin->layout->clang, sizeof(origin->layout->clang), "%s", run->clang->version);
	return 0;
}

/* ---- from IR to BTF ---------------------------------------------------------------------------- */

/* Whether the type that libbpf would find under this name has its contents. */
static bool is_complete(const struct btf *btf, uint32_t kind, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, kind);
	const struct btf_type *type;

	if (id < 0)
		return false;
	type = types_strip(btf, (uint32_t)id, NULL);
	return (btf_is_composite(type) || btf_is_any_enum(type)) && btf_vlen(type) > 0;
}

/*
 * The unit names each type that we read by a variable `layout_<kind>_<name>`, which the IR defines in
 * lines of its own (LLVM 9 leaves no trace of them in BTF). Each must have become a complete type: what
 * the backend only declared would be missed by packing without a word. What else the unit reaches, and
 * the variables, stay in the layout: packing takes only what is needed.
 */
static int check_named(const char *line, const struct btf *btf, struct tracee_error *err)
{
	static const struct {
		const char *prefix;
		uint32_t kind;
	} kinds[] = { { "@layout_struct_", BTF_KIND_STRUCT },
		      { "@layout_enum_", BTF_KIND_ENUM },
		      { "@layout_typedef_", BTF_KIND_TYPEDEF } };
	char name[128];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t length = strlen(kinds[i].prefix);

		if (strncmp(line, kinds[i].prefix, length) != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + length, " ="), line + length);
		if (is_complete(btf, kinds[i].kind, name))
			return 1;
		return error_set(err, -EBADMSG,
				 "the layout that clang made is incomplete: '%s' is only declared in it", name);
	}
	return 0;
}

static int check_complete(const char *ir, const struct btf *btf, struct tracee_error *err)
{
	int n_named = 0;

	for (const char *line = ir; line; line = strchr(line, '\n')) {
		int r;

		line += *line == '\n';
		r = check_named(line, btf, err);
		if (r < 0)
			return r;
		n_named += r;
	}
	return n_named ? 0
		       : error_set(err, -EBADMSG, "the layout that clang made has none of the types that we read");
}

static int take_btf(const struct text *object, const char *ir, struct layout *layout, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = memfd_create("layout", MFD_CLOEXEC);
	CLEANUP(btf__free_at) struct btf *btf = NULL;
	int r;

	if (fd < 0)
		return error_errno(err, -errno, "memory file");
	r = file_write_all(fd, text_string(object), object->size_bytes);
	if (r < 0)
		return error_errno(err, r, "memory file");
	r = btf_section_read(fd, OUTPUT_MAX_BYTES, &layout->btf, &layout->size_bytes, err);
	if (r == 0)
		r = types_read(layout->btf, layout->size_bytes, &btf, err);
	if (r < 0)
		return error_prefix(err, r, "what clang made");
	return check_complete(ir, btf, err);
}

static int make_btf(struct run *run, const struct run *parsed, struct layout *layout, struct tracee_error *err)
{
	const char *ir = text_string(&parsed->output);
	int r;

	arguments_to_bpf(&run->arguments, run->clang);
	run->input = ir;
	run->input_size_bytes = parsed->output.size_bytes;
	r = run_clang(run, err);
	return r < 0 ? r : take_btf(&run->output, ir, layout, err);
}

int layout_from_headers(const struct header_tree *tree, const struct header_identity *identity,
			const struct clang *clang, struct text *messages, struct layout *ret_layout,
			struct tracee_error *err)
{
	CLEANUP(layout_done) struct layout layout = { .arch = identity->kernel.arch };
	CLEANUP(run_done) struct run to_ir;
	CLEANUP(run_done) struct run to_btf;
	struct origin origin = { .parsed = &to_ir, .layout = &layout };
	int r;

	run_init(&to_ir, tree, clang, messages);
	run_init(&to_btf, tree, clang, messages);
	to_btf.meanwhile = take_origin;
	to_btf.context = &origin;
	r = parse_unit(&to_ir, identity, err);
	if (r < 0)
		return r;
	drop_target(&to_ir.output);
	r = make_btf(&to_btf, &to_ir, &layout, err);
	if (r < 0)
		return origin.r < 0 ? origin.r : r; /* what was read is no error of the compiler */
	*ret_layout = layout;
	layout = (struct layout){};
	return 0;
}
