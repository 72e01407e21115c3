// SPDX-License-Identifier: Apache-2.0
#include "runtime/names/names.h"

#include <inttypes.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define N_EVENTS_MAX 1024
#define N_PARTS_MAX 2

struct name {
	uint64_t value;
	const char *text;
};

/* Bits of a number that are a number of their own, named by another table; N_NAMES: they are not shown. */
struct name_part {
	uint64_t mask;
	enum name_table table;
};

struct name_format {
	const struct name *names; /* of an enum by ascending value, of flags in the order in which they are taken */
	size_t n_names;
	bool is_flags;
	const char *zero;
	struct name_part parts[N_PARTS_MAX]; /* as far as mask is not 0 */
};

/* A table for an argument, while argument when_arg has the value; always if that is -1. */
struct name_case {
	enum name_table table;
	int when_arg;
	uint32_t when_value;
};

struct named_argument {
	const char *event, *arg;
	uint16_t first_case, n_cases;
};

#define NAME_VALUE(high, low) ((uint64_t)(high) << 32 | (low))
#include "runtime/names/tables.inc"

/* Index into arguments + 1 by event and argument; 0: no names. */
static uint16_t by_position[N_EVENTS_MAX][TRACEE_N_ARGS_MAX];

static uint64_t folded(uint64_t number)
{
	return number >> 32 == UINT32_MAX ? (uint32_t)number : number;
}

static const char *find_name(const struct name_format *format, uint64_t number)
{
	size_t from = 0, to = format->n_names;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (format->names[middle].value == number)
			return format->names[middle].text;
		if (format->names[middle].value < number)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static void add_separator(struct text *text, size_t start)
{
	if (text->size_bytes > start)
		text_add_char(text, '|');
}

static void add_flag(struct text *text, size_t start, const char *name)
{
	add_separator(text, start);
	text_add(text, name);
}

/* A part that is 0 is shown if that has a name. */
static void add_part(struct text *text, size_t start, enum name_table table, uint64_t number)
{
	const char *name = find_name(&formats[table], number);

	if (name) {
		add_flag(text, start, name);
	} else if (number) {
		add_separator(text, start);
		text_add_uint(text, number);
	}
}

/* A flag counts when all its bits are set, and takes them: one that contains another comes first. */
static void add_flags(struct text *text, size_t start, const struct name_format *format, uint64_t number)
{
	for (size_t i = 0; i < format->n_names; i++) {
		if ((number & format->names[i].value) != format->names[i].value)
			continue;
		add_flag(text, start, format->names[i].text);
		number &= ~format->names[i].value;
	}
	if (number) {
		add_separator(text, start);
		text_format(text, "0x%" PRIx64, number);
	}
}

static void write_flags(struct text *text, const struct name_format *format, uint64_t number)
{
	size_t start = text->size_bytes;

	for (size_t i = 0; i < N_PARTS_MAX && format->parts[i].mask; i++) {
		if (format->parts[i].table != N_NAMES)
			add_part(text, start, format->parts[i].table, number & format->parts[i].mask);
		number &= ~format->parts[i].mask;
	}
	add_flags(text, start, format, number);
	if (text->size_bytes == start)
		text_add(text, format->zero);
}

void names_write(struct text *text, enum name_table table, uint64_t number)
{
	const struct name_format *format = &formats[table];
	const char *name;

	if (format->is_flags) {
		write_flags(text, format, folded(number));
		return;
	}
	name = find_name(format, folded(number));
	if (name)
		text_add(text, name);
	else
		text_add_int(text, (int64_t)number);
}

static int position_of(const struct tracee_event_def *def, const char *arg)
{
	for (int i = 0; i < def->n_args; i++) {
		if (strcmp(def->args[i].name, arg) == 0)
			return i;
	}
	return -1;
}

/* Arguments stand in the order of the events, so that all are found in one pass over those. */
static void index_arguments(const struct tracee_event_def *events, size_t n_events)
{
	size_t row = 0;

	for (size_t i = 0; i < N(arguments); i++) {
		int position;

		while (row < n_events && strcmp(events[row].name, arguments[i].event) != 0)
			row++;
		if (row >= n_events || row >= N_EVENTS_MAX)
			return;
		position = position_of(&events[row], arguments[i].arg);
		if (position >= 0)
			by_position[row][position] = (uint16_t)(i + 1);
	}
}

static const struct named_argument *find_argument(const struct tracee_event_def *def, unsigned int arg)
{
	static const struct tracee_event_def *events;
	static size_t n_events;
	size_t row;

	if (!events) {
		events = tracee_events(&n_events);
		index_arguments(events, n_events);
	}
	row = (size_t)(def - events);
	if (row >= N_EVENTS_MAX || arg >= TRACEE_N_ARGS_MAX || !by_position[row][arg])
		return NULL;
	return &arguments[by_position[row][arg] - 1];
}

static bool holds(const struct name_case *one, const struct tracee_value *args)
{
	if (one->when_arg < 0)
		return true;
	return args && folded(args[one->when_arg].number) == one->when_value;
}

enum name_table names_of_argument(const struct tracee_event_def *def, unsigned int arg,
				  const struct tracee_value *args)
{
	const struct named_argument *argument = find_argument(def, arg);

	for (size_t i = 0; argument && i < argument->n_cases; i++) {
		const struct name_case *one = &cases[argument->first_case + i];

		if (holds(one, args))
			return one->table;
	}
	return N_NAMES;
}

bool names_has(const struct tracee_event_def *def, unsigned int arg)
{
	return find_argument(def, arg) != NULL;
}
