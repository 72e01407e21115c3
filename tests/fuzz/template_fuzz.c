// SPDX-License-Identifier: Apache-2.0
/* Templates; one that compiles is run. */
#include <stdint.h>

#include "bpf/wire/event.h"
#include "runtime/output/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct output_form form = { .arch = TRACEE_ARCH_X86_64 };
	static struct text text = { .max_bytes = 16u << 20 };
	struct tracee_wire_event wire = { .size = sizeof(wire), .slot = 257 /* openat */ };
	struct template *template;
	struct tracee_event event;
	struct tracee_error err;

	if (tracee_event_decode(&wire, sizeof(wire), form.arch, &event, NULL) < 0 ||
	    template_compile((const char *)data, size, &template, &err) < 0)
		return 0;
	text_reset(&text);
	template_run(template, &text, &event, &form);
	template_free(template);
	return 0;
}
