// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/finding.h"

#include <string.h>
#include <time.h>

#include "libtracee/base/json.h"
#include "libtracee/base/escape.h"
#include "runtime/output/event.h"

static void add_line(struct text *text, const char *title, const char *value)
{
	text_format(text, "%s: ", title);
	escape_text(text, value, strlen(value));
	text_add_char(text, '\n');
}

void finding_table(struct text *text, const struct signature *signature, const struct tracee_event *event,
		   const struct output_form *form)
{
	/* A record may claim any time: the sum wraps. */
	int64_t real_ns = (int64_t)(event->time_ns + (uint64_t)form->clock_offset_ns);
	time_t seconds = (time_t)(real_ns / 1000000000);
	char date[32] = "";
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	text_add(text, "\n*** Detection ***\n");
	add_line(text, "Time", date);
	add_line(text, "Signature ID", signature->id);
	add_line(text, "Signature", signature->name);
	add_line(text, "Data", "map[]");
	add_line(text, "Command", event->comm);
	add_line(text, "Hostname", event->host_name);
}

static void json_metadata(struct json *json, const struct signature *signature)
{
	json_object_open(json, "SigMetadata");
	json_string(json, "ID", signature->id);
	json_string(json, "Version", signature->version);
	json_string(json, "Name", signature->name);
	json_string(json, "Description", signature->description);
	json_array_open(json, "Tags");
	for (const char *const *tag = signature->tags; *tag; tag++)
		json_string(json, NULL, *tag);
	json_array_close(json);
	json_object_open(json, "Properties");
	json_string(json, "MITRE ATT&CK", signature->mitre);
	json_uint(json, "Severity", signature->severity);
	json_object_close(json);
	json_object_close(json);
}

void finding_json(struct text *text, const struct signature *signature, const struct tracee_event *event,
		  const struct output_form *form)
{
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_null(&json, "Data");
	event_json(&json, "Context", event, form);
	json_metadata(&json, signature);
	json_object_close(&json);
	text_add_char(text, '\n');
}
