// SPDX-License-Identifier: Apache-2.0
/* Loads a real module and unloads it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

/* The file's name without .ko is the module's. */
static void module_run(const struct scenario_options *options)
{
	struct truth_identity identity;
	struct truth_call call;
	char name[64];
	int fd;

	if (!options->module) {
		truth_skipped("module", ENOTSUP);
		return;
	}
	snprintf(name, sizeof(name), "%s", strrchr(options->module, '/') + 1);
	*strchr(name, '.') = '\0';
	finit_told(-1, "no=file");
	fd = files_openat(AT_FDCWD, options->module, O_RDONLY | O_CLOEXEC, "O_RDONLY|O_CLOEXEC", 0);
	call = finit_told(fd, "");
	close(fd);
	if (call.ret < 0)
		truth_die("finit_module of '%s': %s", options->module, strerror(-call.ret));
	truth_identify(&identity);
	truth_event_of(&identity, "module_load", 1102, call.span,
		       truth_args("const char* name", json_string(name), NULL));
	syscall(SYS_delete_module, name, O_NONBLOCK);
}

const struct family family_module = { .name = "module", .run = module_run };
