// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/runtime/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "runtime/output/tap.h"
#include "tests/unit/runtime/output/judge.h"

static struct record record;
static struct tracee_event event;
static struct output_form form = { .arch = TRACEE_ARCH_X86_64 };
static struct finding finding;
static struct tracee_error err;

static void make_finding(void)
{
	record_begin(&record, "ptrace");
	record_decode(&record, &event);
	finding = (struct finding){ .signature = signatures[1], .event = &event, .severity = 3, .count = 1 };
}

/* All that lies in the pipe; it must be whole lines, each an object. Returns how many. */
static size_t take_lines(int fd, struct text *text)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		text_add_bytes(text, bytes, (size_t)n);
	return judge_n_lines(text_string(text), text->size_bytes);
}

static size_t n_good_lines(const struct text *text)
{
	const char *line = text_string(text), *end;
	size_t n = 0;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		assert_null(judge_json(line, (size_t)(end - line)));
		n++;
	}
	assert_int_equal(*line, '\0');
	return n;
}

/* A tap of a pipe whose reader does not wait, and @n findings in it. */
static void fill(struct tap *tap, int ends[2], size_t n)
{
	make_finding();
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	assert_int_equal(tap_open(ends[1], tap, &err), 0);
	for (size_t i = 0; i < n; i++)
		tap_finding(tap, &finding, &form);
}

static void empty(struct tap *tap, int ends[2], struct text *text)
{
	text_done(text);
	tap_done(tap);
	close(ends[0]);
	close(ends[1]);
}

static void every_finding_is_a_line(void **state)
{
	struct text text;
	struct tap tap;
	int ends[2];

	(void)state;
	fill(&tap, ends, 10);
	text_init(&text, 1 << 20);
	assert_int_equal(take_lines(ends[0], &text), 10);
	assert_int_equal(n_good_lines(&text), 10);
	assert_int_equal(tap.n_dropped, 0);
	empty(&tap, ends, &text);
}

/* Nothing is read: what is kept is limited, what is dropped is counted, and what arrives later is whole. */
static void a_reader_that_does_not_read_costs_whole_findings(void **state)
{
	const size_t n = 5000;
	struct text text;
	struct tap tap;
	int ends[2];

	(void)state;
	fill(&tap, ends, n);
	assert_true(tap.n_dropped > 0);
	assert_true(tap.n_dropped < n);
	text_init(&text, 64 << 20);
	for (int i = 0; i < 1000 && tap.pending.size_bytes; i++) {
		take_lines(ends[0], &text);
		tap_flush(&tap);
	}
	take_lines(ends[0], &text);
	assert_int_equal(tap.pending.size_bytes, 0);
	assert_int_equal(n_good_lines(&text) + tap.n_dropped, n);
	empty(&tap, ends, &text);
}

static void what_is_left_at_the_end_is_counted(void **state)
{
	const size_t n = 1000;
	struct text text;
	struct tap tap;
	int ends[2];

	(void)state;
	fill(&tap, ends, n);
	assert_int_equal(tap.n_dropped, 0);
	tap_drain(&tap);
	text_init(&text, 64 << 20);
	take_lines(ends[0], &text);
	/* The last line that the pipe took may have been cut, which counts as not handed over. */
	assert_int_equal(judge_n_lines(text_string(&text), text.size_bytes) + tap.n_dropped, n);
	assert_true(tap.n_dropped > 0);
	empty(&tap, ends, &text);
}

static void a_reader_that_is_gone_is_no_failure(void **state)
{
	struct tap tap;
	int ends[2];

	(void)state;
	fill(&tap, ends, 0);
	close(ends[0]);
	tap_finding(&tap, &finding, &form);
	tap_drain(&tap);
	assert_int_equal(tap.n_dropped, 1);
	tap_done(&tap);
	close(ends[1]);
}

static void nobody_has_to_ask(void **state)
{
	struct tap tap;

	(void)state;
	make_finding();
	assert_int_equal(tap_open(-1, &tap, &err), 0);
	tap_finding(&tap, &finding, &form);
	tap_flush(&tap);
	tap_drain(&tap);
	assert_int_equal(tap.n_dropped, 0);
	tap_done(&tap);
}

static void a_wrong_descriptor_is_refused(void **state)
{
	struct tap tap;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(tap_open(fd, &tap, &err), -EINVAL);
	assert_non_null(strstr(err.text, "is not open for writing"));
	close(fd);
	assert_int_equal(tap_open(fd, &tap, &err), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_is_a_line),
		cmocka_unit_test(a_reader_that_does_not_read_costs_whole_findings),
		cmocka_unit_test(what_is_left_at_the_end_is_counted),
		cmocka_unit_test(a_reader_that_is_gone_is_no_failure),
		cmocka_unit_test(nobody_has_to_ask),
		cmocka_unit_test(a_wrong_descriptor_is_refused),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
