// SPDX-License-Identifier: Apache-2.0
/*
 * every_event events|findings: an event of each kind, of both architectures, as JSON on stdout: what
 * --output json makes of generated records.
 */
#include <stdio.h>
#include <string.h>

#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"
#include "tests/unit/runtime/generate.h"

#define ROUNDS 4 /* records of one event: its arguments are there, cut, unreadable or missing */

static struct generator generator = { .state = 1 };

static void print_finding(const struct printer *printer, const struct tracee_event *event, struct text *text)
{
	struct finding finding = { .signature = signatures[0], .event = event, .severity = 1, .count = 1 };

	if (generate_below(&generator, 2)) {
		finding_add_bytes(&finding, "name", event->comm, strlen(event->comm));
		finding_add_number(&finding, "number", event->ret);
	}
	printer_finding(printer, text, &finding);
}

static void print(struct printer *printer, const struct tracee_event_def *def, bool is_finding, struct text *text)
{
	struct tracee_event event;

	generate_record(&generator, def, printer->form.arch);
	printer->form.time = generate_below(&generator, 3);
	printer->form.shows_env = generate_below(&generator, 2);
	if (tracee_event_decode(generator.record, generator.size_bytes, printer->form.arch, &event, NULL) < 0)
		return;
	if (is_finding)
		print_finding(printer, &event, text);
	else
		printer_event(printer, text, &event);
}

int main(int argc, char **argv)
{
	struct printer printer = { .def = &printer_json };
	bool is_finding = argc > 1 && strcmp(argv[1], "findings") == 0;
	struct text text;
	size_t n;
	const struct tracee_event_def *defs = tracee_events(&n);

	text_init(&text, 256u << 20);
	for (size_t i = 0; i < n * ROUNDS; i++) {
		printer.form.arch = i % 2 ? TRACEE_ARCH_ARM64 : TRACEE_ARCH_X86_64;
		if (tracee_event_slot(&defs[i / ROUNDS], printer.form.arch) >= 0)
			print(&printer, &defs[i / ROUNDS], is_finding, &text);
	}
	fwrite(text_string(&text), 1, text.size_bytes, stdout);
	return text_error(&text) ? 1 : 0;
}
