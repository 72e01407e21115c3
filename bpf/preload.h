/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_PRELOAD_H
#define TRACEE_BPF_PRELOAD_H

/*
 * Every way to /etc/ld.so.preload, by which the dynamic loader of all programs is told to load something more, and to replace that
 * loader. Those by open(2) are in bpf/opens.h.
 */
#include "bpf/files.h"
#include "bpf/hooks.h"
#include "bpf/parameters.h"

#define RENAME_EXCHANGE 2 /* include/uapi/linux/fs.h */

enum preload_arg { PRELOAD_PATH, PRELOAD_WAY, PRELOAD_DEV, PRELOAD_INODE };

/* Whether a file is ld.so.preload in a directory that can be /etc: it has that name, or is the root of a file system. */
static __always_inline int is_preload_name(const struct beginning *name, struct dentry *dentry)
{
	struct dentry *parent;
	__u32 above = 0;

	if (name->first != NAME_8('l', 'd', '.', 's', 'o', '.', 'p', 'r') || name->second != NAME_8('e', 'l', 'o', 'a', 'd', 0, 0, 0))
		return 0;
	parent = READ(dentry, d_parent);
	if (READ(parent, d_parent) == parent)
		return 1;
	if (READ(parent, d_name.len) != 3)
		return 0;
	read_kernel(&above, 3, READ(parent, d_name.name));
	return above == 0x637465; /* "etc" */
}

#define LOADER_NAME_MAX 27 /* ld-linux-riscv64-lp64d.so.1; what packages unpack first has a longer one */

/* Whether it is a dynamic loader of glibc or musl that is there already: unpacking a new system makes new ones. */
static __always_inline int is_loader_name(const struct beginning *name, struct dentry *dentry)
{
	struct inode *inode;

	if (name->first != NAME_8('l', 'd', '-', 'l', 'i', 'n', 'u', 'x') && name->first != NAME_8('l', 'd', '-', 'm', 'u', 's', 'l', '-') &&
	    (name->first & 0xffffffffff) != NAME_8('l', 'd', '-', '2', '.', 0, 0, 0))
		return 0;
	inode = READ(dentry, d_inode);
	return inode && READ(inode, i_size) && READ(dentry, d_name.len) <= LOADER_NAME_MAX;
}

static __always_inline int is_preload_file(struct dentry *dentry)
{
	struct beginning name;

	beginning_read(&name, dentry);
	return is_preload_name(&name, dentry);
}

/* What every program of the machine is loaded by. */
static __always_inline int loads_all(struct dentry *dentry)
{
	struct beginning name;

	beginning_read(&name, dentry);
	return is_preload_name(&name, dentry) || is_loader_name(&name, dentry);
}

static __always_inline void preload_event(struct pt_regs *ctx, enum tracee_wire_way way, struct dentry *dentry,
					  struct vfsmount *mnt, struct inode *inode)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(PRELOAD_FILE));
	struct scratch *s;

	if (!select)
		return;
	s = hook_begin(SLOT_OF(PRELOAD_FILE), select);
	if (!s)
		return;
	record_walk(s, PRELOAD_PATH | TRACEE_WIRE_BLOB_STRING << 8, dentry, mnt);
	s->event.args[PRELOAD_WAY] = way;
	if (inode) {
		s->event.args[PRELOAD_DEV] = READ(inode, i_sb, s_dev);
		s->event.args[PRELOAD_INODE] = READ(inode, i_ino);
	}
	hook_submit(ctx, s, SLOT_OF(PRELOAD_FILE), select);
}

/*
 * int security_inode_rename(struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir, struct dentry *new_dentry,
 * unsigned int flags): security/security.c. Of two that are exchanged either may be the one.
 */
SEC("kprobe/security_inode_rename")
int handle_preload_rename(struct pt_regs *ctx)
{
	struct dentry *other = (void *)PARAMETER_2(ctx), *dentry = (void *)PARAMETER_4(ctx);

	if (!loads_all(dentry)) {
		if (!(PARAMETER_5(ctx) & RENAME_EXCHANGE) || !loads_all(other))
			return 0;
		dentry = other;
		other = (void *)PARAMETER_4(ctx);
	}
	preload_event(ctx, TRACEE_WIRE_WAY_RENAME, dentry, 0, READ(other, d_inode));
	return 0;
}

/* int security_inode_link(struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry): security/security.c */
SEC("kprobe/security_inode_link")
int handle_preload_link(struct pt_regs *ctx)
{
	struct dentry *old = (void *)PARAMETER_1(ctx), *new = (void *)PARAMETER_3(ctx);

	/* A second name of the file, by which it could be written. */
	if (is_preload_file(new) || is_preload_file(old))
		preload_event(ctx, TRACEE_WIRE_WAY_LINK, new, 0, READ(old, d_inode));
	return 0;
}

/* int security_inode_symlink(struct inode *dir, struct dentry *dentry, const char *old_name): security/security.c */
SEC("kprobe/security_inode_symlink")
int handle_preload_symlink(struct pt_regs *ctx)
{
	struct dentry *dentry = (void *)PARAMETER_2(ctx);

	if (is_preload_file(dentry))
		preload_event(ctx, TRACEE_WIRE_WAY_SYMLINK, dentry, 0, 0);
	return 0;
}

static __always_inline void mounted_on(struct pt_regs *ctx, struct path *path)
{
	struct dentry *dentry = READ(path, dentry);

	if (loads_all(dentry))
		preload_event(ctx, TRACEE_WIRE_WAY_MOUNT, dentry, READ(path, mnt), 0);
}

/* int security_sb_mount(const char *dev_name, const struct path *path, …): security/security.c */
SEC("kprobe/security_sb_mount")
int handle_preload_mount(struct pt_regs *ctx)
{
	mounted_on(ctx, (void *)PARAMETER_2(ctx));
	return 0;
}

/* int security_move_mount(const struct path *from_path, const struct path *to_path): security/security.c, since 5.2 */
SEC("kprobe/security_move_mount")
int handle_preload_move_mount(struct pt_regs *ctx)
{
	mounted_on(ctx, (void *)PARAMETER_2(ctx));
	return 0;
}

#endif
