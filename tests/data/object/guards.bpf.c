// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Fields that kernel.h does not have, behind guards of the kinds that programs use; and without one. */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

enum color { RED, VIOLET };

struct sample {
	int plain;
	int missing;
	int missing_too;
	int grown_signed;
};

struct nowhere {
	int field;
};

#pragma clang attribute pop

static __always_inline __attribute__((unused)) int read(const void *from)
{
	int to = 0;

	bpf_probe_read(&to, sizeof(to), from);
	return to;
}
#define READ_FIELD(field) read(__builtin_preserve_access_index(&(field)))

#if defined(GUARDED)
SEC("raw_tp/field")
int by_field(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	if (bpf_core_field_exists(s->missing))
		return READ_FIELD(s->missing);
	return READ_FIELD(s->plain);
}

SEC("raw_tp/absence")
int by_absence(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];
	int sum = READ_FIELD(s->plain);

	if (!bpf_core_field_exists(s->missing))
		return sum;
	sum += READ_FIELD(s->missing);
	if (bpf_core_field_exists(s->missing_too))
		sum += READ_FIELD(s->missing_too);
	return sum;
}

SEC("raw_tp/type")
int by_type(struct bpf_raw_tracepoint_args *ctx)
{
	struct nowhere *n = (void *)ctx->args[0];

	return bpf_core_type_exists(struct nowhere) ? READ_FIELD(n->field) + bpf_core_type_size(struct nowhere) : 0;
}

SEC("raw_tp/enumerator")
int by_enumerator(struct bpf_raw_tracepoint_args *ctx)
{
	return bpf_core_enum_value_exists(enum color, VIOLET) ? bpf_core_enum_value(enum color, VIOLET) : 0;
}

SEC("raw_tp/both")
int by_both(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];
	int sum = 0;

	/* The number survives in a saved register while others change. */
	for (int i = 0; i < 3; i++) {
		sum += READ_FIELD(s->plain);
		if (bpf_core_field_exists(s->missing) && sum > 5)
			sum += READ_FIELD(s->missing);
	}
	return sum;
}
#elif defined(UNGUARDED_FIELD)
SEC("raw_tp/field")
int unguarded(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	return READ_FIELD(s->missing);
}
#elif defined(WRONG_GUARD)
SEC("raw_tp/field")
int wrongly_guarded(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	if (bpf_core_field_exists(s->plain))
		return READ_FIELD(s->missing);
	return 0;
}
#elif defined(RUNTIME_GUARD)
SEC("raw_tp/field")
int guarded_by_chance(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	if (ctx->args[1])
		return READ_FIELD(s->missing);
	return 0;
}
#elif defined(UNGUARDED_SIZE)
SEC("raw_tp/size")
int size(struct bpf_raw_tracepoint_args *ctx)
{
	return bpf_core_type_size(struct nowhere);
}
#elif defined(SIGNED_LOAD)
/* A signed field that is wider in the kernel cannot be loaded by another width. */
SEC("raw_tp/load")
int load(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	return s->grown_signed;
}
#elif defined(GUARDED_IN_FUNCTION)
static __attribute__((noinline)) int missing(struct sample *s)
{
	return READ_FIELD(s->missing);
}

SEC("raw_tp/call")
int calls(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	return bpf_core_field_exists(s->missing) ? missing(s) : 0;
}
#elif defined(UNGUARDED_IN_FUNCTION)
static __attribute__((noinline)) int missing(struct sample *s)
{
	return READ_FIELD(s->missing);
}

SEC("raw_tp/call")
int calls(struct bpf_raw_tracepoint_args *ctx)
{
	return missing((void *)ctx->args[0]);
}
#endif

char license_name[] SEC("license") = "GPL";
