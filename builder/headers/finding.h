/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_FINDING_H
#define BUILDER_HEADERS_FINDING_H

/* Writing findings down, and making one sentence of them when nothing was found. */
#include "builder/headers/search.h"

/*
 * Appends a finding of the source that looks now, absent until it is told otherwise. The pointer is valid
 * until the next one is added. -ENOMEM; -E2BIG if there are SEARCH_FINDINGS_MAX, which ends the search.
 */
int finding_add(struct header_search *search, struct finding **ret_finding);

/* Takes the links over from @walk, which is empty afterwards; it may be NULL. -ENOMEM. */
int finding_add_place(struct finding *finding, const char *shown, struct walk *walk);

/* Copies; @cure may be NULL or "". -ENOMEM. */
int finding_conclude(struct finding *finding, enum finding_verdict verdict, int r, const char *why,
		     const char *cure);

void finding_done(struct finding *finding);

/* Whether a link leads nowhere on the way to one of its places. */
bool finding_is_dangling(const struct finding *finding);

/*
 * The sentence of a search without a choice: of the tree that came nearest, or of all places that were
 * looked at. Returns the errno that goes with it.
 */
int findings_explain(const struct header_search *search, struct tracee_error *err);

/* "absent", "incomplete", "refused", "usable" */
const char *finding_verdict_name(enum finding_verdict verdict);

#endif
