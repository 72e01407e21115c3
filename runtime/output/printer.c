// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/printer.h"

#include "runtime/output/request.h"

static enum time_form time_of(const struct output_request *request)
{
	if (request->flags & OUTPUT_WALL_TIME)
		return TIME_OF_DAY;
	return request->flags & OUTPUT_RELATIVE_TIME ? TIME_SINCE_START : TIME_SINCE_BOOT;
}

int printer_open(const struct output_request *request, enum tracee_arch arch, struct printer *ret_printer,
		 struct tracee_error *err)
{
	struct printer printer = {
		.def = request->format,
		.form = {
			.arch = arch,
			.time = time_of(request),
			.shows_env = request->flags & OUTPUT_EXEC_ENV,
			.shows_syscall = request->flags & OUTPUT_DETECT_SYSCALL,
			.shows_containers = request->filters_containers,
		},
	};
	int r = 0;

	form_start(&printer.form);
	if (printer.def->open)
		r = printer.def->open(request->argument, &printer.state, err);
	if (r == 0)
		*ret_printer = printer;
	return r;
}

void printer_close(struct printer *printer)
{
	if (printer->def && printer->def->close)
		printer->def->close(printer->state);
	*printer = (struct printer){};
}
