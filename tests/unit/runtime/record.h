/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_RUNTIME_RECORD_H
#define TEST_RUNTIME_RECORD_H

/* Records as the BPF program writes them, made by hand and decoded by the library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "libtracee/base/json.h"
#include "libtracee/base/text.h"

struct record {
	enum tracee_arch arch;
	size_t size;
	_Alignas(8) uint8_t bytes[32768];
};

static inline void record_begin_on(struct record *record, enum tracee_arch arch, const char *event)
{
	struct tracee_wire_event wire = {
		.size = sizeof(wire),
		.slot = (uint32_t)tracee_event_slot(tracee_event_by_name(event), arch),
		.time_ns = 1234567890123,
		.start_time_ns = 1000,
		.host_pid = 1001,
		.host_tid = 1002,
		.host_ppid = 1000,
		.pid = 11,
		.tid = 12,
		.ppid = 10,
		.uid = 65534,
		.mnt_ns = 4026531841,
		.pid_ns = 4026531836,
		.comm = "bash",
		.host_name = "host.example",
	};

	record->arch = arch;
	record->size = sizeof(wire);
	memcpy(record->bytes, &wire, sizeof(wire));
}

static inline void record_begin(struct record *record, const char *event)
{
	record_begin_on(record, TRACEE_ARCH_X86_64, event);
}

/* The fixed part, to be changed in place; bytes are aligned for it. */
static inline struct tracee_wire_event *record_wire(struct record *record)
{
	return (struct tracee_wire_event *)(void *)record->bytes;
}

static inline void record_blob(struct record *record, uint8_t arg, uint8_t kind, uint16_t flags, const void *bytes,
			       size_t size)
{
	struct tracee_wire_blob blob = { .arg = arg, .kind = kind, .flags = flags, .size = (uint32_t)size };

	assert_true(record->size + sizeof(blob) + size <= sizeof(record->bytes));
	memcpy(record->bytes + record->size, &blob, sizeof(blob));
	memcpy(record->bytes + record->size + sizeof(blob), bytes, size);
	record->size += sizeof(blob) + size;
	record_wire(record)->size = (uint32_t)record->size;
	record_wire(record)->n_blobs++;
}

static inline void record_string(struct record *record, uint8_t arg, const char *string)
{
	record_blob(record, arg, TRACEE_WIRE_BLOB_STRING, 0, string, strlen(string));
}

static inline void record_decode(const struct record *record, struct tracee_event *ret_event)
{
	struct tracee_error err = {};

	if (tracee_event_decode(record->bytes, record->size, record->arch, ret_event, &err) < 0)
		fail_msg("%s", err.text);
}

#endif
