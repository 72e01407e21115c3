// SPDX-License-Identifier: Apache-2.0
/* dup, dup2 and dup3. */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#define OLD STDERR_FILENO
#define FREE 71 /* descriptors that nobody has open */
#define CLOSED 98

static void dup_told(int old)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_dup, old));

	truth_event("dup", SYS_dup, &call, truth_args("int oldfd", json_integer(old), NULL));
	if (call.ret >= 0)
		close(call.ret);
}

#ifdef SYS_dup2
static void dup2_told(int old, int new)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_dup2, old, new));

	truth_event("dup2", SYS_dup2, &call,
		    truth_args("int oldfd", json_integer(old), "int newfd", json_integer(new), NULL));
	if (call.ret >= 0)
		close(call.ret);
}
#endif

static void dup3_told(int old, int new, int flags, const char *flags_text)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_dup3, old, new, flags));

	truth_event("dup3", SYS_dup3, &call,
		    truth_args("int oldfd", json_integer(old), "int newfd", json_integer(new), "int flags",
			       json_string(flags_text), NULL));
	if (call.ret >= 0)
		close(call.ret);
}

static void descriptors_run(const struct scenario_options *options)
{
	(void)options;
	dup_told(OLD);
	dup_told(CLOSED);
	dup_told(-1);
#ifdef SYS_dup2
	dup2_told(OLD, FREE);
	dup2_told(CLOSED, FREE + 1);
#endif
	dup3_told(OLD, FREE + 2, O_CLOEXEC, "O_CLOEXEC");
	dup3_told(OLD, OLD, 0, "0");
}

const struct family family_descriptors = { .name = "descriptors", .run = descriptors_run };
