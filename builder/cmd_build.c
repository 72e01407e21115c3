// SPDX-License-Identifier: Apache-2.0
/* build: a layout from headers or BTF, the program that fits, one object file. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "builder/command.h"
#include "builder/compile/clang.h"
#include "builder/headers/identify.h"
#include "builder/layout/layout.h"
#include "builder/log.h"
#include "builder/object/pack.h"
#include "builder/status.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/json.h"

#define RUNNING_BTF "/sys/kernel/btf/vmlinux"
#define MESSAGES_MAX_BYTES (1u << 20)

struct options {
	const char *release;
	const char *headers[TREE_N_HALVES];
	size_t n_headers;
	const char *btf;
	const char *arch;
	const char *output_dir;
	const char *version;
	const char *tier;
	const char *clang;
	bool is_core, as_json;
};

/* What one build knows, from options to file. */
struct build {
	const struct options *options;
	struct tracee_kernel kernel;
	enum tracee_arch arch;
	bool has_release, has_arch;
	int tier;
	struct layout layout;
	char *header_list; /* KERN_HEADERS, cut into its parts */
	char places[2][PATH_MAX];
	const char *headers[TREE_N_HALVES];
	size_t n_headers;
};

/* ---- options ----------------------------------------------------------------------------------- */

enum {
	OPT_KERNEL = 256,
	OPT_HEADERS,
	OPT_BTF,
	OPT_ARCH,
	OPT_OUTPUT_DIR,
	OPT_VERSION,
	OPT_TIER,
	OPT_CORE,
	OPT_CLANG,
	OPT_FORMAT
};

static const struct option long_options[] = {
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "headers", required_argument, NULL, OPT_HEADERS },
	{ "btf", required_argument, NULL, OPT_BTF },
	{ "arch", required_argument, NULL, OPT_ARCH },
	{ "output-dir", required_argument, NULL, OPT_OUTPUT_DIR },
	{ "tracee-version", required_argument, NULL, OPT_VERSION },
	{ "tier", required_argument, NULL, OPT_TIER },
	{ "core", no_argument, NULL, OPT_CORE },
	{ "clang", required_argument, NULL, OPT_CLANG },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ NULL, 0, NULL, 0 },
};

static int take_headers(struct options *options, const char *path)
{
	if (options->n_headers == TREE_N_HALVES) {
		log_error("--headers is given more than twice: a tree has a build half and a source half");
		return STATUS_USAGE;
	}
	options->headers[options->n_headers++] = path;
	return STATUS_OK;
}

static int take_option(struct options *options, int option, const char *value)
{
	switch (option) {
	case OPT_KERNEL:
		options->release = value;
		return STATUS_OK;
	case OPT_HEADERS:
		return take_headers(options, value);
	case OPT_BTF:
		options->btf = value;
		return STATUS_OK;
	case OPT_ARCH:
		options->arch = value;
		return STATUS_OK;
	case OPT_OUTPUT_DIR:
		options->output_dir = value;
		return STATUS_OK;
	case OPT_VERSION:
		options->version = value;
		return STATUS_OK;
	case OPT_TIER:
		options->tier = value;
		return STATUS_OK;
	case OPT_CORE:
		options->is_core = true;
		return STATUS_OK;
	case OPT_CLANG:
		options->clang = value;
		return STATUS_OK;
	case OPT_FORMAT:
		options->as_json = strcmp(value, "json") == 0;
		if (options->as_json || strcmp(value, "text") == 0)
			return STATUS_OK;
		log_error("--format '%s': expected text or json", value);
		return STATUS_USAGE;
	default: /* getopt has said what is wrong */
		return STATUS_USAGE;
	}
}

static int parse_options(int argc, char **argv, struct options *options)
{
	int option, status;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		status = take_option(options, option, optarg);
		if (status)
			return status;
	}
	if (optind < argc) {
		log_error("unexpected word '%s' ('tracee-builder help build')", argv[optind]);
		return STATUS_USAGE;
	}
	if (options->btf && options->n_headers) {
		log_error("--btf and --headers both name a source: give one");
		return STATUS_USAGE;
	}
	if (options->is_core && (options->btf || options->n_headers || options->release)) {
		log_error("--core is for any kernel: it takes no --kernel, --headers or --btf");
		return STATUS_USAGE;
	}
	if (!*options->version) {
		log_error("--tracee-version is empty: the version is part of the object's name");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

/* What the options mean, before anything is looked at. */
static int take_request(struct build *build)
{
	const struct options *options = build->options;
	struct tracee_error err;
	struct tracee_kernel running;
	enum tracee_tier tier;

	build->tier = PACK_ANY_TIER;
	if (options->tier) {
		if (tracee_tier_parse(options->tier, &tier) < 0) {
			log_error("--tier '%s': expected ring or base", options->tier);
			return STATUS_USAGE;
		}
		build->tier = (int)tier;
	}
	if (options->arch) {
		if (tracee_arch_parse(options->arch, &build->arch) < 0) {
			log_error("--arch '%s': expected x86_64 or arm64", options->arch);
			return STATUS_USAGE;
		}
		build->has_arch = true;
	} else if (tracee_kernel_running(&running, &err) == 0) {
		build->arch = running.arch;
	} else if (options->is_core) {
		log_error("--core: %s; say for which one with --arch", err.text);
		return STATUS_USAGE;
	}
	if (options->release) {
		if (tracee_kernel_parse(options->release, build->arch, &build->kernel, &err) < 0) {
			log_error("--kernel: %s", err.text);
			return STATUS_USAGE;
		}
		build->has_release = true;
	}
	return STATUS_OK;
}

/* ---- where the layout comes from ---------------------------------------------------------------- */

static bool is_running(const struct build *build)
{
	struct tracee_kernel running;

	return tracee_kernel_running(&running, NULL) == 0 && (!build->has_arch || build->arch == running.arch) &&
	       (!build->has_release || strcmp(running.release, build->kernel.release) == 0);
}

/* KERN_HEADERS: a directory, or BUILD:SOURCE where there is no directory of that name. */
static int take_variable(struct build *build)
{
	const char *value = getenv("KERN_HEADERS");
	char *colon;

	if (!value || !*value)
		return STATUS_OK;
	build->header_list = strdup(value);
	if (!build->header_list)
		return STATUS_FAILED;
	build->headers[build->n_headers++] = build->header_list;
	colon = access(value, F_OK) == 0 ? NULL : strchr(build->header_list, ':');
	if (colon) {
		*colon = '\0';
		build->headers[build->n_headers++] = colon + 1;
	}
	return STATUS_OK;
}

/* The links that a kernel's packages make; both may stand for both halves. */
static void take_default_place(struct build *build)
{
	static const char *const names[] = { "build", "source" };

	for (size_t i = 0; i < 2; i++) {
		snprintf(build->places[i], sizeof(build->places[i]), "/lib/modules/%s/%s", build->kernel.release,
			 names[i]);
		if (access(build->places[i], F_OK) == 0)
			build->headers[build->n_headers++] = build->places[i];
	}
}

static int no_source(const struct build *build)
{
	CLEANUP(text_done) struct text looked = {};

	text_init(&looked, 4 * PATH_MAX);
	if (is_running(build))
		text_add(&looked, "'" RUNNING_BTF "', ");
	for (size_t i = 0; i < 2; i++) {
		char target[PATH_MAX];
		ssize_t n = readlink(build->places[i], target, sizeof(target));

		text_format(&looked, "%s'%s'", i ? ", " : "", build->places[i]);
		if (n > 0)
			text_format(&looked,
				    " (a link to '%.*s', which is not there: in a container, mount that too)",
				    (int)n, target);
	}
	log_error("no headers for kernel '%s': looked at %s; install the package of its headers (linux-headers-%s, "
		  "kernel-devel-%s), or "
		  "name a tree with --headers or a vmlinux with --btf",
		  build->kernel.release, text_string(&looked), build->kernel.release, build->kernel.release);
	return STATUS_HEADERS_NOT_FOUND;
}

static int status_of_headers(int r)
{
	switch (r) {
	case -ENOENT:
	case -ENOTDIR:
		return STATUS_HEADERS_NOT_FOUND;
	case -ESTALE:
	case -ENOTSUP:
	case -EBADMSG:
	case -EACCES:
		return STATUS_HEADERS_REFUSED;
	case -ENOEXEC:
		return STATUS_COMPILE_FAILED;
	default:
		return STATUS_FAILED;
	}
}

static int check_identity(const struct build *build, const struct header_tree *tree,
			  const struct header_identity *identity)
{
	if (build->has_arch && identity->kernel.arch != build->arch) {
		log_error("the headers in '%s' are for %s, asked for was %s: name the tree of that architecture",
			  tree->path[TREE_BUILD], tracee_arch_name(identity->kernel.arch),
			  tracee_arch_name(build->arch));
		return STATUS_HEADERS_REFUSED;
	}
	if (build->has_release && strcmp(identity->kernel.release, build->kernel.release) != 0) {
		log_error("the headers in '%s' are for kernel '%s', asked for was '%s': headers that are nearly "
			  "right give wrong data without "
			  "a word; install those of '%s', or build for '%s'",
			  tree->path[TREE_BUILD], identity->kernel.release, build->kernel.release,
			  build->kernel.release, identity->kernel.release);
		return STATUS_HEADERS_REFUSED;
	}
	return STATUS_OK;
}

static int parse_tree(struct build *build, const struct header_tree *tree, const struct header_identity *identity)
{
	CLEANUP(text_done) struct text messages = {};
	struct tracee_error err = {};
	struct clang clang;
	const char *named = build->options->clang ? build->options->clang : getenv("CMD_CLANG");
	int r;

	r = clang_find(named && *named ? named : getenv("CLANG"), &clang, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return STATUS_COMPILE_FAILED;
	}
	log_detail("build half '%s', source half '%s', compiler '%s'", tree->path[TREE_BUILD],
		   tree->path[TREE_SOURCE], clang.path);
	log_info("parsing the headers of %s (%s) with clang %s", identity->kernel.release,
		 tracee_arch_name(identity->kernel.arch), clang.version);
	text_init(&messages, MESSAGES_MAX_BYTES);
	r = layout_from_headers(tree, identity, &clang, &messages, &build->layout, &err);
	if (messages.size_bytes)
		log_lines(text_string(&messages));
	if (r < 0) {
		log_error("headers of %s: %s", identity->kernel.release, err.text);
		return status_of_headers(r);
	}
	return STATUS_OK;
}

static int from_headers(struct build *build)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	struct header_identity identity;
	struct tracee_error err = {};
	int r, status;

	r = header_tree_open(build->headers, build->n_headers, &tree, &err);
	if (r == 0)
		r = header_tree_identify(&tree, &identity, &err);
	if (r < 0) {
		log_error("headers: %s", err.text);
		return status_of_headers(r);
	}
	status = check_identity(build, &tree, &identity);
	if (status)
		return status;
	build->kernel = identity.kernel;
	return parse_tree(build, &tree, &identity);
}

static int from_btf(struct build *build, const char *path)
{
	struct tracee_error err = {};
	int r;

	if (!build->has_release) {
		if (strcmp(path, RUNNING_BTF) != 0) {
			log_error("BTF does not say which kernel it is of: add --kernel RELEASE for '%s'", path);
			return STATUS_USAGE;
		}
		if (tracee_kernel_running(&build->kernel, &err) < 0) {
			log_error("%s", err.text);
			return STATUS_FAILED;
		}
	}
	log_info("reading the layout of %s from '%s'", build->kernel.release, path);
	r = layout_from_btf(path, &build->layout, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return status_of_headers(r);
	}
	if (build->has_arch && build->layout.arch != build->arch) {
		log_error("'%s' is of an %s kernel, asked for was %s", path, tracee_arch_name(build->layout.arch),
			  tracee_arch_name(build->arch));
		return STATUS_HEADERS_REFUSED;
	}
	build->kernel.arch = build->layout.arch;
	return STATUS_OK;
}

static int get_layout(struct build *build)
{
	const struct options *options = build->options;
	int status = STATUS_OK;

	if (options->btf)
		return from_btf(build, options->btf);
	build->n_headers = options->n_headers;
	memcpy(build->headers, options->headers, sizeof(build->headers));
	if (!build->n_headers)
		status = take_variable(build);
	if (status || build->n_headers)
		return status ? status : from_headers(build);
	if (is_running(build) && access(RUNNING_BTF, R_OK) == 0)
		return from_btf(build, RUNNING_BTF);
	if (!build->has_release && tracee_kernel_running(&build->kernel, NULL) < 0)
		return STATUS_FAILED;
	build->has_release = true;
	take_default_place(build);
	return build->n_headers ? from_headers(build) : no_source(build);
}

/* ---- the file ---------------------------------------------------------------------------------- */

static void print_json(const struct build *build, const char *path, const struct tracee_object *object)
{
	CLEANUP(text_done) struct text text = {};
	struct json json;

	text_init(&text, 65536);
	json_init(&json, &text);
	json_object_open(&json, NULL);
	json_string(&json, "object", path);
	json_uint(&json, "size", object->size_bytes);
	json_string(&json, "release", object->meta.kernel_release);
	json_string(&json, "arch", tracee_arch_name(object->meta.kernel_arch));
	json_string(&json, "tier", tracee_tier_name(object->meta.tier));
	json_string(&json, "version", build->options->version);
	json_string(&json, "source", object->meta.source);
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

static int write_object(const struct build *build, const uint8_t *bytes, size_t size_bytes)
{
	const struct options *options = build->options;
	char name[NAME_MAX + 1], path[PATH_MAX];
	struct tracee_object object;
	struct tracee_error err = {};
	int r;

	r = tracee_object_name(options->is_core ? "core" : build->kernel.release, options->version, name,
			       sizeof(name), &err);
	if (r < 0) {
		log_error("%s", r == -ENAMETOOLONG ? "the object's name would be too long" : err.text);
		return STATUS_USAGE;
	}
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", options->output_dir, name) >= sizeof(path)) {
		log_error("output directory '%.100s…' is too long a path", options->output_dir);
		return STATUS_USAGE;
	}
	if (make_directory(options->output_dir))
		return STATUS_FAILED;
	r = file_replace(path, bytes, size_bytes, 0644);
	if (r < 0) {
		log_error("cannot write '%s': %s", path, strerror(-r));
		return STATUS_FAILED;
	}
	if (!options->as_json) {
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

static int make_object(struct build *build)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	struct pack_request request = { .kernel = &build->kernel,
					.version = build->options->version,
					.tier = build->tier };
	struct tracee_error err = {};
	struct timespec start, end;
	size_t size_bytes = 0;
	int r, status = STATUS_OK;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (build->options->is_core)
		build->kernel.arch = build->arch;
	else
		status = get_layout(build);
	if (status)
		return status;
	r = object_pack(build->options->is_core ? NULL : &build->layout, &request, &bytes, &size_bytes, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return r == -ENOEXEC ? STATUS_CHECK_FAILED : STATUS_FAILED;
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
	struct options options = { .output_dir = "dist", .version = TRACEE_VERSION };
	struct build build = { .options = &options };
	int status;

	status = parse_options(argc, argv, &options);
	if (!status)
		status = take_request(&build);
	if (!status)
		status = make_object(&build);
	layout_done(&build.layout);
	free(build.header_list);
	return status;
}

const struct command command_build = {
	.name = "build",
	.synopsis = "[--kernel R] [--headers PATH]... [--btf FILE] [OPTION]...",
	.help = "make the object of one kernel, from its headers, its BTF, or for any kernel that has BTF (--core)",
	.options =
		"  --kernel R           the kernel's release, as 'uname -r' prints it (default: that of the "
		"headers, or the running one)\n"
		"  --headers PATH       its header tree; twice for a build and a source directory, in any order\n"
		"  --btf FILE           its BTF, or a vmlinux that has it, instead of headers\n"
		"  --arch A             x86_64 or arm64; headers and BTF of the other are refused\n"
		"  --core               an object for every kernel with BTF of its own\n"
		"  --tier ring|base     instead of what the kernel's list of BPF functions says\n"
		"  --tracee-version V   default: " TRACEE_VERSION "\n"
		"  --output-dir D       made if missing; default: dist\n"
		"  --clang PATH         file, directory or name of the compiler that parses headers\n"
		"  --format text|json   how the result is printed\n"
		"Without a source: KERN_HEADERS (a directory, or BUILD:SOURCE), the running kernel's own BTF, or\n"
		"/lib/modules/R/build and source.\n",
	.run = run,
};
