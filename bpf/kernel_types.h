/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_KERNEL_TYPES_H
#define TRACEE_BPF_KERNEL_TYPES_H

/*
 * The kernel types we read, and of each only the members we read: CO-RE relocates every access to
 * where the member is in the kernel at hand. So order, size and everything left out mean nothing
 * here. A suffix `___x` is not part of the name: it marks how a type looked in some kernels, and is
 * used behind bpf_core_field_exists() only. bpf/layout.c names each type of this file for header trees.
 */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	unsigned int val;
} kuid_t;

struct new_utsname {
	char nodename[65];
};

struct ns_common {
	unsigned int inum;
};

struct uts_namespace {
	struct ns_common ns;
	struct new_utsname name;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct pid_namespace {
	struct ns_common ns;
	unsigned int level;
};

struct ipc_namespace {
	struct ns_common ns;
};

struct net {
	struct ns_common ns;
};

struct cgroup_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct cgroup_namespace *cgroup_ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct kernfs_node {
	const char *name;
};

/* A node's parent is `parent`; 6.15 renamed it `__parent` and protects it by RCU (633488947ef6). */
struct kernfs_node___parent {
	struct kernfs_node *parent;
};
struct kernfs_node___rcu_parent {
	struct kernfs_node *__parent;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	unsigned long long serial_nr; /* never used again, as the address is */
};

/* Which of the controllers a kernel has, and so their numbers, is up to its configuration. */
enum cgroup_subsys_id {
	pids_cgrp_id = 0,
};

/* What the kernel reads a file for. Values differ between kernels; LOADING_* of enum kernel_load_data_id are the same. */
enum kernel_read_file_id {
	READING_FIRMWARE = 1,
	READING_MODULE = 2,
	READING_KEXEC_IMAGE = 3,
	READING_KEXEC_INITRAMFS = 4,
	READING_POLICY = 5,
	READING_X509_CERTIFICATE = 6,
};

struct css_set {
	struct cgroup_subsys_state *subsys[1];
	struct cgroup *dfl_cgrp;
};

struct signal_struct {
	atomic_t live; /* threads that have not exited */
};

struct mm_struct {
	unsigned long arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
	unsigned long saved_auxv[2]; /* pairs of AT_* and a value; 40 and more */
};

struct file_system_type {
	const char *name;
};

struct super_block {
	struct file_system_type *s_type;
	unsigned int s_dev; /* dev_t of the kernel: 12 bits major, 20 bits minor */
	unsigned long s_magic;
};

struct inode {
	unsigned short i_mode;
	unsigned int i_nlink;
	kuid_t i_uid;
	unsigned int i_rdev; /* of a device file */
	unsigned long i_ino;
	long long i_size;
	struct super_block *i_sb;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct qstr {
	unsigned int len;
	const unsigned char *name;
};

struct dentry {
	struct hlist_bl_node d_hash; /* pprev is 0 once it is deleted */
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct tty_struct {
	struct tty_struct *link; /* the other side of a pseudo-terminal */
};

/* Of an open terminal. */
struct tty_file_private {
	struct tty_struct *tty;
};

/* Of files in memory: memfd, tmpfs, System V's shared memory. */
struct shmem_inode_info {
	unsigned int seals;
	struct inode vfs_inode;
};

struct vm_area_struct {
	unsigned long vm_start, vm_end, vm_flags;
	struct file *vm_file;
	struct anon_vma *anon_vma; /* pages were written that are not the file's */
};

struct in6_addr {
	unsigned char bytes[16];
};

struct sock_common {
	unsigned short skc_family;
	unsigned short skc_num; /* local port, in the byte order of the host */
	unsigned short skc_dport;
	unsigned int skc_daddr, skc_rcv_saddr;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr; /* with CONFIG_IPV6 */
};

struct sock {
	struct sock_common __sk_common;
	struct pid *sk_peer_pid; /* AF_UNIX: who connected, or listened */
};

struct socket {
	short type; /* SOCK_STREAM, … */
	struct file *file;
	struct sock *sk;
};

typedef struct {
	unsigned int val;
} kgid_t;

/* Up to 6.2 two 32-bit words, the lower one first, then one of 64 bits (f122a08b197d): on our machines the same bytes. */
typedef struct {
	unsigned int word[2];
} kernel_cap_t;

struct cred {
	kuid_t uid, euid, fsuid;
	kgid_t gid, egid;
	kernel_cap_t cap_effective;
};

struct linux_binprm {
	char buf[4]; /* the file's beginning, of 128 bytes or more */
	struct vm_area_struct *vma; /* of the new stack */
	struct file *file;
	const char *filename; /* as the caller gave it, or made up for execveat: /dev/fd/N/… */
};

#if defined(__TARGET_ARCH_x86)
struct thread_info {
	unsigned int status; /* TS_COMPAT; arch/x86/include/asm/thread_info.h */
};

struct pt_regs {
	unsigned long bp, bx, r10, r9, r8, ax, cx, dx, si, di, orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct thread_info {
	unsigned long flags; /* TIF_32BIT; arch/arm64/include/asm/thread_info.h */
};

struct pt_regs {
	unsigned long long regs[31];
	unsigned long long orig_x0;
	int syscallno;
};
#else
#error "neither x86 nor arm64"
#endif

/* Since 5.9: set when execveat was given a descriptor (60d9ad1d1d7f). */
struct linux_binprm___fdpath {
	const char *fdpath;
};

struct list_head {
	struct list_head *next;
};

struct task_struct {
	struct thread_info thread_info;
	struct mm_struct *mm;
	unsigned int flags; /* PF_* */
	unsigned int personality;
	void *stack;
	int exit_code;
	int pid, tgid; /* thread and process, in the kernel's own words */
	struct task_struct *real_parent, *group_leader;
	struct list_head children, sibling;
	struct pid *thread_pid;
	unsigned long long start_time;
	char comm[16]; /* TASK_COMM_LEN */
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct css_set *cgroups;
	struct files_struct *files;
	const struct cred *real_cred;
};

/* 4.18: pids[PIDTYPE_PID].pid; thread_pid came with 4.19 (2c4704756cab). */
struct pid_link {
	struct pid *pid;
};
struct task_struct___pids {
	struct pid_link pids[1];
};

struct module {
	char name[56]; /* MODULE_NAME_LEN */
	unsigned long taints; /* bits by TAINT_*; of 32 bits on kernels before 5.16 */
};

struct bpf_prog_aux {
	char name[16]; /* BPF_OBJ_NAME_LEN */
	const char *attach_func_name; /* since 5.5 */
};

struct bpf_prog {
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

#pragma clang attribute pop

#endif
