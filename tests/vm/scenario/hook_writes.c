// SPDX-License-Identifier: Apache-2.0
/* vfs_write, vfs_writev and magic_write. The truth itself is written, too: only what is told here can be demanded.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#define MAGIC_BYTES 20

static const char text[] = "\x7f"
			   "ELF, as far as a name goes, and more of it";

/* A file that is open for writing. */
struct target {
	int fd;
	char path[256]; /* as events show it */
	struct stat st;
};

static void target_open(struct target *target, const char *path, int flags)
{
	target->fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
	if (target->fd < 0 || fstat(target->fd, &target->st) < 0)
		truth_die("%s: %s", path, strerror(errno));
	snprintf(target->path, sizeof(target->path), "%s", path);
}

/* RFC 4648, section 4. */
static json_t *base64(const char *from, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *bytes = (const unsigned char *)from;
	char out[4 * (MAGIC_BYTES + 2) / 3 + 1], *to = out;

	for (size_t i = 0; i < size; i += 3) {
		unsigned int group =
			bytes[i] << 16 | (i + 1 < size ? bytes[i + 1] << 8 : 0) | (i + 2 < size ? bytes[i + 2] : 0);

		*to++ = digits[group >> 18];
		*to++ = digits[group >> 12 & 63];
		*to++ = i + 1 < size ? digits[group >> 6 & 63] : '=';
		*to++ = i + 2 < size ? digits[group & 63] : '=';
	}
	*to = '\0';
	return json_string(out);
}

static void tell(const struct target *target, const char *event, uint32_t id, const char *syscall,
		 const char *count_name, size_t count, off_t at, struct truth_span span)
{
	truth_hook(&(struct truth_hook){ .name = event, .id = id, .syscall = syscall }, span,
		   truth_args("const char* pathname", json_string(target->path), "dev_t dev",
			      truth_device(target->st.st_dev), "unsigned long inode",
			      json_integer(target->st.st_ino), count_name, json_integer(count), "off_t pos",
			      json_integer(at), NULL));
}

static void magic_tell(const struct target *target, const char *syscall, const char *bytes, size_t size,
		       struct truth_span span)
{
	truth_hook(&(struct truth_hook){ .name = "magic_write", .id = 1013, .syscall = syscall }, span,
		   truth_args("const char* pathname", json_string(target->path), "bytes bytes",
			      base64(bytes, size < MAGIC_BYTES ? size : MAGIC_BYTES), "dev_t dev",
			      truth_device(target->st.st_dev), "unsigned long inode",
			      json_integer(target->st.st_ino), NULL));
}

static void bytes_written(const struct target *target, const char *bytes, size_t size, off_t at, bool is_magic)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_write, target->fd, bytes, size));

	if (call.ret != (long)size)
		truth_die("write to '%s': %ld", target->path, call.ret);
	tell(target, "vfs_write", 1007, "write", "size_t count", size, at, call.span);
	if (is_magic)
		magic_tell(target, "write", bytes, size, call.span);
}

/* @at: where the file is. */
static void written(const struct target *target, size_t size, off_t at, bool is_magic)
{
	bytes_written(target, text, size, at, is_magic);
}

void hook_writes_new(int fd, const char *path_text, const char *bytes, size_t size)
{
	struct target target = { .fd = fd };

	if (fd < 0 || fstat(fd, &target.st) < 0)
		truth_die("%s: %s", path_text, strerror(errno));
	snprintf(target.path, sizeof(target.path), "%s", path_text);
	bytes_written(&target, bytes, size, 0, true);
}

static void written_at(const struct target *target, size_t size, off_t at, bool is_magic)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_pwrite64, target->fd, text, size, at));

	tell(target, "vfs_write", 1007, "pwrite64", "size_t count", size, at, call.span);
	if (is_magic)
		magic_tell(target, "pwrite64", text, size, call.span);
}

/* vfs_writev() is a static function, which compilers may make inline: then no tracer sees it. */
static bool has_vfs_writev(void)
{
	static int has = -1;
	char line[256];
	FILE *f;

	if (has >= 0)
		return has;
	f = fopen("/proc/kallsyms", "re");
	if (!f)
		truth_die("/proc/kallsyms: %s", strerror(errno));
	for (has = 0; !has && fgets(line, sizeof(line), f);)
		has = strstr(line, " vfs_writev\n") != NULL;
	fclose(f);
	return has;
}

/* The first part is what the file begins with, as far as an event tells. */
static void written_in_parts(const struct target *target, off_t at, bool is_magic)
{
	char first[] = "first", second[] = "and second";
	struct iovec parts[] = { { first, 5 }, { second, 10 } };
	struct truth_call call = TRUTH_CALL(syscall(SYS_writev, target->fd, parts, 2));

	if (!has_vfs_writev())
		return;
	tell(target, "vfs_writev", 1008, "writev", "unsigned long vlen", 2, at, call.span);
	if (is_magic)
		magic_tell(target, "writev", first, 5, call.span);
}

static void regular(const char *path)
{
	struct target target;

	target_open(&target, path, O_RDWR | O_CREAT | O_TRUNC);
	written(&target, 0, 0, false);
	written(&target, sizeof(text), 0, true);
	written(&target, 7, sizeof(text), false);
	written_at(&target, 3, 0, true);
	written_at(&target, 3, 4, false);
	written_in_parts(&target, sizeof(text) + 7, false);
	lseek(target.fd, 0, SEEK_SET);
	written_in_parts(&target, 0, true);
	close(target.fd);
}

/* What is appended has no part in how a file begins, unless it is empty. */
static void appended(const char *path)
{
	struct target target;

	target_open(&target, path, O_WRONLY | O_APPEND);
	written(&target, 5, target.st.st_size, false);
	written_in_parts(&target, target.st.st_size + 5, false);
	close(target.fd);
	target_open(&target, path, O_WRONLY | O_APPEND | O_TRUNC);
	written(&target, 5, 0, true);
	close(target.fd);
}

static void deleted(const char *path)
{
	struct target target;

	target_open(&target, path, O_WRONLY | O_TRUNC);
	hook_files_unlink(path, json_string(path));
	strcat(target.path, " (deleted)");
	written(&target, 9, 0, true);
	close(target.fd);
}

/* Whatever is written to these, it is no file that begins. */
static void not_regular(void)
{
	struct target target;
	int ends[2];

	target_open(&target, "/dev/null", O_WRONLY);
	written(&target, 11, 0, false);
	written_in_parts(&target, 0, false);
	close(target.fd);
	if (pipe(ends) < 0 || fstat(ends[1], &target.st) < 0)
		truth_die("pipe: %s", strerror(errno));
	target.fd = ends[1];
	target.path[0] = '\0';
	written(&target, 12, 0, false);
	written_in_parts(&target, 0, false);
	close(ends[0]);
	close(ends[1]);
}

/* The first line of truth is the beginning of a file, if stdout is one. */
static void truth_itself(void)
{
	struct target target = { .fd = STDOUT_FILENO };
	char bytes[MAGIC_BYTES];
	ssize_t n = readlink("/proc/self/fd/1", target.path, sizeof(target.path) - 1);

	if (n < 0 || fstat(target.fd, &target.st) < 0)
		truth_die("/proc/self/fd/1: %s", strerror(errno));
	if (S_ISREG(target.st.st_mode))
		magic_tell(&target, "write", bytes, truth_first_bytes(bytes, sizeof(bytes)),
			   (struct truth_span){ 0, truth_now() });
}

static void hook_writes_run(const struct scenario_options *options)
{
	char path[256];

	snprintf(path, sizeof(path), "%s", files_path(options, "written"));
	regular(path);
	appended(path);
	deleted(path);
	not_regular();
	truth_itself();
}

const struct family family_hook_writes = { .name = "hook-writes", .is_on_demand = true, .run = hook_writes_run };
