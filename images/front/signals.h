/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SIGNALS_H
#define FRONT_SIGNALS_H

/*
 * All that happens to us comes as signals that we wait for: as process 1, one without a handler would be lost; and orphans of
 * those below us become our children.
 */
#include <stdbool.h>
#include <sys/types.h>

/* To be called once, at the start. What was ignored (nohup) stays so. */
void signals_hold(void);

/*
 * The next signal within @timeout_ms (-1: without end), or 0. Children that have ended are for waitpid(2) of the caller,
 * at every SIGCHLD all of them.
 */
int signals_wait(int timeout_ms);

/* Whether @signal says that everything is to end, and nothing else. */
bool signals_is_stop(int signal);

#endif
