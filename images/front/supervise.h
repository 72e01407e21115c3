/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_SUPERVISE_H
#define FRONT_SUPERVISE_H

/*
 * Running the runtime, and beside it maybe a second program that reads its findings.
 *
 * The runtime is never started again: what it ends with is what we end with. The second one is, whenever it ends, after
 * a pause that doubles from 1 s to 60 s. Signals go to the runtime. Where they may not (it became another user, and we
 * lack CAP_KILL), the pipe that is its lifeline is closed instead; which the kernel does too when we are killed. When the
 * runtime is gone, the second one finds the end of its input, and has a second to finish.
 */
#include <tracee/tracee.h>

/* The second program; argv ended by NULL, argv[0] its path, all borrowed. Its stdin are findings, a JSON object a line. */
struct second {
	const char *const *argv;
	const char *config; /* TRACEE_WEBHOOK_CONFIG; it is open as descriptor 3, too */
};

/*
 * @words are those of the runtime's command line, argv[0] first and ended by NULL; @second may be NULL. signals_hold() has been
 * called. Returns our exit status; what is to be told of it has been.
 */
int supervise_runtime(const char *const *words, const struct second *second);

/* Any other program, to its end: signals are passed on. The same. */
int supervise_program(const char *const *argv);

#endif
