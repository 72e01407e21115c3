/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_PRINTER_H
#define RUNTIME_OUTPUT_PRINTER_H

/*
 * Formats of --output. A format is one file in printers/ that ends in its descriptor, and one line in
 * the array of printers/all.c; nothing else knows of it, and --output help is made of the descriptors.
 *
 * A printer appends whole lines to a struct text, the only place where its errors are; it neither writes
 * to a descriptor nor allocates for an event. open() is called once, before privileges are asked for: a
 * format that is given a file reads it there, and refuses what it cannot do. begin() comes in front of the
 * first event of each file (there is a new one when output is rotated). Then event() and finding(), in
 * any order.
 */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/detect/engine.h"
#include "runtime/output/form.h"

struct printer;
struct output_request;

struct printer_def {
	const char *name; /* as in --output NAME */
	const char *argument; /* what must follow behind a colon, as the help shows it; NULL: nothing may */
	const char *help;
	bool is_json; /* the account at the end is an object too */

	/* These four may be NULL: there is no state, nothing in front, events are not written. */
	int (*open)(const char *argument, void **ret_state, struct tracee_error *err);
	void (*close)(void *state); /* accepts NULL */
	void (*begin)(const struct printer *printer, struct text *text);
	void (*event)(const struct printer *printer, struct text *text, const struct tracee_event *event);

	void (*finding)(const struct printer *printer, struct text *text, const struct finding *finding);
};

/* All of them, ended by NULL; the first is the default. */
extern const struct printer_def *const printer_defs[];

struct printer {
	const struct printer_def *def;
	struct output_form form;
	void *state;
};

/*
 * Makes the printer that @request asks for, of events of a machine of @arch. -EINVAL or the errno of
 * reading a file, with a sentence. printer_close() accepts a zeroed struct.
 */
int printer_open(const struct output_request *request, enum tracee_arch arch, struct printer *ret_printer,
		 struct tracee_error *err);
void printer_close(struct printer *printer);

static inline void printer_begin(const struct printer *printer, struct text *text)
{
	if (printer->def->begin)
		printer->def->begin(printer, text);
}

static inline void printer_event(const struct printer *printer, struct text *text, const struct tracee_event *event)
{
	if (printer->def->event)
		printer->def->event(printer, text, event);
}

static inline void printer_finding(const struct printer *printer, struct text *text, const struct finding *finding)
{
	printer->def->finding(printer, text, finding);
}

#endif
