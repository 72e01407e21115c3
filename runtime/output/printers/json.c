// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/event.h"
#include "runtime/output/finding.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"

static void json_event(const struct printer *printer, struct text *text, const struct tracee_event *event)
{
	struct json json;

	json_init(&json, text);
	event_json(&json, NULL, event, &printer->form);
	text_add_char(text, '\n');
}

static void json_finding(const struct printer *printer, struct text *text, const struct finding *finding)
{
	finding_json(text, finding, &printer->form);
}

const struct printer_def printer_json = {
	.name = "json",
	.help = "one object a line",
	.is_json = true,
	.event = json_event,
	.finding = json_finding,
};
