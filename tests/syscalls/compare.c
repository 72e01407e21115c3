// SPDX-License-Identifier: Apache-2.0
/*
 * compare CONSTANTS TRUTH EVENTS
 *
 * Compares what the runtime wrote as JSON lines (EVENTS, of anybody) with what calls.c knows (TRUTH): for each call
 * there must be exactly one event of that thread, but for the end of the clone(2) that made it, with the same name,
 * return value and arguments. CONSTANTS is what `calls --constants` says.
 *
 * An argument is right
 *  - that was passed as a number: where the event has this number, with this sign, or, unless its type there is a
 *    pointer, a text of names and digits joined by '|' that has the number's bits;
 *  - that was passed as an address: where the event has it as hexadecimal text;
 *  - that was passed as a text: where the event has the same text;
 *  - that was passed as a structure: where the event has the same JSON, but for numbers that are written otherwise.
 * Prints what is wrong, a line each, and `called N, right N, wrong N; system calls N, right N, wrong N`. Ends with
 * 0 if all is right, 1 if not, 2 if it could not compare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/syscalls/value.h"

#define OURS "\"processName\":\"calls" /* and calls32 */
#define REASON_SIZE 1024

struct lines {
	json_t **line;
	size_t n;
};

/* What a text of names leaves out. */
static const struct {
	const char *event;
	size_t arg;
	uint64_t bits;
} unnamed[] = {
	{ "clone", 0, 0xff }, /* the signal that tells the parent of the end is no flag */
};

/* ---- reading ---------------------------------------------------------------------------------- */

static void lines_add(struct lines *lines, json_t *line)
{
	lines->line = realloc(lines->line, (lines->n + 1) * sizeof(json_t *));
	if (!lines->line)
		value_die("no memory for", "lines");
	lines->line[lines->n++] = line;
}

/* Those lines of a file that have @mark in them. */
static void lines_read(struct lines *lines, const char *path, const char *mark)
{
	FILE *file = fopen(path, "re");
	json_error_t error;
	char *text = NULL;
	size_t size = 0;
	json_t *line;

	if (!file)
		value_die(strerror(errno), path);
	while (getline(&text, &size, file) > 0) {
		if (!strstr(text, mark))
			continue;
		line = json_loads(text, JSON_REJECT_DUPLICATES, &error);
		if (!line)
			value_die(error.text, text);
		lines_add(lines, line);
	}
	free(text);
	fclose(file);
}

static void lines_done(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		json_decref(lines->line[i]);
	free(lines->line);
}

/* ---- one call --------------------------------------------------------------------------------- */

static uint64_t unnamed_bits(const char *event, size_t arg)
{
	for (size_t i = 0; i < sizeof(unnamed) / sizeof(unnamed[0]); i++) {
		if (strcmp(unnamed[i].event, event) == 0 && unnamed[i].arg == arg)
			return unnamed[i].bits;
	}
	return 0;
}

static bool is_pointer(json_t *arg)
{
	return strchr(json_string_value(json_object_get(arg, "type")), '*');
}

static bool is_number_right(json_t *constants, const char *event, size_t i, json_t *expected, json_t *arg)
{
	uint64_t number = (uint64_t)json_integer_value(expected), named;
	json_t *found = json_object_get(arg, "value");
	const char *unknown;

	if (json_is_integer(found))
		return json_integer_value(found) == json_integer_value(expected);
	if (!json_is_string(found) || is_pointer(arg))
		return false;
	return value_number(constants, json_string_value(found), json_string_length(found), &named, &unknown) &&
	       value_is_same(named, number & ~unnamed_bits(event, i));
}

static bool is_address_right(json_t *expected, json_t *found)
{
	const char *text = json_string_value(found);

	return text && strncmp(text, "0x", 2) == 0 && strcasecmp(text, json_string_value(expected)) == 0;
}

/* A member of a structure: the same text, or texts that stand for the same number. */
static bool is_member_right(json_t *constants, json_t *expected, json_t *found)
{
	uint64_t a, b;
	const char *unknown;

	if (!json_is_string(expected) || !json_is_string(found))
		return json_equal(expected, found);
	if (json_equal(expected, found))
		return true;
	return value_number(constants, json_string_value(expected), json_string_length(expected), &a, &unknown) &&
	       value_number(constants, json_string_value(found), json_string_length(found), &b, &unknown) && a == b;
}

static bool is_structure_right(json_t *constants, json_t *expected, json_t *found)
{
	const char *key;
	json_t *member;

	if (!json_is_object(expected) || !json_is_object(found))
		return json_equal(expected, found);
	if (json_object_size(expected) != json_object_size(found))
		return false;
	json_object_foreach(expected, key, member)
	{
		if (!is_member_right(constants, member, json_object_get(found, key)))
			return false;
	}
	return true;
}

static bool is_arg_right(json_t *constants, const char *event, size_t i, json_t *truth, json_t *arg)
{
	json_t *found = json_object_get(arg, "value"), *expected;

	if ((expected = json_object_get(truth, "number")))
		return is_number_right(constants, event, i, expected, arg);
	if ((expected = json_object_get(truth, "address")))
		return is_address_right(expected, found);
	if ((expected = json_object_get(truth, "text")))
		return json_equal(expected, found);
	return is_structure_right(constants, json_object_get(truth, "json"), found);
}

static void reason_arg(char *ret_reason, json_t *truth, json_t *arg)
{
	char *expected = json_dumps(truth, JSON_COMPACT), *found = json_dumps(arg, JSON_COMPACT | JSON_ENCODE_ANY);

	snprintf(ret_reason, REASON_SIZE, "passed %s, event has %s", expected, found);
	free(expected);
	free(found);
}

/* Whether @event is what @truth says; if not, the first difference. */
static bool is_event_right(json_t *constants, json_t *truth, json_t *event, char *ret_reason)
{
	const char *name = json_string_value(json_object_get(truth, "event"));
	json_t *expected = json_object_get(truth, "args"), *args = json_object_get(event, "args");
	json_t *arg;
	size_t i;

	if (json_array_size(expected) != json_array_size(args)) {
		snprintf(ret_reason, REASON_SIZE, "passed %zu arguments, event has %zu", json_array_size(expected),
			 json_array_size(args));
		return false;
	}
	json_array_foreach(args, i, arg)
	{
		if (!is_arg_right(constants, name, i, json_array_get(expected, i), arg)) {
			reason_arg(ret_reason, json_array_get(expected, i), arg);
			return false;
		}
	}
	if (!json_equal(json_object_get(truth, "ret"), json_object_get(event, "returnValue"))) {
		snprintf(ret_reason, REASON_SIZE,
			 "returned %" JSON_INTEGER_FORMAT ", event has %" JSON_INTEGER_FORMAT,
			 json_integer_value(json_object_get(truth, "ret")),
			 json_integer_value(json_object_get(event, "returnValue")));
		return false;
	}
	return true;
}

/* Every process begins where the clone(2) that made it returns 0 to it, and some kernels tell that too. */
static bool is_birth(json_t *event)
{
	return strcmp(json_string_value(json_object_get(event, "eventName")), "clone") == 0 &&
	       json_integer_value(json_object_get(event, "returnValue")) == 0;
}

static bool is_call_right(json_t *constants, json_t *truth, const struct lines *events, char *ret_reason)
{
	const char *name = json_string_value(json_object_get(truth, "event"));
	bool is_right = false;
	size_t n = 0;

	if (!json_object_get(truth, "ret")) {
		snprintf(ret_reason, REASON_SIZE, "the call did not return");
		return false;
	}
	for (size_t i = 0; i < events->n; i++) {
		json_t *event = events->line[i];
		const char *found = json_string_value(json_object_get(event, "eventName"));

		if (!json_equal(json_object_get(event, "hostThreadId"), json_object_get(truth, "tid")) ||
		    is_birth(event))
			continue;
		n++;
		if (strcmp(found, name) == 0)
			is_right = is_event_right(constants, truth, event, ret_reason);
		else
			snprintf(ret_reason, REASON_SIZE, "the event is called %s", found);
	}
	if (n == 1)
		return is_right;
	snprintf(ret_reason, REASON_SIZE, n == 0 ? "no event" : "%zu events where one is expected", n);
	return false;
}

static bool is_same_event(json_t *a, json_t *b)
{
	return json_equal(json_object_get(a, "event"), json_object_get(b, "event"));
}

/* System calls, each of which may have been called several times: how many there are, and how many are wrong. */
static void summary_write(const struct lines *truth, const bool *is_wrong, size_t n_wrong)
{
	size_t n_events = 0, n_events_wrong = 0;

	for (size_t i = 0; i < truth->n; i++) {
		bool is_first = true, is_event_wrong = false;

		for (size_t k = 0; k < truth->n; k++) {
			if (!is_same_event(truth->line[i], truth->line[k]))
				continue;
			is_first &= k >= i;
			is_event_wrong |= is_wrong[k];
		}
		n_events += is_first;
		n_events_wrong += is_first && is_event_wrong;
	}
	printf("called %zu, right %zu, wrong %zu; system calls %zu, right %zu, wrong %zu\n", truth->n,
	       truth->n - n_wrong, n_wrong, n_events, n_events - n_events_wrong, n_events_wrong);
}

int main(int argc, char **argv)
{
	struct lines truth = { 0 }, events = { 0 };
	char reason[REASON_SIZE];
	json_t *constants;
	size_t n_wrong = 0;
	bool *is_wrong;

	if (argc != 4) {
		fprintf(stderr, "usage: compare CONSTANTS TRUTH EVENTS\n");
		return 2;
	}
	constants = value_load(argv[1]);
	lines_read(&truth, argv[2], "{");
	lines_read(&events, argv[3], OURS);
	is_wrong = calloc(truth.n + 1, sizeof(bool));
	if (!is_wrong)
		value_die("no memory for", "results");
	for (size_t i = 0; i < truth.n; i++) {
		is_wrong[i] = !is_call_right(constants, truth.line[i], &events, reason);
		n_wrong += is_wrong[i];
		if (is_wrong[i])
			printf("%s: %s\n", json_string_value(json_object_get(truth.line[i], "event")), reason);
	}
	summary_write(&truth, is_wrong, n_wrong);
	free(is_wrong);
	json_decref(constants);
	lines_done(&truth);
	lines_done(&events);
	return truth.n == 0 ? 2 : n_wrong > 0;
}
