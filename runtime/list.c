// SPDX-License-Identifier: Apache-2.0
#include "runtime/list.h"

#include <stdlib.h>
#include <string.h>

#include "libtracee/base/json.h"
#include "runtime/detect/engine.h"
#include "runtime/load/plan.h"
#include "runtime/selection.h"

#define NAME_WIDTH 22
#define SETS_WIDTH 40
#define TAGS_WIDTH 15
#define N_EVENTS_MAX 1024

/* What tells @signature on a kernel where @broken programs cannot be had; NULL: nothing. */
static const char *source_of(const struct signature *signature, uint64_t broken)
{
	const struct signature_form *form = plan_form(signature, broken);

	return form ? plan_how(form, broken) : NULL;
}

static void rules_table(struct text *text, uint64_t broken)
{
	text_format(text, "%-10s %-35s %-7s %-60s %-15s %s\n", "ID", "NAME", "VERSION", "DESCRIPTION", "TAGS", "SOURCE HERE");
	for (size_t i = 0; signatures[i]; i++) {
		const char *source = source_of(signatures[i], broken);
		size_t start;

		text_format(text, "%-10s %-35s %-7s %-60s ", signatures[i]->id, signatures[i]->name, signatures[i]->version,
			    signatures[i]->description);
		start = text->size_bytes;
		for (const char *const *tag = signatures[i]->tags; *tag; tag++)
			text_format(text, "%s%s", tag == signatures[i]->tags ? "" : ",", *tag);
		text_pad_to(text, start, TAGS_WIDTH + 1);
		text_format(text, "%s\n", source ? source : "none");
	}
}

static void rules_json(struct json *json, uint64_t broken)
{
	for (size_t i = 0; signatures[i]; i++) {
		const char *source = source_of(signatures[i], broken);

		json_object_open(json, NULL);
		json_add_string(json, "id", signatures[i]->id);
		json_add_string(json, "name", signatures[i]->name);
		json_add_string(json, "version", signatures[i]->version);
		json_add_string(json, "description", signatures[i]->description);
		json_add_uint(json, "severity", signatures[i]->severity);
		json_add_string(json, "mitre", signatures[i]->mitre);
		json_array_open(json, "tags");
		for (const char *const *tag = signatures[i]->tags; *tag; tag++)
			json_add_string(json, NULL, *tag);
		json_array_close(json);
		if (source)
			json_add_string(json, "source", source);
		else
			json_add_null(json, "source");
		json_object_close(json);
	}
}

static void event_row(struct text *text, const struct tracee_event_def *event, enum tracee_arch arch)
{
	size_t start = text->size_bytes;

	text_format(text, "%-*s ", NAME_WIDTH, event->name);
	text_format(text, "[%s]", event->sets);
	text_pad_to(text, start, NAME_WIDTH + 1 + SETS_WIDTH);
	text_add(text, " (");
	for (unsigned int i = 0; i < event->n_args; i++)
		text_format(text, "%s%s %s", i ? ", " : "", event->args[i].type, event->args[i].name);
	text_add(text, selection_can_trace(event, arch) ? ")\n" : "), does not return: not traced\n");
}

enum block { BLOCK_SYSCALLS, BLOCK_COMPAT, BLOCK_OTHER, N_BLOCKS };

static const struct {
	const char *title;
	const char *counted; /* "372 system calls" */
} blocks[N_BLOCKS] = {
	[BLOCK_SYSCALLS] = { "System Calls", "system calls" },
	[BLOCK_COMPAT] = { "32-bit System Calls", "system calls that only 32-bit processes have" },
	[BLOCK_OTHER] = { "Other Events", "other events" },
};

static enum block block_of(const struct tracee_event_def *event, enum tracee_arch arch)
{
	if (!event->is_syscall)
		return BLOCK_OTHER;
	return event->nr[arch] == TRACEE_NO_SYSCALL ? BLOCK_COMPAT : BLOCK_SYSCALLS;
}

static enum tracee_arch sort_arch;

static int compare_events(const void *a, const void *b)
{
	const struct tracee_event_def *const *x = a, *const *y = b;

	return tracee_event_slot(*x, sort_arch) - tracee_event_slot(*y, sort_arch);
}

/* The events of @arch, block by block, each by ascending number. */
static size_t sorted_events(enum tracee_arch arch, const struct tracee_event_def **ret_events)
{
	size_t n_all, n = 0;
	const struct tracee_event_def *all = tracee_events(&n_all);

	for (size_t i = 0; i < n_all && n < N_EVENTS_MAX; i++) {
		if (tracee_event_slot(&all[i], arch) >= 0)
			ret_events[n++] = &all[i];
	}
	sort_arch = arch;
	qsort(ret_events, n, sizeof(ret_events[0]), compare_events);
	return n;
}

static void heading(struct text *text, const char *title)
{
	text_format(text, "%-*s %-*s %s\n", NAME_WIDTH, title, SETS_WIDTH, "Sets", "Arguments");
	for (size_t i = 0; i < NAME_WIDTH + SETS_WIDTH + 2 + strlen("Arguments"); i++)
		text_add_char(text, '-');
	text_add_char(text, '\n');
}

static void events_table(struct text *text, enum tracee_arch arch)
{
	const struct tracee_event_def *events[N_EVENTS_MAX] = { NULL };
	size_t n = sorted_events(arch, events), n_of[N_BLOCKS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		enum block block = block_of(events[i], arch);

		if (n_of[block]++ == 0) {
			text_add(text, i ? "\n" : "");
			heading(text, blocks[block].title);
		}
		event_row(text, events[i], arch);
	}
	text_format(text, "\n%s:", tracee_arch_name(arch));
	for (size_t i = 0; i < N_BLOCKS; i++)
		text_format(text, "%s %zu %s", i ? "," : "", n_of[i], blocks[i].counted);
	text_add_char(text, '\n');
}

/* The words of @list as an array. */
static void words_json(struct json *json, const char *key, const char *list)
{
	json_array_open(json, key);
	while (*list) {
		size_t length = strcspn(list, " ");

		json_add_string_bytes(json, NULL, list, length);
		list += length + (list[length] == ' ');
	}
	json_array_close(json);
}

static void events_json(struct json *json, enum tracee_arch arch)
{
	const struct tracee_event_def *events[N_EVENTS_MAX] = { NULL };
	size_t n = sorted_events(arch, events);

	for (size_t i = 0; i < n; i++) {
		json_object_open(json, NULL);
		json_add_uint(json, "id", tracee_event_number(events[i], arch));
		json_add_string(json, "name", events[i]->name);
		json_add_bool(json, "syscall", events[i]->is_syscall);
		json_add_bool(json, "compatOnly", block_of(events[i], arch) == BLOCK_COMPAT);
		json_add_bool(json, "traceable", selection_can_trace(events[i], arch));
		words_json(json, "sets", events[i]->sets);
		json_array_open(json, "args");
		for (unsigned int k = 0; k < events[i]->n_args; k++) {
			json_object_open(json, NULL);
			json_add_string(json, "name", events[i]->args[k].name);
			json_add_string(json, "type", events[i]->args[k].type);
			json_object_close(json);
		}
		json_array_close(json);
		json_object_close(json);
	}
}

static size_t members(const char *set, enum tracee_arch arch)
{
	size_t n_all, n = 0;
	const struct tracee_event_def *all = tracee_events(&n_all);

	for (size_t i = 0; i < n_all; i++)
		n += tracee_event_in_set(&all[i], set) && selection_can_trace(&all[i], arch);
	return n;
}

static void sets_table(struct text *text, enum tracee_arch arch)
{
	text_format(text, "%-*s %s\n", NAME_WIDTH, "SET", "EVENTS");
	for (const char *const *set = tracee_event_sets(); *set; set++)
		text_format(text, "%-*s %zu\n", NAME_WIDTH, *set, members(*set, arch));
}

static void sets_json(struct json *json, enum tracee_arch arch)
{
	for (const char *const *set = tracee_event_sets(); *set; set++) {
		json_object_open(json, NULL);
		json_add_string(json, "name", *set);
		json_add_uint(json, "events", members(*set, arch));
		json_object_close(json);
	}
}

void list_write(struct text *text, enum list_what what, enum format format, enum tracee_arch arch, uint64_t broken)
{
	struct json json;

	if (format == FORMAT_TABLE) {
		if (what == LIST_RULES)
			rules_table(text, broken);
		else if (what == LIST_EVENTS)
			events_table(text, arch);
		else
			sets_table(text, arch);
		return;
	}
	json_init(&json, text);
	json_array_open(&json, NULL);
	if (what == LIST_RULES)
		rules_json(&json, broken);
	else if (what == LIST_EVENTS)
		events_json(&json, arch);
	else
		sets_json(&json, arch);
	json_array_close(&json);
	text_add_char(text, '\n');
}
