// SPDX-License-Identifier: Apache-2.0
/* openat and openat2. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

const char *files_path(const struct scenario_options *options, const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", options->directory, name);
	return path;
}

/* As far as no three bits of a class are set: those have a name together. */
static json_t *mode_shown(mode_t mode)
{
	static const char *const names[] = { "S_IRUSR", "S_IWUSR", "S_IXUSR", "S_IRGRP", "S_IWGRP",
					     "S_IXGRP", "S_IROTH", "S_IWOTH", "S_IXOTH" };
	char text[96] = "";
	size_t length = 0;

	for (int i = 0; i < 9; i++) {
		if (mode & 0400u >> i)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", length ? "|" : "",
						   names[i]);
	}
	return json_string(length ? text : "0");
}

/* @path_text: as JSON must show @path. */
static int openat_shown(int directory, const char *path, json_t *path_text, int flags, const char *flags_text,
			mode_t mode)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_openat, directory, path, flags, mode));

	truth_event("openat", SYS_openat, &call,
		    truth_args("int dirfd", json_integer(directory), "const char* pathname", path_text, "int flags",
			       json_string(flags_text), "mode_t mode", mode_shown(mode), NULL));
	return call.ret;
}

int files_openat(int directory, const char *path, int flags, const char *flags_text, mode_t mode)
{
	return openat_shown(directory, path, json_string(path), flags, flags_text, mode);
}

/* How long a string may be (TRACEE_WIRE_STRING_MAX) before it is cut and marked. */
static void openat_lengths(void)
{
	char path[6001], text[4200];

	memset(path, 'x', sizeof(path) - 1);
	path[4096] = '\0';
	openat_shown(AT_FDCWD, path, json_string(path), O_RDONLY, "O_RDONLY", 0);
	path[4096] = 'x';
	path[6000] = '\0';
	snprintf(text, sizeof(text), "%.4096s...", path);
	openat_shown(AT_FDCWD, path, json_string(text), O_RDONLY, "O_RDONLY", 0);
	openat_shown(AT_FDCWD, (const char *)1, json_null(), O_RDONLY, "O_RDONLY", 0);
}

static void openat_all(const struct scenario_options *options)
{
	static const char odd[] = "odd \"name\" <&>\n\x01\xff", odd_text[] = "odd \"name\" <&>\n\x01\xef\xbf\xbd";
	int directory = files_openat(AT_FDCWD, options->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC,
				     "O_RDONLY|O_DIRECTORY|O_CLOEXEC", 0);

	close(files_openat(directory, "made", O_WRONLY | O_CREAT | O_EXCL | O_TRUNC,
			   "O_WRONLY|O_CREAT|O_EXCL|O_TRUNC", 0640));
	close(files_openat(AT_FDCWD, files_path(options, "made"), O_RDONLY, "O_RDONLY", 0));
	files_openat(directory, "made", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, "O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW",
		     0600);
	files_openat(AT_FDCWD, files_path(options, "missing"), O_RDONLY | O_CLOEXEC, "O_RDONLY|O_CLOEXEC", 0);
	files_openat(AT_FDCWD, files_path(options, "made/beyond"), O_WRONLY | O_APPEND, "O_WRONLY|O_APPEND", 0);
	files_openat(999, "made", O_RDONLY | O_NONBLOCK, "O_RDONLY|O_NONBLOCK", 0);
	files_openat(directory, "", O_RDONLY, "O_RDONLY", 0);
	close(openat_shown(directory, odd, json_string(odd_text), O_RDWR | O_CREAT, "O_RDWR|O_CREAT", 0600));
	unlinkat(directory, odd, 0);
	openat_lengths();
	close(directory);
}

static int openat2_told(int directory, const char *path, const struct open_how *how, json_t *how_text)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_openat2, directory, path, how, sizeof(*how)));

	truth_event("openat2", SYS_openat2, &call,
		    truth_args("int dirfd", json_integer(directory), "const char* pathname", json_string(path),
			       "struct open_how* how", how_text, "size_t size", json_integer(sizeof(*how)), NULL));
	return call.ret;
}

static void openat2_all(const struct scenario_options *options)
{
	struct open_how read_only = { .flags = O_RDONLY | O_CLOEXEC };
	struct open_how beneath = { .flags = O_RDWR | O_CREAT,
				    .mode = 0604,
				    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	struct open_how wrong = { .flags = O_RDONLY, .resolve = 1ull << 40 };
	int fd = openat2_told(
		-1, "", &wrong,
		json_pack("{s:s,s:s,s:s}", "flags", "O_RDONLY", "mode", "0", "resolve", "0x10000000000"));

	if (fd == -ENOSYS) {
		truth_skipped("openat2", ENOSYS);
		return;
	}
	fd = openat2_told(AT_FDCWD, files_path(options, "made"), &read_only,
			  json_pack("{s:s,s:s,s:s}", "flags", "O_RDONLY|O_CLOEXEC", "mode", "0", "resolve", "0"));
	close(fd);
	openat2_told(AT_FDCWD, "/etc", &beneath,
		     json_pack("{s:s,s:s,s:s}", "flags", "O_RDWR|O_CREAT", "mode", "S_IRUSR|S_IWUSR|S_IROTH",
			       "resolve", "RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH"));
}

static void files_run(const struct scenario_options *options)
{
	openat_all(options);
	openat2_all(options);
	unlink(files_path(options, "made"));
}

const struct family family_files = { .name = "files", .run = files_run };
