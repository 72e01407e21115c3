/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_NAMES_NAMES_H
#define RUNTIME_NAMES_NAMES_H

/*
 * Names of numbers, as C spells them. The tables are made at build time from the headers of the target, so
 * the values are those of the architecture that this program runs on; tables.tsv says what there is.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"

/* NAMES_<TABLE> for each table of tables.tsv. */
enum name_table {
#include "runtime/names/formats.inc"
	N_NAMES
};

/*
 * Appends what @number stands for in @table. Flags are joined with '|'; bits without a name follow in
 * hexadecimal; no flag at all is "0", or what the table has for it. Of anything else the name, or the number
 * in decimal. A number whose upper 32 bits are all set counts as an int below zero.
 */
void names_write(struct text *text, enum name_table table, uint64_t number);

/*
 * The table for argument @arg of @def, or N_NAMES if its numbers have no names. @args: def->n_args values of the
 * same event, for arguments whose meaning depends on another; NULL leaves such without names. Compares no
 * strings but on the first call.
 */
enum name_table names_of_argument(const struct tracee_event_def *def, unsigned int arg,
				  const struct tracee_value *args);

/* Whether any number of argument @arg of @def can have a name. */
bool names_has(const struct tracee_event_def *def, unsigned int arg);

#endif
