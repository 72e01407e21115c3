/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_KERNEL_4_18_H
#define BUILDER_OBJECT_KERNEL_4_18_H

/*
 * What kernel 4.18, the oldest that tier `base` is for, has of BPF. Source: include/uapi/linux/bpf.h of
 * v4.18, whose enums end where the functions say; numbers are never reused, so an upper end is enough.
 */
#include <stdbool.h>
#include <stdint.h>

#define KERNEL_4_18_INSNS_MAX 4096 /* BPF_MAXINSNS, include/uapi/linux/bpf_common.h */

bool kernel_4_18_has_helper(uint32_t id);
bool kernel_4_18_has_map_type(uint32_t type);
bool kernel_4_18_has_prog_type(uint32_t type);

#endif
