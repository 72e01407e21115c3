// SPDX-License-Identifier: Apache-2.0
#include "images/front/make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tracee/tracee.h>
#include <unistd.h>

#include "images/front/clock.h"
#include "images/front/program.h"
#include "images/front/progress.h"
#include "images/front/say.h"
#include "images/front/signals.h"
#include "images/front/status.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/unprivileged.h"

#define LOCK_NAME ".making"
#define WORK_TEMPLATE ".make-XXXXXX"
#define WORK_PREFIX ".make-"
#define TICK_MS 200
#define DIRECTORY_MODE 0755

struct making {
	const char *directory; /* where the object is to be */
	struct tracee_kernel kernel;
	char name[NAME_MAX + 1]; /* of the object */
	char path[PATH_MAX]; /* of the object */
	char work[PATH_MAX]; /* where the builder writes; "" before there is one */
	int lock;
	int stop; /* the signal that ended it; 0: none */
};

/* ---- the directory ----------------------------------------------------------------------------- */

static int open_directory(struct making *making, struct tracee_error *err)
{
	struct stat st;
	int n;

	if ((mkdir(making->directory, DIRECTORY_MODE) < 0 && errno != EEXIST) || stat(making->directory, &st) < 0)
		return error_errno(err, -errno, "directory '%s'", making->directory);
	/* As tracee_object_open() will see it. */
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return error_set(err, -EACCES,
				 "directory '%s' belongs to user %u and has mode %04o: an object in it would not be trusted; expected root or "
				 "user %u, and 0755",
				 making->directory, st.st_uid, st.st_mode & 07777, geteuid());
	if (tracee_object_name(making->kernel.release, TRACEE_VERSION, making->name, sizeof(making->name), err) < 0)
		return -EINVAL;
	n = snprintf(making->path, sizeof(making->path), "%s/%s", making->directory, making->name);
	return n < (int)sizeof(making->path) ? 0 : error_errno(err, -ENAMETOOLONG, "directory '%s'", making->directory);
}

static bool is_there(const struct making *making)
{
	struct tracee_object_file file = {};
	bool is_good = tracee_object_open(making->path, TRACEE_OWNER_TRUSTED, &file, NULL) == 0 &&
		       tracee_object_match(&file.object, &making->kernel, TRACEE_VERSION, NULL) == 0;

	tracee_object_close(&file);
	return is_good;
}

/* Waits while somebody else makes the object; -EINTR if we are to stop. */
static int take_lock(struct making *making, struct tracee_error *err)
{
	char path[PATH_MAX];
	bool has_told = false;
	int signal;

	if (snprintf(path, sizeof(path), "%s/%s", making->directory, LOCK_NAME) >= (int)sizeof(path))
		return error_errno(err, -ENAMETOOLONG, "directory '%s'", making->directory);
	making->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (making->lock < 0)
		return error_errno(err, -errno, "'%s'", path);
	while (flock(making->lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return error_errno(err, -errno, "lock '%s'", path);
		if (!has_told)
			say("another one is making '%s': waiting for it", making->name);
		has_told = true;
		signal = signals_wait(TICK_MS);
		if (signals_is_stop(signal)) {
			making->stop = signal;
			return -EINTR;
		}
	}
	return 0;
}

/* ---- where the builder writes ------------------------------------------------------------------ */

static void remove_below(int at, const char *name, int depth);

/* Takes @fd over. */
static void empty(int fd, int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_below(dirfd(dir), entry->d_name, depth);
	}
	closedir(dir);
}

/* Follows no link, and goes no deeper than a builder that was killed could have left. What stays is tried again by the next one. */
static void remove_below(int at, const char *name, int depth)
{
	int fd;

	if (unlinkat(at, name, 0) == 0 || (errno != EISDIR && errno != EPERM) || depth == 0)
		return;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		empty(fd, depth - 1);
	unlinkat(at, name, AT_REMOVEDIR);
}

/* What those left behind that were killed while they made it: we hold the lock. */
static void remove_work(const struct making *making)
{
	DIR *dir = opendir(making->directory);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, WORK_PREFIX, strlen(WORK_PREFIX)) == 0)
			remove_below(dirfd(dir), entry->d_name, 8);
	}
	if (dir)
		closedir(dir);
}

/*
 * The builder's user may write to it by its group; it stays ours, who without CAP_DAC_OVERRIDE are let in to
 * nothing that belongs to others.
 */
static int make_work(struct making *making, struct tracee_error *err)
{
	uid_t user = unprivileged_user();

	if (snprintf(making->work, sizeof(making->work), "%s/%s", making->directory, WORK_TEMPLATE) >= (int)sizeof(making->work))
		return error_errno(err, -ENAMETOOLONG, "directory '%s'", making->directory);
	if (!mkdtemp(making->work))
		return error_errno(err, -errno, "'%s'", making->work);
	if (user == geteuid())
		return 0;
	if (chown(making->work, (uid_t)-1, (gid_t)user) < 0 || chmod(making->work, 0770) < 0)
		return error_errno(err, -errno, "'%s' for the builder's user", making->work);
	return 0;
}

/* ---- the builder ------------------------------------------------------------------------------- */

static bool has_ended(pid_t pid, int *ret_status)
{
	for (;;) {
		siginfo_t info = {};

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || !info.si_pid)
			return false;
		/* As long as it is there, its number is that of its group: what it left running. */
		if (info.si_pid == pid)
			kill(-pid, SIGKILL);
		waitpid(info.si_pid, info.si_pid == pid ? ret_status : NULL, 0);
		if (info.si_pid == pid)
			return true;
	}
}

static int await(struct making *making, pid_t pid, struct progress *progress)
{
	int status = 0;

	while (!has_ended(pid, &status)) {
		int signal = signals_wait(progress_wants_ms(progress));

		progress_show(progress);
		if (!signals_is_stop(signal))
			continue;
		making->stop = signal;
		if (kill(-pid, signal) < 0 && errno == EPERM)
			say("the builder cannot be told to stop: %s", strerror(errno));
	}
	progress_end(progress);
	return status;
}

/* Of the child that is started now; NULL: not set. @ret_before is allocated, and what it held is given up. */
static void swap_tmpdir(const char *directory, char **ret_before)
{
	const char *now = getenv("TMPDIR");
	char *before = now ? strdup(now) : NULL;

	if (directory)
		setenv("TMPDIR", directory, 1);
	else
		unsetenv("TMPDIR");
	free(*ret_before);
	*ret_before = before;
}

/* Returns its exit status, or -errno with a sentence. */
static int run_builder(struct making *making, const char *builder, struct tracee_error *err)
{
	const char *const argv[] = { builder, "build", "--kernel", making->kernel.release, "--tracee-version", TRACEE_VERSION,
				     "--output-dir", making->work, NULL };
	CLEANUP(free_at) char *before = NULL;
	CLEANUP(close_at) int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct progress progress;
	struct program program = PROGRAM(argv);
	pid_t pid;

	program.output = nowhere; /* it prints the path, which is of that moment only */
	program.is_unprivileged = true;
	swap_tmpdir(making->work, &before);
	progress_begin(&progress, making->name, &program.messages);
	pid = program_start(&program, err);
	swap_tmpdir(before, &before);
	progress_started(&progress);
	if (pid < 0) {
		progress_end(&progress);
		return pid;
	}
	return program_status(await(making, pid, &progress));
}

/* What the builder left, which may be anything: only an object for this kernel is taken. */
static int take_object(const struct making *making, struct tracee_error *err)
{
	CLEANUP(close_at) int work = open(making->work, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = -1;
	CLEANUP(free_at) uint8_t *bytes = NULL;
	struct tracee_object object;
	struct stat st;
	size_t size;
	int r;

	if (work >= 0)
		fd = openat(work, making->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(err, -errno, "'%s' as the builder made it", making->name);
	if (!S_ISREG(st.st_mode))
		return error_set(err, -EINVAL, "'%s' as the builder made it is no file", making->name);
	r = file_read_fd(fd, TRACEE_OBJECT_SIZE_MAX, &bytes, &size);
	if (r < 0)
		return error_errno(err, r, "'%s' as the builder made it", making->name);
	r = tracee_object_read(bytes, size, &object, err);
	if (r == 0)
		r = tracee_object_match(&object, &making->kernel, TRACEE_VERSION, err);
	if (r < 0)
		return error_prefix(err, r, "'%s' as the builder made it", making->name);
	r = file_replace(making->path, bytes, size, 0644);
	return r < 0 ? error_errno(err, r, "'%s'", making->path) : 0;
}

/*
 * Neither headers nor a compiler that takes them: for who waits for an object it is all the same. What is wrong with a
 * command line is our own.
 */
static int status_of_builder(int status)
{
	return status == STATUS_OK || status > STATUS_SIGNAL ? status : STATUS_NO_OBJECT;
}

static int make_it(struct making *making, const char *builder, struct tracee_error *err)
{
	int64_t started_ms = clock_ms();
	int status, r;

	remove_work(making);
	r = make_work(making, err);
	if (r < 0)
		return r;
	say("making '%s' in '%s', once for this kernel", making->name, making->directory);
	status = run_builder(making, builder, err);
	if (status == STATUS_OK)
		r = take_object(making, err);
	if (status == STATUS_OK && r == 0)
		say("made in %.1f s", (double)(clock_ms() - started_ms) / 1000);
	return r < 0 || status < 0 ? (r < 0 ? r : status) : status_of_builder(status);
}

bool make_is_possible(void)
{
	CLEANUP(free_at) char *builder = program_beside("tracee-builder");

	return builder && access(builder, X_OK) == 0;
}

int make_object(const char *directory)
{
	CLEANUP(free_at) char *builder = program_beside("tracee-builder");
	struct making making = { .directory = directory, .lock = -1 };
	struct tracee_error err = {};
	int r;

	r = builder ? tracee_kernel_running(&making.kernel, &err) : -ENOMEM;
	if (r == 0)
		r = open_directory(&making, &err);
	if (r == 0)
		r = take_lock(&making, &err);
	if (r == 0 && !is_there(&making))
		r = make_it(&making, builder, &err);
	if (making.lock >= 0) {
		remove_work(&making);
		close(making.lock);
	}
	if (making.stop)
		return STATUS_SIGNAL + making.stop;
	if (r >= 0)
		return r;
	say("%s", err.text[0] ? err.text : strerror(-r));
	return r == -EACCES ? STATUS_OBJECT_REFUSED : STATUS_FAILED;
}
