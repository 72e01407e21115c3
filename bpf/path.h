/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_PATH_H
#define TRACEE_BPF_PATH_H

/*
 * Paths of files, put together from the leaf to the root as d_path() in the kernel does it (fs/d_path.c).
 * They are those of the mount namespace of the file, whatever root the process has. Names in front for which there are no
 * steps or no room are left out, and "..." stands for them; the path of a file that was deleted ends in " (deleted)".
 */
#include "bpf/blob.h"
#include "bpf/kernel_types.h"

#define PATH_BYTES TRACEE_WIRE_STRING_MAX
#define NAME_BYTES 256 /* NAME_MAX and more than the longest name */

/*
 * Where a walk is: bytes from `at` on are the path so far. It lies in a map, because of what it loads from
 * there the verifier knows nothing, and so every step looks the same to it.
 */
struct walk {
	struct dentry *dentry;
	struct vfsmount *mnt; /* 0: not known, and the path one within its file system */
	__u64 at;
	char bytes[PATH_BYTES + NAME_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, N_SCRATCH_SPACES);
	__type(key, __u32);
	__type(value, struct walk);
} walks SEC(".maps");

static __always_inline struct mount *mount_of(struct vfsmount *mnt)
{
	struct mount *mount = 0;

	return (void *)mnt - __builtin_preserve_field_info(mount->mnt, BPF_FIELD_BYTE_OFFSET);
}

static __always_inline struct vfsmount *mount_root(struct mount *mount)
{
	return (void *)mount + __builtin_preserve_field_info(mount->mnt, BPF_FIELD_BYTE_OFFSET);
}

/* Puts the name of the dentry in front. 0 if there is no room. */
static __always_inline int walk_name(struct walk *walk, struct dentry *dentry)
{
	__u64 length = READ(dentry, d_name.len) & (NAME_BYTES - 1), at;

	if (walk->at < length + 1)
		return 0;
	at = walk->at - length - 1;
	hide(at);
	at &= PATH_BYTES - 1;
	walk->bytes[at] = '/';
	hide(length);
	length &= NAME_BYTES - 1;
	read_kernel(walk->bytes + at + 1, length, READ(dentry, d_name.name));
	walk->at = at;
	return 1;
}

/* One step towards the root. 1: go on, 0: the root is reached, -1: there is no room. */
static __always_inline int walk_step(struct walk *walk)
{
	struct dentry *dentry = walk->dentry, *parent = READ(dentry, d_parent);
	struct vfsmount *mnt = walk->mnt;
	struct mount *mount, *above;

	if (mnt && dentry == READ(mnt, mnt_root)) {
		mount = mount_of(mnt);
		above = READ(mount, mnt_parent);
		if (above == mount)
			return 0;
		walk->dentry = READ(mount, mnt_mountpoint);
		walk->mnt = mount_root(above);
		return 1;
	}
	if (dentry == parent)
		return 0;
	if (!walk_name(walk, dentry))
		return -1;
	walk->dentry = parent;
	return 1;
}

/* Files that have no place in a tree (memfd, pipes) have one name and no parent, and are deleted from the beginning. */
static __always_inline void walk_nameless(struct walk *walk, struct dentry *leaf)
{
	struct vfsmount *mnt = walk->mnt;

	if (walk->at != PATH_BYTES)
		return;
	if (walk->dentry != leaf || (mnt && leaf == READ(mnt, mnt_root))) {
		walk->at = PATH_BYTES - 1;
		walk->bytes[PATH_BYTES - 1] = '/';
	} else if (walk_name(walk, leaf)) {
		walk->at++;
	}
}

#define DELETED_BYTES 10 /* " (deleted)" */

/* As d_path() has it. */
static __always_inline void walk_begin(struct walk *walk, struct dentry *leaf, struct vfsmount *mnt)
{
	walk->dentry = leaf;
	walk->mnt = mnt;
	walk->at = PATH_BYTES;
	if (READ(leaf, d_parent) == leaf || READ(leaf, d_hash.pprev))
		return;
	walk->at -= DELETED_BYTES;
	/* As numbers, because a string would be data of the object, which kernels before 5.2 do not have. */
	*(__u64 *)(walk->bytes + PATH_BYTES - DELETED_BYTES) = 0x6574656c65642820;
	*(__u16 *)(walk->bytes + PATH_BYTES - 2) = 0x2964;
}

/* What is missing is missing in front. */
static __always_inline void walk_cut(struct walk *walk)
{
	__u64 at = walk->at;

	at = at < 3 ? 0 : at - 3;
	hide(at);
	at &= PATH_BYTES - 1;
	__builtin_memset(walk->bytes + at, '.', 3);
	walk->at = at;
}

SHARED void record_walk(struct scratch *s, __u16 arg_and_kind, struct dentry *leaf, struct vfsmount *mnt)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg_and_kind & 0xff, arg_and_kind >> 8);
	__u32 space = s->space;
	struct walk *walk = bpf_map_lookup_elem(&walks, &space);
	__u64 at, size;
	int r = 1;

	if (!blob || !walk)
		return;
	walk_begin(walk, leaf, mnt);
	REPEAT
	for (int i = 0; i < N_PATH_STEPS; i++) {
		r = walk_step(walk);
		if (r <= 0)
			break;
	}
	if (r == 0)
		walk_nameless(walk, leaf);
	else
		walk_cut(walk);
	at = walk->at;
	size = PATH_BYTES - at;
	hide(size);
	if (size > PATH_BYTES)
		return;
	at &= PATH_BYTES - 1;
	read_kernel(blob + 1, size, walk->bytes + at);
	blob_end(s, blob, size, 0);
}

static __always_inline void record_file_path(struct scratch *s, __u8 arg, struct file *file)
{
	record_walk(s, arg | TRACEE_WIRE_BLOB_STRING << 8, READ(file, f_path.dentry), READ(file, f_path.mnt));
}

/* The file behind descriptor @fd of @task; 0 if there is none. */
static __always_inline struct file *file_of(struct task_struct *task, __u32 fd)
{
	struct fdtable *table = READ(task, files, fdt);
	struct file *file = 0;

	if (fd >= READ(table, max_fds) || read_kernel(&file, sizeof(file), READ(table, fd) + fd) < 0)
		return 0;
	return file;
}

/* The path of the file behind descriptor @fd of @task; nothing if there is none, or none any more. */
static __always_inline void record_descriptor(struct scratch *s, __u8 arg, struct task_struct *task, __u32 fd)
{
	struct file *file = file_of(task, fd);

	if (!file)
		return;
	record_walk(s, arg | TRACEE_WIRE_BLOB_FILE_PATH << 8, READ(file, f_path.dentry), READ(file, f_path.mnt));
}

#endif
