/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_LAYOUT_H
#define BUILDER_LAYOUT_LAYOUT_H

/*
 * A layout: BTF that holds the true layout of the kernel types which our program reads, for exactly
 * one kernel, and the kernel's own enums of BPF helpers, maps and program types. It comes from a
 * header tree (parsed by clang) or from BTF that the kernel brought. It is complete but not yet
 * reduced: BTF of a running kernel has all its 100,000 types.
 */
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/text.h"

struct clang;
struct header_tree;
struct header_identity;

struct layout {
	uint8_t *btf; /* raw BTF, little endian, owned */
	size_t size_bytes;
	enum tracee_arch arch;
	char source[192]; /* metadata `source`: "headers sha256:<64 digits>" or "btf sha256:<64 digits>" */
	char release[TRACEE_RELEASE_MAX]; /* that a kernel image says of itself; "": not known from the layout */
	char clang[128]; /* metadata `layout.clang`: version that parsed the headers, or "none" */
};

/* Accepts an empty one ({0}). */
void layout_done(struct layout *layout);

#define LAYOUT_BTF_SIZE_MAX (64u << 20) /* kernels of 2026 bring 5 to 8 MB */

/*
 * Parses the layout unit (bpf/layout.c) with the headers of @tree.
 *
 * @messages   clang's own messages, with the user's paths, are appended; also on success (warnings)
 * @ret_layout on success owned by the caller: layout_done(); untouched on failure
 *
 * Returns 0, -ENOEXEC if clang failed or could not be run, -EBADMSG if what it made is not a complete
 * layout, -EACCES if a header outside the tree was read, or the errno of the call that failed.
 */
int layout_from_headers(const struct header_tree *tree, const struct header_identity *identity,
			const struct clang *clang, struct text *messages, struct layout *ret_layout,
			struct tracee_error *err);

/*
 * Reads the kernel's own BTF: raw, the section .BTF of an ELF file (a vmlinux), or out of a kernel image as
 * it is booted (builder/image/image.h). The members of its struct pt_regs tell the architecture.
 *
 * Returns 0, -ENOENT if there is no such file, -EBADMSG if it is not the BTF of a kernel that we
 * support, what kernel_image_read() says, or the errno of the call that failed.
 */
int layout_from_btf(const char *path, struct layout *ret_layout, struct tracee_error *err);

/* The same of a file that is open for reading, at its beginning; @fd is borrowed, @name is for messages. */
int layout_from_btf_fd(int fd, const char *name, struct layout *ret_layout, struct tracee_error *err);

#endif
