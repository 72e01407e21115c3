// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/record.h"

#include "runtime/containers/names.h"
#include "runtime/output/finding.h"
#include "tests/unit/runtime/containers/docker_files.h"

static struct record record;
static struct tracee_event event;
static struct output_form form = { .arch = TRACEE_ARCH_X86_64 };

static struct finding finding;

static void take(struct text *text)
{
	text_init(text, 1 << 16);
	record_decode(&record, &event);
	finding = (struct finding){ .signature = signatures[1], .event = &event, .severity = 3, .count = 1 };
}

static void a_table_shows_the_block_that_users_know(void **state)
{
	struct text text;

	(void)state;
	record_begin(&record, "ptrace");
	take(&text);
	/* 2021-05-04T03:02:01Z less the 1234 seconds that the machine is up. */
	form.clock_offset_ns = (INT64_C(1620097321) - 1234) * 1000000000;
	finding_table(&text, &finding, &form);
	assert_string_equal(text_string(&text), "\n*** Detection ***\n"
						"Time: 2021-05-04T03:02:01Z\n"
						"Signature ID: TRC-2\n"
						"Signature: Anti-Debugging\n"
						"Data: map[]\n"
						"Command: bash\n"
						"Hostname: host.example\n");
	text_done(&text);
}

static void names_that_others_chose_cannot_break_the_block(void **state)
{
	struct text text;

	(void)state;
	record_begin(&record, "ptrace");
	memcpy(record_wire(&record)->comm, "a\nSignature: b", 15);
	memcpy(record_wire(&record)->host_name, "\x1b]0;x\x07", 7);
	take(&text);
	finding_table(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text), "Command: a\\nSignature: b\n"));
	assert_non_null(strstr(text_string(&text), "Hostname: \\x1b]0;x\\x07\n"));
	text_done(&text);
}

static void a_json_line_has_data_context_and_metadata(void **state)
{
	static const char tail[] =
		"\"containerId\":\"\"},\"SigMetadata\":{\"ID\":\"TRC-2\",\"Version\":\"0.1.0\",\"Name\":\"Anti-"
		"Debugging\","
		"\"Description\":\"Process uses anti-debugging technique to block debugger\","
		"\"Tags\":[\"linux\",\"container\"],\"Properties\":{"
		"\"MITRE ATT\\u0026CK\":\"Defense Evasion: Execution Guardrails\",\"Severity\":3}},"
		"\"time\":\"2021-05-04T03:02:01.567890Z\",\"host\":\"host.example\",\"container\":null,"
		"\"process\":{\"hostProcessId\":1001,\"name\":\"bash\",\"userId\":65534,\"startTime\":\"2021-05-04T02:41:27.000001Z\","
		"\"executable\":null,\"ancestors\":null},\"severity\":3,\"count\":1}\n";
	struct text text;

	(void)state;
	record_begin(&record, "security_ptrace_traceme");
	record_wire(&record)->args[0] = 1000;
	take(&text);
	finding_json(&text, &finding, &form);
	assert_memory_equal(text_string(&text), "{\"Data\":null,\"Context\":{\"timestamp\":1234.567890,", 45);
	assert_non_null(strstr(text_string(&text), "\"eventName\":\"security_ptrace_traceme\",\"argsNum\":1,"));
	assert_non_null(strstr(text_string(&text), "{\"name\":\"tracer_pid\",\"type\":\"pid_t\",\"value\":1000}"));
	assert_string_equal(text_string(&text) + text.size_bytes - strlen(tail), tail);
	text_done(&text);
}

static void the_program_and_arguments_with_their_names_are_told(void **state)
{
	const struct tracee_wire_executable executable = { .inode = 7, .dev = 8, .uid = 9, .mode = 0100755, .links = 1 };
	struct text text;

	(void)state;
	record_begin(&record, "executable_memory");
	record_wire(&record)->args[0] = TRACEE_WIRE_WAY_MPROTECT;
	record_wire(&record)->args[4] = 5;
	record_blob(&record, TRACEE_WIRE_BLOB_PROGRAM, TRACEE_WIRE_BLOB_EXECUTABLE, 0, &executable, sizeof(executable));
	record_string(&record, TRACEE_WIRE_BLOB_PROGRAM_PATH, "/bin/a\nb");
	take(&text);
	finding_add_argument(&finding, "way", 0);
	finding_add_argument(&finding, "permissions", 4);
	finding_is_known(&finding, "harmless", 1);
	assert_int_equal(finding.severity, 1);
	finding_table(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text),
			       "\nData: map[way:mprotect permissions:PROT_READ|PROT_EXEC known:harmless]\n"));
	assert_non_null(strstr(text_string(&text), "\nExecutable: /bin/a\\nb\n"));
	text_reset(&text);
	finding_json(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text), "{\"way\":\"mprotect\",\"permissions\":\"PROT_READ|PROT_EXEC\",\"known\":\"harmless\"}"));
	assert_non_null(strstr(text_string(&text), ",\"executable\":{\"path\":\"/bin/a\\nb\",\"dev\":8,\"inode\":7,\"userId\":9},"));
	text_done(&text);
}

static void data_and_repetitions_are_told(void **state)
{
	struct text text;

	(void)state;
	record_begin(&record, "ptrace");
	take(&text);
	finding_add_string(&finding, "state", "done");
	finding_add_number(&finding, "result", -1);
	finding_add_bytes(&finding, "name", "a\nb", 3);
	finding.severity = 1;
	finding.count = 12;
	finding_table(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text), "\nData: map[state:done result:-1 name:a\\nb]\n"));
	assert_non_null(strstr(text_string(&text), "\nCount: 12\n"));
	text_reset(&text);
	finding_json(&text, &finding, &form);
	assert_memory_equal(text_string(&text), "{\"Data\":{\"state\":\"done\",\"result\":-1,\"name\":\"a\\nb\"},", 49);
	assert_non_null(strstr(text_string(&text), ",\"Severity\":1}"));
	assert_non_null(strstr(text_string(&text), "\"severity\":1,\"count\":12}\n"));
	text_done(&text);
}

static void there_is_room_for_so_many_data(void **state)
{
	(void)state;
	finding.n_data = 0;
	for (int i = 0; i < FINDING_DATA_MAX + 1; i++)
		finding_add_number(&finding, "number", i);
	assert_int_equal(finding.n_data, FINDING_DATA_MAX);
	assert_int_equal(finding.data[FINDING_DATA_MAX - 1].number, FINDING_DATA_MAX - 1);
}

static const struct tracee_wire_ancestor ancestors[] = {
	{ .start_time_ns = 2000000000, .host_pid = 1000, .uid = 1000, .comm = "a\nb" },
	{ .start_time_ns = 1000000000, .host_pid = 1, .comm = "sixteen letters." },
};

static void ancestors_are_told_from_the_parent_on(void **state)
{
	struct text text;

	(void)state;
	record_begin(&record, "ptrace");
	record_blob(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, 0, ancestors, sizeof(ancestors));
	take(&text);
	finding_table(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text), "\nAncestors: a\\nb(1000) < sixteen letters.(1)\n"));
	text_reset(&text);
	finding_json(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text),
			       "\"ancestors\":[{\"hostProcessId\":1000,\"name\":\"a\\nb\",\"userId\":1000,"
			       "\"startTime\":\"2021-05-04T02:41:29.000000Z\"},"
			       "{\"hostProcessId\":1,\"name\":\"sixteen letters.\",\"userId\":0,"
			       "\"startTime\":\"2021-05-04T02:41:28.000000Z\"}]}"));
	text_done(&text);
}

static void the_container_is_told(void **state)
{
	static const char name[] = "docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";
	struct text text;

	(void)state;
	record_begin(&record, "ptrace");
	record_blob(&record, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, 0, name, strlen(name));
	take(&text);
	finding_table(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text), "\nContainer: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"));
	text_reset(&text);
	finding_json(&text, &finding, &form);
	assert_non_null(strstr(text_string(&text),
			       "\"container\":{\"id\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},"));
	text_done(&text);
}

static void names_of_containers_are_told_when_asked_for(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct output_form with_names = form;
	struct docker_files files;
	struct text text;

	(void)state;
	docker_files_make(&files);
	docker_files_add(&files, id, "a\\nb", "i:1");
	assert_int_equal(container_names_new(files.root, &with_names.names, NULL), 0);
	record_begin(&record, "ptrace");
	record_blob(&record, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, 0, id, strlen(id));
	take(&text);
	finding_json(&text, &finding, &with_names);
	assert_non_null(strstr(text_string(&text), "\"containerName\":\"a\\nb\",\"containerImage\":\"i:1\""));
	assert_non_null(strstr(text_string(&text), "abcdef\",\"name\":\"a\\nb\",\"image\":\"i:1\"},\"process\":"));
	text_reset(&text);
	finding_table(&text, &finding, &with_names);
	assert_non_null(strstr(text_string(&text), "89abcdef a\\nb (i:1)\n"));
	text_done(&text);
	container_names_free(with_names.names);
	docker_files_remove(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_shows_the_block_that_users_know),
		cmocka_unit_test(names_that_others_chose_cannot_break_the_block),
		cmocka_unit_test(a_json_line_has_data_context_and_metadata),
		cmocka_unit_test(the_program_and_arguments_with_their_names_are_told),
		cmocka_unit_test(data_and_repetitions_are_told),
		cmocka_unit_test(there_is_room_for_so_many_data),
		cmocka_unit_test(ancestors_are_told_from_the_parent_on),
		cmocka_unit_test(the_container_is_told),
		cmocka_unit_test(names_of_containers_are_told_when_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
