/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIO_FAMILY_H
#define SCENARIO_FAMILY_H

/*
 * A family provokes events of one kind and tells the truth about each. It runs in the scenario's first
 * process, in an empty directory that it may fill; what would change that process is done in a child.
 * Every system call that a test may trace is told, also those that a family needs for itself.
 */
#include <sys/types.h>

#include "tests/vm/scenario/truth.h"

struct scenario_options {
	const char *program; /* path of the scenario, for execve() */
	const char *directory; /* absolute, empty at first */
	const char *module; /* file of a kernel module, or NULL */
	const char *hidden; /* file of a module that hides itself, or NULL */
	const char *cgroup; /* where cgroup v2 is mounted, or NULL */
	unsigned int path_steps; /* names and mounts of a path that the tracer goes */
};

struct family {
	const char *name;
	bool is_on_demand; /* run only if it is named */
	void (*run)(const struct scenario_options *options);
};

extern const struct family family_files, family_descriptors, family_network, family_processes, family_exec,
	family_namespaces, family_ptrace, family_module, family_cgroup, family_hook_files, family_hook_writes,
	family_hook_memory, family_hook_creds, family_hook_namespaces, family_hook_exec, family_hook_module,
	family_hidden_module;

/* openat(2), told. @flags_text as the output must show @flags. Returns the descriptor or a negative errno. */
int files_openat(int directory, const char *path, int flags, const char *flags_text, mode_t mode);
/* "DIRECTORY/name" in static memory, until the next call. */
const char *files_path(const struct scenario_options *options, const char *name);

/* Executes the scenario as an image that tells of itself and ends with @code; does not return. */
void exec_image(const struct scenario_options *options, int code) __attribute__((noreturn));
/* What such an image does. */
void exec_image_main(char **argv) __attribute__((noreturn));
/* The events that made the first image. */
void exec_tell_first(char **argv);

/* unlinkat(2), told. @path_text, taken over, as events show @path. */
void hook_files_unlink(const char *path, json_t *path_text);
/* write(2) of all @size bytes to the new file @fd, told; @path_text as events show it. */
void hook_writes_new(int fd, const char *path_text, const char *bytes, size_t size);

/* PTRACE_TRACEME and what comes of it; in a child, because there is no way back. */
void ptrace_traceme(void);

#endif
