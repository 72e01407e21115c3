// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "runtime/log.h"
#include "runtime/output/request.h"

#define FILE_MODE 0640
#define DIRECTORY_MODE 0755
#define OPEN_FLAGS (O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)
#define ANSWER_TIMEOUT_S 2
#define SHOWN_MAX 500 /* bytes of a path in a sentence, which has to hold more */

static const char *const keys[] = { [OUT_FILE] = "out-file", [ERR_FILE] = "err-file" };
static const int descriptors[] = { [OUT_FILE] = STDOUT_FILENO, [ERR_FILE] = STDERR_FILENO };

/* ---- opening at the start ------------------------------------------------------------------- */

/* Makes the directories on the way to @path. */
static int make_parents(const char *path, struct tracee_error *err)
{
	char parent[PATH_MAX];
	size_t length = strlen(path);

	if (length >= sizeof(parent))
		return error_set(err, -ENAMETOOLONG, "its name has %zu bytes, at most %zu can be", length,
				 sizeof(parent) - 1);
	memcpy(parent, path, length + 1);
	for (char *p = strchr(parent + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(parent, DIRECTORY_MODE) < 0 && errno != EEXIST)
			return error_errno(err, -errno, "directory '%s'", parent);
		*p = '/';
	}
	return 0;
}

/* A file that is there is opened without O_CREAT: the kernel may refuse that for pipes of others in /tmp. */
static int open_or_create(const char *path)
{
	int fd = open(path, OPEN_FLAGS | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		fd = open(path, OPEN_FLAGS | O_NONBLOCK | O_CREAT, FILE_MODE);
	return fd < 0 ? -errno : fd;
}

/* Nobody reads the pipe: the open that waits. */
static int open_pipe(const char *path, struct tracee_error *err)
{
	struct stat st;
	int fd;

	if (stat(path, &st) < 0 || !S_ISFIFO(st.st_mode))
		return error_set(
			err, -ENXIO,
			"it is a socket or a device without a driver: expected a file, a named pipe or a device");
	log_warning("'%s' is a named pipe that nobody reads: waiting for a reader", path);
	fd = open(path, OPEN_FLAGS);
	return fd < 0 ? error_errno(err, -errno, "named pipe") : fd;
}

/* The descriptor of @path, ready for use. */
static int open_path(const char *path, bool *ret_is_regular, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;
	struct stat st;
	int r;

	r = make_parents(path, err);
	if (r < 0)
		return r;
	fd = open_or_create(path);
	if (fd == -ENXIO)
		fd = open_pipe(path, err);
	else if (fd < 0)
		return error_errno(err, fd, "cannot be opened for writing");
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || (S_ISREG(st.st_mode) && ftruncate(fd, 0) < 0) || fcntl(fd, F_SETFL, O_APPEND) < 0)
		return error_errno(err, -errno, "cannot be prepared for writing");
	*ret_is_regular = S_ISREG(st.st_mode);
	return TAKE_FD(fd);
}

static int open_file(enum output_file_kind kind, const char *path, struct output_file *ret_file,
		     struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;
	bool is_regular = false;

	if (!path)
		return 0;
	fd = open_path(path, &is_regular, err);
	if (fd < 0)
		return error_prefix(err, fd, "%s '%.*s'", keys[kind], SHOWN_MAX, path);
	if (dup3(fd, descriptors[kind], 0) < 0)
		return error_errno(err, -errno, "%s '%s'", keys[kind], path);
	*ret_file = (struct output_file){ .path = path, .is_regular = is_regular };
	return 0;
}

/* ---- the keeper's side ---------------------------------------------------------------------- */

struct answer {
	int result; /* 0 with a descriptor, or -errno */
	bool is_empty;
};

/* Room for one descriptor. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* What has taken the place of the file must be one, too: nothing here may block. */
static int open_again(const char *path, struct answer *ret_answer)
{
	CLEANUP(close_at) int fd = open_or_create(path);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		ret_answer->result = fd < 0 ? fd : -errno;
	else if (!S_ISREG(st.st_mode))
		ret_answer->result = -EINVAL;
	else
		ret_answer->is_empty = st.st_size == 0;
	return ret_answer->result < 0 ? -1 : TAKE_FD(fd);
}

static bool send_answer(int socket, struct answer *answer, int fd)
{
	union control control = {};
	struct iovec iov = { answer, sizeof(*answer) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *header;

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		header = CMSG_FIRSTHDR(&message);
		*header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(sizeof(fd)) };
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, 0) == sizeof(*answer);
}

/* Each byte is the kind of a file, and is answered. */
static void serve(int socket, const void *context)
{
	const struct output_file *files = context;
	uint8_t kind;

	while (read(socket, &kind, 1) == 1 && kind < N_OUTPUT_FILES && files[kind].is_regular) {
		struct answer answer = {};
		CLEANUP(close_at) int fd = open_again(files[kind].path, &answer);

		if (!send_answer(socket, &answer, fd))
			break;
	}
}

/* ---- our side ------------------------------------------------------------------------------- */

/* -errno if no answer came. */
static int receive_answer(int socket, struct answer *ret_answer, int *ret_fd)
{
	union control control = {};
	struct iovec iov = { ret_answer, sizeof(*ret_answer) };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	struct cmsghdr *header;
	ssize_t n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);

	if (n != sizeof(*ret_answer))
		return n < 0 ? -errno : -EPIPE;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(header), sizeof(*ret_fd));
	return ret_answer->result == 0 && *ret_fd < 0 ? -EPIPE : 0;
}

/* A keeper that does not answer is asked no more: its answer would be taken for that to the next question. */
static int ask(struct output_files *files, enum output_file_kind kind, struct answer *ret_answer, int *ret_fd)
{
	uint8_t question = (uint8_t)kind;
	int r;

	if (files->keeper.fd < 0)
		return -EPIPE;
	r = write(files->keeper.fd, &question, 1) == 1 ? receive_answer(files->keeper.fd, ret_answer, ret_fd)
						       : -EPIPE;
	if (r == 0)
		return ret_answer->result;
	close(files->keeper.fd);
	files->keeper.fd = -1;
	return r == -EAGAIN ? -ETIMEDOUT : -EPIPE;
}

static int reopen(struct output_files *files, enum output_file_kind kind, bool *ret_is_new,
		  struct tracee_error *err)
{
	CLEANUP(close_at) int fd = -1;
	struct answer answer = {};
	int r = ask(files, kind, &answer, &fd);

	if (r == 0 && dup3(fd, descriptors[kind], 0) < 0)
		r = -errno;
	if (r == -EINVAL)
		return error_set(
			err, r,
			"%s '%s': what has this name now is not a regular file; the file of before stays in use",
			keys[kind], files->files[kind].path);
	if (r < 0)
		return error_errno(err, r, "%s '%s' cannot be opened again, the file of before stays in use",
				   keys[kind], files->files[kind].path);
	*ret_is_new = answer.is_empty;
	return 0;
}

static int start_keeper(struct output_files *files, struct tracee_error *err)
{
	const struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	int r;

	if (!files->files[OUT_FILE].is_regular && !files->files[ERR_FILE].is_regular)
		return 0;
	r = keeper_start("tracee-files", CAP_DAC_OVERRIDE, serve, files->files, &files->keeper);
	if (r == 0 && setsockopt(files->keeper.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0)
		r = -errno;
	return r < 0 ? error_errno(err, r, "the process that opens output files again") : 0;
}

/* Whoever renames a file while programs are loaded is served afterwards: the signal waits. */
static void hold_hangup(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

int output_files_open(const struct output_request *request, struct output_files *ret_files,
		      struct tracee_error *err)
{
	struct output_files files = { .keeper.fd = -1 };
	int r;

	r = open_file(OUT_FILE, request->out_file, &files.files[OUT_FILE], err);
	if (r == 0)
		r = open_file(ERR_FILE, request->err_file, &files.files[ERR_FILE], err);
	if (r == 0 && output_files_any(&files))
		hold_hangup();
	if (r == 0)
		r = start_keeper(&files, err);
	if (r == 0)
		*ret_files = files;
	return r;
}

bool output_files_any(const struct output_files *files)
{
	return files->files[OUT_FILE].path || files->files[ERR_FILE].path;
}

int output_files_reopen(struct output_files *files, bool *ret_is_new, struct tracee_error *err)
{
	bool is_new[N_OUTPUT_FILES] = {};
	int result = 0;

	for (unsigned int kind = 0; kind < N_OUTPUT_FILES; kind++) {
		struct tracee_error reason;
		int r = files->files[kind].is_regular ? reopen(files, kind, &is_new[kind], &reason) : 0;

		if (r < 0 && result == 0) {
			*err = reason;
			result = r;
		}
	}
	*ret_is_new = is_new[OUT_FILE];
	return result;
}

void output_files_close(struct output_files *files)
{
	keeper_stop(&files->keeper);
}
