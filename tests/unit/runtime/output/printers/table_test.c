// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/record.h"

#include "runtime/containers/names.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"
#include "tests/unit/runtime/containers/docker_files.h"

static struct record record;
static const char *container; /* of the event; NULL: none */

/* What the printer makes of one event, its headings in front. */
static const char *print(const struct printer_def *def, struct output_form form)
{
	static char bytes[4096];
	struct printer printer = { .def = def, .form = form };
	struct tracee_event event;
	struct text text;

	record_begin(&record, "dup2");
	record_wire(&record)->ret = -9;
	record_wire(&record)->args[1] = 7;
	if (container)
		record_blob(&record, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING, 0, container, strlen(container));
	record_decode(&record, &event);
	text_init_in(&text, bytes, sizeof(bytes));
	printer_begin(&printer, &text);
	printer_event(&printer, &text, &event);
	assert_int_equal(text_error(&text), 0);
	return bytes;
}

static void the_brief_table_has_the_known_columns(void **state)
{
	(void)state;
	assert_string_equal(print(&printer_table, (struct output_form){}),
			    "TIME(s)        UID    COMM             PID     TID     RET              EVENT         "
			    "       ARGS\n"
			    "1234.567890    65534  bash             11      12      -9               dup2          "
			    "       oldfd: 0, newfd: 7\n");
}

static void with_containers_it_has_both_ids_and_the_host_name(void **state)
{
	(void)state;
	assert_string_equal(print(&printer_table, (struct output_form){ .shows_containers = true }),
			    "TIME(s)        UTS_NAME         UID    COMM             PID/host        TID/host      "
			    "  RET              EVENT                ARGS\n"
			    "1234.567890    host.example     65534  bash             11     /1001    12     /1002  "
			    "  -9               dup2                 oldfd: 0, newfd: 7\n");
}

static void the_verbose_table_has_namespaces_and_the_parent(void **state)
{
	(void)state;
	assert_string_equal(print(&printer_table_verbose, (struct output_form){}),
			    "TIME(s)        UTS_NAME         MNT_NS       PID_NS       UID    COMM             PID "
			    "    TID     PPID    RET              EVENT                ARGS\n"
			    "1234.567890    host.example     4026531841   4026531836   65534  bash             11  "
			    "    12      10      -9               dup2                 oldfd: 0, newfd: 7\n");
}

static void with_containers_it_has_the_parent_of_the_host_too(void **state)
{
	(void)state;
	assert_string_equal(
		print(&printer_table_verbose, (struct output_form){ .shows_containers = true }),
		"TIME(s)        UTS_NAME         MNT_NS       PID_NS       UID    COMM             PID/host        "
		"TID/host        PPID/host       RET              EVENT                ARGS\n"
		"1234.567890    host.example     4026531841   4026531836   65534  bash             11     /1001    "
		"12     /1002    10     /1000    -9               dup2                 oldfd: 0, newfd: 7\n");
}

static void dates_have_a_wider_column(void **state)
{
	(void)state;
	assert_string_equal(print(&printer_table, (struct output_form){ .time = TIME_OF_DAY }),
			    "TIME                        UID    COMM             PID     TID     RET              "
			    "EVENT                ARGS\n"
			    "1970-01-01T00:20:34.567890Z 65534  bash             11      12      -9               "
			    "dup2                 oldfd: 0, newfd: 7\n");
}

static void none_writes_no_events(void **state)
{
	(void)state;
	assert_string_equal(print(&printer_none, (struct output_form){}), "");
}

/* Of none, of one that has no name, and of one that has. */
static void names_of_containers_have_a_column(void **state)
{
	static const char known[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
	struct output_form form = {};
	struct docker_files files;

	(void)state;
	docker_files_make(&files);
	assert_int_equal(container_names_new(files.root, &form.names, NULL), 0);
	assert_string_equal(print(&printer_table, form),
			    "TIME(s)        UID    COMM             PID     TID     CONTAINER        RET              EVENT         "
			    "       ARGS\n"
			    "1234.567890    65534  bash             11      12                       -9               dup2          "
			    "       oldfd: 0, newfd: 7\n");
	container = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	assert_non_null(strstr(print(&printer_table, form), " 12      0123456789ab     -9 "));
	docker_files_add(&files, known, "web", "i");
	container = known;
	assert_non_null(strstr(print(&printer_table_verbose, form), " web              -9 "));
	container = NULL;
	container_names_free(form.names);
	docker_files_remove(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_brief_table_has_the_known_columns),
		cmocka_unit_test(with_containers_it_has_both_ids_and_the_host_name),
		cmocka_unit_test(the_verbose_table_has_namespaces_and_the_parent),
		cmocka_unit_test(with_containers_it_has_the_parent_of_the_host_too),
		cmocka_unit_test(dates_have_a_wider_column),
		cmocka_unit_test(names_of_containers_have_a_column),
		cmocka_unit_test(none_writes_no_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
