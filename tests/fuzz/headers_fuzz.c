// SPDX-License-Identifier: Apache-2.0
/* What a header tree brings as text, and what clang says that it read: generated headers, dependency lists. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "builder/headers/defines.h"
#include "builder/layout/dependencies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_defines(const uint8_t *data, size_t size)
{
	struct defines defines = { (const char *)data, size };
	char release[65];
	uint64_t number;

	defines_has(&defines, "CONFIG_X86_64");
	if (defines_string(&defines, "UTS_RELEASE", release, sizeof(release)) == 0 && strlen(release) >= sizeof(release))
		abort();
	if (defines_number(&defines, "LINUX_VERSION_CODE", UINT32_MAX, &number) == 0 && number > UINT32_MAX)
		abort();
}

/* The tree is empty: no name in the list can be inside. */
static void read_list(const uint8_t *data, size_t size)
{
	static struct header_tree tree = HEADER_TREE_NONE;
	static const struct clang clang = { .path = "clang", .resource_directory = "/usr/lib/clang" };
	char directory[] = "/tmp/tracee-fuzz.XXXXXX", digest[DIGEST_SIZE];
	struct tracee_error err;

	for (int half = 0; half < TREE_N_HALVES && tree.fd[half] < 0; half++) {
		if (half == 0 && !mkdtemp(directory))
			abort();
		tree.fd[half] = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (dependencies_digest(&tree, &clang, (const char *)data, size, digest, &err) == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_defines(data, size);
	read_list(data, size);
	return 0;
}
