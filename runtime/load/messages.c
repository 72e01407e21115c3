// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/messages.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A verifier's log may have megabytes; its end tells what is wrong. */
#define KEPT_MAX (64u << 10)

static char kept[2 * KEPT_MAX];
static size_t n_kept;

/* Appends @size bytes at the end; the oldest give way. */
static void keep(const char *bytes, size_t size)
{
	if (size > KEPT_MAX) {
		bytes += size - KEPT_MAX;
		size = KEPT_MAX;
	}
	if (n_kept + size > sizeof(kept)) {
		memmove(kept, kept + n_kept - KEPT_MAX, KEPT_MAX);
		n_kept = KEPT_MAX;
	}
	memcpy(kept + n_kept, bytes, size);
	n_kept += size;
}

__attribute__((format(printf, 2, 0))) static int receive(enum libbpf_print_level level, const char *format,
							 va_list args)
{
	char *message;
	int n;

	if (level != LIBBPF_WARN)
		return 0;
	n = vasprintf(&message, format, args);
	if (n < 0)
		return 0;
	keep(message, (size_t)n);
	free(message);
	return 0;
}

void messages_collect(void)
{
	n_kept = 0;
	libbpf_set_print(receive);
}

void messages_tail(struct text *text, unsigned int n_lines)
{
	size_t at = n_kept;
	unsigned int seen = 0;

	if (at && kept[at - 1] == '\n')
		at--;
	while (at > 0 && !(kept[at - 1] == '\n' && ++seen == n_lines))
		at--;
	text_add_bytes(text, kept + at, n_kept - at);
}
