/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_ARGUMENTS_H
#define BUILDER_LAYOUT_ARGUMENTS_H

/*
 * How clang is called to parse a kernel's headers for their debug information. The unit itself goes
 * to its standard input, the halves of the tree to the child as CHILD_FIRST_FD + enum tree_half, so that
 * an unprivileged compiler reads a tree that lies below a directory only root may enter, the tree cannot
 * be exchanged in between, and no path of this machine gets anywhere.
 */
#include "builder/compile/clang.h"
#include "builder/headers/identify.h"

#define ARGUMENTS_MAX 96

/* An argument vector with the memory of what was formatted for it. */
struct arguments {
	const char *argv[ARGUMENTS_MAX]; /* ended by NULL */
	size_t n;
	char text[16384];
	size_t used;
	bool is_full; /* an argument did not fit: do not use it */
};

void arguments_add(struct arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The unit to textual LLVM IR with debug information, on standard output; the dependency list to
 * CHILD_EXTRA_FD.
 */
void arguments_parse(struct arguments *arguments, const struct header_tree *tree,
		     const struct header_identity *identity, const struct clang *clang);

/* IR from standard input to an ELF object of the BPF backend on standard output. */
void arguments_to_bpf(struct arguments *arguments, const struct clang *clang);

#endif
