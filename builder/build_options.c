// SPDX-License-Identifier: Apache-2.0
#include "builder/build_options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "builder/log.h"
#include "builder/status.h"

/* ---- words ----------------------------------------------------------------------------------------- */

/* The value of getopt_long() leads to where the option's argument goes. */
enum { OPTION_HEADERS = 256, OPTION_CORE, OPTION_STRICT, OPTION_MISMATCH, OPTION_TEXT };
#define TEXT_OPTION(name, member)                                                                                  \
	{                                                                                                          \
		name, required_argument, NULL, OPTION_TEXT + (int)offsetof(struct build_options, member)           \
	}

/* The search comes last: headers takes that part of the table. */
static const struct option long_options[] = {
	TEXT_OPTION("btf", btf),
	TEXT_OPTION("layout", layout),
	TEXT_OPTION("output-dir", output_dir),
	TEXT_OPTION("tracee-version", version),
	TEXT_OPTION("tier", tier),
	TEXT_OPTION("clang", clang),
	{ "core", no_argument, NULL, OPTION_CORE },
#define FIRST_OF_SEARCH 7
	TEXT_OPTION("kernel", release),
	TEXT_OPTION("kernel-version", version_text),
	TEXT_OPTION("root", root),
	TEXT_OPTION("arch", arch),
	TEXT_OPTION("format", format),
	{ "headers", required_argument, NULL, OPTION_HEADERS },
	{ "strict", no_argument, NULL, OPTION_STRICT },
	{ "allow-mismatch", no_argument, NULL, OPTION_MISMATCH },
	{ NULL, 0, NULL, 0 },
};

int build_options_layout(const struct build_options *options)
{
	static const char *const names[] = {
		[LAYOUT_AUTO] = "auto", [LAYOUT_HEADERS] = "headers", [LAYOUT_BTF] = "btf"
	};

	for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++) {
		if (strcmp(options->layout, names[i]) == 0)
			return i;
	}
	return -EINVAL;
}

static int take_headers(struct build_options *options, const char *path)
{
	if (options->n_headers == BUILD_HEADERS_MAX) {
		log_error("--headers is given more than %d times: name a directory of packages", BUILD_HEADERS_MAX);
		return STATUS_USAGE;
	}
	if (!*path) {
		log_error("--headers is given an empty path");
		return STATUS_USAGE;
	}
	options->headers[options->n_headers++] = path;
	return STATUS_OK;
}

static int take_option(struct build_options *options, int option, const char *value)
{
	if (option == OPTION_HEADERS)
		return take_headers(options, value);
	if (option == OPTION_CORE)
		options->is_core = true;
	else if (option == OPTION_STRICT)
		options->is_strict = true;
	else if (option == OPTION_MISMATCH)
		options->allows_mismatch = true;
	else
		*(const char **)((char *)options + (option - OPTION_TEXT)) = value;
	return STATUS_OK;
}

static int check_options(const struct build_options *options, bool is_search_only)
{
	const char *wrong = NULL;

	if (options->btf && (options->n_headers || options->root))
		wrong = "--btf names the source, and --headers or --root another: give one";
	else if (options->is_core && (options->btf || options->n_headers || options->release || options->root))
		wrong = "--core is for any kernel: it takes no --kernel, --headers, --root or --btf";
	else if (options->is_strict && options->allows_mismatch)
		wrong = "--strict and --allow-mismatch exclude each other";
	else if (build_options_layout(options) < 0)
		wrong = "--layout is none of auto, headers and btf";
	else if ((options->btf || options->is_core) && build_options_layout(options) == LAYOUT_HEADERS)
		wrong = "--layout headers excludes --btf and --core";
	else if (!*options->version)
		wrong = "--tracee-version is empty: the version is part of the object's name";
	else if (strcmp(options->format, "text") != 0 && strcmp(options->format, "json") != 0 &&
		 (!is_search_only || strcmp(options->format, "mounts") != 0))
		wrong = is_search_only ? "--format is none of text, json and mounts" : "--format is neither text nor json";
	if (wrong)
		log_error("%s", wrong);
	return wrong ? STATUS_USAGE : STATUS_OK;
}

int build_options_parse(int argc, char **argv, bool is_search_only, struct build_options *options)
{
	const struct option *accepted = is_search_only ? long_options + FIRST_OF_SEARCH : long_options;
	int option, status;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", accepted, NULL)) != -1) {
		if (option == '?' || option == ':') {
			log_error(option == '?' ? "unknown option '%s' ('tracee-builder help %s')"
						: "option '%s' needs an argument ('tracee-builder help %s')",
				  argv[optind - 1], argv[0]);
			return STATUS_USAGE;
		}
		status = take_option(options, option, optarg);
		if (status)
			return status;
	}
	if (optind < argc) {
		log_error("unexpected word '%s' ('tracee-builder help %s')", argv[optind], argv[0]);
		return STATUS_USAGE;
	}
	return check_options(options, is_search_only);
}

/* ---- what they mean -------------------------------------------------------------------------------- */

int build_options_wanted(const struct build_options *options, struct header_wanted *ret_wanted)
{
	struct header_wanted wanted = { .is_strict = options->is_strict, .allows_mismatch = options->allows_mismatch };
	struct tracee_kernel running;
	struct tracee_error err;

	if (options->arch) {
		if (tracee_arch_parse(options->arch, &wanted.kernel.arch) < 0) {
			log_error("--arch '%s': expected x86_64 or arm64", options->arch);
			return STATUS_USAGE;
		}
		wanted.has_arch = true;
	} else if (tracee_kernel_running(&running, &err) == 0) {
		wanted.kernel.arch = running.arch;
	} else if (options->is_core) {
		log_error("--core: %s; say for which one with --arch", err.text);
		return STATUS_USAGE;
	}
	if (options->release) {
		if (tracee_kernel_parse(options->release, wanted.kernel.arch, &wanted.kernel, &err) < 0) {
			log_error("--kernel: %s", err.text);
			return STATUS_USAGE;
		}
		wanted.has_release = true;
	}
	if (options->version_text &&
	    (size_t)snprintf(wanted.version_text, sizeof(wanted.version_text), "%s", options->version_text) >=
		    sizeof(wanted.version_text)) {
		log_error("--kernel-version is longer than %zu characters: expected what 'uname -v' prints",
			  sizeof(wanted.version_text) - 1);
		return STATUS_USAGE;
	}
	*ret_wanted = wanted;
	return STATUS_OK;
}

/* At each ':' of @copy, which @value is for messages. */
static int split_paths(char *copy, const char *value, const char *ret_paths[BUILD_HEADERS_MAX], size_t *ret_n_paths)
{
	size_t n = 0;

	for (char *path; (path = strsep(&copy, ":"));) {
		if (n == BUILD_HEADERS_MAX) {
			log_error("KERN_HEADERS names more than %d paths: name a directory of packages", BUILD_HEADERS_MAX);
			return STATUS_USAGE;
		}
		if (!*path) {
			log_error("KERN_HEADERS='%s' has an empty path at a ':': expected PATH or PATH:PATH", value);
			return STATUS_USAGE;
		}
		ret_paths[n++] = path;
	}
	*ret_n_paths = n;
	return STATUS_OK;
}

int build_options_paths(const struct build_options *options, const char *ret_paths[BUILD_HEADERS_MAX],
		     size_t *ret_n_paths, char **ret_memory)
{
	const char *value = getenv("KERN_HEADERS");
	char *copy;

	*ret_memory = NULL;
	*ret_n_paths = options->n_headers;
	memcpy(ret_paths, options->headers, options->n_headers * sizeof(*ret_paths));
	if (options->n_headers || options->root || !value || !*value)
		return STATUS_OK;
	copy = strdup(value);
	if (!copy) {
		log_error("KERN_HEADERS: no memory");
		return STATUS_FAILED;
	}
	*ret_memory = copy;
	if (access(value, F_OK) == 0) {
		ret_paths[0] = copy;
		*ret_n_paths = 1;
		return STATUS_OK;
	}
	return split_paths(copy, value, ret_paths, ret_n_paths);
}
