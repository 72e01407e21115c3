// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/finding.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"

static void none_finding(const struct printer *printer, struct text *text, const struct finding *finding)
{
	finding_table(text, finding, &printer->form);
}

const struct printer_def printer_none = {
	.name = "none",
	.help = "no events; findings as in the table",
	.finding = none_finding,
};
