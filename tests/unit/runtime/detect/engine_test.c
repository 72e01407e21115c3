// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "tests/unit/runtime/detect/ask.h"

static void expect_state(const char *state)
{
	expect_text("state", state);
}

static void asking_to_be_traced_is_found_even_if_it_fails(void **state)
{
	uint64_t cause;

	(void)state;
	record_begin(&record, "ptrace");
	record_wire(&record)->args[0] = PTRACE_TRACEME;
	assert_int_equal(ask("TRC-2"), 1);
	expect_state("done");
	assert_int_equal(datum("result")->number, 0);
	assert_null(datum("tracer"));
	cause = last.cause;
	record_wire(&record)->ret = -EPERM;
	assert_int_equal(ask("TRC-2"), 1);
	expect_state("failed");
	assert_int_equal(datum("result")->number, -EPERM);
	assert_int_not_equal(last.cause, cause);
}

static void the_function_of_the_kernel_comes_before_the_result(void **state)
{
	const struct tracee_wire_ancestor parent = { .host_pid = 4711, .comm = "gdb" };

	(void)state;
	record_begin(&record, "security_ptrace_traceme");
	record_wire(&record)->args[0] = 4711;
	record_blob(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, 0, &parent, sizeof(parent));
	assert_int_equal(ask("TRC-2"), 1);
	expect_state("attempted");
	assert_null(datum("result"));
	assert_int_equal(datum("tracer")->number, 4711);
}

static void other_requests_are_not(void **state)
{
	static const uint64_t others[] = { PTRACE_PEEKTEXT, PTRACE_POKETEXT, PTRACE_CONT,
					   PTRACE_ATTACH,   PTRACE_SEIZE,    UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		record_begin(&record, "ptrace");
		record_wire(&record)->args[0] = others[i];
		assert_int_equal(ask("TRC-2"), 0);
	}
}

static void other_events_are_not_asked_about(void **state)
{
	(void)state;
	record_begin(&record, "openat");
	record_decode(&record, &event);
	n_found = 0;
	engine_event(UINT32_MAX, &event, found, &record);
	assert_int_equal(n_found, 0);
}

static void a_rule_that_is_off_is_silent(void **state)
{
	(void)state;
	record_begin(&record, "ptrace");
	record_decode(&record, &event);
	n_found = 0;
	engine_event(0, &event, found, &record);
	assert_int_equal(n_found, 0);
}

/* Records of TRC-6, and what it makes of them. */
static void begin_content(const char *name, unsigned int arg, enum tracee_wire_content content)
{
	record_begin(&record, name);
	record_wire(&record)->args[arg] = content;
}

static void code_for_the_kernel_is_found_before_it_is_read(void **state)
{
	uint64_t cause;

	(void)state;
	begin_content("security_kernel_read_file", 3, TRACEE_WIRE_CONTENT_MODULE);
	record_wire(&record)->args[2] = 77;
	record_string(&record, 0, "/lib/modules/x.ko");
	assert_int_equal(ask("TRC-6"), 1);
	expect_state("attempted");
	expect_text("code", "kernel-module");
	expect_text("path", "/lib/modules/x.ko");
	assert_int_equal(datum("inode")->number, 77);
	cause = last.cause;
	record_wire(&record)->args[2] = 78;
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_not_equal(last.cause, cause);
	begin_content("security_kernel_load_data", 0, TRACEE_WIRE_CONTENT_KEXEC_IMAGE);
	assert_int_equal(ask("TRC-6"), 1);
	expect_text("code", "kexec-image");
	record_begin(&record, "module_load");
	record_string(&record, 0, "dummy");
	assert_int_equal(ask("TRC-6"), 1);
	expect_state("loaded");
	expect_text("module", "dummy");
	record_begin(&record, "module_free");
	record_string(&record, 0, "dummy");
	assert_int_equal(ask("TRC-6"), 1);
	expect_state("removed");
}

static void other_things_that_the_kernel_reads_are_no_code(void **state)
{
	static const enum tracee_wire_content others[] = { TRACEE_WIRE_CONTENT_OTHER, TRACEE_WIRE_CONTENT_FIRMWARE,
							   TRACEE_WIRE_CONTENT_POLICY, TRACEE_WIRE_CONTENT_CERTIFICATE,
							   TRACEE_WIRE_CONTENT_KEXEC_INITRAMFS };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		begin_content("security_kernel_read_file", 3, others[i]);
		assert_int_equal(ask("TRC-6"), 0);
		begin_content("security_kernel_load_data", 0, others[i]);
		assert_int_equal(ask("TRC-6"), 0);
	}
}

static void calls_tell_their_result(void **state)
{
	(void)state;
	record_begin(&record, "finit_module");
	record_wire(&record)->ret = -EBADF;
	assert_int_equal(ask("TRC-6"), 1);
	expect_state("failed");
	expect_text("call", "finit_module");
	expect_text("code", "kernel-module");
	assert_int_equal(datum("result")->number, -EBADF);
	record_begin(&record, "kexec_file_load");
	assert_int_equal(ask("TRC-6"), 1);
	expect_state("loaded");
	expect_text("code", "kexec-image");
}

/* As users of Tracee know them. */
static void the_seven_are_called_as_users_know_them(void **state)
{
	static const char *const known[][3] = {
		{ "TRC-1", "Standard Input/Output Over Socket", "Redirection of process's standard input/output to socket" },
		{ "TRC-2", "Anti-Debugging", "Process uses anti-debugging technique to block debugger" },
		{ "TRC-3", "Code injection", "Possible code injection into another process" },
		{ "TRC-4", "Dynamic Code Loading", "Writing to executable allocated memory region" },
		{ "TRC-5", "Fileless Execution", "Executing a process from memory, without a file in the disk" },
		{ "TRC-6", "kernel module loading", "Attempt to load a kernel module detection" },
		{ "TRC-7", "LD_PRELOAD", "Usage of LD_PRELOAD to allow hooks on process" },
	};
	static const unsigned int severities[] = { 3, 3, 3, 2, 2, 3, 2 };

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(signatures[i]->id, known[i][0]);
		assert_string_equal(signatures[i]->name, known[i][1]);
		assert_string_equal(signatures[i]->description, known[i][2]);
		assert_int_equal(signatures[i]->severity, severities[i]);
	}
	assert_null(signatures[7]);
}

/* What the rest of the program takes for granted of every descriptor. */
static void every_signature_is_complete(void **state)
{
	size_t n = 0;

	(void)state;
	for (; signatures[n]; n++) {
		const struct signature *signature = signatures[n];
		uint32_t rules = 0;

		assert_true(signature->id && signature->name && signature->version && signature->description &&
			    signature->mitre);
		assert_null(strchr(signature->name, ','));
		assert_in_range(signature->severity, 0, 3);
		assert_non_null(signature->tags[0]);
		assert_non_null(signature->on_event);
		assert_non_null(signature->forms[0].how);
		for (const struct signature_form *form = signature->forms; form->how; form++) {
			assert_non_null(form->events[0].name);
			for (size_t i = 0; form->events[i].name; i++) {
				assert_in_range(i, 0, SIGNATURE_EVENTS_MAX - 1);
				assert_non_null(tracee_event_by_name(form->events[i].name));
			}
		}
		assert_int_equal(engine_parse_rules(signature->name, &rules, NULL), 0);
		assert_int_equal(rules, UINT32_C(1) << n);
	}
	assert_in_range(n, 1, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asking_to_be_traced_is_found_even_if_it_fails),
		cmocka_unit_test(the_function_of_the_kernel_comes_before_the_result),
		cmocka_unit_test(other_requests_are_not),
		cmocka_unit_test(other_events_are_not_asked_about),
		cmocka_unit_test(a_rule_that_is_off_is_silent),
		cmocka_unit_test(code_for_the_kernel_is_found_before_it_is_read),
		cmocka_unit_test(other_things_that_the_kernel_reads_are_no_code),
		cmocka_unit_test(calls_tell_their_result),
		cmocka_unit_test(the_seven_are_called_as_users_know_them),
		cmocka_unit_test(every_signature_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
