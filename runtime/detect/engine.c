// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/engine.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "libtracee/base/error.h"
#include "libtracee/base/text.h"

#define KNOWN_MAX 600 /* bytes of the list of names in a message */

uint32_t engine_all_rules(void)
{
	uint32_t rules = 0;

	for (size_t i = 0; signatures[i]; i++)
		rules |= UINT32_C(1) << i;
	return rules;
}

static bool is_called(const char *known, const char *name, size_t length)
{
	return strlen(known) == length && strncasecmp(known, name, length) == 0;
}

static uint32_t rule_by_name(const char *name, size_t length)
{
	for (size_t i = 0; signatures[i]; i++) {
		if (is_called(signatures[i]->id, name, length) || is_called(signatures[i]->name, name, length))
			return UINT32_C(1) << i;
	}
	return 0;
}

static int refuse(const char *name, size_t length, struct tracee_error *err)
{
	struct text known;

	text_init(&known, KNOWN_MAX);
	for (size_t i = 0; signatures[i]; i++)
		text_format(&known, "%s%s (%s)", i ? ", " : "", signatures[i]->id, signatures[i]->name);
	error_set(err, 0, "--rules: '%.*s' is not a rule: expected one of %s", (int)length, name,
		  text_string(&known));
	text_done(&known);
	return -EINVAL;
}

int engine_parse_rules(const char *list, uint32_t *ret_rules, struct tracee_error *err)
{
	uint32_t rules = 0;

	for (;;) {
		size_t length = strcspn(list, ",");
		uint32_t rule = rule_by_name(list, length);

		if (!rule)
			return refuse(list, length, err);
		rules |= rule;
		list += length;
		if (*list++ == '\0')
			break;
	}
	*ret_rules |= rules;
	return 0;
}

bool signature_waits_for(const struct signature *signature, const struct tracee_event_def *event)
{
	for (const struct signature_form *form = signature->forms; form->how; form++) {
		for (const struct signature_event *waited = form->events; waited->name; waited++) {
			if (strcmp(waited->name, event->name) == 0)
				return true;
		}
	}
	return false;
}

void engine_event(uint32_t rules, const struct tracee_event *event,
		  void (*found)(void *context, struct finding *finding), void *context)
{
	for (size_t i = 0; signatures[i]; i++) {
		struct finding finding = {
			.signature = signatures[i], .event = event, .severity = signatures[i]->severity, .count = 1
		};

		if (!(rules & UINT32_C(1) << i) || !signature_waits_for(signatures[i], event->def))
			continue;
		if (signatures[i]->on_event(event, &finding))
			found(context, &finding);
	}
}
