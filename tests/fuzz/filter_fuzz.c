// SPDX-License-Identifier: Apache-2.0
/*
 * Expressions of --trace, one a line, and a decision by what they make: on a record of the event whose
 * number the first byte is, with the other bytes as the contents of its arguments. What is impossible
 * must not match.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/filter/filter.h"

#define LINE_MAX_BYTES 4096
#define N_LINES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_lines(struct filter *filter, struct selection *selection, const uint8_t *data, size_t size)
{
	static char line[LINE_MAX_BYTES];

	for (int n = 0; size && n < N_LINES_MAX; n++) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size, used = length + (end != NULL);
		struct tracee_error err = {};

		if (length >= sizeof(line))
			length = sizeof(line) - 1;
		memcpy(line, data, length);
		line[length] = '\0';
		if (filter_add(filter, selection, line, &err) < 0 && !err.text[0])
			abort();
		data += used;
		size -= used;
	}
}

static void make_event(struct tracee_event *event, const uint8_t *data, size_t size)
{
	size_t n;
	const struct tracee_event_def *events = tracee_events(&n);

	*event = (struct tracee_event){ .def = &events[data[0] % n],
					.host_pid = data[size / 2],
					.ret = (int8_t)data[0] };
	memcpy(event->comm, data, size < 16 ? size : 16);
	for (unsigned int i = 0; i < event->def->n_args; i++) {
		enum tracee_arg_kind kind = event->def->args[i].kind;

		event->args[i].number = data[i % size];
		if (kind >= TRACEE_ARG_STRING && kind <= TRACEE_ARG_SOCKADDR && data[0] & 1) {
			event->args[i].bytes = data;
			event->args[i].size_bytes = (uint32_t)(size < 128 ? size : 128);
		}
	}
}

static void decide(const struct filter *filter, const uint8_t *data, size_t size)
{
	static struct text scratch;
	struct filter_facts facts = { data[0] & 1, data[0] & 2, data[0] & 4 };
	const char *impossible = filter_impossible(filter);
	struct tracee_event event;
	bool is_accepted;

	if (!scratch.max_bytes)
		text_init(&scratch, 1 << 20);
	make_event(&event, data, size);
	is_accepted = filter_matches(filter, &event, &facts, &scratch);
	if (is_accepted && !filter_matches_process(filter, &event, &facts))
		abort();
	if (is_accepted && impossible && (strcmp(impossible, "uid") == 0 || strcmp(impossible, "pid") == 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct selection selection;
	struct filter filter;

	if (size < 2)
		return 0;
	selection_init(&selection, data[0] % TRACEE_N_ARCHS);
	filter_init(&filter, selection.arch);
	read_lines(&filter, &selection, data + 1, size - 1);
	selection_finish(&selection, NULL);
	decide(&filter, data, size);
	filter_done(&filter);
	return 0;
}
