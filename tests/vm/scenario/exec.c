// SPDX-License-Identifier: Apache-2.0
/* execve that works, that fails, and that a thread calls which is not the first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"
#include "tests/vm/scenario/thread.h"

#define N_MANY 12 /* arguments, fewer than any tier takes */
#define UNKNOWN_CONTAINER "unknown"
#define KNOWS_SYSCALLS "syscalls"

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();

	for (; *list; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *execve_args(const char *path, const char *const *argv, const char *const *envp)
{
	return truth_args("const char* pathname", json_string(path), "const char*const* argv", strings(argv),
			  "const char*const* envp", strings(envp), NULL);
}

static void execve_fails(const char *path, const char *const *argv, const char *const *envp)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_execve, path, argv, envp));

	truth_event("execve", SYS_execve, &call, execve_args(path, argv, envp));
}

/* A thread that executes takes over the number of the first one. */
static void execve_works(const char *path, const char *const *argv, const char *const *envp)
{
	struct truth_span span = { truth_now(), TRUTH_FOREVER };
	struct truth_identity identity;

	truth_identify(&identity);
	identity.tid = identity.pid;
	identity.host_tid = identity.host_pid;
	truth_event_of(&identity, "execve", SYS_execve, span, execve_args(path, argv, envp));
	syscall(SYS_execve, path, argv, envp);
	truth_die("execve of '%s': %s", path, strerror(errno));
}

/* What the next image must know comes first among its arguments: see exec_image_main(). */
void exec_image(const struct scenario_options *options, int code)
{
	const char *container = truth_container_id();
	char parent[24], from[24], status[8], id[80];
	const char *knows = truth_knows_syscalls() ? KNOWS_SYSCALLS : "-";
	const char *argv[] = { "image \"of\" it", "--image", parent,	    from,     status, id,  knows,
			       "two words",	  "",	     "<&>\xc3\xa9", "a\ttab", "last", NULL };
	const char *envp[] = { "EMPTY=", "HOME=/no where", "TRACEE=scenario", NULL };

	snprintf(parent, sizeof(parent), "%ld", truth_host_parent());
	snprintf(from, sizeof(from), "%lld", (long long)truth_now());
	snprintf(status, sizeof(status), "%d", code);
	snprintf(id, sizeof(id), "%s", container ? container : UNKNOWN_CONTAINER);
	execve_works(options->program, argv, envp);
	abort();
}

/* sched_process_exec of the image that runs here. */
static void image_tell(char **argv, int64_t from_ns)
{
	struct truth_span span = { from_ns, truth_now() };
	struct truth_identity identity;
	struct stat st;

	if (stat("/proc/self/exe", &st) < 0)
		truth_die("/proc/self/exe: %s", strerror(errno));
	truth_identify(&identity);
	truth_event_of(&identity, "sched_process_exec", 1101, span,
		       truth_args("const char* pathname", json_string((const char *)getauxval(AT_EXECFN)),
				  "const char*const* argv", strings((const char *const *)argv),
				  "const char*const* envp", strings((const char *const *)environ), "dev_t dev",
				  truth_device(st.st_dev), "unsigned long inode", json_integer(st.st_ino), NULL));
}

void exec_image_main(char **argv)
{
	truth_begin(atol(argv[2]), strcmp(argv[5], UNKNOWN_CONTAINER) == 0 ? NULL : argv[5]);
	if (strcmp(argv[6], KNOWS_SYSCALLS) == 0)
		truth_syscalls_are_known();
	image_tell(argv, atoll(argv[3]));
	truth_exit(atoi(argv[4]));
}

/* Who executed the first image, and under which name, is not ours to know. */
void exec_tell_first(char **argv)
{
	struct truth_span span = { 0, truth_now() };
	struct truth_identity identity;

	truth_identify(&identity);
	identity.has_comm = false;
	truth_event_of(&identity, "execve", SYS_execve, span,
		       execve_args((const char *)getauxval(AT_EXECFN), (const char *const *)argv,
				   (const char *const *)environ));
	image_tell(argv, 0);
}

static void child_executes(const struct scenario_options *options)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		prctl(PR_SET_NAME, "before-exec");
		exec_image(options, 11);
	}
	truth_wait(pid, 11);
}

static void thread_executes(const void *options)
{
	prctl(PR_SET_NAME, "thread-execs");
	exec_image(options, 12);
}

/* The kernel ends the first thread, whose last words come before that. */
static void child_thread_executes(const struct scenario_options *options)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		struct thread *thread = thread_start(thread_executes, options);

		truth_ending(0, 0, TRUTH_NOT_LAST);
		thread_go(thread);
		for (;;)
			pause();
	}
	truth_wait(pid, 12);
}

static void exec_failing(const struct scenario_options *options)
{
	const char *one[] = { "sh", "-c", "echo \"$HOME\"", NULL }, *environment[] = { "HOME=/root", "A=1", NULL };
	const char *empty[] = { NULL }, *many[N_MANY + 1] = { NULL };
	char text[N_MANY][16];

	for (int i = 0; i < N_MANY; i++) {
		snprintf(text[i], sizeof(text[i]), "arg-%d", i);
		many[i] = text[i];
	}
	execve_fails("/nowhere/program", one, environment);
	execve_fails("/nowhere/many", many, many);
	execve_fails("/nowhere/empty", empty, empty);
	execve_fails(options->directory, one, empty);
}

static void exec_run(const struct scenario_options *options)
{
	exec_failing(options);
	child_executes(options);
	child_thread_executes(options);
}

const struct family family_exec = { .name = "exec", .run = exec_run };
