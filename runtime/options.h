/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OPTIONS_H
#define RUNTIME_OPTIONS_H

/* The command line. Parsing changes nothing in the world; whatever is wrong is found before anything is done. */
#include <stdbool.h>
#include <stdint.h>

#include "runtime/filter/filter.h"
#include "runtime/output/request.h"
#include "runtime/selection.h"

enum action {
	ACTION_TRACE, /* the default */
	ACTION_CHECK,
	ACTION_LIST,
	ACTION_HELP,
	ACTION_TRACE_HELP, /* --trace help */
	ACTION_OUTPUT_HELP, /* --output help */
	ACTION_VERSION,
};

enum list_what { LIST_RULES, LIST_EVENTS, LIST_SETS };
enum format { FORMAT_TABLE, FORMAT_JSON };

#define OPTIONS_BUFFER_SIZE_DEFAULT (UINT64_C(4) << 20)
#define OPTIONS_BUFFER_SIZE_MAX (UINT64_C(1) << 30)

struct options {
	enum action action;
	enum list_what list;
	enum format format; /* of --check and --list */
	struct output_request output; /* of events and findings */
	struct selection selection; /* which events */
	struct filter filter; /* and which of those */
	uint32_t rules; /* what --rules names; all without --trace and --rules */
	uint64_t account_every_ms; /* statistics while tracing; 0: at the end only */
	uint64_t buffer_size_bytes; /* per CPU; a power of two, at least a page */
	const char *install_path; /* these three borrowed from argv */
	const char *exceptions_file; /* NULL: none */
	const char *ready_file; /* NULL: none */
	int lifeline_fd, findings_fd; /* borrowed descriptors of who started us; -1: none */
	int verbosity; /* -v less -q */
};

/*
 * @argv is borrowed and must outlive @ret_options. -EINVAL with a sentence that names the word that is
 * wrong and what was expected. On success the caller owes an options_done().
 */
int options_parse(int argc, char **argv, enum tracee_arch arch, struct options *ret_options,
		  struct tracee_error *err);
/* Accepts a zeroed struct. */
void options_done(struct options *options);

/* The text of --help, made from the table of options; appended to @text. */
struct text;
void options_help(struct text *text);

#endif
