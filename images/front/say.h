/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SAY_H
#define FRONT_SAY_H

/* A line on stderr, with the program's name in front, in one write(2); control characters are escaped. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
