// SPDX-License-Identifier: Apache-2.0
#include "builder/headers/finding.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/headers/cure.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define SENTENCE_MAX_BYTES 4096
#define PLACES_SHOWN_MAX 4

int finding_add(struct header_search *search, struct finding **ret_finding)
{
	struct finding *more;

	if (search->n_findings == SEARCH_FINDINGS_MAX) {
		search->is_cut = true;
		return -E2BIG;
	}
	more = reallocarray(search->findings, search->n_findings + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	search->findings = more;
	more[search->n_findings] = (struct finding){ .source = search->source, .r = -ENOENT };
	*ret_finding = &more[search->n_findings++];
	return 0;
}

int finding_add_place(struct finding *finding, const char *shown, struct walk *walk)
{
	struct finding_place place = { .shown = strdup(shown) };

	if (!place.shown)
		return -ENOMEM;
	if (walk && walk->n_links) {
		place.links = calloc(walk->n_links, sizeof(*place.links));
		if (!place.links) {
			free(place.shown);
			return -ENOMEM;
		}
		memcpy(place.links, walk->links, walk->n_links * sizeof(*place.links));
		place.n_links = walk->n_links;
		place.is_dangling = walk->is_dangling;
		walk->n_links = 0;
	}
	finding->places[finding->n_places++] = place;
	return 0;
}

int finding_conclude(struct finding *finding, enum finding_verdict verdict, int r, const char *why, const char *cure)
{
	char *why_copy = strdup(why), *cure_copy = cure && *cure ? strdup(cure) : NULL;

	if (!why_copy || (cure && *cure && !cure_copy)) {
		free(why_copy);
		free(cure_copy);
		return -ENOMEM;
	}
	finding->verdict = verdict;
	finding->r = r;
	finding->why = why_copy;
	finding->cure = cure_copy;
	return 0;
}

void finding_done(struct finding *finding)
{
	for (size_t i = 0; i < finding->n_places; i++) {
		for (size_t k = 0; k < finding->places[i].n_links; k++) {
			free(finding->places[i].links[k].path);
			free(finding->places[i].links[k].target);
		}
		free(finding->places[i].links);
		free(finding->places[i].shown);
	}
	free(finding->why);
	free(finding->cure);
}

const char *finding_verdict_name(enum finding_verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_ABSENT] = "absent",
		[VERDICT_INCOMPLETE] = "incomplete",
		[VERDICT_REFUSED] = "refused",
		[VERDICT_USABLE] = "usable",
	};

	return names[verdict];
}

/* ---- the sentence ---------------------------------------------------------------------------------- */

bool finding_is_dangling(const struct finding *finding)
{
	for (size_t i = 0; i < finding->n_places; i++) {
		if (finding->places[i].is_dangling)
			return true;
	}
	return false;
}

/*
 * How much a finding tells: a refused tree more than half of one, that more than a link to nowhere. What
 * the user named and is not there tells all.
 */
static int weight(const struct finding *finding, bool is_named)
{
	switch (finding->verdict) {
	case VERDICT_REFUSED:
		if (finding->is_beside)
			return 0;
		return finding->is_graded && finding->grade == GRADE_WRONG ? 3 : 4;
	case VERDICT_INCOMPLETE:
		return 2;
	case VERDICT_ABSENT:
		return finding_is_dangling(finding) || is_named ? 1 : 0;
	default:
		return 0;
	}
}

static const struct finding *heaviest(const struct header_search *search)
{
	const struct finding *best = NULL;
	bool is_named = search->request->n_paths > 0;

	for (size_t i = 0; i < search->n_findings; i++) {
		const struct finding *finding = &search->findings[i];

		if (finding->why && weight(finding, is_named) > (best ? weight(best, is_named) : 0))
			best = finding;
	}
	return best;
}

/* A container that sees no module directory at all is told what to mount. */
static void add_missing_mounts(const struct header_search *search, struct text *cure)
{
	for (size_t i = 0; i < search->n_roots; i++) {
		if (header_root_has(&search->roots[i], "/lib/modules") ||
		    header_root_has(&search->roots[i], "/usr/lib/modules") || !search->roots[i].is_own)
			return;
	}
	text_add(cure, "in a container add -v /lib/modules:/lib/modules:ro -v /usr/src:/usr/src:ro; ");
}

static void tell_beside(const struct header_search *search, struct text *text)
{
	for (size_t i = 0; i < search->n_findings; i++) {
		const struct finding *finding = &search->findings[i];

		if (finding->is_beside && finding->verdict == VERDICT_REFUSED)
			text_format(text, "; %s%s%s", finding->why, finding->cure ? ": " : "",
				    finding->cure ? finding->cure : "");
	}
}

/* Nothing but places that are not there. */
static int explain_nothing(const struct header_search *search, struct tracee_error *err)
{
	CLEANUP(text_done) struct text places = {};
	CLEANUP(text_done) struct text cure = {};
	CLEANUP(text_done) struct text beside = {};
	const char *release = search->wanted.kernel.release;
	size_t n = 0;

	text_init(&places, SENTENCE_MAX_BYTES);
	text_init(&cure, SENTENCE_MAX_BYTES);
	text_init(&beside, SENTENCE_MAX_BYTES);
	for (size_t i = 0; i < search->n_findings; i++) {
		if (search->findings[i].n_places && n++ < PLACES_SHOWN_MAX)
			text_format(&places, "'%s', ", search->findings[i].places[0].shown);
	}
	add_missing_mounts(search, &cure);
	if (search->n_roots)
		cure_package(&search->roots[0], release, &cure);
	tell_beside(search, &beside);
	return error_set(err, -ENOENT,
			 "no headers and no BTF of kernel '%s' in %zu places (%s…: 'tracee-builder headers' shows all); "
			 "%s, or name a header tree or packages with --headers, or a vmlinux or vmlinuz with --btf%s",
			 release, n, text_string(&places), text_string(&cure), text_string(&beside));
}

int findings_explain(const struct header_search *search, struct tracee_error *err)
{
	const struct finding *finding = heaviest(search);

	if (!finding)
		return explain_nothing(search, err);
	return error_set(err, finding->r, "%s%s%s", finding->why, finding->cure ? "; " : "",
			 finding->cure ? finding->cure : "");
}
