// SPDX-License-Identifier: Apache-2.0
/* inspect: what an object holds and what its relocations come to. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "builder/command.h"
#include "builder/log.h"
#include "builder/object/describe.h"
#include "builder/object/types.h"
#include "builder/status.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define OUTPUT_MAX (64u << 20)

struct options {
	const char *path;
	bool as_json;
};

static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option long_options[] = { { "format", required_argument, NULL, 'f' },
						      { NULL, 0, NULL, 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option != 'f')
			return STATUS_USAGE; /* getopt has said what is wrong */
		options->as_json = strcmp(optarg, "json") == 0;
		if (!options->as_json && strcmp(optarg, "text") != 0) {
			log_error("--format '%s': expected text or json", optarg);
			return STATUS_USAGE;
		}
	}
	if (argc - optind != 1) {
		log_error("expected one object: tracee-builder inspect OBJECT [--format text|json]");
		return STATUS_USAGE;
	}
	options->path = argv[optind];
	return STATUS_OK;
}

/* The program against the object's own layout. A failure is no error here: it is part of the description. */
static int relocate(struct description *description, struct relocated **ret_relocated, struct reach *ret_reach,
		    struct tracee_error *problem)
{
	enum reach_verifier verifier =
		description->object->meta.tier == TRACEE_TIER_BASE ? REACH_VERIFIER_4_18 : REACH_VERIFIER_5_8;
	int r;

	r = program_relocate(description->program, description->layout, NULL, NULL, ret_relocated, problem);
	if (r == 0)
		r = reach_walk(*ret_relocated, verifier, ret_reach, problem);
	if (r == 0) {
		description->relocated = *ret_relocated;
		description->reach = ret_reach;
		r = reach_check(*ret_relocated, ret_reach, problem);
	}
	return r == -ENOMEM ? r : 0;
}

static int print_description(const struct description *description, bool as_json, struct tracee_error *err)
{
	CLEANUP(text_done) struct text text;

	text_init(&text, OUTPUT_MAX);
	if (as_json)
		describe_json(description, &text);
	else
		describe_text(description, &text);
	if (text_error(&text))
		return error_errno(err, text_error(&text), "its description");
	fputs(text_string(&text), stdout);
	return 0;
}

static int inspect(const struct options *options, const struct tracee_object *object, struct tracee_error *err)
{
	CLEANUP(program_free_at) struct program *program = NULL;
	CLEANUP(btf__free_at) struct btf *layout = NULL;
	CLEANUP(relocated_free_at) struct relocated *relocated = NULL;
	CLEANUP(reach_done) struct reach reach = {};
	struct tracee_error problem = {};
	struct description description = { .path = options->path, .object = object, .problem = problem.text };
	int r;

	r = program_read(object->bytes, object->size_bytes, &program, err);
	if (r == 0 && object->layout)
		r = types_read(object->layout, object->layout_size_bytes, &layout, err);
	if (r < 0)
		return r;
	description.program = program;
	description.layout = layout;
	if (layout)
		r = relocate(&description, &relocated, &reach, &problem);
	return r < 0 ? r : print_description(&description, options->as_json, err);
}

static int run(int argc, char **argv)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	struct options options = {};
	struct tracee_object object;
	struct tracee_error err = {};
	size_t size = 0;
	int r, status;

	status = parse_options(argc, argv, &options);
	if (status)
		return status;
	r = file_read_at(AT_FDCWD, options.path, TRACEE_OBJECT_SIZE_MAX, &bytes, &size);
	if (r < 0) {
		log_error("object '%s': %s", options.path, strerror(-r));
		return STATUS_FAILED;
	}
	r = tracee_object_read(bytes, size, &object, &err);
	if (r == 0)
		r = inspect(&options, &object, &err);
	if (r == 0)
		return STATUS_OK;
	log_error("object '%s': %s", options.path, *err.text ? err.text : strerror(-r));
	return r == -EBADMSG || r == -EPROTO ? STATUS_CHECK_FAILED : STATUS_FAILED;
}

const struct command command_inspect = {
	.name = "inspect",
	.synopsis = "OBJECT [--format text|json]",
	.help = "show an object's metadata, programs, maps, helpers, layout and relocations",
	.run = run,
};
