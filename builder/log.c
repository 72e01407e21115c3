// SPDX-License-Identifier: Apache-2.0
#include "builder/log.h"

#include <stdarg.h>
#include <stdio.h>

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
	fflush(stdout);
	fputs("tracee-builder: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
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
