/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_RUNTIME_GENERATE_H
#define TEST_RUNTIME_GENERATE_H

/*
 * Records as the BPF program could write them, with the worst bytes that processes can put into them. The
 * same seed makes the same records.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <tracee/tracee.h>

#include "bpf/wire/event.h"

struct generator {
	uint64_t state; /* the seed */
	size_t size_bytes;
	uint8_t record[TRACEE_WIRE_RECORD_MAX];
};

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators). */
static inline uint64_t generate_number(struct generator *generator)
{
	uint64_t z = generator->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline size_t generate_below(struct generator *generator, size_t limit)
{
	return (size_t)(generate_number(generator) % limit);
}

/* Fills @to with pieces that are text, control sequences, and UTF-8, whole, cut, overlong or forbidden. */
static inline void generate_text(struct generator *generator, uint8_t *to, size_t size_bytes)
{
	static const char *const pieces[] = {
		"a",
		"/usr/bin/",
		" ",
		"\"",
		"\\",
		"'",
		"</x>&",
		"\n",
		"\r",
		"\t",
		"\x1b[2J",
		"\x1b]0;x\x07",
		"\x7f",
		"\xc2\x9b",
		"\xc2\x85",
		"\xc2\xa0",
		"\xc3\xa4",
		"\xe2\x82\xac",
		"\xf0\x9f\x90\x9d",
		"\xc2",
		"\xe2\x82",
		"\xf0\x9f\x90",
		"\xc0\xaf",
		"\xe0\x80\xaf",
		"\xf0\x80\x80\xaf",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xff",
		"\xfe",
		"\x80",
		"\x9b",
		"\xef\xbb\xbf",
		"\xe2\x80\xae",
		"\xe2\x80\xa8",
		"%s%n",
		"{{.x}}",
	};
	size_t n_pieces = sizeof(pieces) / sizeof(pieces[0]);

	for (size_t at = 0, length; at < size_bytes; at += length) {
		uint64_t number = generate_number(generator);
		const char *piece = pieces[number % n_pieces];

		length = strlen(piece);
		if (number >> 60 == 0 || length > size_bytes - at) {
			to[at] = (uint8_t)(number >> 32);
			length = 1;
		} else {
			memcpy(to + at, piece, length);
		}
	}
}

static inline void generate_blob(struct generator *generator, uint8_t arg, uint8_t kind, size_t max_bytes)
{
	struct tracee_wire_blob blob = { .arg = arg,
					 .kind = kind,
					 .flags = (uint16_t)generate_below(generator, 8) };
	struct tracee_wire_event *wire = (struct tracee_wire_event *)(void *)generator->record;
	uint8_t *to = generator->record + generator->size_bytes;

	blob.size = (uint32_t)generate_below(generator, generate_below(generator, 16) ? 80 : max_bytes + 1);
	if (blob.size > max_bytes)
		blob.size = (uint32_t)max_bytes;
	if (blob.flags > 3)
		blob.flags = 0;
	if (generator->size_bytes + sizeof(blob) + blob.size > sizeof(generator->record))
		return;
	memcpy(to, &blob, sizeof(blob));
	generate_text(generator, to + sizeof(blob), blob.size);
	/* Structures begin with a small number: the family of an address, flags. */
	if ((kind == TRACEE_WIRE_BLOB_SOCKADDR || kind == TRACEE_WIRE_BLOB_STRUCTURE) && blob.size >= 2) {
		to[sizeof(blob)] = (uint8_t)generate_below(generator, 12);
		to[sizeof(blob) + 1] = 0;
	}
	generator->size_bytes += sizeof(blob) + blob.size;
	wire->n_blobs++;
}

static inline void generate_blob_of(struct generator *generator, uint8_t arg, enum tracee_arg_kind kind)
{
	switch (kind) {
	case TRACEE_ARG_STRING:
		generate_blob(generator, arg, TRACEE_WIRE_BLOB_STRING, TRACEE_WIRE_STRING_MAX);
		break;
	case TRACEE_ARG_STRINGS:
		generate_blob(generator, arg, TRACEE_WIRE_BLOB_STRINGS, TRACEE_WIRE_STRINGS_MAX);
		break;
	case TRACEE_ARG_SOCKADDR:
		generate_blob(generator, arg, TRACEE_WIRE_BLOB_SOCKADDR, TRACEE_WIRE_BYTES_MAX);
		break;
	case TRACEE_ARG_STRUCTURE:
		generate_blob(generator, arg, TRACEE_WIRE_BLOB_STRUCTURE, TRACEE_WIRE_BYTES_MAX);
		break;
	case TRACEE_ARG_INT:
	case TRACEE_ARG_UINT:
	case TRACEE_ARG_LONG:
	case TRACEE_ARG_ULONG:
	case TRACEE_ARG_POINTER:
	default:
		break;
	}
}

static inline void generate_ancestors(struct generator *generator)
{
	struct tracee_wire_event *wire = (struct tracee_wire_event *)(void *)generator->record;
	struct tracee_wire_ancestor ancestors[TRACEE_WIRE_ANCESTORS_MAX];
	struct tracee_wire_blob blob = {
		.arg = TRACEE_WIRE_BLOB_PARENTS,
		.kind = TRACEE_WIRE_BLOB_ANCESTORS,
		.size = (uint32_t)(generate_below(generator, TRACEE_WIRE_ANCESTORS_MAX + 1) * sizeof(ancestors[0])),
	};

	for (size_t i = 0; i < TRACEE_WIRE_ANCESTORS_MAX; i++) {
		ancestors[i].start_time_ns = generate_number(generator);
		ancestors[i].host_pid = (uint32_t)generate_number(generator);
		ancestors[i].uid = (uint32_t)generate_number(generator);
		generate_text(generator, (uint8_t *)ancestors[i].comm, sizeof(ancestors[i].comm));
	}
	if (generator->size_bytes + sizeof(blob) + blob.size > sizeof(generator->record))
		return;
	memcpy(generator->record + generator->size_bytes, &blob, sizeof(blob));
	memcpy(generator->record + generator->size_bytes + sizeof(blob), ancestors, blob.size);
	generator->size_bytes += sizeof(blob) + blob.size;
	wire->n_blobs++;
}

/* A number as arguments are: small, an error, a bit, or anything. */
static inline uint64_t generate_argument(struct generator *generator)
{
	uint64_t number = generate_number(generator);

	switch (number >> 62) {
	case 0:
		return number % 64;
	case 1:
		return -(number % 200);
	case 2:
		return UINT64_C(1) << number % 64;
	default:
		return number;
	}
}

/* A record of @def, well formed. */
static inline void generate_record(struct generator *generator, const struct tracee_event_def *def,
				   enum tracee_arch arch)
{
	static const char container[] =
		"docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";
	struct tracee_wire_event *wire = (struct tracee_wire_event *)(void *)generator->record;

	for (size_t i = 0; i < sizeof(*wire); i += 8) {
		uint64_t number = generate_number(generator);

		memcpy(generator->record + i, &number,
		       sizeof(number) < sizeof(*wire) - i ? sizeof(number) : sizeof(*wire) - i);
	}
	wire->slot = (uint32_t)tracee_event_slot(def, arch);
	wire->n_blobs = 0;
	generate_text(generator, (uint8_t *)wire->comm, sizeof(wire->comm));
	generate_text(generator, (uint8_t *)wire->host_name, sizeof(wire->host_name));
	for (unsigned int i = 0; i < TRACEE_WIRE_N_ARGS; i++)
		wire->args[i] = generate_argument(generator);
	generator->size_bytes = sizeof(*wire);
	for (unsigned int i = 0; i < def->n_args; i++) {
		if (generate_below(generator, 8))
			generate_blob_of(generator, (uint8_t)i, def->args[i].kind);
	}
	if (generate_below(generator, 4) == 0) {
		generate_blob(generator, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, sizeof(container) - 1);
		if (generate_below(generator, 2)) {
			struct tracee_wire_blob blob = { .arg = TRACEE_WIRE_BLOB_CGROUP,
							 .kind = TRACEE_WIRE_BLOB_STRING,
							 .size = sizeof(container) - 1 };

			memcpy(generator->record + generator->size_bytes, &blob, sizeof(blob));
			memcpy(generator->record + generator->size_bytes + sizeof(blob), container, blob.size);
			generator->size_bytes += sizeof(blob) + blob.size;
			wire->n_blobs++;
		}
	}
	if (generate_below(generator, 2))
		generate_ancestors(generator);
	wire->size = (uint32_t)generator->size_bytes;
}

/* Makes the record one that no program writes: bytes changed, or its end cut off. */
static inline void generate_damage(struct generator *generator)
{
	size_t n = 1 + generate_below(generator, 4);

	for (size_t i = 0; i < n; i++)
		generator->record[generate_below(generator, generator->size_bytes)] =
			(uint8_t)generate_number(generator);
	if (generate_below(generator, 2))
		generator->size_bytes = generate_below(generator, generator->size_bytes);
}

#endif
