// SPDX-License-Identifier: Apache-2.0
/* The process that reads the files is a real one, started here. */
#include <signal.h>

#include "runtime/containers/names.h"
#include "tests/unit/runtime/containers/docker_files.h"

#define SECOND UINT64_C(1000000000)

static struct docker_files files;
static struct container_names *names;
static struct tracee_event event;

/* A container of its own for each number. */
static void choose(unsigned int number)
{
	snprintf(event.container_id, sizeof(event.container_id), "%08x%056x", number, number);
}

static void be_made(unsigned int number, const char *name)
{
	char image[16];

	choose(number);
	snprintf(image, sizeof(image), "image-%u", number);
	docker_files_add(&files, event.container_id, name, image);
}

static const char *name_at(uint64_t time_ns)
{
	event.time_ns = time_ns;
	return container_names_of(names, &event)->name;
}

static int begin(void **state)
{
	(void)state;
	docker_files_make(&files);
	return container_names_new(files.root, &names, NULL);
}

static int end(void **state)
{
	(void)state;
	container_names_free(names);
	docker_files_remove(&files);
	return 0;
}

static void the_host_has_no_name(void **state)
{
	(void)state;
	event.container_id[0] = '\0';
	assert_string_equal(name_at(SECOND), "");
	assert_string_equal(container_names_of(names, &event)->image, "");
}

static void an_answer_is_kept(void **state)
{
	(void)state;
	be_made(1, "one");
	be_made(2, "two");
	choose(1);
	assert_string_equal(name_at(SECOND), "one");
	assert_string_equal(container_names_of(names, &event)->image, "image-1");
	choose(2);
	assert_string_equal(name_at(SECOND), "two");
	be_made(1, "renamed");
	assert_string_equal(name_at(100 * SECOND), "one");
}

static void what_is_not_known_is_asked_for_again(void **state)
{
	(void)state;
	choose(3);
	assert_string_equal(name_at(SECOND), "");
	be_made(3, "three");
	assert_string_equal(name_at(SECOND + 1), "");
	assert_string_equal(name_at(2 * SECOND), "three");
	/* But not for ever. */
	choose(4);
	for (uint64_t i = 10; i < 15; i++)
		assert_string_equal(name_at(i * SECOND), "");
	be_made(4, "four");
	assert_string_equal(name_at(100 * SECOND), "");
}

static void any_number_of_containers_is_told(void **state)
{
	(void)state;
	for (unsigned int i = 1000; i < 3000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "c%u", i);
		be_made(i, name);
		assert_string_equal(name_at(SECOND), name);
	}
}

static void ids_that_are_none_are_not_looked_for(void **state)
{
	(void)state;
	be_made(1, "one");
	memcpy(event.container_id, "../", 3);
	assert_string_equal(name_at(SECOND), "");
}

static void without_the_process_nothing_is_known_and_nothing_waits(void **state)
{
	(void)state;
	be_made(1, "one");
	be_made(2, "two");
	choose(1);
	assert_string_equal(name_at(SECOND), "one");
	kill(container_names_pid(names), SIGSTOP);
	choose(2);
	assert_string_equal(name_at(SECOND), ""); /* after the time that it has for an answer */
	kill(container_names_pid(names), SIGCONT);
	assert_string_equal(name_at(9 * SECOND), "");
	choose(1);
	assert_string_equal(name_at(9 * SECOND), "one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_host_has_no_name, begin, end),
		cmocka_unit_test_setup_teardown(an_answer_is_kept, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_known_is_asked_for_again, begin, end),
		cmocka_unit_test_setup_teardown(any_number_of_containers_is_told, begin, end),
		cmocka_unit_test_setup_teardown(ids_that_are_none_are_not_looked_for, begin, end),
		cmocka_unit_test_setup_teardown(without_the_process_nothing_is_known_and_nothing_waits, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
