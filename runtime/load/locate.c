// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/locate.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/version.h"

#define SYSTEM_DIRECTORY "/usr/lib/tracee"
#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

bool kernel_has_btf(void)
{
	return access(KERNEL_BTF, R_OK) == 0;
}

/* The directory of the running executable; "" if it cannot be told. */
static void executable_directory(char ret_path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret_path, PATH_MAX - 1);
	char *slash;

	ret_path[n > 0 ? n : 0] = '\0';
	slash = strrchr(ret_path, '/');
	if (slash)
		slash[slash == ret_path] = '\0';
}

int locate_object(const struct tracee_kernel *kernel, const char *install_path,
		  void (*tell)(void *context, const char *path, const char *what), void *context,
		  struct tracee_object_file *ret_file, enum status *ret_status, struct tracee_error *err)
{
	char beside[PATH_MAX];
	const char *directories[4];
	struct tracee_object_search search = {
		.kernel = kernel,
		.version = runtime_version(),
		.bpf_file = getenv("TRACEE_BPF_FILE"),
		.directories = directories,
		.tell = tell,
		.tell_context = context,
	};
	size_t n = 0;
	int r;

	executable_directory(beside);
	if (*beside)
		directories[n++] = beside;
	directories[n++] = install_path;
	directories[n++] = SYSTEM_DIRECTORY;
	directories[n] = NULL;
	if (*beside && kernel_has_btf())
		search.core_directory = beside;
	r = tracee_object_find(&search, ret_file, err);
	if (r < 0)
		*ret_status = r == -ENOENT ? STATUS_NO_OBJECT : STATUS_OBJECT_REFUSED;
	return r;
}
