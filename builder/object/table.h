/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_TABLE_H
#define BUILDER_OBJECT_TABLE_H

/*
 * Columns that line up: cells are given row by row and printed when all widths are known. Nothing is
 * cut. A failure of memory shows in the text that it is printed into.
 */
#include <stddef.h>

#include "libtracee/base/text.h"

#define TABLE_COLUMNS_MAX 8

struct table {
	const char *alignment; /* '<' or '>' for each column */
	size_t n_columns;
	struct text cells; /* each ended by NUL */
	size_t n_cells;
	size_t widths[TABLE_COLUMNS_MAX];
};

/* @alignment static: "<><" has three columns, the middle one to the right. */
void table_init(struct table *table, const char *alignment);
void table_done(struct table *table);
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends all rows, each with @indent spaces in front; no spaces at the ends of lines. */
void table_print(const struct table *table, size_t indent, struct text *text);

#endif
