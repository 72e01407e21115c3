// SPDX-License-Identifier: Apache-2.0
#include "runtime/trace/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "runtime/status.h"

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* nohup(1) asks to live on. */
static bool is_unwanted(int signal)
{
	struct sigaction action;

	return signal == SIGHUP && sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void stop_set(bool hangup_reopens, sigset_t *ret_set)
{
	sigemptyset(ret_set);
	for (size_t i = 0; i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++) {
		if (!is_unwanted(stop_signals[i]) && !(hangup_reopens && stop_signals[i] == SIGHUP))
			sigaddset(ret_set, stop_signals[i]);
	}
}

static void end_at_once(int signal)
{
	(void)signal;
	_exit(STATUS_FAILED);
}

/* @set becomes a descriptor and interrupts nothing any more. */
static int hold(const sigset_t *set, int *ret_fd, struct tracee_error *err)
{
	int fd;

	if (sigprocmask(SIG_BLOCK, set, NULL) < 0)
		return error_errno(err, -errno, "signals");
	fd = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return error_errno(err, -errno, "signals");
	*ret_fd = fd;
	return 0;
}

static int hold_one(int number, int *ret_fd, struct tracee_error *err)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, number);
	r = hold(&set, ret_fd, err);
	/* One that is ignored never arrives. */
	if (r == 0)
		signal(number, SIG_DFL);
	return r;
}

static int hold_stops(bool hangup_reopens, int *ret_fd, struct tracee_error *err)
{
	struct sigaction action = { .sa_handler = end_at_once };
	sigset_t set;
	int r;

	stop_set(hangup_reopens, &set);
	r = hold(&set, ret_fd, err);
	/* Takes effect when they are let through again. */
	for (size_t i = 0; r == 0 && i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++) {
		if (sigismember(&set, stop_signals[i]))
			sigaction(stop_signals[i], &action, NULL);
	}
	return r;
}

int signals_open(bool hangup_reopens, struct signals *ret_signals, struct tracee_error *err)
{
	struct signals signals = { -1, -1, -1 };
	int r = 0;

	signal(SIGPIPE, SIG_IGN);
	if (hangup_reopens)
		r = hold_one(SIGHUP, &signals.reopen_fd, err);
	if (r == 0)
		r = hold_one(SIGUSR1, &signals.account_fd, err);
	if (r == 0)
		r = hold_stops(hangup_reopens, &signals.stop_fd, err);
	if (r == 0)
		*ret_signals = signals;
	else
		signals_close(&signals);
	return r;
}

void signals_close(struct signals *signals)
{
	close_at(&signals->stop_fd);
	close_at(&signals->reopen_fd);
	close_at(&signals->account_fd);
	*signals = (struct signals){ -1, -1, -1 };
}

void signals_take_first(const struct signals *signals)
{
	struct signalfd_siginfo info;
	sigset_t set;

	if (read(signals->stop_fd, &info, sizeof(info)) < 0)
		return;
	stop_set(signals->reopen_fd >= 0, &set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static bool take(int fd)
{
	struct signalfd_siginfo info;

	return fd >= 0 && read(fd, &info, sizeof(info)) == sizeof(info);
}

bool signals_take_reopen(const struct signals *signals)
{
	return take(signals->reopen_fd);
}

bool signals_take_account(const struct signals *signals)
{
	return take(signals->account_fd);
}
