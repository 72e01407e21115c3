/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_NAMES_H
#define BUILDER_OBJECT_NAMES_H

/* Names of the numbers in a program, as people know them; "unknown" for what our headers do not have. */
#include <stdint.h>

const char *helper_name(uint32_t id); /* "map_lookup_elem": enum bpf_func_id without its prefix */
const char *map_type_name(uint32_t type); /* "lru_hash" */
const char *prog_type_name(uint32_t type); /* "raw_tracepoint" */

#endif
