// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ALLOCATION 256

void text_init(struct text *text, size_t max_bytes)
{
	*text = (struct text){ .max_bytes = max_bytes };
}

void text_init_in(struct text *text, char *bytes, size_t size_bytes)
{
	*text = (struct text){
		.bytes = bytes, .allocated_bytes = size_bytes, .max_bytes = size_bytes - 1, .is_borrowed = true
	};
	bytes[0] = '\0';
}

void text_done(struct text *text)
{
	if (!text->is_borrowed)
		free(text->bytes);
	*text = (struct text){ .max_bytes = text->max_bytes };
}

void text_reset(struct text *text)
{
	text->size_bytes = 0;
	text->failed = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

/* Makes room for @more bytes and the terminator. */
static int reserve(struct text *text, size_t more)
{
	size_t needed, size;
	char *bytes;

	if (text->failed)
		return text->failed;
	if (more > text->max_bytes || text->size_bytes > text->max_bytes - more)
		return text->failed = -E2BIG;
	needed = text->size_bytes + more + 1;
	if (needed <= text->allocated_bytes)
		return 0;
	size = text->allocated_bytes ? text->allocated_bytes : FIRST_ALLOCATION;
	while (size < needed)
		size *= 2;
	bytes = realloc(text->bytes, size);
	if (!bytes)
		return text->failed = -ENOMEM;
	text->bytes = bytes;
	text->allocated_bytes = size;
	return 0;
}

void text_add_bytes(struct text *text, const void *bytes, size_t size_bytes)
{
	if (reserve(text, size_bytes) < 0)
		return;
	if (size_bytes)
		memcpy(text->bytes + text->size_bytes, bytes, size_bytes);
	text->size_bytes += size_bytes;
	text->bytes[text->size_bytes] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

/* Most of what is formatted is short: there is room for it at the first go. */
#define FORMAT_ROOM 64

void text_format(struct text *text, const char *format, ...)
{
	char room[FORMAT_ROOM];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(room, sizeof(room), format, args);
	va_end(args);
	if (n >= 0 && n < FORMAT_ROOM)
		text_add_bytes(text, room, (size_t)n);
	if (n < FORMAT_ROOM || reserve(text, (size_t)n) < 0)
		return;
	va_start(args, format);
	vsnprintf(text->bytes + text->size_bytes, (size_t)n + 1, format, args);
	va_end(args);
	text->size_bytes += (size_t)n;
}

void text_pad_to(struct text *text, size_t start, size_t column)
{
	while (!text->failed && text->size_bytes - start < column)
		text_add_char(text, ' ');
}

const char *text_string(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

int text_error(const struct text *text)
{
	return text->failed;
}

char *text_take(struct text *text)
{
	char *bytes;

	if (!text->bytes)
		text_add(text, "");
	bytes = text->failed ? NULL : text->bytes;
	if (text->failed)
		free(text->bytes);
	*text = (struct text){ .max_bytes = text->max_bytes };
	return bytes;
}
