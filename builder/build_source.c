// SPDX-License-Identifier: Apache-2.0
/*
 * Where the layout of a build comes from: BTF that is named, or what the search for headers chooses. A
 * tree that brings BTF is compared with it, and any difference ends the build.
 */
#include "builder/build_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "builder/compile/clang.h"
#include "builder/layout/compare.h"
#include "builder/log.h"
#include "builder/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define MESSAGES_MAX_BYTES (1u << 20)

void build_done(struct build *build)
{
	layout_done(&build->layout);
}

int build_status_of(int r)
{
	switch (r) {
	case -ENOENT:
	case -ENOTDIR:
		return STATUS_HEADERS_NOT_FOUND;
	case -EINVAL:
		return STATUS_USAGE;
	case -ESTALE:
	case -ENOTSUP:
	case -EBADMSG:
	case -EACCES:
	case -E2BIG:
		return STATUS_HEADERS_REFUSED;
	case -ENOEXEC:
		return STATUS_COMPILE_FAILED;
	default:
		return STATUS_FAILED;
	}
}

static int fail(int r, const char *context, const struct tracee_error *err)
{
	log_error("%s%s%s", context, *context ? ": " : "", err->text);
	return build_status_of(r);
}

/* ---- layouts --------------------------------------------------------------------------------------- */

static int find_clang(const struct build *build, struct clang *clang, struct tracee_error *err)
{
	const char *named = build->options->clang ? build->options->clang : getenv("CMD_CLANG");

	return clang_find(named && *named ? named : getenv("CLANG"), clang, err);
}

static int parse_tree(const struct header_choice *choice, const struct clang *clang, struct layout *ret_layout)
{
	const struct header_identity *identity = &choice->identity;
	CLEANUP(text_done) struct text messages = {};
	struct tracee_error err = {};
	int r;

	log_detail("build half '%s', source half '%s', compiler '%s'", choice->tree.path[TREE_BUILD],
		   choice->tree.path[TREE_SOURCE], clang->path);
	log_info("parsing the headers of %s (%s) with clang %s", identity->kernel.release,
		 tracee_arch_name(identity->kernel.arch), clang->version);
	text_init(&messages, MESSAGES_MAX_BYTES);
	r = layout_from_headers(&choice->tree, identity, clang, &messages, ret_layout, &err);
	if (messages.size_bytes)
		log_lines(text_string(&messages));
	if (r == 0)
		return STATUS_OK;
	error_prefix(&err, r, "headers of %s", identity->kernel.release);
	return fail(r, "", &err);
}

/* The BTF that came with a tree must say what its headers say. */
static int prove(struct build *build, const struct header_choice *choice, const struct layout *headers,
		 const struct layout *btf)
{
	CLEANUP(text_done) struct text table = {};
	struct layout_comparison comparison;
	struct tracee_error err = {};
	int r;

	text_init(&table, MESSAGES_MAX_BYTES);
	r = layout_compare(headers, btf, &comparison, &table, &err);
	if (r < 0) {
		log_lines(text_string(&table));
		error_prefix(&err, r, "the headers in '%s' and the BTF '%s' are not of one kernel",
			     choice->tree.path[TREE_BUILD], choice->btf_path);
		return fail(r, "", &err);
	}
	log_info("proven by '%s': 0 of %zu fields differ, in %zu structures", choice->btf_path, comparison.n_fields,
		 comparison.n_structures);
	if (choice->judgement.grade == GRADE_EXACT)
		snprintf(build->match, sizeof(build->match), "%s", header_grade_name(GRADE_PROVEN));
	return STATUS_OK;
}

/* BTF that cannot be used for a comparison is said, and the headers stand alone. */
static bool read_judge(const struct header_choice *choice, struct layout *ret_btf)
{
	struct tracee_error err = {};

	if (choice->btf_fd < 0)
		return false;
	if (layout_from_btf_fd(choice->btf_fd, choice->btf_path, ret_btf, &err) == 0)
		return true;
	log_info("not compared with the tree's own BTF: %s", err.text);
	return false;
}

static int from_both(struct build *build, const struct header_choice *choice, struct layout *btf)
{
	CLEANUP(layout_done) struct layout headers = {};
	struct tracee_error err = {};
	struct clang clang;
	int status;

	if (find_clang(build, &clang, &err) < 0) {
		if (build->options->clang)
			return fail(-ENOEXEC, "", &err);
		log_info("the BTF in '%s' is not compared with the headers: %s", choice->btf_path, err.text);
	} else {
		status = parse_tree(choice, &clang, &headers);
		if (status == STATUS_OK)
			status = prove(build, choice, &headers, btf);
		if (status)
			return status;
	}
	build->layout = *btf;
	*btf = (struct layout){};
	return STATUS_OK;
}

static int from_headers(struct build *build, const struct header_choice *choice)
{
	struct tracee_error err = {};
	struct clang clang;
	int r = find_clang(build, &clang, &err);

	if (r < 0)
		return fail(-ENOEXEC, "", &err);
	return parse_tree(choice, &clang, &build->layout);
}

/* ---- what was chosen ------------------------------------------------------------------------------- */

/* An image that says its release proves more than the name of its file, and must say the right one. */
static int take_release(struct build *build, const char *path)
{
	const char *release = build->layout.release, *wanted = build->wanted.kernel.release;
	struct tracee_error err = {};
	int r;

	if (!release[0] && !build->kernel.release[0]) {
		log_error("BTF does not say which kernel it is of: add --kernel RELEASE for '%s'", path);
		return STATUS_USAGE;
	}
	if (!release[0])
		return STATUS_OK;
	if (build->wanted.has_release && strcmp(release, wanted) != 0) {
		log_error("'%s' says that it is kernel '%s', asked for was '%s'", path, release, wanted);
		return STATUS_HEADERS_REFUSED;
	}
	r = tracee_kernel_parse(release, build->layout.arch, &build->kernel, &err);
	if (r < 0)
		return fail(-EBADMSG, path, &err);
	snprintf(build->match, sizeof(build->match), "%s", header_grade_name(GRADE_EXACT));
	return STATUS_OK;
}

static int from_btf(struct build *build, int fd, const char *path)
{
	struct tracee_error err = {};
	int r;

	log_info("reading the layout%s%s from '%s'", build->kernel.release[0] ? " of " : "", build->kernel.release, path);
	r = layout_from_btf_fd(fd, path, &build->layout, &err);
	if (r < 0)
		return fail(r, "", &err);
	if (build->wanted.has_arch && build->layout.arch != build->wanted.kernel.arch) {
		log_error("'%s' is of an %s kernel, asked for was %s", path, tracee_arch_name(build->layout.arch),
			  tracee_arch_name(build->wanted.kernel.arch));
		return STATUS_HEADERS_REFUSED;
	}
	build->kernel.arch = build->layout.arch;
	return take_release(build, path);
}

/* What is not right beyond doubt is said, and stays with the object. */
static void take_match(struct build *build, const struct header_choice *choice)
{
	const struct header_judgement *judgement = &choice->judgement;
	bool is_certain = judgement->grade == GRADE_PROVEN || judgement->grade == GRADE_EXACT;

	snprintf(build->match, sizeof(build->match), "%s%s%s", header_grade_name(judgement->grade),
		 is_certain ? "" : ": ", is_certain ? "" : judgement->why);
	for (char *p = build->match; *p; p++) {
		if (*p < 0x20 || *p > 0x7e)
			*p = '?';
	}
	if (!is_certain)
		log_info("warning: %s", judgement->why);
}

static int from_tree(struct build *build, const struct header_choice *choice)
{
	CLEANUP(layout_done) struct layout btf = {};
	bool has_btf = build->layout_choice != LAYOUT_HEADERS && read_judge(choice, &btf);

	/* The object is for the kernel that was asked for, whatever the tree says. */
	build->kernel = build->wanted.has_release ? build->wanted.kernel : choice->identity.kernel;
	build->kernel.arch = choice->identity.kernel.arch;
	take_match(build, choice);
	if (!has_btf && build->layout_choice == LAYOUT_BTF) {
		log_error("--layout btf: the tree '%s' has no vmlinux with BTF", choice->tree.path[TREE_BUILD]);
		return STATUS_HEADERS_NOT_FOUND;
	}
	if (!has_btf)
		return from_headers(build, choice);
	if (build->layout_choice == LAYOUT_AUTO)
		return from_both(build, choice, &btf);
	build->layout = btf;
	btf = (struct layout){};
	return STATUS_OK;
}

static int from_choice(struct build *build, const struct header_search *search)
{
	const struct header_choice *choice = &search->choice;

	if (choice->kind == CHOICE_TREE)
		return from_tree(build, choice);
	build->kernel = search->wanted.kernel;
	snprintf(build->match, sizeof(build->match), "%s",
		 choice->is_own_btf ? "proven" : choice->is_exact_btf ? "exact" : "by name");
	return from_btf(build, choice->btf_fd, choice->btf_path);
}

static void tell_findings(const struct header_search *search)
{
	for (size_t i = 0; i < search->n_findings; i++)
		log_detail("%s: %s", search->findings[i].source, search->findings[i].why);
}

static int from_search(struct build *build)
{
	const struct build_options *options = build->options;
	const char *paths[BUILD_HEADERS_MAX];
	CLEANUP(free_at) char *memory = NULL;
	struct header_search_request request = { .wanted = build->wanted, .root = options->root, .paths = paths,
						  .takes_no_btf = build->layout_choice == LAYOUT_HEADERS };
	CLEANUP(header_search_done) struct header_search search = {};
	struct tracee_error err = {};
	int status = build_options_paths(options, paths, &request.n_paths, &memory), r;

	if (status)
		return status;
	r = header_search_run(&request, &search, &err);
	tell_findings(&search);
	return r < 0 ? fail(r, request.n_paths ? "headers" : "", &err) : from_choice(build, &search);
}

/* Of what was named, only a kernel image says which kernel it is. */
static int from_named_btf(struct build *build, const char *path)
{
	CLEANUP(close_at) int fd = -1;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		log_error("BTF '%s': %m", path);
		return build_status_of(-errno);
	}
	if (build->wanted.has_release)
		build->kernel = build->wanted.kernel;
	snprintf(build->match, sizeof(build->match), "by name");
	return from_btf(build, fd, path);
}

int build_take_layout(struct build *build)
{
	return build->options->btf ? from_named_btf(build, build->options->btf) : from_search(build);
}
