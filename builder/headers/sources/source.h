/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_SOURCES_SOURCE_H
#define BUILDER_HEADERS_SOURCES_SOURCE_H

/*
 * A header source: one way in which distributions lay out the headers of a kernel, or its BTF. Each has
 * a file here that ends in its descriptor, and search.c has the list of them in the order in which
 * they are asked.
 *
 * The contract. look() is called with search->root, the root below which to look, and search->wanted,
 * whose release is known. It proposes places by the functions below, which open, identify and judge
 * what is there and write down the finding; it looks at nothing else itself. It returns 0 to go on, 1
 * if the search is over, or a negative errno that ends it.
 */
#include "builder/headers/search.h"

struct header_source {
	const char *name; /* one word */
	const char *who; /* which distributions have it; for the documentation */
	int (*look)(struct header_search *search);
};

extern const struct header_source source_own_btf;
extern const struct header_source source_modules;
extern const struct header_source source_linux_headers;
extern const struct header_source source_kernels;
extern const struct header_source source_suse;
extern const struct header_source source_sources;
extern const struct header_source source_nixos;
extern const struct header_source source_archives;
extern const struct header_source source_kheaders;
extern const struct header_source source_kheaders_module;
extern const struct header_source source_vmlinux;
extern const struct header_source source_vmlinuz;

/*
 * A tree whose halves are among @paths (inside the root, ended by NULL). Paths that are not there are
 * passed over; if none is, the finding says of the first what is not there.
 */
int search_tree(struct header_search *search, const char *const *paths);

/*
 * The BTF in a file: raw, a vmlinux with a section .BTF, or a kernel image, which is refused if it says that it
 * is another kernel than search->wanted.
 */
int search_btf(struct header_search *search, const char *path, bool is_own);

/*
 * A tree in an archive, which is unpacked for it.
 *
 * @shown    for messages
 * @bytes    the archive; NULL: @fd
 */
int search_archive(struct header_search *search, const char *shown, int fd, const void *bytes, size_t size_bytes);

/* Only what the kernel itself shows is its own: a root may hold a file of that name. */
bool search_is_in_sysfs(int fd);

/* Writes down that something could not be used; @why and @cure are copied, @cure may be NULL. */
int search_refuse(struct header_search *search, const char *shown, int r, const char *why, const char *cure);

/*
 * The last finding, if it was refused, does not say why there are no headers: it is told beside that. For
 * what is there on every host, whether it is of use or not.
 */
void search_only_beside(struct header_search *search);

/* Adds to what the last finding says of itself. -ENOMEM. */
int search_note(struct header_search *search, const char *note);

/* "format" with the release: the path inside the root that sources make; "" if it would be too long. */
void search_path(char ret_path[PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
