/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_SESSION_H
#define RUNTIME_TRACE_SESSION_H

/*
 * From the buffers to the output, in one loop: findings first, whatever else there is to do; then
 * events, when the program wakes us or 20 ms are over; then the output; then signals.
 */
#include <sys/types.h>
#include <tracee/tracee.h>

#include "runtime/detect/exceptions.h"
#include "runtime/load/plan.h"
#include "runtime/load/tracer.h"
#include "runtime/options.h"
#include "runtime/output/files.h"
#include "runtime/output/printer.h"
#include "runtime/output/tap.h"

struct session;

/*
 * Opens all that the loop needs, while there are privileges. From here on SIGINT, SIGTERM and SIGHUP are
 * not lost: they wait for session_run(). @tracer, @plan, @options, @printer, @files, @tap and
 * @exceptions (NULL: none) are borrowed.
 */
int session_new(struct tracer *tracer, const struct plan *plan, const struct options *options,
		struct printer *printer, struct output_files *files, struct tap *tap, const struct exceptions *exceptions,
		struct session **ret_session, struct tracee_error *err);
void session_free(struct session *session);

/*
 * Events of process @pid, as our own pid namespace counts, are not written: it is one of ours. (Our
 * own process makes none, in the kernel.) For a few processes; 0 is none.
 */
void session_hide(struct session *session, pid_t pid);

/* To be called once the programs are attached, with privileges: see judge_attached(). */
int session_attached(struct session *session, struct tracee_error *err);

/* What a filter of --trace goes on to open directories below, for privileges_drop(); -1: nothing. */
int session_directory(const struct session *session);

/* Whether counters are read with system calls: one capability has to stay within reach then. */
bool session_needs_privilege(const struct session *session);

/*
 * Runs until a signal says stop: then detaches, drains, and writes the account on stderr. A second
 * signal ends the process at once. A signal that asks for it has the output files opened again. Returns 0,
 * or a negative errno with a sentence if the output or a buffer failed; the account is written all the same.
 */
int session_run(struct session *session, struct tracee_error *err);

#endif
