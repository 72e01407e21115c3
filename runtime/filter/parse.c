// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "runtime/filter/argument.h"
#include "runtime/filter/expression.h"
#include "runtime/filter/filter.h"

#define COMM_MAX 15 /* TASK_COMM_LEN without its NUL */
#define UTS_MAX 64 /* __NEW_UTS_LEN */
#define CONTAINER_ID_MIN 4 /* hexadecimal digits: fewer name too many */
#define CONTAINER_ID_MAX 64
#define FIELDS_MAX 256

struct field;

/* An expression on its way into the filter. */
struct parser {
	struct filter *filter;
	struct selection *selection;
	const struct expression *expression;
	const struct field *field;
	struct tracee_error *err;
};

struct field {
	const char *name;
	bool may_be_shortened;
	bool may_be_bare; /* without an operator */
	bool has_order; /* < and > */
	unsigned int index; /* in filter->numbers or filter->texts */
	uint64_t max; /* of numbers */
	size_t text_max; /* bytes of a text */
	int (*take_bare)(struct parser *parser);
	int (*take)(struct parser *parser, const struct word *value);
};

static int full(struct parser *parser, int r)
{
	if (r == -E2BIG)
		return error_set(parser->err, r, "field '%s' has more than %d values", parser->field->name,
				 FILTER_N_VALUES_MAX);
	return r < 0 ? error_errno(parser->err, r, "value") : 0;
}

/* Keeps what was chosen before; the contrary of it would leave nothing. */
static int choose(struct parser *parser, enum filter_choice *choice, enum filter_choice wanted)
{
	if (*choice && *choice != wanted)
		return error_set(parser->err, -EINVAL,
				 "an expression before it asks for the contrary: nothing would match");
	*choice = wanted;
	return 0;
}

/* ---- values --------------------------------------------------------------------------------- */

static int take_number(struct parser *parser, const struct word *value)
{
	const struct field *field = parser->field;
	enum filter_operator operator= parser->expression->operator;
	uint64_t number;

	if (value->start[0] == '=')
		return error_set(parser->err, -EINVAL, "operator '%s=' is not known: expected one of = != < >",
				 operator_name(operator));
	if (word_number(value, false, 0, field->max, &number) < 0)
		return error_set(parser->err, -EINVAL,
				 "'%.*s' is not a number for '%s': expected decimal, 0 to %llu",
				 value->length < 32 ? (int)value->length : 32, value->start, field->name,
				 (unsigned long long)field->max);
	return full(parser, number_filter_add(&parser->filter->numbers[field->index], operator, number));
}

static int choose_new(struct parser *parser, enum filter_choice *choice)
{
	enum filter_operator operator= parser->expression->operator;

	if (operator!= FILTER_EQUAL && operator!= FILTER_UNEQUAL)
		return error_set(parser->err, -EINVAL, "operator '%s' does not go with 'new': expected '=' or '!='",
				 operator_name(operator));
	return choose(parser, choice, operator== FILTER_EQUAL ? FILTER_YES : FILTER_NO);
}

static int take_pid(struct parser *parser, const struct word *value)
{
	return word_is(value, "new") ? choose_new(parser, &parser->filter->new_process)
				     : take_number(parser, value);
}

static int take_text(struct parser *parser, const struct word *value)
{
	const struct field *field = parser->field;
	struct pattern pattern;
	int r = pattern_read(value->start, value->length, &pattern);

	if (r < 0)
		return full(parser, r);
	if (pattern.size_bytes > field->text_max)
		r = error_set(parser->err, -EINVAL, "'%.32s%s' has %u bytes, and no '%s' has more than %zu",
			      pattern.bytes, pattern.size_bytes > 32 ? "…" : "", pattern.size_bytes, field->name,
			      field->text_max);
	else
		r = full(parser, text_filter_add(&parser->filter->texts[field->index],
						 parser->expression->operator, & pattern));
	pattern_done(&pattern);
	return r;
}

static int take_cgroup(struct parser *parser, const struct word *value)
{
	if (value->start[0] != '/' && value->start[0] != '*')
		return error_set(parser->err, -EINVAL,
				 "'%.*s' is not a path of a cgroup: expected one that begins with '/', such as "
				 "/system.slice/*",
				 value->length < 32 ? (int)value->length : 32, value->start);
	return take_text(parser, value);
}

/* Every process can change its binary, and has its parent's at first. */
static int take_binary(struct parser *parser, const struct word *value)
{
	if (value->start[0] != '/' && value->start[0] != '*')
		return error_set(parser->err, -EINVAL,
				 "'%.*s' is not a path of an executable: expected one that begins with '/' or '*', such as "
				 "/usr/bin/ssh or */ssh",
				 value->length < 32 ? (int)value->length : 32, value->start);
	selection_need(parser->selection, TRACEE_WIRE_SCHED_PROCESS_FORK);
	selection_need(parser->selection, TRACEE_WIRE_SCHED_PROCESS_EXEC);
	selection_need(parser->selection, TRACEE_WIRE_SCHED_PROCESS_EXIT);
	return take_text(parser, value);
}

/* A container's id, or how it begins. */
static int take_container_id(struct parser *parser, const struct word *value)
{
	struct pattern pattern;
	size_t n = 0;
	int r;

	while (n < value->length && strchr("0123456789abcdef", value->start[n]))
		n++;
	if (n < value->length || n < CONTAINER_ID_MIN || n > CONTAINER_ID_MAX)
		return error_set(parser->err, -EINVAL,
				 "'%.*s' is neither 'new' nor the beginning of a container's id: expected %d to %d "
				 "digits of "
				 "0-9 and a-f",
				 value->length < 64 ? (int)value->length : 64, value->start, CONTAINER_ID_MIN,
				 CONTAINER_ID_MAX);
	r = pattern_read(value->start, value->length, &pattern);
	if (r < 0)
		return full(parser, r);
	pattern.kind = PATTERN_PREFIX;
	r = full(parser, text_filter_add(&parser->filter->texts[FILTER_CONTAINER],
					 parser->expression->operator, & pattern));
	pattern_done(&pattern);
	return r;
}

static int take_container(struct parser *parser, const struct word *value)
{
	return word_is(value, "new") ? choose_new(parser, &parser->filter->new_container)
				     : take_container_id(parser, value);
}

static int take_name(struct parser *parser, const struct word *value)
{
	return selection_add(parser->selection, parser->field->index, parser->expression->operator== FILTER_UNEQUAL,
			     value, parser->err);
}

/* ---- fields without values ------------------------------------------------------------------ */

static int take_bare_container(struct parser *parser)
{
	return choose(parser, &parser->filter->in_container,
		      parser->expression->is_negated ? FILTER_NO : FILTER_YES);
}

static int take_bare_follow(struct parser *parser)
{
	if (parser->expression->is_negated)
		return error_set(parser->err, -EINVAL, "'!' goes with 'container' alone");
	parser->filter->follows = true;
	selection_need(parser->selection, TRACEE_WIRE_SCHED_PROCESS_FORK);
	selection_need(parser->selection, TRACEE_WIRE_SCHED_PROCESS_EXIT);
	return 0;
}

/* ---- fields --------------------------------------------------------------------------------- */

/* The first that fits is meant: what `c`, `e`, `p`, `u` stand for depends on the order. */
static const struct field fields[] = {
	{ .name = "comm", .index = FILTER_COMM, .text_max = COMM_MAX, .take = take_text },
	{ .name = "container",
	  .may_be_shortened = true,
	  .may_be_bare = true,
	  .take_bare = take_bare_container,
	  .take = take_container },
	{ .name = "event", .may_be_shortened = true, .index = SELECTION_EVENT, .take = take_name },
	{ .name = "mntns", .has_order = true, .index = FILTER_MNTNS, .max = UINT64_MAX, .take = take_number },
	{ .name = "pidns", .has_order = true, .index = FILTER_PIDNS, .max = UINT64_MAX, .take = take_number },
	{ .name = "pid",
	  .may_be_shortened = true,
	  .has_order = true,
	  .index = FILTER_PID,
	  .max = UINT32_MAX,
	  .take = take_pid },
	{ .name = "set", .may_be_shortened = true, .index = SELECTION_SET, .take = take_name },
	{ .name = "uts", .index = FILTER_UTS, .text_max = UTS_MAX, .take = take_text },
	{ .name = "uid",
	  .may_be_shortened = true,
	  .has_order = true,
	  .index = FILTER_UID,
	  .max = UINT32_MAX,
	  .take = take_number },
	{ .name = "follow", .may_be_shortened = true, .may_be_bare = true, .take_bare = take_bare_follow },
	{ .name = "tid",
	  .may_be_shortened = true,
	  .has_order = true,
	  .index = FILTER_TID,
	  .max = UINT32_MAX,
	  .take = take_number },
	{ .name = "cgroup", .index = FILTER_CGROUP, .text_max = 4095, .take = take_cgroup },
	{ .name = "binary", .index = FILTER_BINARY, .text_max = 4095, .take = take_binary },
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static const struct field *field_of(const struct word *word)
{
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (word_is(word, fields[i].name))
			return &fields[i];
		if (fields[i].may_be_shortened && word->length < strlen(fields[i].name) &&
		    memcmp(word->start, fields[i].name, word->length) == 0)
			return &fields[i];
	}
	return NULL;
}

static int refuse_field(const struct word *word, struct tracee_error *err)
{
	char names[FIELDS_MAX] = "", name[64];

	for (size_t i = 0; i < N_FIELDS; i++) {
		strcat(names, fields[i].name);
		strcat(names, ", ");
	}
	if (word->length < sizeof(name)) {
		memcpy(name, word->start, word->length);
		name[word->length] = '\0';
		if (tracee_event_by_name(name))
			return error_set(err, -EINVAL,
					 "field '%s' is not known, but an event is: expected 'event=%s'", name,
					 name);
	}
	return error_set(
		err, -EINVAL, "field '%.*s%s' is not known: expected one of %sEVENT.retval, EVENT.ARGUMENT",
		word->length < 32 ? (int)word->length : 32, word->start, word->length > 32 ? "…" : "", names);
}

static int refuse_operator(const struct parser *parser)
{
	const struct field *field = parser->field;

	if (!field->take)
		return error_set(parser->err, -EINVAL, "field '%s' takes no value: expected '%s' alone",
				 field->name, field->name);
	return error_set(parser->err, -EINVAL, "operator '%s' does not go with '%s': expected '=' or '!='",
			 operator_name(parser->expression->operator), field->name);
}

static int take_bare(struct parser *parser)
{
	const struct field *field = parser->field;

	if (field->may_be_bare)
		return field->take_bare(parser);
	if (parser->expression->is_negated)
		return error_set(parser->err, -EINVAL, "'!' goes with 'container' alone: expected '%s!=VALUE'",
				 field->name);
	return error_set(parser->err, -EINVAL, "field '%s' has no operator: expected '%s=VALUE' or '%s!=VALUE'%s",
			 field->name, field->name, field->name, field->has_order ? ", or < or > and a number" : "");
}

static int take_values(struct parser *parser)
{
	bool is_order = parser->expression->operator== FILTER_LESS || parser->expression->operator== FILTER_GREATER;
	const char *p = parser->expression->values;
	struct word value;
	int r;

	if (!parser->field->take || (is_order && !parser->field->has_order))
		return refuse_operator(parser);
	while ((r = expression_next(&p, &value, parser->err)) > 0) {
		r = parser->field->take(parser, &value);
		if (r < 0)
			return r;
	}
	return r;
}

static int add(struct filter *filter, struct selection *selection, const char *text, struct tracee_error *err)
{
	struct expression expression = {};
	struct parser parser = { filter, selection, &expression, NULL, err };
	int r = expression_read(text, &expression, err);

	if (r < 0)
		return r;
	if (memchr(expression.field.start, '.', expression.field.length))
		return argument_add(filter, selection, &expression, err);
	parser.field = field_of(&expression.field);
	if (!parser.field)
		return refuse_field(&expression.field, err);
	return expression.has_operator ? take_values(&parser) : take_bare(&parser);
}

int filter_add(struct filter *filter, struct selection *selection, const char *expression, struct tracee_error *err)
{
	int r = add(filter, selection, expression, err);

	if (r < 0)
		return error_prefix(err, r, "--trace '%.64s'", expression);
	selection->n_expressions++;
	return 0;
}

const char *filter_help(void)
{
	return "--trace takes one expression each time it is given. Which events:\n"
	       "  event=NAME[,NAME...]     these, whatever is excluded; a trailing * stands for any rest\n"
	       "  event!=NAME[,NAME...]    leave these out of the sets\n"
	       "  set=NAME[,NAME...]       the members of these sets; a trailing * as above\n"
	       "  set!=NAME[,NAME...]      leave the members of these sets out\n"
	       "--list=events and --list=sets show the names. With exclusions alone, or none of these,\n"
	       "the set 'default' is meant.\n"
	       "\n"
	       "Of which processes:\n"
	       "  uid, pid, tid            real user, process, thread, as the host counts: = != < > NUMBER\n"
	       "  mntns, pidns             inode number of the namespace: = != < > NUMBER\n"
	       "  pid=new, pid!=new        started after tracing, or before\n"
	       "  comm, uts                name of the process (15 bytes at most), of its host: = != TEXT\n"
	       "  container, !container    in a container, or in none\n"
	       "  container=ID             in one whose id begins so (4 hexadecimal digits or more); !=\n"
	       "  container=new            in one that was started after tracing; !=new: before\n"
	       "  cgroup=PATH              in this cgroup (version 2), as below its mount: = != TEXT\n"
	       "  binary=PATH              which execute this file, as they named it: = != TEXT\n"
	       "  follow                   all that match, and all their descendants whether they match or not\n"
	       "\n"
	       "With which arguments, for one event, which is traced then:\n"
	       "  EVENT.ARGUMENT           = != VALUE; < > NUMBER\n"
	       "  EVENT.retval             = != < > NUMBER; of system calls\n"
	       "A value is a number (decimal; an address also 0x...), a text, one string of a list, or what\n"
	       "is printed: PROT_READ.\n"
	       "\n"
	       "TEXT may be text, prefix*, *suffix or *inside*. Several values are separated by commas; a comma "
	       "in\n"
	       "a value is \\, and a star at its ends \\*. Fields may be shortened (e, s, u, p, t, c, f).\n"
	       "Different fields must all match. In one field a value of = that is hit accepts, then one of != "
	       "that\n"
	       "is hit rejects; where only = was given nothing else is accepted; else what < and > allow. So\n"
	       "'uid=0' and 'uid>1000' together are 0 or above 1000.\n"
	       "\n"
	       "Examples:\n"
	       "  --trace event=execve --trace 'uid>999'              programs that users start\n"
	       "  --trace 'openat.pathname=/etc/*' --trace 'openat.retval<0'\n"
	       "                                                      attempts to open files of /etc that fail\n"
	       "  --trace mmap.prot='*PROT_EXEC*' --trace container   executable memory, in containers\n"
	       "  --trace set=net --trace comm=nginx --trace follow   nginx and all that it starts\n"
	       "Shells give a meaning to ! * < > and \\: write them in quotes.\n";
}
