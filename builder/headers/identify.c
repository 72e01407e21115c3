// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/identify.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/number.h"

#define TEXT_MAX_BYTES (4u << 20) /* autoconf.h of a distribution kernel has 300 KB */

/* The value behind `#define @name ` on a line of its own: a copy without white space around, NULL if there is none. */
static char *define_value(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		const char *end;

		p += *p == '\n';
		if (strncmp(p, "#define ", 8) != 0 || strncmp(p + 8, name, length) != 0 || !isspace((unsigned char)p[8 + length]))
			continue;
		p += 8 + length + 1;
		p += strspn(p, " \t");
		end = p + strcspn(p, "\n");
		while (end > p && isspace((unsigned char)end[-1]))
			end--;
		return strndup(p, (size_t)(end - p));
	}
	return NULL;
}

static bool is_defined(const char *text, const char *name)
{
	CLEANUP(free_at) char *value = define_value(text, name);

	return value != NULL;
}

static int read_text(const struct header_tree *tree, enum tree_half half, const char *name, char **ret_text, struct tracee_error *err)
{
	size_t size_bytes;
	int r = file_read_at(tree->fd[half], name, TEXT_MAX_BYTES, (uint8_t **)ret_text, &size_bytes);

	return r < 0 ? error_errno(err, r, "'%s/%s'", tree->path[half], name) : 0;
}

/* UTS_RELEASE is right in all trees; kernel.release and the folder's name are not. */
static int take_release(const struct header_tree *tree, struct tracee_kernel *kernel, struct tracee_error *err)
{
	CLEANUP(free_at) char *text = NULL;
	CLEANUP(free_at) char *value = NULL;
	size_t length;
	int r;

	r = read_text(tree, TREE_BUILD, "include/generated/utsrelease.h", &text, err);
	if (r < 0)
		return r;
	value = define_value(text, "UTS_RELEASE");
	length = value ? strlen(value) : 0;
	if (length < 3 || value[0] != '"' || value[length - 1] != '"')
		return error_set(err, -EBADMSG, "'%s/include/generated/utsrelease.h' does not define UTS_RELEASE as a string",
				 tree->path[TREE_BUILD]);
	value[length - 1] = '\0';
	r = tracee_kernel_parse(value + 1, kernel->arch, kernel, err);
	return r < 0 ? error_prefix(err, -EBADMSG, "'%s/include/generated/utsrelease.h'", tree->path[TREE_BUILD]) : 0;
}

/* The true upstream version of a release that only has an ABI number: 5.10.223 of 5.10.0-32. */
static int take_version_code(const struct header_tree *tree, struct tracee_kernel *kernel, struct tracee_error *err)
{
	static const char name[] = "include/generated/uapi/linux/version.h";
	CLEANUP(free_at) char *text = NULL;
	CLEANUP(free_at) char *value = NULL;
	uint64_t code;
	int r;

	r = read_text(tree, TREE_BUILD, name, &text, err);
	if (r < 0)
		return r;
	value = define_value(text, "LINUX_VERSION_CODE");
	if (!value || number_parse(value, UINT32_MAX, &code) < 0)
		return error_set(err, -EBADMSG, "'%s/%s' does not define LINUX_VERSION_CODE as a number", tree->path[TREE_BUILD], name);
	if (code >> 8 != kernel->version_code >> 8)
		return error_set(err, -ESTALE, "'%s' says that it is for '%s' and that it is version %u.%u: files of two kernels are mixed",
				 tree->path[TREE_BUILD], kernel->release, (unsigned int)(code >> 16), (unsigned int)(code >> 8 & 255));
	kernel->version_code = (uint32_t)code;
	return 0;
}

static int take_arch(const struct header_tree *tree, const char *autoconf, enum tracee_arch *ret_arch, struct tracee_error *err)
{
	static const struct {
		const char *config, *directory;
		enum tracee_arch arch;
	} archs[] = {
		{ "CONFIG_X86_64", "arch/x86/include/generated", TRACEE_ARCH_X86_64 },
		{ "CONFIG_ARM64", "arch/arm64/include/generated", TRACEE_ARCH_ARM64 },
	};
	struct stat st;

	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++) {
		if (!is_defined(autoconf, archs[i].config))
			continue;
		if (fstatat(tree->fd[TREE_BUILD], archs[i].directory, &st, 0) < 0)
			return error_set(err, -ENOENT, "'%s' is configured for %s but has no '%s'", tree->path[TREE_BUILD],
					 tracee_arch_name(archs[i].arch), archs[i].directory);
		*ret_arch = archs[i].arch;
		return 0;
	}
	return error_set(err, -ENOTSUP, "'%s' is configured neither for x86_64 nor for arm64", tree->path[TREE_BUILD]);
}

/* clang cannot repeat gcc's shuffle even with the seed. */
static int check_not_shuffled(const struct header_tree *tree, const char *autoconf, struct tracee_error *err)
{
	static const char *const names[] = { "CONFIG_GCC_PLUGIN_RANDSTRUCT", "CONFIG_RANDSTRUCT_FULL", "CONFIG_RANDSTRUCT_PERFORMANCE",
					     "CONFIG_RANDSTRUCT" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_defined(autoconf, names[i]))
			return error_set(err, -EXDEV, "'%s' has %s: the members of this kernel's structures are shuffled, and its headers "
						      "do not tell how; build from the BTF of the running kernel",
					 tree->path[TREE_BUILD], names[i]);
	}
	return 0;
}

int header_tree_identify(const struct header_tree *tree, struct header_identity *ret_identity, struct tracee_error *err)
{
	struct header_identity identity = {};
	CLEANUP(free_at) char *autoconf = NULL;
	int r;

	r = read_text(tree, TREE_BUILD, "include/generated/autoconf.h", &autoconf, err);
	if (r == 0)
		r = take_arch(tree, autoconf, &identity.kernel.arch, err);
	if (r == 0)
		r = check_not_shuffled(tree, autoconf, err);
	if (r == 0)
		r = take_release(tree, &identity.kernel, err);
	if (r == 0)
		r = take_version_code(tree, &identity.kernel, err);
	if (r < 0)
		return r;
	identity.has_function_tracer = is_defined(autoconf, "CONFIG_FUNCTION_TRACER");
	identity.has_kasan_generic = is_defined(autoconf, "CONFIG_KASAN_GENERIC");
	identity.has_kasan_sw_tags = is_defined(autoconf, "CONFIG_KASAN_SW_TAGS");
	*ret_identity = identity;
	return 0;
}
