/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_SIGNALS_H
#define RUNTIME_TRACE_SIGNALS_H

#include <stdbool.h>
#include <tracee/tracee.h>

/* Signals as something to read. */
struct signals {
	int stop_fd; /* readable when one says stop */
	int reopen_fd; /* readable when SIGHUP says that output files are to be opened again; -1: it says stop */
	int account_fd; /* readable when SIGUSR1 asks for an account */
};

/*
 * Turns SIGINT, SIGTERM and SIGHUP into descriptors, which are the caller's: signals_close(). With
 * @hangup_reopens SIGHUP has the second meaning, even if it was ignored; otherwise it stays ignored if it
 * was. SIGPIPE is ignored: writes tell.
 */
int signals_open(bool hangup_reopens, struct signals *ret_signals, struct tracee_error *err);
void signals_close(struct signals *signals);

/* Takes what stop_fd was readable for; the next signal that says stop ends the process at once, with status 1. */
void signals_take_first(const struct signals *signals);

/* Takes the SIGHUPs that came; false if none did. */
bool signals_take_reopen(const struct signals *signals);
/* The same of SIGUSR1. */
bool signals_take_account(const struct signals *signals);

#endif
