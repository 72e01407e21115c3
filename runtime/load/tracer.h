/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_TRACER_H
#define RUNTIME_LOAD_TRACER_H

/* The programs in the kernel: loaded from an object, as a plan says, and attached. */
#include <tracee/tracee.h>

#include "runtime/load/plan.h"
#include "runtime/status.h"

struct bpf_object;
struct kernel_config;
struct bpf_link;

struct tracer {
	struct bpf_object *object;
	struct bpf_link *links[N_PROGRAMS];
	enum tracee_tier tier;
	int telemetry_fd, findings_fd, counters_fd; /* maps, owned by object */
	uint32_t self_pid_ns; /* inode number of our own pid namespace */
	unsigned int n_cpus; /* possible ones: blocks in counters */
	size_t telemetry_size_bytes; /* of the whole ring, or of the buffer of one CPU in tier base */
	size_t findings_size_bytes;
	bool can_map_counters;
};

/*
 * Loads the programs of @plan out of @object and fills the maps `config`, `selection` and those of filters, from
 * @plan and @config; all are borrowed while this runs, and nothing is attached yet. @buffer_size_bytes: for
 * telemetry, per CPU, if anything is traced. Returns 0 with @ret_tracer for tracer_done(), or a negative errno with a sentence and @ret_status; the end of the
 * verifier's log is in messages.h then.
 */
int tracer_load(const struct tracee_object *object, const struct plan *plan, const struct kernel_config *config,
		uint64_t buffer_size_bytes, struct tracer *ret_tracer, enum status *ret_status, struct tracee_error *err);

/*
 * Attaches what was loaded. Programs that cannot be attached are added to @broken, with the first
 * reason as the sentence; the caller plans anew then. Returns 0 or the errno of the first.
 */
int tracer_attach(struct tracer *tracer, const struct plan *plan, uint64_t *broken, struct tracee_error *err);

/* Detaches; no program runs for an event that begins after this. Needs no privilege. */
void tracer_detach(struct tracer *tracer);

/*
 * How often the kernel left one of the programs out, whatever it was about, because another run of it was
 * under way on that CPU: events that nobody has seen. 0 where it does not say (before 5.12).
 */
uint64_t tracer_missed(const struct tracer *tracer);

/* Accepts a zeroed struct. */
void tracer_done(struct tracer *tracer);

#endif
