/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

/*
 * A JSON writer onto a struct text, one line, no white space. The caller opens and closes; commas
 * are ours. Any bytes become valid JSON: invalid UTF-8 is U+FFFD, control characters are escaped,
 * and so are < > & (as users of Tracee's output know it).
 */
#include <stdbool.h>
#include <stdint.h>

#include "libtracee/base/text.h"

struct json {
	struct text *text; /* borrowed; its text_error() is the only error */
	bool needs_comma;
};

void json_init(struct json *json, struct text *text);
/* @key NULL inside an array and at the top. */
void json_object_open(struct json *json, const char *key);
void json_object_close(struct json *json);
/*
 * For what is JSON already, but for the value at its end: the caller appends it to the text, from what would
 * stand behind a comma to the colon behind a key. The value comes next, without a key.
 */
void json_resume(struct json *json);
void json_array_open(struct json *json, const char *key);
void json_array_close(struct json *json);
void json_add_string(struct json *json, const char *key, const char *string);
/* As base64 (RFC 4648) with padding. */
void json_add_base64(struct json *json, const char *key, const void *bytes, size_t size_bytes);
void json_add_string_bytes(struct json *json, const char *key, const void *bytes, size_t size_bytes);
void json_add_int(struct json *json, const char *key, int64_t number);
void json_add_uint(struct json *json, const char *key, uint64_t number);
void json_add_bool(struct json *json, const char *key, bool value);
void json_add_null(struct json *json, const char *key);
/* Bytes that are JSON already: a number in a chosen form, say. */
void json_add_raw(struct json *json, const char *key, const char *value);

#endif
