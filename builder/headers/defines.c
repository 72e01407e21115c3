// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/defines.h"

#include <errno.h>
#include <string.h>

#include "libtracee/base/number.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Takes @word off the front. */
static bool skip_word(struct defines *line, const char *word)
{
	size_t length = strlen(word);

	if (line->size_bytes <= length || memcmp(line->bytes, word, length) != 0 || !is_space(line->bytes[length]))
		return false;
	line->bytes += length;
	line->size_bytes -= length;
	while (line->size_bytes && is_space(*line->bytes)) {
		line->bytes++;
		line->size_bytes--;
	}
	return true;
}

bool defines_find(const struct defines *defines, const char *name, struct defines *ret_value)
{
	const char *p = defines->bytes, *end = defines->bytes + defines->size_bytes;

	while (p < end) {
		const char *feed = memchr(p, '\n', (size_t)(end - p));
		struct defines line = { p, (size_t)((feed ? feed : end) - p) };

		if (skip_word(&line, "#define") && skip_word(&line, name)) {
			while (line.size_bytes && is_space(line.bytes[line.size_bytes - 1]))
				line.size_bytes--;
			*ret_value = line;
			return true;
		}
		if (!feed)
			break;
		p = feed + 1;
	}
	return false;
}

int defines_string(const struct defines *defines, const char *name, char *ret_string, size_t size_bytes)
{
	struct defines value;

	if (!defines_find(defines, name, &value))
		return -ENOENT;
	if (value.size_bytes < 2 || value.bytes[0] != '"' || value.bytes[value.size_bytes - 1] != '"')
		return -EBADMSG;
	value.bytes++;
	value.size_bytes -= 2;
	if (memchr(value.bytes, '\0', value.size_bytes) || memchr(value.bytes, '"', value.size_bytes))
		return -EBADMSG;
	if (value.size_bytes >= size_bytes)
		return -ENAMETOOLONG;
	memcpy(ret_string, value.bytes, value.size_bytes);
	ret_string[value.size_bytes] = '\0';
	return 0;
}

int defines_number(const struct defines *defines, const char *name, uint64_t max, uint64_t *ret_number)
{
	struct defines value;
	char digits[24];

	if (!defines_find(defines, name, &value))
		return -ENOENT;
	if (value.size_bytes >= sizeof(digits))
		return -EBADMSG;
	memcpy(digits, value.bytes, value.size_bytes);
	digits[value.size_bytes] = '\0';
	if (strlen(digits) != value.size_bytes || number_parse(digits, max, ret_number) < 0)
		return -EBADMSG;
	return 0;
}
