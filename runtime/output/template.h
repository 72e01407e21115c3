/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_TEMPLATE_H
#define RUNTIME_OUTPUT_TEMPLATE_H

/*
 * The language of --output template:FILE (tracee-runtime(8), TEMPLATES), compiled to a list of steps:
 *
 *	text              itself, newlines too; \n \t \\ \{ stand for a newline, a tab, \ and {
 *	{{.key}}          a field of event.h, as a table shows it
 *	{{.args.name}}    an argument; nothing if the event has none of that name
 *	{{json .key}}     the same as JSON; null for an argument that the event does not have
 *	{{range .args}}…{{end}}    once for each argument; in it {{.name}}, {{.type}}, {{.value}} and no other
 *
 * Blanks around the words in braces do not count. Nothing else is known, and nothing is guessed at.
 */
#include <stddef.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/output/form.h"

#define TEMPLATE_SIZE_MAX (64u << 10)
#define TEMPLATE_STEPS_MAX 4096

struct template;

/*
 * @source is borrowed, until this returns. -EINVAL with a sentence that begins with line and column, which
 * counts bytes from 1, and has the construct and what was expected; -ENOMEM.
 */
int template_compile(const char *source, size_t size_bytes, struct template **ret_template,
		     struct tracee_error *err);
void template_free(struct template *template);

/* Appends what the template makes of @event. Allocates nothing but room in @text. */
void template_run(const struct template *template, struct text *text, const struct tracee_event *event,
		  const struct output_form *form);

#endif
