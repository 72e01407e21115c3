// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/output/stream.h"

static struct tracee_error err;

static void fill(struct stream *stream, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_add_char(&stream->text, (char)('a' + i % 26));
}

static void all_bytes_arrive_in_order(void **state)
{
	char path[] = "/tmp/stream.XXXXXX", back[70000];
	int fd = mkstemp(path);
	struct stream stream;

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	stream_init(&stream, fd, NULL, -1);
	fill(&stream, sizeof(back));
	assert_int_equal(stream_flush_if_full(&stream, &err), 0);
	assert_int_equal(stream.text.size_bytes, 0);
	assert_int_equal(pread(fd, back, sizeof(back), 0), sizeof(back));
	for (size_t i = 0; i < sizeof(back); i++)
		assert_int_equal(back[i], 'a' + i % 26);
	fill(&stream, 10);
	assert_int_equal(stream_flush_if_full(&stream, &err), 0);
	assert_int_equal(stream.text.size_bytes, 10);
	assert_int_equal(stream_flush(&stream, &err), 0);
	stream_done(&stream);
	close(fd);
}

static void a_closed_pipe_is_told(void **state)
{
	struct stream stream;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	stream_init(&stream, ends[1], NULL, -1);
	fill(&stream, 100);
	assert_int_equal(stream_flush(&stream, &err), -EPIPE);
	assert_string_equal(err.text, "stdout: its reader closed it with 100 bytes unwritten");
	stream_done(&stream);
	close(ends[1]);
}

static void a_full_device_is_told(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct stream stream;

	(void)state;
	assert_true(fd >= 0);
	stream_init(&stream, fd, NULL, -1);
	fill(&stream, 100);
	assert_int_equal(stream_flush(&stream, &err), -ENOSPC);
	assert_non_null(strstr(err.text, "No space left"));
	stream_done(&stream);
	close(fd);
}

static void a_stuck_reader_does_not_keep_us_from_stopping(void **state)
{
	int ends[2], stop = eventfd(1, EFD_CLOEXEC);
	struct stream stream;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	stream_init(&stream, ends[1], NULL, stop);
	fill(&stream, 200000); /* more than a pipe holds */
	assert_int_equal(stream_flush(&stream, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.text, "its reader takes nothing"));
	stream_done(&stream);
	close(ends[0]);
	close(ends[1]);
	close(stop);
}

static void an_event_that_did_not_fit_is_an_error_and_not_a_gap(void **state)
{
	struct stream stream;

	(void)state;
	stream_init(&stream, STDOUT_FILENO, NULL, -1);
	stream.text.failed = -ENOMEM;
	assert_int_equal(stream_flush_if_full(&stream, &err), -ENOMEM);
	stream_done(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_bytes_arrive_in_order),
		cmocka_unit_test(a_closed_pipe_is_told),
		cmocka_unit_test(a_full_device_is_told),
		cmocka_unit_test(a_stuck_reader_does_not_keep_us_from_stopping),
		cmocka_unit_test(an_event_that_did_not_fit_is_an_error_and_not_a_gap),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
