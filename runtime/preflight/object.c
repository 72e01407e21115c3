// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/locate.h"
#include "runtime/load/realtime.h"
#include "runtime/preflight/preflight.h"

static void tell(void *context, const char *path, const char *what)
{
	preflight_add(context, "searched", MARK_NOTE, STATUS_OK, "'%s': %s", path, what);
}

void preflight_object(struct preflight *preflight, const char *install_path)
{
	struct tracee_object_file file = {};
	struct tracee_error reason;
	enum status status = STATUS_OK;
	int r;

	r = locate_object(&preflight->kernel, install_path, tell, preflight, &file, &status, &reason);
	if (r == 0 && ring_lock_check(&preflight->kernel, file.object.meta.tier, &reason) < 0)
		preflight_add(preflight, "object", MARK_BAD, STATUS_OBJECT_REFUSED, "'%s': %s", file.path, reason.text);
	else if (r == 0)
		preflight_add(preflight, "object", MARK_GOOD, STATUS_OK, "'%s' (tier %s, version %s, layout: %s)",
			      file.path, tracee_tier_name(file.object.meta.tier), file.object.meta.version,
			      file.object.meta.source);
	else
		preflight_advise(
			preflight_add(preflight, "object", MARK_BAD, status, "%s", reason.text),
			"tracee-builder build --kernel %s makes it; put it in '%s', or name it in TRACEE_BPF_FILE",
			preflight->kernel.release, install_path);
	tracee_object_close(&file);
}
