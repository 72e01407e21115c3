// SPDX-License-Identifier: Apache-2.0
/* Packages: through libarchive to files in a directory, in this process, with small limits. */
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/package/extract.h"
#include "builder/package/selection.h"
#include "libtracee/base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* In use it is a limit of the child that denies what an archive says it needs. */
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=200";
}

static const struct package_limits limits = {
	.n_entries = 1000,
	.n_files = 100,
	.total_bytes = 4 << 20,
	.header_bytes = 1 << 20,
	.vmlinux_bytes = 2 << 20,
	.ratio_from_bytes = 4 << 20,
	.ratio = 200,
	.depth = 2,
	.timeout_ms = 5000,
};

/* Directories, files below the limits, and nothing else; all of it goes. */
static int check_and_remove(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	if (walk->level == 0)
		return 0;
	if (type == FTW_DP)
		return rmdir(path);
	if (type != FTW_F || !S_ISREG(st->st_mode) || (st->st_mode & 07777) != 0644 ||
	    (uint64_t)st->st_size > limits.vmlinux_bytes)
		abort();
	return unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char directory[] = "/tmp/tracee-fuzz.XXXXXX";
	static int root = -1;
	struct extraction extraction = { .fd = -1,
					 .bytes = data,
					 .size_bytes = size,
					 .name = "fuzz",
					 .release = size & 1 ? "6.1.0-50-amd64" : NULL,
					 .package = 1,
					 .root_path = directory,
					 .limits = &limits };
	struct tracee_error err;

	if (root < 0) {
		umask(022);
		root = mkdtemp(directory) ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	}
	if (root < 0)
		abort();
	extraction.root = root;
	if (package_extract(&extraction, &err) == 0 && extraction.n_files > limits.n_files)
		abort();
	for (size_t i = 0; i < extraction.links.n; i++) {
		char path[PACKAGE_PATH_SIZE];

		if (entry_path(extraction.links.all[i].path, path, &err) < 0)
			abort();
	}
	links_done(&extraction.links);
	if (nftw(directory, check_and_remove, 20, FTW_PHYS | FTW_DEPTH) != 0)
		abort();
	return 0;
}
