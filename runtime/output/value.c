// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/value.h"

#include <string.h>

#include "libtracee/base/escape.h"
#include "runtime/names/names.h"
#include "runtime/output/pairs.h"

#define VALUE_MAX (64 << 10) /* bytes of one value before it is escaped; a record is shorter */
static char value_bytes[VALUE_MAX]; /* of the value that is being written: there is one thread */
#define CUT "..."
#define GETPEERNAME 52 /* the event's id */

bool value_name(struct text *text, const struct tracee_event_def *def, unsigned int i, uint64_t number,
		const struct tracee_value *args)
{
	enum name_table table = names_of_argument(def, i, args);

	if (table == N_NAMES)
		return false;
	names_write(text, table, number);
	return true;
}

static void add_address(struct text *text, uint64_t address)
{
	text_add(text, "0x");
	text_add_hex(text, address);
}

/* The words that users of Tracee compare with; by enum alert of bpf/hooks.h. */
static void alert_text(struct text *text, uint64_t number)
{
	static const char *const alerts[] = {
		[1] = "Mmaped region with W+E permissions!",
		[2] = "Protection changed to Executable!",
		[3] = "Protection changed from E to W+E!",
		[4] = "Protection changed from W+E to E!",
	};

	if (number && number < sizeof(alerts) / sizeof(alerts[0]))
		text_add(text, alerts[number]);
	else
		text_add_uint(text, number);
}

/* Peers have always been objects, other addresses strings. */
static bool is_address_object(const struct tracee_event *event)
{
	return event->def->id == GETPEERNAME;
}

/* The value as one text, if it is one: everything but plain numbers, lists and structures. */
static bool value_text(struct text *text, const struct tracee_event *event, unsigned int i)
{
	const struct tracee_value *value = &event->args[i];
	struct pairs pairs;

	if (value_name(text, event->def, i, value->number, event->args))
		return true;
	switch (event->def->args[i].kind) {
	case TRACEE_ARG_POINTER:
		add_address(text, value->number);
		return true;
	case TRACEE_ARG_STRING:
		if (!value->bytes || value->is_unreadable)
			return false;
		text_add_bytes(text, value->bytes, value->size_bytes);
		text_add(text, value->is_cut ? CUT : "");
		return true;
	case TRACEE_ARG_ALERT:
		alert_text(text, value->number);
		return true;
	case TRACEE_ARG_CONTENT:
	case TRACEE_ARG_WAY:
	case TRACEE_ARG_MEMORY:
	case TRACEE_ARG_SYSCALL:
		text_add_bytes(text, value->bytes, value->size_bytes);
		return value->bytes != NULL;
	case TRACEE_ARG_SOCKADDR:
	case TRACEE_ARG_SOCKADDR_RESULT:
		/* A call that failed gave nothing back. */
		if (!value->bytes && event->def->args[i].kind == TRACEE_ARG_SOCKADDR_RESULT) {
			add_address(text, value->number);
			return true;
		}
		if (!value->bytes || value->is_unreadable || is_address_object(event))
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
		json_add_string_bytes(json, NULL, string, length);
	if (value->is_cut || value->is_unreadable)
		json_add_string(json, NULL, CUT);
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

static void structure_pairs(struct pairs *pairs, const struct tracee_value *value, const struct tracee_arg_def *arg)
{
	pairs->n = 0;
	if (!value->bytes || value->is_unreadable)
		return;
	if (arg->kind == TRACEE_ARG_STRUCTURE)
		pairs_of_structure(pairs, structure_of(arg->structure), value->bytes, value->size_bytes);
	else if (arg->kind == TRACEE_ARG_SOCKADDR || arg->kind == TRACEE_ARG_SOCKADDR_RESULT)
		pairs_of_sockaddr(pairs, value->bytes, value->size_bytes);
}

static void bytes_table(struct text *text, const struct tracee_value *value)
{
	text_add_char(text, '[');
	for (uint32_t i = 0; i < value->size_bytes; i++)
		text_format(text, "%s%u", i ? " " : "", value->bytes[i]);
	text_add_char(text, ']');
}

static void address_json(struct json *json, const char *key, uint64_t address)
{
	char bytes[24];
	struct text text;

	text_init_in(&text, bytes, sizeof(bytes));
	add_address(&text, address);
	json_add_string_bytes(json, key, text_string(&text), text.size_bytes);
}

/* What is neither text nor number, or could not be read. */
static void structure_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i)
{
	const struct tracee_value *value = &event->args[i];
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct pairs pairs;

	structure_pairs(&pairs, value, &event->def->args[i]);
	if (pairs.n)
		pairs_json(&pairs, json, key);
	else if (kind == TRACEE_ARG_BYTES && value->bytes)
		json_add_base64(json, key, value->bytes, value->size_bytes);
	else if (kind == TRACEE_ARG_STRINGS && has_list(value))
		list_json(json, key, value);
	else if (kind == TRACEE_ARG_STRUCTURE)
		address_json(json, key, value->number);
	else
		json_add_null(json, key);
}

void value_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i)
{
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct text text;

	text_init_in(&text, value_bytes, sizeof(value_bytes));
	if (value_text(&text, event, i))
		json_add_string_bytes(json, key, text_string(&text), text.size_bytes);
	else if (is_signed(kind))
		json_add_int(json, key, (int64_t)event->args[i].number);
	else if (is_number(kind))
		json_add_uint(json, key, event->args[i].number);
	else
		structure_json(json, key, event, i);
	if (text_error(&text))
		json->text->failed = text_error(&text);
}

static void structure_table(struct text *text, const struct tracee_event *event, unsigned int i)
{
	const struct tracee_value *value = &event->args[i];
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct pairs pairs;

	structure_pairs(&pairs, value, &event->def->args[i]);
	if (pairs.n)
		pairs_string(&pairs, text);
	else if (kind == TRACEE_ARG_BYTES && value->bytes)
		bytes_table(text, value);
	else if (kind == TRACEE_ARG_SYSCALL)
		text_add(text, "null");
	else if (kind == TRACEE_ARG_STRINGS && has_list(value))
		list_table(text, value);
	else
		add_address(text, value->number);
}

/* The file behind a descriptor, as strace -y has it. */
static void path_table(struct text *text, const struct tracee_value *value)
{
	text_add_char(text, '<');
	escape_text(text, (const char *)value->bytes, value->size_bytes);
	text_add_char(text, '>');
}

void value_table(struct text *text, const struct tracee_event *event, unsigned int i)
{
	enum tracee_arg_kind kind = event->def->args[i].kind;
	struct text plain;

	text_init_in(&plain, value_bytes, sizeof(value_bytes));
	if (value_text(&plain, event, i))
		escape_text(text, text_string(&plain), plain.size_bytes);
	else if (is_signed(kind))
		text_add_int(text, (int64_t)event->args[i].number);
	else if (is_number(kind))
		text_add_uint(text, event->args[i].number);
	else
		structure_table(text, event, i);
	if (event->def->args[i].is_descriptor && event->args[i].bytes)
		path_table(text, &event->args[i]);
	if (text_error(&plain))
		text->failed = text_error(&plain);
}
