// SPDX-License-Identifier: Apache-2.0
#include "images/front/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "images/front/clock.h"
#include "images/front/program.h"
#include "images/front/say.h"
#include "images/front/signals.h"
#include "images/front/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define PIPE_SIZE_BYTES (1 << 20) /* sysctl fs.pipe-max-size, as it is by default */
#define PAUSE_FIRST_MS 1000
#define PAUSE_MAX_MS 60000
#define FINISH_MS 1000 /* after the end of its input; a container is killed after 10 s, and should not need them */
#define TERMINATE_MS 500 /* after SIGTERM */
#define SETTLE_MS 300 /* a runtime that has no object ends at once, and nobody needs the second program then */
#define NEVER_MS INT64_MAX

struct supervised {
	pid_t pid; /* of the runtime; 0: it has ended */
	int lifeline; /* writing end; -1: closed, or none */
	int status; /* what waitpid() told of it */
	const char *name;

	const struct second *second; /* NULL: none */
	pid_t second_pid; /* 0: it does not run */
	int findings_read, findings_write; /* the pipe between the two */
	int64_t second_started_ms, second_due_ms; /* CLOCK_MONOTONIC */
	int64_t pause_ms;
};

/* ---- the second program ------------------------------------------------------------------------ */

/* What it ends with matters to nobody but who reads the log. */
static void plan_second(struct supervised *all, int64_t now)
{
	if (now - all->second_started_ms >= PAUSE_MAX_MS)
		all->pause_ms = PAUSE_FIRST_MS;
	all->second_due_ms = now + all->pause_ms;
	say("'%s' is started again in %d s", all->second->argv[0], (int)(all->pause_ms / 1000));
	all->pause_ms = all->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : all->pause_ms * 2;
}

static void start_second(struct supervised *all)
{
	CLEANUP(close_at) int config = open(all->second->config, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct program program = PROGRAM(all->second->argv);
	struct tracee_error err;
	int64_t now = clock_ms();

	all->second_due_ms = NEVER_MS;
	all->second_started_ms = now;
	if (config < 0) {
		say("TRACEE_WEBHOOK_CONFIG '%s': %s", all->second->config, strerror(errno));
		plan_second(all, now);
		return;
	}
	program.input = all->findings_read;
	program.fds = &config;
	program.n_fds = 1;
	program.is_unprivileged = true;
	all->second_pid = program_start(&program, &err);
	if (all->second_pid > 0)
		return;
	all->second_pid = 0;
	say("%s", err.text);
	plan_second(all, now);
}

static void tell_end(const char *name, int status)
{
	if (WIFSIGNALED(status))
		say("'%s' was ended by signal %d (%s)", name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		say("'%s' ended with status %d", name, WEXITSTATUS(status));
}

static void second_ended(struct supervised *all, int status)
{
	all->second_pid = 0;
	if (!all->pid)
		return;
	tell_end(all->second->argv[0], status);
	plan_second(all, clock_ms());
}

/* ---- both -------------------------------------------------------------------------------------- */

/* All that have ended: ours, and orphans. */
static void reap(struct supervised *all)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == all->pid) {
			all->pid = 0;
			all->status = status;
		} else if (pid == all->second_pid) {
			second_ended(all, status);
		}
	}
}

static void pass_on(struct supervised *all, int signal)
{
	if (!all->pid || kill(all->pid, signal) == 0 || errno == ESRCH)
		return;
	if (signals_is_stop(signal) && all->lifeline >= 0) {
		close_at(&all->lifeline);
		all->lifeline = -1;
		return;
	}
	say("%s cannot be passed on to '%s': %s", strsignal(signal), all->name, strerror(errno));
}

static int timeout_ms(const struct supervised *all)
{
	int64_t left;

	if (all->second_due_ms == NEVER_MS)
		return -1;
	left = all->second_due_ms - clock_ms();
	return left < 0 ? 0 : (int)left;
}

static void watch(struct supervised *all)
{
	while (all->pid) {
		int signal = signals_wait(timeout_ms(all));

		if (signal && signal != SIGCHLD)
			pass_on(all, signal);
		/* Whatever woke us: signals of one kind that come together are one. */
		reap(all);
		if (all->second && all->pid && !all->second_pid && clock_ms() >= all->second_due_ms)
			start_second(all);
	}
}

static void await_second(struct supervised *all, int64_t ms)
{
	int64_t end = clock_ms() + ms;

	for (reap(all); all->second_pid && clock_ms() < end; reap(all))
		signals_wait((int)(end - clock_ms()));
}

/* Every other end of its input is closed by now. */
static void finish_second(struct supervised *all)
{
	close_at(&all->findings_write);
	await_second(all, FINISH_MS);
	if (all->second_pid && kill(-all->second_pid, SIGTERM) == 0)
		await_second(all, TERMINATE_MS);
	if (!all->second_pid)
		return;
	say("'%s' did not end, and is killed: findings may be left that it did not deliver", all->second->argv[0]);
	if (kill(-all->second_pid, SIGKILL) < 0)
		say("'%s': %s", all->second->argv[0], strerror(errno));
}

/* The lifeline as descriptor 3, what takes findings as 4. */
static int start_runtime(struct supervised *all, const char *const *words, struct tracee_error *err)
{
	CLEANUP(close_at) int lifeline_read = -1;
	struct program program = PROGRAM(words);
	int ends[2], fds[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, -errno, "pipe");
	lifeline_read = fds[0] = ends[0];
	fds[1] = all->findings_write;
	all->lifeline = ends[1];
	program.fds = fds;
	program.n_fds = all->second ? 2 : 1;
	all->pid = program_start(&program, err);
	return all->pid < 0 ? (int)all->pid : 0;
}

static int open_findings(struct supervised *all, struct tracee_error *err)
{
	int ends[2];

	if (!all->second)
		return 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, -errno, "pipe");
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE_BYTES); /* more is better */
	all->findings_read = ends[0];
	all->findings_write = ends[1];
	return 0;
}

int supervise_runtime(const char *const *words, const struct second *second)
{
	struct supervised all = { .name = words[0], .lifeline = -1, .second = second, .findings_read = -1, .findings_write = -1,
				  .second_due_ms = NEVER_MS, .pause_ms = PAUSE_FIRST_MS };
	struct tracee_error err;
	int r;

	r = open_findings(&all, &err);
	if (r == 0)
		r = start_runtime(&all, words, &err);
	if (r < 0) {
		say("%s", err.text);
		return STATUS_FAILED;
	}
	if (second)
		all.second_due_ms = clock_ms() + SETTLE_MS;
	watch(&all);
	if (WIFSIGNALED(all.status))
		tell_end(all.name, all.status);
	if (second)
		finish_second(&all);
	return program_status(all.status);
}

int supervise_program(const char *const *argv)
{
	struct supervised all = { .name = argv[0], .lifeline = -1, .second_due_ms = NEVER_MS };
	struct program program = PROGRAM(argv);
	struct tracee_error err;

	all.pid = program_start(&program, &err);
	if (all.pid < 0) {
		say("%s", err.text);
		return STATUS_FAILED;
	}
	watch(&all);
	if (WIFSIGNALED(all.status))
		tell_end(all.name, all.status);
	return program_status(all.status);
}
