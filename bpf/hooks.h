/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_HOOKS_H
#define TRACEE_BPF_HOOKS_H

/* Functions of the kernel at which events are made: by kprobes, which are not preempted. */
#include "bpf/files.h"
#include "bpf/memory.h"
#include "bpf/parameters.h"
#include "bpf/record.h"
#include "bpf/syscalls.h"

#define SLOT_OF(name) TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_##name)
#define S_IFREG 0100000
#define O_APPEND 02000 /* include/uapi/asm-generic/fcntl.h */
#define FMODE_EXEC 0x20 /* include/linux/fs.h; in f_flags as __FMODE_EXEC */
#define CAP_OPT_NOAUDIT 2 /* include/linux/security.h */
#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */

/*
 * The slot of the system call that the task is in; TRACEE_WIRE_N_SLOTS if that cannot be known, or there is none: the
 * registers of a thread of the kernel are zeros, which would be a call.
 */
static __always_inline __u32 current_syscall(struct task_struct *task)
{
#if defined(TRACEE_TIER_RING)
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs) && !(READ(task, flags) & PF_KTHREAD)) {
		__u32 nr = syscall_number((void *)bpf_task_pt_regs(bpf_get_current_task_btf()));

		if (nr < TRACEE_WIRE_N_SYSCALL_SLOTS)
			return is_compat(task) ? compat_slot(nr) : nr;
	}
#endif
	return TRACEE_WIRE_N_SLOTS;
}

static __always_inline struct scratch *hook_begin(__u32 slot, const struct tracee_wire_select *select)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s = event_begin(task, slot, select, SCRATCH_NOT_PREEMPTED);

	if (s && config_has(TRACEE_WIRE_SYSCALLS))
		s->event.syscall = current_syscall(task);
	return s;
}

/* @for_rule: whether a detection waits for just this one. */
static __always_inline void numbers_submit(void *ctx, struct scratch *s, __u32 slot, const struct tracee_wire_select *select,
					   int for_rule)
{
	if (!for_rule && select->is_filtered && is_filtered(select) && !numbers_are_wanted(select, s->event.args, s->event.ret))
		count_filtered(slot);
	else
		event_submit(ctx, s, slot, for_rule);
}

static __always_inline void hook_submit(void *ctx, struct scratch *s, __u32 slot, const struct tracee_wire_select *select)
{
	numbers_submit(ctx, s, slot, select, is_for_rule(select));
}

/* void do_exit(long code): kernel/exit.c */
SEC("kprobe/do_exit")
int handle_do_exit(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(DO_EXIT));
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(DO_EXIT), select);
	if (!s)
		return 0;
	s->event.ret = (long)PARAMETER_1(ctx);
	hook_submit(ctx, s, SLOT_OF(DO_EXIT), select);
	return 0;
}

/*
 * int cap_capable(const struct cred *cred, struct user_namespace *ns, int cap, unsigned int opts): security/commoncap.c
 * The kernel asks without audit what it does not refuse anybody for. Before 5.1 the last parameter was a boolean for that
 * (c1a85a00ea66), which cannot be told from no options: there all of them come.
 */
SEC("kprobe/cap_capable")
int handle_cap_capable(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(CAP_CAPABLE));
	struct scratch *s;

	if (!select || (PARAMETER_4(ctx) & CAP_OPT_NOAUDIT))
		return 0;
	s = hook_begin(SLOT_OF(CAP_CAPABLE), select);
	if (!s)
		return 0;
	s->event.args[0] = PARAMETER_3(ctx);
	s->event.args[1] = s->event.syscall;
	hook_submit(ctx, s, SLOT_OF(CAP_CAPABLE), select);
	return 0;
}

/* int security_bprm_check(struct linux_binprm *bprm): security/security.c */
SEC("kprobe/security_bprm_check")
int handle_bprm_check(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_BPRM_CHECK));
	struct linux_binprm *bprm = (void *)PARAMETER_1(ctx);
	struct file *file;
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_BPRM_CHECK), select);
	if (!s)
		return 0;
	file = READ(bprm, file);
	record_file_path(s, 0, file);
	file_identity(s, 1, file);
	hook_submit(ctx, s, SLOT_OF(SECURITY_BPRM_CHECK), select);
	return 0;
}

/* int security_file_open(struct file *file): security/security.c. What execve opens for itself is an event of its own. */
SEC("kprobe/security_file_open")
int handle_file_open(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_FILE_OPEN));
	struct file *file = (void *)PARAMETER_1(ctx);
	__u32 flags = READ(file, f_flags);
	struct scratch *s;

	if (!select || (flags & FMODE_EXEC))
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_FILE_OPEN), select);
	if (!s)
		return 0;
	record_file_path(s, 0, file);
	s->event.args[1] = flags;
	file_identity(s, 2, file);
	hook_submit(ctx, s, SLOT_OF(SECURITY_FILE_OPEN), select);
	return 0;
}

/*
 * int security_path_unlink(const struct path *dir, struct dentry *dentry): security/security.c, if the kernel has
 * CONFIG_SECURITY_PATH. A thread comes here first when it unlinks; the mount is known here only.
 */
SEC("kprobe/security_path_unlink")
int handle_path_unlink(struct pt_regs *ctx)
{
	struct path *dir = (void *)PARAMETER_1(ctx);
	struct unlinking unlinking = { .dentry = PARAMETER_2(ctx), .mnt = (__u64)READ(dir, mnt) };
	__u64 thread = bpf_get_current_pid_tgid();

	if (event_wanted(SLOT_OF(SECURITY_INODE_UNLINK)))
		bpf_map_update_elem(&unlinks, &thread, &unlinking, BPF_ANY);
	return 0;
}

static __always_inline struct vfsmount *unlinks_mount(struct dentry *dentry)
{
	__u64 thread = bpf_get_current_pid_tgid();
	const struct unlinking *unlinking = bpf_map_lookup_elem(&unlinks, &thread);

	return unlinking && unlinking->dentry == (__u64)dentry ? (void *)unlinking->mnt : 0;
}

/* int security_inode_unlink(struct inode *dir, struct dentry *dentry): security/security.c */
SEC("kprobe/security_inode_unlink")
int handle_inode_unlink(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_INODE_UNLINK));
	struct dentry *dentry = (void *)PARAMETER_2(ctx);
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_INODE_UNLINK), select);
	if (!s)
		return 0;
	record_walk(s, TRACEE_WIRE_BLOB_STRING << 8, dentry, unlinks_mount(dentry));
	hook_submit(ctx, s, SLOT_OF(SECURITY_INODE_UNLINK), select);
	return 0;
}

/* A write of @count bytes, or parts, to @file at *@at. */
struct written {
	struct file *file;
	__u64 count, at;
};

static __always_inline void written_read(struct written *written, struct pt_regs *ctx)
{
	const void *at = (void *)PARAMETER_4(ctx);
	struct file *file = (void *)PARAMETER_1(ctx);

	written->file = file;
	written->count = PARAMETER_3(ctx);
	written->at = 0;
	/* Files without a position have none. */
	if (!at)
		return;
	if (READ(file, f_flags) & O_APPEND)
		written->at = READ(file, f_inode, i_size);
	else
		read_kernel(&written->at, sizeof(written->at), at);
}

static __always_inline void write_event(struct pt_regs *ctx, __u32 slot, const struct written *written)
{
	const struct tracee_wire_select *select = event_wanted(slot);
	struct scratch *s;

	if (!select)
		return;
	s = hook_begin(slot, select);
	if (!s)
		return;
	record_file_path(s, 0, written->file);
	file_identity(s, 1, written->file);
	s->event.args[3] = written->count;
	s->event.args[4] = written->at;
	hook_submit(ctx, s, slot, select);
}

/* The first bytes of a regular file, as they are written. */
static __always_inline void magic_event(struct pt_regs *ctx, const struct written *written, const void *bytes, __u64 size)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(MAGIC_WRITE));
	struct file *file = written->file;
	struct scratch *s;

	if (!select || written->at || !size || (READ(file, f_inode, i_mode) & S_IFMT) != S_IFREG)
		return;
	s = hook_begin(SLOT_OF(MAGIC_WRITE), select);
	if (!s)
		return;
	record_file_path(s, 0, file);
	record_user_bytes(s, 1, TRACEE_WIRE_BLOB_BYTES, bytes, size < TRACEE_WIRE_MAGIC_SIZE ? size : TRACEE_WIRE_MAGIC_SIZE);
	file_identity(s, 2, file);
	hook_submit(ctx, s, SLOT_OF(MAGIC_WRITE), select);
}

/* ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos): fs/read_write.c */
SEC("kprobe/vfs_write")
int handle_vfs_write(struct pt_regs *ctx)
{
	struct written written;

	written_read(&written, ctx);
	write_event(ctx, SLOT_OF(VFS_WRITE), &written);
	return 0;
}

SEC("kprobe/vfs_write")
int handle_magic_write(struct pt_regs *ctx)
{
	struct written written;

	written_read(&written, ctx);
	magic_event(ctx, &written, (void *)PARAMETER_2(ctx), written.count);
	return 0;
}

/* struct iovec: include/uapi/linux/uio.h */
struct part {
	__u64 base, size;
};

/* struct compat_iovec: include/linux/compat.h */
struct compat_part {
	__u32 base, size;
};

/* The first part, all zero if it cannot be read. */
static __always_inline void part_read(struct part *part, const void *from)
{
	struct compat_part compat = {};

	if (!is_compat((void *)bpf_get_current_task())) {
		read_user(part, sizeof(*part), from);
		return;
	}
	read_user(&compat, sizeof(compat), from);
	part->base = compat.base;
	part->size = compat.size;
}

/* ssize_t vfs_writev(struct file *file, const struct iovec __user *vec, unsigned long vlen, loff_t *pos, …): fs/read_write.c */
SEC("kprobe/vfs_writev")
int handle_vfs_writev(struct pt_regs *ctx)
{
	struct written written;

	written_read(&written, ctx);
	write_event(ctx, SLOT_OF(VFS_WRITEV), &written);
	return 0;
}

SEC("kprobe/vfs_writev")
int handle_magic_writev(struct pt_regs *ctx)
{
	struct part part = {};
	struct written written;

	written_read(&written, ctx);
	if (written.count)
		part_read(&part, (void *)PARAMETER_2(ctx));
	magic_event(ctx, &written, (void *)part.base, part.size);
	return 0;
}

/* The values of the argument `alert`. */
enum alert { ALERT_NONE, ALERT_MMAP_W_AND_X, ALERT_TO_X, ALERT_X_TO_W_AND_X, ALERT_W_AND_X_TO_X };

static __always_inline void alert_event(struct pt_regs *ctx, enum alert alert)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(MEM_PROT_ALERT));
	struct scratch *s;

	if (!select || alert == ALERT_NONE)
		return;
	s = hook_begin(SLOT_OF(MEM_PROT_ALERT), select);
	if (!s)
		return;
	s->event.args[0] = alert;
	hook_submit(ctx, s, SLOT_OF(MEM_PROT_ALERT), select);
}

#define W_AND_X(bits) (((bits) & (PROT_WRITE | PROT_EXEC)) == (PROT_WRITE | PROT_EXEC))

/* int security_mmap_file(struct file *file, unsigned long prot, unsigned long flags): security/security.c */
SEC("kprobe/security_mmap_file")
int handle_mmap_file(struct pt_regs *ctx)
{
	alert_event(ctx, W_AND_X(PARAMETER_2(ctx)) ? ALERT_MMAP_W_AND_X : ALERT_NONE);
	return 0;
}

static __always_inline enum alert protection_alert(__u64 vm_flags, __u64 prot)
{
	if ((prot & PROT_EXEC) && !(vm_flags & VM_EXEC))
		return ALERT_TO_X;
	if (W_AND_X(prot) && !(vm_flags & VM_WRITE))
		return ALERT_X_TO_W_AND_X;
	if ((vm_flags & VM_WRITE) && (vm_flags & VM_EXEC) && (prot & PROT_EXEC) && !(prot & PROT_WRITE))
		return ALERT_W_AND_X_TO_X;
	return ALERT_NONE;
}

/* int security_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot): security/security.c */
SEC("kprobe/security_file_mprotect")
int handle_file_mprotect(struct pt_regs *ctx)
{
	struct vm_area_struct *vma = (void *)PARAMETER_1(ctx);

	alert_event(ctx, protection_alert(READ(vma, vm_flags), PARAMETER_2(ctx)));
	return 0;
}

/* Where old and new value of commit_creds stand. */
enum creds_arg { OLD_EUID, NEW_EUID, OLD_EGID, NEW_EGID, OLD_FSUID, NEW_FSUID, OLD_CAP_EFF, NEW_CAP_EFF };

static __always_inline __u64 capabilities(const struct cred *cred)
{
	__u64 bits = 0;

	read_kernel(&bits, sizeof(bits), __builtin_preserve_access_index(&cred->cap_effective));
	return bits;
}

/* int commit_creds(struct cred *new): kernel/cred.c */
SEC("kprobe/commit_creds")
int handle_commit_creds(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(COMMIT_CREDS));
	const struct cred *new = (void *)PARAMETER_1(ctx), *old;
	struct scratch *s;
	__u64 *args;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(COMMIT_CREDS), select);
	if (!s)
		return 0;
	old = READ((struct task_struct *)bpf_get_current_task(), real_cred);
	args = s->event.args;
	args[OLD_EUID] = READ(old, euid.val);
	args[NEW_EUID] = READ(new, euid.val);
	args[OLD_EGID] = READ(old, egid.val);
	args[NEW_EGID] = READ(new, egid.val);
	args[OLD_FSUID] = READ(old, fsuid.val);
	args[NEW_FSUID] = READ(new, fsuid.val);
	args[OLD_CAP_EFF] = capabilities(old);
	args[NEW_CAP_EFF] = capabilities(new);
	if (args[OLD_EUID] != args[NEW_EUID] || args[OLD_EGID] != args[NEW_EGID] || args[OLD_FSUID] != args[NEW_FSUID] ||
	    args[OLD_CAP_EFF] != args[NEW_CAP_EFF])
		hook_submit(ctx, s, SLOT_OF(COMMIT_CREDS), select);
	return 0;
}

/* The number of the new namespace; 0 if it stays the same. */
#define CHANGED(new, old, member) (READ(new, member) == READ(old, member) ? 0 : READ(new, member, ns.inum))

/*
 * void switch_task_namespaces(struct task_struct *p, struct nsproxy *new): kernel/nsproxy.c; without a new one at the end.
 * A new one may have the old namespaces in it.
 */
SEC("kprobe/switch_task_namespaces")
int handle_switch_task_namespaces(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SWITCH_TASK_NS));
	struct task_struct *task = (void *)PARAMETER_1(ctx);
	struct nsproxy *new = (void *)PARAMETER_2(ctx), *old;
	struct scratch *s;

	if (!select || !new)
		return 0;
	old = READ(task, nsproxy);
	if (!old)
		return 0;
	s = hook_begin(SLOT_OF(SWITCH_TASK_NS), select);
	if (!s)
		return 0;
	s->event.args[0] = READ(task, pid);
	s->event.args[1] = CHANGED(new, old, mnt_ns);
	s->event.args[2] = CHANGED(new, old, pid_ns_for_children);
	s->event.args[3] = CHANGED(new, old, uts_ns);
	s->event.args[4] = CHANGED(new, old, ipc_ns);
	s->event.args[5] = CHANGED(new, old, net_ns);
	s->event.args[6] = CHANGED(new, old, cgroup_ns);
	/* A new set may have the old namespaces in it. */
	if (s->event.args[1] | s->event.args[2] | s->event.args[3] | s->event.args[4] | s->event.args[5] | s->event.args[6])
		hook_submit(ctx, s, SLOT_OF(SWITCH_TASK_NS), select);
	return 0;
}

/* int security_ptrace_traceme(struct task_struct *parent): security/security.c */
SEC("kprobe/security_ptrace_traceme")
int handle_ptrace_traceme(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_PTRACE_TRACEME));
	struct task_struct *tracer = (void *)PARAMETER_1(ctx);
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_PTRACE_TRACEME), select);
	if (!s)
		return 0;
	s->event.args[0] = READ(tracer, tgid);
	hook_submit(ctx, s, SLOT_OF(SECURITY_PTRACE_TRACEME), select);
	return 0;
}

/* int security_task_prctl(int option, unsigned long arg2, …): security/security.c */
SEC("kprobe/security_task_prctl")
int handle_task_prctl(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_TASK_PRCTL));
	__u64 args[TRACEE_WIRE_N_ARGS] = { PARAMETER_1(ctx), PARAMETER_2(ctx) };
	struct scratch *s;
	int for_rule;

	if (!select)
		return 0;
	for_rule = is_finding(select, args);
	if (!for_rule && !(select->flags & TRACEE_WIRE_SELECT_TRACE))
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_TASK_PRCTL), select);
	if (!s)
		return 0;
	__builtin_memcpy(s->event.args, args, sizeof(args));
	numbers_submit(ctx, s, SLOT_OF(SECURITY_TASK_PRCTL), select, for_rule);
	return 0;
}

#define CONTENT_IF(id, name, content)                                                                                         \
	if (bpf_core_enum_value_exists(enum kernel_read_file_id, name) &&                                                     \
	    (id) == bpf_core_enum_value(enum kernel_read_file_id, name))                                                      \
	return content

static __always_inline enum tracee_wire_content content_of(__u32 id)
{
	CONTENT_IF(id, READING_FIRMWARE, TRACEE_WIRE_CONTENT_FIRMWARE);
	CONTENT_IF(id, READING_MODULE, TRACEE_WIRE_CONTENT_MODULE);
	CONTENT_IF(id, READING_KEXEC_IMAGE, TRACEE_WIRE_CONTENT_KEXEC_IMAGE);
	CONTENT_IF(id, READING_KEXEC_INITRAMFS, TRACEE_WIRE_CONTENT_KEXEC_INITRAMFS);
	CONTENT_IF(id, READING_POLICY, TRACEE_WIRE_CONTENT_POLICY);
	CONTENT_IF(id, READING_X509_CERTIFICATE, TRACEE_WIRE_CONTENT_CERTIFICATE);
	return TRACEE_WIRE_CONTENT_OTHER;
}

/*
 * int security_kernel_read_file(struct file *file, enum kernel_read_file_id id, bool contents): security/security.c; up to 5.9
 * without the last. Before the file is read.
 */
SEC("kprobe/security_kernel_read_file")
int handle_kernel_read_file(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_KERNEL_READ_FILE));
	struct file *file = (void *)PARAMETER_1(ctx);
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_KERNEL_READ_FILE), select);
	if (!s)
		return 0;
	record_file_path(s, 0, file);
	file_identity(s, 1, file);
	s->event.args[3] = content_of(PARAMETER_2(ctx));
	hook_submit(ctx, s, SLOT_OF(SECURITY_KERNEL_READ_FILE), select);
	return 0;
}

/* int security_kernel_load_data(enum kernel_load_data_id id, bool contents): security/security.c. From memory of the caller. */
SEC("kprobe/security_kernel_load_data")
int handle_kernel_load_data(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(SECURITY_KERNEL_LOAD_DATA));
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(SECURITY_KERNEL_LOAD_DATA), select);
	if (!s)
		return 0;
	s->event.args[0] = content_of(PARAMETER_1(ctx));
	hook_submit(ctx, s, SLOT_OF(SECURITY_KERNEL_LOAD_DATA), select);
	return 0;
}

#endif
