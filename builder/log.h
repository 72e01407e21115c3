/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LOG_H
#define BUILDER_LOG_H

/*
 * Messages of the commands, each one line on stderr with the program's name in front. Only main.c and
 * cmd_*.c speak; everything below them returns a struct tracee_error.
 */
void log_more(void); /* -v */
void log_less(void); /* -q */

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2))); /* always */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2))); /* not with -q */
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2))); /* with -v */

/* Lines that are complete already (a compiler's messages), as they are; not with -q. */
void log_lines(const char *lines);

#endif
