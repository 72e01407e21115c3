/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_KPROBE_H
#define RUNTIME_LOAD_KPROBE_H

#include <tracee/tracee.h>

/*
 * Whether a kprobe on @symbol can be made here, found out by making one and letting it go. 0; -ENOTSUP
 * if the kernel has no kprobes for perf events; -ENOENT if it has no such symbol; -EACCES or -EPERM
 * if we may not try; or what the kernel says, with a sentence.
 */
int kprobe_try(const char *symbol, struct tracee_error *err);

/* Whether the kernel shows kprobes at all; needs no privilege. */
bool kprobe_is_visible(void);

#endif
