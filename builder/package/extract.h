/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_PACKAGE_EXTRACT_H
#define BUILDER_PACKAGE_EXTRACT_H

/*
 * One archive → files below a directory. Reads through libarchive, streaming: nothing but what is taken
 * touches the disk. Must run where a defect of a decompressor does no harm: builder/package/unpack.c
 * calls it in a child.
 */
#include <stdint.h>

#include <tracee/tracee.h>

#include "builder/package/links.h"

/* What no package of kernel headers needs; see package_limits for the reasons. */
struct package_limits {
	unsigned long n_entries; /* of one package and the archives in it */
	unsigned long n_files; /* taken, of all packages */
	uint64_t total_bytes; /* taken, of all packages */
	uint64_t header_bytes; /* of one header */
	uint64_t vmlinux_bytes; /* of a vmlinux, or a module */
	uint64_t ratio_from_bytes; /* only what unpacks to more can be a bomb */
	unsigned int ratio; /* unpacked to packed */
	unsigned int depth; /* archives in each other */
	unsigned int timeout_ms;
};

extern const struct package_limits package_limits;

struct extraction {
	/* The archive: a file, read by pread(), or bytes in memory. */
	int fd;
	const void *bytes; /* NULL: @fd */
	size_t size_bytes;
	const char *name; /* for messages */
	const char *release; /* NULL, or the kernel that counts */
	unsigned int package; /* its number */
	int root; /* directory to write below */
	const char *root_path; /* for messages */
	const struct package_limits *limits;
	/* In: what other packages took. Out, also after a failure: that and what this one took. */
	uint64_t n_files, n_bytes;
	/* The links of this package, to be checked and made later; links_done() is the caller's. */
	struct links links;
};

/* Errors as of unpacked_add(). */
int package_extract(struct extraction *extraction, struct tracee_error *err);

#endif
