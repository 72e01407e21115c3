// SPDX-License-Identifier: Apache-2.0
/* Many records with the worst bytes there are, through the decoder and every printer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/runtime/generate.h"
#include "tests/unit/runtime/output/judge.h"

#define RECORD_BYTES (12u << 20) /* in all */
#define SEED 2026

static struct generator generator = { .state = SEED };
static struct template *template;
static struct text text;

static const struct tracee_event_def *choose_event(enum tracee_arch arch)
{
	size_t n;
	const struct tracee_event_def *defs = tracee_events(&n), *def;

	do {
		def = &defs[generate_below(&generator, n)];
	} while (tracee_event_slot(def, arch) < 0);
	return def;
}

static void choose_form(enum tracee_arch arch, struct output_form *ret_form)
{
	uint64_t number = generate_number(&generator);

	*ret_form = (struct output_form){
		.arch = arch,
		.time = number % 3,
		.shows_env = number & 0x100,
		.shows_containers = number & 0x200,
		.start_ns = number,
		.clock_offset_ns = (int64_t)generate_argument(&generator),
	};
}

/* Whether the record was an event. */
static bool judge_record(enum tracee_arch arch)
{
	const struct printer_def *def;
	struct tracee_event event;
	struct output_form form;
	const char *wrong;

	choose_form(arch, &form);
	if (tracee_event_decode(generator.record, generator.size_bytes, arch, &event, NULL) < 0)
		return false;
	wrong = judge_printers(&event, &form, template, &text, &def);
	if (wrong)
		fail_msg("%s of '%s': %s: %s", def->name, event.def->name, wrong, text_string(&text));
	return true;
}

static void ten_megabytes_of_records_harm_neither_terminals_nor_json(void **state)
{
	size_t size_bytes = 0, n_damaged = 0, n_damaged_events = 0;

	(void)state;
	while (size_bytes < RECORD_BYTES) {
		enum tracee_arch arch = generate_below(&generator, TRACEE_N_ARCHS);
		bool is_damaged = generate_below(&generator, 8) == 0, is_event;

		generate_record(&generator, choose_event(arch), arch);
		size_bytes += generator.size_bytes;
		n_damaged += is_damaged;
		if (is_damaged)
			generate_damage(&generator);
		is_event = judge_record(arch);
		n_damaged_events += is_damaged && is_event;
		assert_true(is_event || is_damaged);
	}
	/* Some damage is found, some makes other events. */
	assert_true(n_damaged_events > n_damaged / 10 && n_damaged_events < n_damaged * 9 / 10);
}

static void every_event_of_both_machines_is_printed(void **state)
{
	size_t n;
	const struct tracee_event_def *defs = tracee_events(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (enum tracee_arch arch = 0; arch < TRACEE_N_ARCHS; arch++) {
			if (tracee_event_slot(&defs[i], arch) < 0)
				continue;
			generate_record(&generator, &defs[i], arch);
			assert_true(judge_record(arch));
		}
	}
}

static void the_judge_finds_what_is_wrong(void **state)
{
	static const char *const bad[] = { "a\x1b[2J\n", "a\x7f\n", "a\xc2\x9b\n", "a\xff\n",
					   "a\r\n",	 "a\t\n",   "a\x9b\n" };

	(void)state;
	assert_null(judge_text("a\xc2\xa0\xc3\xa4 \n", 7));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(judge_text(bad[i], strlen(bad[i])));
	assert_non_null(judge_text("a", 1));
	assert_null(judge_json("{\"a\":\"\\u0000\"}\n", 15));
	assert_non_null(judge_json("{\"a\":1,\"a\":2}\n", 14));
	assert_non_null(judge_json("{\"a\":01}\n", 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_judge_finds_what_is_wrong),
		cmocka_unit_test(every_event_of_both_machines_is_printed),
		cmocka_unit_test(ten_megabytes_of_records_harm_neither_terminals_nor_json),
	};
	int r;

	template = judge_template();
	text_init(&text, 16u << 20);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	template_free(template);
	text_done(&text);
	return r;
}
