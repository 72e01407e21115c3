/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LIST_H
#define RUNTIME_LIST_H

/* What --list prints. */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/options.h"

/*
 * Appends the list, one line an entry or one JSON array; events are those of @arch that can be traced.
 * @broken: programs that cannot be had here, for what rules have instead of them.
 */
void list_write(struct text *text, enum list_what what, enum format format, enum tracee_arch arch, uint64_t broken);

#endif
