/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_REQUEST_H
#define RUNTIME_OUTPUT_REQUEST_H

/* What --output asks for. Parsing opens no file. */
#include <stdbool.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"

struct printer_def;

enum output_flag {
	OUTPUT_STACK_ADDRESSES = 1 << 0,
	OUTPUT_DETECT_SYSCALL = 1 << 1,
	OUTPUT_EXEC_ENV = 1 << 2,
	OUTPUT_FD_PATHS = 1 << 3,
	OUTPUT_RELATIVE_TIME = 1 << 4,
	OUTPUT_WALL_TIME = 1 << 5,
	OUTPUT_CONTAINER_NAMES = 1 << 6,
};

struct output_request {
	const struct printer_def *format; /* see printer.h */
	const char *argument; /* what followed the format; NULL if it takes nothing. All strings are borrowed */
	const char *out_file, *err_file; /* NULL: stdout, stderr */
	const char *root; /* where the host's / is, for names of containers; NULL: not said */
	unsigned int flags; /* enum output_flag */
	bool filters_containers; /* not by --output: whether a filter is about containers */
};

/* The default format, and nothing else. */
void output_request_init(struct output_request *ret_request);

/*
 * Takes one value: a format, or key:value. What is given twice is the later one. @value is borrowed and
 * must outlive @request. -EINVAL with a sentence that names the word, and what is accepted.
 */
int output_request_add(struct output_request *request, const char *value, struct tracee_error *err);

/* -EINVAL with a sentence if options contradict each other. */
int output_request_check(const struct output_request *request, struct tracee_error *err);

/* The text of --output help, made from the tables; appended to @text. */
void output_request_help(struct text *text);

#endif
