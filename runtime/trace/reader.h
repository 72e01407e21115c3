/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_READER_H
#define RUNTIME_TRACE_READER_H

/*
 * One buffer of records, a ring of all CPUs or (tier base) a perf buffer for each CPU, read in
 * batches: a flood of records must not keep us from signals, findings and the output.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

/* One record. Anything below 0 ends the drain with that. */
typedef int reader_record(void *context, const void *record, size_t size_bytes);

struct reader;

/*
 * @map_fd     borrowed; privileges are needed here and not later
 * @size_bytes of the buffer of one CPU, tier base only
 * @wake_bytes fill level of that buffer at which reader_fd() becomes readable; 0: each record
 */
int reader_new(enum tracee_tier tier, int map_fd, size_t size_bytes, size_t wake_bytes, reader_record *record,
	       void *context, struct reader **ret_reader, struct tracee_error *err);
void reader_free(struct reader *reader);

/* For epoll with EPOLLET: readable when the program woke us. Owned by the reader. */
int reader_fd(const struct reader *reader);

/* Hands over what is there, some thousand records at most. 1 if there may be more, 0 if not, or -errno. */
int reader_drain(struct reader *reader);

#endif
