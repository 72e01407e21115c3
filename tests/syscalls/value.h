/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACEE_TESTS_SYSCALLS_VALUE_H
#define TRACEE_TESTS_SYSCALLS_VALUE_H

/*
 * Numbers that are written as text: digits, names of flags and enums, or both joined by '|'. The names come
 * from `calls --constants` of the architecture that called.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the program with status 2 and a sentence that has @what and @which. */
void value_die(const char *what, const char *which) __attribute__((noreturn));

/* A file with one JSON text; dies if it is none. */
json_t *value_load(const char *path);

/*
 * The number that @text of @length bytes stands for: decimal with or without a sign, hexadecimal, octal with a
 * leading 0, names, and several of these joined by '|'. False where a part is neither; *ret_unknown then has
 * where it begins, within @text.
 */
bool value_number(json_t *constants, const char *text, size_t length, uint64_t *ret_number,
		  const char **ret_unknown);

/* Whether @text of @length bytes has a name in it. */
bool value_has_name(const char *text, size_t length);

/* Whether both are the same value of some C type: all 64 bits, or the lower 32 where one has no more. */
bool value_is_same(uint64_t a, uint64_t b);

#endif
