/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the header trees of tests/cli/header_tree.sh are made of: the types that the layout unit names
 * and the program reads, in an order of our own. A stand-in where there is no network: real trees are
 * parsed by tests/cli/builder_debian.sh.
 */
#ifndef TESTS_DATA_HEADERS_KERNEL_H
#define TESTS_DATA_HEADERS_KERNEL_H

#include <linux/types.h>
#include <uapi/linux/bpf.h>

typedef struct {
	int counter;
} atomic_t;

struct kref {
	atomic_t refcount;
};

/* LIKE_4_18, LIKE_5_4: what these kernels have in another shape; kernel_types.h says where it changed. */
#ifdef LIKE_4_18
#define LIKE_5_4
enum pid_type { PIDTYPE_PID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
#else
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
#endif
#ifdef LIKE_5_4
#define KREF_IN_UTS_NAMESPACE
#endif

struct new_utsname {
	char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

struct ns_common {
	long stashed;
	const void *ops;
	unsigned int inum;
};

struct uts_namespace {
#ifdef KREF_IN_UTS_NAMESPACE
	struct kref kref;
#endif
	struct new_utsname name;
	struct ns_common ns;
};

struct pid_namespace {
	long idr[3];
	unsigned int level;
	struct ns_common ns;
};

struct ipc_namespace {
	long ids[3];
	struct ns_common ns;
};

struct net {
	long passive[2];
	struct ns_common ns;
};

struct cgroup_namespace {
	struct ns_common ns;
	void *ucounts;
};

struct nsproxy {
	atomic_t count;
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
	atomic_t count;
	unsigned int level;
	struct upid numbers[1];
};

struct kernfs_node {
	atomic_t count;
	struct kernfs_node *parent;
	const char *name;
};

struct cgroup {
	long flags;
	struct kernfs_node *kn;
};

enum kernel_read_file_id { READING_UNKNOWN, READING_FIRMWARE, READING_MODULE, READING_KEXEC_IMAGE, READING_MAX_ID };
enum cgroup_subsys_id { cpu_cgrp_id, memory_cgrp_id, pids_cgrp_id, CGROUP_SUBSYS_COUNT };

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	long refcnt;
	unsigned long long serial_nr;
};

struct css_set {
	struct cgroup_subsys_state *subsys[CGROUP_SUBSYS_COUNT];
	struct cgroup *dfl_cgrp;
};

struct signal_struct {
	atomic_t sigcnt, live;
};

typedef struct {
	unsigned int val;
} kuid_t;

typedef struct {
	unsigned int val;
} kgid_t;

#ifdef LIKE_5_4
typedef struct kernel_cap_struct {
	unsigned int cap[2];
} kernel_cap_t;
#else
typedef struct {
	unsigned long long val;
} kernel_cap_t;
#endif

struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	kernel_cap_t cap_permitted, cap_effective;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct qstr {
	union {
		struct {
			unsigned int hash, len;
		};
		unsigned long long hash_len;
	};
	const unsigned char *name;
};

struct dentry {
	unsigned int d_flags;
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
	int mnt_flags;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct vm_area_struct {
	unsigned long vm_start, vm_end, vm_flags;
	struct anon_vma *anon_vma;
	struct file *vm_file;
};

struct mm_struct {
	long before[40];
	unsigned long start_code, arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
	unsigned long saved_auxv[44];
};

struct file_system_type {
	const char *name;
	int fs_flags;
};

struct super_block {
	void *list[2];
	unsigned int s_dev;
	struct file_system_type *s_type;
	unsigned long s_magic;
};

struct inode {
	unsigned short i_mode;
	kuid_t i_uid;
	unsigned int i_rdev;
	struct super_block *i_sb;
	unsigned long i_ino;
	union {
		const unsigned int i_nlink;
		unsigned int __i_nlink;
	};
	long long i_size;
};

struct shmem_inode_info {
	unsigned int seals;
	unsigned long flags;
	struct inode vfs_inode;
};

struct in6_addr {
	unsigned char in6_u[16];
};

struct sock_common {
	unsigned int skc_daddr, skc_rcv_saddr, skc_hash;
	unsigned short skc_dport, skc_num, skc_family;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	int sk_lock;
	struct pid *sk_peer_pid;
};

struct socket {
	int state;
	short type;
	unsigned long flags;
	struct file *file;
	struct sock *sk;
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
	atomic_t count;
	struct fdtable *fdt;
};

struct tty_struct {
	int index;
	struct tty_struct *link;
};

struct tty_file_private {
	struct tty_struct *tty;
	struct file *file;
};

struct linux_binprm {
#ifdef LIKE_5_4
	char buf[256];
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	struct file *file;
	const char *filename, *interp;
#else
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	struct file *executable, *interpreter, *file;
	const char *filename, *interp, *fdpath;
	char buf[256];
#endif
};

#ifdef LIKE_4_18
struct pid_link {
	void *node[2];
	struct pid *pid;
};
#endif

struct thread_info {
	unsigned long flags;
	unsigned int status;
};

#ifdef CONFIG_X86_64
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#else
struct pt_regs {
	unsigned long long regs[31], sp, pc, pstate;
	unsigned long long orig_x0;
	int syscallno;
};
#endif

struct list_head {
	struct list_head *next, *prev;
};

struct task_struct {
	struct thread_info thread_info;
	void *stack;
	unsigned int flags;
	struct mm_struct *mm;
	int exit_code, pid, tgid;
	unsigned int personality;
	struct task_struct *real_parent, *group_leader;
	struct list_head children, sibling;
#ifdef LIKE_4_18
	struct pid_link pids[PIDTYPE_MAX];
#else
	struct pid *thread_pid;
#endif
	unsigned long long start_time;
	char comm[16];
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct css_set *cgroups;
	const struct cred *real_cred, *cred;
	struct files_struct *files;
};

struct module {
	void *list[2];
	char name[56];
	unsigned long taints;
};

struct bpf_prog_aux {
	long refcnt;
#ifndef LIKE_5_4
	const char *attach_func_name;
#endif
	char name[16];
};

struct bpf_prog {
	unsigned short pages;
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

#endif
