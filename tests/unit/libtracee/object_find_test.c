// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
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
#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "tests/unit/skip_loudly.h"

#define NAME "tracee.bpf.6_1_0-50-amd64.1_0.o"

struct place {
	char root[64];
	struct tracee_kernel kernel;
	const char *directories[3];
	char first[128], second[128];
	struct tracee_object_search search;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->root, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->root))
		return -1;
	snprintf(place->first, sizeof(place->first), "%s/first", place->root);
	snprintf(place->second, sizeof(place->second), "%s/second", place->root);
	mkdir(place->first, 0755);
	mkdir(place->second, 0755);
	place->directories[0] = place->first;
	place->directories[1] = place->second;
	tracee_kernel_parse("6.1.0-50-amd64", TRACEE_ARCH_X86_64, &place->kernel, NULL);
	place->search = (struct tracee_object_search){ .kernel = &place->kernel, .version = "1.0", .directories = place->directories };
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->root);
	free(place);
	return system(command);
}

static void put(const char *directory, const char *name, const char *release, const char *version)
{
	struct {
		Elf64_Ehdr header;
		char names[16];
		Elf64_Shdr sections[2];
	} program = { .names = "\0.shstrtab" };
	struct tracee_object_meta meta = { .source = "test", .match = "exact", .clang = "14", .layout_clang = "none" };
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char path[512];
	size_t size;

	memcpy(program.header.e_ident, ELFMAG, SELFMAG);
	program.header.e_ident[EI_CLASS] = ELFCLASS64;
	program.header.e_ident[EI_DATA] = ELFDATA2LSB;
	program.header.e_type = ET_REL;
	program.header.e_machine = EM_BPF;
	program.header.e_shoff = (size_t)((char *)program.sections - (char *)&program);
	program.header.e_shentsize = sizeof(Elf64_Shdr);
	program.header.e_shnum = 2;
	program.header.e_shstrndx = 1;
	program.sections[1].sh_type = SHT_STRTAB;
	program.sections[1].sh_offset = (size_t)(program.names - (char *)&program);
	program.sections[1].sh_size = 11;
	strcpy(meta.version, version);
	strcpy(meta.kernel_release, release);
	assert_int_equal(tracee_object_write(&program, sizeof(program), "x", 1, &meta, &bytes, &size, NULL), 0);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	assert_int_equal(file_replace(path, bytes, size, 0644), 0);
}

static void expect_found(struct place *place, const char *directory)
{
	struct tracee_object_file file = {};
	struct tracee_error err = {};

	if (tracee_object_find(&place->search, &file, &err) < 0)
		fail_msg("%s", err.text);
	assert_memory_equal(file.path, directory, strlen(directory));
	tracee_object_close(&file);
}

static void expect_refused(struct place *place, int status, const char *words)
{
	struct tracee_object_file file = {};
	struct tracee_error err = {};

	assert_int_equal(tracee_object_find(&place->search, &file, &err), status);
	if (!strstr(err.text, words))
		fail_msg("expected '%s' in: %s", words, err.text);
}

static void the_first_directory_with_the_exact_name_wins(void **state)
{
	struct place *place = *state;

	put(place->second, NAME, "6.1.0-50-amd64", "1.0");
	expect_found(place, place->second);
	put(place->first, NAME, "6.1.0-50-amd64", "1.0");
	expect_found(place, place->first);
}

static void a_leading_v_of_the_version_makes_no_difference(void **state)
{
	struct place *place = *state;

	put(place->first, "tracee.bpf.6_1_0-50-amd64.v1_0.o", "6.1.0-50-amd64", "v1.0");
	expect_found(place, place->first);
}

static void nothing_there_names_file_and_places(void **state)
{
	struct place *place = *state;

	put(place->first, "tracee.bpf.6_1_0-51-amd64.1_0.o", "6.1.0-51-amd64", "1.0");
	expect_refused(place, -ENOENT, NAME);
	expect_refused(place, -ENOENT, place->second);
}

static void a_refused_object_does_not_stop_the_search(void **state)
{
	struct place *place = *state;

	put(place->first, NAME, "6.1.0-51-amd64", "1.0");
	put(place->second, NAME, "6.1.0-50-amd64", "1.0");
	expect_found(place, place->second);
}

static void an_object_of_another_kernel_is_refused_whatever_its_name(void **state)
{
	struct place *place = *state;

	put(place->first, NAME, "6.1.0-51-amd64", "1.0");
	expect_refused(place, -ESTALE, "6.1.0-51-amd64");
}

static void a_link_is_refused(void **state)
{
	struct place *place = *state;
	char link_path[512], target[512];

	put(place->second, "real.o", "6.1.0-50-amd64", "1.0");
	snprintf(link_path, sizeof(link_path), "%s/%s", place->first, NAME);
	snprintf(target, sizeof(target), "%s/real.o", place->second);
	assert_int_equal(symlink(target, link_path), 0);
	expect_refused(place, -EACCES, "symbolic link");
}

static void what_others_can_write_is_refused(void **state)
{
	struct place *place = *state;
	char path[512];

	put(place->first, NAME, "6.1.0-50-amd64", "1.0");
	snprintf(path, sizeof(path), "%s/%s", place->first, NAME);
	chmod(path, 0664);
	expect_refused(place, -EACCES, "mode 0664");
	chmod(path, 0644);
	chmod(place->first, 01777);
	expect_refused(place, -EACCES, "its directory can be written by others");
}

static void what_another_user_owns_is_refused_unless_named(void **state)
{
	struct place *place = *state;
	char path[512];

	if (geteuid() != 0)
		skip_loudly("needs root");
	put(place->first, NAME, "6.1.0-50-amd64", "1.0");
	snprintf(path, sizeof(path), "%s/%s", place->first, NAME);
	assert_int_equal(chown(path, 12345, 12345), 0);
	expect_refused(place, -EACCES, "belongs to user 12345");
	place->search.bpf_file = path;
	expect_found(place, place->first);
}

static void the_variable_decides_alone(void **state)
{
	struct place *place = *state;
	char path[512];

	put(place->first, NAME, "6.1.0-50-amd64", "1.0");
	snprintf(path, sizeof(path), "%s/missing.o", place->second);
	place->search.bpf_file = path;
	expect_refused(place, -ENOENT, "TRACEE_BPF_FILE");
	place->search.bpf_file = place->second;
	expect_refused(place, -ENOENT, NAME);
	place->search.bpf_file = "";
	expect_found(place, place->first);
}

static void the_variable_may_name_a_directory(void **state)
{
	struct place *place = *state;

	put(place->second, NAME, "6.1.0-50-amd64", "1.0");
	place->search.bpf_file = place->second;
	expect_found(place, place->second);
}

static void a_pipe_is_refused_and_does_not_block(void **state)
{
	struct place *place = *state;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", place->first, NAME);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_refused(place, -EACCES, "a named pipe");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_first_directory_with_the_exact_name_wins),
		PLACED(a_leading_v_of_the_version_makes_no_difference),
		PLACED(nothing_there_names_file_and_places),
		PLACED(a_refused_object_does_not_stop_the_search),
		PLACED(an_object_of_another_kernel_is_refused_whatever_its_name),
		PLACED(a_link_is_refused),
		PLACED(what_others_can_write_is_refused),
		PLACED(what_another_user_owns_is_refused_unless_named),
		PLACED(the_variable_decides_alone),
		PLACED(the_variable_may_name_a_directory),
		PLACED(a_pipe_is_refused_and_does_not_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
