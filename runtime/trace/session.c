// SPDX-License-Identifier: Apache-2.0
#include "runtime/trace/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/fold.h"
#include "runtime/filter/judge.h"
#include "runtime/log.h"
#include "runtime/output/printer.h"
#include "runtime/output/stream.h"
#include "runtime/output/tap.h"
#include "runtime/privileges.h"
#include "runtime/trace/counters.h"
#include "runtime/trace/reader.h"
#include "runtime/trace/signals.h"
#include "runtime/trace/statistics.h"

#define DRAIN_EVERY_MS 20
#define CHECK_LOSS_EVERY_MS 1000
#define SETTLE_STEP_MS 10
#define SETTLE_STEPS 200
#define PERF_WAKE_PART 8 /* tier base: woken when the buffer of a CPU is full to one part in so many */
#define HIDDEN_MAX 4
#define ACCOUNT_MAX (256u << 10)

/* What woke the loop, as epoll's user data. */
enum wake { WAKE_SIGNAL, WAKE_REOPEN, WAKE_ACCOUNT, WAKE_TIMER, WAKE_FINDINGS, WAKE_TELEMETRY, N_WAKES };

struct session {
	struct tracer *tracer;
	const struct plan *plan;
	const struct options *options;
	struct printer *printer;
	struct output_files *files;
	enum tracee_arch arch;
	struct judge *judge;
	struct fold *fold;
	const struct exceptions *exceptions;
	struct reader *telemetry, *findings;
	struct counters counters;
	struct statistics statistics;
	struct stream stream;
	struct tap *tap;
	struct signals signals;
	int epoll_fd, timer_fd;
	pid_t hidden_pids[HIDDEN_MAX];
	size_t n_hidden;
	uint64_t next_check_ms, next_account_ms;
	uint64_t start_ns; /* CLOCK_MONOTONIC */
	uint64_t dropped_told; /* what the last warning told of */
	bool has_told_unreadable;
	struct tracee_error *err; /* of the call of session_run() that runs */
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

/* ---- records -------------------------------------------------------------------------------- */

/* 1 if there is an event, 0 if the record makes no sense and was counted. */
static int decode(struct session *session, const void *record, size_t size_bytes, struct tracee_event *event)
{
	struct tracee_error reason = {};

	if (tracee_event_decode(record, size_bytes, session->arch, event, &reason) == 0) {
		session->statistics.delivered[event->slot]++;
		return 1;
	}
	session->statistics.unreadable++;
	if (!session->has_told_unreadable)
		log_warning("a record makes no sense: %s (told once)", reason.text);
	session->has_told_unreadable = true;
	return 0;
}

/* What stands in front of the events of a file. */
static void begin_output(struct session *session)
{
	if (session->plan->has_events)
		printer_begin(session->printer, &session->stream.text);
}

static int write_event(struct session *session, const struct tracee_event *event)
{
	printer_event(session->printer, &session->stream.text, event);
	return stream_flush_if_full(&session->stream, session->err);
}

static bool is_hidden(struct session *session, const struct tracee_event *event)
{
	for (size_t i = 0; i < session->n_hidden; i++) {
		if (event->pid == (uint32_t)session->hidden_pids[i] &&
		    event->pid_ns == session->tracer->self_pid_ns) {
			session->statistics.own++;
			return true;
		}
	}
	return false;
}

/* What does not match is delivered, but not written. Every event comes by here: see judge_event(). */
static int judge_and_write(struct session *session, const struct tracee_event *event)
{
	int slot = tracee_event_slot(event->def, session->arch);

	if (judge_event(session->judge, event, session->options->selection.traced[slot]))
		return write_event(session, event);
	session->statistics.filtered[event->slot]++;
	return 0;
}

static int take_telemetry(void *context, const void *record, size_t size_bytes)
{
	struct session *session = context;
	struct tracee_event event;

	if (!decode(session, record, size_bytes, &event) || is_hidden(session, &event))
		return 0;
	return judge_and_write(session, &event);
}

static void write_finding(void *context, struct finding *finding)
{
	struct session *session = context;

	if (exceptions_match(session->exceptions, finding)) {
		session->statistics.excepted++;
		return;
	}
	if (!fold_finding(session->fold, finding))
		return;
	session->statistics.findings++;
	printer_finding(session->printer, &session->stream.text, finding);
	tap_finding(session->tap, finding, &session->printer->form);
}

/* By --trace, and not only by a rule. */
static bool is_asked_for(const struct session *session, const struct tracee_event *event)
{
	const struct selection *selection = &session->options->selection;
	int slot = tracee_event_slot(event->def, session->arch);

	return selection->traced[slot] || selection->needed[slot];
}

/* A record comes in one buffer only: an event that is traced too is written from here. */
static int take_finding(void *context, const void *record, size_t size_bytes)
{
	struct session *session = context;
	struct tracee_event event;
	int r = 0;

	if (!decode(session, record, size_bytes, &event))
		return 0;
	if (is_asked_for(session, &event))
		r = judge_and_write(session, &event);
	engine_event(session->plan->rules, &event, write_finding, session);
	return r < 0 ? r : stream_flush_if_full(&session->stream, session->err);
}

/* ---- opening -------------------------------------------------------------------------------- */

static int open_readers(struct session *session, struct tracee_error *err)
{
	struct tracer *tracer = session->tracer;
	int r;

	r = reader_new(tracer->tier, tracer->findings_fd, tracer->findings_size_bytes, 0, take_finding, session,
		       &session->findings, err);
	if (r == 0)
		r = reader_new(tracer->tier, tracer->telemetry_fd, tracer->telemetry_size_bytes,
			       tracer->telemetry_size_bytes / PERF_WAKE_PART, take_telemetry, session,
			       &session->telemetry, err);
	return r;
}

/* Without events to fetch the timer is there for the losses only. */
static int open_timer(struct session *session, struct tracee_error *err)
{
	long period_ms = session->plan->has_events ? DRAIN_EVERY_MS : CHECK_LOSS_EVERY_MS;
	struct timespec period = { period_ms / 1000, period_ms % 1000 * 1000000 };
	struct itimerspec timer = { period, period };

	session->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (session->timer_fd < 0 || timerfd_settime(session->timer_fd, 0, &timer, NULL) < 0)
		return error_errno(err, -errno, "timer");
	return 0;
}

/*
 * Buffers are watched for edges: polled for a level, a ring is readable as soon as one record lies in
 * it, and the loop would be woken for each.
 */
static int open_epoll(struct session *session, struct tracee_error *err)
{
	const struct {
		int fd;
		uint32_t events;
	} watched[N_WAKES] = {
		[WAKE_SIGNAL] = { session->signals.stop_fd, EPOLLIN },
		[WAKE_REOPEN] = { session->signals.reopen_fd, EPOLLIN },
		[WAKE_ACCOUNT] = { session->signals.account_fd, EPOLLIN },
		[WAKE_TIMER] = { session->timer_fd, EPOLLIN },
		[WAKE_FINDINGS] = { reader_fd(session->findings), EPOLLIN | EPOLLET },
		[WAKE_TELEMETRY] = { reader_fd(session->telemetry), EPOLLIN | EPOLLET },
	};

	session->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (session->epoll_fd < 0)
		return error_errno(err, -errno, "epoll");
	for (unsigned int i = 0; i < N_WAKES; i++) {
		struct epoll_event event = { .events = watched[i].events, .data.u32 = i };

		if (watched[i].fd >= 0 && epoll_ctl(session->epoll_fd, EPOLL_CTL_ADD, watched[i].fd, &event) < 0)
			return error_errno(err, -errno, "epoll");
	}
	return 0;
}

DEFINE_CLEANUP(struct session *, session_free)

int session_new(struct tracer *tracer, const struct plan *plan, const struct options *options,
		struct printer *printer, struct output_files *files, struct tap *tap, const struct exceptions *exceptions,
		struct session **ret_session, struct tracee_error *err)
{
	CLEANUP(session_free_at) struct session *session = calloc(1, sizeof(*session));
	int r;

	if (!session)
		return error_errno(err, -ENOMEM, "session");
	session->tracer = tracer;
	session->plan = plan;
	session->options = options;
	session->printer = printer;
	session->arch = options->selection.arch;
	session->files = files;
	session->exceptions = exceptions;
	session->tap = tap;
	session->epoll_fd = session->timer_fd = session->signals.stop_fd = session->signals.reopen_fd =
		session->signals.account_fd = -1;
	r = judge_new(&options->filter, &session->judge, err);
	if (r == 0)
		r = fold_new(&session->fold, err);
	if (r == 0)
		r = counters_open(&session->counters, tracer, err);
	if (r == 0)
		r = open_readers(session, err);
	if (r == 0)
		r = open_timer(session, err);
	if (r == 0)
		r = signals_open(output_files_any(files), &session->signals, err);
	if (r == 0)
		r = open_epoll(session, err);
	if (r < 0)
		return r;
	stream_init(&session->stream, STDOUT_FILENO, files->files[OUT_FILE].path, session->signals.stop_fd);
	*ret_session = TAKE(session);
	return 0;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	judge_free(session->judge);
	fold_free(session->fold);
	reader_free(session->telemetry);
	reader_free(session->findings);
	counters_close(&session->counters);
	stream_done(&session->stream);
	close_at(&session->epoll_fd);
	signals_close(&session->signals);
	close_at(&session->timer_fd);
	free(session);
}

void session_hide(struct session *session, pid_t pid)
{
	if (pid && session->n_hidden < HIDDEN_MAX)
		session->hidden_pids[session->n_hidden++] = pid;
}

int session_attached(struct session *session, struct tracee_error *err)
{
	return judge_attached(session->judge, err);
}

int session_directory(const struct session *session)
{
	return judge_directory(session->judge);
}

bool session_needs_privilege(const struct session *session)
{
	return !session->counters.mapped;
}

/* ---- losses --------------------------------------------------------------------------------- */

static int read_total(struct session *session, struct statistics_total *ret_total)
{
	int r;

	if (session_needs_privilege(session))
		privileges_raise();
	r = statistics_total(&session->statistics, &session->counters, session->plan, ret_total);
	if (session_needs_privilege(session))
		privileges_lower();
	return r;
}

static void write_account(struct session *session)
{
	struct text text;

	text_init(&text, ACCOUNT_MAX);
	if (session_needs_privilege(session))
		privileges_raise();
	session->statistics.folded = fold_n_folded(session->fold);
	session->statistics.untapped = session->tap->n_dropped;
	session->statistics.missed = tracer_missed(session->tracer);
	session->statistics.uptime_ns = clock_ns(CLOCK_MONOTONIC) - session->start_ns;
	session->statistics.cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (statistics_write(&text, session->printer->def->is_json ? FORMAT_JSON : FORMAT_TABLE,
			     &session->statistics, &session->counters, session->plan, session->arch) < 0)
		log_warning("the counters cannot be read: there is no account of what was lost");
	else
		log_lines(text_string(&text));
	if (session_needs_privilege(session))
		privileges_lower();
	text_done(&text);
}

static void warn_of_losses(struct session *session)
{
	struct statistics_total total;

	if (read_total(session, &total) < 0 || total.dropped == session->dropped_told)
		return;
	log_warning("lost %" PRIu64 " events (%" PRIu64 " of %" PRIu64
		    " in all): they come faster than they are written; "
		    "select fewer or use a larger --buffer-size",
		    total.dropped - session->dropped_told, total.dropped, total.generated);
	session->dropped_told = total.dropped;
}

static void on_timer(struct session *session)
{
	uint64_t expirations, now = now_ms();

	tap_flush(session->tap);
	if (read(session->timer_fd, &expirations, sizeof(expirations)) < 0 || now < session->next_check_ms)
		return;
	session->next_check_ms = now + CHECK_LOSS_EVERY_MS;
	if (session->options->account_every_ms && now >= session->next_account_ms) {
		session->next_account_ms = now + session->options->account_every_ms;
		write_account(session);
	}
	form_follow_clock(&session->printer->form);
	warn_of_losses(session);
}

/* ---- the loop ------------------------------------------------------------------------------- */

/* Waits unless there is more to do at once. Returns a mask of wakes, or -errno. */
static int wait_for_wakes(struct session *session, bool is_busy)
{
	struct epoll_event events[N_WAKES];
	int n, mask = 0;

	n = epoll_wait(session->epoll_fd, events, N_WAKES, is_busy ? 0 : -1);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++)
		mask |= 1 << events[i].data.u32;
	return mask;
}

/* The output has said what is wrong with it; libbpf has not. */
static int explain(struct session *session, int r)
{
	if (!session->err->text[0])
		error_errno(session->err, r, "buffers of the program");
	return r;
}

/* One batch of each buffer. 1 if there is more, 0 if not, or -errno with the sentence. */
static int drain(struct session *session)
{
	int findings = reader_drain(session->findings), telemetry;

	if (findings < 0)
		return explain(session, findings);
	telemetry = reader_drain(session->telemetry);
	if (telemetry < 0)
		return explain(session, telemetry);
	return findings || telemetry;
}

static int drain_and_flush(struct session *session)
{
	int more = drain(session);
	int r = more < 0 ? more : stream_flush(&session->stream, session->err);

	return r < 0 ? r : more;
}

/* All that came before is in the old file; what comes now goes into the new one. */
static void reopen_output(struct session *session)
{
	struct tracee_error err = {};
	bool is_new = false;

	if (!signals_take_reopen(&session->signals))
		return;
	if (output_files_reopen(session->files, &is_new, &err) < 0)
		log_warning("%s", err.text);
	if (is_new)
		begin_output(session);
}

static int loop(struct session *session)
{
	int more = 0;

	for (;;) {
		int wakes = wait_for_wakes(session, more > 0);

		if (wakes < 0)
			return error_errno(session->err, wakes, "waiting for events");
		more = drain_and_flush(session);
		if (more < 0)
			return more;
		if (wakes & 1 << WAKE_TIMER)
			on_timer(session);
		if (wakes & 1 << WAKE_REOPEN)
			reopen_output(session);
		if ((wakes & 1 << WAKE_ACCOUNT) && signals_take_account(&session->signals))
			write_account(session);
		if (wakes & 1 << WAKE_SIGNAL)
			return 0;
	}
}

static void pause_ms(long ms)
{
	struct timespec pause = { 0, ms * 1000000 };

	nanosleep(&pause, NULL);
}

/*
 * After the programs are detached: takes what is left. A program that was running on another CPU then
 * may still add a record, so the account must be even twice in a row.
 */
static int settle(struct session *session)
{
	struct statistics_total total;
	int n_even = 0, r;

	for (int i = 0; i < SETTLE_STEPS && n_even < 2; i++) {
		do {
			r = drain_and_flush(session);
		} while (r > 0);
		if (r < 0)
			return r;
		if (read_total(session, &total) < 0)
			break;
		n_even = total.delivered + session->statistics.unreadable == total.submitted ? n_even + 1 : 0;
		pause_ms(SETTLE_STEP_MS);
	}
	return 0;
}

static int run(struct session *session)
{
	int r;

	begin_output(session);
	r = stream_flush(&session->stream, session->err);
	if (r == 0)
		r = loop(session);
	return r;
}

int session_run(struct session *session, struct tracee_error *err)
{
	int r;

	err->text[0] = '\0';
	session->err = err;
	session->start_ns = clock_ns(CLOCK_MONOTONIC);
	session->next_account_ms = now_ms() + session->options->account_every_ms;
	r = run(session);
	tracer_detach(session->tracer);
	if (r == 0) {
		signals_take_first(&session->signals);
		session->stream.stop_fd = -1;
		r = settle(session);
	}
	tap_drain(session->tap);
	session->statistics.is_final = true;
	judge_tell(session->judge);
	write_account(session);
	return r;
}
