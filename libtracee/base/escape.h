/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

/*
 * Text from outside on its way to a terminal. Control characters (C0, DEL and, as UTF-8, C1), the
 * backslash and bytes that are not UTF-8 become \n, \t, \\ or \xNN; everything else stays as it is.
 * So the line stays one line, moves no cursor, and can be turned back.
 */
#include <stddef.h>

#include "libtracee/base/text.h"

void escape_text(struct text *text, const void *bytes, size_t size_bytes);

#endif
