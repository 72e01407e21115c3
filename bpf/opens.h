/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_OPENS_H
#define TRACEE_BPF_OPENS_H

/*
 * Files that tell something by being opened: one program for all of them, since every open(2) of the machine comes by. What is
 * opened decides, by whatever path and call.
 */
#include "bpf/files.h"
#include "bpf/hooks.h"
#include "bpf/injection.h"
#include "bpf/preload.h"

#define O_ACCMODE 3 /* include/uapi/asm-generic/fcntl.h */

/* Where events of files have their arguments; those of process_injection are elsewhere. */
enum opened_arg { OPENED_PATH, OPENED_WAY, OPENED_DEV, OPENED_INODE };

/* Devices of memory and of ports: Documentation/admin-guide/devices.txt. */
static __always_inline int is_memory_device(struct inode *inode)
{
	__u32 device = READ(inode, i_rdev);

	return (READ(inode, i_mode) & S_IFMT) == S_IFCHR &&
	       (device == DEVICE(1, 1) || device == DEVICE(1, 2) || device == DEVICE(1, 4));
}

/* The kernel's own memory, and names of programs that the kernel starts as root. */
static __always_inline int is_control_name(const struct beginning *name, __u64 magic)
{
	if (magic == SYSFS_MAGIC)
		return name->first == NAME_8('u', 'e', 'v', 'e', 'n', 't', '_', 'h') && name->second == NAME_8('e', 'l', 'p', 'e', 'r', 0, 0, 0);
	if (magic != PROC_SUPER_MAGIC)
		return 0;
	if (name->first == NAME_8('m', 'o', 'd', 'p', 'r', 'o', 'b', 'e') || name->first == NAME_8('h', 'o', 't', 'p', 'l', 'u', 'g', 0) ||
	    name->first == NAME_8('k', 'c', 'o', 'r', 'e', 0, 0, 0))
		return !name->second;
	return (name->first == NAME_8('c', 'o', 'r', 'e', '_', 'p', 'a', 't') && name->second == NAME_8('t', 'e', 'r', 'n', 0, 0, 0, 0)) ||
	       (name->first == NAME_8('p', 'o', 'w', 'e', 'r', 'o', 'f', 'f') && name->second == NAME_8('_', 'c', 'm', 'd', 0, 0, 0, 0));
}

/* The file `mem` of a process or thread in a procfs, wherever that is mounted. */
static __always_inline int is_memory_name(const struct beginning *name, __u64 magic)
{
	return name->first == NAME_8('m', 'e', 'm', 0, 0, 0, 0, 0) && magic == PROC_SUPER_MAGIC;
}

/* The slot of the event that it is to open @file for writing; TRACEE_WIRE_N_SLOTS: of none. */
static __always_inline __u32 slot_of_writing(struct file *file, __u64 magic)
{
	struct dentry *dentry = READ(file, f_path.dentry);
	struct beginning name;

	beginning_read(&name, dentry);
	if (is_memory_name(&name, magic))
		return SLOT_OF(PROCESS_INJECTION);
	if (is_control_name(&name, magic) || is_memory_device(READ(file, f_inode)))
		return SLOT_OF(KERNEL_CONTROL_FILE);
	return is_preload_name(&name, dentry) || is_loader_name(&name, dentry) ? SLOT_OF(PRELOAD_FILE) : TRACEE_WIRE_N_SLOTS;
}

#define DIGITS 7 /* of the highest process there may be: 4,194,304 (include/linux/threads.h) */

static __always_inline __u32 number_of(struct dentry *dentry)
{
	unsigned char text[DIGITS + 1] = {};
	__u32 number = 0;

	read_kernel_string(text, sizeof(text), READ(dentry, d_name.name));
#pragma unroll
	for (int i = 0; i < DIGITS; i++) {
		if (text[i])
			number = number * 10 + (text[i] - '0');
	}
	return number;
}

/* The file `status` of the process itself, or of the thread, in a procfs. */
static __always_inline int is_own_status(struct file *file)
{
	struct dentry *dentry = READ(file, f_path.dentry), *parent;
	struct beginning name;
	struct ids ids = {};
	__u32 number;

	beginning_read(&name, dentry);
	if (name.first != NAME_8('s', 't', 'a', 't', 'u', 's', 0, 0))
		return 0;
	parent = READ(dentry, d_parent);
	number = number_of(parent);
	task_ids((void *)bpf_get_current_task(), &ids);
	return number == ids.pid || number == ids.tid;
}

/* int security_file_open(struct file *file): security/security.c */
SEC("kprobe/security_file_open")
int handle_telling_open(struct pt_regs *ctx)
{
	struct file *file = (void *)PARAMETER_1(ctx);
	__u64 magic = READ(file, f_inode, i_sb, s_magic);
	const struct tracee_wire_select *select;
	__u32 slot, flags = READ(file, f_flags);
	struct scratch *s;

	if (flags & O_ACCMODE)
		slot = slot_of_writing(file, magic);
	else if (magic == PROC_SUPER_MAGIC && is_own_status(file))
		slot = SLOT_OF(OWN_STATUS_OPEN);
	else
		return 0;
	select = event_wanted(slot);
	if (!select)
		return 0;
	s = hook_begin(slot, select);
	if (!s)
		return 0;
	if (slot == SLOT_OF(PROCESS_INJECTION)) {
		s->event.args[INJECTION_WAY] = TRACEE_WIRE_WAY_MEMORY_FILE;
		s->event.args[INJECTION_FLAGS] = flags;
	} else {
		s->event.args[OPENED_WAY] = TRACEE_WIRE_WAY_OPEN;
		file_identity(s, OPENED_DEV, file);
	}
	record_file_path(s, slot == SLOT_OF(PROCESS_INJECTION) ? INJECTION_PATH : OPENED_PATH, file);
	hook_submit(ctx, s, slot, select);
	return 0;
}

#endif
