/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_TAP_H
#define RUNTIME_OUTPUT_TAP_H

/*
 * Findings for a second reader (--findings-to): one JSON object a line, whatever the output is like, into a
 * pipe that may be slow or not read at all. It never makes us wait: what the pipe does not take is kept, up
 * to a limit, and what goes beyond is dropped by whole findings, and counted.
 */
#include <stdint.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"

struct finding;
struct output_form;

struct tap {
	int fd; /* borrowed; -1: nobody asked */
	struct text pending; /* whole lines, the first of which may have been written in part */
	struct text line; /* for the one that is made */
	uint64_t n_dropped; /* findings that never will be handed over */
};

/*
 * @fd (-1: none) becomes non-blocking. -errno with a sentence if it is not open for writing. tap_done()
 * accepts a tap that was not opened but zeroed with an @fd of -1.
 */
int tap_open(int fd, struct tap *ret_tap, struct tracee_error *err);
void tap_done(struct tap *tap);

void tap_finding(struct tap *tap, const struct finding *finding, const struct output_form *form);

/* Hands over what the pipe takes. To be called now and then, and once a reader may have made room. */
void tap_flush(struct tap *tap);

/* The end: waits up to two seconds for the reader; what then is left counts as dropped. */
void tap_drain(struct tap *tap);

#endif
