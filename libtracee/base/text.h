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
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t size_bytes);
void text_add_char(struct text *text, char c);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends spaces until @column bytes stand behind @start; nothing if there are that many already. */
void text_pad_to(struct text *text, size_t start, size_t column);
/* Borrowed, valid until the next append; "" when empty. */
const char *text_string(const struct text *text);
int text_error(const struct text *text);
/* Gives the bytes away (free()), NULL if there was a failure; the text is empty afterwards. */
char *text_take(struct text *text);

#endif
