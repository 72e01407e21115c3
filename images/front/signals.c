// SPDX-License-Identifier: Apache-2.0
#include "images/front/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <time.h>

/* Those that are passed on, and what a child's end sends. */
static const int held[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGCHLD };
#define N_HELD (sizeof(held) / sizeof(held[0]))

static sigset_t set;

void signals_hold(void)
{
	sigemptyset(&set);
	for (size_t i = 0; i < N_HELD; i++) {
		struct sigaction action;

		if (held[i] == SIGCHLD)
			signal(SIGCHLD, SIG_DFL); /* ignored, children would be reaped without a word */
		if (sigaction(held[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&set, held[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int signals_wait(int timeout_ms)
{
	struct timespec timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000000l };
	int signal = timeout_ms < 0 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &timeout);

	return signal > 0 ? signal : 0;
}

bool signals_is_stop(int signal)
{
	return signal == SIGTERM || signal == SIGINT;
}
