// SPDX-License-Identifier: Apache-2.0
/* Files of engines, and what they may hold instead. That real ones look so is shown by tests/host/containers.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/containers/state.h"

static struct container_label label;

static int docker(const char *json)
{
	return container_state_docker(json, strlen(json), &label);
}

static int storage(const char *json, const char *id)
{
	return container_state_storage(json, strlen(json), id, &label);
}

static int oci(const char *json)
{
	return container_state_oci(json, strlen(json), &label);
}

static void expect(const char *name, const char *image)
{
	assert_string_equal(label.name, name);
	assert_string_equal(label.image, image);
}

static void docker_writes_name_and_image(void **state)
{
	(void)state;
	assert_int_equal(docker("{\"ID\":\"a\",\"Name\":\"/web\",\"Config\":{\"Image\":\"nginx:1\"}}"), 1);
	expect("web", "nginx:1");
	assert_int_equal(docker("{\"Name\":\"/\"}"), 1);
	expect("", "");
	assert_int_equal(docker("{\"Name\":\"web\",\"Config\":[]}"), 1);
	expect("web", "");
}

static void podman_writes_all_into_one_file(void **state)
{
	static const char file[] = "[{\"id\":\"a\",\"names\":[\"first\",\"alias\"],\"image\":\"0\","
				   "\"metadata\":\"{\\\"image-name\\\":\\\"localhost/x:1\\\"}\"},"
				   "{\"id\":\"b\",\"metadata\":\"no json\"},{\"id\":\"c\",\"names\":\"text\",\"metadata\":5},7]";

	(void)state;
	assert_int_equal(storage(file, "a"), 1);
	expect("first", "localhost/x:1");
	assert_int_equal(storage(file, "b"), 1);
	expect("", "");
	assert_int_equal(storage(file, "c"), 1);
	expect("", "");
	assert_int_equal(storage(file, "d"), 0);
	expect("", "");
}

static void kubernetes_annotates(void **state)
{
	(void)state;
	assert_int_equal(oci("{\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\","
			     "\"io.kubernetes.cri.image-name\":\"i\",\"io.kubernetes.cri.sandbox-name\":\"pod\"}}"),
			 1);
	expect("web", "i");
	assert_int_equal(oci("{\"annotations\":{\"io.kubernetes.cri.sandbox-name\":\"pod\"}}"), 1);
	expect("pod", "");
	assert_int_equal(oci("{\"annotations\":{}}"), 0);
	assert_int_equal(oci("{}"), 0);
}

static void what_is_no_such_file_says_nothing(void **state)
{
	static const char *const files[] = { "", "[]", "{", "null", "{\"Name\":{}}", "{\"Name\":\"\xff\"}", "[[[[[[", "\"a\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		assert_int_equal(docker(files[i]), 0);
		assert_int_equal(storage(files[i], "a"), 0);
		assert_int_equal(oci(files[i]), 0);
		expect("", "");
	}
}

/* Brackets without an end would be recursion without one. */
static void depth_is_limited(void **state)
{
	enum { DEPTH = 1 << 20 };
	char *deep = malloc(DEPTH);

	(void)state;
	assert_non_null(deep);
	memset(deep, '[', DEPTH);
	assert_int_equal(container_state_docker(deep, DEPTH, &label), 0);
	free(deep);
}

static void a_long_name_is_cut_between_characters(void **state)
{
	char json[1024], expected[256];

	(void)state;
	memset(expected, 'x', 254);
	expected[254] = '\0';
	snprintf(json, sizeof(json), "{\"Name\":\"%s\xc3\xa4more\"}", expected);
	assert_int_equal(docker(json), 1);
	assert_string_equal(label.name, expected);
	/* What is behind a NUL is not of the name. */
	assert_int_equal(docker("{\"Name\":\"/a\\u0000b\"}"), 1);
	assert_string_equal(label.name, "a");
}

static void make(const char *root, const char *path, const char *text)
{
	char whole[512];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	for (char *p = whole + strlen(root) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(whole, 0755);
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void files_are_looked_for_below_the_root(void **state)
{
	static const struct {
		const char *path, *text, *name;
	} files[] = {
		{ "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
		  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"cri\"}}", "cri" },
		{ "run/containers/storage/vfs-containers/volatile-containers.json", "[{\"id\":\"" ID "\",\"names\":[\"volatile\"]}]",
		  "volatile" },
		{ "var/lib/containers/storage/overlay-containers/containers.json", "[{\"id\":\"" ID "\",\"names\":[\"podman\"]}]",
		  "podman" },
		{ "var/lib/docker/containers/" ID "/config.v2.json", "{\"Name\":\"/docker\"}", "docker" },
	};
	char root[] = "/tmp/state_test.XXXXXX", command[64];

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(container_state_find(root, ID, &label), 0);
	/* Each one is before those that are there already. */
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		make(root, files[i].path, files[i].text);
		assert_int_equal(container_state_find(root, ID, &label), 1);
		assert_string_equal(label.name, files[i].name);
	}
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(docker_writes_name_and_image),
		cmocka_unit_test(podman_writes_all_into_one_file),
		cmocka_unit_test(kubernetes_annotates),
		cmocka_unit_test(what_is_no_such_file_says_nothing),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(a_long_name_is_cut_between_characters),
		cmocka_unit_test(files_are_looked_for_below_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
