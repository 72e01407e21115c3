// SPDX-License-Identifier: Apache-2.0
/* switch_task_ns, in children. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* include/uapi/linux/sched.h */
#endif

/* In the order of the event's arguments. */
static const struct {
	const char *declaration, *link;
	int flag;
} kinds[] = {
	{ "u32 new_mnt", "mnt", CLONE_NEWNS },	{ "u32 new_pid", "pid_for_children", CLONE_NEWPID },
	{ "u32 new_uts", "uts", CLONE_NEWUTS }, { "u32 new_ipc", "ipc", CLONE_NEWIPC },
	{ "u32 new_net", "net", CLONE_NEWNET }, { "u32 new_cgroup", "cgroup", CLONE_NEWCGROUP },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A pid namespace that has no process yet has no number in /proc, and neither has the link. */
static uint32_t number_of(const char *link)
{
	char path[64], text[64] = "";

	snprintf(path, sizeof(path), "/proc/self/ns/%s", link);
	if (readlink(path, text, sizeof(text) - 1) < 0)
		return 0;
	return strtoul(strchr(text, '[') + 1, NULL, 10);
}

static json_t *number_shown(size_t i, int flags)
{
	uint32_t number;

	if (!(flags & kinds[i].flag))
		return json_integer(0);
	number = number_of(kinds[i].link);
	return number ? json_integer(number) : truth_between(0xf0000000u, UINT32_MAX);
}

static void switch_tell(const struct truth_identity *before, const char *syscall, int flags, struct truth_span span)
{
	json_t *args = truth_args("pid_t pid", truth_host_number(before->host_tid), NULL);

	for (size_t i = 0; i < N_KINDS; i++)
		json_array_extend(args, truth_args(kinds[i].declaration, number_shown(i, flags), NULL));
	truth_hook(&(struct truth_hook){ .name = "switch_task_ns", .id = 1012, .syscall = syscall, .who = before },
		   span, args);
}

static void unshared(int flags)
{
	struct truth_identity before;
	struct truth_call call;

	truth_identify(&before);
	call = (struct truth_call)TRUTH_CALL(unshare(flags));
	if (call.ret < 0)
		truth_skipped("a new namespace", -call.ret);
	else
		switch_tell(&before, "unshare", flags, call.span);
}

/* Into the namespace that it is in, or back into another process's. */
static void entered(const char *path, bool changes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct truth_identity before;
	struct truth_call call;

	truth_identify(&before);
	call = (struct truth_call)TRUTH_CALL(setns(fd, CLONE_NEWUTS));
	if (fd < 0 || call.ret < 0)
		truth_die("%s: %s", path, strerror(errno));
	close(fd);
	if (changes)
		switch_tell(&before, "setns", CLONE_NEWUTS, call.span);
}

static void in_child(const char *parents)
{
	entered(parents, false);
	unshared(CLONE_NEWUTS);
	entered("/proc/self/ns/uts", false);
	entered(parents, true);
	unshared(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET);
	unshared(CLONE_NEWCGROUP);
	/* This one changes nothing that the event tells. */
	if (unshare(CLONE_NEWTIME) < 0)
		truth_skipped("a time namespace", errno);
}

static void hook_namespaces_run(const struct scenario_options *options)
{
	char parents[64];
	pid_t pid;

	(void)options;
	snprintf(parents, sizeof(parents), "/proc/%d/ns/uts", getpid());
	pid = truth_fork(0);
	if (pid == 0) {
		in_child(parents);
		truth_exit(0);
	}
	truth_wait(pid, 0);
}

const struct family family_hook_namespaces = { .name = "hook-namespaces",
					       .is_on_demand = true,
					       .run = hook_namespaces_run };
