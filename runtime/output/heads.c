// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/heads.h"

#define N_EVENTS_MAX 1024
#define HEADS_MAX (128 << 10) /* bytes of all of them, twice what they are */

struct head {
	uint32_t at, size_bytes; /* 0: not made yet */
};

static char bytes[HEADS_MAX];
static struct text all;
static struct head heads[N_EVENTS_MAX][TRACEE_N_ARGS_MAX];

static void write_head(struct text *text, const struct tracee_arg_def *arg)
{
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_add_string(&json, "name", arg->name);
	json_add_string(&json, "type", arg->type);
	text_add(text, ",\"value\":");
}

static void make_head(struct head *head, const struct tracee_arg_def *arg)
{
	size_t at;

	if (!all.bytes)
		text_init_in(&all, bytes, sizeof(bytes));
	at = all.size_bytes;
	write_head(&all, arg);
	if (!text_error(&all))
		*head = (struct head){ (uint32_t)at, (uint32_t)(all.size_bytes - at) };
}

void heads_open(struct json *json, const struct tracee_event_def *def, unsigned int i)
{
	size_t n, row = (size_t)(def - tracee_events(&n));
	struct head *head = row < N_EVENTS_MAX ? &heads[row][i] : NULL;

	if (head && !head->size_bytes)
		make_head(head, &def->args[i]);
	json_resume(json);
	if (head && head->size_bytes)
		text_add_bytes(json->text, bytes + head->at, head->size_bytes);
	else
		write_head(json->text, &def->args[i]);
}
