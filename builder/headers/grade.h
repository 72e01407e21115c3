/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_GRADE_H
#define BUILDER_HEADERS_GRADE_H

/*
 * How well a header tree matches the kernel that is meant. Headers that are nearly right compile
 * without a word and give wrong data, so every doubt has a name, and most are refused.
 */
#include "builder/headers/identify.h"

enum header_grade {
	GRADE_PROVEN, /* release and architecture are equal, and the build id shows it to be this very build */
	GRADE_EXACT, /* release and architecture are equal, and nothing speaks against it */
	GRADE_OTHER_UPLOAD, /* the release is equal, but it was built at another time */
	GRADE_OTHER_FLAVOUR, /* the version is equal, the rest of the release is not */
	GRADE_WRONG, /* another version or architecture */
	GRADE_UNKNOWN, /* the tree does not say which release it is for */
};

/* The kernel that is meant, as far as it is known. */
struct header_wanted {
	struct tracee_kernel kernel; /* release if has_release, arch if has_arch */
	bool has_release, has_arch;
	bool is_named; /* the user named the tree itself */
	bool is_strict; /* --strict: another upload is refused */
	bool allows_mismatch; /* --allow-mismatch: another flavour and an unknown release are accepted */
	char version_text[VERSION_TEXT_MAX]; /* what `uname -v` prints on it; "" unknown */
	char build_id[BUILD_ID_MAX]; /* of it; "" unknown */
};

struct header_judgement {
	enum header_grade grade;
	bool is_accepted;
	char why[512]; /* a sentence without a full stop: what was found, what was expected */
};

/* "proven", "exact", "other upload", "other flavour", "wrong", "unknown" */
const char *header_grade_name(enum header_grade grade);

/*
 * Version text and build id of the running kernel (uname(2), /sys/kernel/notes) into @wanted where they
 * were not given; what cannot be read stays "".
 */
void header_wanted_ask_running(struct header_wanted *wanted);

/* Whether this is the kernel that runs here. */
bool header_kernel_is_running(const struct tracee_kernel *kernel);

/* What is not known of @wanted cannot speak against @identity. */
void header_judge(const struct header_wanted *wanted, const struct header_identity *identity,
		  struct header_judgement *ret_judgement);

#endif
