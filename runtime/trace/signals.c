// SPDX-License-Identifier: Apache-2.0
#include "runtime/trace/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "libtracee/base/error.h"
#include "runtime/status.h"

static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* nohup(1) asks to live on. */
static bool is_unwanted(int signal)
{
	struct sigaction action;

	return signal == SIGHUP && sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void stop_set(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	for (size_t i = 0; i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++) {
		if (!is_unwanted(stop_signals[i]))
			sigaddset(ret_set, stop_signals[i]);
	}
}

static void end_at_once(int signal)
{
	(void)signal;
	_exit(STATUS_FAILED);
}

int signals_open(int *ret_fd, struct tracee_error *err)
{
	struct sigaction action = { .sa_handler = end_at_once };
	sigset_t set;
	int fd;

	stop_set(&set);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return error_errno(err, -errno, "signals");
	/* Takes effect when they are let through again. */
	for (size_t i = 0; i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++) {
		if (sigismember(&set, stop_signals[i]))
			sigaction(stop_signals[i], &action, NULL);
	}
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return error_errno(err, -errno, "signals");
	*ret_fd = fd;
	return 0;
}

void signals_take_first(int fd)
{
	struct signalfd_siginfo info;
	sigset_t set;

	if (read(fd, &info, sizeof(info)) < 0)
		return;
	stop_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
