// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "runtime/output/event.h"

#define SHOWN_MAX 60 /* bytes of a construct in a sentence */

enum step_kind { STEP_TEXT, STEP_FIELD, STEP_ARG, STEP_NAME, STEP_TYPE, STEP_VALUE, STEP_RANGE, STEP_END };

struct step {
	enum step_kind kind;
	bool is_json;
	size_t at, length; /* STEP_TEXT, STEP_ARG: in template->strings */
	const struct event_field *field; /* STEP_FIELD */
	size_t other; /* STEP_RANGE: its end; STEP_END: its range */
};

struct template
{
	struct step *steps;
	size_t n;
	struct text strings;
};

/* ---- parsing -------------------------------------------------------------------------------- */

struct parser {
	struct template *template;
	const char *start, *p, *end;
	bool is_in_range;
	size_t range; /* step that opened it */
	const char *range_at;
	struct tracee_error *err;
};

/* A run of bytes of the source. */
struct word {
	const char *p;
	size_t length;
};

static bool word_is(struct word word, const char *string)
{
	return strlen(string) == word.length && memcmp(word.p, string, word.length) == 0;
}

/* The sentence about @construct, with its place. */
static int refuse(struct parser *parser, struct word construct, const char *why)
{
	unsigned int line = 1, column = 1;

	for (const char *p = parser->start; p < construct.p; p++) {
		line += *p == '\n';
		column = *p == '\n' ? 1 : column + 1;
	}
	return error_set(parser->err, -EINVAL, "line %u, column %u: '%.*s%s' %s", line, column,
			 (int)(construct.length < SHOWN_MAX ? construct.length : SHOWN_MAX), construct.p,
			 construct.length < SHOWN_MAX ? "" : "…", why);
}

static int add_step(struct parser *parser, struct word construct, struct step step)
{
	struct template *template = parser->template;

	if (template->n == TEMPLATE_STEPS_MAX)
		return refuse(parser, construct, "is one piece too many for one template");
	template->steps[template->n++] = step;
	return 0;
}

static size_t keep(struct parser *parser, const char *bytes, size_t length)
{
	size_t at = parser->template->strings.size_bytes;

	text_add_bytes(&parser->template->strings, bytes, length);
	return at;
}

/* What stands for itself, up to the next action or the end. */
static int parse_text(struct parser *parser)
{
	static const char escapes[] = "n\nt\t\\\\{{";
	struct word whole = { parser->p, 1 };
	size_t at = parser->template->strings.size_bytes;

	while (parser->p < parser->end && !(parser->end - parser->p > 1 && memcmp(parser->p, "{{", 2) == 0)) {
		size_t left = (size_t)(parser->end - parser->p), i = 0;

		if (*parser->p == '\0')
			return refuse(parser, (struct word){ parser->p, 0 }, "a byte 0 is no text");
		if (*parser->p != '\\') {
			keep(parser, parser->p++, 1);
			continue;
		}
		while (left > 1 && escapes[i] && escapes[i] != parser->p[1])
			i += 2;
		if (left < 2 || !escapes[i])
			return refuse(parser, (struct word){ parser->p, left < 2 ? 1 : 2 },
				      "is not known: expected \\n, \\t, \\\\ or \\{");
		keep(parser, &escapes[i + 1], 1);
		parser->p += 2;
	}
	return add_step(
		parser, whole,
		(struct step){ .kind = STEP_TEXT, .at = at, .length = parser->template->strings.size_bytes - at });
}

static int parse_range(struct parser *parser, struct word action)
{
	if (parser->is_in_range)
		return refuse(parser, action, "stands in another range: there is nothing to go through");
	parser->is_in_range = true;
	parser->range = parser->template->n;
	parser->range_at = action.p;
	return add_step(parser, action, (struct step){ .kind = STEP_RANGE });
}

static int parse_end(struct parser *parser, struct word action)
{
	if (!parser->is_in_range)
		return refuse(parser, action, "ends nothing: no {{range .args}} is before it");
	parser->is_in_range = false;
	parser->template->steps[parser->range].other = parser->template->n;
	return add_step(parser, action, (struct step){ .kind = STEP_END, .other = parser->range });
}

static int parse_item(struct parser *parser, struct word action, struct word path, bool is_json)
{
	static const struct {
		const char *name;
		enum step_kind kind;
	} items[] = { { ".name", STEP_NAME }, { ".type", STEP_TYPE }, { ".value", STEP_VALUE } };

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (word_is(path, items[i].name))
			return add_step(parser, action, (struct step){ .kind = items[i].kind, .is_json = is_json });
	}
	return refuse(parser, action, "is not known in a range: expected .name, .type or .value");
}

static bool is_arg_of_any(struct word name)
{
	size_t n;
	const struct tracee_event_def *defs = tracee_events(&n);

	for (size_t i = 0; i < n; i++) {
		for (unsigned int k = 0; k < defs[i].n_args; k++) {
			if (word_is(name, defs[i].args[k].name))
				return true;
		}
	}
	return false;
}

static int parse_arg(struct parser *parser, struct word action, struct word name, bool is_json)
{
	size_t at;

	if (!is_arg_of_any(name))
		return refuse(parser, action,
			      "is not known: no event has such an argument (tracee-runtime --list=events)");
	at = keep(parser, name.p, name.length);
	keep(parser, "", 1);
	return add_step(parser, action, (struct step){ .kind = STEP_ARG, .is_json = is_json, .at = at });
}

/* What begins with a dot. */
static int parse_path(struct parser *parser, struct word action, struct word path, bool is_json)
{
	const struct event_field *field;

	if (parser->is_in_range)
		return parse_item(parser, action, path, is_json);
	if (path.length > 6 && memcmp(path.p, ".args.", 6) == 0)
		return parse_arg(parser, action, (struct word){ path.p + 6, path.length - 6 }, is_json);
	field = path.length ? event_field_find(path.p + 1, path.length - 1) : NULL;
	if (!field || path.p[0] != '.')
		return refuse(parser, action,
			      "is not known: expected {{.KEY}} with a key of the JSON output, {{.args.NAME}}, "
			      "{{json .KEY}}, {{range .args}} or {{end}}");
	return add_step(parser, action, (struct step){ .kind = STEP_FIELD, .is_json = is_json, .field = field });
}

/* Takes the next word off @rest; an empty one at the end. */
static struct word next_word(struct word *rest)
{
	struct word word;

	while (rest->length && (*rest->p == ' ' || *rest->p == '\t'))
		rest->p++, rest->length--;
	word = (struct word){ rest->p, 0 };
	while (rest->length && *rest->p != ' ' && *rest->p != '\t')
		rest->p++, rest->length--, word.length++;
	return word;
}

/* @action is the whole of it, braces included. */
static int parse_words(struct parser *parser, struct word action)
{
	struct word rest = { action.p + 2, action.length - 4 };
	struct word first = next_word(&rest), second = next_word(&rest), third = next_word(&rest);

	if (third.length)
		return refuse(parser, action, "has too many words");
	if (word_is(first, "json"))
		return parse_path(parser, action, second, true);
	if (word_is(first, "range") && word_is(second, ".args"))
		return parse_range(parser, action);
	if (word_is(first, "end") && !second.length)
		return parse_end(parser, action);
	/* Two words that are neither are no path, which the sentence says. */
	return parse_path(parser, action, second.length ? (struct word){ "", 0 } : first, false);
}

static int parse_action(struct parser *parser)
{
	size_t left = (size_t)(parser->end - parser->p);
	const char *close = memmem(parser->p + 2, left - 2, "}}", 2);
	struct word action = { parser->p, close ? (size_t)(close + 2 - parser->p) : left };

	if (!close)
		return refuse(parser, action, "is not closed: expected '}}'");
	parser->p = close + 2;
	return parse_words(parser, action);
}

static int parse(struct parser *parser)
{
	int r = 0;

	while (r == 0 && parser->p < parser->end) {
		if (parser->end - parser->p > 1 && memcmp(parser->p, "{{", 2) == 0)
			r = parse_action(parser);
		else
			r = parse_text(parser);
	}
	if (r == 0 && parser->is_in_range)
		r = refuse(parser, (struct word){ parser->range_at, strlen("{{range") },
			   "has no end: expected {{end}} behind what is repeated");
	if (r == 0 && text_error(&parser->template->strings))
		r = error_errno(parser->err, text_error(&parser->template->strings), "template");
	return r;
}

DEFINE_CLEANUP(struct template *, template_free)

int template_compile(const char *source, size_t size_bytes, struct template **ret_template,
		     struct tracee_error *err)
{
	CLEANUP(template_free_at) struct template *template = calloc(1, sizeof(*template));
	struct parser parser = {
		.template = template, .start = source, .p = source, .end = source + size_bytes, .err = err
	};
	int r;

	if (size_bytes > TEMPLATE_SIZE_MAX)
		return error_set(err, -EINVAL, "it has more than %u bytes", TEMPLATE_SIZE_MAX);
	if (template)
		template->steps = calloc(TEMPLATE_STEPS_MAX, sizeof(*template->steps));
	if (!template || !template->steps)
		return error_errno(err, -ENOMEM, "template");
	text_init(&template->strings, 2 * TEMPLATE_SIZE_MAX);
	r = parse(&parser);
	if (r == 0)
		*ret_template = TAKE(template);
	return r;
}

void template_free(struct template *template)
{
	if (!template)
		return;
	free(template->steps);
	text_done(&template->strings);
	free(template);
}

/* ---- running -------------------------------------------------------------------------------- */

static void run_arg(struct text *text, bool is_json, const struct tracee_event *event, unsigned int i,
		    const struct output_form *form)
{
	struct json json;

	json_init(&json, text);
	if (!is_json)
		event_arg_plain(text, event, i, form);
	else
		event_arg_json(&json, NULL, event, i, form);
}

static void run_arg_of_name(struct text *text, bool is_json, const char *name, const struct tracee_event *event,
			    const struct output_form *form)
{
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		if (strcmp(event->def->args[i].name, name) == 0) {
			run_arg(text, is_json, event, i, form);
			return;
		}
	}
	text_add(text, is_json ? "null" : "");
}

static void run_field(struct text *text, const struct step *step, const struct tracee_event *event,
		      const struct output_form *form)
{
	struct json json;

	json_init(&json, text);
	if (step->is_json || !step->field->plain)
		step->field->json(&json, NULL, event, form);
	else
		step->field->plain(text, event, form);
}

/* Names and types are ours: there is nothing in them to escape. */
static void run_definition(struct text *text, bool is_json, const char *string)
{
	struct json json;

	json_init(&json, text);
	if (is_json)
		json_add_string(&json, NULL, string);
	else
		text_add(text, string);
}

static void run_step(const struct template *template, const struct step *step, unsigned int arg, struct text *text,
		     const struct tracee_event *event, const struct output_form *form)
{
	const char *string = text_string(&template->strings) + step->at;

	switch (step->kind) {
	case STEP_TEXT:
		text_add_bytes(text, string, step->length);
		break;
	case STEP_FIELD:
		run_field(text, step, event, form);
		break;
	case STEP_ARG:
		run_arg_of_name(text, step->is_json, string, event, form);
		break;
	case STEP_NAME:
		run_definition(text, step->is_json, event->def->args[arg].name);
		break;
	case STEP_TYPE:
		run_definition(text, step->is_json, event->def->args[arg].type);
		break;
	case STEP_VALUE:
		run_arg(text, step->is_json, event, arg, form);
		break;
	case STEP_RANGE:
	case STEP_END:
	default:
		break;
	}
}

void template_run(const struct template *template, struct text *text, const struct tracee_event *event,
		  const struct output_form *form)
{
	unsigned int arg = 0, n_args = event->def->n_args;

	for (size_t i = 0; i < template->n; i++) {
		const struct step *step = &template->steps[i];

		if (step->kind == STEP_RANGE && n_args == 0)
			i = step->other;
		else if (step->kind == STEP_RANGE)
			arg = 0;
		else if (step->kind == STEP_END && ++arg < n_args)
			i = step->other;
		else
			run_step(template, step, arg, text, event, form);
	}
}
