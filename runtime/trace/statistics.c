// SPDX-License-Identifier: Apache-2.0
#include "runtime/trace/statistics.h"

#include <inttypes.h>
#include <stdio.h>

#include "libtracee/base/json.h"

#define LABEL_MAX 64

int statistics_total(const struct statistics *statistics, const struct counters *counters, const struct plan *plan,
		     struct statistics_total *ret_total)
{
	struct statistics_total total = {};

	for (uint32_t slot = 0; slot < TRACEE_WIRE_N_SLOTS; slot++) {
		struct tracee_wire_counter counter = {};
		int r = plan->select[slot].flags ? counters_read(counters, slot, &counter) : 0;

		if (r < 0)
			return r;
		total.generated += counter.generated;
		total.submitted += counter.submitted;
		total.dropped += counter.dropped;
		total.delivered += statistics->delivered[slot];
		total.filtered += statistics->filtered[slot];
		total.kept_out += counter.filtered;
	}
	*ret_total = total;
	return 0;
}

static void json_counts(struct json *json, const struct statistics_total *counts)
{
	json_add_uint(json, "generated", counts->generated);
	json_add_uint(json, "submitted", counts->submitted);
	json_add_uint(json, "dropped", counts->dropped);
	json_add_uint(json, "delivered", counts->delivered);
	json_add_uint(json, "filtered", counts->filtered);
	json_add_uint(json, "filteredInKernel", counts->kept_out);
}

/* The counts of one event; false if there was none. */
static bool event_counts(const struct statistics *statistics, const struct counters *counters,
			 const struct plan *plan, uint32_t slot, struct statistics_total *ret_counts)
{
	struct tracee_wire_counter counter;

	if (!plan->select[slot].flags || counters_read(counters, slot, &counter) < 0 ||
	    (!counter.generated && !counter.filtered))
		return false;
	*ret_counts = (struct statistics_total){ counter.generated, counter.submitted, counter.dropped,
						 statistics->delivered[slot], statistics->filtered[slot], counter.filtered };
	return true;
}

#define SECONDS(ns) ((double)(ns) / 1e9)

static const char *label(enum tracee_arch arch, uint32_t slot, char name[LABEL_MAX])
{
	snprintf(name, LABEL_MAX, "%s%s", tracee_event_by_slot(arch, slot)->name,
		 tracee_compat_by_slot(arch, slot) ? " (32-bit)" : "");
	return name;
}

/* Records that were submitted and have not been taken yet; while events come, about. */
static uint64_t waiting(const struct statistics *statistics, const struct statistics_total *total)
{
	uint64_t taken = total->delivered + statistics->unreadable;

	return total->submitted > taken ? total->submitted - taken : 0;
}

static void write_table(struct text *text, const struct statistics *statistics, const struct counters *counters,
			const struct plan *plan, enum tracee_arch arch, const struct statistics_total *total)
{
	struct statistics_total counts;
	char name[LABEL_MAX];

	text_format(text, "%" PRIu64 " events: %" PRIu64 " delivered, %" PRIu64 " lost; %" PRIu64 " findings\n",
		    total->generated, total->delivered, total->dropped + statistics->unreadable,
		    statistics->findings);
	if (statistics->folded)
		text_format(text, "%" PRIu64 " more findings repeat one that was told in the same minute\n", statistics->folded);
	if (statistics->excepted)
		text_format(text, "%" PRIu64 " findings were left out by exceptions\n", statistics->excepted);
	if (statistics->untapped)
		text_format(text, "%" PRIu64 " findings were not taken by who reads --findings-to\n", statistics->untapped);
	if (!statistics->is_final)
		text_format(text, "%" PRIu64 " wait in the buffers\n", waiting(statistics, total));
	text_format(text, "%.2f s of CPU in %.1f s\n", SECONDS(statistics->cpu_ns), SECONDS(statistics->uptime_ns));
	if (statistics->unreadable)
		text_format(text, "%" PRIu64 " of the lost came as records that make no sense\n",
			    statistics->unreadable);
	if (total->filtered)
		text_format(text, "%" PRIu64 " of the delivered did not match --trace and were not written\n",
			    total->filtered);
	if (total->kept_out)
		text_format(text, "%" PRIu64 " more were kept out by filters in the kernel\n", total->kept_out);
	if (statistics->missed)
		text_format(text, "%" PRIu64 " times the kernel left a program out, which preempted itself: what it would have seen is not counted\n",
			    statistics->missed);
	if (!total->generated && !total->kept_out)
		return;
	text_format(text, "%-24s %12s %12s %12s %12s %12s %12s\n", "EVENT", "KEPT OUT", "GENERATED", "SUBMITTED",
		    "DROPPED", "DELIVERED", "FILTERED");
	for (uint32_t slot = 0; slot < TRACEE_WIRE_N_SLOTS; slot++) {
		if (event_counts(statistics, counters, plan, slot, &counts))
			text_format(text,
				    "%-24s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64
				    " %12" PRIu64 "\n",
				    label(arch, slot, name), counts.kept_out, counts.generated, counts.submitted,
				    counts.dropped, counts.delivered, counts.filtered);
	}
}

static void write_json(struct text *text, const struct statistics *statistics, const struct counters *counters,
		       const struct plan *plan, enum tracee_arch arch, const struct statistics_total *total)
{
	struct statistics_total counts;
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_object_open(&json, "statistics");
	json_counts(&json, total);
	json_add_uint(&json, "unreadable", statistics->unreadable);
	json_add_uint(&json, "own", statistics->own);
	json_add_uint(&json, "findings", statistics->findings);
	json_add_uint(&json, "folded", statistics->folded);
	json_add_uint(&json, "excepted", statistics->excepted);
	json_add_uint(&json, "untapped", statistics->untapped);
	json_add_uint(&json, "missed", statistics->missed);
	json_add_bool(&json, "final", statistics->is_final);
	json_add_uint(&json, "waiting", waiting(statistics, total));
	json_add_uint(&json, "uptimeMs", statistics->uptime_ns / 1000000);
	json_add_uint(&json, "cpuMs", statistics->cpu_ns / 1000000);
	json_array_open(&json, "events");
	for (uint32_t slot = 0; slot < TRACEE_WIRE_N_SLOTS; slot++) {
		if (!event_counts(statistics, counters, plan, slot, &counts))
			continue;
		json_object_open(&json, NULL);
		json_add_string(&json, "eventName", tracee_event_by_slot(arch, slot)->name);
		json_add_bool(&json, "compat", tracee_compat_by_slot(arch, slot) != NULL);
		json_counts(&json, &counts);
		json_object_close(&json);
	}
	json_array_close(&json);
	json_object_close(&json);
	json_object_close(&json);
	text_add_char(text, '\n');
}

int statistics_write(struct text *text, enum format format, const struct statistics *statistics,
		     const struct counters *counters, const struct plan *plan, enum tracee_arch arch)
{
	struct statistics_total total;
	int r = statistics_total(statistics, counters, plan, &total);

	if (r < 0)
		return r;
	if (format == FORMAT_JSON)
		write_json(text, statistics, counters, plan, arch, &total);
	else
		write_table(text, statistics, counters, plan, arch, &total);
	return text_error(text);
}
