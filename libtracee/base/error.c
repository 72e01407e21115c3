// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct tracee_error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

int error_errno(struct tracee_error *err, int code, const char *format, ...)
{
	va_list args;
	size_t used;

	if (!err)
		return code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(-code));
	return code;
}

int error_prefix(struct tracee_error *err, int code, const char *format, ...)
{
	struct tracee_error inner;
	va_list args;
	size_t used;

	if (!err)
		return code;
	inner = *err;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", inner.text);
	return code;
}
