// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/json.h"

#include <string.h>

void json_init(struct json *json, struct text *text)
{
	*json = (struct json){ .text = text };
}

/* Bytes of the UTF-8 sequence at @p, 0 if it is not one (RFC 3629: no overlong forms, no surrogates). */
static size_t utf8_length(const uint8_t *p, size_t left)
{
	size_t n;
	uint32_t c;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2, c = p[0] & 0x1f;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3, c = p[0] & 0x0f;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4, c = p[0] & 0x07;
	else
		return 0;
	if (left < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) || (n == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	return n;
}

static const char *escape_of(uint8_t c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	case '<':
		return "\\u003c";
	case '>':
		return "\\u003e";
	case '&':
		return "\\u0026";
	default:
		return NULL;
	}
}

/* C0, DEL, and as UTF-8 C1: what a terminal may act upon. */
static bool is_control(const uint8_t *p, size_t length)
{
	return p[0] < 0x20 || p[0] == 0x7f || (length == 2 && p[0] == 0xc2 && p[1] < 0xa0);
}

/* Printable ASCII that needs no escape: nearly all there is. */
static const bool is_plain[256] = {
	[' '] = true, ['!'] = true, ['#' ... '%'] = true, ['\'' ... ';'] = true, ['='] = true, ['?' ... '['] = true, [']' ... '~'] = true,
};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether one of the eight bytes is 0, for bytes below 0x80. */
static uint64_t has_zero(uint64_t bytes)
{
	return (bytes - EACH(1)) & EACH(0x80);
}

/* Eight bytes at once: the same as the table says of each. A bit apart are < and >, and " and &. */
static bool are_plain(uint64_t bytes)
{
	uint64_t special = bytes | (bytes + EACH(1)) | (bytes - EACH(0x20));

	special |= has_zero((bytes | EACH('<' ^ '>')) ^ EACH('<' | '>'));
	special |= has_zero((bytes | EACH('"' ^ '&')) ^ EACH('"' | '&'));
	return !((special | has_zero(bytes ^ EACH('\\'))) & EACH(0x80));
}

/* How many of the first bytes need no escape. */
static size_t plain_length(const uint8_t *bytes, size_t size_bytes)
{
	uint64_t eight;
	size_t i = 0;

	for (; size_bytes - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, bytes + i, sizeof(eight));
		if (!are_plain(eight))
			break;
	}
	while (i < size_bytes && is_plain[bytes[i]])
		i++;
	return i;
}

/* The character at @bytes; returns its length. */
static size_t add_character(struct text *text, const uint8_t *bytes, size_t left)
{
	const char *escape = escape_of(bytes[0]);
	size_t n = utf8_length(bytes, left);

	if (escape)
		text_add(text, escape);
	else if (!n)
		text_add(text, "\xef\xbf\xbd");
	else if (is_control(bytes, n))
		text_format(text, "\\u%04x", bytes[n - 1]); /* C1: the second byte is the character */
	else
		text_add_bytes(text, bytes, n);
	return n ? n : 1;
}

static void add_quoted(struct text *text, const uint8_t *bytes, size_t size_bytes)
{
	size_t i = 0;

	text_add_char(text, '"');
	for (;;) {
		size_t n = plain_length(bytes + i, size_bytes - i);

		text_add_bytes(text, bytes + i, n);
		i += n;
		if (i == size_bytes)
			break;
		i += add_character(text, bytes + i, size_bytes - i);
	}
	text_add_char(text, '"');
}

/* Nearly all keys are plain. */
static void add_plain_key(struct text *text, const char *key, size_t length)
{
	char *room = text_room(text, length + strlen("\"\":")), *p = room;

	if (!room)
		return;
	*p++ = '"';
	p = mempcpy(p, key, length);
	*p++ = '"';
	*p++ = ':';
	text_grow(text, (size_t)(p - room));
}

static void add_key(struct text *text, const char *key)
{
	size_t length = strlen(key);

	if (plain_length((const uint8_t *)key, length) == length) {
		add_plain_key(text, key, length);
		return;
	}
	add_quoted(text, (const uint8_t *)key, length);
	text_add_char(text, ':');
}

static void begin_value(struct json *json, const char *key)
{
	if (json->needs_comma)
		text_add_char(json->text, ',');
	if (key)
		add_key(json->text, key);
	json->needs_comma = true;
}

static void open_group(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	text_add_char(json->text, bracket);
	json->needs_comma = false;
}

static void close_group(struct json *json, char bracket)
{
	text_add_char(json->text, bracket);
	json->needs_comma = true;
}

void json_object_open(struct json *json, const char *key)
{
	open_group(json, key, '{');
}

void json_object_close(struct json *json)
{
	close_group(json, '}');
}

void json_resume(struct json *json)
{
	begin_value(json, NULL);
	json->needs_comma = false;
}

void json_array_open(struct json *json, const char *key)
{
	open_group(json, key, '[');
}

void json_array_close(struct json *json)
{
	close_group(json, ']');
}

void json_add_string_bytes(struct json *json, const char *key, const void *bytes, size_t size_bytes)
{
	begin_value(json, key);
	add_quoted(json->text, bytes, size_bytes);
}

void json_add_string(struct json *json, const char *key, const char *string)
{
	json_add_string_bytes(json, key, string, strlen(string));
}

void json_add_int(struct json *json, const char *key, int64_t number)
{
	begin_value(json, key);
	text_add_int(json->text, number);
}

void json_add_uint(struct json *json, const char *key, uint64_t number)
{
	begin_value(json, key);
	text_add_uint(json->text, number);
}

void json_add_bool(struct json *json, const char *key, bool value)
{
	json_add_raw(json, key, value ? "true" : "false");
}

void json_add_null(struct json *json, const char *key)
{
	json_add_raw(json, key, "null");
}

void json_add_raw(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	text_add(json->text, value);
}

/* The four characters of up to three bytes. */
static void base64_group(struct text *text, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group = 0;

	for (size_t i = 0; i < 3; i++)
		group = group << 8 | (i < n ? bytes[i] : 0);
	for (size_t i = 0; i < 4; i++)
		text_add_char(text, i <= n ? digits[group >> (18 - 6 * i) & 0x3f] : '=');
}

void json_add_base64(struct json *json, const char *key, const void *bytes, size_t size_bytes)
{
	const uint8_t *p = bytes;

	begin_value(json, key);
	text_add_char(json->text, '"');
	for (size_t i = 0; i < size_bytes; i += 3)
		base64_group(json->text, p + i, size_bytes - i < 3 ? size_bytes - i : 3);
	text_add_char(json->text, '"');
}
