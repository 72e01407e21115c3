// SPDX-License-Identifier: Apache-2.0
#include "images/front/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "images/front/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/spawn.h"
#include "libtracee/base/unprivileged.h"

/* ---- in the child: only what is safe after fork() ---------------------------------------------- */

static int set_files(const struct program *program, int pipe_fd)
{
	int from[PROGRAM_FIRST_FD + PROGRAM_FDS_MAX] = { program->input >= 0 ? program->input : STDIN_FILENO,
							 program->output >= 0 ? program->output : STDOUT_FILENO,
							 program->messages >= 0 ? program->messages : STDERR_FILENO };
	int n = PROGRAM_FIRST_FD;

	for (size_t i = 0; i < program->n_fds; i++)
		from[n++] = program->fds[i];
	return spawn_set_files(from, n, pipe_fd);
}

__attribute__((noreturn)) static void become(const struct program *program, int pipe_fd)
{
	const char *what;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	pipe_fd = set_files(program, pipe_fd);
	if (setpgid(0, 0) < 0)
		spawn_give_up(pipe_fd, "process group");
	if (program->is_unprivileged && unprivileged_become(&what) < 0)
		spawn_give_up(pipe_fd, what);
	if (program->environment)
		execve(program->argv[0], (char *const *)program->argv, (char *const *)program->environment);
	else
		execv(program->argv[0], (char *const *)program->argv);
	spawn_give_up(pipe_fd, "execve");
}

/* ---- in the parent ----------------------------------------------------------------------------- */

static int take_failure(int pipe_fd, const char *path, struct tracee_error *err)
{
	struct spawn_failure failure;
	int r = spawn_take_failure(pipe_fd, &failure);

	if (r <= 0)
		return r < 0 ? error_set(err, r, "'%s' could not be run", path) : 0;
	return error_errno(err, -failure.code, "'%s' could not be run: %s", path, failure.what);
}

pid_t program_start(const struct program *program, struct tracee_error *err)
{
	CLEANUP(close_at) int read_end = -1;
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_errno(err, -errno, "pipe");
	read_end = ends[0];
	pid = fork();
	if (pid == 0)
		become(program, ends[1]);
	r = -errno;
	close(ends[1]);
	if (pid < 0)
		return error_errno(err, r, "fork");
	r = take_failure(read_end, program->argv[0], err);
	if (r == 0)
		return pid;
	waitpid(pid, NULL, 0);
	return r;
}

char *program_beside(const char *name)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash, *beside;

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		slash[1] = '\0';
	return asprintf(&beside, "%s%s", slash ? path : "/tracee/", name) < 0 ? NULL : beside;
}

int program_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}
