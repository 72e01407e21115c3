// SPDX-License-Identifier: Apache-2.0
#include "builder/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "builder/child_seccomp.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/sanitizer.h"
#include "libtracee/base/spawn.h"
#include "libtracee/base/unprivileged.h"


volatile sig_atomic_t child_interrupted;

/* What messages call it. */
static const char *child_name(const struct child *child)
{
	return child->argv ? child->argv[0] : child->name;
}

/* Memory files of the child, and a pipe that tells why it could not become the program. */
struct files {
	int input, output, messages, extra;
	int failure_read, failure_write;
};

#define FILES_NONE                                                                                                 \
	{                                                                                                          \
		-1, -1, -1, -1, -1, -1                                                                             \
	}

static int memory_file(const char *name, const void *bytes, size_t size_bytes, int *ret_fd)
{
	CLEANUP(close_at) int fd = memfd_create(name, MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, bytes, size_bytes);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static void files_close(struct files *files)
{
	close_at(&files->input);
	close_at(&files->output);
	close_at(&files->messages);
	close_at(&files->extra);
	close_at(&files->failure_read);
	close_at(&files->failure_write);
}

static int files_open(const struct child *child, struct files *files)
{
	int ends[2];
	int r;

	r = memory_file("input", child->input, child->input ? child->input_size_bytes : 0, &files->input);
	if (r == 0)
		r = memory_file("output", NULL, 0, &files->output);
	if (r == 0)
		r = memory_file("messages", NULL, 0, &files->messages);
	if (r == 0)
		r = memory_file("extra", NULL, 0, &files->extra);
	if (r == 0 && pipe2(ends, O_CLOEXEC) < 0)
		r = -errno;
	if (r < 0)
		return r;
	files->failure_read = ends[0];
	files->failure_write = ends[1];
	return 0;
}

/* ---- in the child: only what is safe after fork() ---------------------------------------------- */

/* Puts the files at their numbers and closes all others; returns the number of the pipe. */
static int set_files(const struct child *child, const struct files *files)
{
	int from[CHILD_FIRST_FD + CHILD_FDS_MAX] = { files->input, files->output, files->messages, files->extra };
	int n = CHILD_FIRST_FD;

	for (size_t i = 0; i < child->n_fds; i++)
		from[n++] = child->fds[i];
	return spawn_set_files(from, n, files->failure_write);
}

static void limit(int pipe_fd, int resource, rlim_t value)
{
	struct rlimit limits;

	if (getrlimit(resource, &limits) < 0)
		spawn_give_up(pipe_fd, "limits");
	if (limits.rlim_max == RLIM_INFINITY || value < limits.rlim_max)
		limits.rlim_max = value;
	limits.rlim_cur = limits.rlim_max;
	if (setrlimit(resource, &limits) < 0)
		spawn_give_up(pipe_fd, "limits");
}

/* The address space of this process; 0 if /proc does not say. */
static size_t address_space(void)
{
	CLEANUP(close_at) int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char line[128] = {};

	if (fd < 0 || read(fd, line, sizeof(line) - 1) < 0)
		return 0;
	return strtoul(line, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

static void set_limits(const struct child *child, int pipe_fd)
{
	size_t file_max_bytes = child->file_max_bytes ? child->file_max_bytes : child->output_max_bytes;

	limit(pipe_fd, RLIMIT_CORE, 0);
	limit(pipe_fd, RLIMIT_FSIZE, file_max_bytes);
	limit(pipe_fd, RLIMIT_CPU, child->timeout_ms / 1000 + 1);
	if (child->argv)
		limit(pipe_fd, RLIMIT_AS, child->memory_max_bytes);
	else if (!HAS_ADDRESS_SANITIZER)
		limit(pipe_fd, RLIMIT_AS, address_space() + child->memory_max_bytes);
}

static void drop_privileges(int pipe_fd)
{
	const char *what;
	int r = unprivileged_become(&what);

	if (r < 0) {
		errno = -r;
		spawn_give_up(pipe_fd, what);
	}
	if (child_seccomp() < 0)
		spawn_give_up(pipe_fd, "seccomp");
}

/* A function's errno is the exit status, and its sentence the message; the program's image ends here. */
__attribute__((noreturn)) static void call_function(const struct child *child, int pipe_fd)
{
	struct tracee_error err = {};
	int r;

	close(pipe_fd);
	r = child->function(child->argument, &err);
	if (r < 0 && file_write_all(STDERR_FILENO, err.text, strlen(err.text)) < 0)
		_exit(EIO);
	_exit(-r);
}

__attribute__((noreturn)) static void run_in_child(const struct child *child, const struct files *files,
						   pid_t parent)
{
	static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
						   "HOME=/nonexistent", "TMPDIR=/tmp", NULL };
	int pipe_fd = set_files(child, files);
	sigset_t no_signals;

	sigemptyset(&no_signals);
	sigprocmask(SIG_SETMASK, &no_signals, NULL);
	umask(077);
	if (setpgid(0, 0) < 0 || chdir("/") < 0)
		spawn_give_up(pipe_fd, "process group");
	set_limits(child, pipe_fd);
	drop_privileges(pipe_fd);
	/* Behind the change of the user, which forgets it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != parent)
		spawn_give_up(pipe_fd, "parent");
	if (!child->argv)
		call_function(child, pipe_fd);
	execve(child->argv[0], (char *const *)child->argv, (char *const *)environment);
	spawn_give_up(pipe_fd, "execve");
}

/* ---- in the parent ----------------------------------------------------------------------------- */

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* Whether the child became the program: an empty pipe says so. */
static int take_failure(struct files *files, const char *program, struct tracee_error *err)
{
	struct spawn_failure failure;
	int r;

	close(files->failure_write);
	files->failure_write = -1;
	r = spawn_take_failure(files->failure_read, &failure);
	if (r <= 0)
		return r < 0 ? error_set(err, r, "'%s' could not be run", program) : 0;
	if (strcmp(failure.what, "execve") != 0)
		return error_errno(err, -failure.code, "'%s' could not be run without privileges: %s", program,
				   failure.what);
	error_errno(err, -failure.code, "'%s' could not be run", program);
	if (failure.code == EACCES && geteuid() == 0)
		error_prefix(err, 0, "as user %d, who may enter only what everybody may", (int)unprivileged_user());
	return -failure.code;
}

/* Waits until the child is a zombie: its number stays taken, and with it that of its group. */
static int wait_for_end(pid_t pid, long long end_ms)
{
	struct timespec pause = { .tv_nsec = 1000000 };

	for (;;) {
		siginfo_t info = {};

		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno != EINTR)
			return -errno;
		if (info.si_pid == pid)
			return 0;
		if (now_ms() > end_ms)
			return -ETIMEDOUT;
		if (child_interrupted)
			return -EINTR;
		/* A pidfd to poll came with 5.3. Naps up to 8 ms are a hundredth of what a compiler takes. */
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 8000000)
			pause.tv_nsec *= 2;
	}
}

/* Ends the child with all that it started, and takes its status. */
static void end_group(pid_t pid, int *ret_status)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL); /* if it had no time to make its group */
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
		;
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

static int take_outputs(const struct child *child, const struct files *files, struct tracee_error *err)
{
	int r = take_output(files->messages, child->output_max_bytes, child->messages);

	if (r == 0)
		r = take_output(files->output, child->output_max_bytes, child->output);
	if (r == 0)
		r = take_output(files->extra, child->output_max_bytes, child->extra);
	return r < 0 ? error_errno(err, r, "output of '%s'", child_name(child)) : 0;
}

/* A child may be in the hands of what it read: nothing that it says acts upon a terminal (C0, DEL, C1). */
static void make_harmless(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			*p = p[1] = '?';
	}
}

/* The sentence that a function left in the messages, and its errno. */
static int function_result(int code, const struct files *files, struct tracee_error *err)
{
	struct tracee_error sentence = {};

	if (code == 0)
		return 0;
	if (pread(files->messages, sentence.text, sizeof(sentence.text) - 1, 0) < 0)
		return error_errno(err, -errno, "messages");
	make_harmless(sentence.text);
	return error_set(err, -code, "%s", sentence.text);
}

static int explain(const struct child *child, const struct files *files, int status, struct tracee_error *err)
{
	const char *name = child_name(child);

	if (WIFEXITED(status))
		return child->argv ? WEXITSTATUS(status) : function_result(WEXITSTATUS(status), files, err);
	if (WTERMSIG(status) == SIGXFSZ)
		return error_set(err, -EFBIG, "'%s' wrote more than %zu bytes", name, child->output_max_bytes);
	if (WTERMSIG(status) == SIGXCPU)
		return error_set(err, -ETIMEDOUT, "'%s' took more than %u ms", name, child->timeout_ms);
	return error_set(err, -ECHILD, "'%s' was ended by signal %d (%s)", name, WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
}

static int wait_or_stop(const struct child *child, pid_t pid, long long end_ms, struct tracee_error *err)
{
	const char *name = child_name(child);
	int r = wait_for_end(pid, end_ms);

	if (r == -ETIMEDOUT)
		return error_set(err, r, "'%s' ran longer than %u ms and was stopped", name, child->timeout_ms);
	return r < 0 ? error_errno(err, r, r == -EINTR ? "'%s' was stopped" : "waiting for '%s'", name) : 0;
}

static int watch(const struct child *child, struct files *files, pid_t pid, int *ret_status,
		 struct tracee_error *err)
{
	long long end_ms = now_ms() + child->timeout_ms;
	int r = take_failure(files, child_name(child), err);

	if (r == 0 && child->meanwhile)
		r = child->meanwhile(child->context, err);
	if (r == 0)
		r = wait_or_stop(child, pid, end_ms, err);
	end_group(pid, ret_status);
	return r;
}

int child_run(const struct child *child, struct tracee_error *err)
{
	CLEANUP(files_close) struct files files = FILES_NONE;
	pid_t pid, parent = getpid();
	int status = 0, r, outputs;

	if (child->n_fds > CHILD_FDS_MAX)
		return error_set(err, -EINVAL, "'%s' is given %zu files", child_name(child), child->n_fds);
	if (child_interrupted)
		return error_errno(err, -EINTR, "'%s' was not begun", child_name(child));
	r = files_open(child, &files);
	if (r < 0)
		return error_errno(err, r, "memory files for '%s'", child_name(child));
	pid = fork();
	if (pid < 0)
		return error_errno(err, -errno, "fork");
	if (pid == 0)
		run_in_child(child, &files, parent);
	r = watch(child, &files, pid, &status, err);
	outputs = take_outputs(child, &files, r < 0 ? NULL : err);
	if (r < 0)
		return r;
	return outputs < 0 ? outputs : explain(child, &files, status, err);
}
