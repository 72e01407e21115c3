/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_PREFLIGHT_PREFLIGHT_H
#define RUNTIME_PREFLIGHT_PREFLIGHT_H

/*
 * Is this machine fit for tracing? A table of lines, each with what was found and, where it is not
 * good, what to do. Nothing is changed, and nothing needs privileges: what could only be found out by
 * trying is said to be untried. Each file of this folder adds the lines of one subject.
 */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/options.h"
#include "runtime/status.h"

enum mark {
	MARK_GOOD,
	MARK_NOTE, /* worth knowing; tracing works */
	MARK_BAD, /* tracing does not work, or not for who asks */
};

#define PREFLIGHT_N_LINES 32
#define PREFLIGHT_TEXT_MAX 600

struct preflight_line {
	const char *subject;
	enum mark mark;
	char found[PREFLIGHT_TEXT_MAX];
	char advice[PREFLIGHT_TEXT_MAX]; /* "" if there is nothing to do */
};

struct preflight {
	struct tracee_kernel kernel;
	bool is_privileged;
	uint64_t broken; /* programs known not to attach: enum program */
	enum status status; /* with which tracing would end here, given the privileges: of the first bad line */
	struct preflight_line lines[PREFLIGHT_N_LINES];
	size_t n_lines;
};

/* Fills the whole table. @install_path as of the options. */
void preflight_run(const struct tracee_kernel *kernel, const char *install_path, struct preflight *ret_preflight);

/* Appends it: a table for people, or one JSON object. */
void preflight_write(const struct preflight *preflight, enum format format, struct text *text);

/*
 * For the files of this folder. Adds a line; @format makes `found`. The status counts if @mark is
 * MARK_BAD and no line before was. Returns the line, for preflight_advise().
 */
struct preflight_line *preflight_add(struct preflight *preflight, const char *subject, enum mark mark,
				     enum status status, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void preflight_advise(struct preflight_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

void preflight_kernel(struct preflight *preflight); /* kernel, architecture, BTF, pid namespace */
void preflight_privileges(struct preflight *preflight); /* capabilities, locked memory, lockdown, settings */
void preflight_hooks(struct preflight *preflight); /* tracepoints, kprobes, rings */
void preflight_object(struct preflight *preflight, const char *install_path);
void preflight_rules(struct preflight *preflight); /* the form of each detection */

/* -ENOTSUP with a sentence if @kernel is older than what we can trace. */
int preflight_kernel_age(const struct tracee_kernel *kernel, struct tracee_error *err);

/* The chosen word of a line as "none [integrity] confidentiality" (lockdown); false if there is none. */
bool preflight_chosen_word(const char *line, char *ret_word, size_t size_bytes);

#endif
