// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* A program that every tier takes, and what each rule of the tiers is there to refuse. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#ifndef LICENSE
#define LICENSE "GPL"
#endif
#ifndef SECTION
#define SECTION "raw_tp/sys_exit"
#endif
#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_ARRAY
#endif

struct value {
	unsigned long long number;
	char text[16];
};

struct {
	__uint(type, MAP_TYPE);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct value);
} numbers SEC(".maps");

#if defined(DATA)
int counter = DATA;
#elif defined(ZERO_DATA)
int counter;
#elif defined(CONST_DATA)
const volatile int counter = 7;
#endif

#if defined(CALL)
static __attribute__((noinline)) int twice(int x)
{
	return bpf_get_prandom_u32() * x;
}
#endif

SEC(SECTION)
int program(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 key = ctx->args[0];
	struct value *value = bpf_map_lookup_elem(&numbers, &key);

	if (!value)
		return 0;
#if defined(LOOP)
	for (int i = 0; i < (int)(ctx->args[1] & 15); i++)
		value->number += bpf_ktime_get_ns();
#elif defined(DATA) || defined(ZERO_DATA) || defined(CONST_DATA)
	value->number += counter;
#elif defined(CALL)
	value->number += twice(key);
#elif defined(HELPER)
	value->number += HELPER();
#elif defined(ATOMIC)
	value->number = __sync_lock_test_and_set(&value->number, key);
#elif defined(ADD)
	__sync_fetch_and_add(&value->number, key);
#elif defined(SHORT_JUMP)
	if ((int)key > (int)value->number)
		value->number = 7;
#endif
	return 0;
}

char license_name[] SEC("license") = LICENSE;
