// SPDX-License-Identifier: Apache-2.0
/* The BTF that a kernel brought: raw, in the section .BTF of an ELF file, or in a compressed kernel image. */
#include <bpf/btf.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder/image/image.h"
#include "builder/layout/btf_section.h"
#include "builder/layout/layout.h"
#include "builder/object/types.h"
#include "libtracee/base/digest.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"

#define BTF_MAGIC_BYTES "\x9f\xeb" /* 0xeb9f, little endian, as both architectures are */

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
		return error_set(err, -EBADMSG,
				 "it has no struct task_struct: it is not the BTF of a kernel (a module's, or a "
				 "split one?)");
	if (has_member(btf, "pt_regs", "orig_ax"))
		*ret_arch = TRACEE_ARCH_X86_64;
	else if (has_member(btf, "pt_regs", "orig_x0"))
		*ret_arch = TRACEE_ARCH_ARM64;
	else
		return error_set(err, -EBADMSG, "its struct pt_regs is neither that of x86_64 nor that of arm64");
	return 0;
}

static int read_image(int fd, struct layout *layout, struct tracee_error *err)
{
	struct kernel_image image = {};
	int r = kernel_image_read(fd, &image, err);

	if (r < 0)
		return r;
	layout->btf = image.btf;
	layout->size_bytes = image.size_bytes;
	memcpy(layout->release, image.release, sizeof(layout->release));
	return 0;
}

static bool is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* @fd may be of any kind of file; that of /sys has no size. */
static int read_bytes(int fd, struct layout *layout, struct tracee_error *err)
{
	uint8_t begin[KERNEL_IMAGE_BEGIN_SIZE];
	ssize_t n = pread(fd, begin, sizeof(begin), 0);
	struct bytes bytes = { begin, n > 0 ? (size_t)n : 0 };
	int r;

	if (n < 0)
		return error_errno(err, -errno, "it cannot be read");
	if (bytes_have(bytes, 0, ELFMAG, SELFMAG))
		return btf_section_read(fd, LAYOUT_BTF_SIZE_MAX, &layout->btf, &layout->size_bytes, err);
	if (kernel_image_is_one(bytes) && is_regular(fd))
		return read_image(fd, layout, err);
	if (!bytes_have(bytes, 0, BTF_MAGIC_BYTES, 2))
		return error_set(err, -EBADMSG,
				 "it is neither BTF nor a kernel: expected /sys/kernel/btf/vmlinux, a vmlinux, or a "
				 "kernel image such as a vmlinuz");
	r = file_read_fd(fd, LAYOUT_BTF_SIZE_MAX, &layout->btf, &layout->size_bytes);
	return r < 0 ? error_errno(err, r, "it cannot be read") : 0;
}

static int take_btf(int fd, struct layout *layout, struct tracee_error *err)
{
	CLEANUP(btf__free_at) struct btf *btf = NULL;
	int r = read_bytes(fd, layout, err);

	if (r == 0)
		r = types_read(layout->btf, layout->size_bytes, &btf, err);
	if (r == 0)
		r = take_arch(btf, &layout->arch, err);
	return r;
}

int layout_from_btf_fd(int fd, const char *name, struct layout *ret_layout, struct tracee_error *err)
{
	CLEANUP(layout_done) struct layout layout = { .clang = "none" };
	char digest[DIGEST_SIZE];
	int r;

	r = take_btf(fd, &layout, err);
	if (r < 0)
		return error_prefix(err, r, "BTF '%s'", name);
	digest_of(layout.btf, layout.size_bytes, digest);
	snprintf(layout.source, sizeof(layout.source), "btf sha256:%s", digest);
	*ret_layout = layout;
	layout = (struct layout){};
	return 0;
}

int layout_from_btf(const char *path, struct layout *ret_layout, struct tracee_error *err)
{
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return error_errno(err, -errno, "BTF '%s'", path);
	return layout_from_btf_fd(fd, path, ret_layout, err);
}
