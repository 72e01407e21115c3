/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_BLOB_H
#define TRACEE_BPF_BLOB_H

/* The blobs of a record: text and bytes of user space and of the kernel. */
#include "bpf/maps.h"

/* Begins a blob: NULL if the record is full. The caller writes at most STRINGS_MAX bytes behind it. */
static __always_inline struct tracee_wire_blob *blob_begin(struct scratch *s, __u8 arg, __u8 kind)
{
	__u64 at = s->event.size;
	struct tracee_wire_blob *blob;

	hide(at);
	if (at > TRACEE_WIRE_RECORD_MAX - sizeof(*blob))
		return 0;
	blob = (void *)s->bytes + at;
	blob->arg = arg;
	blob->kind = kind;
	blob->flags = 0;
	blob->size = 0;
	return blob;
}

static __always_inline void blob_end(struct scratch *s, struct tracee_wire_blob *blob, __u32 size, __u16 flags)
{
	blob->size = size;
	blob->flags = flags;
	s->event.size += sizeof(*blob) + size;
	s->event.n_blobs++;
}

/*
 * @n: what a string read returned: bytes with the NUL, or an error. An empty string is 0 on kernels whose
 * strncpy_from_user_nofault() (5.10) does not count its NUL.
 */
static __always_inline void string_end(struct scratch *s, struct tracee_wire_blob *blob, long n, long max)
{
	if (n < 0)
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else if (n <= 1)
		blob_end(s, blob, 0, 0);
	else if (n >= max)
		blob_end(s, blob, max - 2, TRACEE_WIRE_BLOB_CUT);
	else
		blob_end(s, blob, n - 1, 0);
}

/* One byte more than the longest string and its NUL: a read that fills it is of a longer string. */
#define STRING_READ_MAX (TRACEE_WIRE_STRING_MAX + 2)

static __always_inline void record_user_string(struct scratch *s, __u8 arg, const void *from)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRING);

	if (blob)
		string_end(s, blob, read_user_string(blob + 1, STRING_READ_MAX, from), STRING_READ_MAX);
}

static __always_inline void record_kernel_string(struct scratch *s, __u8 arg, const void *from)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRING);

	if (blob)
		string_end(s, blob, read_kernel_string(blob + 1, STRING_READ_MAX, from), STRING_READ_MAX);
}

/* At most TRACEE_WIRE_BYTES_MAX bytes of a structure. */
static __always_inline void record_user_bytes(struct scratch *s, __u8 arg, __u8 kind, const void *from, __u64 size)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, kind);
	__u16 flags = 0;

	if (!blob)
		return;
	if (size > TRACEE_WIRE_BYTES_MAX) {
		size = TRACEE_WIRE_BYTES_MAX;
		flags = TRACEE_WIRE_BLOB_CUT;
	}
	hide(size);
	if (size > TRACEE_WIRE_BYTES_MAX)
		return;
	if (read_user(blob + 1, size, from) < 0)
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else
		blob_end(s, blob, size, flags);
}

/* At most TRACEE_WIRE_BYTES_MAX bytes of the kernel's own memory; nothing if there are more. */
static __always_inline void record_kernel_bytes(struct scratch *s, __u8 arg, __u8 kind, const void *from, __u64 size)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, kind);

	if (!blob)
		return;
	hide(size);
	if (size > TRACEE_WIRE_BYTES_MAX)
		return;
	if (read_kernel(blob + 1, size, from) == 0)
		blob_end(s, blob, size, 0);
}

/* The memory from @from to @to, which holds strings one behind the other: argv of a new image. */
static __always_inline void record_user_strings(struct scratch *s, __u8 arg, __u64 from, __u64 to)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRINGS);
	__u64 size = to - from;
	__u16 flags = 0;

	if (!blob)
		return;
	if (size > TRACEE_WIRE_STRINGS_MAX) {
		size = TRACEE_WIRE_STRINGS_MAX;
		flags = TRACEE_WIRE_BLOB_CUT;
	}
	hide(size);
	if (size > TRACEE_WIRE_STRINGS_MAX)
		return;
	if (read_user(blob + 1, size, (void *)from) < 0)
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else
		blob_end(s, blob, size, flags);
}

/*
 * The strings that the NULL-terminated array at @array points to, as execve takes them; a pointer has
 * @width bytes, 4 in a 32-bit process. Each string is cut at half of TRACEE_WIRE_STRINGS_MAX bytes, all of
 * them together at that, their number at N_STRINGS.
 */
SHARED void record_user_string_array(struct scratch *s, __u8 arg, const void *array, __u64 width)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRINGS);

	hide(width);
	if (!blob || width > sizeof(void *))
		return;
	/*
	 * What changes from round to round lies in memory, of which the verifier knows nothing when it is loaded: so
	 * all rounds look the same to it, and so do all ways out.
	 */
	blob->flags = TRACEE_WIRE_BLOB_UNREADABLE;
	REPEAT
	for (int i = 0; i < N_STRINGS; i++) {
		const void *string = 0;
		__u64 at = *(volatile __u32 *)&blob->size, size = width;
		long n;

		/* Anew in each round: old verifiers forget the bounds of what was on the stack meanwhile. */
		hide(size);
		if (array && (size > sizeof(string) || read_user(&string, size, array + i * width) < 0))
			goto out;
		if (!string) {
			blob->flags = 0;
			goto out;
		}
		hide(at);
		if (at > TRACEE_WIRE_STRINGS_MAX / 2) {
			blob->flags = TRACEE_WIRE_BLOB_CUT;
			goto out;
		}
		n = read_user_string((void *)(blob + 1) + at, TRACEE_WIRE_STRINGS_MAX / 2, string);
		if (n < 0)
			goto out;
		/* Its NUL was written all the same: see string_end(). */
		blob->size = at + (n ? n : 1);
		if (n == TRACEE_WIRE_STRINGS_MAX / 2) {
			blob->flags = TRACEE_WIRE_BLOB_CUT;
			goto out;
		}
	}
	blob->flags = TRACEE_WIRE_BLOB_CUT;
out:
	blob_end(s, blob, blob->size, *(volatile __u16 *)&blob->flags);
}

#endif
