// SPDX-License-Identifier: Apache-2.0
/*
 * pack_core PROGRAM TIER OUTPUT: makes an object of a BPF program as it is, with no layout and unchecked: what a
 * builder that checks nothing would give out.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

int main(int argc, char **argv)
{
	struct tracee_object_meta meta = { .version = "1", .kernel_release = TRACEE_OBJECT_ANY_RELEASE, .source = "none",
					   .match = "none", .clang = "unknown", .layout_clang = "none" };
	CLEANUP(free_at) uint8_t *program = NULL;
	CLEANUP(free_at) uint8_t *object = NULL;
	struct tracee_error err = {};
	size_t program_size, object_size;
	int r;

	if (argc != 4 || tracee_tier_parse(argv[2], &meta.tier) < 0) {
		fprintf(stderr, "usage: pack_core PROGRAM base|ring OUTPUT\n");
		return 2;
	}
	r = file_read_at(AT_FDCWD, argv[1], TRACEE_OBJECT_SIZE_MAX, &program, &program_size);
	if (r == 0)
		r = tracee_object_write(program, program_size, NULL, 0, &meta, &object, &object_size, &err);
	if (r == 0)
		r = file_replace(argv[3], object, object_size, 0644);
	if (r < 0)
		fprintf(stderr, "pack_core: %s\n", err.text[0] ? err.text : strerror(-r));
	return r < 0;
}
