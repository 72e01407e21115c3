// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libtracee/base/escape.h"
#include "runtime/output/value.h"

#define TIME_SIZE 40

/* Seconds since boot with microseconds. */
static void time_write(uint64_t time_ns, char ret_text[TIME_SIZE])
{
	snprintf(ret_text, TIME_SIZE, "%" PRIu64 ".%06" PRIu64, time_ns / 1000000000, time_ns / 1000 % 1000000);
}

static void json_ids(struct json *json, const struct tracee_event *event)
{
	json_uint(json, "processId", event->pid);
	json_uint(json, "threadId", event->tid);
	json_uint(json, "parentProcessId", event->ppid);
	json_uint(json, "hostProcessId", event->host_pid);
	json_uint(json, "hostThreadId", event->host_tid);
	json_uint(json, "hostParentProcessId", event->host_ppid);
	json_uint(json, "userId", event->uid);
	json_uint(json, "mountNamespace", event->mnt_ns);
	json_uint(json, "pidNamespace", event->pid_ns);
}

/* Ids of system calls are those of the machine: the number that its own headers have. */
static uint64_t event_id(const struct tracee_event_def *def, enum tracee_arch arch)
{
	return def->is_syscall ? (uint64_t)def->nr[arch] : def->id;
}

static void json_args(struct json *json, const struct tracee_event *event)
{
	json_array_open(json, "args");
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		json_object_open(json, NULL);
		json_string(json, "name", event->def->args[i].name);
		json_string(json, "type", event->def->args[i].type);
		value_json(json, "value", event, i);
		json_object_close(json);
	}
	json_array_close(json);
}

void event_json(struct json *json, const char *key, const struct tracee_event *event, enum tracee_arch arch)
{
	char time[TIME_SIZE], id[24];

	time_write(event->time_ns, time);
	snprintf(id, sizeof(id), "%" PRIu64, event_id(event->def, arch));
	json_object_open(json, key);
	json_raw(json, "timestamp", time);
	json_ids(json, event);
	json_string(json, "processName", event->comm);
	json_string(json, "hostName", event->host_name);
	json_string(json, "eventId", id);
	json_string(json, "eventName", event->def->name);
	json_uint(json, "argsNum", event->def->n_args);
	json_int(json, "returnValue", event->ret);
	json_null(json, "stackAddresses");
	json_args(json, event);
	json_string(json, "containerId", event->container_id);
	json_object_close(json);
}

static void cell_time(struct text *text, const struct tracee_event *event)
{
	char time[TIME_SIZE];

	time_write(event->time_ns, time);
	text_add(text, time);
}

static void cell_uid(struct text *text, const struct tracee_event *event)
{
	text_format(text, "%" PRIu32, event->uid);
}

static void cell_comm(struct text *text, const struct tracee_event *event)
{
	escape_text(text, event->comm, strlen(event->comm));
}

static void cell_pid(struct text *text, const struct tracee_event *event)
{
	text_format(text, "%" PRIu32, event->pid);
}

static void cell_tid(struct text *text, const struct tracee_event *event)
{
	text_format(text, "%" PRIu32, event->tid);
}

static void cell_ret(struct text *text, const struct tracee_event *event)
{
	text_format(text, "%" PRId64, event->ret);
}

static void cell_event(struct text *text, const struct tracee_event *event)
{
	text_add(text, event->def->name);
}

static const struct {
	const char *title;
	size_t width;
	void (*write)(struct text *text, const struct tracee_event *event);
} columns[] = {
	{ "TIME(s)", 14, cell_time }, { "UID", 6, cell_uid },  { "COMM", 16, cell_comm },   { "PID", 7, cell_pid },
	{ "TID", 7, cell_tid },	      { "RET", 16, cell_ret }, { "EVENT", 20, cell_event },
};
#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

void event_table_header(struct text *text)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		text_format(text, "%-*s ", (int)columns[i].width, columns[i].title);
	text_add(text, "ARGS\n");
}

void event_table(struct text *text, const struct tracee_event *event)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		size_t start = text->size_bytes;

		columns[i].write(text, event);
		text_pad_to(text, start, columns[i].width);
		text_add_char(text, ' ');
	}
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		text_format(text, "%s%s: ", i ? ", " : "", event->def->args[i].name);
		value_table(text, event, i);
	}
	text_add_char(text, '\n');
}
