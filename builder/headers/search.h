/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_SEARCH_H
#define BUILDER_HEADERS_SEARCH_H

/*
 * The search for the headers of one kernel, or for its BTF. What the user names decides alone. Else
 * every source of sources/source.h looks in its turn below each root, and the first tree that may be
 * used is chosen. Whatever was looked at is written down as a finding: together they are the story
 * that `tracee-builder headers` tells, and the explanation when nothing was found.
 */
#include "builder/headers/grade.h"
#include "builder/package/unpack.h"

#define SEARCH_ROOTS_MAX 16
#define SEARCH_UNPACKED_MAX 8
#define SEARCH_FINDINGS_MAX 256

struct header_search_request {
	struct header_wanted wanted;
	const char *root; /* --root: the only one to look below; NULL: ours, and that of the host in a container */
	const char *const *paths; /* what the user named: directories or packages; borrowed */
	size_t n_paths;
	bool takes_no_btf; /* BTF is found but not chosen */
	bool is_exhaustive; /* look everywhere, also when one was chosen */
};

enum finding_verdict {
	VERDICT_ABSENT, /* there is nothing, or a link that leads nowhere */
	VERDICT_INCOMPLETE, /* a part of a header tree */
	VERDICT_REFUSED, /* a tree that is of no use for the kernel that is meant */
	VERDICT_USABLE,
};

/* One place of a finding, with the links on the way to it. */
struct finding_place {
	char *shown;
	struct walk_link *links;
	size_t n_links;
	bool is_dangling; /* the last of them leads nowhere */
};

struct finding {
	const char *source; /* name of the source */
	struct finding_place places[TREE_PLACES_MAX];
	size_t n_places;
	enum finding_verdict verdict;
	bool is_chosen, is_graded;
	bool is_beside; /* being refused is not why the search failed, but told with it */
	enum header_grade grade; /* if graded */
	struct tracee_kernel kernel; /* of the tree; release "" unknown */
	bool has_kernel;
	int r; /* what the verdict would be as the result of the search: -ENOENT, -ESTALE, … */
	char *why; /* a sentence without a full stop */
	char *cure; /* what to do; NULL: nothing to be said */
};

enum header_choice_kind { CHOICE_NONE, CHOICE_TREE, CHOICE_BTF };

struct header_choice {
	enum header_choice_kind kind;
	struct header_tree tree; /* CHOICE_TREE, with identity */
	struct header_identity identity;
	struct header_judgement judgement;
	int btf_fd; /* owned; CHOICE_BTF, or of the BTF that came with the tree; -1: none */
	char btf_path[PATH_MAX]; /* for messages */
	bool is_own_btf; /* it is the running kernel's */
	bool is_exact_btf; /* the image that it is from says that it is this kernel */
};

struct header_search {
	const struct header_search_request *request; /* borrowed */
	struct header_wanted wanted;
	struct header_root roots[SEARCH_ROOTS_MAX];
	size_t n_roots;
	struct unpacked *unpacked[SEARCH_UNPACKED_MAX]; /* what roots of packages lie in */
	size_t n_unpacked;
	struct finding *findings;
	size_t n_findings;
	bool is_cut; /* there would have been more */
	struct header_choice choice;
	const struct header_root *root; /* below which the sources look now */
	const char *source; /* the name of the one that looks */
	bool is_in_packages; /* that root was unpacked from packages */
};

/*
 * @ret_search  filled in also when nothing was found, for its findings; header_search_done() it in any
 *              case. It must not be moved.
 *
 * Returns 0 with a choice; -ENOENT: nothing; -ESTALE: only trees of other kernels; -EINVAL: the request
 * leaves open which kernel is meant; or what was wrong with the tree that came nearest, as
 * header_tree_identify() and unpacked_add() say it.
 */
int header_search_run(const struct header_search_request *request, struct header_search *ret_search,
		      struct tracee_error *err);
/* Accepts a zeroed one. */
void header_search_done(struct header_search *search);

#endif
