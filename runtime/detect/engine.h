/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_ENGINE_H
#define RUNTIME_DETECT_ENGINE_H

/*
 * Detections. A signature is one file in signatures/ that ends in its descriptor, and one line in the
 * array of signatures/all.c; nothing else knows of it.
 *
 * How an event reaches a signature. A signature has forms: ways to see the same thing, best first.
 * When it is switched on, the first form that this kernel can attach is put in force: each of its events is
 * selected with the condition that an argument has one of some values, which the kernel tests, so that only
 * what may be a finding comes up, and comes through the ring of its own. on_event() then decides, and adds
 * what it knows. It is called with events of its forms only, one after the other, also with those that another
 * rule waits for under another condition; it must not keep the event, block, open files or write: privileges are
 * gone by then.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "runtime/detect/finding.h"

struct signature_event {
	const char *name; /* of an event definition */
	bool is_optional; /* the form is in force without it, too */
	uint8_t arg; /* position of the argument that must have one of the values below */
	uint8_t n_values; /* 0: every such event comes up */
	uint32_t values[TRACEE_WIRE_N_FINDING_VALUES];
};

#define SIGNATURE_EVENTS_MAX 8

struct signature_form {
	const char *how; /* for people: "kprobe security_ptrace_traceme" */
	const char *how_partly; /* where optional events, or programs that events can do without, cannot be had; or NULL */
	struct signature_event events[SIGNATURE_EVENTS_MAX + 1]; /* ended by one without a name */
};

struct signature {
	const char *id; /* "TRC-2" */
	const char *name; /* no comma in it: --rules splits there */
	const char *version;
	const char *description;
	const char *const *tags; /* ended by NULL */
	unsigned int severity; /* 0 informational … 3 critical */
	const char *mitre; /* "Tactic: Technique" */
	const struct signature_form *forms; /* best first, ended by one without a word on how */
	bool (*on_event)(const struct tracee_event *event, struct finding *finding);
};

/* All of them, in the order of their ids, ended by NULL. At most 32. */
extern const struct signature *const signatures[];

/* Rules that are switched on are bits: bit i stands for signatures[i]. These are all of them. */
uint32_t engine_all_rules(void);

/*
 * Adds to @ret_rules the signatures that @list names, by id or name, case ignored, with commas
 * between. -EINVAL for a name that is none, with all that are.
 */
int engine_parse_rules(const char *list, uint32_t *ret_rules, struct tracee_error *err);

/* Whether any form of @signature waits for @event. */
bool signature_waits_for(const struct signature *signature, const struct tracee_event_def *event);

/* Asks every signature of @rules that waits for this event; calls @found for each that says yes, with a count of 1. */
void engine_event(uint32_t rules, const struct tracee_event *event,
		  void (*found)(void *context, struct finding *finding), void *context);

#endif
