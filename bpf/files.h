/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_FILES_H
#define TRACEE_BPF_FILES_H

/* Facts about files, from their inodes: names are what a process makes them. */
#include "bpf/path.h"
#include "bpf/parameters.h"
#include "bpf/record.h"

#define S_IFMT 0170000 /* include/uapi/linux/stat.h */
#define TMPFS_MAGIC 0x01021994 /* include/uapi/linux/magic.h; memfd and System V's shared memory, too */
#define RAMFS_MAGIC 0x858458f6
#define HUGETLBFS_MAGIC 0x958458f6
#define PROC_SUPER_MAGIC 0x9fa0
#define SYSFS_MAGIC 0x62656572
#define S_IFIFO 0010000
#define S_IFCHR 0020000
#define DEVICE(major, minor) ((major) << 20 | (minor)) /* MKDEV, include/linux/kdev_t.h */

static __always_inline int is_in_memory(__u64 magic)
{
	return magic == TMPFS_MAGIC || magic == RAMFS_MAGIC || magic == HUGETLBFS_MAGIC;
}

/* What a kernel starts with: of the type `rootfs`, of which nobody can mount another one (init/do_mounts.c). */
static __always_inline int is_first_root(struct super_block *sb)
{
	__u64 name = 0;

	read_kernel(&name, sizeof("rootfs"), READ(sb, s_type, name));
	return name == 0x7366746f6f72;
}

/*
 * Whether @file is on no disk: it has no name any more, or never had one, or lies in memory. What a kernel starts with
 * (an initramfs) is not meant: there it is the only file system.
 */
static __always_inline int is_fileless(struct file *file)
{
	struct inode *inode = READ(file, f_inode);
	struct super_block *sb;

	if (!inode)
		return 0;
	if (!READ(inode, i_nlink))
		return 1;
	sb = READ(inode, i_sb);
	return is_in_memory(READ(sb, s_magic)) && !is_first_root(sb);
}

/* F_SEAL_* of a memfd; those of huge pages are elsewhere and not read. */
static __always_inline __u32 seals_of(struct inode *inode, __u64 magic)
{
	struct shmem_inode_info *info = 0;

	if (magic != TMPFS_MAGIC)
		return 0;
	info = (void *)inode - __builtin_preserve_field_info(info->vfs_inode, BPF_FIELD_BYTE_OFFSET);
	return READ(info, seals);
}

/* Device and inode of @file as the arguments from @first on. */
static __always_inline void file_identity(struct scratch *s, __u32 first, struct file *file)
{
	struct inode *inode = READ(file, f_inode);

	s->event.args[first] = READ(inode, i_sb, s_dev);
	s->event.args[first + 1] = READ(inode, i_ino);
}

/* Eight bytes of a name, the first one lowest. */
#define NAME_8(a, b, c, d, e, f, g, h)                                                                                  \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | (__u64)(f) << 40 |     \
	 (__u64)(g) << 48 | (__u64)(h) << 56)

/* The first 23 bytes of a name, with zeros behind it. */
struct beginning {
	__u64 first, second, third;
};

static __always_inline void beginning_read(struct beginning *name, struct dentry *dentry)
{
	name->first = name->second = name->third = 0;
	read_kernel_string(name, sizeof(*name), READ(dentry, d_name.name));
}

#endif
