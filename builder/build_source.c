// SPDX-License-Identifier: Apache-2.0
/*
 * Where the layout of a build comes from. What is named decides alone: --btf or --headers, then
 * KERN_HEADERS. Otherwise the BTF of the running kernel, if it is the one that is meant, then the
 * directories in which distributions install header trees.
 */
#include "builder/build_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "builder/compile/clang.h"
#include "builder/headers/identify.h"
#include "builder/log.h"
#include "builder/status.h"
#include "libtracee/base/error.h"

#define RUNNING_BTF "/sys/kernel/btf/vmlinux"
#define MESSAGES_MAX_BYTES (1u << 20)

void build_done(struct build *build)
{
	layout_done(&build->layout);
	free(build->header_list);
	build->header_list = NULL;
}

static bool is_running(const struct build *build)
{
	struct tracee_kernel running;

	return tracee_kernel_running(&running, NULL) == 0 && (!build->has_arch || build->arch == running.arch) &&
	       (!build->has_release || strcmp(running.release, build->kernel.release) == 0);
}

/* KERN_HEADERS: a directory, or BUILD:SOURCE where there is no directory of that name. */
static int take_variable(struct build *build)
{
	const char *value = getenv("KERN_HEADERS");
	char *colon;

	if (!value || !*value)
		return STATUS_OK;
	build->header_list = strdup(value);
	if (!build->header_list)
		return STATUS_FAILED;
	build->headers[build->n_headers++] = build->header_list;
	colon = access(value, F_OK) == 0 ? NULL : strchr(build->header_list, ':');
	if (colon) {
		*colon = '\0';
		build->headers[build->n_headers++] = colon + 1;
	}
	return STATUS_OK;
}

/* The links that a kernel's packages make; both may stand for both halves. */
static void take_default_place(struct build *build)
{
	static const char *const names[] = { "build", "source" };

	for (size_t i = 0; i < 2; i++) {
		snprintf(build->places[i], sizeof(build->places[i]), "/lib/modules/%s/%s", build->kernel.release,
			 names[i]);
		if (access(build->places[i], F_OK) == 0)
			build->headers[build->n_headers++] = build->places[i];
	}
}

static int no_source(const struct build *build)
{
	CLEANUP(text_done) struct text looked = {};

	text_init(&looked, 4 * PATH_MAX);
	if (is_running(build))
		text_add(&looked, "'" RUNNING_BTF "', ");
	for (size_t i = 0; i < 2; i++) {
		char target[PATH_MAX];
		ssize_t n = readlink(build->places[i], target, sizeof(target));

		text_format(&looked, "%s'%s'", i ? ", " : "", build->places[i]);
		if (n > 0)
			text_format(&looked,
				    " (a link to '%.*s', which is not there: in a container, mount that too)",
				    (int)n, target);
	}
	log_error("no headers for kernel '%s': looked at %s; install the package of its headers (linux-headers-%s, "
		  "kernel-devel-%s), or "
		  "name a tree with --headers or a vmlinux with --btf",
		  build->kernel.release, text_string(&looked), build->kernel.release, build->kernel.release);
	return STATUS_HEADERS_NOT_FOUND;
}

static int status_of_headers(int r)
{
	switch (r) {
	case -ENOENT:
	case -ENOTDIR:
		return STATUS_HEADERS_NOT_FOUND;
	case -ESTALE:
	case -ENOTSUP:
	case -EBADMSG:
	case -EACCES:
		return STATUS_HEADERS_REFUSED;
	case -ENOEXEC:
		return STATUS_COMPILE_FAILED;
	default:
		return STATUS_FAILED;
	}
}

static int check_identity(const struct build *build, const struct header_tree *tree,
			  const struct header_identity *identity)
{
	if (build->has_arch && identity->kernel.arch != build->arch) {
		log_error("the headers in '%s' are for %s, asked for was %s: name the tree of that architecture",
			  tree->path[TREE_BUILD], tracee_arch_name(identity->kernel.arch),
			  tracee_arch_name(build->arch));
		return STATUS_HEADERS_REFUSED;
	}
	if (build->has_release && strcmp(identity->kernel.release, build->kernel.release) != 0) {
		log_error("the headers in '%s' are for kernel '%s', asked for was '%s': headers that are nearly "
			  "right give wrong data without "
			  "a word; install those of '%s', or build for '%s'",
			  tree->path[TREE_BUILD], identity->kernel.release, build->kernel.release,
			  build->kernel.release, identity->kernel.release);
		return STATUS_HEADERS_REFUSED;
	}
	return STATUS_OK;
}

static int parse_tree(struct build *build, const struct header_tree *tree, const struct header_identity *identity)
{
	CLEANUP(text_done) struct text messages = {};
	struct tracee_error err = {};
	struct clang clang;
	const char *named = build->options->clang ? build->options->clang : getenv("CMD_CLANG");
	int r;

	r = clang_find(named && *named ? named : getenv("CLANG"), &clang, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return STATUS_COMPILE_FAILED;
	}
	log_detail("build half '%s', source half '%s', compiler '%s'", tree->path[TREE_BUILD],
		   tree->path[TREE_SOURCE], clang.path);
	log_info("parsing the headers of %s (%s) with clang %s", identity->kernel.release,
		 tracee_arch_name(identity->kernel.arch), clang.version);
	text_init(&messages, MESSAGES_MAX_BYTES);
	r = layout_from_headers(tree, identity, &clang, &messages, &build->layout, &err);
	if (messages.size_bytes)
		log_lines(text_string(&messages));
	if (r < 0) {
		log_error("headers of %s: %s", identity->kernel.release, err.text);
		return status_of_headers(r);
	}
	return STATUS_OK;
}

static int from_headers(struct build *build)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	struct header_identity identity;
	struct tracee_error err = {};
	int r, status;

	r = header_tree_open(build->headers, build->n_headers, &tree, &err);
	if (r == 0)
		r = header_tree_identify(&tree, &identity, &err);
	if (r < 0) {
		log_error("headers: %s", err.text);
		return status_of_headers(r);
	}
	status = check_identity(build, &tree, &identity);
	if (status)
		return status;
	build->kernel = identity.kernel;
	return parse_tree(build, &tree, &identity);
}

static int from_btf(struct build *build, const char *path)
{
	struct tracee_error err = {};
	int r;

	if (!build->has_release) {
		if (strcmp(path, RUNNING_BTF) != 0) {
			log_error("BTF does not say which kernel it is of: add --kernel RELEASE for '%s'", path);
			return STATUS_USAGE;
		}
		if (tracee_kernel_running(&build->kernel, &err) < 0) {
			log_error("%s", err.text);
			return STATUS_FAILED;
		}
	}
	log_info("reading the layout of %s from '%s'", build->kernel.release, path);
	r = layout_from_btf(path, &build->layout, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return status_of_headers(r);
	}
	if (build->has_arch && build->layout.arch != build->arch) {
		log_error("'%s' is of an %s kernel, asked for was %s", path, tracee_arch_name(build->layout.arch),
			  tracee_arch_name(build->arch));
		return STATUS_HEADERS_REFUSED;
	}
	build->kernel.arch = build->layout.arch;
	return STATUS_OK;
}

int build_take_layout(struct build *build)
{
	const struct build_options *options = build->options;
	int status = STATUS_OK;

	if (options->btf)
		return from_btf(build, options->btf);
	build->n_headers = options->n_headers;
	memcpy(build->headers, options->headers, sizeof(build->headers));
	if (!build->n_headers)
		status = take_variable(build);
	if (status || build->n_headers)
		return status ? status : from_headers(build);
	if (is_running(build) && access(RUNNING_BTF, R_OK) == 0)
		return from_btf(build, RUNNING_BTF);
	if (!build->has_release && tracee_kernel_running(&build->kernel, NULL) < 0)
		return STATUS_FAILED;
	build->has_release = true;
	take_default_place(build);
	return build->n_headers ? from_headers(build) : no_source(build);
}
