// SPDX-License-Identifier: Apache-2.0
/* From a header tree, or BTF, with the n-th allocation failing, for each n until none fails. */
#include <bpf/btf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/compile/clang.h"
#include "builder/headers/search.h"
#include "builder/layout/compare.h"
#include "builder/layout/dependencies.h"
#include "builder/layout/layout.h"
#include "libtracee/base/file.h"
#include "tests/unit/builder/failing_allocations.h"
#include "tests/unit/builder/layout/compare_fixture.h"

#define N_ALLOCATIONS_MIN 10 /* a run that needs fewer did not do its work */

struct place {
	char root[40], btf[64], clang[64];
	const char *paths[1];
	struct layout headers, kernel; /* that differ in one member */
};

static void put(const struct place *place, const char *name, const void *bytes, size_t size_bytes,
		unsigned int mode)
{
	char path[256], command[300];

	snprintf(path, sizeof(path), "%s/%s", place->root, name);
	snprintf(command, sizeof(command), "mkdir -p $(dirname '%s')", path);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_replace(path, bytes, size_bytes, mode), 0);
}

static void put_text(const struct place *place, const char *name, const char *text)
{
	put(place, name, text, strlen(text), 0644);
}

static void put_btf(const struct place *place)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "unsigned long", 8, 0);
	uint32_t size_bytes;
	const void *bytes;

	btf__add_struct(btf, "task_struct", 8);
	btf__add_field(btf, "pid", id, 0, 0);
	btf__add_struct(btf, "pt_regs", 8);
	btf__add_field(btf, "orig_ax", id, 0, 0);
	bytes = btf__raw_data(btf, &size_bytes);
	put(place, "btf", bytes, size_bytes, 0644);
	btf__free(btf);
}

static struct layout make_layout(const char *member)
{
	struct btf *btf = fixture_without(NULL);

	btf__add_struct(btf, "sample", 8);
	btf__add_field(btf, member, ID_LONG, 0, 0);
	return fixture_layout(btf);
}

static int set_up(void **state)
{
	static const char compiler[] = "#!/bin/sh\ncase $1 in --version) echo clang version 15.0.1;; "
				       "-print-resource-dir) echo /usr;; esac\n";
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->root, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->root) || chmod(place->root, 0755) < 0)
		return -1;
	snprintf(place->btf, sizeof(place->btf), "%s/btf", place->root);
	snprintf(place->clang, sizeof(place->clang), "%s/clang", place->root);
	place->paths[0] = place->root;
	put_text(place, "include/linux/kconfig.h", "");
	put_text(place, "include/linux/types.h", "");
	put_text(place, "include/generated/autoconf.h", "#define CONFIG_X86_64 1\n");
	put_text(place, "include/generated/bounds.h", "");
	put_text(place, "include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0-50-amd64\"\n");
	put_text(place, "include/generated/uapi/linux/version.h", "#define LINUX_VERSION_CODE 393648\n");
	put_text(place, "arch/x86/include/generated/asm/x.h", "");
	put_text(place, "Makefile", "VERSION = 6\nPATCHLEVEL = 1\n");
	put_btf(place);
	place->headers = make_layout("a");
	place->kernel = make_layout("b");
	put(place, "clang", compiler, strlen(compiler), 0755);
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[80];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->root);
	layout_done(&place->headers);
	layout_done(&place->kernel);
	free(place);
	return system(command);
}

static int read_tree(const struct place *place)
{
	static const char list[] =
		"layout: /proc/self/fd/4/include/linux/kconfig.h /proc/self/fd/5/include/linux/types.h\n";
	const struct header_search_request request = { .paths = place->paths, .n_paths = 1 };
	CLEANUP(header_search_done) struct header_search search = {};
	struct clang clang;
	char digest[DIGEST_SIZE];
	int r;

	r = header_search_run(&request, &search, NULL);
	if (r == 0)
		r = clang_find(place->clang, &clang, NULL);
	if (r == 0)
		r = dependencies_digest(&search.choice.tree, &clang, list, strlen(list), digest, NULL);
	return r;
}

static int read_btf(const struct place *place)
{
	CLEANUP(layout_done) struct layout layout = {};

	return layout_from_btf(place->btf, &layout, NULL);
}

/* The difference that there is must be found: it is success here. */
static int compare(const struct place *place)
{
	struct layout_comparison counts = {};
	struct text table;
	int r;

	text_init(&table, 4096);
	r = layout_compare(&place->headers, &place->kernel, &counts, &table, NULL);
	text_done(&table);
	return r == -ESTALE && counts.n_differences == 2 ? 0 : r == 0 ? -EINVAL : r;
}

/* With any allocation failing there is an error, and nothing is lost: sanitizers look at that. */
static void expect_order(const struct place *place, int (*run)(const struct place *))
{
	long n;
	int r;

	for (n = 0;; n++) {
		allocation_has_failed = false;
		allocations_left = n;
		r = run(place);
		allocations_left = -1;
		if (!allocation_has_failed)
			break;
		assert_true(r < 0);
	}
	assert_int_equal(r, 0);
	assert_true(n >= N_ALLOCATIONS_MIN);
}

static void a_tree_is_read_in_order_without_memory(void **state)
{
	expect_order(*state, read_tree);
}

static void btf_is_read_in_order_without_memory(void **state)
{
	const struct place *place = *state;
	long n;
	int r;

	/* Most of the memory is libbpf's, which is not counted. */
	for (n = 0; n < 3; n++) {
		allocations_left = n;
		allocation_has_failed = false;
		r = read_btf(place);
		allocations_left = -1;
		assert_int_equal(r, allocation_has_failed ? -ENOMEM : 0);
	}
	assert_int_equal(read_btf(place), 0);
}

static void layouts_are_compared_in_order_without_memory(void **state)
{
	expect_order(*state, compare);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_tree_is_read_in_order_without_memory),
		PLACED(btf_is_read_in_order_without_memory),
		PLACED(layouts_are_compared_in_order_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
