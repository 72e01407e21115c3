// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/printers/all.h"

#include <stddef.h>

#include "runtime/output/printer.h"

const struct printer_def *const printer_defs[] = {
	&printer_table,
	&printer_table_verbose,
	&printer_json,
	&printer_template,
	&printer_none,
	NULL,
};
