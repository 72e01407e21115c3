/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_IDENTIFY_H
#define BUILDER_HEADERS_IDENTIFY_H

/*
 * Which kernel a header tree is for, by what stands in it: never by the name of its directory. And
 * what of its configuration the compiler must be told.
 */
#include "builder/headers/tree.h"

/* Where the release stands: the strongest that is there is taken, the first is right in all packages. */
enum header_evidence {
	EVIDENCE_UTSRELEASE, /* include/generated/utsrelease.h: UTS_RELEASE */
	EVIDENCE_KERNELVARIABLES, /* Debian's .kernelvariables: KERNELRELEASE */
	EVIDENCE_KERNEL_RELEASE, /* include/config/kernel.release: not the release of Debian up to 6.1 */
	EVIDENCE_NONE,
};

#define VERSION_TEXT_MAX 65 /* __NEW_UTS_LEN and the NUL, as uname(2) has it */
#define BUILD_ID_MAX 65 /* hexadecimal digits of 32 bytes and the NUL; the usual ones have 20 bytes */

struct header_identity {
	struct tracee_kernel kernel; /* release "" if nothing tells it; version_code from LINUX_VERSION_CODE */
	enum header_evidence evidence; /* for kernel.release */
	char version_text[VERSION_TEXT_MAX]; /* UTS_VERSION, what `uname -v` prints there; "" unknown */
	char build_id[BUILD_ID_MAX]; /* of vmlinux, lower case; "" unknown */
	bool has_kasan_generic, has_kasan_sw_tags;
};

/* "UTS_RELEASE in 'include/generated/utsrelease.h'" */
const char *header_evidence_name(enum header_evidence evidence);

/*
 * -ENOENT if a file that every tree has is missing, -EBADMSG if one does not say what it must, -ENOTSUP
 * for an architecture that is neither x86_64 nor arm64 and for a kernel whose structures are shuffled
 * (RANDSTRUCT), -ESTALE for a tree whose files are of different kernels.
 */
int header_tree_identify(const struct header_tree *tree, struct header_identity *ret_identity,
			 struct tracee_error *err);

#endif
