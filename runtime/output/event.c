// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/event.h"

#include <string.h>

#include "libtracee/base/escape.h"
#include "runtime/containers/names.h"
#include "runtime/output/heads.h"
#include "runtime/output/value.h"

#define TIME_MAX 64
#define NUMBER_MAX 24

/* ---- arguments ------------------------------------------------------------------------------ */

/* The environment of a program is full of secrets: it is shown on demand only. */
static bool is_withheld(const struct tracee_event *event, unsigned int i, const struct output_form *form)
{
	const struct tracee_arg_def *arg = &event->def->args[i];

	return !form->shows_env && arg->kind == TRACEE_ARG_STRINGS && strcmp(arg->name, "envp") == 0;
}

void event_arg_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i,
		    const struct output_form *form)
{
	if (is_withheld(event, i, form))
		json_add_null(json, key);
	else
		value_json(json, key, event, i);
}

void event_arg_plain(struct text *text, const struct tracee_event *event, unsigned int i,
		     const struct output_form *form)
{
	if (is_withheld(event, i, form))
		text_add(text, "null");
	else
		value_table(text, event, i);
}

void event_args_plain(struct text *text, const struct tracee_event *event, const struct output_form *form)
{
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		text_add(text, i ? ", " : "");
		text_add(text, event->def->args[i].name);
		text_add(text, ": ");
		event_arg_plain(text, event, i, form);
	}
}

/* ---- fields --------------------------------------------------------------------------------- */

#define JSON_FIELD(name)                                                                                           \
	static void json_##name(struct json *json, const char *key, const struct tracee_event *event,              \
				const struct output_form *form)
#define PLAIN_FIELD(name)                                                                                          \
	static void plain_##name(struct text *text, const struct tracee_event *event,                              \
				 const struct output_form *form)

/* Numbers are the same in JSON and elsewhere. */
#define NUMBER_FIELD(name, writer, number)                                                                         \
	JSON_FIELD(name)                                                                                           \
	{                                                                                                          \
		(void)form;                                                                                        \
		writer(json, key, number);                                                                         \
	}
#define STRING_FIELD(name, string)                                                                                 \
	JSON_FIELD(name)                                                                                           \
	{                                                                                                          \
		(void)form;                                                                                        \
		json_add_string(json, key, string);                                                                    \
	}                                                                                                          \
	PLAIN_FIELD(name)                                                                                          \
	{                                                                                                          \
		(void)form;                                                                                        \
		escape_text(text, (string), strlen(string));                                                       \
	}

NUMBER_FIELD(pid, json_add_uint, event->pid)
NUMBER_FIELD(tid, json_add_uint, event->tid)
NUMBER_FIELD(ppid, json_add_uint, event->ppid)
NUMBER_FIELD(host_pid, json_add_uint, event->host_pid)
NUMBER_FIELD(host_tid, json_add_uint, event->host_tid)
NUMBER_FIELD(host_ppid, json_add_uint, event->host_ppid)
NUMBER_FIELD(uid, json_add_uint, event->uid)
NUMBER_FIELD(mnt_ns, json_add_uint, event->mnt_ns)
NUMBER_FIELD(pid_ns, json_add_uint, event->pid_ns)
NUMBER_FIELD(n_args, json_add_uint, event->def->n_args)
NUMBER_FIELD(ret, json_add_int, event->ret)
STRING_FIELD(comm, event->comm)
STRING_FIELD(host_name, event->host_name)
STRING_FIELD(name, event->def->name)
STRING_FIELD(container, event->container_id)

JSON_FIELD(timestamp)
{
	char bytes[TIME_MAX];
	struct text text;

	text_init_in(&text, bytes, sizeof(bytes));
	form_seconds(form, event->time_ns, &text);
	json_add_raw(json, key, text_string(&text));
}

JSON_FIELD(time)
{
	char bytes[TIME_MAX];
	struct text text;

	text_init_in(&text, bytes, sizeof(bytes));
	form_date(form, event->time_ns, &text);
	json_add_string(json, key, text_string(&text));
}

PLAIN_FIELD(time)
{
	form_date(form, event->time_ns, text);
}

JSON_FIELD(id)
{
	char bytes[NUMBER_MAX];
	struct text text;

	text_init_in(&text, bytes, sizeof(bytes));
	text_add_uint(&text, tracee_event_number(event->def, form->arch));
	json_add_string(json, key, text_string(&text));
}

PLAIN_FIELD(id)
{
	text_add_uint(text, tracee_event_number(event->def, form->arch));
}

JSON_FIELD(stack)
{
	(void)form;
	if (!event->stack) {
		json_add_null(json, key);
		return;
	}
	json_array_open(json, key);
	for (uint32_t i = 0; i < event->n_stack; i++) {
		uint64_t address;

		memcpy(&address, event->stack + i * sizeof(address), sizeof(address));
		json_add_uint(json, NULL, address);
	}
	json_array_close(json);
}

JSON_FIELD(syscall)
{
	(void)form;
	if (event->syscall)
		json_add_string(json, key, event->syscall->name);
	else
		json_add_null(json, key);
}

/* The call as the table of 32-bit processes has it. */
JSON_FIELD(compat)
{
	(void)form;
	if (event->compat)
		json_add_string(json, key, event->compat->name);
	else
		json_add_null(json, key);
}

/* Asks for it the first time a container is seen: runtime/containers/names.h. */
static const struct container_label *label_of(const struct tracee_event *event, const struct output_form *form)
{
	static const struct container_label none;

	return form->names ? container_names_of(form->names, event) : &none;
}

JSON_FIELD(container_name)
{
	json_add_string(json, key, label_of(event, form)->name);
}

PLAIN_FIELD(container_name)
{
	const char *name = label_of(event, form)->name;

	escape_text(text, name, strlen(name));
}

JSON_FIELD(container_image)
{
	json_add_string(json, key, label_of(event, form)->image);
}

PLAIN_FIELD(container_image)
{
	const char *image = label_of(event, form)->image;

	escape_text(text, image, strlen(image));
}

static bool has_path(const struct tracee_event *event, unsigned int i)
{
	return event->def->args[i].is_descriptor && event->args[i].bytes;
}

JSON_FIELD(args)
{
	json_array_open(json, key);
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		heads_open(json, event->def, i);
		event_arg_json(json, NULL, event, i, form);
		if (has_path(event, i))
			json_add_string_bytes(json, "path", event->args[i].bytes, event->args[i].size_bytes);
		json_object_close(json);
	}
	json_array_close(json);
}

#define FIELD(key, json, plain) { key, json, plain, "\"" key "\":", sizeof("\"" key "\":") - 1 }
static const struct event_field fields[] = {
	FIELD("timestamp", json_timestamp, NULL),
	FIELD("processId", json_pid, NULL),
	FIELD("threadId", json_tid, NULL),
	FIELD("parentProcessId", json_ppid, NULL),
	FIELD("hostProcessId", json_host_pid, NULL),
	FIELD("hostThreadId", json_host_tid, NULL),
	FIELD("hostParentProcessId", json_host_ppid, NULL),
	FIELD("userId", json_uid, NULL),
	FIELD("mountNamespace", json_mnt_ns, NULL),
	FIELD("pidNamespace", json_pid_ns, NULL),
	FIELD("processName", json_comm, plain_comm),
	FIELD("hostName", json_host_name, plain_host_name),
	FIELD("eventId", json_id, plain_id),
	FIELD("eventName", json_name, plain_name),
	FIELD("argsNum", json_n_args, NULL),
	FIELD("returnValue", json_ret, NULL),
	FIELD("stackAddresses", json_stack, NULL),
	FIELD("args", json_args, event_args_plain),
	FIELD("containerId", json_container, plain_container),
	FIELD("containerName", json_container_name, plain_container_name),
	FIELD("containerImage", json_container_image, plain_container_image),
	FIELD("time", json_time, plain_time),
	FIELD("syscall", json_syscall, NULL),
	FIELD("compatSyscall", json_compat, NULL),
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

const struct event_field *event_field_find(const char *key, size_t length)
{
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (strlen(fields[i].key) == length && memcmp(fields[i].key, key, length) == 0)
			return &fields[i];
	}
	return NULL;
}

/* Those that Tracee 0.5 did not have are in objects only where there is something to say. */
static bool is_shown(const struct event_field *field, const struct tracee_event *event, const struct output_form *form)
{
	if (field->json == json_time)
		return form->time == TIME_OF_DAY;
	if (field->json == json_syscall)
		return form->shows_syscall && !event->def->is_syscall;
	if (field->json == json_container_name || field->json == json_container_image)
		return form->names;
	return field->json != json_compat || event->compat;
}

static void write_field(struct json *json, const struct event_field *field, const struct tracee_event *event,
			const struct output_form *form)
{
	json_resume(json);
	text_add_bytes(json->text, field->head, field->head_size_bytes);
	field->json(json, NULL, event, form);
}

void event_json(struct json *json, const char *key, const struct tracee_event *event,
		const struct output_form *form)
{
	json_object_open(json, key);
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (is_shown(&fields[i], event, form))
			write_field(json, &fields[i], event, form);
	}
	json_object_close(json);
}
