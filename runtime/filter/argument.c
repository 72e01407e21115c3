// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/argument.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "runtime/names/names.h"
#include "runtime/output/value.h"

#define RETVAL "retval"
#define NAMES_MAX 256
#define SHOWN_MAX 48 /* bytes of a value in a message */

#define NUMBER_MAX 24

static const struct argument_range ranges[] = {
	[TRACEE_ARG_INT] = { true, true, false, (uint64_t)INT32_MIN, INT32_MAX },
	[TRACEE_ARG_UINT] = { true, false, false, 0, UINT32_MAX },
	[TRACEE_ARG_LONG] = { true, true, false, (uint64_t)INT64_MIN, INT64_MAX },
	[TRACEE_ARG_ULONG] = { true, false, false, 0, UINT64_MAX },
	[TRACEE_ARG_POINTER] = { true, false, true, 0, UINT64_MAX },
};

struct argument_range argument_range(const struct tracee_event_def *def, uint8_t arg)
{
	unsigned int kind = arg == FILTER_RETVAL ? TRACEE_ARG_LONG : def->args[arg].kind;

	return kind < sizeof(ranges) / sizeof(ranges[0]) ? ranges[kind] : (struct argument_range){};
}

const char *argument_name(const struct tracee_event_def *def, uint8_t arg)
{
	return arg == FILTER_RETVAL ? RETVAL : def->args[arg].name;
}

/* ---- taking expressions --------------------------------------------------------------------- */

struct parser {
	const struct expression *expression;
	const struct tracee_event_def *def;
	struct filter *filter;
	struct filter_argument *argument;
	struct argument_range range;
	struct tracee_error *err;
};

static int shown(const struct word *word)
{
	return word->length < SHOWN_MAX ? (int)word->length : SHOWN_MAX;
}

/* What @def has, for who asked for something else. */
static int refuse_argument(const struct tracee_event_def *def, const struct word *name, struct tracee_error *err)
{
	char names[NAMES_MAX] = "";

	for (unsigned int i = 0; i < def->n_args; i++) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s%s", used ? ", " : "", def->args[i].name);
	}
	if (def->is_syscall) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s" RETVAL, used ? ", " : "");
	}
	return error_set(err, -EINVAL, "event '%s' has no argument '%.*s': expected one of %s", def->name,
			 shown(name), name->start, names);
}

static int find_argument(const struct tracee_event_def *def, const struct word *name, uint8_t *ret_arg,
			 struct tracee_error *err)
{
	if (word_is(name, RETVAL)) {
		if (!def->is_syscall)
			return error_set(err, -EINVAL, "event '%s' has no return value: system calls have one",
					 def->name);
		*ret_arg = FILTER_RETVAL;
		return 0;
	}
	for (uint8_t i = 0; i < def->n_args; i++) {
		if (word_is(name, def->args[i].name)) {
			*ret_arg = i;
			return 0;
		}
	}
	return refuse_argument(def, name, err);
}

/* The filter of this argument, a new one if there is none yet. */
static int argument_get(struct filter *filter, uint32_t slot, uint8_t arg, bool is_signed,
			struct filter_argument **ret_argument, struct tracee_error *err)
{
	struct filter_argument *arguments;

	for (size_t i = 0; i < filter->n_arguments; i++) {
		if (filter->arguments[i].slot == slot && filter->arguments[i].arg == arg) {
			*ret_argument = &filter->arguments[i];
			return 0;
		}
	}
	if (filter->n_arguments == FILTER_N_ARGUMENTS_MAX)
		return error_set(err, -E2BIG,
				 "there are expressions on %d arguments already, and no more are possible",
				 FILTER_N_ARGUMENTS_MAX);
	arguments = realloc(filter->arguments, (filter->n_arguments + 1) * sizeof(*arguments));
	if (!arguments)
		return error_errno(err, -ENOMEM, "argument");
	filter->arguments = arguments;
	arguments[filter->n_arguments] = (struct filter_argument){ .slot = slot, .arg = arg };
	arguments[filter->n_arguments].number.is_signed = is_signed;
	*ret_argument = &arguments[filter->n_arguments++];
	return 0;
}

static int refuse_number(const struct parser *parser, const struct word *value)
{
	const char *name = argument_name(parser->def, parser->argument->arg);
	struct argument_range range = parser->range;

	if (value->start[0] == '=')
		return error_set(parser->err, -EINVAL, "operator '%s=' is not known: expected one of = != < >",
				 operator_name(parser->expression->operator));
	if (range.is_signed)
		return error_set(parser->err, -EINVAL,
				 "'%.*s' is not a number for '%s': expected decimal, %" PRId64 " to %" PRId64,
				 shown(value), value->start, name, (int64_t)range.min, (int64_t)range.max);
	return error_set(parser->err, -EINVAL,
			 "'%.*s' is not a number for '%s': expected decimal%s, %" PRIu64 " to %" PRIu64,
			 shown(value), value->start, name, range.is_address ? " or 0x and hexadecimal digits" : "",
			 range.min, range.max);
}

static int full(const struct parser *parser, int r)
{
	if (r == -E2BIG)
		return error_set(parser->err, r, "'%s' has more than %d values",
				 argument_name(parser->def, parser->argument->arg), FILTER_N_VALUES_MAX);
	return r < 0 ? error_errno(parser->err, r, "value") : 0;
}

static int take_text(const struct parser *parser, const struct word *value)
{
	struct pattern pattern;
	int r = pattern_read(value->start, value->length, &pattern);

	if (r == 0) {
		r = text_filter_add(&parser->argument->text, parser->expression->operator, & pattern);
		pattern_done(&pattern);
	}
	return full(parser, r);
}

static int read_number(const struct parser *parser, const struct word *value, uint64_t *ret_number)
{
	const struct argument_range *range = &parser->range;
	int r = word_number(value, range->is_signed, range->min, range->max, ret_number);

	return r == -EINVAL && range->is_address ? word_address(value, ret_number) : r;
}

/* Digits that are no number, as 007, are no name either. */
static bool may_be_name(const struct parser *parser, const struct word *value)
{
	uint8_t arg = parser->argument->arg;

	if (arg == FILTER_RETVAL || value->start[0] == '=' || strspn(value->start, "-0123456789") >= value->length)
		return false;
	return memchr(value->start, '*', value->length) ||
	       (!parser->range.is_address && names_has(parser->def, arg));
}

static int take_value(const struct parser *parser, const struct word *value)
{
	enum filter_operator operator= parser->expression->operator;
	uint64_t number;
	int r;

	if (!parser->range.is_number)
		return take_text(parser, value);
	r = read_number(parser, value, &number);
	if (r == 0)
		return full(parser, number_filter_add(&parser->argument->number, operator, number));
	if (r == -EINVAL && (operator== FILTER_EQUAL || operator== FILTER_UNEQUAL) && may_be_name(parser, value))
		return take_text(parser, value);
	return refuse_number(parser, value);
}

static int take_values(const struct parser *parser)
{
	enum filter_operator operator= parser->expression->operator;
	const char *p = parser->expression->values;
	struct word value;
	int r;

	if (!parser->range.is_number && (operator== FILTER_LESS || operator== FILTER_GREATER))
		return error_set(parser->err, -EINVAL,
				 "operator '%s' goes with numbers, and '%s' is none: expected '=' or '!='",
				 operator_name(operator), argument_name(parser->def, parser->argument->arg));
	while ((r = expression_next(&p, &value, parser->err)) > 0) {
		r = take_value(parser, &value);
		if (r < 0)
			return r;
	}
	return r;
}

/* EVENT.ARGUMENT; the names themselves have no dots. */
static int split(const struct expression *expression, struct word *ret_event, struct word *ret_argument,
		 struct tracee_error *err)
{
	const struct word *field = &expression->field;
	const char *dot = memchr(field->start, '.', field->length);
	struct word event = { field->start, (size_t)(dot - field->start) };
	struct word argument = { dot + 1, field->length - event.length - 1 };

	if (!event.length)
		return error_set(err, -EINVAL, "no event before the dot: expected EVENT.ARGUMENT or EVENT." RETVAL);
	if (!argument.length)
		return error_set(err, -EINVAL,
				 "no argument behind the dot: expected EVENT.ARGUMENT or EVENT." RETVAL);
	if (expression->is_negated)
		return error_set(err, -EINVAL, "'!' goes with 'container' alone: expected '!=' before a value");
	*ret_event = event;
	*ret_argument = argument;
	return 0;
}

int argument_add(struct filter *filter, struct selection *selection, const struct expression *expression,
		 struct tracee_error *err)
{
	struct parser parser = { .expression = expression, .filter = filter, .err = err };
	struct word event_name, name;
	uint8_t arg = 0;
	int r;

	r = split(expression, &event_name, &name, err);
	if (r == 0)
		r = selection_add_argument(selection, &event_name, &parser.def, err);
	if (r == 0)
		r = find_argument(parser.def, &name, &arg, err);
	if (r < 0)
		return r;
	if (!expression->has_operator)
		return error_set(err, -EINVAL, "'%.*s' has no operator: expected one of = != < > and a value",
				 shown(&expression->field), expression->field.start);
	parser.range = argument_range(parser.def, arg);
	r = argument_get(filter, (uint32_t)tracee_event_slot(parser.def, filter->arch), arg, parser.range.is_signed,
			 &parser.argument, err);
	return r < 0 ? r : take_values(&parser);
}

/* ---- deciding ------------------------------------------------------------------------------- */

static void look_at_strings(const struct text_filter *filter, const struct tracee_value *value,
			    struct verdict *verdict)
{
	const uint8_t *p = value->bytes, *end = p + value->size_bytes;

	while (p < end) {
		size_t length = strnlen((const char *)p, (size_t)(end - p));

		text_filter_look(filter, p, length, verdict);
		p += length + 1;
	}
}

/* Whether a text is printed as it is. */
static bool is_plain(const struct tracee_value *value)
{
	for (uint32_t i = 0; i < value->size_bytes; i++) {
		if (value->bytes[i] < ' ' || value->bytes[i] > '~' || value->bytes[i] == '\\')
			return false;
	}
	return !value->is_cut;
}

static void look_at_printed(const struct filter_argument *argument, const struct tracee_event *event,
			    struct text *scratch, struct verdict *verdict)
{
	text_reset(scratch);
	value_table(scratch, event, argument->arg);
	text_filter_look(&argument->text, text_string(scratch), scratch->size_bytes, verdict);
}

static void look_at_text(const struct filter_argument *argument, const struct tracee_event *event,
			 struct text *scratch, struct verdict *verdict)
{
	const struct tracee_value *value = &event->args[argument->arg];
	enum tracee_arg_kind kind = event->def->args[argument->arg].kind;
	bool is_read = value->bytes && !value->is_unreadable;

	if (kind == TRACEE_ARG_STRING && is_read) {
		text_filter_look(&argument->text, value->bytes, value->size_bytes, verdict);
		if (is_plain(value))
			return;
	}
	if (kind == TRACEE_ARG_STRINGS && value->bytes)
		look_at_strings(&argument->text, value, verdict);
	look_at_printed(argument, event, scratch, verdict);
}

bool argument_matches(const struct filter_argument *argument, const struct tracee_event *event,
		      struct text *scratch)
{
	struct verdict verdict = {};

	if (argument->arg == FILTER_RETVAL) {
		number_filter_look(&argument->number, (uint64_t)event->ret, &verdict);
		return verdict_accepts(&verdict);
	}
	number_filter_look(&argument->number, event->args[argument->arg].number, &verdict);
	if (text_filter_is_set(&argument->text))
		look_at_text(argument, event, scratch, &verdict);
	return verdict_accepts(&verdict);
}
