/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/*
 * The one string builder. Invariants: `bytes` is always terminated once anything was appended and
 * never longer than the maximum given at init; a call that would go beyond the maximum, or finds no
 * memory, changes nothing but `failed`. So a chain of appends needs one check at its end:
 *
 *	text_init(&text, 4096);
 *	text_add(&text, "a"); text_format(&text, "%d", 1);
 *	if (text_error(&text)) …
 *
 * After a failure all further appends do nothing until text_reset().
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	char *bytes;	  /* NULL until the first append; text_string() never is */
	size_t size_bytes; /* without the terminator */
	size_t allocated_bytes;
	size_t max_bytes;
	bool is_borrowed; /* bytes are the caller's, and cannot grow */
	int failed;	  /* 0, -ENOMEM or -E2BIG */
};

void text_init(struct text *text, size_t max_bytes);
/*
 * In memory of the caller's, which must outlive @text: for short text where nothing may be allocated. It
 * holds @size_bytes - 1 bytes. text_done() may be left out; text_take() must not be called.
 */
void text_init_in(struct text *text, char *bytes, size_t size_bytes);
void text_done(struct text *text);
/* Empties it and forgets a failure; keeps the memory. */
void text_reset(struct text *text);
/* In decimal. */
void text_add_uint(struct text *text, uint64_t number);
void text_add_int(struct text *text, int64_t number);
/* In hexadecimal with capital letters, with no prefix. */
void text_add_hex(struct text *text, uint64_t number);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends spaces until @column bytes stand behind @start; nothing if there are that many already. */
void text_pad_to(struct text *text, size_t start, size_t column);
/* Borrowed, valid until the next append; "" when empty. */
const char *text_string(const struct text *text);
int text_error(const struct text *text);

/* An event is a hundred appends, so that the usual way of one is here: there is room already. */

/* What text_room() does when there is none yet. */
char *text_make_room(struct text *text, size_t size_bytes);

/*
 * Makes room for @size_bytes and returns where they go: the caller writes up to so many and calls
 * text_grow() with how many they were, before anything else is done with @text. NULL after a failure.
 */
static inline char *text_room(struct text *text, size_t size_bytes)
{
	/* What is allocated is never more than the maximum allows. */
	if (!text->failed && size_bytes < text->allocated_bytes - text->size_bytes)
		return text->bytes + text->size_bytes;
	return text_make_room(text, size_bytes);
}

static inline void text_grow(struct text *text, size_t size_bytes)
{
	text->size_bytes += size_bytes;
	text->bytes[text->size_bytes] = '\0';
}

static inline void text_add_bytes(struct text *text, const void *bytes, size_t size_bytes)
{
	char *room = text_room(text, size_bytes);

	if (!room)
		return;
	if (size_bytes)
		memcpy(room, bytes, size_bytes);
	text_grow(text, size_bytes);
}

static inline void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

static inline void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

/* Gives the bytes away (free()), NULL if there was a failure; the text is empty afterwards. */
char *text_take(struct text *text);

#endif
