// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/template.h"

#include <errno.h>
#include <fcntl.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "runtime/output/finding.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"

static int template_open(const char *path, void **ret_state, struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *source = NULL;
	struct template *template;
	size_t size_bytes;
	int r;

	r = file_read_at(AT_FDCWD, path, TEMPLATE_SIZE_MAX, &source, &size_bytes);
	if (r == -EFBIG)
		return error_set(err, r, "template '%s': it has more than %u bytes", path, TEMPLATE_SIZE_MAX);
	if (r < 0)
		return error_errno(err, r, "template '%s'", path);
	r = template_compile((const char *)source, size_bytes, &template, err);
	if (r < 0)
		return error_prefix(err, r, "template '%s'", path);
	*ret_state = template;
	return 0;
}

static void template_close(void *state)
{
	template_free(state);
}

static void template_event(const struct printer *printer, struct text *text, const struct tracee_event *event)
{
	template_run(printer->state, text, event, &printer->form);
}

static void template_finding(const struct printer *printer, struct text *text, const struct finding *finding)
{
	finding_table(text, finding, &printer->form);
}

const struct printer_def printer_template = {
	.name = "template",
	.argument = "FILE",
	.help = "what the template in FILE makes of each event; findings as in the table",
	.open = template_open,
	.close = template_close,
	.event = template_event,
	.finding = template_finding,
};
