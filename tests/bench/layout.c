// SPDX-License-Identifier: Apache-2.0
/*
 * layout ROUNDS PATH...: what the layout step costs beside clang's own work. For the header tree at the
 * paths, prints `MODE<TAB>ROUND<TAB>milliseconds`, alternating: `syntax only` is clang -fsyntax-only of the
 * layout unit with the same flags and files, `layout` the whole step from the tree to checked BTF.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "builder/child.h"
#include "builder/compile/clang.h"
#include "builder/headers/search.h"
#include "builder/layout/arguments.h"
#include "builder/layout/layout.h"
#include "libtracee/base/cleanup.h"

extern const char layout_unit[];
extern const uint64_t layout_unit_size_bytes;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The arguments of the layout step, with nothing to be made. */
static void only_parse(struct arguments *arguments)
{
	size_t n = 0;

	for (size_t i = 0; arguments->argv[i]; i++) {
		const char *word = arguments->argv[i];

		if (strcmp(word, "-S") == 0 || strcmp(word, "-emit-llvm") == 0)
			continue;
		if (strcmp(word, "-o") == 0) {
			i++;
			continue;
		}
		arguments->argv[n++] = word;
	}
	arguments->argv[n] = NULL;
	arguments->n = n;
	arguments_add(arguments, "-fsyntax-only");
}

static int syntax_only(const struct header_choice *choice, const struct clang *clang, struct tracee_error *err)
{
	CLEANUP(text_done) struct text messages = {};
	static struct arguments arguments;
	struct child child = { .argv = arguments.argv,
			       .input = layout_unit,
			       .input_size_bytes = layout_unit_size_bytes,
			       .fds = choice->tree.fd,
			       .n_fds = TREE_N_HALVES,
			       .timeout_ms = 60000,
			       .output_max_bytes = 16 << 20,
			       .memory_max_bytes = 4ul << 30,
			       .messages = &messages };

	memset(&arguments, 0, sizeof(arguments));
	text_init(&messages, 1 << 20);
	arguments_parse(&arguments, &choice->tree, &choice->identity, clang);
	only_parse(&arguments);
	return child_run(&child, err);
}

static int whole_step(const struct header_choice *choice, const struct clang *clang, struct tracee_error *err)
{
	CLEANUP(text_done) struct text messages = {};
	CLEANUP(layout_done) struct layout layout = {};

	text_init(&messages, 1 << 20);
	return layout_from_headers(&choice->tree, &choice->identity, clang, &messages, &layout, err);
}

static int measure(const struct header_choice *choice, const struct clang *clang, int n_rounds, struct tracee_error *err)
{
	static const struct {
		const char *name;
		int (*run)(const struct header_choice *choice, const struct clang *clang, struct tracee_error *err);
	} modes[] = { { "syntax only", syntax_only }, { "layout", whole_step } };

	for (int round = 1; round <= n_rounds; round++) {
		for (int i = 0; i < 2; i++) {
			int mode = (round + i) % 2; /* each is first in every other round */
			double start = now_ms();
			int r = modes[mode].run(choice, clang, err);

			if (r != 0)
				return r;
			printf("%s\t%d\t%.2f\n", modes[mode].name, round, now_ms() - start);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct header_search_request request = { .paths = (const char *const *)argv + 2 };
	CLEANUP(header_search_done) struct header_search search = {};
	struct tracee_error err = {};
	struct clang clang;
	int r;

	if (argc < 3) {
		fputs("usage: layout ROUNDS PATH...\n", stderr);
		return 2;
	}
	request.n_paths = (size_t)argc - 2;
	r = header_search_run(&request, &search, &err);
	if (r == 0 && search.choice.kind != CHOICE_TREE)
		return 1;
	if (r == 0)
		r = clang_find(getenv("CMD_CLANG"), &clang, &err);
	if (r == 0)
		r = measure(&search.choice, &clang, atoi(argv[1]), &err);
	if (r != 0)
		fprintf(stderr, "layout: %s\n", err.text);
	return r != 0;
}
