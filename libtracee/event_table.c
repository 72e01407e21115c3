// SPDX-License-Identifier: Apache-2.0
/* The event definitions: events.tsv, and what can be asked about them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tracee/tracee.h>

#include "bpf/wire/event.h"

#define N_SETS_MAX 128

static const struct tracee_event_def events[] = {
#include "event_table.inc"
};
#define N_EVENTS (sizeof(events) / sizeof(events[0]))

/* arch/x86/entry/syscalls/syscall_32.tbl */
static const struct tracee_compat_call ia32_calls[] = {
#include "ia32_table.inc"
};

/* arch/arm/tools/syscall.tbl, EABI, without those that no event is about */
static const struct tracee_compat_call aarch32_calls[] = {
#include "aarch32_table.inc"
};

/* Filled on first use: every look-up of the hot path goes through it. */
static uint16_t by_slot[TRACEE_N_ARCHS][TRACEE_WIRE_N_SLOTS]; /* index into events + 1, 0: none */
static char set_names[N_SETS_MAX][32];
static const char *sets[N_SETS_MAX + 1];

const struct tracee_event_def *tracee_events(size_t *ret_n)
{
	*ret_n = N_EVENTS;
	return events;
}

const struct tracee_event_def *tracee_event_by_name(const char *name)
{
	for (size_t i = 0; i < N_EVENTS; i++) {
		if (strcmp(events[i].name, name) == 0)
			return &events[i];
	}
	return NULL;
}

/* Of an event that only 32-bit processes of @arch have: arm64 has no open(2), for one. */
static int slot_of_compat_event(const struct tracee_event_def *event, enum tracee_arch arch)
{
	static uint16_t slots[TRACEE_N_ARCHS][N_EVENTS]; /* 0: none */
	static bool is_filled[TRACEE_N_ARCHS];
	size_t n;
	const struct tracee_compat_call *calls = tracee_compat_calls(arch, &n);

	/* Of several calls the first. */
	while (!is_filled[arch] && n-- > 0)
		slots[arch][calls[n].event] = TRACEE_WIRE_SLOT_OF_COMPAT(calls[n].nr);
	is_filled[arch] = true;
	return slots[arch][event - events] ? slots[arch][event - events] : -ENOENT;
}

int tracee_event_slot(const struct tracee_event_def *event, enum tracee_arch arch)
{
	if (!event->is_syscall)
		return TRACEE_WIRE_SLOT_OF_OTHER((int)event->id);
	return event->nr[arch] == TRACEE_NO_SYSCALL ? slot_of_compat_event(event, arch) : event->nr[arch];
}

uint32_t tracee_event_number(const struct tracee_event_def *event, enum tracee_arch arch)
{
	return event->is_syscall && event->nr[arch] != TRACEE_NO_SYSCALL ? (uint32_t)event->nr[arch] : event->id;
}

static void fill_slots(enum tracee_arch arch)
{
	const struct tracee_compat_call *calls;
	size_t n;

	for (size_t i = 0; i < N_EVENTS; i++) {
		int slot = tracee_event_slot(&events[i], arch);

		if (slot >= 0 && slot < TRACEE_WIRE_N_SLOTS)
			by_slot[arch][slot] = (uint16_t)(i + 1);
	}
	calls = tracee_compat_calls(arch, &n);
	for (size_t i = 0; i < n; i++)
		by_slot[arch][TRACEE_WIRE_SLOT_OF_COMPAT(calls[i].nr)] = (uint16_t)(calls[i].event + 1);
}

const struct tracee_event_def *tracee_event_by_slot(enum tracee_arch arch, uint32_t slot)
{
	static bool is_filled[TRACEE_N_ARCHS];

	if (slot >= TRACEE_WIRE_N_SLOTS)
		return NULL;
	if (!is_filled[arch]) {
		fill_slots(arch);
		is_filled[arch] = true;
	}
	return by_slot[arch][slot] ? &events[by_slot[arch][slot] - 1] : NULL;
}

const struct tracee_compat_call *tracee_compat_calls(enum tracee_arch arch, size_t *ret_n)
{
	if (arch == TRACEE_ARCH_ARM64) {
		*ret_n = sizeof(aarch32_calls) / sizeof(aarch32_calls[0]);
		return aarch32_calls;
	}
	*ret_n = sizeof(ia32_calls) / sizeof(ia32_calls[0]);
	return ia32_calls;
}

static int compare_numbers(const void *key, const void *call)
{
	return *(const int *)key - ((const struct tracee_compat_call *)call)->nr;
}

const struct tracee_compat_call *tracee_compat_by_slot(enum tracee_arch arch, uint32_t slot)
{
	size_t n;
	const struct tracee_compat_call *calls = tracee_compat_calls(arch, &n);
	int nr;

	/* A slot comes from a record, and may be any number. */
	if (slot < TRACEE_WIRE_SLOT_OF_COMPAT(0) || slot >= TRACEE_WIRE_FIRST_OTHER_SLOT)
		return NULL;
	nr = (int)slot - TRACEE_WIRE_SLOT_OF_COMPAT(0);
	return bsearch(&nr, calls, n, sizeof(*calls), compare_numbers);
}

unsigned int tracee_compat_position(const struct tracee_compat_call *call, unsigned int arg)
{
	return arg < TRACEE_N_ARGS_MAX ? call->places[arg] : arg;
}

/* The next name of a list with spaces at *@p; returns its length, 0 at the end. */
static size_t next_set(const char **p, const char **ret_name)
{
	size_t length;

	*p += strspn(*p, " ");
	length = strcspn(*p, " ");
	*ret_name = *p;
	*p += length;
	return length;
}

bool tracee_event_in_set(const struct tracee_event_def *event, const char *set)
{
	const char *p = event->sets, *name;
	size_t length;

	while ((length = next_set(&p, &name)) > 0) {
		if (length == strlen(set) && memcmp(name, set, length) == 0)
			return true;
	}
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t add_set(size_t n, const char *name, size_t length)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(set_names[i]) == length && memcmp(set_names[i], name, length) == 0)
			return n;
	}
	if (n == N_SETS_MAX || length >= sizeof(set_names[0]))
		return n;
	memcpy(set_names[n], name, length);
	sets[n] = set_names[n];
	return n + 1;
}

const char *const *tracee_event_sets(void)
{
	size_t n = 0, length;

	if (sets[0])
		return sets;
	for (size_t i = 0; i < N_EVENTS; i++) {
		const char *p = events[i].sets, *name;

		while ((length = next_set(&p, &name)) > 0)
			n = add_set(n, name, length);
	}
	qsort(sets, n, sizeof(sets[0]), compare_names);
	return sets;
}
