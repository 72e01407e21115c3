/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_NAMES_H
#define RUNTIME_OUTPUT_NAMES_H

/*
 * Names of numbers in arguments, as C spells them. Flags are joined with '|'; bits without a name
 * follow in hexadecimal. A number without a name is printed in decimal. @arch is that of the caller:
 * some values differ.
 */
#include <stdint.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"

#define NAME_WRITER(name) void name(struct text *text, uint64_t number, enum tracee_arch arch)

NAME_WRITER(name_open_flags); /* of open(2), openat(2), openat2(2) */
NAME_WRITER(name_resolve_flags); /* of openat2(2) */
NAME_WRITER(name_ptrace_request);
NAME_WRITER(name_socket_family);
NAME_WRITER(name_socket_type);
NAME_WRITER(name_protection); /* of mmap(2), mprotect(2) */
NAME_WRITER(name_clone_flags);
NAME_WRITER(name_execveat_flags);

#endif
