// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/identify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "builder/headers/defines.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
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
	int r = file_read_at(tree->fd[half], name, TEXT_MAX_BYTES, (uint8_t **)&part.bytes,
			     &part.defines.size_bytes);

	if (r < 0)
		return error_errno(err, r, "'%s/%s'", part.half, name);
	part.defines.bytes = part.bytes;
	*ret_part = part;
	return 0;
}

/* UTS_RELEASE is right in all trees; include/config/kernel.release and the directory's name are not. */
static int take_release(const struct header_tree *tree, struct tracee_kernel *kernel, struct tracee_error *err)
{
	CLEANUP(part_done) struct part part = {};
	char release[TRACEE_RELEASE_MAX];
	int r;

	r = part_read(tree, TREE_BUILD, "include/generated/utsrelease.h", &part, err);
	if (r < 0)
		return r;
	if (defines_string(&part.defines, "UTS_RELEASE", release, sizeof(release)) < 0)
		return error_set(err, -EBADMSG,
				 "'%s/%s' does not define UTS_RELEASE as a string of at most %zu characters",
				 part.half, part.name, sizeof(release) - 1);
	r = tracee_kernel_parse(release, kernel->arch, kernel, err);
	return r < 0 ? error_prefix(err, -EBADMSG, "'%s/%s'", part.half, part.name) : 0;
}

/* The true upstream version of a release that only has an ABI number: 5.10.223 of 5.10.0-32. */
static int take_version_code(const struct header_tree *tree, struct tracee_kernel *kernel, struct tracee_error *err)
{
	CLEANUP(part_done) struct part part = {};
	uint64_t code;
	int r;

	r = part_read(tree, TREE_BUILD, "include/generated/uapi/linux/version.h", &part, err);
	if (r < 0)
		return r;
	if (defines_number(&part.defines, "LINUX_VERSION_CODE", UINT32_MAX, &code) < 0)
		return error_set(err, -EBADMSG, "'%s/%s' does not define LINUX_VERSION_CODE as a number", part.half,
				 part.name);
	if (code >> 8 != kernel->version_code >> 8)
		return error_set(
			err, -ESTALE,
			"'%s' says in utsrelease.h that it is for '%s' and in version.h that it is version %u.%u: "
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
	return number_parse(digits, 255, ret_number);
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
	uint64_t version, patchlevel;
	int r = part_read(tree, TREE_SOURCE, "Makefile", &makefile, err);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (makefile_number(&makefile, "VERSION", &version) < 0 ||
	    makefile_number(&makefile, "PATCHLEVEL", &patchlevel) < 0)
		return 0;
	if ((version << 8 | patchlevel) == kernel->version_code >> 8)
		return 0;
	return error_set(err, -ESTALE,
			 "the build half '%s' is of '%s', the source half '%s' is of version %u.%u: pass the two "
			 "that belong together",
			 tree->path[TREE_BUILD], kernel->release, tree->path[TREE_SOURCE], (unsigned int)version,
			 (unsigned int)patchlevel);
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
	struct stat st;

	for (size_t i = 0; i < N_ELEMENTS(archs); i++) {
		if (!defines_has(&config->defines, archs[i].option))
			continue;
		if (fstatat(tree->fd[TREE_BUILD], archs[i].directory, &st, 0) < 0)
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
		r = take_release(tree, &identity.kernel, err);
	if (r == 0)
		r = take_version_code(tree, &identity.kernel, err);
	if (r == 0)
		r = check_halves(tree, &identity.kernel, err);
	if (r < 0)
		return r;
	identity.has_kasan_generic = defines_has(&config.defines, "CONFIG_KASAN_GENERIC");
	identity.has_kasan_sw_tags = defines_has(&config.defines, "CONFIG_KASAN_SW_TAGS");
	*ret_identity = identity;
	return 0;
}
