/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_EXCEPTIONS_H
#define RUNTIME_DETECT_EXCEPTIONS_H

/*
 * Findings that the operator does not want, from a file: one exception a line, the rules first (ids with commas between, or '*'),
 * then one condition or more, all of which must hold:
 *
 *	TRC-4        executable=/opt/jdk*            path of the file that the process runs, '*' and '?' as in the shell
 *	TRC-1,TRC-5  owner=root user=1000                 owner of that file; real user of the process
 *	*            container=none                       'none', 'any', or the beginning of a container id
 *
 * '#' begins a comment; a value with spaces stands in double quotes. Users are numbers, or names in /etc/passwd.
 */
#include <stdbool.h>
#include <stddef.h>
#include <tracee/tracee.h>

#include "runtime/detect/finding.h"

#define EXCEPTIONS_FILE_MAX (1u << 20) /* bytes */

struct exceptions;

/*
 * @text: @size_bytes of the file called @name in messages. -EINVAL with the line and what was expected, -ENOMEM. Free with
 * exceptions_free(), which accepts NULL.
 */
int exceptions_parse(const char *name, const char *text, size_t size_bytes, struct exceptions **ret_exceptions,
		     struct tracee_error *err);
/*
 * Reads the file at @path, which must be a regular one that belongs to root or to us, and that nobody else can write to: -EACCES.
 */
int exceptions_read(const char *path, struct exceptions **ret_exceptions, struct tracee_error *err);
void exceptions_free(struct exceptions *exceptions);

/* Whether @finding is one that nobody wants. NULL: there are none. */
bool exceptions_match(const struct exceptions *exceptions, const struct finding *finding);

/* Whether any looks at the path of an executable, which objects of tier base do not have. */
bool exceptions_need_paths(const struct exceptions *exceptions);

#endif
