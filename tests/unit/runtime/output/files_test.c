// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "runtime/output/files.h"
#include "runtime/output/request.h"

static char place[64], out_path[96], err_path[96];
static int standard[2]; /* stdout and stderr of the test */
static struct output_request request;
static struct output_files files;
static struct tracee_error err;

static int setup(void **state)
{
	(void)state;
	strcpy(place, "/tmp/files.XXXXXX");
	assert_non_null(mkdtemp(place));
	snprintf(out_path, sizeof(out_path), "%s/a/b/out", place);
	snprintf(err_path, sizeof(err_path), "%s/err", place);
	output_request_init(&request);
	files = (struct output_files){};
	fflush(NULL);
	standard[0] = dup(STDOUT_FILENO);
	standard[1] = dup(STDERR_FILENO);
	return 0;
}

/* So that what a failing test says is seen. */
static void restore(void)
{
	fflush(NULL);
	dup2(standard[0], STDOUT_FILENO);
	dup2(standard[1], STDERR_FILENO);
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	restore();
	close(standard[0]);
	close(standard[1]);
	output_files_close(&files);
	snprintf(command, sizeof(command), "rm -rf '%s'", place);
	return system(command);
}

static void open_all(void)
{
	int r = output_files_open(&request, &files, &err);

	if (r < 0) {
		restore();
		fail_msg("%s", err.text);
	}
}

static void say(int fd, const char *words)
{
	assert_int_equal(file_write_all(fd, words, strlen(words)), 0);
}

/* Fails without asserting while the descriptors are not the test's. */
static void expect_content(const char *path, const char *expected)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size;
	int r = file_read_at(AT_FDCWD, path, 4096, &bytes, &size);

	if (r < 0 || strcmp((char *)bytes, expected) != 0) {
		restore();
		fail_msg("'%s': expected '%s', found '%s' (%d)", path, expected, bytes ? (char *)bytes : "", r);
	}
}

static void rename_away(const char *path, char ret_to[140])
{
	snprintf(ret_to, 140, "%s.1", path);
	assert_int_equal(rename(path, ret_to), 0);
}

static void nothing_asked_for_leaves_the_standard_descriptors(void **state)
{
	struct stat before, after;

	(void)state;
	assert_int_equal(fstat(STDOUT_FILENO, &before), 0);
	open_all();
	assert_int_equal(fstat(STDOUT_FILENO, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_false(output_files_any(&files));
	assert_int_equal(files.keeper.pid, 0);
}

static void files_are_made_with_their_parents_and_truncated(void **state)
{
	struct stat st;

	(void)state;
	umask(0022);
	request.out_file = out_path;
	request.err_file = err_path;
	assert_int_equal(file_replace(err_path, "old", 3, 0600), 0);
	open_all();
	assert_true(output_files_any(&files));
	say(STDOUT_FILENO, "events");
	say(STDERR_FILENO, "log");
	expect_content(out_path, "events");
	expect_content(err_path, "log");
	assert_int_equal(stat(out_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	*strrchr(out_path, '/') = '\0';
	assert_int_equal(stat(out_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
}

static void renamed_files_are_made_anew_and_nothing_is_truncated(void **state)
{
	char old_out[140], old_err[140];
	bool is_new = false;

	(void)state;
	request.out_file = out_path;
	request.err_file = err_path;
	open_all();
	say(STDOUT_FILENO, "one ");
	rename_away(out_path, old_out);
	rename_away(err_path, old_err);
	say(STDOUT_FILENO, "two ");
	assert_int_equal(output_files_reopen(&files, &is_new, &err), 0);
	assert_true(is_new);
	say(STDOUT_FILENO, "three ");
	say(STDERR_FILENO, "log");
	assert_int_equal(output_files_reopen(&files, &is_new, &err), 0);
	assert_false(is_new);
	say(STDOUT_FILENO, "four");
	expect_content(old_out, "one two ");
	expect_content(old_err, "");
	expect_content(out_path, "three four");
	expect_content(err_path, "log");
}

static void a_file_that_cannot_be_opened_again_leaves_the_one_of_before(void **state)
{
	char old_out[140], old_err[140];
	bool is_new = true;

	(void)state;
	request.out_file = out_path;
	request.err_file = err_path;
	open_all();
	rename_away(out_path, old_out);
	rename_away(err_path, old_err);
	assert_int_equal(mkfifo(out_path, 0600), 0);
	assert_int_equal(output_files_reopen(&files, &is_new, &err), -ENXIO);
	assert_non_null(strstr(err.text, "out-file '"));
	assert_non_null(strstr(err.text, "the file of before stays in use"));
	assert_false(is_new);
	unlink(out_path);
	assert_int_equal(symlink("/dev/null", out_path), 0);
	assert_int_equal(output_files_reopen(&files, &is_new, &err), -EINVAL);
	assert_non_null(strstr(err.text, "is not a regular file"));
	say(STDOUT_FILENO, "events");
	say(STDERR_FILENO, "log");
	expect_content(old_out, "events");
	expect_content(err_path, "log");
}

static void without_its_keeper_a_file_is_not_opened_again(void **state)
{
	bool is_new;

	(void)state;
	request.out_file = out_path;
	open_all();
	assert_int_equal(kill(files.keeper.pid, SIGKILL), 0);
	assert_int_equal(output_files_reopen(&files, &is_new, &err), -EPIPE);
	say(STDOUT_FILENO, "events");
	expect_content(out_path, "events");
	assert_int_equal(output_files_reopen(&files, &is_new, &err), -EPIPE);
}

static void devices_are_opened_and_stay(void **state)
{
	bool is_new = true;

	(void)state;
	request.out_file = "/dev/null";
	open_all();
	assert_true(output_files_any(&files));
	assert_int_equal(files.keeper.pid, 0);
	assert_int_equal(output_files_reopen(&files, &is_new, &err), 0);
	assert_false(is_new);
}

static void *read_pipe(void *path)
{
	static char bytes[16];
	int fd;

	usleep(200000);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	memset(bytes, 0, sizeof(bytes));
	if (fd < 0 || read(fd, bytes, sizeof(bytes) - 1) < 0)
		return NULL;
	close(fd);
	return bytes;
}

static void a_pipe_is_waited_for_with_a_word(void **state)
{
	void *read_bytes = NULL;
	pthread_t reader;
	char log[256];

	(void)state;
	request.out_file = err_path; /* any path */
	assert_int_equal(mkfifo(err_path, 0600), 0);
	snprintf(out_path, sizeof(out_path), "%s/log", place);
	assert_int_equal(dup2(open(out_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(pthread_create(&reader, NULL, read_pipe, err_path), 0);
	open_all();
	say(STDOUT_FILENO, "event");
	pthread_join(reader, &read_bytes);
	restore();
	assert_non_null(read_bytes);
	assert_string_equal(read_bytes, "event");
	assert_int_equal(files.keeper.pid, 0);
	snprintf(log, sizeof(log),
		 "tracee-runtime: warning: '%s/err' is a named pipe that nobody reads: waiting for a reader\n",
		 place);
	expect_content(out_path, log);
}

static void expect_refused(const char *path, int code, const char *sentence)
{
	request.out_file = path;
	assert_int_equal(output_files_open(&request, &files, &err), code);
	if (!strstr(err.text, sentence))
		fail_msg("'%s': expected '%s' in: %s", path, sentence, err.text);
}

static void what_is_no_file_is_refused_with_its_path(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char path[128], sentence[256];
	char *name;

	(void)state;
	expect_refused(place, -EISDIR, "out-file '/tmp/files.");
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", err_path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	expect_refused(err_path, -ENXIO, "it is a socket or a device without a driver");
	close(fd);
	snprintf(path, sizeof(path), "%s/under", err_path);
	snprintf(sentence, sizeof(sentence), "out-file '%s': ", path);
	expect_refused(path, -ENOTDIR, sentence);
	name = calloc(1, 5000);
	assert_non_null(name);
	memset(name, 'a', 4999);
	expect_refused(name, -ENAMETOOLONG, "has 4999 bytes");
	free(name);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_asked_for_leaves_the_standard_descriptors),
		TEST(files_are_made_with_their_parents_and_truncated),
		TEST(renamed_files_are_made_anew_and_nothing_is_truncated),
		TEST(a_file_that_cannot_be_opened_again_leaves_the_one_of_before),
		TEST(without_its_keeper_a_file_is_not_opened_again),
		TEST(devices_are_opened_and_stay),
		TEST(a_pipe_is_waited_for_with_a_word),
		TEST(what_is_no_file_is_refused_with_its_path),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
