// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/finding.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "libtracee/base/json.h"
#include "libtracee/base/escape.h"
#include "runtime/containers/names.h"
#include "runtime/output/event.h"
#include "runtime/output/value.h"

#define TIME_MAX 64

static void add_line(struct text *text, const char *title, const char *value)
{
	text_format(text, "%s: ", title);
	escape_text(text, value, strlen(value));
	text_add_char(text, '\n');
}

/* From the parent on: "bash(1000) < sshd(77) < systemd(1)". */
static void add_ancestors(struct text *text, const struct tracee_event *event)
{
	struct tracee_ancestor ancestor;

	if (!event->ancestors)
		return;
	text_add(text, "Ancestors: ");
	for (uint32_t i = 0; i < event->n_ancestors; i++) {
		tracee_event_ancestor(event, i, &ancestor);
		text_add(text, i ? " < " : "");
		escape_text(text, ancestor.comm, strlen(ancestor.comm));
		text_format(text, "(%u)", ancestor.host_pid);
	}
	text_add_char(text, '\n');
}

static void add_executable(struct text *text, const struct tracee_event *event)
{
	if (!event->executable.path)
		return;
	text_add(text, "Executable: ");
	escape_text(text, (const char *)event->executable.path, event->executable.path_size_bytes);
	text_add_char(text, '\n');
}

static void add_container(struct text *text, const struct tracee_event *event, const struct output_form *form)
{
	if (!event->container_id[0])
		return;
	text_format(text, "Container: %s", event->container_id);
	if (form->names) {
		const struct container_label *label = container_names_of(form->names, event);

		text_add_char(text, ' ');
		escape_text(text, label->name, strlen(label->name));
		text_add(text, " (");
		escape_text(text, label->image, strlen(label->image));
		text_add_char(text, ')');
	}
	text_add_char(text, '\n');
}

/* "map[key:value key:value]", as Tracee prints it. */
static void add_data(struct text *text, const struct finding *finding)
{
	text_add(text, "Data: map[");
	for (size_t i = 0; i < finding->n_data; i++) {
		const struct finding_datum *datum = &finding->data[i];

		text_format(text, "%s%s:", i ? " " : "", datum->key);
		if (datum->kind == FINDING_NUMBER)
			text_format(text, "%" PRId64, datum->number);
		else if (datum->kind == FINDING_ARGUMENT)
			value_table(text, finding->event, datum->arg);
		else
			escape_text(text, (const char *)datum->bytes, datum->size_bytes);
	}
	text_add(text, "]\n");
}

void finding_table(struct text *text, const struct finding *finding, const struct output_form *form)
{
	const struct tracee_event *event = finding->event;
	/* A record may claim any time: the sum wraps. */
	int64_t real_ns = (int64_t)(event->time_ns + (uint64_t)form->clock_offset_ns);
	time_t seconds = (time_t)(real_ns / 1000000000);
	char date[32] = "";
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	text_add(text, "\n*** Detection ***\n");
	add_line(text, "Time", date);
	add_line(text, "Signature ID", finding->signature->id);
	add_line(text, "Signature", finding->signature->name);
	add_data(text, finding);
	add_line(text, "Command", event->comm);
	add_executable(text, event);
	add_line(text, "Hostname", event->host_name);
	add_container(text, event, form);
	add_ancestors(text, event);
	if (finding->count > 1)
		text_format(text, "Count: %" PRIu64 "\n", finding->count);
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void json_date(struct json *json, const char *key, uint64_t time_ns, const struct output_form *form)
{
	char bytes[TIME_MAX];
	struct text text;

	text_init_in(&text, bytes, sizeof(bytes));
	form_date(form, time_ns, &text);
	json_add_string(json, key, text_string(&text));
}

static void json_data(struct json *json, const struct finding *finding)
{
	if (!finding->n_data) {
		json_add_null(json, "Data");
		return;
	}
	json_object_open(json, "Data");
	for (size_t i = 0; i < finding->n_data; i++) {
		const struct finding_datum *datum = &finding->data[i];

		if (datum->kind == FINDING_NUMBER)
			json_add_int(json, datum->key, datum->number);
		else if (datum->kind == FINDING_ARGUMENT)
			value_json(json, datum->key, finding->event, datum->arg);
		else
			json_add_string_bytes(json, datum->key, datum->bytes, datum->size_bytes);
	}
	json_object_close(json);
}

static void json_metadata(struct json *json, const struct finding *finding)
{
	const struct signature *signature = finding->signature;

	json_object_open(json, "SigMetadata");
	json_add_string(json, "ID", signature->id);
	json_add_string(json, "Version", signature->version);
	json_add_string(json, "Name", signature->name);
	json_add_string(json, "Description", signature->description);
	json_array_open(json, "Tags");
	for (const char *const *tag = signature->tags; *tag; tag++)
		json_add_string(json, NULL, *tag);
	json_array_close(json);
	json_object_open(json, "Properties");
	json_add_string(json, "MITRE ATT&CK", signature->mitre);
	json_add_uint(json, "Severity", finding->severity);
	json_object_close(json);
	json_object_close(json);
}

static void json_process_open(struct json *json, const char *key, const struct tracee_ancestor *process,
			      const struct output_form *form)
{
	json_object_open(json, key);
	json_add_uint(json, "hostProcessId", process->host_pid);
	json_add_string(json, "name", process->comm);
	json_add_uint(json, "userId", process->uid);
	json_date(json, "startTime", process->start_time_ns, form);
}

static void json_ancestors(struct json *json, const struct tracee_event *event, const struct output_form *form)
{
	struct tracee_ancestor ancestor;

	if (!event->ancestors) {
		json_add_null(json, "ancestors");
		return;
	}
	json_array_open(json, "ancestors");
	for (uint32_t i = 0; i < event->n_ancestors; i++) {
		tracee_event_ancestor(event, i, &ancestor);
		json_process_open(json, NULL, &ancestor, form);
		json_object_close(json);
	}
	json_array_close(json);
}

static void json_executable(struct json *json, const struct tracee_event *event)
{
	const struct tracee_executable *executable = &event->executable;

	if (!event->has_executable) {
		json_add_null(json, "executable");
		return;
	}
	json_object_open(json, "executable");
	json_add_string_bytes(json, "path", executable->path ? executable->path : (const uint8_t *)"", executable->path_size_bytes);
	json_add_uint(json, "dev", executable->dev);
	json_add_uint(json, "inode", executable->inode);
	json_add_uint(json, "userId", executable->uid);
	json_object_close(json);
}

static void json_process(struct json *json, const struct tracee_event *event, const struct output_form *form)
{
	struct tracee_ancestor process = {
		.start_time_ns = event->start_time_ns,
		.host_pid = event->host_pid,
		.uid = event->uid,
	};

	memcpy(process.comm, event->comm, sizeof(process.comm));
	json_process_open(json, "process", &process, form);
	json_executable(json, event);
	json_ancestors(json, event, form);
	json_object_close(json);
}

static void json_container(struct json *json, const struct tracee_event *event, const struct output_form *form)
{
	if (!event->container_id[0]) {
		json_add_null(json, "container");
		return;
	}
	json_object_open(json, "container");
	json_add_string(json, "id", event->container_id);
	if (form->names) {
		const struct container_label *label = container_names_of(form->names, event);

		json_add_string(json, "name", label->name);
		json_add_string(json, "image", label->image);
	}
	json_object_close(json);
}

void finding_json(struct text *text, const struct finding *finding, const struct output_form *form)
{
	const struct tracee_event *event = finding->event;
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_data(&json, finding);
	event_json(&json, "Context", event, form);
	json_metadata(&json, finding);
	json_date(&json, "time", event->time_ns, form);
	json_add_string(&json, "host", event->host_name);
	json_container(&json, event, form);
	json_process(&json, event, form);
	json_add_uint(&json, "severity", finding->severity);
	json_add_uint(&json, "count", finding->count);
	json_object_close(&json);
	text_add_char(text, '\n');
}
