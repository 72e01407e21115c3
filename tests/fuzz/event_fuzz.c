// SPDX-License-Identifier: Apache-2.0
/*
 * Records of a ring, and what every printer makes of them. The first byte chooses the architecture, the
 * second the form.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/runtime/output/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct template *template;
	static struct text text = { .max_bytes = 16u << 20 };
	const struct printer_def *def;
	struct output_form form = {};
	struct tracee_event event;
	const char *wrong;

	if (size < 2)
		return 0;
	form.arch = data[0] % TRACEE_N_ARCHS;
	form.time = data[1] % 3;
	form.shows_env = data[1] & 0x40;
	form.shows_containers = data[1] & 0x80;
	if (!template)
		template = judge_template();
	if (tracee_event_decode(data + 2, size - 2, form.arch, &event, NULL) < 0)
		return 0;
	wrong = judge_printers(&event, &form, template, &text, &def);
	if (wrong) {
		fprintf(stderr, "%s: %s\n", def->name, wrong);
		abort();
	}
	return 0;
}
