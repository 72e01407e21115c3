/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_MESSAGES_H
#define RUNTIME_LOAD_MESSAGES_H

/*
 * What libbpf says, the verifier's log included, is kept and shown only when it matters: libbpf knows
 * one receiver for the whole process, which is this one.
 */
#include "libtracee/base/text.h"

/* From here on libbpf's warnings are collected; forgets what was collected before. */
void messages_collect(void);

/* Appends the last @n_lines lines of what was collected, each complete. */
void messages_tail(struct text *text, unsigned int n_lines);

#endif
