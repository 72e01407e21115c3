/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_EMBEDDED_H
#define BUILDER_OBJECT_EMBEDDED_H

/* The BPF programs that were compiled with the builder, one for each tier and architecture. */
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

struct embedded_program {
	const uint8_t *bytes; /* an ELF file, in static memory */
	size_t size_bytes;
};

struct embedded_program embedded_program(enum tracee_tier tier, enum tracee_arch arch);

#endif
