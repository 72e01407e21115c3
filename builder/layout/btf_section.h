/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_BTF_SECTION_H
#define BUILDER_LAYOUT_BTF_SECTION_H

/* The section .BTF of an ELF file: a vmlinux, or what LLVM's BPF backend makes. */
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

/*
 * @fd         of a regular file, borrowed; it is mapped, and only what leads to the section is looked
 *             at: a vmlinux with debug information has 700 MB
 * @ret_bytes  a copy of the section as it is, allocated; nothing in it has been checked
 *
 * Returns 0, -EBADMSG with a sentence if this is no ELF file or has no such section, -EFBIG if that is
 * larger than @max_bytes, -ENOMEM.
 */
int btf_section_read(int fd, size_t max_bytes, uint8_t **ret_bytes, size_t *ret_size_bytes,
		     struct tracee_error *err);

#endif
