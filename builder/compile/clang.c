// SPDX-License-Identifier: Apache-2.0
#include "builder/compile/clang.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/compile/child.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define CLANG_MAJOR_NEWEST 22
#define QUESTION_TIMEOUT_MS 20000
#define ANSWER_MAX_BYTES 65536
#define MEMORY_MAX_BYTES (4ul << 30)

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static bool find_in_path(const char *name, char ret_path[PATH_MAX])
{
	const char *p = getenv("PATH");

	for (p = p ? p : "/usr/local/bin:/usr/bin:/bin"; *p; p += *p == ':') {
		size_t length = strcspn(p, ":");

		if (length && (size_t)snprintf(ret_path, PATH_MAX, "%.*s/%s", (int)length, p, name) < PATH_MAX && is_program(ret_path))
			return true;
		p += length;
	}
	return false;
}

static int find_named(const char *named, char ret_path[PATH_MAX], struct tracee_error *err)
{
	struct stat st;

	if (!strchr(named, '/')) {
		if (find_in_path(named, ret_path))
			return 0;
		return error_set(err, -ENOENT, "compiler '%s' is not in PATH", named);
	}
	if (stat(named, &st) < 0)
		return error_errno(err, -errno, "compiler '%s'", named);
	if ((size_t)snprintf(ret_path, PATH_MAX, "%s%s", named, S_ISDIR(st.st_mode) ? "/clang" : "") >= PATH_MAX)
		return error_set(err, -ENAMETOOLONG, "compiler '%.100s…'", named);
	if (!is_program(ret_path))
		return error_set(err, -ENOENT, "compiler '%s' is no program that can be run", ret_path);
	return 0;
}

static int find_any(char ret_path[PATH_MAX], struct tracee_error *err)
{
	char name[16];

	if (find_in_path("clang", ret_path))
		return 0;
	for (int major = CLANG_MAJOR_NEWEST; major >= CLANG_MAJOR_MIN; major--) {
		snprintf(name, sizeof(name), "clang-%d", major);
		if (find_in_path(name, ret_path))
			return 0;
	}
	return error_set(err, -ENOENT, "no clang in PATH, and headers need one to be parsed: install the package 'clang', name one "
				       "with --clang, or build from BTF (--btf), which needs no compiler");
}

/* Runs it with one argument; the answer without its last line feed. */
static int ask(const char *path, const char *question, struct text *answer, struct tracee_error *err)
{
	const char *argv[] = { path, question, NULL };
	CLEANUP(text_done) struct text messages;
	struct child child = { .argv = argv, .timeout_ms = QUESTION_TIMEOUT_MS, .output_max_bytes = ANSWER_MAX_BYTES,
			       .memory_max_bytes = MEMORY_MAX_BYTES, .output = answer, .messages = &messages };
	int r;

	text_init(&messages, ANSWER_MAX_BYTES);
	r = child_run(&child, err);
	if (r < 0)
		return r;
	if (r > 0)
		return error_set(err, -ENOEXEC, "'%s %s' ended with status %d: %.200s", path, question, r, text_string(&messages));
	if (answer->size_bytes && answer->bytes[answer->size_bytes - 1] == '\n')
		answer->bytes[--answer->size_bytes] = '\0';
	return 0;
}

/* "… version 14.0.6-12" anywhere: distributions put words in front and behind. */
static int take_version(const char *answer, struct clang *clang, struct tracee_error *err)
{
	const char *p = strstr(answer, "version ");
	size_t length;

	if (!p || !strstr(answer, "clang"))
		return error_set(err, -ENOEXEC, "'%s' does not say that it is clang: %.100s", clang->path, answer);
	p += strlen("version ");
	length = strspn(p, "0123456789.");
	if (length == 0 || length >= sizeof(clang->version))
		return error_set(err, -ENOEXEC, "'%s' has a version that is no number: %.100s", clang->path, answer);
	memcpy(clang->version, p, length);
	clang->version[length] = '\0';
	clang->major = (unsigned int)strtoul(p, NULL, 10);
	if (clang->major < CLANG_MAJOR_MIN)
		return error_set(err, -ENOEXEC, "'%s' is version %s; kernel headers need clang %d or later", clang->path,
				 clang->version, CLANG_MAJOR_MIN);
	return 0;
}

int clang_find(const char *named, struct clang *ret_clang, struct tracee_error *err)
{
	CLEANUP(text_done) struct text answer;
	struct clang clang = {};
	int r;

	text_init(&answer, ANSWER_MAX_BYTES);
	r = named && *named ? find_named(named, clang.path, err) : find_any(clang.path, err);
	if (r == 0)
		r = ask(clang.path, "--version", &answer, err);
	if (r == 0)
		r = take_version(text_string(&answer), &clang, err);
	text_reset(&answer);
	if (r == 0)
		r = ask(clang.path, "-print-resource-dir", &answer, err);
	if (r < 0)
		return r;
	if (answer.size_bytes == 0 || answer.size_bytes >= sizeof(clang.resource_directory))
		return error_set(err, -ENOEXEC, "'%s' does not say where its own headers are", clang.path);
	strcpy(clang.resource_directory, text_string(&answer));
	*ret_clang = clang;
	return 0;
}
