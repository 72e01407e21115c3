// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/finding.h"

#include <string.h>

static void add(struct finding *finding, struct finding_datum datum)
{
	if (finding->n_data < FINDING_DATA_MAX)
		finding->data[finding->n_data++] = datum;
}

void finding_add_number(struct finding *finding, const char *key, int64_t number)
{
	add(finding, (struct finding_datum){ .key = key, .kind = FINDING_NUMBER, .number = number });
}

void finding_add_bytes(struct finding *finding, const char *key, const void *bytes, size_t size_bytes)
{
	add(finding, (struct finding_datum){ .key = key, .kind = FINDING_TEXT, .bytes = bytes, .size_bytes = size_bytes });
}

void finding_add_string(struct finding *finding, const char *key, const char *string)
{
	finding_add_bytes(finding, key, string, strlen(string));
}

void finding_add_argument(struct finding *finding, const char *key, unsigned int arg)
{
	add(finding, (struct finding_datum){ .key = key, .kind = FINDING_ARGUMENT, .arg = arg });
}

void finding_is_known(struct finding *finding, const char *what, unsigned int severity)
{
	finding_add_string(finding, "known", what);
	if (finding->severity > severity)
		finding->severity = severity;
}

/* FNV-1a. */
uint64_t finding_cause(const struct tracee_event *event, const void *bytes, size_t size_bytes)
{
	uint64_t hash = (UINT64_C(0xcbf29ce484222325) ^ event->def->id) * UINT64_C(0x100000001b3);

	for (size_t i = 0; i < size_bytes; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
	return hash;
}
