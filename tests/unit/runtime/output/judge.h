/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_RUNTIME_OUTPUT_JUDGE_H
#define TEST_RUNTIME_OUTPUT_JUDGE_H

/* Whether what the printers make of an event can be printed on a terminal, and read as JSON. */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"
#include "runtime/output/template.h"

/* NULL, or what is wrong: lines of UTF-8 in which a terminal finds no command. */
static inline const char *judge_text(const char *bytes, size_t size_bytes)
{
	json_t *string = json_stringn(bytes, size_bytes);
	bool is_utf8 = string;

	json_decref(string);
	if (!is_utf8)
		return "it is not UTF-8";
	if (size_bytes && bytes[size_bytes - 1] != '\n')
		return "it does not end with a line";
	for (size_t i = 0; i < size_bytes; i++) {
		unsigned char c = (unsigned char)bytes[i], next = (unsigned char)bytes[i + 1];

		if ((c < 0x20 && c != '\n') || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0))
			return "it has a control character";
	}
	return NULL;
}

/* Numbers as real ones: integers above 2^63 are valid, and jansson has no place for them. */
static inline const char *judge_json(const char *bytes, size_t size_bytes)
{
	json_t *root = json_loadb(bytes, size_bytes,
				  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	bool is_object = json_is_object(root);

	json_decref(root);
	return is_object ? NULL : "it is not a JSON object";
}

static inline size_t judge_n_lines(const char *bytes, size_t size_bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < size_bytes; i++)
		n += bytes[i] == '\n';
	return n;
}

static inline const char *judge_printed(const struct printer_def *def, const struct text *text, size_t n_lines)
{
	const char *bytes = text_string(text), *wrong;

	if (text_error(text))
		return "it could not be written";
	wrong = judge_text(bytes, text->size_bytes);
	if (!wrong && n_lines && judge_n_lines(bytes, text->size_bytes) != n_lines)
		wrong = "it has another number of lines";
	return !wrong && def->is_json ? judge_json(bytes, text->size_bytes) : wrong;
}

/* All there is to say of an event, and each of its fields as JSON, in one line. */
static inline struct template *judge_template(void)
{
	static const char source[] =
		"{{.args}} {{.processName}} {{.hostName}} {{.containerId}} {{.time}} {{.args.pathname}} "
		"{{json .args}} {{json .hostName}} {{range .args}}{{.name}} {{.type}} {{.value}} "
		"{{json .value}}{{end}}\n";
	struct template *template = NULL;

	template_compile(source, sizeof(source) - 1, &template, NULL);
	return template;
}

/*
 * Gives the event to every printer; NULL, or what is wrong with what @ret_def made of it, which stands in
 * @text then.
 */
static inline const char *judge_printers(const struct tracee_event *event, const struct output_form *form,
					 struct template *template, struct text *text,
					 const struct printer_def **ret_def)
{
	const char *wrong = NULL;

	for (size_t i = 0; !wrong && printer_defs[i]; i++) {
		struct printer printer = { .def = printer_defs[i], .form = *form };
		struct finding finding = { .signature = signatures[0], .event = event, .severity = 3, .count = 1 };

		/* What somebody else has chosen. */
		finding_add_bytes(&finding, "name", event->comm, strlen(event->comm));
		finding_add_number(&finding, "number", event->ret);
		*ret_def = printer.def;
		printer.state = printer.def == &printer_template ? template : NULL;
		text_reset(text);
		printer_event(&printer, text, event);
		wrong = judge_printed(printer.def, text, printer.def->event ? 1 : 0);
		if (wrong)
			break;
		text_reset(text);
		printer_finding(&printer, text, &finding);
		wrong = judge_printed(printer.def, text, printer.def->is_json ? 1 : 0);
	}
	return wrong;
}

#endif
