// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/text_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPED ",*\\"

static bool is_escape(const char *p, const char *end)
{
	return *p == '\\' && end - p > 1 && strchr(ESCAPED, p[1]) && p[1];
}

/* Copies from @from up to @end without the escapes; returns how many bytes that makes. */
static size_t unescape(char *to, const char *from, const char *end)
{
	char *p = to;

	while (from < end) {
		if (is_escape(from, end))
			from++;
		*p++ = *from++;
	}
	*p = '\0';
	return (size_t)(p - to);
}

/* Whether the last byte of the value is a star that is not escaped. */
static bool ends_in_star(const char *value, const char *end)
{
	bool is_star = false;

	while (value < end) {
		bool escapes = is_escape(value, end);

		is_star = !escapes && *value == '*';
		value += 1 + escapes;
	}
	return is_star;
}

int pattern_read(const char *value, size_t size_bytes, struct pattern *ret_pattern)
{
	const char *end = value + size_bytes;
	bool has_last = ends_in_star(value, end);
	/* A lone star is one for the rest behind nothing. */
	bool has_first = size_bytes > 1 && value[0] == '*';
	char *bytes = malloc(size_bytes + 1);

	if (!bytes)
		return -ENOMEM;
	ret_pattern->size_bytes = (uint32_t)unescape(bytes, value + has_first, end - has_last);
	ret_pattern->bytes = bytes;
	if (has_first)
		ret_pattern->kind = has_last ? PATTERN_INSIDE : PATTERN_SUFFIX;
	else
		ret_pattern->kind = has_last ? PATTERN_PREFIX : PATTERN_EXACT;
	return 0;
}

void pattern_done(struct pattern *pattern)
{
	free(pattern->bytes);
	*pattern = (struct pattern){};
}

bool pattern_matches(const struct pattern *pattern, const void *bytes, size_t size_bytes)
{
	const char *text = bytes;

	if (pattern->size_bytes > size_bytes)
		return false;
	switch (pattern->kind) {
	case PATTERN_EXACT:
		return pattern->size_bytes == size_bytes && memcmp(text, pattern->bytes, size_bytes) == 0;
	case PATTERN_PREFIX:
		return memcmp(text, pattern->bytes, pattern->size_bytes) == 0;
	case PATTERN_SUFFIX:
		return memcmp(text + size_bytes - pattern->size_bytes, pattern->bytes, pattern->size_bytes) == 0;
	case PATTERN_INSIDE:
		return memmem(text, size_bytes, pattern->bytes, pattern->size_bytes) != NULL;
	}
	return false;
}

static bool any_matches(const struct pattern_list *list, const void *bytes, size_t size_bytes)
{
	for (size_t i = 0; bytes && i < list->n; i++) {
		if (pattern_matches(&list->items[i], bytes, size_bytes))
			return true;
	}
	return false;
}

int text_filter_add(struct text_filter *filter, enum filter_operator operator, struct pattern * pattern)
{
	struct pattern_list *list = operator== FILTER_EQUAL ? &filter->equal : & filter->unequal;
	struct pattern *items;

	if (list->n == FILTER_N_VALUES_MAX)
		return -E2BIG;
	items = realloc(list->items, (list->n + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->n++] = *pattern;
	*pattern = (struct pattern){};
	return 0;
}

static void list_done(struct pattern_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		pattern_done(&list->items[i]);
	free(list->items);
	*list = (struct pattern_list){};
}

void text_filter_done(struct text_filter *filter)
{
	list_done(&filter->equal);
	list_done(&filter->unequal);
}

bool text_filter_is_set(const struct text_filter *filter)
{
	return filter->equal.n || filter->unequal.n;
}

void text_filter_look(const struct text_filter *filter, const void *bytes, size_t size_bytes,
		      struct verdict *verdict)
{
	verdict->has_equal |= filter->equal.n > 0;
	verdict->has_unequal |= filter->unequal.n > 0;
	verdict->hit_equal |= any_matches(&filter->equal, bytes, size_bytes);
	verdict->hit_unequal |= any_matches(&filter->unequal, bytes, size_bytes);
}

bool text_filter_accepts(const struct text_filter *filter, const void *bytes, size_t size_bytes)
{
	struct verdict verdict = {};

	text_filter_look(filter, bytes, size_bytes, &verdict);
	return verdict_accepts(&verdict);
}
