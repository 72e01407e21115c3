// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-5. A program runs that is on no disk: its file has no name any more, or never had one, or lies in memory. The
 * kernel decides by the inode; names are what the caller makes them, and are only shown.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/signatures/all.h"

/* libtracee/events.tsv */
enum arg { PATH, DEV, INODE, LINKS, FILE_SYSTEM, SEALS, SIZE, WAY };

static const struct signature_form forms[] = {
	{ .how = "tracepoint sched_process_exec, kprobes security_bprm_check and security_inode_unlink",
	  .how_partly = "tracepoint sched_process_exec, kprobes for scripts and deleted programs as far as there are any",
	  .events = { { .name = "exec_fileless" } } },
	{},
};

static const char *file_system_name(uint64_t magic)
{
	switch (magic) {
	case TMPFS_MAGIC:
		return "tmpfs";
	case RAMFS_MAGIC:
		return "ramfs";
	case HUGETLBFS_MAGIC:
		return "hugetlbfs";
	default:
		return "disk";
	}
}

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/*
 * runc, crun and others execute a copy of themselves that nobody can write to any more, before they enter a container: root does,
 * outside of containers. Who is root there could do the same, so it is still told.
 */
static bool may_be_container_runtime(const struct tracee_event *event)
{
	return (event->args[SEALS].number & ALL_SEALS) == ALL_SEALS && event->args[WAY].number == TRACEE_WIRE_WAY_EXEC &&
	       event->uid == 0 && event->pid == event->host_pid && !event->container_id[0];
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *args = event->args;
	bool is_done = args[WAY].number == TRACEE_WIRE_WAY_EXEC;
	uint64_t file[] = { args[DEV].number, args[INODE].number };

	finding_add_argument(finding, "path", PATH);
	finding_add_string(finding, "state", is_done ? "done" : "attempted");
	finding_add_argument(finding, "way", WAY);
	finding_add_number(finding, "links", (int64_t)args[LINKS].number);
	finding_add_string(finding, "file system", file_system_name(args[FILE_SYSTEM].number));
	finding_add_argument(finding, "seals", SEALS);
	finding_add_number(finding, "dev", (int64_t)args[DEV].number);
	finding_add_number(finding, "inode", (int64_t)args[INODE].number);
	finding_add_number(finding, "size", (int64_t)args[SIZE].number);
	if (may_be_container_runtime(event))
		finding_is_known(finding, "sealed copy, executed by root outside of containers, as container runtimes do", 1);
	finding->cause = finding_cause(event, file, sizeof(file));
	return true;
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_fileless_execution = {
	.id = "TRC-5",
	.name = "Fileless Execution",
	.version = "0.1.0",
	.description = "Executing a process from memory, without a file in the disk",
	.tags = tags,
	.severity = 2,
	.mitre = "Defense Evasion: Obfuscated Files or Information",
	.forms = forms,
	.on_event = on_event,
};
