// SPDX-License-Identifier: Apache-2.0
#include "runtime/trace/counters.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libtracee/base/error.h"

int counters_open(struct counters *ret_counters, const struct tracer *tracer, struct tracee_error *err)
{
	struct counters counters = { .map_fd = tracer->counters_fd, .n_cpus = tracer->n_cpus };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *mapped;

	if (tracer->can_map_counters) {
		counters.mapped_size_bytes =
			sizeof(struct tracee_wire_counter) * TRACEE_WIRE_N_SLOTS * counters.n_cpus;
		counters.mapped_size_bytes = (counters.mapped_size_bytes + page - 1) / page * page;
		mapped = mmap(NULL, counters.mapped_size_bytes, PROT_READ, MAP_SHARED, counters.map_fd, 0);
		if (mapped == MAP_FAILED)
			return error_errno(err, -errno, "counters of the program");
		counters.mapped = mapped;
	}
	*ret_counters = counters;
	return 0;
}

void counters_close(struct counters *counters)
{
	if (counters->mapped)
		munmap((void *)counters->mapped, counters->mapped_size_bytes);
	counters->mapped = NULL;
}

/* The counter of one CPU. */
static int read_one(const struct counters *counters, uint32_t key, struct tracee_wire_counter *ret_counter)
{
	const volatile struct tracee_wire_counter *mapped = counters->mapped;

	if (!mapped)
		return bpf_map_lookup_elem(counters->map_fd, &key, ret_counter);
	ret_counter->filtered = mapped[key].filtered;
	ret_counter->generated = mapped[key].generated;
	ret_counter->submitted = mapped[key].submitted;
	ret_counter->dropped = mapped[key].dropped;
	return 0;
}

int counters_read(const struct counters *counters, uint32_t slot, struct tracee_wire_counter *ret_sum)
{
	struct tracee_wire_counter sum = {}, one = {};

	for (unsigned int cpu = 0; cpu < counters->n_cpus; cpu++) {
		int r = read_one(counters, cpu * TRACEE_WIRE_N_SLOTS + slot, &one);

		if (r < 0)
			return r;
		sum.filtered += one.filtered;
		sum.generated += one.generated;
		sum.submitted += one.submitted;
		sum.dropped += one.dropped;
	}
	*ret_sum = sum;
	return 0;
}
