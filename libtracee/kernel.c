// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <tracee/tracee.h>

#include "libtracee/base/error.h"

static const char *const arch_names[TRACEE_N_ARCHS] = {
	[TRACEE_ARCH_X86_64] = "x86_64",
	[TRACEE_ARCH_ARM64] = "arm64",
};

const char *tracee_arch_name(enum tracee_arch arch)
{
	return arch_names[arch];
}

int tracee_arch_parse(const char *name, enum tracee_arch *ret_arch)
{
	static const struct {
		const char *name;
		enum tracee_arch arch;
	} names[] = {
		{ "x86_64", TRACEE_ARCH_X86_64 }, { "amd64", TRACEE_ARCH_X86_64 }, { "x86", TRACEE_ARCH_X86_64 },
		{ "arm64", TRACEE_ARCH_ARM64 },	  { "aarch64", TRACEE_ARCH_ARM64 },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i].name) == 0) {
			*ret_arch = names[i].arch;
			return 0;
		}
	}
	return -EINVAL;
}

/* Reads a number of at most @max at *@p and moves behind it; a larger one is @max (see version_code). */
static bool take_number(const char **p, uint32_t max, uint32_t *ret_number)
{
	uint32_t number = 0;

	if (!isdigit((unsigned char)**p))
		return false;
	for (; isdigit((unsigned char)**p); (*p)++) {
		if (number <= max)
			number = number * 10 + (uint32_t)(**p - '0');
	}
	*ret_number = number < max ? number : max;
	return true;
}

static bool is_release_text(const char *text)
{
	for (; *text; text++) {
		if (!isgraph((unsigned char)*text) || *text == '/')
			return false;
	}
	return true;
}

int tracee_kernel_parse(const char *release, enum tracee_arch arch, struct tracee_kernel *ret_kernel,
			struct tracee_error *err)
{
	struct tracee_kernel kernel = { .arch = arch };
	uint32_t major, minor, patch = 0;
	const char *p = release;

	if (strlen(release) >= sizeof(kernel.release))
		return error_set(err, -EINVAL, "kernel release '%.80s…' is longer than the %zu characters that a kernel allows",
				 release, sizeof(kernel.release) - 1);
	if (!take_number(&p, 0xffff, &major) || *p++ != '.' || !take_number(&p, 0xff, &minor) || !is_release_text(p))
		return error_set(err, -EINVAL, "'%s' is not a kernel release (expected what 'uname -r' prints, such as '6.1.0-50-amd64')",
				 release);
	if (*p == '.' && isdigit((unsigned char)p[1])) {
		p++;
		take_number(&p, 0xff, &patch);
	}
	strcpy(kernel.release, release);
	kernel.version_code = major << 16 | minor << 8 | patch;
	*ret_kernel = kernel;
	return 0;
}

int tracee_kernel_running(struct tracee_kernel *ret_kernel, struct tracee_error *err)
{
	enum tracee_arch arch;
	struct utsname uts;

	if (uname(&uts) < 0)
		return error_errno(err, -errno, "uname");
	if (tracee_arch_parse(uts.machine, &arch) < 0)
		return error_set(err, -ENOTSUP, "this machine is '%s'; tracee knows x86_64 and arm64", uts.machine);
	return tracee_kernel_parse(uts.release, arch, ret_kernel, err);
}
