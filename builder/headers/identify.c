// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/identify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/headers/defines.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/number.h"

#define TEXT_MAX_BYTES (4u << 20) /* autoconf.h of a distribution kernel has 80 to 300 KB */
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* A file of a half, and where it is for messages. */
struct part {
	char *bytes;
	struct defines defines;
	const char *half, *name;
};

static void part_done(struct part *part)
{
	free(part->bytes);
}

static int part_read(const struct header_tree *tree, enum tree_half half, const char *name, struct part *ret_part,
		     struct tracee_error *err)
{
	struct part part = { .half = tree->path[half], .name = name };
	int r = header_tree_read(tree, half, name, TEXT_MAX_BYTES, (uint8_t **)&part.bytes,
				 &part.defines.size_bytes);

	if (r == -EINVAL || r == -EISDIR)
		return error_set(err, -EBADMSG, "'%s/%s' is no regular file", part.half, name);
	if (r == -EFBIG)
		return error_set(err, -EBADMSG, "'%s/%s' is larger than %u bytes, as none is", part.half, name,
				 TEXT_MAX_BYTES);
	if (r == -EXDEV || r == -ELOOP)
		return error_set(err, -EACCES, "'%s/%s' leads out of the root by a link, or nowhere", part.half, name);
	if (r < 0)
		return error_errno(err, r, "'%s/%s'", part.half, name);
	part.defines.bytes = part.bytes;
	*ret_part = part;
	return 0;
}

/* ---- the release ------------------------------------------------------------------------------- */

static const struct {
	const char *file, *name;
} evidences[] = {
	[EVIDENCE_UTSRELEASE] = { "include/generated/utsrelease.h", "UTS_RELEASE in 'include/generated/utsrelease.h'" },
	[EVIDENCE_KERNELVARIABLES] = { ".kernelvariables", "KERNELRELEASE in '.kernelvariables'" },
	[EVIDENCE_KERNEL_RELEASE] = { "include/config/kernel.release", "'include/config/kernel.release'" },
	[EVIDENCE_NONE] = { NULL, "nothing" },
};

const char *header_evidence_name(enum header_evidence evidence)
{
	return evidences[evidence].name;
}

/* The rest of the line that begins with @prefix, without white space around it; false if there is none. */
static bool line_value(const struct part *part, const char *prefix, char *ret_value, size_t size_bytes)
{
	const char *p = part->bytes;
	size_t length = strlen(prefix), n;

	while (p && strncmp(p, prefix, length) != 0) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return false;
	p += length + strspn(p + length, " \t:=");
	n = strcspn(p, " \t\r\n");
	if (n == 0 || n >= size_bytes)
		return false;
	memcpy(ret_value, p, n);
	ret_value[n] = '\0';
	return true;
}

static int release_of(const struct part *part, enum header_evidence evidence, char release[TRACEE_RELEASE_MAX],
		      struct tracee_error *err)
{
	bool has;

	if (evidence == EVIDENCE_UTSRELEASE)
		has = defines_string(&part->defines, "UTS_RELEASE", release, TRACEE_RELEASE_MAX) == 0;
	else
		has = line_value(part, evidence == EVIDENCE_KERNELVARIABLES ? "override KERNELRELEASE" : "", release,
				 TRACEE_RELEASE_MAX);
	return has ? 0
		   : error_set(err, -EBADMSG, "'%s/%s' does not say the release in at most %d characters: expected %s",
			       part->half, part->name, TRACEE_RELEASE_MAX - 1, header_evidence_name(evidence));
}

/* The strongest evidence that is there; what is there must be readable. */
static int take_release(const struct header_tree *tree, struct header_identity *identity, struct tracee_error *err)
{
	char release[TRACEE_RELEASE_MAX];
	int r;

	for (identity->evidence = EVIDENCE_UTSRELEASE; identity->evidence < EVIDENCE_NONE; identity->evidence++) {
		CLEANUP(part_done) struct part part = {};

		r = part_read(tree, TREE_BUILD, evidences[identity->evidence].file, &part, err);
		if (r == -ENOENT)
			continue;
		if (r == 0)
			r = release_of(&part, identity->evidence, release, err);
		if (r < 0)
			return r;
		r = tracee_kernel_parse(release, identity->kernel.arch, &identity->kernel, err);
		return r < 0 ? error_prefix(err, -EBADMSG, "'%s/%s'", part.half, part.name) : 0;
	}
	return 0;
}

/* UTS_VERSION moved from compile.h to utsversion.h in 6.1 (2df8220cc511); what is missing tells nothing. */
static int take_version_text(const struct header_tree *tree, struct header_identity *identity, struct tracee_error *err)
{
	static const char *const files[] = { "include/generated/utsversion.h", "include/generated/compile.h" };

	for (size_t i = 0; i < N_ELEMENTS(files) && !identity->version_text[0]; i++) {
		CLEANUP(part_done) struct part part = {};
		int r = part_read(tree, TREE_BUILD, files[i], &part, err);

		if (r < 0 && r != -ENOENT)
			return r;
		if (r == 0)
			defines_string(&part.defines, "UTS_VERSION", identity->version_text,
				       sizeof(identity->version_text));
	}
	return 0;
}

/* Red Hat's kernel-devel has the build id of the kernel as a line of text. */
static int take_build_id(const struct header_tree *tree, struct header_identity *identity, struct tracee_error *err)
{
	CLEANUP(part_done) struct part part = {};
	int r = part_read(tree, TREE_BUILD, "vmlinux.id", &part, err);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (line_value(&part, "", identity->build_id, sizeof(identity->build_id)) &&
	    strspn(identity->build_id, "0123456789abcdef") != strlen(identity->build_id))
		identity->build_id[0] = '\0';
	return 0;
}

/* ---- the version --------------------------------------------------------------------------------- */

/* The true upstream version of a release that only has an ABI number: 5.10.223 of 5.10.0-32. */
static int take_version_code(const struct header_tree *tree, struct tracee_kernel *kernel, struct tracee_error *err)
{
	CLEANUP(part_done) struct part part = {};
	bool has_release = kernel->release[0] != '\0';
	uint64_t code;
	int r;

	r = part_read(tree, TREE_BUILD, "include/generated/uapi/linux/version.h", &part, err);
	if (r < 0)
		return r;
	if (defines_number(&part.defines, "LINUX_VERSION_CODE", UINT32_MAX, &code) < 0)
		return error_set(err, -EBADMSG, "'%s/%s' does not define LINUX_VERSION_CODE as a number", part.half,
				 part.name);
	if (has_release && code >> 8 != kernel->version_code >> 8)
		return error_set(
			err, -ESTALE,
			"'%s' says that it is for '%s', and in version.h that it is version %u.%u: "
			"files of two kernels are mixed; install its package anew",
			part.half, kernel->release, (unsigned int)(code >> 16), (unsigned int)(code >> 8 & 255));
	kernel->version_code = (uint32_t)code;
	return 0;
}

/* A line `NAME = 6` of the top Makefile. */
static int makefile_number(const struct part *makefile, const char *name, uint64_t *ret_number)
{
	const char *p = makefile->bytes;
	size_t length = strlen(name);
	char digits[8] = {};

	while (p && (strncmp(p, name, length) != 0 || strncmp(p + length, " = ", 3) != 0)) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return -ENOENT;
	p += length + 3;
	strncpy(digits, p, sizeof(digits) - 1);
	digits[strspn(digits, "0123456789")] = '\0';
	return number_parse(digits, 65535, ret_number);
}

/* LINUX_VERSION_CODE has one byte for the sublevel, which long series exceed: 255 stands for all beyond. */
static uint32_t sublevel_byte(uint64_t sublevel)
{
	return sublevel < 255 ? (uint32_t)sublevel : 255;
}

/*
 * A source half of another kernel than the build half. The Makefile at its top tells, where there is
 * one: the archive of /sys/kernel/kheaders.tar.xz has none, and that of a build directory only includes
 * another.
 */
static int check_halves(const struct header_tree *tree, const struct tracee_kernel *kernel,
			struct tracee_error *err)
{
	CLEANUP(part_done) struct part makefile = {};
	uint64_t version, patchlevel, sublevel;
	int r = part_read(tree, TREE_SOURCE, "Makefile", &makefile, err);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (makefile_number(&makefile, "VERSION", &version) < 0 ||
	    makefile_number(&makefile, "PATCHLEVEL", &patchlevel) < 0)
		return 0;
	if (makefile_number(&makefile, "SUBLEVEL", &sublevel) < 0)
		sublevel = kernel->version_code & 255;
	if ((version << 16 | patchlevel << 8 | sublevel_byte(sublevel)) == kernel->version_code)
		return 0;
	return error_set(err, -ESTALE,
			 "the build half '%s' is of version %u.%u.%u ('%s'), the source half '%s' of %u.%u.%u: pass the two "
			 "that belong together, or install their packages anew in one version",
			 tree->path[TREE_BUILD], kernel->version_code >> 16, kernel->version_code >> 8 & 255,
			 kernel->version_code & 255, kernel->release, tree->path[TREE_SOURCE], (unsigned int)version,
			 (unsigned int)patchlevel, (unsigned int)sublevel);
}

static int take_arch(const struct header_tree *tree, const struct part *config, enum tracee_arch *ret_arch,
		     struct tracee_error *err)
{
	static const struct {
		const char *option, *directory;
		enum tracee_arch arch;
	} archs[] = {
		{ "CONFIG_X86_64", "arch/x86/include/generated", TRACEE_ARCH_X86_64 },
		{ "CONFIG_ARM64", "arch/arm64/include/generated", TRACEE_ARCH_ARM64 },
	};

	for (size_t i = 0; i < N_ELEMENTS(archs); i++) {
		if (!defines_has(&config->defines, archs[i].option))
			continue;
		if (!header_tree_has(tree, TREE_BUILD, archs[i].directory))
			return error_set(err, -ENOENT, "'%s' is configured for %s but has no '%s'",
					 tree->path[TREE_BUILD], tracee_arch_name(archs[i].arch),
					 archs[i].directory);
		*ret_arch = archs[i].arch;
		return 0;
	}
	return error_set(
		err, -ENOTSUP,
		"'%s' is configured neither for x86_64 nor for arm64: other architectures are not supported",
		tree->path[TREE_BUILD]);
}

/*
 * clang cannot repeat gcc's shuffle even with the seed. The plugin's option is that of 4.13 to 5.18;
 * CONFIG_RANDSTRUCT stands for all ways of shuffling since 5.19.
 */
static int check_not_shuffled(const struct header_tree *tree, const struct part *config, struct tracee_error *err)
{
	static const char *const options[] = { "CONFIG_GCC_PLUGIN_RANDSTRUCT", "CONFIG_RANDSTRUCT_FULL",
					       "CONFIG_RANDSTRUCT_PERFORMANCE", "CONFIG_RANDSTRUCT" };

	for (size_t i = 0; i < N_ELEMENTS(options); i++) {
		if (defines_has(&config->defines, options[i]))
			return error_set(err, -ENOTSUP,
					 "'%s' has %s: the members of this kernel's structures are shuffled, and "
					 "its headers "
					 "do not tell how; build on that kernel from its own BTF",
					 tree->path[TREE_BUILD], options[i]);
	}
	return 0;
}

int header_tree_identify(const struct header_tree *tree, struct header_identity *ret_identity,
			 struct tracee_error *err)
{
	struct header_identity identity = {};
	CLEANUP(part_done) struct part config = {};
	int r;

	r = part_read(tree, TREE_BUILD, "include/generated/autoconf.h", &config, err);
	if (r == 0)
		r = take_arch(tree, &config, &identity.kernel.arch, err);
	if (r == 0)
		r = check_not_shuffled(tree, &config, err);
	if (r == 0)
		r = take_release(tree, &identity, err);
	if (r == 0)
		r = take_version_code(tree, &identity.kernel, err);
	if (r == 0)
		r = check_halves(tree, &identity.kernel, err);
	if (r == 0)
		r = take_version_text(tree, &identity, err);
	if (r == 0)
		r = take_build_id(tree, &identity, err);
	if (r < 0)
		return r;
	identity.has_kasan_generic = defines_has(&config.defines, "CONFIG_KASAN_GENERIC");
	identity.has_kasan_sw_tags = defines_has(&config.defines, "CONFIG_KASAN_SW_TAGS");
	*ret_identity = identity;
	return 0;
}
