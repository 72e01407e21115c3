// SPDX-License-Identifier: Apache-2.0
/*
 * link_object INPUT OUTPUT: passes a BPF object through libbpf's static linker, which keeps programs,
 * maps, BTF and CO-RE relocations, and drops DWARF and the relocations of debug information. A tool
 * of the build.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct bpf_linker *linker;
	int r;

	if (argc != 3) {
		fprintf(stderr, "usage: link_object INPUT OUTPUT\n");
		return 2;
	}
	linker = bpf_linker__new(argv[2], NULL);
	if (!linker) {
		perror(argv[2]);
		return 1;
	}
	r = bpf_linker__add_file(linker, argv[1], NULL);
	if (r == 0)
		r = bpf_linker__finalize(linker);
	bpf_linker__free(linker);
	if (r < 0) {
		fprintf(stderr, "link_object: '%s': %s\n", argv[1], strerror(-r));
		remove(argv[2]);
		return 1;
	}
	return 0;
}
