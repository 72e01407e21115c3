/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_STRUCTURES_H
#define RUNTIME_STRUCTURES_H

/*
 * The structures of the system call interface that callers hand in, as the architecture we are built for has them:
 * what the program fetches, and what their members mean.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tracee/tracee.h>

#include "runtime/names/names.h"

enum structure_format {
	STRUCTURE_SIGNED,
	STRUCTURE_UNSIGNED,
	STRUCTURE_HEX, /* addresses and masks */
	STRUCTURE_NAMED,
};

struct structure_member {
	const char *name; /* "it_value.tv_sec" for a member of a member */
	uint16_t at;	  /* bytes from the beginning */
	uint8_t size_bytes;
	enum structure_format format;
	enum name_table names; /* for STRUCTURE_NAMED */
};

#define STRUCTURE_N_MEMBERS 11

struct structure {
	uint8_t size_bytes; /* that are fetched; 0: the next argument says how many */
	bool is_same_in_32; /* 32-bit processes of this architecture have the same */
	uint8_t n_members;
	struct structure_member members[STRUCTURE_N_MEMBERS];
};

/* In static memory; NULL for TRACEE_STRUCTURE_NONE and what is no number of a structure. */
const struct structure *structure_of(enum tracee_structure number);

#endif
