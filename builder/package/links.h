/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_PACKAGE_LINKS_H
#define BUILDER_PACKAGE_LINKS_H

/*
 * The symbolic links of packages: recorded while they are read, checked together, made last. Together,
 * because one that looks harmless leads elsewhere through another: with p/q/r/x -> ../../.. a link
 * p/q/r/y -> x/.. leads out of p.
 */
#include <stddef.h>

#include <tracee/tracee.h>

/*
 * An Ubuntu flavour has a few hundred links of those we take; what the check costs grows with their
 * number.
 */
#define LINKS_MAX 10000

struct link {
	char *path; /* of the link, relative to the root; owned, and @target lies in the same memory */
	char *target; /* as it was in the package */
	unsigned int package; /* its number, for messages */
};

struct links {
	struct link *all;
	size_t n, n_allocated;
};

/* Copies both. -E2BIG beyond LINKS_MAX, -ENOMEM. */
int links_add(struct links *links, const char *path, const char *target, unsigned int package);

/*
 * Sorts the links by path, keeps the last one of each path, and follows each to its end, with all
 * others in place, by names alone: no file is looked at.
 *
 * Returns 0, -EACCES if one leads above the root of its package (link_root_depth()), is absolute where
 * it may not be (link_may_be_absolute()), needs more than 40 others, or lies below another; -E2BIG if
 * following them takes more steps than any package needs. @err names the link; @ret_bad, unless it is
 * NULL, is that link.
 */
int links_check(struct links *links, const struct link **ret_bad, struct tracee_error *err);

/*
 * The target to make: as recorded, but relative if it was absolute. -ENAMETOOLONG.
 */
int link_target(const struct link *link, char *ret_target, size_t size_bytes);

void links_done(struct links *links);

#endif
