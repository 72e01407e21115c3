// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "runtime/output/form.h"

#define S UINT64_C(1000000000)

static void expect(void (*write)(const struct output_form *form, uint64_t time_ns, struct text *text),
		   const struct output_form *form, uint64_t time_ns, const char *expected)
{
	char bytes[64];
	struct text text;

	text_init_in(&text, bytes, sizeof(bytes));
	write(form, time_ns, &text);
	assert_string_equal(text_string(&text), expected);
}

static void times_count_from_boot_or_from_the_start(void **state)
{
	struct output_form form = { .time = TIME_SINCE_BOOT, .start_ns = 10 * S };

	(void)state;
	expect(form_seconds, &form, 12 * S + 3004999, "12.003004");
	form.time = TIME_SINCE_START;
	expect(form_seconds, &form, 12 * S + 3004999, "2.003004");
	expect(form_seconds, &form, 9 * S, "0.000000");
	form.time = TIME_OF_DAY; /* the number beside the date is the one users know */
	expect(form_seconds, &form, 12 * S, "12.000000");
}

static void dates_are_utc_with_microseconds(void **state)
{
	struct output_form form = { .clock_offset_ns = INT64_C(1620097321) * 1000000000 };

	(void)state;
	expect(form_date, &form, 1234567, "2021-05-04T03:02:01.001234Z");
	expect(form_date, &form, UINT64_MAX, "2021-05-04T03:02:00.999999Z");
}

static void impossible_times_make_a_date_all_the_same(void **state)
{
	struct output_form form = {};

	(void)state;
	expect(form_date, &form, UINT64_MAX, "1970-01-01T00:00:00.000000Z");
	expect(form_date, &form, INT64_MAX, "2262-04-11T23:47:16.854775Z");
}

static void the_offset_follows_when_the_clock_was_set(void **state)
{
	struct output_form form = {};
	int64_t offset_ns;

	(void)state;
	form_start(&form);
	assert_true(form.start_ns > 0);
	assert_true(form.clock_offset_ns / 1000000000 + (int64_t)(form.start_ns / S) - time(NULL) >= -2);
	assert_true(form.clock_offset_ns / 1000000000 + (int64_t)(form.start_ns / S) - time(NULL) <= 2);
	offset_ns = form.clock_offset_ns;
	form.clock_offset_ns += 200000; /* noise stays */
	form_follow_clock(&form);
	assert_int_equal(form.clock_offset_ns, offset_ns + 200000);
	form.clock_offset_ns -= INT64_C(3600) * 1000000000;
	form_follow_clock(&form);
	assert_true(llabs(form.clock_offset_ns - offset_ns) < 500000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_count_from_boot_or_from_the_start),
		cmocka_unit_test(dates_are_utc_with_microseconds),
		cmocka_unit_test(impossible_times_make_a_date_all_the_same),
		cmocka_unit_test(the_offset_follows_when_the_clock_was_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
