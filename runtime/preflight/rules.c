// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/plan.h"
#include "runtime/preflight/preflight.h"

void preflight_rules(struct preflight *preflight)
{
	for (size_t i = 0; signatures[i]; i++) {
		const struct signature_form *form = plan_form(signatures[i], preflight->broken);

		if (!form)
			preflight_advise(preflight_add(preflight, "rule", MARK_NOTE, STATUS_OK,
						       "%s %s: cannot be in force", signatures[i]->id,
						       signatures[i]->name),
					 "it needs %s", signatures[i]->forms[0].how);
		else
			preflight_add(preflight, "rule", plan_how(form, preflight->broken) == signatures[i]->forms->how ? MARK_GOOD : MARK_NOTE,
				      STATUS_OK, "%s %s: %s", signatures[i]->id, signatures[i]->name,
				      plan_how(form, preflight->broken));
	}
}
