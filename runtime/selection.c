// SPDX-License-Identifier: Apache-2.0
#include "runtime/selection.h"

#include <errno.h>
#include <string.h>

#include "libtracee/base/error.h"

#define WORD_MAX 64 /* longer than any name of an event or set */

/* System call events are made at the exit of the call: of these there is none. */
static const struct {
	const char *name;
	const char *instead;
} never_return[] = {
	{ "exit", "'sched_process_exit' tells of every thread that ends" },
	{ "exit_group", "'sched_process_exit' tells of every thread that ends" },
	{ "rt_sigreturn", "'rt_sigaction' tells which handlers are set" },
};

enum field { FIELD_EVENT, FIELD_SET };

struct expression {
	enum field field;
	bool is_exclusion;
	const char *values;
};

void selection_init(struct selection *selection, enum tracee_arch arch)
{
	*selection = (struct selection){ .arch = arch };
}

static const char *instead_of(const char *name)
{
	for (size_t i = 0; i < sizeof(never_return) / sizeof(never_return[0]); i++) {
		if (strcmp(never_return[i].name, name) == 0)
			return never_return[i].instead;
	}
	return NULL;
}

bool selection_can_trace(const struct tracee_event_def *event, enum tracee_arch arch)
{
	return tracee_event_slot(event, arch) >= 0 && !(event->is_syscall && instead_of(event->name));
}

/* Splits "field=values" or "field!=values". */
static int expression_parse(const char *text, struct expression *ret_expression, struct tracee_error *err)
{
	size_t length = strcspn(text, "=!<>");
	bool is_exclusion = text[length] == '!';
	enum field field;

	if (length == 0)
		return error_set(err, -EINVAL,
				 "'%s' has no field before the operator: expected event=NAME or set=NAME", text);
	if (length <= 5 && memcmp(text, "event", length) == 0)
		field = FIELD_EVENT;
	else if (length <= 3 && memcmp(text, "set", length) == 0)
		field = FIELD_SET;
	else
		return error_set(err, -EINVAL, "field '%.*s' is not known: expected 'event' or 'set'", (int)length,
				 text);
	if (text[length] == '\0')
		return error_set(err, -EINVAL, "'%s' has no operator: expected '%s=NAME' or '%s!=NAME'", text, text,
				 text);
	text += length + is_exclusion;
	if (*text != '=')
		return error_set(err, -EINVAL, "operator '%.1s' does not go with names: expected '=' or '!='",
				 text - is_exclusion);
	if (text[1] == '\0')
		return error_set(err, -EINVAL, "no name behind '%s'", is_exclusion ? "!=" : "=");
	*ret_expression = (struct expression){ field, is_exclusion, text + 1 };
	return 0;
}

static int refuse_event(const struct selection *selection, const char *name, struct tracee_error *err)
{
	const struct tracee_event_def *event = tracee_event_by_name(name);

	if (!event)
		return error_set(err, -EINVAL, "event '%s' is not known: --list=events shows all", name);
	if (tracee_event_slot(event, selection->arch) < 0)
		return error_set(err, -EINVAL, "event '%s' does not exist on %s", name,
				 tracee_arch_name(selection->arch));
	return error_set(err, -EINVAL,
			 "event '%s' is a system call that does not return, and events are made at the return: %s",
			 name, instead_of(name));
}

/* Marks the event @name, or those that begin with what stands before its trailing star. */
static int mark_events(struct selection *selection, const char *name, bool *marks, struct tracee_error *err)
{
	size_t n, length = strlen(name);
	const struct tracee_event_def *events = tracee_events(&n);
	bool is_prefix = name[length - 1] == '*', is_found = false;

	for (size_t i = 0; i < n; i++) {
		if (is_prefix ? strncmp(events[i].name, name, length - 1) : strcmp(events[i].name, name))
			continue;
		if (!selection_can_trace(&events[i], selection->arch))
			continue;
		marks[tracee_event_slot(&events[i], selection->arch)] = true;
		is_found = true;
	}
	if (is_found)
		return 0;
	return is_prefix ? error_set(err, -EINVAL, "no event begins with '%.*s'", (int)length - 1, name)
			 : refuse_event(selection, name, err);
}

static int mark_set(struct selection *selection, const char *name, bool *marks, struct tracee_error *err)
{
	size_t n;
	const struct tracee_event_def *events = tracee_events(&n);
	bool is_found = false;

	for (size_t i = 0; i < n; i++) {
		if (!tracee_event_in_set(&events[i], name))
			continue;
		is_found = true;
		if (selection_can_trace(&events[i], selection->arch))
			marks[tracee_event_slot(&events[i], selection->arch)] = true;
	}
	return is_found ? 0 : error_set(err, -EINVAL, "set '%s' is not known: --list=sets shows all", name);
}

static bool *marks_of(struct selection *selection, const struct expression *expression)
{
	if (expression->field == FIELD_EVENT)
		return expression->is_exclusion ? selection->excluded : selection->named;
	return expression->is_exclusion ? selection->set_excluded : selection->in_set;
}

static int add_values(struct selection *selection, const struct expression *expression, struct tracee_error *err)
{
	bool *marks = marks_of(selection, expression);
	const char *p = expression->values;
	int r;

	for (;;) {
		size_t length = strcspn(p, ",");
		char word[WORD_MAX];

		if (length == 0)
			return error_set(err, -EINVAL, "a name in '%s' is empty", expression->values);
		if (length >= sizeof(word))
			return error_set(err, -EINVAL, "'%.32s…' is too long to be a name", p);
		memcpy(word, p, length);
		word[length] = '\0';
		r = expression->field == FIELD_EVENT ? mark_events(selection, word, marks, err)
						     : mark_set(selection, word, marks, err);
		if (r < 0)
			return r;
		p += length;
		if (*p++ == '\0')
			return 0;
	}
}

int selection_add(struct selection *selection, const char *text, struct tracee_error *err)
{
	struct expression expression = {};
	int r = expression_parse(text, &expression, err);

	if (r == 0)
		r = add_values(selection, &expression, err);
	if (r < 0)
		return error_prefix(err, r, "--trace '%.64s'", text);
	selection->n_expressions++;
	selection->has_inclusion |= !expression.is_exclusion;
	return 0;
}

int selection_finish(struct selection *selection, struct tracee_error *err)
{
	bool is_empty = true;

	if (!selection->n_expressions)
		return 0;
	if (!selection->has_inclusion && mark_set(selection, "default", selection->in_set, err) < 0)
		return -EINVAL;
	for (unsigned int i = 0; i < TRACEE_WIRE_N_SLOTS; i++) {
		selection->traced[i] = selection->named[i] || (selection->in_set[i] && !selection->excluded[i] &&
							       !selection->set_excluded[i]);
		is_empty &= !selection->traced[i];
	}
	return is_empty ? error_set(err, -EINVAL, "--trace: the expressions leave no event to trace") : 0;
}

const char *selection_help(void)
{
	return "--trace takes one expression each time it is given:\n"
	       "  event=NAME[,NAME...]     trace these events; a trailing * stands for any rest\n"
	       "  event!=NAME[,NAME...]    leave these events out of the sets\n"
	       "  set=NAME[,NAME...]       trace the events of these sets\n"
	       "  set!=NAME[,NAME...]      leave the events of these sets out\n"
	       "Exclusions alone are taken from the set 'default'. --list=events and --list=sets show the names.\n"
	       "Shells give a meaning to ! and *: write them in quotes.\n";
}
