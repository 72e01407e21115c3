/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_PRINTERS_ALL_H
#define RUNTIME_OUTPUT_PRINTERS_ALL_H

struct printer_def;

extern const struct printer_def printer_table;
extern const struct printer_def printer_table_verbose;
extern const struct printer_def printer_json;
extern const struct printer_def printer_template;
extern const struct printer_def printer_none;

#endif
