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

/* Whether @event is in the set @name, or in one that begins with what stands before its trailing star. */
static bool is_member(const struct tracee_event_def *event, const char *name, size_t length)
{
	const char *p = event->sets;

	if (name[length - 1] != '*')
		return tracee_event_in_set(event, name);
	while (*p) {
		if (strncmp(p, name, length - 1) == 0)
			return true;
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	return false;
}

static int mark_set(struct selection *selection, const char *name, bool *marks, struct tracee_error *err)
{
	size_t n, length = strlen(name);
	const struct tracee_event_def *events = tracee_events(&n);
	bool is_found = false;

	for (size_t i = 0; i < n; i++) {
		if (!is_member(&events[i], name, length))
			continue;
		is_found = true;
		if (selection_can_trace(&events[i], selection->arch))
			marks[tracee_event_slot(&events[i], selection->arch)] = true;
	}
	if (is_found)
		return 0;
	return name[length - 1] == '*'
		       ? error_set(err, -EINVAL, "no set begins with '%.*s'", (int)length - 1, name)
		       : error_set(err, -EINVAL, "set '%s' is not known: --list=sets shows all", name);
}

static bool *marks_of(struct selection *selection, enum selection_field field, bool is_exclusion)
{
	if (field == SELECTION_EVENT)
		return is_exclusion ? selection->excluded : selection->named;
	return is_exclusion ? selection->set_excluded : selection->in_set;
}

static int read_name(const struct word *name, char ret_name[WORD_MAX], struct tracee_error *err)
{
	if (name->length >= WORD_MAX)
		return error_set(err, -EINVAL, "'%.32s…' is too long to be a name", name->start);
	memcpy(ret_name, name->start, name->length);
	ret_name[name->length] = '\0';
	return 0;
}

int selection_add(struct selection *selection, enum selection_field field, bool is_exclusion,
		  const struct word *name, struct tracee_error *err)
{
	bool *marks = marks_of(selection, field, is_exclusion);
	char text[WORD_MAX];
	int r = read_name(name, text, err);

	if (r == 0)
		r = field == SELECTION_EVENT ? mark_events(selection, text, marks, err)
					     : mark_set(selection, text, marks, err);
	if (r < 0)
		return r;
	selection->has_inclusion |= !is_exclusion;
	selection->has_exclusion |= is_exclusion;
	return 0;
}

int selection_add_argument(struct selection *selection, const struct word *name,
			   const struct tracee_event_def **ret_event, struct tracee_error *err)
{
	const struct tracee_event_def *event;
	char text[WORD_MAX];
	int r = read_name(name, text, err);

	if (r < 0)
		return r;
	event = tracee_event_by_name(text);
	if (!event || !selection_can_trace(event, selection->arch))
		return refuse_event(selection, text, err);
	selection->named[tracee_event_slot(event, selection->arch)] = true;
	selection->has_argument = true;
	*ret_event = event;
	return 0;
}

void selection_need(struct selection *selection, uint32_t id)
{
	selection->needed[TRACEE_WIRE_SLOT_OF_OTHER(id)] = true;
}

/* Not if something is named, be it by one of its arguments. */
static bool means_default(const struct selection *selection)
{
	return !selection->has_inclusion && (selection->has_exclusion || !selection->has_argument);
}

int selection_finish(struct selection *selection, struct tracee_error *err)
{
	bool is_empty = true;

	if (!selection->n_expressions)
		return 0;
	if (means_default(selection) && mark_set(selection, "default", selection->in_set, err) < 0)
		return -EINVAL;
	for (unsigned int i = 0; i < TRACEE_WIRE_N_SLOTS; i++) {
		selection->traced[i] = selection->named[i] || (selection->in_set[i] && !selection->excluded[i] &&
							       !selection->set_excluded[i]);
		is_empty &= !selection->traced[i];
	}
	return is_empty ? error_set(err, -EINVAL, "--trace: the expressions leave no event to trace") : 0;
}
