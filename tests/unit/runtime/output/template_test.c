// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/record.h"

#include <errno.h>

#include "runtime/output/template.h"

static struct record record;
static struct tracee_error err;

static int compile(const char *source, struct template **ret_template)
{
	return template_compile(source, strlen(source), ret_template, &err);
}

/* What @source makes of the record. */
static const char *run(const char *source)
{
	static char bytes[8192];
	struct output_form form = { .arch = record.arch };
	struct template *template;
	struct tracee_event event;
	struct text text;

	record_decode(&record, &event);
	if (compile(source, &template) < 0)
		fail_msg("'%s': %s", source, err.text);
	text_init_in(&text, bytes, sizeof(bytes));
	template_run(template, &text, &event, &form);
	assert_int_equal(text_error(&text), 0);
	template_free(template);
	return bytes;
}

static void begin_openat(const char *path)
{
	record_begin(&record, "openat");
	record_wire(&record)->args[0] = 0xffffff9c;
	record_wire(&record)->args[3] = 0644;
	record_wire(&record)->ret = -2;
	record_string(&record, 1, path);
}

static void text_is_itself_and_so_are_its_newlines(void **state)
{
	(void)state;
	begin_openat("/x");
	assert_string_equal(run(""), "");
	assert_string_equal(run("a { b }} c\n"), "a { b }} c\n");
	assert_string_equal(run("a\\nb\\tc\\\\d\\{{.eventName}}"), "a\nb\tc\\d{{.eventName}}");
	assert_string_equal(run("{"), "{");
}

static void fields_are_those_of_json(void **state)
{
	(void)state;
	begin_openat("/x");
	assert_string_equal(
		run("{{.timestamp}} {{.processId}} {{.threadId}} {{.parentProcessId}} {{.hostProcessId}} "
		    "{{.hostThreadId}} {{.hostParentProcessId}} {{.userId}} {{.mountNamespace}} "
		    "{{.pidNamespace}}"),
		"1234.567890 11 12 10 1001 1002 1000 65534 4026531841 4026531836");
	assert_string_equal(run("{{.processName}} {{.hostName}} {{.eventId}} {{.eventName}} {{.argsNum}} "
				"{{.returnValue}} {{.stackAddresses}} {{.containerId}}|{{.time}}"),
			    "bash host.example 257 openat 4 -2 null |1970-01-01T00:20:34.567890Z");
	assert_string_equal(run("{{.args}}"), "dirfd: -100, pathname: /x, flags: O_RDONLY, mode: S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH");
	assert_string_equal(run("{{ .eventName\t}}{{  json   .eventName }}"), "openat\"openat\"");
}

static void arguments_have_names(void **state)
{
	(void)state;
	begin_openat("/a b");
	assert_string_equal(run("{{.args.pathname}} {{.args.mode}}\n"), "/a b S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH\n");
	assert_string_equal(run("[{{.args.sockfd}}] {{json .args.sockfd}}"), "[] null");
	assert_string_equal(run("{{json .args.pathname}} {{json .args.dirfd}}"), "\"/a b\" -100");
}

static void ranges_go_through_the_arguments(void **state)
{
	(void)state;
	begin_openat("/x");
	assert_string_equal(run("{{range .args}}{{.name}}={{.value}};{{end}}."),
			    "dirfd=-100;pathname=/x;flags=O_RDONLY;mode=S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH;.");
	assert_string_equal(run("{{range .args}}{{json .name}}:{{json .value}},{{.type}} {{end}}"),
			    "\"dirfd\":-100,int \"pathname\":\"/x\",const char* \"flags\":\"O_RDONLY\",int "
			    "\"mode\":\"S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH\",mode_t ");
	assert_string_equal(run("{{range .args}}{{end}}{{range .args}}x{{end}}"), "xxxx");
	record_begin(&record, "getppid");
	assert_string_equal(run("a{{range .args}}{{.value}}{{end}}b"), "ab");
}

static void values_cannot_leave_the_line(void **state)
{
	(void)state;
	begin_openat("a\nb\x1b[2J\xc2\x9b\x7f\xff");
	memcpy(record_wire(&record)->comm, "x\ny", 4);
	assert_string_equal(run("{{.args.pathname}} {{.processName}}"), "a\\nb\\x1b[2J\\xc2\\x9b\\x7f\\xff x\\ny");
	assert_string_equal(run("{{range .args}}{{.value}} {{end}}"),
			    "-100 a\\nb\\x1b[2J\\xc2\\x9b\\x7f\\xff O_RDONLY S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH ");
	assert_string_equal(run("{{json .processName}}"), "\"x\\ny\"");
}

static void an_environment_stays_out(void **state)
{
	(void)state;
	record_begin(&record, "execve");
	record_blob(&record, 2, TRACEE_WIRE_BLOB_STRINGS, 0, "TOKEN=1", 8);
	assert_string_equal(run("{{.args.envp}} {{json .args.envp}}"), "null null");
}

static void expect_refused(const char *source, const char *sentence)
{
	struct template *template = NULL;

	assert_int_equal(compile(source, &template), -EINVAL);
	if (!strstr(err.text, sentence))
		fail_msg("'%s': expected '%s' in: %s", source, sentence, err.text);
	assert_null(template);
}

static void everything_else_is_refused_with_its_place(void **state)
{
	(void)state;
	expect_refused("{{.nosuch}}", "line 1, column 1: '{{.nosuch}}' is not known: expected {{.KEY}}");
	expect_refused("a\nbc{{if .x}}d{{end}}", "line 2, column 3: '{{if .x}}' is not known");
	expect_refused("\n\n {{/* c */}}", "line 3, column 2: '{{/* c */}}'");
	expect_refused("{{- .eventName}}", "'{{- .eventName}}' is not known");
	expect_refused("{{}}", "'{{}}' is not known");
	expect_refused("{{.}}", "'{{.}}' is not known");
	expect_refused("{{eventName}}", "is not known");
	expect_refused("{{xeventName}}", "is not known");
	expect_refused("{{.args.}}", "is not known");
	expect_refused("{{.args.nosuch}}", "'{{.args.nosuch}}' is not known: no event has such an argument");
	expect_refused("{{json}}", "is not known");
	expect_refused("{{json json}}", "is not known");
	expect_refused("{{json .eventName x}}", "has too many words");
	expect_refused("{{.eventName | printf}}", "has too many words");
	expect_refused("{{range .x}}{{end}}", "'{{range .x}}' is not known");
	expect_refused("{{end}}", "ends nothing");
	expect_refused("{{end x}}", "is not known");
	expect_refused("x {{range .args}}y", "line 1, column 3: '{{range' has no end");
	expect_refused("{{range .args}}{{range .args}}{{end}}{{end}}",
		       "column 16: '{{range .args}}' stands in another range");
	expect_refused("{{range .args}}{{.eventName}}{{end}}", "expected .name, .type or .value");
	expect_refused("{{.name}}", "is not known");
	expect_refused("ab {{.eventName", "line 1, column 4: '{{.eventName' is not closed");
	expect_refused("{{", "is not closed");
	expect_refused("a\\x", "line 1, column 2: '\\x' is not known: expected \\n, \\t, \\\\ or \\{");
	expect_refused("a\\", "column 2: '\\' is not known");
	assert_int_equal(template_compile("a\0b", 3, &(struct template *){ NULL }, &err), -EINVAL);
	assert_non_null(strstr(err.text, "line 1, column 2: "));
}

static void a_template_has_a_limit(void **state)
{
	static char source[TEMPLATE_SIZE_MAX + 1];
	struct template *template;

	(void)state;
	memset(source, 'x', sizeof(source));
	assert_int_equal(template_compile(source, sizeof(source), &(struct template *){ NULL }, &err), -EINVAL);
	assert_non_null(strstr(err.text, "more than 65536 bytes"));
	for (size_t i = 0; i + 9 <= sizeof(source) - 1; i += 9)
		memcpy(source + i, "{{.time}}", 9);
	assert_int_equal(template_compile(source, 4096 * 9, &template, &err), 0);
	template_free(template);
	assert_int_equal(template_compile(source, 4097 * 9, &(struct template *){ NULL }, &err), -EINVAL);
	assert_non_null(strstr(err.text, "line 1, column 36865: '{{.time}}' is one piece too many"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_itself_and_so_are_its_newlines),
		cmocka_unit_test(fields_are_those_of_json),
		cmocka_unit_test(arguments_have_names),
		cmocka_unit_test(ranges_go_through_the_arguments),
		cmocka_unit_test(values_cannot_leave_the_line),
		cmocka_unit_test(an_environment_stays_out),
		cmocka_unit_test(everything_else_is_refused_with_its_place),
		cmocka_unit_test(a_template_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
