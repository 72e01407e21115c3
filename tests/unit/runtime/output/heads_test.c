// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/output/heads.h"

static void expect_object(const struct tracee_event_def *def, unsigned int i)
{
	char expected_bytes[1024], bytes[1024];
	struct text expected, text;
	struct json json;

	text_init_in(&expected, expected_bytes, sizeof(expected_bytes));
	text_format(&expected, "[1,{\"name\":\"%s\",\"type\":\"%s\",\"value\":2},3]", def->args[i].name, def->args[i].type);
	text_init_in(&text, bytes, sizeof(bytes));
	json_init(&json, &text);
	json_array_open(&json, NULL);
	json_add_int(&json, NULL, 1);
	heads_open(&json, def, i);
	json_add_int(&json, NULL, 2);
	json_object_close(&json);
	json_add_int(&json, NULL, 3);
	json_array_close(&json);
	assert_string_equal(text_string(&text), text_string(&expected));
}

static void each_argument_of_each_event_has_its_own_again_and_again(void **state)
{
	const struct tracee_event_def *events;
	size_t n;

	(void)state;
	events = tracee_events(&n);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < n; i++) {
			for (unsigned int arg = 0; arg < events[i].n_args; arg++)
				expect_object(&events[i], arg);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_argument_of_each_event_has_its_own_again_and_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
