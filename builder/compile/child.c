// SPDX-License-Identifier: Apache-2.0
#include "builder/compile/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define NOBODY 65534
#define POLL_MS 2
#define SETUP_FAILED 125 /* exit status of a child that could not be set up; clang has 0, 1, 70 */

struct files {
	int input, output, messages;
};

static int memory_file(const char *name, const void *bytes, size_t size_bytes)
{
	CLEANUP(close_at) int fd = memfd_create(name, 0);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, bytes, size_bytes);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static void files_close(struct files *files)
{
	close_at(&files->input);
	close_at(&files->output);
	close_at(&files->messages);
}

static int files_open(const struct child *child, struct files *files)
{
	files->input = memory_file("input", child->input, child->input ? child->input_size_bytes : 0);
	files->output = memory_file("output", NULL, 0);
	files->messages = memory_file("messages", NULL, 0);
	if (files->input < 0)
		return files->input;
	return files->output < 0 ? files->output : files->messages < 0 ? files->messages : 0;
}

/* ---- in the child: only what is safe after fork() ---------------------------------------------- */

static void give_up(const char *what)
{
	const char *reason = strerror(errno);
	ssize_t n = write(STDERR_FILENO, what, strlen(what));

	n = write(STDERR_FILENO, ": ", 2);
	n = write(STDERR_FILENO, reason, strlen(reason));
	(void)n;
	_exit(SETUP_FAILED);
}

static void limit(int resource, rlim_t value)
{
	struct rlimit limits = { value, value };

	if (setrlimit((__rlimit_resource_t)resource, &limits) < 0)
		give_up("setrlimit");
}

static bool is_inherited(const struct child *child, int fd)
{
	for (size_t i = 0; i < child->n_fds; i++) {
		if (child->fds[i] == fd)
			return true;
	}
	return false;
}

static void set_files(const struct child *child, const struct files *files)
{
	if (dup2(files->input, 0) < 0 || dup2(files->output, 1) < 0 || dup2(files->messages, 2) < 0)
		_exit(SETUP_FAILED);
	for (int fd = 3; fd < 1024; fd++) {
		if (!is_inherited(child, fd))
			close(fd);
		else if (fcntl(fd, F_SETFD, 0) < 0)
			give_up("fcntl");
	}
}

static void drop_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		give_up("no_new_privs");
	if (geteuid() != 0)
		return;
	/* The bounding set ends at the first number that the kernel does not know. */
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno == EINVAL)
			break;
	}
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
		give_up("cannot run the compiler without privileges");
}

__attribute__((noreturn)) static void run_in_child(const struct child *child, const struct files *files)
{
	static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent", "TMPDIR=/tmp", NULL };

	set_files(child, files);
	setpgid(0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, child->output_max_bytes);
	limit(RLIMIT_CPU, child->timeout_ms / 1000 + 1);
	limit(RLIMIT_AS, child->memory_max_bytes);
	drop_privileges();
	execve(child->argv[0], (char *const *)child->argv, (char *const *)environment);
	give_up(child->argv[0]);
	_exit(SETUP_FAILED);
}

/* ---- in the parent ----------------------------------------------------------------------------- */

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for the child; at the limit it and its children are killed. */
static int wait_for(pid_t pid, unsigned int timeout_ms, int *ret_status)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000 };
	long end = now_ms() + (long)timeout_ms;

	for (;;) {
		pid_t r = waitpid(pid, ret_status, WNOHANG);

		if (r == pid)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
		if (now_ms() > end)
			break;
		nanosleep(&pause, NULL);
	}
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, ret_status, 0);
	return -ETIMEDOUT;
}

static int take_output(int fd, size_t max_bytes, struct text *to)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size_bytes;
	int r;

	if (!to)
		return 0;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	r = file_read_fd(fd, max_bytes, &bytes, &size_bytes);
	if (r == 0)
		text_add_bytes(to, bytes, size_bytes);
	return r < 0 ? r : text_error(to);
}

static int explain(const struct child *child, int status, struct tracee_error *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) != SETUP_FAILED)
		return WEXITSTATUS(status);
	if (WIFEXITED(status))
		return error_set(err, -EPERM, "'%s' could not be started: %s", child->argv[0],
				 child->messages ? text_string(child->messages) : "see its messages");
	if (WTERMSIG(status) == SIGXFSZ)
		return error_set(err, -EFBIG, "'%s' wrote more than %zu bytes", child->argv[0], child->output_max_bytes);
	return error_set(err, -ECHILD, "'%s' was ended by signal %d (%s)", child->argv[0], WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
}

int child_run(const struct child *child, struct tracee_error *err)
{
	CLEANUP(files_close) struct files files = { -1, -1, -1 };
	int status = 0, r;
	pid_t pid;

	r = files_open(child, &files);
	if (r < 0)
		return error_errno(err, r, "memory files for '%s'", child->argv[0]);
	pid = fork();
	if (pid < 0)
		return error_errno(err, -errno, "fork");
	if (pid == 0)
		run_in_child(child, &files);
	r = wait_for(pid, child->timeout_ms, &status);
	if (r == -ETIMEDOUT)
		error_set(err, r, "'%s' ran longer than %u ms and was stopped", child->argv[0], child->timeout_ms);
	if (r < 0)
		return r;
	r = take_output(files.messages, child->output_max_bytes, child->messages);
	if (r == 0)
		r = take_output(files.output, child->output_max_bytes, child->output);
	if (r < 0)
		return error_errno(err, r, "output of '%s'", child->argv[0]);
	return explain(child, status, err);
}
