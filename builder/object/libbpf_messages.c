// SPDX-License-Identifier: Apache-2.0
#include "builder/object/libbpf_messages.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

static struct text *messages;
static libbpf_print_fn_t previous;

static int collect(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[512];

	if (messages && level == LIBBPF_WARN) {
		vsnprintf(line, sizeof(line), format, args);
		text_add(messages, line);
	}
	return 0;
}

void libbpf_messages_begin(struct text *text)
{
	messages = text;
	previous = libbpf_set_print(collect);
}

void libbpf_messages_end(void)
{
	libbpf_set_print(previous);
	messages = NULL;
}

void libbpf_last_message(const struct text *text, char *ret_line, size_t size_bytes)
{
	const char *all = text_string(text), *end = all + strlen(all), *line;

	while (end > all && end[-1] == '\n')
		end--;
	line = end;
	while (line > all && line[-1] != '\n')
		line--;
	if (strncmp(line, "libbpf: ", 8) == 0)
		line += 8;
	snprintf(ret_line, size_bytes, "%.*s", (int)(end - line), line);
}
