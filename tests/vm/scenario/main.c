// SPDX-License-Identifier: Apache-2.0
/*
 * scenario [--module FILE] [--hidden FILE] [--cgroup MOUNT] [--syscalls] [--path-steps N] [FAMILY...]: does what the events are
 * about, and tells the truth about it on stdout (see truth.h). Without names, all families but those named hook-….
 * As root everything is provoked but for what the options give; otherwise what cannot be provoked is told as
 * skipped.
 * --cgroup also says that the caller is in no container. The other options say what the tracer can do: --syscalls,
 * that it knows the system call that led to an event of the kernel; --path-steps N, how many names and mounts of a
 * path it goes (default 48).
 */
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

static const struct family *const families[] = {
	&family_files,	     &family_descriptors, &family_network,    &family_processes,       &family_exec,
	&family_namespaces,  &family_ptrace,	  &family_module,     &family_cgroup,	       &family_hook_files,
	&family_hook_writes, &family_hook_memory, &family_hook_creds, &family_hook_namespaces, &family_hook_exec,
	&family_hook_module, &family_hidden_module,
};

#define N_FAMILIES (sizeof(families) / sizeof(families[0]))

static void run_family(const char *name, const struct scenario_options *options)
{
	bool found = false;

	for (size_t i = 0; i < N_FAMILIES; i++) {
		if (name ? strcmp(name, families[i]->name) != 0 : families[i]->is_on_demand)
			continue;
		families[i]->run(options);
		found = true;
	}
	if (!found)
		truth_die("no family '%s'", name);
}

static void options_parse(int argc, char **argv, struct scenario_options *options)
{
	static const struct option longs[] = {
		{ "module", required_argument, NULL, 'm' },
		{ "hidden", required_argument, NULL, 'h' },
		{ "cgroup", required_argument, NULL, 'c' },
		{ "syscalls", no_argument, NULL, 's' },
		{ "path-steps", required_argument, NULL, 'p' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'm')
			options->module = optarg;
		else if (c == 'h')
			options->hidden = optarg;
		else if (c == 'c')
			options->cgroup = optarg;
		else if (c == 's')
			truth_syscalls_are_known();
		else if (c == 'p')
			options->path_steps = strtoul(optarg, NULL, 10);
		else
			truth_die("usage: scenario [OPTION...] [FAMILY...]");
	}
}

int main(int argc, char **argv)
{
	static char program[4096], directory[] = "/tmp/tracee-scenario-XXXXXX";
	struct scenario_options options = { .program = program, .directory = directory, .path_steps = 48 };

	/* A second arena would make malloc() open files in threads. */
	mallopt(M_ARENA_MAX, 1);
	/* Otherwise the first object would open a file for a seed. */
	json_object_seed(1);
	if (argc > 1 && strcmp(argv[1], "--image") == 0)
		exec_image_main(argv);
	options_parse(argc, argv, &options);
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0 || !mkdtemp(directory))
		truth_die("/proc/self/exe or '%s': %s", directory, strerror(errno));
	truth_begin(TRUTH_FIRST_IMAGE, options.cgroup ? "" : NULL);
	exec_tell_first(argv);
	if (optind == argc)
		run_family(NULL, &options);
	for (int i = optind; i < argc; i++)
		run_family(argv[i], &options);
	rmdir(directory);
	truth_exit(0);
}
