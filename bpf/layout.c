// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout unit: parsed once per kernel against its headers, for its architecture, only for the
 * debug information that comes out. It has no function bodies and includes as little as it can,
 * because what is included is what is paid for.
 *
 * Every type that kernel_types.h reads, and every type whose members it passes through, is named by a
 * global variable of its own: LLVM's BPF backend makes mere pointees of members into forward
 * declarations. A pointer would not do: where a member of the same pointer type was seen first, the
 * backend (LLVM 14) takes that one, and its pointee stays undeclared. The variables are called after
 * what they name, so that builder/layout/from_headers.c can see whether all are complete in the result;
 * builder/layout/arguments.c has the command line.
 */
#include <linux/sched.h>	/* task_struct, thread_info */
#include <linux/sched/signal.h> /* signal_struct */
#include <linux/binfmts.h>	/* linux_binprm */
#include <linux/bpf.h>		/* bpf_prog_aux; since 5.18 bpf_prog, too */
#include <linux/cgroup.h>	/* css_set, cgroup, cgroup_subsys_state, cgroup_namespace */
#include <linux/cred.h>		/* cred */
#include <linux/dcache.h>	/* dentry, qstr */
#include <linux/fdtable.h>	/* fdtable, files_struct */
#include <linux/filter.h>	/* bpf_prog */
#include <linux/fs.h>		/* file, file_system_type, inode, super_block */
#include <linux/ipc_namespace.h> /* ipc_namespace */
#if __has_include(<linux/kernel_read_file.h>)
#include <linux/kernel_read_file.h> /* kernel_read_file_id; up to 5.9 in linux/fs.h (b89999d004931) */
#endif
#include <linux/kernfs.h>	/* kernfs_node */
#include <linux/list_bl.h>	/* hlist_bl_node */
#include <linux/mm_types.h>	/* mm_struct, vm_area_struct */
#include <linux/module.h>	/* module */
#include <linux/mount.h>	/* vfsmount */
#include <linux/net.h>		/* socket */
#include <linux/ns_common.h>	/* ns_common */
#include <linux/nsproxy.h>	/* nsproxy */
#include <linux/path.h>		/* path */
#include <linux/pid.h>		/* pid, upid */
#include <linux/pid_namespace.h> /* pid_namespace */
#include <linux/shmem_fs.h>	/* shmem_inode_info */
#include <linux/tty.h>		/* tty_struct, tty_file_private */
#include <linux/utsname.h>	/* uts_namespace, new_utsname */
#include <net/net_namespace.h>	/* net */
#include <net/sock.h>		/* sock, sock_common */
#include <asm/ptrace.h>		/* pt_regs */
#include <uapi/linux/bpf.h>	/* bpf_func_id, bpf_map_type, bpf_prog_type */

/*
 * struct mnt_namespace is private to the kernel's fs/mount.h, which no header package has. Of it we
 * read `ns`. Up to 5.10 an atomic_t `count` stands in front of it; 5.11 moved the reference counts of
 * all namespaces into struct ns_common (1a7b8969e664 for mounts, 9a56493f6942 for UTS), and since
 * then `ns` is the first member. The same series removed the kref in front of `name` in struct
 * uts_namespace, which the headers do show: so the tree itself says, backports included, which
 * of the two it is.
 */
#define N_COUNTS_IN_FRONT (__builtin_offsetof(struct uts_namespace, name) != 0)

struct mnt_namespace {
	atomic_t count[N_COUNTS_IN_FRONT];
	struct ns_common ns;
};

/*
 * struct mount is in fs/mount.h, too. Its first members are these since 3.12, and have stayed so to 7.3;
 * nothing behind `mnt` is read.
 */
struct mount {
	struct hlist_node mnt_hash;
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

#define NAME_STRUCT(name) struct name layout_struct_##name
#define NAME_ENUM(name) enum name layout_enum_##name

NAME_STRUCT(bpf_prog);
NAME_STRUCT(bpf_prog_aux);
NAME_STRUCT(cgroup);
NAME_STRUCT(cgroup_namespace);
NAME_STRUCT(cgroup_subsys_state);
NAME_STRUCT(cred);
NAME_STRUCT(css_set);
NAME_STRUCT(dentry);
NAME_STRUCT(fdtable);
NAME_STRUCT(file);
NAME_STRUCT(file_system_type);
NAME_STRUCT(files_struct);
NAME_STRUCT(hlist_bl_node);
NAME_STRUCT(in6_addr);
NAME_STRUCT(inode);
NAME_STRUCT(ipc_namespace);
NAME_STRUCT(kernfs_node);
NAME_STRUCT(linux_binprm);
NAME_STRUCT(list_head);
NAME_STRUCT(mm_struct);
NAME_STRUCT(mnt_namespace);
NAME_STRUCT(module);
NAME_STRUCT(mount);
NAME_STRUCT(net);
NAME_STRUCT(new_utsname);
NAME_STRUCT(ns_common);
NAME_STRUCT(nsproxy);
NAME_STRUCT(path);
NAME_STRUCT(pid);
NAME_STRUCT(pid_namespace);
NAME_STRUCT(pt_regs);
NAME_STRUCT(qstr);
NAME_STRUCT(shmem_inode_info);
NAME_STRUCT(signal_struct);
NAME_STRUCT(sock);
NAME_STRUCT(sock_common);
NAME_STRUCT(socket);
NAME_STRUCT(super_block);
NAME_STRUCT(task_struct);
NAME_STRUCT(thread_info);
NAME_STRUCT(tty_file_private);
NAME_STRUCT(tty_struct);
NAME_STRUCT(upid);
NAME_STRUCT(uts_namespace);
NAME_STRUCT(vfsmount);
NAME_STRUCT(vm_area_struct);
atomic_t layout_typedef_atomic_t;
kernel_cap_t layout_typedef_kernel_cap_t;
kgid_t layout_typedef_kgid_t;
kuid_t layout_typedef_kuid_t;

NAME_ENUM(bpf_func_id);
NAME_ENUM(bpf_map_type);
NAME_ENUM(bpf_prog_type);
NAME_ENUM(cgroup_subsys_id);
NAME_ENUM(kernel_read_file_id);
NAME_ENUM(pid_type);
