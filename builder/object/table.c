// SPDX-License-Identifier: Apache-2.0
#include "builder/object/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CELLS_MAX_BYTES (4u << 20)
#define GAP 2

void table_init(struct table *table, const char *alignment)
{
	*table = (struct table){ .alignment = alignment, .n_columns = strlen(alignment) };
	text_init(&table->cells, CELLS_MAX_BYTES);
}

void table_done(struct table *table)
{
	text_done(&table->cells);
}

void table_cell(struct table *table, const char *format, ...)
{
	size_t *width = &table->widths[table->n_cells % table->n_columns];
	char cell[512];
	va_list args;
	size_t length;

	va_start(args, format);
	vsnprintf(cell, sizeof(cell), format, args);
	va_end(args);
	length = strlen(cell);
	if (length > *width)
		*width = length;
	text_add_bytes(&table->cells, cell, length + 1);
	table->n_cells++;
}

static void print_cell(const struct table *table, size_t column, const char *cell, struct text *text)
{
	size_t width = table->widths[column], length = strlen(cell);

	if (table->alignment[column] == '>')
		text_format(text, "%*s", (int)width, cell);
	else if (column + 1 < table->n_columns)
		text_format(text, "%-*s", (int)width, cell);
	else
		text_add_bytes(text, cell, length);
	if (column + 1 < table->n_columns)
		text_format(text, "%*s", GAP, "");
}

static void end_line(struct text *text)
{
	while (text->size_bytes > 0 && text->bytes[text->size_bytes - 1] == ' ')
		text->bytes[--text->size_bytes] = '\0';
	text_add_char(text, '\n');
}

void table_print(const struct table *table, size_t indent, struct text *text)
{
	const char *cell = text_string(&table->cells);

	if (text_error(&table->cells) && !text->failed)
		text->failed = text_error(&table->cells);
	for (size_t i = 0; !text_error(text) && i < table->n_cells; i++) {
		size_t column = i % table->n_columns;

		if (column == 0)
			text_format(text, "%*s", (int)indent, "");
		print_cell(table, column, cell, text);
		if (column + 1 == table->n_columns)
			end_line(text);
		cell += strlen(cell) + 1;
	}
}
