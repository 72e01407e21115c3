// SPDX-License-Identifier: Apache-2.0
/* What the running kernel says of its own types: nothing is closer to the truth, and it needs no compiler. */
#include "builder/headers/sources/source.h"

static int look(struct header_search *search)
{
	if (search->is_in_packages || !header_kernel_is_running(&search->wanted.kernel))
		return 0;
	return search_btf(search, "/sys/kernel/btf/vmlinux", true);
}

const struct header_source source_own_btf = {
	.name = "own-btf",
	.who = "the running kernel, if it has BTF",
	.look = look,
};
