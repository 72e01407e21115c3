// SPDX-License-Identifier: Apache-2.0
/*
 * compare [--prefix TEXT] [--summary FILE] --only KIND,... [--also KIND,...] TRUTH EVENTS
 *
 * Compares what the runtime wrote as JSON lines (EVENTS) with what the scenario knows (TRUTH, see
 * scenario/truth.h): for each line of truth of these kinds there must be exactly one line in EVENTS
 * with every field equal, and no event of these kinds of the scenario's processes may be left over. Kinds
 * of --also may have others, too: those that nobody can foretell. No event of either may be one that must never be.
 * Prints TAP, a line for each kind, with the differing fields of the line that comes nearest. FILE
 * becomes {"events":{"right","wrong"},"findings":{"right","wrong"}}: what was found as it should be, and
 * what was not, or should not have been.
 * Ends with 0 if all is equal, 1 if not, 2 if it could not compare.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_KINDS 64
#define N_SHOWN 5 /* failures of one kind that are explained */

struct lines {
	json_t **line;
	size_t n;
	bool *is_expected; /* of events: some truth is equal to it */
};

enum tally_of { EVENTS, FINDINGS, N_TALLIES };

struct comparison {
	const char *prefix;
	char *kinds[N_KINDS];
	size_t n_kinds, n_complete; /* of which these come first, and may have no others */
	struct lines truth, events;
	int n_bad;
	size_t n_may_miss; /* events that the kernel says it has kept from the program, and that were not counted
			      yet */
	struct tally {
		size_t right, wrong;
	} tally[N_TALLIES];
};

static void die(const char *what, const char *which)
{
	fprintf(stderr, "compare: %s '%s'\n", what, which);
	exit(2);
}

static enum tally_of tally_of(const char *kind)
{
	return strncmp(kind, "TRC-", 4) == 0 ? FINDINGS : EVENTS;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void lines_add(struct lines *lines, json_t *line)
{
	lines->line = realloc(lines->line, (lines->n + 1) * sizeof(json_t *));
	lines->is_expected = realloc(lines->is_expected, (lines->n + 1) * sizeof(bool));
	if (!lines->line || !lines->is_expected)
		die("no memory for", "lines");
	lines->is_expected[lines->n] = false;
	lines->line[lines->n++] = line;
}

static void lines_read(struct lines *lines, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL, where[64];
	json_error_t error;
	size_t size = 0;
	json_t *line;

	if (!file)
		die(strerror(errno), path);
	while (getline(&text, &size, file) > 0) {
		line = json_loads(text, JSON_REJECT_DUPLICATES, &error);
		snprintf(where, sizeof(where), "line %zu", lines->n + 1);
		if (!line)
			die(error.text, where);
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
	free(lines->is_expected);
}

/* ---- one value against another ---------------------------------------------------------------- */

static const char *wildcard_of(json_t *expected, json_t **ret_operand)
{
	const char *key;

	if (!json_is_object(expected) || json_object_size(expected) != 1)
		return NULL;
	key = json_object_iter_key(json_object_iter(expected));
	if (key[0] != '$')
		return NULL;
	*ret_operand = json_object_get(expected, key);
	return key;
}

/* Integers beyond 2^53 are not exact as numbers of floating point. */
static bool is_between(json_t *bounds, json_t *found)
{
	json_t *low = json_array_get(bounds, 0), *high = json_array_get(bounds, 1);

	if (json_is_integer(found) && json_is_integer(low) && json_is_integer(high))
		return json_integer_value(found) >= json_integer_value(low) &&
		       json_integer_value(found) <= json_integer_value(high);
	return json_is_number(found) && json_number_value(found) >= json_number_value(low) &&
	       json_number_value(found) <= json_number_value(high);
}

static bool is_equal(json_t *expected, json_t *found);

static bool is_array_equal(json_t *expected, json_t *found)
{
	if (!json_is_array(found) || json_array_size(expected) != json_array_size(found))
		return false;
	for (size_t i = 0; i < json_array_size(expected); i++) {
		if (!is_equal(json_array_get(expected, i), json_array_get(found, i)))
			return false;
	}
	return true;
}

/* Fields that are not expected may be there. */
static bool is_object_within(json_t *expected, json_t *found)
{
	const char *key;
	json_t *value;

	json_object_foreach(expected, key, value)
	{
		if (!is_equal(value, json_object_get(found, key)))
			return false;
	}
	return true;
}

static bool is_equal(json_t *expected, json_t *found)
{
	json_t *operand = NULL;
	const char *wildcard = wildcard_of(expected, &operand);

	if (!found)
		return false;
	if (wildcard && strcmp(wildcard, "$any") == 0)
		return true;
	if (wildcard)
		return is_between(operand, found);
	if (json_is_array(expected))
		return is_array_equal(expected, found);
	if (json_is_object(expected))
		return json_is_object(found) && is_object_within(expected, found);
	return json_equal(expected, found);
}

/* ---- explaining -------------------------------------------------------------------------------- */

static void show(const char *what, json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	printf(" %s %s", what, text ? text : "nothing");
	free(text);
}

/* How many fields differ; prints each if @path is given. Descends where both sides are alike in shape. */
static size_t differences(json_t *expected, json_t *found, const char *path)
{
	json_t *operand = NULL, *value;
	char below[256];
	size_t n = 0, i;
	const char *key;

	if (is_equal(expected, found))
		return 0;
	if (json_is_object(expected) && json_is_object(found) && !wildcard_of(expected, &operand)) {
		json_object_foreach(expected, key, value)
		{
			snprintf(below, sizeof(below), "%s%s%s", path ? path : "", path && path[0] ? "." : "", key);
			n += differences(value, json_object_get(found, key), path ? below : NULL);
		}
		return n;
	}
	if (json_is_array(expected) && json_is_array(found) &&
	    json_array_size(expected) == json_array_size(found)) {
		json_array_foreach(expected, i, value)
		{
			snprintf(below, sizeof(below), "%s[%zu]", path ? path : "", i);
			n += differences(value, json_array_get(found, i), path ? below : NULL);
		}
		return n;
	}
	if (path) {
		printf("#   %s:", path);
		show("expected", expected);
		show("found", found);
		printf("\n");
	}
	return 1;
}

static const char *string_at(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Events are of the kind that their name says, findings of the signature's. */
static bool is_of_kind(json_t *event, const char *kind)
{
	return strcmp(string_at(event, "eventName"), kind) == 0 ||
	       strcmp(string_at(json_object_get(event, "SigMetadata"), "ID"), kind) == 0;
}

static void explain(const struct comparison *c, const char *kind, json_t *expected)
{
	size_t nearest = SIZE_MAX, best = SIZE_MAX;

	for (size_t i = 0; i < c->events.n; i++) {
		size_t n;

		if (!is_of_kind(c->events.line[i], kind) || c->events.is_expected[i])
			continue;
		n = differences(expected, c->events.line[i], NULL);
		if (n < best) {
			best = n;
			nearest = i;
		}
	}
	printf("#  ");
	show("not found:", expected);
	printf("\n");
	if (nearest == SIZE_MAX) {
		printf("#   no %s is left to compare it with\n", kind);
		return;
	}
	printf("#   nearest is line %zu:\n", nearest + 1);
	differences(expected, c->events.line[nearest], "");
}

/* ---- kinds ------------------------------------------------------------------------------------- */

static size_t count_equal(struct comparison *c, const char *kind, json_t *expected)
{
	size_t n = 0;

	for (size_t i = 0; i < c->events.n; i++) {
		if (is_of_kind(c->events.line[i], kind) && is_equal(expected, c->events.line[i])) {
			c->events.is_expected[i] = true;
			n++;
		}
	}
	return n;
}

static void verdict(struct comparison *c, bool is_good, const char *kind, const char *sentence)
{
	printf("%s - %s%s: %s\n", is_good ? "ok" : "not ok", c->prefix, kind, sentence);
	c->n_bad += !is_good;
}

static bool is_truth_of(json_t *line, const char *kind)
{
	return strcmp(string_at(line, "kind"), kind) == 0;
}

/* All lines are looked for before one is explained, so that none is explained by another's event. */
static void compare_kind(struct comparison *c, const char *kind)
{
	size_t n_truth = 0, n_bad = 0, n_missed = 0;
	size_t *n_found = calloc(c->truth.n + 1, sizeof(size_t));
	char sentence[128];

	if (!n_found)
		die("no memory for", kind);
	for (size_t i = 0; i < c->truth.n; i++) {
		if (!is_truth_of(c->truth.line[i], kind) || !json_object_get(c->truth.line[i], "expect"))
			continue;
		n_truth++;
		n_found[i] = count_equal(c, kind, json_object_get(c->truth.line[i], "expect"));
		if (n_found[i] == 0 && c->n_may_miss) {
			c->n_may_miss--;
			n_missed++;
			n_found[i] = 1;
		}
		n_bad += n_found[i] != 1;
	}
	n_truth -= n_missed;
	snprintf(sentence, sizeof(sentence), "%zu expected, %zu of them found exactly once with every field equal",
		 n_truth, n_truth - n_bad);
	if (n_missed)
		printf("# %s%s: %zu more were not seen, and the account says of that many that they were missed\n",
		       c->prefix, kind, n_missed);
	verdict(c, n_truth > 0 && n_bad == 0, kind, sentence);
	c->tally[tally_of(kind)].right += n_truth - n_bad;
	c->tally[tally_of(kind)].wrong += n_bad;
	n_bad = 0;
	for (size_t i = 0; i < c->truth.n; i++) {
		json_t *expected = json_object_get(c->truth.line[i], "expect");

		if (!expected || !is_truth_of(c->truth.line[i], kind) || n_found[i] == 1 || n_bad++ >= N_SHOWN)
			continue;
		if (n_found[i] == 0) {
			explain(c, kind, expected);
		} else {
			printf("#  ");
			show("found more than once:", expected);
			printf("\n");
		}
	}
	free(n_found);
}

/* ---- what is left over -------------------------------------------------------------------------- */

static bool is_of_process(json_t *event, json_t *process)
{
	return json_equal(json_object_get(event, "processId"), json_object_get(process, "processId")) &&
	       json_equal(json_object_get(event, "pidNamespace"), json_object_get(process, "pidNamespace")) &&
	       json_number_value(json_object_get(event, "timestamp")) >=
		       json_number_value(json_object_get(process, "since"));
}

static bool is_of_scenario(const struct comparison *c, json_t *event)
{
	for (size_t i = 0; i < c->truth.n; i++) {
		json_t *process = json_object_get(c->truth.line[i], "process");

		if (process && is_of_process(event, process))
			return true;
	}
	return false;
}

static bool is_wanted(const struct comparison *c, json_t *event)
{
	for (size_t i = 0; i < c->n_complete; i++) {
		if (is_of_kind(event, c->kinds[i]))
			return true;
	}
	return false;
}

static void compare_rest(struct comparison *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->events.n; i++) {
		json_t *line = c->events.line[i];
		json_t *context = json_object_get(line, "Context");

		if (c->events.is_expected[i] || !is_wanted(c, line) || !is_of_scenario(c, context ? context : line))
			continue;
		c->tally[context ? FINDINGS : EVENTS].wrong++;
		if (n++ >= N_SHOWN)
			continue;
		printf("# line %zu", i + 1);
		show("is not expected:", line);
		printf("\n");
	}
	verdict(c, n == 0, "the rest", "no event of the scenario's processes is left over");
}

static void compare_never(struct comparison *c, const char *kind)
{
	size_t n_truth = 0, n_bad = 0;

	for (size_t i = 0; i < c->truth.n; i++) {
		json_t *never = json_object_get(c->truth.line[i], "never");

		if (!never || !is_truth_of(c->truth.line[i], kind))
			continue;
		n_truth++;
		for (size_t k = 0; k < c->events.n; k++) {
			if (!is_of_kind(c->events.line[k], kind) || !is_equal(never, c->events.line[k]))
				continue;
			n_bad++;
			printf("# line %zu", k + 1);
			show("must not be:", c->events.line[k]);
			printf("\n");
		}
	}
	c->tally[tally_of(kind)].wrong += n_bad;
	if (n_truth)
		verdict(c, n_bad == 0, kind, "what is none is not told");
}

static void tell_skipped(const struct comparison *c)
{
	for (size_t i = 0; i < c->truth.n; i++) {
		const char *what = string_at(c->truth.line[i], "skipped");

		if (what[0])
			printf("ok - %s%s could not be provoked # SKIP %s\n", c->prefix, what,
			       string_at(c->truth.line[i], "reason"));
	}
}

static void write_summary(const struct comparison *c, const char *path)
{
	const struct tally *events = &c->tally[EVENTS], *findings = &c->tally[FINDINGS];
	FILE *file = fopen(path, "we");

	if (!file)
		die(strerror(errno), path);
	fprintf(file, "{\"events\":{\"right\":%zu,\"wrong\":%zu},\"findings\":{\"right\":%zu,\"wrong\":%zu}}\n",
		events->right, events->wrong, findings->right, findings->wrong);
	if (fclose(file) != 0)
		die(strerror(errno), path);
}

static void kinds_parse(struct comparison *c, char *list)
{
	for (char *save, *kind = strtok_r(list, ",", &save); kind; kind = strtok_r(NULL, ",", &save)) {
		if (c->n_kinds == N_KINDS)
			die("too many kinds before", kind);
		c->kinds[c->n_kinds++] = kind;
	}
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "prefix", required_argument, NULL, 'p' },   { "only", required_argument, NULL, 'o' },
		{ "also", required_argument, NULL, 'a' },     { "summary", required_argument, NULL, 's' },
		{ "may-miss", required_argument, NULL, 'm' }, { 0 },
	};
	struct comparison c = { .prefix = "" };
	const char *summary = NULL;
	char *also = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (option == 'p')
			c.prefix = optarg;
		else if (option == 'o')
			kinds_parse(&c, optarg);
		else if (option == 'a')
			also = optarg;
		else if (option == 's')
			summary = optarg;
		else if (option == 'm')
			c.n_may_miss = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (argc - optind != 2 || c.n_kinds == 0)
		die("wants --only KIND,... TRUTH EVENTS, not", argc > 1 ? argv[1] : "");
	c.n_complete = c.n_kinds;
	if (also)
		kinds_parse(&c, also);
	lines_read(&c.truth, argv[optind]);
	lines_read(&c.events, argv[optind + 1]);
	for (size_t i = 0; i < c.n_kinds; i++)
		compare_kind(&c, c.kinds[i]);
	for (size_t i = 0; i < c.n_kinds; i++)
		compare_never(&c, c.kinds[i]);
	compare_rest(&c);
	tell_skipped(&c);
	if (summary)
		write_summary(&c, summary);
	lines_done(&c.truth);
	lines_done(&c.events);
	return c.n_bad > 0;
}
