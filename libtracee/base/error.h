/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * Error context as a value (struct tracee_error). The function that fails writes the sentence, each
 * layer that knows more puts its context in front, once; main() prints it. All accept @err NULL.
 */
#include <tracee/tracee.h>

/* Replaces the sentence; returns @code, so that a failure is one line: return error_set(err, -EINVAL, …). */
int error_set(struct tracee_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As error_set(), with ": " and the text of -@code behind the sentence. */
int error_errno(struct tracee_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts the formatted context and ": " in front of the sentence; returns @code. */
int error_prefix(struct tracee_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
