// SPDX-License-Identifier: Apache-2.0
/* Loads a real module and unloads it, and one that hides itself; TRC-6. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

static struct truth_call finit_told(int fd, const char *parameters)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_finit_module, fd, parameters, 0));

	truth_event("finit_module", SYS_finit_module, &call,
		    truth_args("int fd", json_integer(fd), "const char* param_values", json_string(parameters),
			       "int flags", json_string("0"), NULL));
	return call;
}

/* The kernel's own functions on the way, and what TRC-6 says of them. */
static void read_told(const char *path, struct truth_span span)
{
	const struct truth_hook hook = { .name = "security_kernel_read_file", .id = 1104, .syscall = "finit_module" };
	struct stat st;

	if (stat(path, &st) < 0)
		truth_die("'%s': %s", path, strerror(errno));
	truth_hook(&hook, span,
		   truth_args("const char* pathname", json_string(path), "dev_t dev", truth_device(st.st_dev),
			      "unsigned long inode", json_integer(st.st_ino), "enum kernel_read_file_id id",
			      json_string("kernel-module"), NULL));
	truth_finding_with("TRC-6", span, json_pack("{s:s,s:s,s:s,s:o}", "code", "kernel-module", "state", "attempted", "path", path,
						    "inode", json_integer(st.st_ino)));
}

/* What is no module is refused, after the kernel has asked whether it may come from memory. */
static void load_from_memory(void)
{
	static const char zeros[4096];
	const struct truth_hook hook = { .name = "security_kernel_load_data", .id = 1105, .syscall = "init_module" };
	struct truth_call call = TRUTH_CALL(syscall(SYS_init_module, zeros, sizeof(zeros), ""));

	if (call.ret != -ENOEXEC)
		truth_die("init_module of zeros: %s", strerror(-call.ret));
	truth_hook(&hook, call.span, truth_args("enum kernel_load_data_id id", json_string("kernel-module"), NULL));
	truth_finding_with("TRC-6", call.span,
			   json_pack("{s:s,s:s,s:s}", "code", "kernel-module", "state", "attempted", "path", ""));
}

/* Loads the module @name of the file, and tells the truth of it. */
static void load_told(const char *path, const char *name, const char *taint, uint32_t taints)
{
	struct truth_identity identity;
	struct truth_call call;
	int fd = files_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, "O_RDONLY|O_CLOEXEC", 0);

	call = finit_told(fd, "");
	close(fd);
	if (call.ret < 0)
		truth_die("finit_module of '%s': %s", path, strerror(-call.ret));
	read_told(path, call.span);
	truth_identify(&identity);
	truth_event_of(&identity, "module_load", 1102, call.span,
		       truth_args("const char* name", json_string(name), "unsigned int taints", json_integer(taints), NULL));
	truth_finding_with("TRC-6", call.span, json_pack("{s:s,s:s,s:s}", "state", "loaded", "module", name, "taint", taint));
}

/* The file's name without .ko is the module's. */
static void module_run(const struct scenario_options *options)
{
	struct truth_call call;
	char name[64];

	if (!options->module) {
		truth_skipped("module", ENOTSUP);
		return;
	}
	snprintf(name, sizeof(name), "%s", strrchr(options->module, '/') + 1);
	*strchr(name, '.') = '\0';
	finit_told(-1, "no=file");
	load_told(options->module, name, "", 0);
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_delete_module, name, O_NONBLOCK));
	if (call.ret < 0)
		truth_die("delete_module of '%s': %s", name, strerror(-call.ret));
	truth_finding_with("TRC-6", call.span, json_pack("{s:s,s:s}", "state", "removed", "module", name));
	load_from_memory();
}

/* Whether the kernel's list of modules has it. */
static bool is_listed(const char *name)
{
	FILE *modules = fopen("/proc/modules", "re");
	char line[512];
	bool is_there = false;

	while (modules && fgets(line, sizeof(line), modules))
		is_there |= strncmp(line, name, strlen(name)) == 0;
	if (!modules)
		truth_die("/proc/modules: %s", strerror(errno));
	fclose(modules);
	return is_there;
}

#define OUT_OF_TREE (1 << 12) /* include/linux/panic.h */
#define UNSIGNED (1 << 13)

static void hidden_module_run(const struct scenario_options *options)
{
	if (!options->hidden) {
		truth_skipped("hidden-module", ENOTSUP);
		return;
	}
	load_told(options->hidden, "tracee_hidden", "out of tree, unsigned", OUT_OF_TREE | UNSIGNED);
	if (is_listed("tracee_hidden"))
		truth_die("the module that hides itself is in /proc/modules");
}

const struct family family_module = { .name = "module", .run = module_run };
const struct family family_hook_module = { .name = "hook-module", .is_on_demand = true, .run = module_run };
const struct family family_hidden_module = { .name = "hidden-module", .is_on_demand = true, .run = hidden_module_run };
