// SPDX-License-Identifier: Apache-2.0
/* What programs can be attached to, and what they can send through. With privileges: tried. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "runtime/load/kprobe.h"
#include "runtime/load/memlock.h"
#include "runtime/load/messages.h"
#include "runtime/load/plan.h"
#include "runtime/load/realtime.h"
#include "runtime/preflight/preflight.h"

#define RING_SINCE (5u << 16 | 8u << 8)
#define TRY_BYTES (64u << 10) /* of locked memory, for what is tried here */

/* Two instructions, r0 = 0; exit, on a tracepoint that is quiet. */
static int tracepoint_try(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	CLEANUP(close_at)
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "tracee_try", "GPL", program, 2, NULL);
	CLEANUP(close_at) int link = -1;

	if (fd < 0)
		return -errno;
	link = bpf_raw_tracepoint_open("sched_process_exec", fd);
	return link < 0 ? -errno : 0;
}

static int ring_try(void)
{
	CLEANUP(close_at)
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "tracee_try", 0, 0, (uint32_t)sysconf(_SC_PAGESIZE), NULL);

	return fd < 0 ? -errno : 0;
}

static void tracepoints(struct preflight *preflight)
{
	int r;

	if (!preflight->is_privileged) {
		preflight_add(preflight, "tracepoints", MARK_NOTE, STATUS_OK, "not tried: no privileges");
		return;
	}
	r = tracepoint_try();
	if (r == 0) {
		preflight_add(preflight, "tracepoints", MARK_GOOD, STATUS_OK, "a program was loaded and attached");
		return;
	}
	preflight_advise(preflight_add(preflight, "tracepoints", MARK_BAD, STATUS_PROGRAM_REJECTED,
				       "no program can be loaded and attached: %s", strerror(-r)),
			 r == -EPERM ? "a security module (SELinux, AppArmor), a container's seccomp filter or "
				       "lockdown forbids it"
				     : "the kernel needs CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS");
}

/* Of the programs that rules would have, those whose kprobe cannot be made. */
static uint64_t try_those_of_rules(void)
{
	uint64_t programs = 0, broken = 0;

	for (size_t i = 0; signatures[i]; i++) {
		for (const struct signature_event *waited = signatures[i]->forms[0].events; waited->name; waited++) {
			const struct tracee_event_def *event = tracee_event_by_name(waited->name);

			programs |= programs_of(event) | programs_also_of(event);
		}
	}
	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		if ((programs & PROGRAM_BIT(i)) && program_defs[i].kprobe && kprobe_try(program_defs[i].kprobe, NULL) < 0)
			broken |= PROGRAM_BIT(i);
	}
	return broken;
}

/* One symbol stands for all: whether its own hooks are there is told with each rule. */
static void kprobes(struct preflight *preflight)
{
	struct tracee_error reason;
	int r;

	if (!preflight->is_privileged) {
		preflight_add(preflight, "kprobes", MARK_NOTE, STATUS_OK,
			      kprobe_is_visible() ? "the kernel offers them; not tried: no privileges"
						  : "the kernel offers none");
		if (!kprobe_is_visible())
			preflight->broken |= programs_by_kprobe();
		return;
	}
	r = kprobe_try(program_defs[PROGRAM_PTRACE_TRACEME].kprobe, &reason);
	if (r == 0) {
		preflight_add(preflight, "kprobes", MARK_GOOD, STATUS_OK, "one was made and taken away");
		preflight->broken |= try_those_of_rules();
		return;
	}
	preflight->broken |= programs_by_kprobe();
	preflight_advise(preflight_add(preflight, "kprobes", MARK_NOTE, STATUS_OK, "%s", reason.text),
			 r == -EPERM || r == -EACCES ? "kernel.perf_event_paranoid or a security module may forbid "
						       "it; rules that have another form use that"
						     : "rules that have another form use that, see below");
}

static void rings(struct preflight *preflight)
{
	bool has_ring = preflight->is_privileged ? ring_try() == 0 : preflight->kernel.version_code >= RING_SINCE;
	enum ring_lock lock = ring_lock_here(&preflight->kernel);

	if (has_ring && lock != RING_LOCK_FINE) {
		preflight_advise(preflight_add(preflight, "rings", MARK_NOTE, STATUS_OK, "%s", ring_lock_in_words(lock)),
				 "make objects of tier base: tracee-builder build --tier base");
		return;
	}

	preflight_add(preflight, "rings", MARK_GOOD, STATUS_OK, "%s%s",
		      has_ring ? "ring buffer: objects of both tiers load"
			       : "perf buffer only: objects of tier base load",
		      preflight->is_privileged ? "" : " (by the kernel's version; not tried: no privileges)");
}

void preflight_hooks(struct preflight *preflight)
{
	messages_collect(); /* libbpf would print */
	if (preflight->is_privileged)
		memlock_raise(TRY_BYTES, NULL);
	tracepoints(preflight);
	kprobes(preflight);
	rings(preflight);
}
