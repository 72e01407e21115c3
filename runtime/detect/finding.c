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
