// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/digest.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/json.h"
#include "libtracee/base/number.h"
#include "libtracee/base/text.h"

static void text_never_grows_beyond_its_maximum(void **state)
{
	CLEANUP(text_done) struct text text;

	(void)state;
	text_init(&text, 5);
	text_add(&text, "12345");
	assert_int_equal(text_error(&text), 0);
	text_add_char(&text, '6');
	assert_int_equal(text_error(&text), -E2BIG);
	text_add(&text, "");
	assert_string_equal(text_string(&text), "12345");
	assert_null(text_take(&text));
	assert_string_equal(text_string(&text), "");
}

static void text_stays_in_memory_that_was_lent_to_it(void **state)
{
	char bytes[8] = "garbage";
	struct text text;

	(void)state;
	text_init_in(&text, bytes, 6);
	assert_string_equal(text_string(&text), "");
	text_format(&text, "%d", 12345);
	assert_int_equal(text_error(&text), 0);
	assert_ptr_equal(text_string(&text), bytes);
	text_add_char(&text, '6');
	assert_int_equal(text_error(&text), -E2BIG);
	assert_string_equal(bytes, "12345");
	assert_int_equal(bytes[6], 'e');
	text_reset(&text);
	text_add(&text, "abc");
	assert_string_equal(bytes, "abc");
	text_done(&text); /* which does not free it */
}

static void numbers_are_parsed_strictly(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "0x1", "01", "1K", "one" };
	uint64_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(number_parse(bad[i], UINT64_MAX, &number), -EINVAL);
	assert_int_equal(number_parse("18446744073709551615", UINT64_MAX, &number), 0);
	assert_true(number == UINT64_MAX);
	assert_int_equal(number_parse("18446744073709551616", UINT64_MAX, &number), -ERANGE);
	assert_int_equal(number_parse("256", 255, &number), -ERANGE);
	assert_int_equal(number_parse_size("4M", UINT64_MAX, &number), 0);
	assert_int_equal(number, 4 << 20);
	assert_int_equal(number_parse_size("4MB", UINT64_MAX, &number), -EINVAL);
	assert_int_equal(number_parse_size("18446744073709551615K", UINT64_MAX, &number), -ERANGE);
}

static void any_bytes_become_valid_json(void **state)
{
	CLEANUP(text_done) struct text text;
	struct json json;

	(void)state;
	text_init(&text, 1000);
	json_init(&json, &text);
	json_object_open(&json, NULL);
	json_add_string_bytes(&json, "a", "\x01\"\\<&>\n\x7f\0z", 10);
	json_add_string(&json, "b", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9d");
	json_add_string(&json, "c", "\xff\xc0\xaf\xed\xa0\x80\xc3");
	json_array_open(&json, "d");
	json_add_int(&json, NULL, INT64_MIN);
	json_add_uint(&json, NULL, UINT64_MAX);
	json_array_close(&json);
	json_object_close(&json);
	assert_string_equal(text_string(&text),
			    "{\"a\":\"\\u0001\\\"\\\\\\u003c\\u0026\\u003e\\n\\u007f\\u0000z\","
			    "\"b\":\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9d\","
			    "\"c\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\","
			    "\"d\":[-9223372036854775808,18446744073709551615]}");
}

/* Eight bytes at once and one at a time: each byte is written the same wherever it stands. */
static void a_byte_is_escaped_wherever_it_stands(void **state)
{
	CLEANUP(text_done) struct text alone, among;
	char bytes[17], expected[64];

	(void)state;
	text_init(&alone, 100);
	text_init(&among, 100);
	for (int i = 0; i < 256 * 16; i++) {
		int at = i % 16;
		struct json json;

		memset(bytes, 'a', sizeof(bytes));
		bytes[at] = (char)(i / 16);
		text_reset(&alone);
		json_init(&json, &alone);
		json_add_string_bytes(&json, NULL, bytes + at, 1);
		text_reset(&among);
		json_init(&json, &among);
		json_add_string_bytes(&json, NULL, bytes, sizeof(bytes));
		snprintf(expected, sizeof(expected), "\"%.*s%.*s%.*s\"", at, "aaaaaaaaaaaaaaaa", (int)alone.size_bytes - 2,
			 text_string(&alone) + 1, 16 - at, "aaaaaaaaaaaaaaaa");
		assert_string_equal(text_string(&among), expected);
	}
}

static void numbers_are_written_like_printf_does(void **state)
{
	static const uint64_t numbers[] = { 0, 7, 10, 99, 255, 0xABCDEF, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX };
	char expected[100], bytes[100];
	struct text text;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		text_init_in(&text, bytes, sizeof(bytes));
		text_add_uint(&text, numbers[i]);
		text_add_char(&text, ' ');
		text_add_int(&text, (int64_t)numbers[i]);
		text_add_char(&text, ' ');
		text_add_hex(&text, numbers[i]);
		snprintf(expected, sizeof(expected), "%" PRIu64 " %" PRId64 " %" PRIX64, numbers[i], (int64_t)numbers[i], numbers[i]);
		assert_string_equal(text_string(&text), expected);
	}
}

static void text_takes_as_much_as_its_maximum(void **state)
{
	CLEANUP(text_done) struct text text;
	char bytes[300];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	text_init(&text, sizeof(bytes));
	text_add_bytes(&text, bytes, sizeof(bytes));
	assert_int_equal(text_error(&text), 0);
	assert_null(text_room(&text, 1));
	assert_int_equal(text_error(&text), -E2BIG);
	text_reset(&text);
	assert_non_null(text_room(&text, sizeof(bytes)));
	assert_int_equal(text.size_bytes, 0);
}

static void context_is_put_in_front(void **state)
{
	struct tracee_error err = {};

	(void)state;
	assert_int_equal(error_errno(&err, -ENOENT, "open '%s'", "x"), -ENOENT);
	assert_int_equal(error_prefix(&err, -ENOENT, "headers for %s", "6.1"), -ENOENT);
	assert_string_equal(err.text, "headers for 6.1: open 'x': No such file or directory");
	assert_int_equal(error_set(NULL, -EINVAL, "nobody listens"), -EINVAL);
}

static void a_file_is_replaced_whole_or_not_at_all(void **state)
{
	char directory[] = "/tmp/tracee-test.XXXXXX", path[64];
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size;

	(void)state;
	assert_non_null(mkdtemp(directory));
	strcat(strcpy(path, directory), "/file");
	assert_int_equal(file_replace(path, "one", 3, 0644), 0);
	assert_int_equal(file_replace(path, "other", 5, 0644), 0);
	assert_int_equal(file_read_at(AT_FDCWD, path, 5, &bytes, &size), 0);
	assert_int_equal(size, 5);
	assert_string_equal((char *)bytes, "other");
	free(bytes);
	bytes = NULL;
	assert_int_equal(file_read_at(AT_FDCWD, path, 4, &bytes, &size), -EFBIG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0); /* nothing temporary was left */
	assert_int_equal(file_replace(path, "x", 1, 0644), -ENOENT);
}

static void the_digest_is_sha256(void **state)
{
	char digest[DIGEST_SIZE];

	(void)state;
	digest_of("abc", 3, digest); /* FIPS 180-2, appendix B.1 */
	assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_never_grows_beyond_its_maximum),
		cmocka_unit_test(text_stays_in_memory_that_was_lent_to_it),
		cmocka_unit_test(numbers_are_parsed_strictly),
		cmocka_unit_test(any_bytes_become_valid_json),
		cmocka_unit_test(a_byte_is_escaped_wherever_it_stands),
		cmocka_unit_test(numbers_are_written_like_printf_does),
		cmocka_unit_test(text_takes_as_much_as_its_maximum),
		cmocka_unit_test(context_is_put_in_front),
		cmocka_unit_test(a_file_is_replaced_whole_or_not_at_all),
		cmocka_unit_test(the_digest_is_sha256),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
