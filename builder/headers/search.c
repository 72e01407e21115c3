// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/headers/finding.h"
#include "builder/headers/search_parts.h"
#include "builder/headers/sources/source.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The order in which they are asked. First what the running kernel says of itself; then what packages
 * install, from the most common to the rarest; then what has to be unpacked; last BTF without headers, and of
 * that last what has to be decompressed.
 */
static const struct header_source *const sources[] = {
	&source_own_btf, &source_modules,  &source_linux_headers, &source_kernels,	   &source_suse,
	&source_sources, &source_nixos,	   &source_archives,	  &source_kheaders,	   &source_kheaders_module,
	&source_vmlinux, &source_vmlinuz,
};

int search_sources(struct header_search *search)
{
	int r = 0;

	for (size_t i = 0; i < N_ELEMENTS(sources) && r == 0; i++) {
		search->source = sources[i]->name;
		r = sources[i]->look(search);
	}
	return r;
}

/* ---- roots --------------------------------------------------------------------------------------- */

static int add_root(struct header_search *search, struct header_root *root)
{
	if (search->n_roots == SEARCH_ROOTS_MAX)
		return -E2BIG;
	search->roots[search->n_roots++] = *root;
	search->root = &search->roots[search->n_roots - 1];
	*root = (struct header_root)HEADER_ROOT_NONE;
	return 0;
}

static int open_root(struct header_search *search, const char *path, struct tracee_error *err)
{
	struct header_root root = HEADER_ROOT_NONE;
	int r = header_root_open(path, &root, err);

	return r < 0 ? r : add_root(search, &root);
}

int search_add_unpacked(struct header_search *search, struct tracee_error *err)
{
	int r;

	if (search->n_unpacked == SEARCH_UNPACKED_MAX)
		return error_set(err, -E2BIG, "more than %d archives to unpack", SEARCH_UNPACKED_MAX);
	r = unpacked_new(&search->unpacked[search->n_unpacked], err);
	if (r == 0)
		search->n_unpacked++;
	return r;
}

int search_add_unpacked_root(struct header_search *search, const char *label, struct tracee_error *err)
{
	struct header_root root = HEADER_ROOT_NONE;
	int r = header_root_take(unpacked_fd(search->unpacked[search->n_unpacked - 1]), label, &root, err);

	return r < 0 ? r : add_root(search, &root);
}

/* --root alone; or $HOST_ROOT, what we see ourselves, and where containers have their host's root. */
static int open_roots(struct header_search *search, struct tracee_error *err)
{
	static const char *const usual[] = { "/host", "/hostfs", "/rootfs" };
	const char *named = getenv("HOST_ROOT");
	int r = 0;

	if (search->request->root)
		return open_root(search, search->request->root, err);
	if (named && *named) {
		r = open_root(search, named, err);
		if (r < 0)
			return error_prefix(err, r, "HOST_ROOT");
	}
	r = open_root(search, "/", err);
	for (size_t i = 0; i < N_ELEMENTS(usual) && r == 0; i++) {
		if (header_root_has(search->root, usual[i]))
			r = open_root(search, usual[i], err);
	}
	return r;
}

/* ---- the search ---------------------------------------------------------------------------------- */

/* Without --kernel: what a root that was named holds, if that is one kernel; else the running one. */
static int take_release(struct header_search *search, struct tracee_error *err)
{
	struct header_wanted *wanted = &search->wanted;
	enum tracee_arch arch = wanted->kernel.arch;
	int r;

	if (wanted->has_release)
		return 0;
	if (search->request->root)
		return search_only_release(search, err);
	r = tracee_kernel_running(&wanted->kernel, err);
	if (wanted->has_arch)
		wanted->kernel.arch = arch;
	wanted->has_release = r == 0;
	return r;
}

static int search_roots(struct header_search *search, struct tracee_error *err)
{
	size_t n_roots;
	int r = open_roots(search, err);

	if (r == 0)
		r = take_release(search, err);
	if (r < 0)
		return r;
	/* Sources may add roots of their own, in which they have looked already. */
	n_roots = search->n_roots;
	for (size_t i = 0; i < n_roots && r == 0; i++) {
		search->root = &search->roots[i];
		r = search_sources(search);
	}
	return r;
}

/* What was chosen before there were too many places is still the choice. */
static int end_cut(const struct header_search *search, struct tracee_error *err)
{
	if (search->choice.kind != CHOICE_NONE)
		return 0;
	return error_set(err, -ENOENT,
			 "none of the first %d places has headers of kernel '%s', and no more are looked at: name the "
			 "header tree or its packages with --headers",
			 SEARCH_FINDINGS_MAX, search->wanted.kernel.release);
}

int header_search_run(const struct header_search_request *request, struct header_search *ret_search,
		      struct tracee_error *err)
{
	int r;

	*ret_search = (struct header_search){ .request = request,
					      .wanted = request->wanted,
					      .choice = { .tree = HEADER_TREE_NONE, .btf_fd = -1 } };
	ret_search->wanted.is_named = request->n_paths > 0;
	if (err)
		err->text[0] = '\0';
	r = request->n_paths ? search_named(ret_search, err) : search_roots(ret_search, err);
	if (r == -ENOMEM)
		return error_set(err, r, "no memory");
	if (ret_search->is_cut)
		return end_cut(ret_search, err);
	if (r < 0)
		return err && err->text[0] ? r : error_errno(err, r, "the search for headers");
	return ret_search->choice.kind == CHOICE_NONE ? findings_explain(ret_search, err) : 0;
}

void header_search_done(struct header_search *search)
{
	if (!search->request)
		return;
	header_tree_close(&search->choice.tree);
	close_at(&search->choice.btf_fd);
	for (size_t i = 0; i < search->n_findings; i++)
		finding_done(&search->findings[i]);
	free(search->findings);
	for (size_t i = 0; i < search->n_roots; i++)
		header_root_close(&search->roots[i]);
	for (size_t i = 0; i < search->n_unpacked; i++)
		unpacked_free(search->unpacked[i]);
	*search = (struct header_search){};
}
