/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_FINDING_H
#define RUNTIME_DETECT_FINDING_H

/* What a signature has found: the event, and what the signature says of it. Valid while the event is. */
#include <stddef.h>
#include <stdint.h>
#include <tracee/tracee.h>

struct signature;

#define FINDING_DATA_MAX 12

enum finding_datum_kind { FINDING_NUMBER, FINDING_TEXT, FINDING_ARGUMENT };

struct finding_datum {
	const char *key;
	enum finding_datum_kind kind;
	int64_t number;
	/* Outside bytes, as a rule; leads into the event, or is static. */
	const uint8_t *bytes;
	size_t size_bytes;
	unsigned int arg; /* of the event, shown as there */
};

struct finding {
	const struct signature *signature;
	const struct tracee_event *event;
	unsigned int severity; /* 0 to 3; that of the signature unless on_event() changes it */
	/*
	 * Findings of one signature in one process with the same cause are repetitions: see fold.h. A number that only
	 * the signature understands.
	 */
	uint64_t cause;
	uint64_t count; /* how often it was found, with the repetitions that were not told since it was told last */
	size_t n_data;
	struct finding_datum data[FINDING_DATA_MAX];
};

/* The whole has room for FINDING_DATA_MAX, and what comes then is left out. @key and @string are static. */
void finding_add_number(struct finding *finding, const char *key, int64_t number);
void finding_add_string(struct finding *finding, const char *key, const char *string);
/* An argument of the event, with its names. */
void finding_add_argument(struct finding *finding, const char *key, unsigned int arg);
/* What is known to be benign as a rule: says so, and lowers the severity to @severity, if it is higher. */
void finding_is_known(struct finding *finding, const char *what, unsigned int severity);
/* @bytes: of the event. */
void finding_add_bytes(struct finding *finding, const char *key, const void *bytes, size_t size_bytes);

/* A number for the kind of @event and these bytes, for `cause`: others have another one, as good as always. */
uint64_t finding_cause(const struct tracee_event *event, const void *bytes, size_t size_bytes);

#endif
