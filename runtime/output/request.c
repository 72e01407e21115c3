// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/request.h"

#include <errno.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "runtime/output/printer.h"

#define LIST_MAX 512
#define HELP_COLUMN 24

struct key {
	const char *name;
	const char *argument; /* as the help shows it */
	const char *help;
	int (*take)(struct output_request *request, const char *value, struct tracee_error *err);
};

static const struct {
	const char *name;
	enum output_flag flag;
	const char *help; /* NULL: not offered */
} flags[] = {
	{ "stack-addresses", OUTPUT_STACK_ADDRESSES, "up to 20 addresses of the program, the innermost first" },
	{ "detect-syscall", OUTPUT_DETECT_SYSCALL, "the system call that led to an event of the kernel (from 5.15)" },
	{ "exec-env", OUTPUT_EXEC_ENV, "the environment of programs that are executed" },
	{ "fd-paths", OUTPUT_FD_PATHS, "the file that the first descriptor of a call stands for (objects of tier ring)" },
	{ "relative-time", OUTPUT_RELATIVE_TIME, "times in seconds since tracing began, not since boot" },
	{ "wall-time", OUTPUT_WALL_TIME, "times as date and time of day (UTC); in json as key 'time'" },
	{ "container-names", OUTPUT_CONTAINER_NAMES, "name and image of containers, from the files of Docker, podman, CRI-O or containerd" },
};
#define N_FLAGS (sizeof(flags) / sizeof(flags[0]))

/* ---- lists for sentences -------------------------------------------------------------------- */

static void add_choice(struct text *text, const char *separator, const char *word, const char *argument)
{
	text_format(text, "%s'%s%s%s'", separator, word, argument ? ":" : "", argument ? argument : "");
}

static void add_formats(struct text *text)
{
	for (size_t i = 0; printer_defs[i]; i++)
		add_choice(text,
			   i == 0		 ? ""
			   : printer_defs[i + 1] ? ", "
						 : " or ",
			   printer_defs[i]->name, printer_defs[i]->argument);
}

static void add_flags(struct text *text)
{
	for (size_t i = 0; i < N_FLAGS; i++) {
		if (flags[i].help)
			add_choice(text, text->size_bytes ? ", " : "", flags[i].name, NULL);
	}
}

static int refuse(struct tracee_error *err, const char *kind, const char *word,
		  void (*add_choices)(struct text *text))
{
	struct text text;

	text_init(&text, LIST_MAX);
	add_choices(&text);
	error_set(err, -EINVAL, "--output: %s'%s' is not known: expected %s", kind, word, text_string(&text));
	text_done(&text);
	return -EINVAL;
}

/* ---- the keys ------------------------------------------------------------------------------- */

/* The format that @value names with what follows it; NULL if there is none. */
static const struct printer_def *format_find(const char *value)
{
	size_t length = strcspn(value, ":");

	for (size_t i = 0; printer_defs[i]; i++) {
		if (strlen(printer_defs[i]->name) == length && memcmp(printer_defs[i]->name, value, length) == 0)
			return printer_defs[i];
	}
	return NULL;
}

static int take_format(struct output_request *request, const char *value, struct tracee_error *err)
{
	const struct printer_def *format = format_find(value);
	const char *argument = strchr(value, ':');

	if (strcmp(value, "gob") == 0)
		return error_set(err, -EINVAL, "--output: 'gob' is a format of Go programs only: use 'json'");
	if (strncmp(value, "gotemplate=", 11) == 0)
		return error_set(err, -EINVAL,
				 "--output: '%s': templates of Go are not known here: 'template:FILE' has a "
				 "language of its own, see tracee-runtime(8)",
				 value);
	if (!format)
		return refuse(err, "format ", value, add_formats);
	if (format->argument && (!argument || !argument[1]))
		return error_set(err, -EINVAL, "--output: '%s' needs a file: expected '%s:%s'", value, format->name,
				 format->argument);
	if (!format->argument && argument)
		return error_set(err, -EINVAL, "--output: format '%s' takes nothing behind it, found '%s'",
				 format->name, argument);
	request->format = format;
	request->argument = argument ? argument + 1 : NULL;
	return 0;
}

static int take_path(const char **to, const char *key, const char *value, struct tracee_error *err)
{
	size_t length = strlen(value);

	if (!length || value[length - 1] == '/')
		return error_set(err, -EINVAL, "--output: '%s:%s' is not the path of a file", key, value);
	*to = value;
	return 0;
}

static int take_out_file(struct output_request *request, const char *value, struct tracee_error *err)
{
	return take_path(&request->out_file, "out-file", value, err);
}

static int take_err_file(struct output_request *request, const char *value, struct tracee_error *err)
{
	return take_path(&request->err_file, "err-file", value, err);
}

static int take_root(struct output_request *request, const char *value, struct tracee_error *err)
{
	if (value[0] != '/')
		return error_set(err, -EINVAL, "--output: 'host-root:%s' is not an absolute path", value);
	request->root = value;
	return 0;
}

static int take_option(struct output_request *request, const char *value, struct tracee_error *err)
{
	for (size_t i = 0; i < N_FLAGS; i++) {
		if (strcmp(flags[i].name, value) == 0) {
			request->flags |= flags[i].flag;
			return 0;
		}
	}
	return refuse(err, "option ", value, add_flags);
}

static const struct key keys[] = {
	{ "format", "FORMAT", "the same as FORMAT alone", take_format },
	{ "out-file", "PATH", "events and findings go to this file, not to stdout", take_out_file },
	{ "err-file", "PATH", "messages and the account go to this file, not to stderr", take_err_file },
	{ "host-root", "DIR", "where the host's / is mounted, for option:container-names", take_root },
	{ "option", "NAME", NULL, take_option },
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static void add_keys(struct text *text)
{
	for (size_t i = 0; i < N_KEYS; i++)
		add_choice(text, i ? ", " : "", keys[i].name, keys[i].argument);
	text_add(text, ", or a format alone: ");
	add_formats(text);
}

int output_request_add(struct output_request *request, const char *value, struct tracee_error *err)
{
	size_t length = strcspn(value, ":");

	for (size_t i = 0; value[length] && i < N_KEYS; i++) {
		if (strlen(keys[i].name) == length && memcmp(keys[i].name, value, length) == 0)
			return keys[i].take(request, value + length + 1, err);
	}
	if (value[length] && strncmp(value, "gotemplate=", 11) != 0 && !format_find(value))
		return refuse(err, "", value, add_keys);
	return take_format(request, value, err);
}

void output_request_init(struct output_request *request)
{
	*request = (struct output_request){ .format = printer_defs[0] };
}

int output_request_check(const struct output_request *request, struct tracee_error *err)
{
	const unsigned int both = OUTPUT_RELATIVE_TIME | OUTPUT_WALL_TIME;

	if ((request->flags & both) == both)
		return error_set(err, -EINVAL,
				 "--output: 'option:relative-time' and 'option:wall-time' do not go together: "
				 "choose one");
	if (request->root && !(request->flags & OUTPUT_CONTAINER_NAMES))
		return error_set(err, -EINVAL,
				 "--output: 'host-root:%s' is for 'option:container-names', which is not asked for",
				 request->root);
	return 0;
}

/* ---- help ----------------------------------------------------------------------------------- */

static void add_line(struct text *text, const char *name, const char *argument, const char *help)
{
	size_t start = text->size_bytes;

	text_format(text, "  %s%s%s ", name, argument ? ":" : "", argument ? argument : "");
	text_pad_to(text, start, HELP_COLUMN);
	text_format(text, "%s\n", help);
}

void output_request_help(struct text *text)
{
	text_add(text, "--output may be given more than once. A format; the last one counts:\n");
	for (size_t i = 0; printer_defs[i]; i++)
		add_line(text, printer_defs[i]->name, printer_defs[i]->argument, printer_defs[i]->help);
	text_add(text, "Or one of these:\n");
	for (size_t i = 0; i < N_KEYS; i++) {
		if (keys[i].help)
			add_line(text, keys[i].name, keys[i].argument, keys[i].help);
	}
	for (size_t i = 0; i < N_FLAGS; i++) {
		if (flags[i].help)
			add_line(text, "option", flags[i].name, flags[i].help);
	}
	text_add(text, "Both files are opened again by SIGHUP, for rotation.\n");
}
