// SPDX-License-Identifier: Apache-2.0
#include "runtime/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libtracee/base/file.h"
#include "libtracee/base/text.h"
#include "libtracee/base/escape.h"

#define MESSAGE_MAX 4096

static int level; /* below 0: errors and warnings only; above 0: details too */

void log_more(void)
{
	level++;
}

void log_less(void)
{
	level--;
}

static void print(const char *kind, const char *format, va_list args)
{
	char message[MESSAGE_MAX];
	struct text line;

	vsnprintf(message, sizeof(message), format, args);
	text_init(&line, 8 * MESSAGE_MAX);
	text_format(&line, "tracee-runtime: %s", kind);
	escape_text(&line, message, strlen(message));
	text_add_char(&line, '\n');
	file_write_all(STDERR_FILENO, text_string(&line), line.size_bytes);
	text_done(&line);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("", format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print("warning: ", format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	if (level < 0)
		return;
	va_start(args, format);
	print("", format, args);
	va_end(args);
}

void log_detail(const char *format, ...)
{
	va_list args;

	if (level < 1)
		return;
	va_start(args, format);
	print("", format, args);
	va_end(args);
}

void log_lines(const char *lines)
{
	struct text text;

	text_init(&text, 8 * (strlen(lines) + 1));
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		escape_text(&text, lines, length);
		text_add_char(&text, '\n');
		lines += length + (lines[length] == '\n');
	}
	file_write_all(STDERR_FILENO, text_string(&text), text.size_bytes);
	text_done(&text);
}
