// SPDX-License-Identifier: Apache-2.0
/* check: repeats the checks that an object had to pass when it was made. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "builder/command.h"
#include "builder/log.h"
#include "builder/object/check.h"
#include "builder/object/types.h"
#include "builder/status.h"
#include "libtracee/base/file.h"

#define FOUND_MAX 4096

static void print_line(const char *path, const char *name, bool passed, const char *text)
{
	printf("%s: %-4s  %-11s  %s\n", path, passed ? "ok" : "FAIL", name, text);
}

/* One line for each check. */
static int run_checks(const char *path, const struct check_subject *subject)
{
	CLEANUP(text_done) struct text found;
	size_t n;
	const struct check *list = checks(&n);
	int status = STATUS_OK, r;

	text_init(&found, FOUND_MAX);
	for (size_t i = 0; i < n; i++) {
		struct tracee_error err = {};

		text_reset(&found);
		r = list[i].run(subject, &found, &err);
		if (r == 0)
			r = text_error(&found);
		if (r == -ENOMEM) {
			log_error("object '%s': no memory", path);
			return STATUS_FAILED;
		}
		print_line(path, list[i].name, r == 0, r == 0 ? text_string(&found) : err.text);
		if (r < 0)
			status = STATUS_CHECK_FAILED;
	}
	return status;
}

/* What each program has of that which its tier limits. */
static int tell_counts(const char *path, const struct check_subject *subject)
{
	int status = STATUS_OK;

	for (size_t i = 0; i < subject->program->n_functions; i++) {
		const struct program_function *function = &subject->program->functions[i];
		struct check_counts counts;
		char line[200];

		if (!function->is_entry)
			continue;
		if (check_count(subject, i, &counts) < 0) {
			log_error("object '%s': no memory", path);
			return STATUS_FAILED;
		}
		snprintf(line, sizeof(line), "%-26.64s %5zu of %zu instructions, %s, %zu calls of functions, %zu of helpers", function->name,
			 counts.n_insns, counts.n_insns_max, counts.has_loop ? "a loop" : "no loop", counts.n_calls,
			 counts.n_helper_calls);
		print_line(path, "program", check_counts_pass(&counts), line);
		if (!check_counts_pass(&counts))
			status = STATUS_CHECK_FAILED;
	}
	return status;
}

/* What must be readable before anything can be checked. */
static int read_parts(const struct tracee_object *object, struct program **ret_program, struct btf **ret_layout,
		      struct tracee_error *err)
{
	int r;

	r = program_read(object->bytes, object->size_bytes, ret_program, err);
	if (r == 0 && object->layout)
		r = types_read(object->layout, object->layout_size_bytes, ret_layout, err);
	return r;
}

/* An object that cannot be read weighs less than one that fails: the exit status of several is the worst. */
static int worse(int a, int b)
{
	if (a == STATUS_CHECK_FAILED || b == STATUS_CHECK_FAILED)
		return STATUS_CHECK_FAILED;
	return a ? a : b;
}

static int check_object(const char *path)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	CLEANUP(program_free_at) struct program *program = NULL;
	CLEANUP(btf__free_at) struct btf *layout = NULL;
	struct check_subject subject;
	struct tracee_object object;
	struct tracee_error err = {};
	char line[160];
	size_t size = 0;
	int status, r;

	r = file_read_at(AT_FDCWD, path, TRACEE_OBJECT_SIZE_MAX, &bytes, &size);
	if (r < 0) {
		log_error("object '%s': %s", path, strerror(-r));
		return STATUS_FAILED;
	}
	r = tracee_object_read(bytes, size, &object, &err);
	if (r == 0)
		r = read_parts(&object, &program, &layout, &err);
	if (r < 0) {
		print_line(path, "file", false, *err.text ? err.text : strerror(-r));
		return r == -ENOMEM ? STATUS_FAILED : STATUS_CHECK_FAILED;
	}
	snprintf(line, sizeof(line), "tier %s for %s %s, digest %.12s…", tracee_tier_name(object.meta.tier),
		 object.meta.kernel_release, tracee_arch_name(object.meta.kernel_arch), object.digest);
	print_line(path, "file", true, line);
	subject = (struct check_subject){ program, object.bytes, object.size_bytes, layout, object.meta.tier };
	status = run_checks(path, &subject);
	return worse(status, tell_counts(path, &subject));
}

static int run(int argc, char **argv)
{
	static const struct option no_options[] = { { NULL, 0, NULL, 0 } };
	int status = STATUS_OK;

	if (getopt_long(argc, argv, "", no_options, NULL) != -1)
		return STATUS_USAGE; /* getopt has said what is wrong */
	if (optind == argc) {
		log_error("expected objects: tracee-builder check OBJECT...");
		return STATUS_USAGE;
	}
	for (int i = optind; i < argc; i++)
		status = worse(status, check_object(argv[i]));
	return status;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "OBJECT...",
	.help = "repeat the checks that objects passed when they were made",
	.run = run,
};
