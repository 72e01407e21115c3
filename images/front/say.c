// SPDX-License-Identifier: Apache-2.0
#include "images/front/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libtracee/base/escape.h"
#include "libtracee/base/file.h"
#include "libtracee/base/text.h"

#define MESSAGE_MAX 4096

void say(const char *format, ...)
{
	char message[MESSAGE_MAX];
	struct text line;
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	text_init(&line, 8 * MESSAGE_MAX);
	text_add(&line, "tracee: ");
	escape_text(&line, message, strlen(message));
	text_add_char(&line, '\n');
	file_write_all(STDERR_FILENO, text_string(&line), line.size_bytes);
	text_done(&line);
}
