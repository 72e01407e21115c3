// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libtracee/base/escape.h"
#include "runtime/output/names.h"
#include "runtime/output/pairs.h"

#define N_EVENTS_MAX 1024
#define VALUE_MAX (64 << 10) /* bytes of one value before it is escaped; a record is shorter */
static char value_bytes[VALUE_MAX]; /* of the value that is being written: there is one thread */
#define CUT "..."

typedef NAME_WRITER((*name_function));

/* The arguments whose numbers have names. */
static const struct {
	const char *event, *arg;
	name_function name;
} named[] = {
	{ "open", "flags", name_open_flags },	      { "openat", "flags", name_open_flags },
	{ "ptrace", "request", name_ptrace_request }, { "socket", "domain", name_socket_family },
	{ "socket", "type", name_socket_type },	      { "mmap", "prot", name_protection },
	{ "mprotect", "prot", name_protection },      { "pkey_mprotect", "prot", name_protection },
	{ "clone", "flags", name_clone_flags },	      { "execveat", "flags", name_execveat_flags },
};

static name_function names_by_event[N_EVENTS_MAX][TRACEE_N_ARGS_MAX];

/* The table above by position, so that an event costs no comparison of names. */
static void index_names(const struct tracee_event_def *events)
{
	for (size_t k = 0; k < sizeof(named) / sizeof(named[0]); k++) {
		const struct tracee_event_def *def = tracee_event_by_name(named[k].event);

		for (unsigned int i = 0; def && i < def->n_args; i++) {
			if (strcmp(def->args[i].name, named[k].arg) == 0)
				names_by_event[def - events][i] = named[k].name;
		}
	}
}

static name_function name_of(const struct tracee_event_def *def, unsigned int i)
{
	static const struct tracee_event_def *events;
	static size_t n;

	if (!events) {
		events = tracee_events(&n);
		index_names(events);
	}
	return (size_t)(def - events) < N_EVENTS_MAX ? names_by_event[def - events][i] : NULL;
}

/* The value as one text, if it is one: everything but plain numbers, lists and structures. */
static bool value_text(struct text *text, const struct tracee_event *event, unsigned int i, enum tracee_arch arch)
{
	const struct tracee_value *value = &event->args[i];
	name_function name = name_of(event->def, i);
	struct pairs pairs;

	if (name) {
		name(text, value->number, arch);
		return true;
	}
	switch (event->def->args[i].kind) {
	case TRACEE_ARG_POINTER:
		text_format(text, "0x%" PRIX64, value->number);
		return true;
	case TRACEE_ARG_STRING:
		if (!value->bytes || value->is_unreadable)
			return false;
		text_add_bytes(text, value->bytes, value->size_bytes);
		text_add(text, value->is_cut ? CUT : "");
		return true;
	case TRACEE_ARG_SOCKADDR:
		if (!value->bytes || value->is_unreadable)
			return false;
		pairs_of_sockaddr(&pairs, value->bytes, value->size_bytes);
		pairs_string(&pairs, text);
		return true;
	default:
		return false;
	}
}

/* Takes the next string of a list off @*p; false at its end. */
static bool next_string(const uint8_t **p, const uint8_t *end, const uint8_t **ret_string, size_t *ret_length)
{
	if (*p >= end)
		return false;
	*ret_string = *p;
	*ret_length = strnlen((const char *)*p, (size_t)(end - *p));
	*p += *ret_length + 1;
	return true;
}

/* A list that was read in part has its beginning. */
static bool has_list(const struct tracee_value *value)
{
	return value->bytes && !(value->is_unreadable && value->size_bytes == 0);
}

static void list_json(struct json *json, const char *key, const struct tracee_value *value)
{
	const uint8_t *p = value->bytes, *end = p + value->size_bytes, *string;
	size_t length;

	json_array_open(json, key);
	while (next_string(&p, end, &string, &length))
		json_string_bytes(json, NULL, string, length);
	if (value->is_cut || value->is_unreadable)
		json_string(json, NULL, CUT);
	json_array_close(json);
}

static void list_table(struct text *text, const struct tracee_value *value)
{
	const uint8_t *p = value->bytes, *end = p + value->size_bytes, *string;
	size_t length;

	text_add_char(text, '[');
	while (next_string(&p, end, &string, &length)) {
		text_add(text, string > value->bytes ? " " : "");
		escape_text(text, string, length);
	}
	if (value->is_cut || value->is_unreadable)
		text_add(text, value->size_bytes ? " " CUT : CUT);
	text_add_char(text, ']');
}

static bool is_signed(enum tracee_arg_kind kind)
{
	return kind == TRACEE_ARG_INT || kind == TRACEE_ARG_LONG;
}

static bool is_number(enum tracee_arg_kind kind)
{
	return is_signed(kind) || kind == TRACEE_ARG_UINT || kind == TRACEE_ARG_ULONG;
}

/* What is neither text nor number, or could not be read. */
static void structure_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i,
			   enum tracee_arch arch)
{
	const struct tracee_value *value = &event->args[i];
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct pairs pairs = {};

	if (kind == TRACEE_ARG_OPEN_HOW && value->bytes)
		pairs_of_open_how(&pairs, value->bytes, value->size_bytes, arch);
	if (pairs.n)
		pairs_json(&pairs, json, key);
	else if (kind == TRACEE_ARG_STRINGS && has_list(value))
		list_json(json, key, value);
	else
		json_null(json, key);
}

void value_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i,
		enum tracee_arch arch)
{
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct text text;

	text_init_in(&text, value_bytes, sizeof(value_bytes));
	if (value_text(&text, event, i, arch))
		json_string_bytes(json, key, text_string(&text), text.size_bytes);
	else if (is_signed(kind))
		json_int(json, key, (int64_t)event->args[i].number);
	else if (is_number(kind))
		json_uint(json, key, event->args[i].number);
	else
		structure_json(json, key, event, i, arch);
	if (text_error(&text))
		json->text->failed = text_error(&text);
}

static void structure_table(struct text *text, const struct tracee_event *event, unsigned int i,
			    enum tracee_arch arch)
{
	const struct tracee_value *value = &event->args[i];
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct pairs pairs = {};

	if (kind == TRACEE_ARG_OPEN_HOW && value->bytes)
		pairs_of_open_how(&pairs, value->bytes, value->size_bytes, arch);
	if (pairs.n)
		pairs_string(&pairs, text);
	else if (kind == TRACEE_ARG_STRINGS && has_list(value))
		list_table(text, value);
	else
		text_format(text, "0x%" PRIX64, value->number);
}

void value_table(struct text *text, const struct tracee_event *event, unsigned int i, enum tracee_arch arch)
{
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct text plain;

	text_init_in(&plain, value_bytes, sizeof(value_bytes));
	if (value_text(&plain, event, i, arch))
		escape_text(text, text_string(&plain), plain.size_bytes);
	else if (is_signed(kind))
		text_format(text, "%" PRId64, (int64_t)event->args[i].number);
	else if (is_number(kind))
		text_format(text, "%" PRIu64, event->args[i].number);
	else
		structure_table(text, event, i, arch);
	if (text_error(&plain))
		text->failed = text_error(&plain);
}
