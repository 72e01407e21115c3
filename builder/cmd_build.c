// SPDX-License-Identifier: Apache-2.0
/* build: a layout from headers or BTF, the program that fits, one object file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "builder/build_options.h"
#include "builder/build_source.h"
#include "builder/command.h"
#include "builder/log.h"
#include "builder/object/pack.h"
#include "builder/status.h"
#include "libtracee/base/file.h"
#include "libtracee/base/json.h"

/* What the options mean, before anything is looked at. */
static int take_request(struct build *build)
{
	const struct build_options *options = build->options;
	enum tracee_tier tier;

	build->layout_choice = (enum layout_choice)build_options_layout(options);
	build->tier = PACK_ANY_TIER;
	if (options->tier) {
		if (tracee_tier_parse(options->tier, &tier) < 0) {
			log_error("--tier '%s': expected ring or base", options->tier);
			return STATUS_USAGE;
		}
		build->tier = (int)tier;
	}
	return build_options_wanted(options, &build->wanted);
}

/* ---- the file ---------------------------------------------------------------------------------- */

static void print_json(const struct build *build, const char *path, const struct tracee_object *object)
{
	CLEANUP(text_done) struct text text = {};
	struct json json;

	text_init(&text, 65536);
	json_init(&json, &text);
	json_object_open(&json, NULL);
	json_add_string(&json, "object", path);
	json_add_uint(&json, "size", object->size_bytes);
	json_add_string(&json, "release", object->meta.kernel_release);
	json_add_string(&json, "arch", tracee_arch_name(object->meta.kernel_arch));
	json_add_string(&json, "tier", tracee_tier_name(object->meta.tier));
	json_add_string(&json, "version", build->options->version);
	json_add_string(&json, "source", object->meta.source);
	json_add_string(&json, "match", object->meta.match);
	json_object_close(&json);
	printf("%s\n", text_string(&text));
}

/* mkdir -p. */
static int make_directory(const char *path)
{
	CLEANUP(free_at) char *part = strdup(path);
	struct stat st;

	for (char *p = part; p && *p; p++) {
		if (*p != '/' || p == part)
			continue;
		*p = '\0';
		mkdir(part, 0755); /* what matters is whether the last one is there */
		*p = '/';
	}
	if (part && (mkdir(path, 0755) == 0 || (errno == EEXIST && stat(path, &st) == 0)))
		return STATUS_OK;
	log_error("output directory '%s': %m", path);
	return STATUS_FAILED;
}

static int object_path(const struct build *build, char path[PATH_MAX])
{
	const struct build_options *options = build->options;
	char name[NAME_MAX + 1];
	struct tracee_error err = {};
	int r;

	r = tracee_object_name(options->is_core ? "core" : build->kernel.release, options->version, name,
			       sizeof(name), &err);
	if (r < 0) {
		log_error("%s", r == -ENAMETOOLONG ? "the object's name would be too long" : err.text);
		return STATUS_USAGE;
	}
	if (snprintf(path, PATH_MAX, "%s/%s", options->output_dir, name) >= PATH_MAX) {
		log_error("output directory '%.100s…' is too long a path", options->output_dir);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static int print_result(const struct build *build, const char *path, const uint8_t *bytes, size_t size_bytes)
{
	struct tracee_object object;
	struct tracee_error err = {};

	if (strcmp(build->options->format, "text") == 0) {
		printf("%s\n", path);
		return STATUS_OK;
	}
	if (tracee_object_read(bytes, size_bytes, &object, &err) < 0) {
		log_error("'%s': %s", path, err.text);
		return STATUS_FAILED;
	}
	print_json(build, path, &object);
	return STATUS_OK;
}

static int write_object(const struct build *build, const uint8_t *bytes, size_t size_bytes)
{
	char path[PATH_MAX];
	int r, status = object_path(build, path);

	if (status)
		return status;
	if (make_directory(build->options->output_dir))
		return STATUS_FAILED;
	r = file_replace(path, bytes, size_bytes, 0644);
	if (r < 0) {
		log_error("cannot write '%s': %s", path, strerror(-r));
		return STATUS_FAILED;
	}
	return print_result(build, path, bytes, size_bytes);
}

static int status_of_pack(int r)
{
	return r == -ENOEXEC ? STATUS_CHECK_FAILED : r == -EINVAL ? STATUS_USAGE : STATUS_FAILED;
}

static int make_object(struct build *build)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	struct pack_request request = { .kernel = &build->kernel,
					.version = build->options->version,
					.match = build->match,
					.tier = build->tier };
	struct tracee_error err = {};
	struct timespec start, end;
	size_t size_bytes = 0;
	int r, status = STATUS_OK;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (build->options->is_core)
		build->kernel.arch = build->wanted.kernel.arch;
	else
		status = build_take_layout(build);
	if (status)
		return status;
	r = object_pack(build->options->is_core ? NULL : &build->layout, &request, &bytes, &size_bytes, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return status_of_pack(r);
	}
	status = write_object(build, bytes, size_bytes);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (status == STATUS_OK)
		log_info("%zu bytes in %.2f s", size_bytes,
			 (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
	return status;
}

static int run(int argc, char **argv)
{
	struct build_options options = { .output_dir = "dist", .version = TRACEE_VERSION, .format = "text", .layout = "auto" };
	struct build build = { .options = &options };
	int status;

	status = build_options_parse(argc, argv, false, &options);
	if (!status)
		status = take_request(&build);
	if (!status)
		status = make_object(&build);
	build_done(&build);
	return status;
}

const struct command command_build = {
	.name = "build",
	.synopsis = "[--kernel R] [--headers PATH]... [--btf FILE] [OPTION]...",
	.help = "make the object of one kernel, from its headers, its BTF, or for any kernel that has BTF (--core)",
	.options =
		"  --kernel R             the kernel's release, as 'uname -r' prints it (default: that of the\n"
		"                         headers, or the running one)\n"
		"  --headers PATH         its header tree; twice for a build and a source directory, in any order;\n"
		"                         or its packages (.deb, .rpm, .apk, .pkg.tar.*, .tar.*), or a directory of some\n"
		"  --root DIR             look below DIR, the root of another system or of unpacked packages\n"
		"  --btf FILE             its BTF, or a kernel image that has it (vmlinux, vmlinuz, Image), instead\n"
		"                         of headers\n"
		"  --layout auto|headers|btf\n"
		"                         where a tree brings BTF as well: that, compared with the headers (auto), or\n"
		"                         one of the two alone\n"
		"  --arch A               x86_64 or arm64; headers and BTF of the other are refused\n"
		"  --kernel-version TEXT  what 'uname -v' prints there: headers of another upload are told\n"
		"  --strict               refuse headers of another upload\n"
		"  --allow-mismatch       take headers of another flavour of the same version; the object says so\n"
		"  --core                 an object for every kernel with BTF of its own\n"
		"  --tier ring|base       instead of what the kernel's list of BPF functions says\n"
		"  --tracee-version V     default: " TRACEE_VERSION "\n"
		"  --output-dir D         made if missing; default: dist\n"
		"  --clang PATH           file, directory or name of the compiler that parses headers\n"
		"  --format text|json     how the result is printed\n"
		"Without a source: KERN_HEADERS (as --headers, with ':' between several), or what 'tracee-builder\n"
		"headers' finds.\n",
	.run = run,
};
