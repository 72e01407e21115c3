/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BUILDER_FAILING_ALLOCATIONS_H
#define TESTS_UNIT_BUILDER_FAILING_ALLOCATIONS_H

/*
 * For one file of a test that is linked with $(wrap-front-allocations): our own allocations are counted,
 * and one of them fails.
 */
#include <stdbool.h>
#include <stddef.h>

static long allocations_left = -1; /* until one fails; below 0: none does */
static bool allocation_has_failed;

static bool allocation_fails(void)
{
	if (allocations_left < 0 || allocations_left-- > 0)
		return false;
	allocation_has_failed = true;
	return true;
}

#define FAILING_ALLOCATION(result, name, parameters, arguments)  \
	result __real_##name parameters;                         \
	result __wrap_##name parameters;                         \
	result __wrap_##name parameters                          \
	{                                                        \
		return allocation_fails() ? NULL : __real_##name arguments; \
	}

FAILING_ALLOCATION(void *, malloc, (size_t size), (size))
FAILING_ALLOCATION(void *, calloc, (size_t n, size_t size), (n, size))
FAILING_ALLOCATION(void *, realloc, (void *at, size_t size), (at, size))
FAILING_ALLOCATION(void *, reallocarray, (void *at, size_t n, size_t size), (at, n, size))
FAILING_ALLOCATION(char *, strdup, (const char *text), (text))

#endif
