// SPDX-License-Identifier: Apache-2.0
#include "builder/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/escape.h"

#define MESSAGE_MAX_BYTES 16384

static int level; /* below 0: errors only; above 0: details too */

void log_more(void)
{
	level++;
}

void log_less(void)
{
	level--;
}

static void print(const char *format, va_list args)
{
	char message[MESSAGE_MAX_BYTES];
	CLEANUP(text_done) struct text text = {};

	vsnprintf(message, sizeof(message), format, args);
	text_init(&text, 4 * sizeof(message));
	escape_text(&text, message, strlen(message));
	fflush(stdout);
	fprintf(stderr, "tracee-builder: %s\n", text_string(&text));
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	if (level < 0)
		return;
	va_start(args, format);
	print(format, args);
	va_end(args);
}

void log_detail(const char *format, ...)
{
	va_list args;

	if (level < 1)
		return;
	va_start(args, format);
	print(format, args);
	va_end(args);
}

void log_lines(const char *lines)
{
	if (level >= 0)
		fputs(lines, stderr);
}
