// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * A relocation of each kind against the types of kernel.h, declared here as a program does: other
 * order, other sizes, members left out, flavours.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

enum color { GREEN, BLUE, RED, VIOLET };
enum __attribute__((packed)) small_color { SMALL };
enum color___flavour { RED___flavour };

struct inner {
	int others[3];
	short value;
};

typedef struct {
	int counter;
} counter_t;

struct sample {
	unsigned int decorated;
	int plain;
	struct sample *parent;
	unsigned short deep;
	int deeper;
	unsigned int eleven : 20;
	int five : 5;
	unsigned long crossing : 40;
	struct inner embedded;
	struct inner list[8];
	int grid[2][3];
	enum color color;
	enum small_color small;
	counter_t counter;
	void *changed_kind;
	unsigned int grown;
	int grown_signed;
	char name[16];
	int missing;
	int zero_in_between[4];
	int last;
};

struct sample___flavour {
	int plain;
};

struct open_ended {
	struct inner elements[4];
};

struct nowhere {
	int field;
};

#pragma clang attribute pop

#define OFFSET(x) __builtin_preserve_field_info(x, BPF_FIELD_BYTE_OFFSET)
#define USE(number) sum = sum * 3 + (number)

SEC("raw_tp/offsets")
int offsets(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];
	struct sample___flavour *f = (void *)ctx->args[0];
	struct open_ended *o = (void *)ctx->args[1];
	unsigned long sum = 0;

	USE(OFFSET(s->plain));
	USE(OFFSET(f->plain));
	USE(OFFSET(s->decorated));
	USE(OFFSET(s->parent));
	USE(OFFSET(s->deep));
	USE(OFFSET(s->deeper));
	USE(OFFSET(s->embedded.value));
	USE(OFFSET(s->list[2].value));
	USE(OFFSET(s->list[3].others[1]));
	USE(OFFSET(s->grid[1][2]));
	USE(OFFSET(s->color));
	USE(OFFSET(s->counter.counter));
	USE(OFFSET(s->name));
	USE(OFFSET(s[2].plain));
	USE(OFFSET(o->elements[3].value));
	USE(OFFSET(s->eleven));
	USE(OFFSET(s->crossing));
	return sum;
}

SEC("raw_tp/fields")
int fields(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];
	unsigned long sum = 0;

	USE(bpf_core_field_size(s->list));
	USE(bpf_core_field_size(s->grown));
	USE(bpf_core_field_exists(s->plain));
	USE(bpf_core_field_exists(s->missing));
	USE(bpf_core_field_exists(s->changed_kind));
	USE(bpf_core_field_exists(s->list[7]));
	USE(bpf_core_field_exists(s->zero_in_between[1]));
	USE(bpf_core_field_exists(s->zero_in_between));
	USE(__builtin_preserve_field_info(s->five, BPF_FIELD_SIGNED));
	USE(__builtin_preserve_field_info(s->eleven, BPF_FIELD_SIGNED));
	USE(__builtin_preserve_field_info(s->color, BPF_FIELD_SIGNED));
	USE(__builtin_preserve_field_info(s->small, BPF_FIELD_SIGNED));
	USE(__builtin_preserve_field_info(s->eleven, BPF_FIELD_LSHIFT_U64));
	USE(__builtin_preserve_field_info(s->eleven, BPF_FIELD_RSHIFT_U64));
	USE(__builtin_preserve_field_info(s->eleven, BPF_FIELD_BYTE_SIZE));
	USE(__builtin_preserve_field_info(s->crossing, BPF_FIELD_LSHIFT_U64));
	USE(__builtin_preserve_field_info(s->crossing, BPF_FIELD_RSHIFT_U64));
	return sum;
}

SEC("raw_tp/types")
int types(struct bpf_raw_tracepoint_args *ctx)
{
	unsigned long sum = 0;

	USE(bpf_core_type_exists(struct sample));
	USE(bpf_core_type_exists(struct nowhere));
	USE(bpf_core_type_exists(counter_t));
	USE(bpf_core_type_size(struct inner));
	USE(bpf_core_type_size(counter_t));
	USE(bpf_core_type_id_local(struct inner));
	return sum;
}

SEC("raw_tp/enumerators")
int enumerators(struct bpf_raw_tracepoint_args *ctx)
{
	unsigned long sum = 0;

	USE(bpf_core_enum_value_exists(enum color, GREEN));
	USE(bpf_core_enum_value_exists(enum color, VIOLET));
	USE(bpf_core_enum_value(enum color, GREEN));
	USE(bpf_core_enum_value(enum color, BLUE));
	USE(bpf_core_enum_value(enum small_color, SMALL));
	USE(bpf_core_enum_value(enum color___flavour, RED___flavour));
	return sum;
}

/* Loads through the context, so that the instruction itself is relocated. */
SEC("raw_tp/loads")
int loads(struct bpf_raw_tracepoint_args *ctx)
{
	struct sample *s = (void *)ctx->args[0];

	return s->plain + s->grown;
}

char license_name[] SEC("license") = "GPL";
