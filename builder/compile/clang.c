// SPDX-License-Identifier: Apache-2.0
#include "builder/compile/clang.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/child.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define CLANG_MAJOR_NEWEST 23
#define QUESTION_TIMEOUT_MS 20000
#define ANSWER_MAX_BYTES 65536
#define MEMORY_MAX_BYTES (4ul << 30)

/* For "%.*s". */
#define FIRST_LINE(text) (int)strcspn(text, "\n"), (text)

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* The compiler runs in the root directory, so its path must not depend on ours. */
static int make_absolute(char path[PATH_MAX])
{
	char here[PATH_MAX], joined[PATH_MAX];

	if (path[0] == '/')
		return 0;
	if (!getcwd(here, sizeof(here)))
		return -errno;
	if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", here, path) >= sizeof(joined))
		return -ENAMETOOLONG;
	strcpy(path, joined);
	return 0;
}

/* An empty part of PATH would be the working directory; we do not take programs from there. */
static bool find_in_path(const char *name, char ret_path[PATH_MAX])
{
	const char *p = getenv("PATH");

	for (p = p ? p : "/usr/local/bin:/usr/bin:/bin"; *p; p += *p == ':') {
		size_t length = strcspn(p, ":");

		if (length && (size_t)snprintf(ret_path, PATH_MAX, "%.*s/%s", (int)length, p, name) < PATH_MAX &&
		    is_program(ret_path))
			return true;
		p += length;
	}
	return false;
}

static int find_named(const char *named, char ret_path[PATH_MAX], struct tracee_error *err)
{
	struct stat st;

	if (!strchr(named, '/') && find_in_path(named, ret_path))
		return 0;
	if (stat(named, &st) < 0)
		return error_errno(err, -errno,
				   strchr(named, '/') ? "compiler '%s'" : "compiler '%s' is not in PATH, nor here",
				   named);
	if ((size_t)snprintf(ret_path, PATH_MAX, "%s%s", named, S_ISDIR(st.st_mode) ? "/clang" : "") >= PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "compiler '%.100s…'", named);
	if (!is_program(ret_path))
		return error_set(err, -ENOENT, "compiler '%s' is no program that can be run", ret_path);
	return 0;
}

/* Runs it with one argument; the answer without its last line feed. */
static int ask(const char *path, const char *question, struct text *answer, struct tracee_error *err)
{
	const char *argv[] = { path, question, NULL };
	CLEANUP(text_done) struct text messages = {};
	struct child child = { .argv = argv,
			       .timeout_ms = QUESTION_TIMEOUT_MS,
			       .output_max_bytes = ANSWER_MAX_BYTES,
			       .memory_max_bytes = MEMORY_MAX_BYTES,
			       .output = answer,
			       .messages = &messages };
	int r;

	text_init(&messages, ANSWER_MAX_BYTES);
	r = child_run(&child, err);
	if (r < 0)
		return r;
	if (r > 0)
		return error_set(err, -ENOEXEC, "'%s %s' ended with status %d: %.*s", path, question, r,
				 FIRST_LINE(text_string(&messages)));
	if (answer->size_bytes && answer->bytes[answer->size_bytes - 1] == '\n')
		answer->bytes[--answer->size_bytes] = '\0';
	return 0;
}

int clang_parse_version(const char *answer, struct clang *clang, struct tracee_error *err)
{
	/* Distributions put words in front and behind: "Debian clang version 14.0.6-12+b1". */
	const char *p = strstr(answer, "version ");
	size_t length;

	if (!p || !strstr(answer, "clang"))
		return error_set(err, -ENOEXEC, "'%s' does not say that it is clang: %.*s", clang->path,
				 FIRST_LINE(answer));
	p += strlen("version ");
	length = strspn(p, "0123456789.");
	if (length == 0 || *p == '.' || length >= sizeof(clang->version))
		return error_set(err, -ENOEXEC, "'%s' has a version that is no number: %.*s", clang->path,
				 FIRST_LINE(answer));
	memcpy(clang->version, p, length);
	clang->version[length] = '\0';
	clang->major = (unsigned int)strtoul(p, NULL, 10);
	if (clang->major < CLANG_MAJOR_MIN)
		return error_set(err, -ENOEXEC, "'%s' is version %s; kernel headers need clang %d or later",
				 clang->path, clang->version, CLANG_MAJOR_MIN);
	return 0;
}

static int ask_version(struct clang *clang, struct tracee_error *err)
{
	CLEANUP(text_done) struct text answer = {};
	int r = make_absolute(clang->path);

	if (r < 0)
		return error_errno(err, r, "compiler '%s'", clang->path);
	text_init(&answer, ANSWER_MAX_BYTES);
	r = ask(clang->path, "--version", &answer, err);
	return r < 0 ? r : clang_parse_version(text_string(&answer), clang, err);
}

static int ask_resource_directory(struct clang *clang, struct tracee_error *err)
{
	CLEANUP(text_done) struct text answer = {};
	int r;

	text_init(&answer, ANSWER_MAX_BYTES);
	r = ask(clang->path, "-print-resource-dir", &answer, err);
	if (r < 0)
		return r;
	if (text_string(&answer)[0] != '/' || answer.size_bytes >= sizeof(clang->resource_directory))
		return error_set(err, -ENOEXEC, "'%s' does not say where its own headers are: %.*s", clang->path,
				 FIRST_LINE(text_string(&answer)));
	strcpy(clang->resource_directory, text_string(&answer));
	return 0;
}

/* The first of all names that answers well; @err tells of the last that did not. */
static int find_any(struct clang *clang, struct tracee_error *err)
{
	char name[16];
	int r = -ENOENT;

	for (int major = CLANG_MAJOR_NEWEST + 1; r < 0 && major >= CLANG_MAJOR_MIN; major--) {
		snprintf(name, sizeof(name), major > CLANG_MAJOR_NEWEST ? "clang" : "clang-%d", major);
		if (find_in_path(name, clang->path))
			r = ask_version(clang, err);
	}
	if (r == -ENOENT)
		error_set(err, r,
			  "no clang in PATH, and headers need one to be parsed: install the package 'clang', name "
			  "one with "
			  "--clang, or build from BTF (--btf), which needs no compiler");
	return r;
}

int clang_find(const char *named, struct clang *ret_clang, struct tracee_error *err)
{
	struct clang clang = {};
	int r;

	if (named && *named) {
		r = find_named(named, clang.path, err);
		if (r == 0)
			r = ask_version(&clang, err);
	} else {
		r = find_any(&clang, err);
	}
	if (r == 0)
		r = ask_resource_directory(&clang, err);
	if (r < 0)
		return r;
	*ret_clang = clang;
	return 0;
}
