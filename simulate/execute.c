// SPDX-License-Identifier: Apache-2.0
/* Images of this program, and where they can come from. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulate/case.h"

const char *const case_arguments[] = { "tracee-simulate", "--end", NULL };

int case_copy_program(int fd)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char bytes[16384];
	ssize_t n = 0;

	if (from < 0)
		return -errno;
	while ((n = read(from, bytes, sizeof(bytes))) > 0) {
		if (write(fd, bytes, (size_t)n) != n) {
			n = -1;
			break;
		}
	}
	close(from);
	return n < 0 ? -errno : 0;
}

int case_execute(const char *path, const char *const environment[])
{
	static const char *const none[] = { NULL };

	execve(path, (char *const *)case_arguments, (char *const *)(environment ? environment : none));
	return -errno;
}

int case_own_mounts(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	return 0;
}
