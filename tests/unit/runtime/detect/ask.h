/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_RUNTIME_ASK_H
#define TEST_RUNTIME_ASK_H

/* A recorded event, what one rule makes of it, and what its finding says. */
#include "runtime/detect/engine.h"
#include "tests/unit/runtime/record.h"

static struct record record;
static struct tracee_event event;
static struct finding last;
static unsigned int n_found;
static const char *expected_id;

static inline void found(void *context, struct finding *finding)
{
	assert_ptr_equal(context, &record);
	assert_string_equal(finding->signature->id, expected_id);
	assert_ptr_equal(finding->event, &event);
	assert_int_equal(finding->count, 1);
	last = *finding;
	n_found++;
}

/* How many findings rule @id has of the record. */
static inline unsigned int ask(const char *id)
{
	uint32_t rules = 0;

	assert_int_equal(engine_parse_rules(id, &rules, NULL), 0);
	expected_id = id;
	record_decode(&record, &event);
	n_found = 0;
	engine_event(rules, &event, found, &record);
	return n_found;
}

static inline const struct finding_datum *datum(const char *key)
{
	for (size_t i = 0; i < last.n_data; i++) {
		if (strcmp(last.data[i].key, key) == 0)
			return &last.data[i];
	}
	return NULL;
}

static inline void expect_text(const char *key, const char *text)
{
	const struct finding_datum *told = datum(key);
	const uint8_t *bytes;
	size_t size;

	assert_non_null(told);
	bytes = told->kind == FINDING_ARGUMENT ? event.args[told->arg].bytes : told->bytes;
	size = told->kind == FINDING_ARGUMENT ? event.args[told->arg].size_bytes : told->size_bytes;
	assert_int_equal(size, strlen(text));
	assert_memory_equal(bytes, text, strlen(text));
}

/* The program that the event's process runs: a file of @uid's. */
static inline void record_executable(const char *path, uint32_t uid, uint32_t mode)
{
	const struct tracee_wire_executable executable = { .inode = 7, .dev = 8, .uid = uid, .mode = mode, .links = 1 };

	record_blob(&record, TRACEE_WIRE_BLOB_PROGRAM, TRACEE_WIRE_BLOB_EXECUTABLE, 0, &executable, sizeof(executable));
	record_string(&record, TRACEE_WIRE_BLOB_PROGRAM_PATH, path);
}

#endif
