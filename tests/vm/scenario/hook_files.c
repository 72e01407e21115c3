// SPDX-License-Identifier: Apache-2.0
/* security_file_open and security_inode_unlink: the paths of files, wherever they are. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#define N_COMPONENTS 34 /* more than tier base goes, fewer than tier ring */
#define N_COMPONENTS_MANY 80

static void open_tell(int fd, json_t *path_text, const char *flags_text, struct truth_span span)
{
	struct truth_hook hook = { .name = "security_file_open", .id = 1005, .syscall = "openat" };
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		truth_die("a file that should be there: %s", strerror(fd < 0 ? -fd : errno));
	truth_hook(&hook, span,
		   truth_args("const char* pathname", path_text, "int flags", json_string(flags_text), "dev_t dev",
			      truth_device(st.st_dev), "unsigned long inode", json_integer(st.st_ino), NULL));
}

/* Opens @path; @path_text is what the event shall show. The kernel sets O_LARGEFILE for all 64-bit processes. */
static int opened(const char *path, json_t *path_text, int flags, const char *flags_text)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_openat, AT_FDCWD, path, flags, 0600));

	open_tell(call.ret, path_text, flags_text, call.span);
	return call.ret;
}

static void made(const char *path)
{
	close(opened(path, json_string(path), O_WRONLY | O_CREAT | O_EXCL, "O_WRONLY|O_CREAT|O_EXCL|O_LARGEFILE"));
}

static void read_only(const char *path, json_t *path_text)
{
	close(opened(path, path_text, O_RDONLY, "O_RDONLY|O_LARGEFILE"));
}

void hook_files_unlink(const char *path, json_t *path_text)
{
	struct truth_hook hook = { .name = "security_inode_unlink", .id = 1006, .syscall = "unlinkat" };
	struct truth_call call = TRUTH_CALL(syscall(SYS_unlinkat, AT_FDCWD, path, 0));

	if (call.ret < 0)
		truth_die("unlink of '%s': %s", path, strerror(-call.ret));
	truth_hook(&hook, call.span, truth_args("const char* pathname", path_text, NULL));
}

/* Nothing is opened or unlinked where that fails. */
static void failing(const struct scenario_options *options)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_openat, AT_FDCWD, files_path(options, "none"), O_RDONLY));

	truth_never("security_file_open", call.span, NULL);
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_unlinkat, AT_FDCWD, files_path(options, "none"), 0));
	truth_never("security_inode_unlink", call.span, NULL);
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_openat, AT_FDCWD, options->directory, O_PATH));
	truth_never("security_file_open", call.span, NULL);
	close(call.ret);
}

static void plain(const struct scenario_options *options)
{
	char path[256];

	snprintf(path, sizeof(path), "%s", files_path(options, "plain"));
	made(path);
	read_only(path, json_string(path));
	close(opened(path, json_string(path), O_RDWR | O_APPEND | O_NONBLOCK,
		     "O_RDWR|O_APPEND|O_NONBLOCK|O_LARGEFILE"));
	close(opened(options->directory, json_string(options->directory), O_RDONLY | O_DIRECTORY,
		     "O_RDONLY|O_LARGEFILE|O_DIRECTORY"));
	read_only("/dev/null", json_string("/dev/null"));
	hook_files_unlink(path, json_string(path));
}

static void odd_names(const struct scenario_options *options)
{
	static const char odd[] = "odd \"name\" <&>\n\x01\xff", odd_text[] = "odd \"name\" <&>\n\x01\xef\xbf\xbd";
	char path[256], text[256];

	snprintf(path, sizeof(path), "%s", files_path(options, odd));
	snprintf(text, sizeof(text), "%s", files_path(options, odd_text));
	close(opened(path, json_string(text), O_WRONLY | O_CREAT, "O_WRONLY|O_CREAT|O_LARGEFILE"));
	read_only(path, json_string(text));
	hook_files_unlink(path, json_string(text));
}

/* The name of a file that is deleted stays. */
static void deleted(const struct scenario_options *options)
{
	char path[256], text[300], link[64];
	int fd;

	snprintf(path, sizeof(path), "%s", files_path(options, "gone"));
	snprintf(text, sizeof(text), "%s (deleted)", path);
	fd = opened(path, json_string(path), O_RDWR | O_CREAT, "O_RDWR|O_CREAT|O_LARGEFILE");
	hook_files_unlink(path, json_string(path));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	read_only(link, json_string(text));
	close(fd);
}

static void in_memory(void)
{
	int fd = syscall(SYS_memfd_create, "a memory", 0);
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	read_only(link, json_string("memfd:a memory"));
	close(fd);
}

/* Through a mount that shows a part of another one, and on a file system of its own, one below the other. */
static void mounted(const struct scenario_options *options)
{
	char source[256], target[256], path[300], below[320];

	snprintf(source, sizeof(source), "%s", files_path(options, "source"));
	snprintf(target, sizeof(target), "%s", files_path(options, "target"));
	mkdir(source, 0700);
	mkdir(target, 0700);
	if (mount(source, target, NULL, MS_BIND, NULL) < 0) {
		truth_skipped("files below mounts", errno);
	} else {
		snprintf(path, sizeof(path), "%s/bound", target);
		made(path);
		hook_files_unlink(path, json_string(path));
		snprintf(path, sizeof(path), "%s/own", target);
		mkdir(path, 0700);
		if (mount("tmpfs", path, "tmpfs", 0, NULL) < 0)
			truth_die("tmpfs: %s", strerror(errno));
		snprintf(below, sizeof(below), "%s/below", path);
		made(below);
		read_only(path, json_string(path));
		hook_files_unlink(below, json_string(below));
		umount2(path, 0);
		rmdir(path);
		umount2(target, 0);
	}
	rmdir(source);
	rmdir(target);
}

/* The last names of @path that a tracer gets to, all if they are not more: the mounts on the way are behind those.
 */
static json_t *as_far_as(const char *path, unsigned int steps)
{
	const char *at = path + strlen(path);

	while (steps-- > 0 && at > path)
		for (at--; at > path && *at != '/';)
			at--;
	return at > path ? json_sprintf("...%s", at) : json_string(path);
}

static void deep(const struct scenario_options *options, unsigned int n)
{
	char path[1024];
	size_t top = strlen(options->directory), length = top;

	snprintf(path, sizeof(path), "%s", options->directory);
	for (unsigned int i = 0; i < n; i++) {
		length += (size_t)snprintf(path + length, sizeof(path) - length, "/level-%u", i);
		mkdir(path, 0700);
	}
	close(opened(path, as_far_as(path, options->path_steps), O_RDONLY | O_DIRECTORY,
		     "O_RDONLY|O_LARGEFILE|O_DIRECTORY"));
	while (strlen(path) > top) {
		rmdir(path);
		*strrchr(path, '/') = '\0';
	}
}

static void hook_files_run(const struct scenario_options *options)
{
	plain(options);
	failing(options);
	odd_names(options);
	deleted(options);
	in_memory();
	mounted(options);
	deep(options, N_COMPONENTS);
	deep(options, N_COMPONENTS_MANY);
}

const struct family family_hook_files = { .name = "hook-files", .is_on_demand = true, .run = hook_files_run };
