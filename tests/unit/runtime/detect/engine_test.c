// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/record.h"

#include <errno.h>
#include <sys/ptrace.h>

#include "runtime/detect/engine.h"

static struct record record;
static struct tracee_event event;
static unsigned int n_found;

static void found(void *context, const struct signature *signature, const struct tracee_event *which)
{
	assert_ptr_equal(context, &record);
	assert_string_equal(signature->id, "TRC-2");
	assert_ptr_equal(which, &event);
	n_found++;
}

static unsigned int ask(uint32_t rules)
{
	record_decode(&record, &event);
	n_found = 0;
	engine_event(rules, &event, found, &record);
	return n_found;
}

static void asking_to_be_traced_is_found_even_if_it_fails(void **state)
{
	(void)state;
	record_begin(&record, "ptrace");
	record_wire(&record)->args[0] = PTRACE_TRACEME;
	assert_int_equal(ask(1), 1);
	record_wire(&record)->ret = -EPERM;
	assert_int_equal(ask(1), 1);
	record_begin(&record, "security_ptrace_traceme");
	record_wire(&record)->args[0] = 4711;
	assert_int_equal(ask(1), 1);
}

static void other_requests_are_not(void **state)
{
	static const uint64_t others[] = { PTRACE_PEEKTEXT, PTRACE_POKETEXT, PTRACE_CONT,
					   PTRACE_ATTACH,   PTRACE_SEIZE,    UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		record_begin(&record, "ptrace");
		record_wire(&record)->args[0] = others[i];
		assert_int_equal(ask(1), 0);
	}
}

static void other_events_are_not_asked_about(void **state)
{
	(void)state;
	record_begin(&record, "openat");
	assert_int_equal(ask(UINT32_MAX), 0);
}

static void a_rule_that_is_off_is_silent(void **state)
{
	(void)state;
	record_begin(&record, "ptrace");
	assert_int_equal(ask(0), 0);
}

/* What the rest of the program takes for granted of every descriptor. */
static void every_signature_is_complete(void **state)
{
	size_t n = 0;

	(void)state;
	for (; signatures[n]; n++) {
		const struct signature *signature = signatures[n];
		uint32_t rules = 0;

		assert_true(signature->id && signature->name && signature->version && signature->description &&
			    signature->mitre);
		assert_null(strchr(signature->name, ','));
		assert_in_range(signature->severity, 0, 3);
		assert_non_null(signature->tags[0]);
		assert_non_null(signature->on_event);
		assert_non_null(signature->forms[0].event);
		for (const struct signature_form *form = signature->forms; form->event; form++)
			assert_non_null(tracee_event_by_name(form->event));
		assert_int_equal(engine_parse_rules(signature->name, &rules, NULL), 0);
		assert_int_equal(rules, UINT32_C(1) << n);
	}
	assert_in_range(n, 1, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asking_to_be_traced_is_found_even_if_it_fails),
		cmocka_unit_test(other_requests_are_not),
		cmocka_unit_test(other_events_are_not_asked_about),
		cmocka_unit_test(a_rule_that_is_off_is_silent),
		cmocka_unit_test(every_signature_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
