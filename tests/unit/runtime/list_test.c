// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "runtime/detect/engine.h"
#include "runtime/list.h"
#include "runtime/load/plan.h"

static struct text text;
static uint64_t broken;

static const char *list(enum list_what what, enum format format, enum tracee_arch arch)
{
	text_done(&text);
	text_init(&text, 1 << 20);
	list_write(&text, what, format, arch, broken);
	assert_int_equal(text_error(&text), 0);
	return text_string(&text);
}

static void rules_are_listed_by_id(void **state)
{
	const char *table = list(LIST_RULES, FORMAT_TABLE, TRACEE_ARCH_X86_64), *line = table;

	(void)state;
	assert_memory_equal(table, "ID         NAME                                VERSION DESCRIPTION ", 67);
	for (size_t i = 0; signatures[i]; i++) {
		line = strchr(line, '\n') + 1;
		assert_memory_equal(line, signatures[i]->id, strlen(signatures[i]->id));
		assert_memory_equal(line + 11, signatures[i]->name, strlen(signatures[i]->name));
	}
	assert_null(strchr(strchr(line, '\n') + 1, '\n'));
	assert_non_null(strstr(table, "\nTRC-2      Anti-Debugging                      0.1.0   Process uses anti-debugging technique to block "
				      "debugger      linux,container kprobes security_ptrace_traceme, "));
	broken = programs_by_kprobe();
	assert_non_null(strstr(list(LIST_RULES, FORMAT_TABLE, TRACEE_ARCH_X86_64), " linux,container system calls ptrace and prctl, tracepoint signal_deliver\n"));
	broken = UINT64_MAX;
	assert_non_null(strstr(list(LIST_RULES, FORMAT_TABLE, TRACEE_ARCH_X86_64), " linux,container none\n"));
	assert_non_null(strstr(list(LIST_RULES, FORMAT_JSON, TRACEE_ARCH_X86_64), "\"tags\":[\"linux\",\"container\"],\"source\":null}"));
	broken = 0;
}

static void events_are_listed_in_blocks_with_their_arguments(void **state)
{
	const char *table = list(LIST_EVENTS, FORMAT_TABLE, TRACEE_ARCH_X86_64), *other;

	(void)state;
	assert_memory_equal(table,
			    "System Calls           Sets                                     Arguments\n----", 77);
	assert_non_null(strstr(
		table,
		"\ndup2                   [default syscalls fs fs_fd_ops]          (int oldfd, int newfd)\n"));
	other = strstr(table, "\nOther Events ");
	assert_non_null(other);
	assert_non_null(strstr(other, "\nsched_process_exit "));
	assert_null(strstr(other, "\nopenat "));
	assert_non_null(strstr(table, "(int status), does not return: not traced\n"));
	assert_non_null(strstr(table, "\nsocketcall "));
	assert_true(strstr(table, "\n32-bit System Calls") < strstr(table, "\nsocketcall "));
}

static void the_other_architecture_has_its_own(void **state)
{
	const char *table = list(LIST_EVENTS, FORMAT_TABLE, TRACEE_ARCH_ARM64);

	(void)state;
	assert_null(strstr(table, "\narch_prctl "));
	assert_null(strstr(table, "socketcall"));
	assert_true(strstr(table, "\n32-bit System Calls") < strstr(table, "\ndup2 "));
	assert_non_null(strstr(table, "\narm64: "));
	assert_non_null(strstr(table, "\ndup3 "));
}

static void json_lists_the_same(void **state)
{
	static const enum list_what all[] = { LIST_RULES, LIST_EVENTS, LIST_SETS };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		json_t *root = json_loads(list(all[i], FORMAT_JSON, TRACEE_ARCH_X86_64), 0, NULL);

		assert_true(json_is_array(root) && json_array_size(root) > 0);
		assert_non_null(json_object_get(json_array_get(root, 0), "name"));
		json_decref(root);
	}
}

static void sets_tell_how_many_events_they_have(void **state)
{
	(void)state;
	assert_non_null(strstr(list(LIST_SETS, FORMAT_TABLE, TRACEE_ARCH_X86_64), "\nfs_async_io            6\n"));
}

static int done(void **state)
{
	(void)state;
	text_done(&text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_listed_by_id),
		cmocka_unit_test(events_are_listed_in_blocks_with_their_arguments),
		cmocka_unit_test(the_other_architecture_has_its_own),
		cmocka_unit_test(json_lists_the_same),
		cmocka_unit_test(sets_tell_how_many_events_they_have),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
