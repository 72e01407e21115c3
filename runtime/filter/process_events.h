/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_PROCESS_EVENTS_H
#define RUNTIME_FILTER_PROCESS_EVENTS_H

/* Arguments of the events that processes are learned from, by position: libtracee/events.tsv. */
#define FORK_CHILD_PID 2
#define FORK_START_TIME 4
#define EXEC_PATHNAME 0
#define EXIT_PROCESS_GONE 2

#endif
