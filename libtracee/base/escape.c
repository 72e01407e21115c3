// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/escape.h"

#include <stdint.h>

/* Bytes of the printable UTF-8 sequence at @p; 0 if there is none (RFC 3629, and no controls). */
static size_t printable_length(const uint8_t *p, size_t left)
{
	static const struct {
		uint8_t first_min, first_max, second_min, second_max, length;
	} forms[] = {
		{ 0xc2, 0xc2, 0xa0, 0xbf, 2 }, /* below c2 a0 are the C1 controls */
		{ 0xc3, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	if (p[0] >= 0x20 && p[0] < 0x7f)
		return p[0] != '\\';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (p[0] < forms[i].first_min || p[0] > forms[i].first_max)
			continue;
		if (left < forms[i].length || p[1] < forms[i].second_min || p[1] > forms[i].second_max)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++) {
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].length;
	}
	return 0;
}

static void escape_byte(struct text *text, uint8_t byte)
{
	switch (byte) {
	case '\\':
		text_add(text, "\\\\");
		break;
	case '\n':
		text_add(text, "\\n");
		break;
	case '\t':
		text_add(text, "\\t");
		break;
	default:
		text_format(text, "\\x%02x", byte);
	}
}

void escape_text(struct text *text, const void *bytes, size_t size_bytes)
{
	const uint8_t *p = bytes;
	size_t plain = 0; /* start of the run that needs no escape */

	for (size_t i = 0; i < size_bytes;) {
		size_t n = printable_length(p + i, size_bytes - i);

		if (n) {
			i += n;
			continue;
		}
		text_add_bytes(text, p + plain, i - plain);
		escape_byte(text, p[i]);
		plain = ++i;
	}
	text_add_bytes(text, p + plain, size_bytes - plain);
}
