// SPDX-License-Identifier: Apache-2.0
#include "runtime/preflight/preflight.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libtracee/base/json.h"
#include "libtracee/base/escape.h"
#include "runtime/version.h"

#define SUBJECT_WIDTH 14
#define MARK_WIDTH 5

static const char *const mark_names[] = { [MARK_GOOD] = "ok", [MARK_NOTE] = "note", [MARK_BAD] = "bad" };

struct preflight_line *preflight_add(struct preflight *preflight, const char *subject, enum mark mark,
				     enum status status, const char *format, ...)
{
	/* A table that is full has its last line replaced; there is room for twice what is written. */
	size_t at = preflight->n_lines < PREFLIGHT_N_LINES ? preflight->n_lines++ : PREFLIGHT_N_LINES - 1;
	struct preflight_line *line = &preflight->lines[at];
	va_list args;

	line->subject = subject;
	line->mark = mark;
	line->advice[0] = '\0';
	va_start(args, format);
	vsnprintf(line->found, sizeof(line->found), format, args);
	va_end(args);
	if (mark == MARK_BAD && preflight->status == STATUS_OK)
		preflight->status = status;
	return line;
}

void preflight_advise(struct preflight_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(line->advice, sizeof(line->advice), format, args);
	va_end(args);
}

void preflight_run(const struct tracee_kernel *kernel, const char *install_path, struct preflight *ret_preflight)
{
	memset(ret_preflight, 0, sizeof(*ret_preflight));
	ret_preflight->kernel = *kernel;
	preflight_kernel(ret_preflight);
	preflight_privileges(ret_preflight);
	preflight_hooks(ret_preflight);
	preflight_object(ret_preflight, install_path);
	preflight_rules(ret_preflight);
}

static void write_cell(struct text *text, const char *value, size_t width)
{
	size_t start = text->size_bytes;

	text_add(text, value);
	text_pad_to(text, start, width);
	text_add_char(text, ' ');
}

static void write_line(struct text *text, const struct preflight_line *line, const char *subject)
{
	write_cell(text, subject, SUBJECT_WIDTH);
	write_cell(text, mark_names[line->mark], MARK_WIDTH);
	escape_text(text, line->found, strlen(line->found));
	text_add_char(text, '\n');
	if (!*line->advice)
		return;
	write_cell(text, "", SUBJECT_WIDTH + 1 + MARK_WIDTH);
	text_add(text, "-> ");
	escape_text(text, line->advice, strlen(line->advice));
	text_add_char(text, '\n');
}

/* A subject is named on the first of its lines. */
static void write_table(const struct preflight *preflight, struct text *text)
{
	const char *subject = "";

	for (size_t i = 0; i < preflight->n_lines; i++) {
		const struct preflight_line *line = &preflight->lines[i];

		write_line(text, line, strcmp(subject, line->subject) ? line->subject : "");
		subject = line->subject;
	}
	text_add(text, "\n");
	if (preflight->status != STATUS_OK)
		text_format(text, "tracee-runtime %s cannot trace here: it would end with status %d\n",
			    runtime_version(), preflight->status);
	else
		text_format(text, "tracee-runtime %s can trace here%s\n", runtime_version(),
			    preflight->is_privileged
				    ? ""
				    : ", but not with the capabilities we have: it would end with status 5");
}

static void write_json(const struct preflight *preflight, struct text *text)
{
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_add_string(&json, "version", runtime_version());
	json_add_int(&json, "status", preflight->status);
	json_add_bool(&json, "privileged", preflight->is_privileged);
	json_array_open(&json, "lines");
	for (size_t i = 0; i < preflight->n_lines; i++) {
		json_object_open(&json, NULL);
		json_add_string(&json, "subject", preflight->lines[i].subject);
		json_add_string(&json, "mark", mark_names[preflight->lines[i].mark]);
		json_add_string(&json, "found", preflight->lines[i].found);
		json_add_string(&json, "advice", preflight->lines[i].advice);
		json_object_close(&json);
	}
	json_array_close(&json);
	json_object_close(&json);
	text_add_char(text, '\n');
}

void preflight_write(const struct preflight *preflight, enum format format, struct text *text)
{
	if (format == FORMAT_JSON)
		write_json(preflight, text);
	else
		write_table(preflight, text);
}
