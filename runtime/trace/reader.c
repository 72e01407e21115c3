// SPDX-License-Identifier: Apache-2.0
#include "runtime/trace/reader.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/wire/event.h"
#include "libtracee/base/error.h"

#define BATCH 4096 /* records; a few milliseconds of work */

struct reader {
	struct ring_buffer *ring; /* tier ring */
	struct perf_buffer *perf; /* tier base */
	int fd;
	reader_record *record;
	void *context;
	unsigned int n_left; /* of the batch */
	int failed; /* what the record function returned */
};

/* Counts down the batch; -EAGAIN stops libbpf once it is done, after this record. */
static int hand_over(struct reader *reader, const void *record, size_t size_bytes)
{
	int r = reader->record(reader->context, record, size_bytes);

	if (r < 0) {
		reader->failed = r;
		return -ECANCELED;
	}
	return --reader->n_left ? 0 : -EAGAIN;
}

static int take_sample(void *context, void *data, size_t size)
{
	return hand_over(context, data, size);
}

/* A sample is padded to eight bytes; the record itself knows its size. */
static enum bpf_perf_event_ret take_perf_event(void *context, int cpu, struct perf_event_header *header)
{
	struct {
		struct perf_event_header header;
		uint32_t size;
		char data[];
	} *sample = (void *)header;
	struct reader *reader = context;
	uint32_t size;
	int r;

	(void)cpu;
	/* PERF_RECORD_LOST tells what the program has counted as dropped already. */
	if (header->type != PERF_RECORD_SAMPLE || sample->size < sizeof(size))
		return LIBBPF_PERF_EVENT_CONT;
	memcpy(&size, sample->data, sizeof(size));
	r = hand_over(reader, sample->data, size < sample->size ? size : sample->size);
	return r < 0 ? LIBBPF_PERF_EVENT_ERROR : LIBBPF_PERF_EVENT_CONT;
}

static int open_ring(struct reader *reader, int map_fd)
{
	reader->ring = ring_buffer__new(map_fd, take_sample, reader, NULL);
	reader->fd = map_fd;
	return reader->ring ? 0 : -errno;
}

static int open_perf(struct reader *reader, int map_fd, size_t size_bytes, size_t wake_bytes)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = wake_bytes > 0,
	};
	size_t n_pages = size_bytes / (size_t)sysconf(_SC_PAGESIZE);

	if (wake_bytes)
		attr.wakeup_watermark = (uint32_t)wake_bytes;
	else
		attr.wakeup_events = 1;
	reader->perf = perf_buffer__new_raw(map_fd, n_pages, &attr, take_perf_event, reader, NULL);
	if (!reader->perf)
		return -errno;
	reader->fd = perf_buffer__epoll_fd(reader->perf);
	return 0;
}

int reader_new(enum tracee_tier tier, int map_fd, size_t size_bytes, size_t wake_bytes, reader_record *record,
	       void *context, struct reader **ret_reader, struct tracee_error *err)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader)
		return error_errno(err, -ENOMEM, "buffer for events");
	reader->record = record;
	reader->context = context;
	r = tier == TRACEE_TIER_RING ? open_ring(reader, map_fd)
				     : open_perf(reader, map_fd, size_bytes, wake_bytes);
	if (r < 0) {
		free(reader);
		return error_errno(err, r, "buffer for events%s",
				   r == -EACCES || r == -EPERM ? " (kernel.perf_event_paranoid may give perf's to those with "
								 "CAP_SYS_ADMIN alone)"
							       : "");
	}
	*ret_reader = reader;
	return 0;
}

void reader_free(struct reader *reader)
{
	if (!reader)
		return;
	ring_buffer__free(reader->ring);
	perf_buffer__free(reader->perf);
	free(reader);
}

int reader_fd(const struct reader *reader)
{
	return reader->fd;
}

static int drain_ring(struct reader *reader)
{
	int r;

	reader->n_left = BATCH;
	r = ring_buffer__consume(reader->ring);
	if (reader->n_left == 0)
		return 1;
	return r < 0 ? r : 0;
}

/* Each CPU has a batch, so that a busy one does not keep us from the others. */
static int drain_perf(struct reader *reader)
{
	int has_more = 0;

	for (size_t i = 0; i < perf_buffer__buffer_cnt(reader->perf); i++) {
		int r;

		reader->n_left = BATCH;
		r = perf_buffer__consume_buffer(reader->perf, i);
		if (reader->n_left == 0)
			has_more = 1;
		else if (r < 0 && r != -ENOENT) /* no such CPU is online */
			return r;
	}
	return has_more;
}

int reader_drain(struct reader *reader)
{
	int r;

	reader->failed = 0;
	r = reader->ring ? drain_ring(reader) : drain_perf(reader);
	return reader->failed ? reader->failed : r;
}
