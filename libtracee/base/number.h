/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

/*
 * The one strict number parser: decimal digits only, the whole string, no sign, no space, no leading
 * zeros but "0" itself. -EINVAL if it is not that, -ERANGE if it is above @max.
 */
#include <stdint.h>

int number_parse(const char *string, uint64_t max, uint64_t *ret_number);

/* As above with an optional K, M or G (powers of 1024) behind the digits. */
int number_parse_size(const char *string, uint64_t max, uint64_t *ret_bytes);

#endif
