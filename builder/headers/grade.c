// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/grade.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

#define NOTES "/sys/kernel/notes"
#define NOTES_MAX_BYTES 65536

const char *header_grade_name(enum header_grade grade)
{
	static const char *const names[] = {
		[GRADE_PROVEN] = "proven",		 [GRADE_EXACT] = "exact",
		[GRADE_OTHER_UPLOAD] = "other upload",	 [GRADE_OTHER_FLAVOUR] = "other flavour",
		[GRADE_WRONG] = "wrong",		 [GRADE_UNKNOWN] = "unknown",
	};

	return names[grade];
}

/* ---- the running kernel ------------------------------------------------------------------------- */

static size_t aligned(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/* The build id in a list of ELF notes (elf(5), Notes); "" if there is none. */
static void find_build_id(const uint8_t *notes, size_t size_bytes, char ret_build_id[BUILD_ID_MAX])
{
	size_t at = 0;

	ret_build_id[0] = '\0';
	while (size_bytes - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr header;
		size_t name, description;

		memcpy(&header, notes + at, sizeof(header));
		if (header.n_namesz > size_bytes || header.n_descsz > size_bytes)
			return;
		name = at + sizeof(header);
		description = name + aligned(header.n_namesz);
		at = description + aligned(header.n_descsz);
		if (at > size_bytes)
			return;
		if (header.n_type != NT_GNU_BUILD_ID || header.n_namesz != sizeof("GNU") ||
		    memcmp(notes + name, "GNU", sizeof("GNU")) != 0 || 2 * header.n_descsz >= BUILD_ID_MAX)
			continue;
		for (size_t i = 0; i < header.n_descsz; i++)
			snprintf(ret_build_id + 2 * i, 3, "%02x", notes[description + i]);
		return;
	}
}

bool header_kernel_is_running(const struct tracee_kernel *kernel)
{
	struct tracee_kernel running;

	return tracee_kernel_running(&running, NULL) == 0 && running.arch == kernel->arch &&
	       strcmp(running.release, kernel->release) == 0;
}

void header_wanted_ask_running(struct header_wanted *wanted)
{
	CLEANUP(free_at) uint8_t *notes = NULL;
	struct utsname uts;
	size_t size_bytes;

	if (!wanted->version_text[0] && uname(&uts) == 0)
		snprintf(wanted->version_text, sizeof(wanted->version_text), "%s", uts.version);
	if (!wanted->build_id[0] && file_read_at(AT_FDCWD, NOTES, NOTES_MAX_BYTES, &notes, &size_bytes) == 0)
		find_build_id(notes, size_bytes, wanted->build_id);
}

/* ---- judging ------------------------------------------------------------------------------------- */

static bool is_equal_or_unknown(const char *a, const char *b)
{
	return !*a || !*b || strcmp(a, b) == 0;
}

/* The version that a release begins with: "6.1.0" of "6.1.0-56-amd64". */
static size_t version_length(const char *release)
{
	return strspn(release, "0123456789.");
}

static bool is_same_version(const char *a, const char *b)
{
	size_t length = version_length(a);

	return length == version_length(b) && strncmp(a, b, length) == 0;
}

static void judge_other_release(const struct header_wanted *wanted, const struct header_identity *identity,
				struct header_judgement *judgement)
{
	bool is_near = is_same_version(wanted->kernel.release, identity->kernel.release);

	judgement->grade = is_near ? GRADE_OTHER_FLAVOUR : GRADE_WRONG;
	judgement->is_accepted = is_near && wanted->allows_mismatch;
	snprintf(judgement->why, sizeof(judgement->why),
		 "the headers are for kernel '%s', asked for was '%s': headers that are nearly right give wrong data "
		 "without a word; install those of '%s', or build for '%s'",
		 identity->kernel.release, wanted->kernel.release, wanted->kernel.release, identity->kernel.release);
}

static void judge_unknown(const struct header_wanted *wanted, const struct header_identity *identity,
			  struct header_judgement *judgement)
{
	uint32_t code = identity->kernel.version_code;

	if (wanted->has_release && code >> 8 != wanted->kernel.version_code >> 8) {
		judgement->grade = GRADE_WRONG;
		snprintf(judgement->why, sizeof(judgement->why),
			 "the headers are of version %u.%u.%u and do not say of which release; asked for was '%s'",
			 code >> 16, code >> 8 & 255, code & 255, wanted->kernel.release);
		return;
	}
	judgement->grade = GRADE_UNKNOWN;
	judgement->is_accepted = wanted->has_release && (wanted->is_named || wanted->allows_mismatch);
	snprintf(judgement->why, sizeof(judgement->why),
		 "nothing in the tree says which kernel it is for (expected %s)%s",
		 header_evidence_name(EVIDENCE_UTSRELEASE),
		 judgement->is_accepted ? "" : "; install its package anew, or name it with --headers and --kernel");
}

static void judge_same_release(const struct header_wanted *wanted, const struct header_identity *identity,
			       struct header_judgement *judgement)
{
	bool is_same_text = is_equal_or_unknown(wanted->version_text, identity->version_text);
	bool is_same_id = is_equal_or_unknown(wanted->build_id, identity->build_id);

	if (!is_same_id || !is_same_text) {
		judgement->grade = GRADE_OTHER_UPLOAD;
		judgement->is_accepted = !wanted->is_strict;
		snprintf(judgement->why, sizeof(judgement->why),
			 "the headers are of another upload of this release: %s '%s', the kernel's is '%s'",
			 is_same_id ? "their version is" : "their build id is",
			 is_same_id ? identity->version_text : identity->build_id,
			 is_same_id ? wanted->version_text : wanted->build_id);
		return;
	}
	judgement->is_accepted = true;
	judgement->grade = *wanted->build_id && *identity->build_id ? GRADE_PROVEN : GRADE_EXACT;
	snprintf(judgement->why, sizeof(judgement->why), "%s says so%s", header_evidence_name(identity->evidence),
		 judgement->grade == GRADE_PROVEN	      ? ", and the build id is that of the kernel"
		 : *wanted->version_text && *identity->version_text ? ", and the version is that of the kernel"
								    : "");
}

void header_judge(const struct header_wanted *wanted, const struct header_identity *identity,
		  struct header_judgement *ret_judgement)
{
	*ret_judgement = (struct header_judgement){};
	if (wanted->has_arch && wanted->kernel.arch != identity->kernel.arch) {
		ret_judgement->grade = GRADE_WRONG;
		snprintf(ret_judgement->why, sizeof(ret_judgement->why),
			 "the headers are for %s, asked for was %s: name the tree of that architecture",
			 tracee_arch_name(identity->kernel.arch), tracee_arch_name(wanted->kernel.arch));
	} else if (identity->evidence == EVIDENCE_NONE) {
		judge_unknown(wanted, identity, ret_judgement);
	} else if (wanted->has_release && strcmp(wanted->kernel.release, identity->kernel.release) != 0) {
		judge_other_release(wanted, identity, ret_judgement);
	} else {
		judge_same_release(wanted, identity, ret_judgement);
	}
}
