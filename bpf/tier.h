/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_TIER_H
#define TRACEE_BPF_TIER_H

/*
 * What differs between the tiers, in one place. TRACEE_TIER_RING: kernels with a ring buffer (5.8
 * upstream), which also have bounded loops (5.3) and told user from kernel addresses (5.5).
 * TRACEE_TIER_BASE: 4.18 and later; no loops, bpf_probe_read only, perf buffer.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#if defined(TRACEE_TIER_RING)
#define read_kernel(to, size, from) bpf_probe_read_kernel(to, size, from)
#define read_user(to, size, from) bpf_probe_read_user(to, size, from)
#define read_kernel_string(to, size, from) bpf_probe_read_kernel_str(to, size, from)
#define read_user_string(to, size, from) bpf_probe_read_user_str(to, size, from)
#define READ(from, ...) BPF_CORE_READ(from, __VA_ARGS__)
/* Strings of a failed execve's argv or environment that are looked at. */
#define N_STRINGS 64
/* Variables of an environment that are looked through. */
#define N_VARIABLES 256
/* Names and mounts on the way from a file to the root. */
#define N_PATH_STEPS 48
/* Processes above that of a finding. */
#define N_ANCESTORS TRACEE_WIRE_ANCESTORS_MAX
#define REPEAT
/* Long functions that many programs use: one copy in the object. */
#define SHARED static __noinline
/* Whether filters work here, and not in the runtime alone. */
#define HAS_FILTERS 1
/* Whether the files behind descriptors are told. */
#define HAS_DESCRIPTORS 1
#elif defined(TRACEE_TIER_BASE)
#define read_kernel(to, size, from) bpf_probe_read(to, size, from)
#define read_user(to, size, from) bpf_probe_read(to, size, from)
#define read_kernel_string(to, size, from) bpf_probe_read_str(to, size, from)
#define read_user_string(to, size, from) bpf_probe_read_str(to, size, from)
/* bpf_core_read() of libbpf uses bpf_probe_read_kernel(), which 4.18 does not have. */
#undef bpf_core_read
#define bpf_core_read(to, size, from) bpf_probe_read(to, size, (const void *)__builtin_preserve_access_index(from))
#define READ(from, ...) BPF_CORE_READ(from, __VA_ARGS__)
#define N_STRINGS 16
#define N_VARIABLES 16 /* at a time: a program goes on 33 times */
#define N_PATH_STEPS 22
#define N_ANCESTORS 4
#define REPEAT _Pragma("unroll")
#define SHARED static __always_inline
/* Each condition doubles the ways that the verifier of 4.18, which gives up after 131,072 instructions, has to go. */
#define HAS_FILTERS 0
#define HAS_DESCRIPTORS 0 /* a path has no room beside the rest */
#else
#error "define TRACEE_TIER_RING or TRACEE_TIER_BASE"
#endif

/* Keeps clang from reasoning about @x, so that a bounds check stays where the verifier sees it. */
#define hide(x) asm volatile("" : "+r"(x))

#endif
