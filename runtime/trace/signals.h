/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_SIGNALS_H
#define RUNTIME_TRACE_SIGNALS_H

#include <tracee/tracee.h>

/*
 * Turns SIGINT, SIGTERM and SIGHUP into something to read: @ret_fd, owned by the caller, becomes
 * readable when one of them arrives. SIGHUP stays ignored if it was. SIGPIPE is ignored: writes tell.
 */
int signals_open(int *ret_fd, struct tracee_error *err);

/* Takes the signal that @fd was readable for; the next one ends the process at once, with status 1. */
void signals_take_first(int fd);

#endif
