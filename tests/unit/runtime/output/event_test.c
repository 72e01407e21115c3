// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/record.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

#include "runtime/output/event.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"

static struct record record;
static struct tracee_event event;
static struct text text;
static struct output_form form;

static int setup(void **state)
{
	(void)state;
	form = (struct output_form){ .shows_env = true };
	text_init(&text, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	text_done(&text);
	return 0;
}

static const char *as_json(void)
{
	struct json json;

	record_decode(&record, &event);
	text_reset(&text);
	json_init(&json, &text);
	form.arch = record.arch;
	event_json(&json, NULL, &event, &form);
	assert_int_equal(text_error(&text), 0);
	return text_string(&text);
}

static const char *as_table(void)
{
	struct printer printer = { .def = &printer_table, .form = form };

	printer.form.arch = record.arch;
	record_decode(&record, &event);
	text_reset(&text);
	printer_event(&printer, &text, &event);
	assert_int_equal(text_error(&text), 0);
	return text_string(&text);
}

/* What stands behind "args": in the JSON line. */
static const char *json_args(void)
{
	const char *args = strstr(as_json(), "\"args\":");

	assert_non_null(args);
	return args + strlen("\"args\":");
}

static const char *table_args(void)
{
	const char *row = as_table();

	/* 7 columns and the blanks between them; no cell of the fixture is wider. */
	return row + 14 + 6 + 16 + 7 + 7 + 16 + 20 + 7;
}

static void begin_openat(const char *path)
{
	record_begin(&record, "openat");
	record_wire(&record)->ret = 3;
	record_wire(&record)->args[0] = 0xffffff9c;
	record_wire(&record)->args[1] = 0x7ffd00001000;
	record_wire(&record)->args[2] = 02000000 | 0101;
	record_wire(&record)->args[3] = 0644;
	record_string(&record, 1, path);
}

static void a_json_line_has_the_known_keys_in_their_order(void **state)
{
	(void)state;
	begin_openat("/etc/passwd");
	assert_string_equal(
		as_json(),
		"{\"timestamp\":1234.567890,\"processId\":11,\"threadId\":12,\"parentProcessId\":10,"
		"\"hostProcessId\":1001,"
		"\"hostThreadId\":1002,\"hostParentProcessId\":1000,\"userId\":65534,\"mountNamespace\":4026531841,"
		"\"pidNamespace\":4026531836,\"processName\":\"bash\",\"hostName\":\"host.example\",\"eventId\":"
		"\"257\","
		"\"eventName\":\"openat\",\"argsNum\":4,\"returnValue\":3,\"stackAddresses\":null,\"args\":["
		"{\"name\":\"dirfd\",\"type\":\"int\",\"value\":-100},"
		"{\"name\":\"pathname\",\"type\":\"const char*\",\"value\":\"/etc/passwd\"},"
		"{\"name\":\"flags\",\"type\":\"int\",\"value\":\"O_WRONLY|O_CREAT|O_CLOEXEC\"},"
		"{\"name\":\"mode\",\"type\":\"mode_t\",\"value\":\"S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH\"}],\"containerId\":\"\"}");
}

static void a_row_stays_a_row_whatever_a_path_holds(void **state)
{
	(void)state;
	begin_openat("a\nb\x1b[2J\\c\x7f\xc2\x9b\xff\xc3\xa4");
	assert_non_null(strstr(as_table(), "pathname: a\\nb\\x1b[2J\\\\c\\x7f\\xc2\\x9b\\xff\xc3\xa4, "));
	memcpy(record_wire(&record)->comm, "x\ny\x1bz", 6);
	assert_non_null(strstr(as_table(), " x\\ny\\x1bz "));
}

static void a_path_that_could_not_be_read_is_null_and_not_empty(void **state)
{
	(void)state;
	record_begin(&record, "openat");
	record_wire(&record)->args[1] = 0xdead;
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRING, TRACEE_WIRE_BLOB_UNREADABLE, "", 0);
	assert_non_null(strstr(json_args(), "{\"name\":\"pathname\",\"type\":\"const char*\",\"value\":null}"));
	assert_non_null(strstr(as_table(), "pathname: 0xDEAD,"));
	record_begin(&record, "openat");
	record_string(&record, 1, "");
	assert_non_null(strstr(json_args(), "\"value\":\"\""));
}

static void what_was_cut_says_so(void **state)
{
	(void)state;
	record_begin(&record, "openat");
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRING, TRACEE_WIRE_BLOB_CUT, "/long", 5);
	assert_non_null(strstr(json_args(), "\"/long...\""));
	assert_non_null(strstr(as_table(), "pathname: /long..., "));
}

static void lists_are_arrays(void **state)
{
	(void)state;
	record_begin(&record, "execve");
	record_string(&record, 0, "/bin/sh");
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRINGS, 0, "sh\0-c\0a b\0\0", 11);
	record_blob(&record, 2, TRACEE_WIRE_BLOB_STRINGS, TRACEE_WIRE_BLOB_CUT, "A=1\0B", 5);
	assert_string_equal(
		json_args(),
		"[{\"name\":\"pathname\",\"type\":\"const char*\",\"value\":\"/bin/sh\"},"
		"{\"name\":\"argv\",\"type\":\"const char*const*\",\"value\":[\"sh\",\"-c\",\"a b\",\"\"]},"
		"{\"name\":\"envp\",\"type\":\"const "
		"char*const*\",\"value\":[\"A=1\",\"B\",\"...\"]}],\"containerId\":\"\"}");
	assert_string_equal(table_args(), "pathname: /bin/sh, argv: [sh -c a b ], envp: [A=1 B ...]\n");
}

static void an_environment_is_shown_on_demand_only(void **state)
{
	static const char *const events[] = { "execve", "execveat", "sched_process_exec" };

	(void)state;
	form.shows_env = false;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		unsigned int n_before_env = strcmp(events[i], "execveat") == 0 ? 3 : 2;

		record_begin(&record, events[i]);
		record_blob(&record, (uint8_t)(n_before_env - 1), TRACEE_WIRE_BLOB_STRINGS, 0, "sh\0", 3);
		record_blob(&record, (uint8_t)n_before_env, TRACEE_WIRE_BLOB_STRINGS, 0, "TOKEN=1\0", 8);
		assert_non_null(strstr(as_json(), "[\"sh\"]"));
		assert_non_null(strstr(text_string(&text), "{\"name\":\"envp\",\"type\":\"const char*const*\",\"value\":null}"));
		assert_null(strstr(text_string(&text), "TOKEN"));
		assert_non_null(strstr(as_table(), ", argv: [sh], envp: null"));
		assert_null(strstr(text_string(&text), "TOKEN"));
	}
}

static void a_date_follows_behind_all_other_keys(void **state)
{
	(void)state;
	form.time = TIME_OF_DAY;
	form.clock_offset_ns = (INT64_C(1620097321) - 1234) * 1000000000;
	record_begin(&record, "getppid");
	assert_non_null(strstr(as_json(), "{\"timestamp\":1234.567890,"));
	assert_non_null(strstr(text_string(&text), ",\"containerId\":\"\",\"time\":\"2021-05-04T03:02:01.567890Z\"}"));
}

static void lists_that_could_not_be_read_are_null_and_empty_ones_are_empty(void **state)
{
	(void)state;
	record_begin(&record, "execve");
	record_wire(&record)->args[2] = 0x10;
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRINGS, 0, "", 0);
	record_blob(&record, 2, TRACEE_WIRE_BLOB_STRINGS, TRACEE_WIRE_BLOB_UNREADABLE, "", 0);
	assert_non_null(strstr(json_args(), "\"value\":[]}"));
	assert_non_null(strstr(json_args(), "\"envp\",\"type\":\"const char*const*\",\"value\":null}"));
	assert_string_equal(table_args(), "pathname: 0x0, argv: [], envp: 0x10\n");
}

static void connect_to(const void *address, size_t size)
{
	record_begin(&record, "connect");
	record_wire(&record)->args[0] = 5;
	record_wire(&record)->args[2] = size;
	record_blob(&record, 1, TRACEE_WIRE_BLOB_SOCKADDR, 0, address, size);
}

static void expect_address(const char *expected)
{
	char json[512];

	snprintf(json, sizeof(json), "\"type\":\"struct sockaddr*\",\"value\":\"%s\"}", expected);
	if (!strstr(json_args(), json))
		fail_msg("expected %s in %s", json, text_string(&text));
}

static void addresses_are_strings_with_their_parts_in_order(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(443),
				  .sin_addr = { htonl(0xc0000207) } };
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(53), .sin6_flowinfo = htonl(7), .sin6_scope_id = 2
	};
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/o'hare\\x" };
	struct sockaddr_un abstract = { .sun_family = AF_UNIX, .sun_path = { 0, 'a', 0, 'b' } };
	sa_family_t family = AF_NETLINK;

	(void)state;
	connect_to(&in, sizeof(in));
	expect_address("{'sa_family': 'AF_INET','sin_port': '443','sin_addr': '192.0.2.7'}");
	inet_pton(AF_INET6, "2001:db8::1", &in6.sin6_addr);
	connect_to(&in6, sizeof(in6));
	expect_address("{'sa_family': 'AF_INET6','sin6_port': '53','sin6_flowinfo': '7','sin6_addr': "
		       "'2001:db8::1','sin6_scopeid': '2'}");
	connect_to(&un, sizeof(un));
	expect_address("{'sa_family': 'AF_UNIX','sun_path': '/run/o\\\\'hare\\\\\\\\x'}");
	connect_to(&abstract, sizeof(abstract.sun_family) + 4);
	expect_address("{'sa_family': 'AF_UNIX','sun_path': '@a@b'}");
	connect_to(&family, sizeof(family));
	expect_address("{'sa_family': 'AF_NETLINK'}");
}

static void an_address_that_is_too_short_has_only_what_it_has(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(443) };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/abcdef" };

	(void)state;
	connect_to(&in, 7);
	expect_address("{'sa_family': 'AF_INET'}");
	connect_to(&in, 8);
	expect_address("{'sa_family': 'AF_INET','sin_port': '443','sin_addr': '0.0.0.0'}");
	connect_to(&un, sizeof(un.sun_family) + 4);
	expect_address("{'sa_family': 'AF_UNIX','sun_path': '/abc'}");
	connect_to(&un, sizeof(un.sun_family));
	expect_address("{'sa_family': 'AF_UNIX','sun_path': ''}");
	connect_to(&un, 1);
	expect_address("{}");
}

static void structures_are_objects(void **state)
{
	uint64_t how[3] = { 0200000 | 2, 0600, 0x18 };
	uint64_t clone[5] = { 0x100 | 0x80, 0, 0xabc, 0, 17 };
	int64_t delay[2] = { -3, 9 };

	(void)state;
	record_begin(&record, "openat2");
	record_string(&record, 1, "f");
	record_blob(&record, 2, TRACEE_WIRE_BLOB_STRUCTURE, 0, how, sizeof(how));
	assert_non_null(
		strstr(json_args(),
		       "\"type\":\"struct open_how*\",\"value\":{\"flags\":\"O_RDWR|O_DIRECTORY\",\"mode\":\"S_IRUSR|S_IWUSR\","
		       "\"resolve\":\"RESOLVE_BENEATH|RESOLVE_IN_ROOT\"}}"));
	assert_non_null(strstr(
		as_table(),
		"how: {'flags': 'O_RDWR|O_DIRECTORY','mode': 'S_IRUSR|S_IWUSR','resolve': 'RESOLVE_BENEATH|RESOLVE_IN_ROOT'}"));
	record_begin(&record, "openat2");
	record_blob(&record, 2, TRACEE_WIRE_BLOB_STRUCTURE, 0, how, 8);
	assert_non_null(strstr(json_args(), "\"type\":\"struct open_how*\",\"value\":{\"flags\":\"O_RDWR|O_DIRECTORY\"}}"));
	record_begin(&record, "openat2");
	record_wire(&record)->args[2] = 0x1234;
	record_blob(&record, 2, TRACEE_WIRE_BLOB_STRUCTURE, TRACEE_WIRE_BLOB_UNREADABLE, "", 0);
	assert_non_null(strstr(json_args(), "\"type\":\"struct open_how*\",\"value\":\"0x1234\"}"));
	record_begin(&record, "nanosleep");
	record_blob(&record, 0, TRACEE_WIRE_BLOB_STRUCTURE, 0, delay, sizeof(delay));
	assert_non_null(strstr(json_args(), "\"value\":{\"tv_sec\":\"-3\",\"tv_nsec\":\"9\"}}"));
	record_begin(&record, "clone3");
	record_blob(&record, 0, TRACEE_WIRE_BLOB_STRUCTURE, 0, clone, sizeof(clone));
	assert_non_null(strstr(json_args(), "{\"flags\":\"CLONE_NEWTIME|CLONE_VM\",\"pidfd\":\"0x0\",\"child_tid\":\"0xABC\","
					    "\"parent_tid\":\"0x0\",\"exit_signal\":\"SIGCHLD\"}"));
}

static void numbers_keep_their_sign_and_size(void **state)
{
	(void)state;
	record_begin(&record, "read");
	record_wire(&record)->args[0] = 0xffffffffffffffff;
	record_wire(&record)->args[1] = 0xffffffffffffffff;
	record_wire(&record)->args[2] = 0xffffffffffffffff;
	record_wire(&record)->ret = -9;
	assert_non_null(strstr(as_json(), "\"returnValue\":-9,"));
	assert_string_equal(
		json_args(),
		"[{\"name\":\"fd\",\"type\":\"int\",\"value\":-1},"
		"{\"name\":\"buf\",\"type\":\"void*\",\"value\":\"0xFFFFFFFFFFFFFFFF\"},"
		"{\"name\":\"count\",\"type\":\"size_t\",\"value\":18446744073709551615}],\"containerId\":\"\"}");
	assert_string_equal(table_args(), "fd: -1, buf: 0xFFFFFFFFFFFFFFFF, count: 18446744073709551615\n");
}

static void requests_of_ptrace_have_names(void **state)
{
	(void)state;
	record_begin(&record, "ptrace");
	assert_non_null(
		strstr(json_args(), "{\"name\":\"request\",\"type\":\"long\",\"value\":\"PTRACE_TRACEME\"}"));
	record_wire(&record)->args[0] = 0x4206;
	assert_non_null(strstr(json_args(), "\"PTRACE_SEIZE\""));
	record_wire(&record)->args[0] = 4711;
	assert_non_null(strstr(json_args(), "\"4711\""));
}

static void ids_are_those_of_the_architecture(void **state)
{
	(void)state;
	record_begin_on(&record, TRACEE_ARCH_ARM64, "openat");
	assert_non_null(strstr(as_json(), "\"eventId\":\"56\",\"eventName\":\"openat\""));
	record_begin_on(&record, TRACEE_ARCH_ARM64, "security_ptrace_traceme");
	assert_non_null(strstr(as_json(), "\"eventId\":\"1103\""));
}

static void a_container_is_named(void **state)
{
	static const char cgroup[] =
		"docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";

	(void)state;
	record_begin(&record, "getppid");
	record_blob(&record, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, 0, cgroup, strlen(cgroup));
	assert_non_null(strstr(as_json(), "\"args\":[],\"containerId\":"
					  "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}"));
}

static void any_bytes_make_valid_json(void **state)
{
	(void)state;
	begin_openat("\xc2\x9b" "a\xc2\xa0\x7f");
	assert_non_null(strstr(json_args(), "\"\\u009ba\xc2\xa0\\u007f\""));
	begin_openat("\x01\"\\\xff<>&\xe2\x82");
	assert_non_null(strstr(json_args(),
			       "\"\\u0001\\\"\\\\\xef\xbf\xbd\\u003c\\u003e\\u0026\xef\xbf\xbd\xef\xbf\xbd\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_json_line_has_the_known_keys_in_their_order),
		TEST(an_environment_is_shown_on_demand_only),
		TEST(a_date_follows_behind_all_other_keys),
		TEST(a_row_stays_a_row_whatever_a_path_holds),
		TEST(a_path_that_could_not_be_read_is_null_and_not_empty),
		TEST(what_was_cut_says_so),
		TEST(lists_are_arrays),
		TEST(lists_that_could_not_be_read_are_null_and_empty_ones_are_empty),
		TEST(addresses_are_strings_with_their_parts_in_order),
		TEST(an_address_that_is_too_short_has_only_what_it_has),
		TEST(structures_are_objects),
		TEST(numbers_keep_their_sign_and_size),
		TEST(requests_of_ptrace_have_names),
		TEST(ids_are_those_of_the_architecture),
		TEST(a_container_is_named),
		TEST(any_bytes_make_valid_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
