// SPDX-License-Identifier: Apache-2.0
/* headers: the search for the headers of a kernel, told as a story. */
#include <stdio.h>
#include <string.h>

#include "builder/build_options.h"
#include "builder/build_source.h"
#include "builder/command.h"
#include "builder/headers/finding.h"
#include "builder/headers/mounts.h"
#include "builder/log.h"
#include "builder/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/escape.h"
#include "libtracee/base/json.h"
#include "libtracee/base/text.h"

#define STORY_MAX_BYTES (8u << 20)

/* ---- text ------------------------------------------------------------------------------------------ */

/* Whether an earlier place failed by the same link: the way there is told once. */
static bool is_told(const struct finding *finding, size_t i)
{
	const struct finding_place *place = &finding->places[i];

	for (size_t k = 0; k < i && place->is_dangling; k++) {
		const struct finding_place *earlier = &finding->places[k];

		if (earlier->is_dangling && strcmp(earlier->links[earlier->n_links - 1].path,
						   place->links[place->n_links - 1].path) == 0)
			return true;
	}
	return false;
}

/* @words are ours, @name is anybody's. */
static void tell_line(struct text *text, const char *source, const char *words, const char *name)
{
	text_format(text, "  %-15s %s", source, words);
	escape_text(text, name, strlen(name));
	text_add_char(text, '\n');
}

static void tell_places(const struct finding *finding, const char *source, struct text *text)
{
	for (size_t i = 0; i < finding->n_places; i++) {
		const struct finding_place *place = &finding->places[i];

		if (is_told(finding, i))
			continue;
		tell_line(text, i == 0 ? source : "", "", place->shown);
		for (size_t k = 0; k < place->n_links; k++) {
			text_format(text, "  %-15s   link ", "");
			escape_text(text, place->links[k].path, strlen(place->links[k].path));
			text_add(text, " -> ");
			escape_text(text, place->links[k].target, strlen(place->links[k].target));
			text_add_char(text, '\n');
		}
	}
}

static void tell_verdict(const struct finding *finding, struct text *text)
{
	text_format(text, "  %-15s   %s", "", finding->is_chosen ? "CHOSEN" : finding_verdict_name(finding->verdict));
	if (finding->is_graded)
		text_format(text, ", %s", header_grade_name(finding->grade));
	if (finding->has_kernel)
		text_format(text, ", %s (%s)", finding->kernel.release, tracee_arch_name(finding->kernel.arch));
	text_add(text, ": ");
	escape_text(text, finding->why, strlen(finding->why));
	text_add_char(text, '\n');
	if (finding->cure)
		tell_line(text, "", "  -> ", finding->cure);
}

/* A place that is not there is worth a line, unless a link leads to it: then how it goes on is told. */
static void tell_finding(const struct finding *finding, const char *source, struct text *text)
{
	if (finding->verdict == VERDICT_ABSENT && finding->n_places && !finding_is_dangling(finding)) {
		text_format(text, "  %-15s ", source);
		escape_text(text, finding->places[0].shown, strlen(finding->places[0].shown));
		text_add(text, ": not there\n");
		return;
	}
	tell_places(finding, source, text);
	tell_verdict(finding, text);
}

static void tell_text(const struct header_search *search, const char *result, struct text *text)
{
	const struct tracee_kernel *kernel = &search->wanted.kernel;

	if (search->wanted.has_release)
		text_format(text, "headers of %s%s%s\n", kernel->release, search->wanted.has_arch ? ", " : "",
			    search->wanted.has_arch ? tracee_arch_name(kernel->arch) : "");
	for (size_t i = 0; i < search->n_findings; i++) {
		const struct finding *finding = &search->findings[i];
		bool is_repeated = i > 0 && strcmp(finding->source, search->findings[i - 1].source) == 0;

		tell_finding(finding, is_repeated ? "" : finding->source, text);
	}
	if (search->choice.kind == CHOICE_TREE && search->choice.btf_fd >= 0) {
		text_add(text, "the tree brings BTF: ");
		escape_text(text, search->choice.btf_path, strlen(search->choice.btf_path));
		text_add_char(text, '\n');
	}
	escape_text(text, result, strlen(result));
	text_add_char(text, '\n');
}

/* ---- JSON ------------------------------------------------------------------------------------------ */

static void tell_json_places(const struct finding *finding, struct json *json)
{
	json_array_open(json, "places");
	for (size_t i = 0; i < finding->n_places; i++) {
		const struct finding_place *place = &finding->places[i];

		json_object_open(json, NULL);
		json_add_string(json, "path", place->shown);
		json_array_open(json, "links");
		for (size_t k = 0; k < place->n_links; k++) {
			json_object_open(json, NULL);
			json_add_string(json, "path", place->links[k].path);
			json_add_string(json, "target", place->links[k].target);
			json_object_close(json);
		}
		json_array_close(json);
		json_object_close(json);
	}
	json_array_close(json);
}

static void tell_json_finding(const struct finding *finding, struct json *json)
{
	json_object_open(json, NULL);
	json_add_string(json, "source", finding->source);
	tell_json_places(finding, json);
	json_add_string(json, "verdict", finding_verdict_name(finding->verdict));
	json_add_bool(json, "chosen", finding->is_chosen);
	if (finding->is_graded)
		json_add_string(json, "grade", header_grade_name(finding->grade));
	if (finding->has_kernel) {
		json_add_string(json, "release", finding->kernel.release);
		json_add_string(json, "arch", tracee_arch_name(finding->kernel.arch));
	}
	json_add_string(json, "why", finding->why);
	if (finding->cure)
		json_add_string(json, "cure", finding->cure);
	json_object_close(json);
}

static void tell_json(const struct header_search *search, const char *result, struct text *text)
{
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_add_string(&json, "kernel", search->wanted.kernel.release);
	json_array_open(&json, "findings");
	for (size_t i = 0; i < search->n_findings; i++)
		tell_json_finding(&search->findings[i], &json);
	json_array_close(&json);
	json_add_bool(&json, "found", search->choice.kind != CHOICE_NONE);
	json_add_string(&json, "result", result);
	json_object_close(&json);
	text_add_char(text, '\n');
}

/* ---- the command ----------------------------------------------------------------------------------- */

static void describe_choice(const struct header_search *search, struct tracee_error *result)
{
	const struct header_choice *choice = &search->choice;

	if (choice->kind == CHOICE_BTF)
		snprintf(result->text, sizeof(result->text), "the layout comes from the BTF '%.900s'", choice->btf_path);
	else
		snprintf(result->text, sizeof(result->text), "the layout comes from the tree '%.400s' with '%.400s'",
			 choice->tree.path[TREE_BUILD], choice->tree.path[TREE_SOURCE]);
}

static int tell(const struct build_options *options, const struct header_search_request *request)
{
	CLEANUP(header_search_done) struct header_search search = {};
	CLEANUP(text_done) struct text text = {};
	bool is_json = strcmp(options->format, "json") == 0;
	struct tracee_error result = {};
	int r = header_search_run(request, &search, &result);

	if (r < 0 && search.n_findings == 0)
		log_error("%s", result.text);
	if (r < 0 && search.n_findings == 0 && !is_json)
		return build_status_of(r);
	if (r == 0)
		describe_choice(&search, &result);
	text_init(&text, STORY_MAX_BYTES);
	(is_json ? tell_json : tell_text)(&search, result.text, &text);
	if (text_error(&text)) {
		log_error("the story is too long to be told");
		return STATUS_FAILED;
	}
	fputs(text_string(&text), stdout);
	return r < 0 ? build_status_of(r) : STATUS_OK;
}

/* What was chosen, and nothing of what else was looked at. */
static int tell_mounts(const struct header_search_request *request)
{
	CLEANUP(header_search_done) struct header_search search = {};
	CLEANUP(text_done) struct text text = {};
	struct tracee_error err = {};
	int r = header_search_run(request, &search, &err);

	text_init(&text, STORY_MAX_BYTES);
	if (r == 0)
		r = mounts_tell(&search, &text, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return build_status_of(r);
	}
	fputs(text_string(&text), stdout);
	return text_error(&text) ? STATUS_FAILED : STATUS_OK;
}

static int run(int argc, char **argv)
{
	struct build_options options = { .version = "none", .layout = "auto", .format = "text" };
	const char *paths[BUILD_HEADERS_MAX];
	CLEANUP(free_at) char *memory = NULL;
	struct header_search_request request = { .paths = paths, .is_exhaustive = true };
	int status = build_options_parse(argc, argv, true, &options);

	if (!status)
		status = build_options_wanted(&options, &request.wanted);
	if (status)
		return status;
	request.root = options.root;
	status = build_options_paths(&options, paths, &request.n_paths, &memory);
	if (status)
		return status;
	request.is_exhaustive = strcmp(options.format, "mounts") != 0;
	return request.is_exhaustive ? tell(&options, &request) : tell_mounts(&request);
}

const struct command command_headers = {
	.name = "headers",
	.synopsis = "[--kernel R] [--root DIR] [OPTION]...",
	.help = "tell where the headers of a kernel are looked for, what is there, and what would mend it",
	.options = "  --kernel R             the kernel's release (default: the running one)\n"
		   "  --root DIR             look below DIR only (default: /, $HOST_ROOT, /host, /hostfs, /rootfs)\n"
		   "  --headers PATH         as for build: what is named is looked at alone\n"
		   "  --arch A               x86_64 or arm64\n"
		   "  --kernel-version TEXT  what 'uname -v' prints there\n"
		   "  --strict, --allow-mismatch\n"
		   "                         as for build\n"
		   "  --format text|json|mounts\n"
		   "                         how the story is told; mounts: what a container must see to make the object\n"
		   "Exit status: 0 if headers or BTF were chosen, otherwise as build would end.\n",
	.run = run,
};
