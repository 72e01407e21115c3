/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_FOLD_H
#define RUNTIME_DETECT_FOLD_H

/*
 * Repetitions of findings. The first of a signature, a process and a cause is told at once; those that follow
 * are counted, and the next one after FOLD_NS is told with their number. What different processes of one program (its file,
 * in one container) repeat with one cause is told FOLD_PROCESSES times within FOLD_NS, and then counted in the same way.
 * The table has a fixed size: what has to make
 * room for another is what was told longest ago in its part of the table, and what comes of it then counts as a first one,
 * so that nothing is ever left out for want of room.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tracee/tracee.h>

#include "runtime/detect/finding.h"

#define FOLD_NS (UINT64_C(60) * 1000000000)
#define FOLD_PROCESSES 20

struct fold;

/* -ENOMEM. Free with fold_free(), which accepts NULL. */
int fold_new(struct fold **ret_fold, struct tracee_error *err);
void fold_free(struct fold *fold);

/* Whether @finding is to be told; sets its count then. */
bool fold_finding(struct fold *fold, struct finding *finding);

/* Findings that were counted and not told in a finding of their own. */
uint64_t fold_n_folded(const struct fold *fold);

#endif
