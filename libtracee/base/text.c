// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ALLOCATION 256
#define DIGITS_MAX 24 /* of 64 bits, with a sign */

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
	if (size - 1 > text->max_bytes)
		size = text->max_bytes + 1;
	bytes = realloc(text->bytes, size);
	if (!bytes)
		return text->failed = -ENOMEM;
	text->bytes = bytes;
	text->allocated_bytes = size;
	return 0;
}

char *text_make_room(struct text *text, size_t size_bytes)
{
	return reserve(text, size_bytes) < 0 ? NULL : text->bytes + text->size_bytes;
}

/* Two digits at once: a division costs more than all the rest. */
static const char pairs[] = "00010203040506070809"
			    "10111213141516171819"
			    "20212223242526272829"
			    "30313233343536373839"
			    "40414243444546474849"
			    "50515253545556575859"
			    "60616263646566676869"
			    "70717273747576777879"
			    "80818283848586878889"
			    "90919293949596979899";

/* Writes the digits of @number so that they end before @end, and returns where they begin. */
static char *digits_before(char *end, uint64_t number)
{
	for (; number >= 100; number /= 100) {
		end -= 2;
		memcpy(end, pairs + number % 100 * 2, 2);
	}
	if (number < 10) {
		*--end = (char)('0' + number);
		return end;
	}
	end -= 2;
	memcpy(end, pairs + number * 2, 2);
	return end;
}

void text_add_uint(struct text *text, uint64_t number)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *begin = digits_before(end, number);

	text_add_bytes(text, begin, (size_t)(end - begin));
}

void text_add_int(struct text *text, int64_t number)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	char *begin = digits_before(end, number < 0 ? -(uint64_t)number : (uint64_t)number);

	if (number < 0)
		*--begin = '-';
	text_add_bytes(text, begin, (size_t)(end - begin));
}

void text_add_hex(struct text *text, uint64_t number)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *begin = end;

	do {
		*--begin = "0123456789ABCDEF"[number & 0xf];
		number >>= 4;
	} while (number);
	text_add_bytes(text, begin, (size_t)(end - begin));
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
