// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libtracee/base/escape.h"

static void expect(const char *bytes, const char *expected)
{
	struct text text;

	text_init(&text, 4096);
	escape_text(&text, bytes, strlen(bytes));
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void printable_text_stays(void **state)
{
	(void)state;
	expect("plain /path with-signs~", "plain /path with-signs~");
	expect("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9d\xc2\xa0", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9d\xc2\xa0");
	expect("", "");
}

static void controls_of_every_kind_are_spelled_out(void **state)
{
	(void)state;
	expect("\a\b\t\n\r\x1b\x7f", "\\x07\\x08\\t\\n\\x0d\\x1b\\x7f");
	expect("\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f");
	expect("\\", "\\\\");
}

static void what_is_not_utf8_is_spelled_out(void **state)
{
	(void)state;
	expect("\xff\xfe", "\\xff\\xfe");
	expect("\xc0\xaf", "\\xc0\\xaf"); /* overlong */
	expect("\xe0\x80\xaf", "\\xe0\\x80\\xaf"); /* overlong */
	expect("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* surrogate */
	expect("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	expect("a\xe2\x82", "a\\xe2\\x82"); /* cut */
	expect("\xe2\x82z", "\\xe2\\x82z");
}

/* Whatever the bytes: the result has no control characters and is never shorter. */
static void every_pair_of_bytes_becomes_printable(void **state)
{
	struct text text;

	(void)state;
	text_init(&text, 4096);
	for (unsigned int pair = 0; pair < 65536; pair++) {
		uint8_t bytes[2] = { (uint8_t)(pair >> 8), (uint8_t)pair };

		text_reset(&text);
		escape_text(&text, bytes, sizeof(bytes));
		assert_true(text.size_bytes >= 2);
		for (size_t i = 0; i < text.size_bytes; i++)
			assert_false((uint8_t)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f);
	}
	text_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_text_stays),
		cmocka_unit_test(controls_of_every_kind_are_spelled_out),
		cmocka_unit_test(what_is_not_utf8_is_spelled_out),
		cmocka_unit_test(every_pair_of_bytes_becomes_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
