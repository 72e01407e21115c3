/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOG_H
#define RUNTIME_LOG_H

/*
 * Messages, one line each on stderr, with the program's name in front. A message goes out in one
 * write(2), and control characters in it are escaped: it may quote what others have named.
 */
void log_more(void); /* -v */
void log_less(void); /* -q */

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2))); /* always */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2))); /* always */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2))); /* not with -q */
void log_detail(const char *format, ...) __attribute__((format(printf, 1, 2))); /* with -v */

/* Lines as they are but for control characters, without the program's name; always. */
void log_lines(const char *lines);

#endif
