/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_IDENTIFY_H
#define BUILDER_HEADERS_IDENTIFY_H

/* Which kernel a header tree is for, and what of its configuration the compiler must be told. */
#include "builder/headers/tree.h"

struct header_identity {
	struct tracee_kernel kernel; /* release from UTS_RELEASE; version_code from LINUX_VERSION_CODE */
	bool has_kasan_generic, has_kasan_sw_tags;
};

/*
 * -ENOENT if a file that tells is missing, -EBADMSG if it does not tell, -ENOTSUP for an architecture
 * that is neither x86_64 nor arm64 and for a kernel whose structures are shuffled (RANDSTRUCT),
 * -ESTALE for a tree whose files are of different kernels.
 */
int header_tree_identify(const struct header_tree *tree, struct header_identity *ret_identity,
			 struct tracee_error *err);

#endif
