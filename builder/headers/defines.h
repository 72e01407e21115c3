/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_DEFINES_H
#define BUILDER_HEADERS_DEFINES_H

/*
 * The files that a kernel's build generates: lines of `#define NAME VALUE`, as kconfig writes
 * autoconf.h (scripts/kconfig/confdata.c) and the top Makefile utsrelease.h and version.h. Outside bytes:
 * nothing is read behind @size_bytes, and a NUL is a byte like any other.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file of them, or a value in it; borrowed, not terminated. */
struct defines {
	const char *bytes;
	size_t size_bytes;
};

/* The value of the first definition of @name, without white space around it; false if there is none. */
bool defines_find(const struct defines *defines, const char *name, struct defines *ret_value);

static inline bool defines_has(const struct defines *defines, const char *name)
{
	struct defines value;

	return defines_find(defines, name, &value);
}

/* The same for a value in double quotes, copied without them. -ENOENT, -EBADMSG, -ENAMETOOLONG. */
int defines_string(const struct defines *defines, const char *name, char *ret_string, size_t size_bytes);

/* The same for a decimal number. -ENOENT, -EBADMSG. */
int defines_number(const struct defines *defines, const char *name, uint64_t max, uint64_t *ret_number);

#endif
