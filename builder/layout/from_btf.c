// SPDX-License-Identifier: Apache-2.0
/* The BTF that a kernel brought: raw, or in the section .BTF of an ELF file. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/layout/layout.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/digest.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define ELF_SIZE_MAX (2048ul << 20) /* a vmlinux with debug information has 700 MB */

DEFINE_CLEANUP(struct btf *, btf__free)

static bool has_member(const struct btf *btf, const char *type_name, const char *member_name)
{
	int id = btf__find_by_name_kind(btf, type_name, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (unsigned int)id) : NULL;

	for (int i = 0; type && i < btf_vlen(type); i++) {
		if (strcmp(btf__str_by_offset(btf, btf_members(type)[i].name_off), member_name) == 0)
			return true;
	}
	return false;
}

static int take_arch(const struct btf *btf, enum tracee_arch *ret_arch, struct tracee_error *err)
{
	if (btf__find_by_name_kind(btf, "task_struct", BTF_KIND_STRUCT) <= 0)
		return error_set(err, -EBADMSG, "it has no struct task_struct: it is not the BTF of a kernel (a module's, or a split one?)");
	if (has_member(btf, "pt_regs", "orig_ax"))
		*ret_arch = TRACEE_ARCH_X86_64;
	else if (has_member(btf, "pt_regs", "orig_x0"))
		*ret_arch = TRACEE_ARCH_ARM64;
	else
		return error_set(err, -EBADMSG, "its struct pt_regs is neither that of x86_64 nor that of arm64");
	return 0;
}

/* libbpf prints what it thinks of a file; the sentence is ours. */
static int no_print(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/* @fd: of @path. The file is large when it is an ELF file, so libbpf maps what it needs of it. */
static struct btf *parse(int fd, bool is_elf)
{
	libbpf_print_fn_t print = libbpf_set_print(no_print);
	char path[32];
	struct btf *btf;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	btf = is_elf ? btf__parse_elf(path, NULL) : btf__parse_raw(path);
	libbpf_set_print(print);
	return btf;
}

static int take_bytes(const struct btf *btf, struct layout *layout, struct tracee_error *err)
{
	uint32_t size_bytes;
	const void *bytes = btf__raw_data(btf, &size_bytes);
	char digest[DIGEST_SIZE];

	if (!bytes)
		return -ENOMEM;
	if (size_bytes > LAYOUT_BTF_SIZE_MAX)
		return error_set(err, -EBADMSG, "%u bytes of BTF, at most %u are expected", size_bytes, LAYOUT_BTF_SIZE_MAX);
	layout->btf = malloc(size_bytes);
	if (!layout->btf)
		return -ENOMEM;
	memcpy(layout->btf, bytes, size_bytes);
	layout->size_bytes = size_bytes;
	digest_of(bytes, size_bytes, digest);
	snprintf(layout->source, sizeof(layout->source), "btf sha256:%s", digest);
	strcpy(layout->clang, "none");
	return 0;
}

int layout_from_btf(const char *path, struct layout *ret_layout, struct tracee_error *err)
{
	CLEANUP(layout_done) struct layout layout = {};
	CLEANUP(btf__free_at) struct btf *btf = NULL;
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char magic[SELFMAG] = {};
	ssize_t n;
	int r;

	if (fd < 0)
		return error_errno(err, -errno, "BTF '%s'", path);
	n = pread(fd, magic, sizeof(magic), 0);
	if (n < 0)
		return error_errno(err, -errno, "BTF '%s'", path);
	btf = parse(fd, memcmp(magic, ELFMAG, SELFMAG) == 0);
	if (!btf)
		return error_set(err, -EBADMSG, "BTF '%s': it is neither BTF nor an ELF file with a section .BTF (%s): expected "
						"/sys/kernel/btf/vmlinux or a vmlinux",
				 path, strerror(errno));
	r = take_arch(btf, &layout.arch, err);
	if (r == 0)
		r = take_bytes(btf, &layout, err);
	if (r < 0)
		return error_prefix(err, r, "BTF '%s'", path);
	*ret_layout = layout;
	layout = (struct layout){};
	return 0;
}
