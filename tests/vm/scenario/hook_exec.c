// SPDX-License-Identifier: Apache-2.0
/* security_bprm_check: programs that run, and those that cannot; sys_enter and sys_exit. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

static void check_tell(const char *path_text, const struct stat *st, const char *syscall, struct truth_span span)
{
	truth_hook(&(struct truth_hook){ .name = "security_bprm_check", .id = 1004, .syscall = syscall }, span,
		   truth_args("const char* pathname", json_string(path_text), "dev_t dev", truth_device(st->st_dev),
			      "unsigned long inode", json_integer(st->st_ino), NULL));
	/* What is opened for that is not told once more. */
	truth_never("security_file_open", span, NULL);
}

static void child_executes(const struct scenario_options *options)
{
	pid_t pid = truth_fork(0);
	struct stat st;

	if (pid == 0) {
		if (stat(options->program, &st) < 0)
			truth_die("%s: %s", options->program, strerror(errno));
		check_tell(options->program, &st, "execve", (struct truth_span){ truth_now(), TRUTH_FOREVER });
		exec_image(options, 9);
	}
	truth_wait(pid, 9);
}

/* The script is checked before its interpreter is looked for. */
static void script(const struct scenario_options *options)
{
	static const char text[] = "#!/nowhere/interpreter\n";
	const char *path = files_path(options, "script"), *argv[] = { "script", NULL };
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	struct truth_call call;
	struct stat st;

	hook_writes_new(fd, path, text, sizeof(text) - 1);
	fstat(fd, &st);
	close(fd);
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_execve, path, argv, NULL));
	check_tell(path, &st, "execve", call.span);
	hook_files_unlink(path, json_string(path));
}

static void in_memory(void)
{
	int fd = syscall(SYS_memfd_create, "no program", MFD_CLOEXEC);
	const char *argv[] = { "no program", NULL };
	struct truth_call call;
	struct stat st;

	hook_writes_new(fd, "memfd:no program", "none", 4);
	fstat(fd, &st);
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_execveat, fd, "", argv, NULL, AT_EMPTY_PATH));
	check_tell("memfd:no program", &st, "execveat", call.span);
	close(fd);
}

/* Any call at all: these events are told by the numbers of calls, and have no call that led to them. */
static void calls_tell(const char *name, const struct truth_call *call)
{
	struct truth_hook enter = { .name = "sys_enter", .id = 1000 };
	struct truth_hook leave = { .name = "sys_exit", .id = 1001, .ret = call->ret };

	truth_hook(&enter, call->span, truth_args("int syscall", json_string(name), NULL));
	truth_hook(&leave, call->span, truth_args("int syscall", json_string(name), NULL));
}

static void calls(void)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_getppid));

	calls_tell("getppid", &call);
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_sethostname, "guest.example", -1));
	calls_tell("sethostname", &call);
}

static void hook_exec_run(const struct scenario_options *options)
{
	child_executes(options);
	script(options);
	in_memory();
	calls();
}

const struct family family_hook_exec = { .name = "hook-exec", .is_on_demand = true, .run = hook_exec_run };
