/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_IMAGES_H
#define TRACEE_BPF_IMAGES_H

/*
 * What is remarkable about a new image: where its file is, and what its environment tells the dynamic loader.
 * Programs of their own on the tracepoint of executions, so that those cost nothing more where no detection is on.
 */
#include "bpf/files.h"
#include "bpf/parameters.h"

enum fileless_arg { FILELESS_PATH, FILELESS_DEV, FILELESS_INODE, FILELESS_LINKS, FILELESS_FILE_SYSTEM, FILELESS_SEALS,
		    FILELESS_SIZE, FILELESS_WAY };

static __always_inline void fileless_event(void *ctx, struct file *file, enum tracee_wire_way way, __u32 space)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_EXEC_FILELESS);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct inode *inode;
	struct scratch *s;
	__u64 magic;

	if (!select)
		return;
	s = event_begin((void *)bpf_get_current_task(), slot, select, space);
	if (!s)
		return;
	inode = READ(file, f_inode);
	magic = READ(inode, i_sb, s_magic);
	record_file_path(s, FILELESS_PATH, file);
	file_identity(s, FILELESS_DEV, file);
	s->event.args[FILELESS_LINKS] = READ(inode, i_nlink);
	s->event.args[FILELESS_FILE_SYSTEM] = magic;
	s->event.args[FILELESS_SEALS] = seals_of(inode, magic);
	s->event.args[FILELESS_SIZE] = READ(inode, i_size);
	s->event.args[FILELESS_WAY] = way;
	event_submit(ctx, s, slot, is_for_rule(select));
}

/* TP_PROTO(struct task_struct *p, pid_t old_pid, struct linux_binprm *bprm): include/trace/events/sched.h */
SEC("raw_tp/sched_process_exec")
int handle_exec_fileless(struct bpf_raw_tracepoint_args *ctx)
{
	struct linux_binprm *bprm = (void *)ctx->args[2];
	struct file *file = READ(bprm, file);

	if (is_fileless(file))
		fileless_event(ctx, file, TRACEE_WIRE_WAY_EXEC, SCRATCH_RAW_TRACEPOINT);
	return 0;
}

#define ELF_MAGIC 0x464c457f /* "\x7f" "ELF" */

/*
 * int security_bprm_check(struct linux_binprm *bprm): security/security.c. A script is asked about before the program
 * that interprets it, which is the image in the end.
 */
SEC("kprobe/security_bprm_check")
int handle_script_fileless(struct pt_regs *ctx)
{
	struct linux_binprm *bprm = (void *)PARAMETER_1(ctx);
	struct file *file = READ(bprm, file);
	__u32 beginning = 0;

	read_kernel(&beginning, sizeof(beginning), __builtin_preserve_access_index(&bprm->buf));
	if (beginning != ELF_MAGIC && is_fileless(file))
		fileless_event(ctx, file, TRACEE_WIRE_WAY_SCRIPT, SCRATCH_NOT_PREEMPTED);
	return 0;
}

/*
 * int security_inode_unlink(struct inode *dir, struct dentry *dentry): security/security.c. A program that takes the last name from its
 * own file goes on without one.
 */
SEC("kprobe/security_inode_unlink")
int handle_own_unlink(struct pt_regs *ctx)
{
	struct dentry *dentry = (void *)PARAMETER_2(ctx);
	struct file *file = READ((struct task_struct *)bpf_get_current_task(), mm, exe_file);
	struct inode *inode = READ(dentry, d_inode);

	if (inode && inode == READ(file, f_inode) && READ(inode, i_nlink) == 1)
		fileless_event(ctx, file, TRACEE_WIRE_WAY_UNLINK, SCRATCH_NOT_PREEMPTED);
	return 0;
}

/* ---- the environment ------------------------------------------------------------------------ */

enum environment_arg { ENVIRONMENT_PATH, ENVIRONMENT_VARIABLES, ENVIRONMENT_IS_SECURE, ENVIRONMENT_IS_CUT };

#define ENVIRONMENT_SLOT TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_EXEC_LOADER_ENVIRONMENT)
#define VARIABLE_MAX (TRACEE_WIRE_STRINGS_MAX / 2) /* bytes of one that are read at once, its NUL included */

/* 1 if any bit of @x is set, else 0; without a branch. */
static __always_inline __u64 any_bit(__u64 x)
{
	x |= -x;
	hide(x);
	return x >> 63;
}

/* 1 unless eight bytes of @name, and those behind them that @mask has, are the given ones, and @n is @least at least. */
static __always_inline __u64 differs(const __u64 *name, __u64 first, __u64 second, __u64 mask, long n, long least)
{
	return any_bit((name[0] ^ first) | ((name[1] & mask) ^ second)) | (__u64)(n - least) >> 63;
}

#define WITH_VALUE(name) ((long)sizeof(name) + 1) /* one character, and the NUL */

/*
 * 1 if the string of @n bytes, its NUL included, sets one of the variables by which the dynamic loader loads other code than
 * the program asks for, and not to nothing; else 0. Names end at the '='. There are no branches, each of which would be
 * another way to go for the verifier in every round.
 */
static __always_inline __u64 is_for_loader(const __u64 *string, long n)
{
	return 1 ^ (differs(string, NAME_8('L', 'D', '_', 'P', 'R', 'E', 'L', 'O'), NAME_8('A', 'D', '=', 0, 0, 0, 0, 0), 0xffffff,
			    n, WITH_VALUE("LD_PRELOAD=")) &
		    differs(string, NAME_8('L', 'D', '_', 'A', 'U', 'D', 'I', 'T'), '=', 0xff, n, WITH_VALUE("LD_AUDIT=")) &
		    differs(string, NAME_8('L', 'D', '_', 'L', 'I', 'B', 'R', 'A'), NAME_8('R', 'Y', '_', 'P', 'A', 'T', 'H', '='),
			    ~(__u64)0, n, WITH_VALUE("LD_LIBRARY_PATH=")) &
		    differs(string, NAME_8('G', 'L', 'I', 'B', 'C', '_', 'T', 'U'), NAME_8('N', 'A', 'B', 'L', 'E', 'S', '=', 0),
			    0xffffffffffffff, n, WITH_VALUE("GLIBC_TUNABLES=")));
}

static __always_inline struct tracee_wire_blob *variables_blob(struct scratch *s)
{
	__u64 at = s->event.size;

	hide(at);
	return at > TRACEE_WIRE_RECORD_MAX - sizeof(struct tracee_wire_blob) ? 0 : (void *)s->bytes + at;
}

/*
 * Appends those variables of the strings from s->strings.at to @end to the blob that has been begun. Returns whether all were
 * looked at. What a round leaves to the next one lies in memory, for the reason that record_user_string_array() has.
 */
SHARED int variables_walk(struct scratch *s, __u64 end)
{
	struct tracee_wire_blob *blob = variables_blob(s);
	struct walk_of_strings *walk = &s->strings;

	if (!blob)
		return 1;
	REPEAT
	for (int i = 0; i < N_VARIABLES; i++) {
		__u64 size = *(volatile __u32 *)&blob->size;
		__u64 from = *(volatile __u64 *)&walk->at;
		__u64 is_cut;
		void *string;
		long n;

		if (from >= end)
			return 1;
		hide(size);
		if (size > TRACEE_WIRE_STRINGS_MAX / 2)
			break;
		string = (void *)(blob + 1) + size;
		n = read_user_string(string, VARIABLE_MAX, (void *)from);
		if (n < 0)
			break;
		/* An empty one is 0 on some kernels: see string_end(). A long one goes on where it was cut, and what is there is no name. */
		n += 1 ^ any_bit(n);
		is_cut = 1 ^ any_bit(n ^ VARIABLE_MAX);
		blob->size = size + (n & -(is_for_loader(string, n) & ~(__u64)*(volatile __u32 *)&walk->is_middle));
		walk->is_middle = is_cut;
		walk->at = from + n - is_cut;
	}
	return 0;
}

#if defined(TRACEE_TIER_BASE)
/* Where a program goes on that would be too long. User space puts it there. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} continuations SEC(".maps");

/* Returns if it has gone on too often. */
static __always_inline void environment_continue(void *ctx)
{
	bpf_tail_call(ctx, &continuations, 0);
}
#else
static __always_inline void environment_continue(void *ctx)
{
}
#endif

static __always_inline void environment_look(void *ctx, struct scratch *s, struct task_struct *task,
					     const struct tracee_wire_select *select)
{
	struct mm_struct *mm = READ(task, mm);
	struct tracee_wire_blob *blob;
	const struct cred *cred;
	__u32 size;

	if (!variables_walk(s, READ(mm, env_end))) {
		environment_continue(ctx);
		s->event.args[ENVIRONMENT_IS_CUT] = 1;
	}
	blob = variables_blob(s);
	/* Where there are more than can be looked at, one of them may be what is looked for. */
	if (!blob || (!blob->size && !s->event.args[ENVIRONMENT_IS_CUT]))
		return;
	size = blob->size;
	blob_end(s, blob, size, 0);
	/* The loader takes less from those who have the rights of others. */
	cred = READ(task, real_cred);
	s->event.args[ENVIRONMENT_IS_SECURE] = READ(cred, uid.val) != READ(cred, euid.val) ||
					       READ(cred, gid.val) != READ(cred, egid.val);
	event_submit(ctx, s, ENVIRONMENT_SLOT, is_for_rule(select));
}

/* The kernel's copy of the environment, before the new image has run. */
SEC("raw_tp/sched_process_exec")
int handle_exec_environment(struct bpf_raw_tracepoint_args *ctx)
{
	const struct tracee_wire_select *select = event_wanted(ENVIRONMENT_SLOT);
	struct task_struct *task = (void *)ctx->args[0];
	struct linux_binprm *bprm = (void *)ctx->args[2];
	struct mm_struct *mm;
	struct scratch *s;

	if (!select)
		return 0;
	s = event_begin(task, ENVIRONMENT_SLOT, select, SCRATCH_RAW_TRACEPOINT);
	if (!s)
		return 0;
	record_kernel_string(s, ENVIRONMENT_PATH, READ(bprm, filename));
	if (!blob_begin(s, ENVIRONMENT_VARIABLES, TRACEE_WIRE_BLOB_STRINGS))
		return 0;
	mm = READ(task, mm);
	s->strings.at = READ(mm, env_start);
	s->strings.is_middle = 0;
	environment_look(ctx, s, task, select);
	return 0;
}

#if defined(TRACEE_TIER_BASE)
SEC("raw_tp/sched_process_exec")
int handle_exec_environment_more(struct bpf_raw_tracepoint_args *ctx)
{
	const struct tracee_wire_select *select = event_wanted(ENVIRONMENT_SLOT);
	__u32 space = SCRATCH_RAW_TRACEPOINT;
	struct scratch *s = bpf_map_lookup_elem(&scratch, &space);

	if (select && s)
		environment_look(ctx, s, (void *)ctx->args[0], select);
	return 0;
}
#endif

/* ---- the loader as a program ---------------------------------------------------------------- */

#define AT_BASE 7 /* include/uapi/linux/auxvec.h: where the loader is; 0 for an image without one */
#define N_AUXV 14 /* pairs in front of which it stands (fs/binfmt_elf.c, asm/elf.h) */

/* Whether the image was loaded by no loader: it is static, or the loader itself. */
static __always_inline int has_no_loader(struct mm_struct *mm)
{
	__u64 is_there = 0;

#pragma unroll
	for (int i = 0; i < N_AUXV; i++) {
		__u64 pair[2] = {};

		read_kernel(pair, sizeof(pair), (void *)__builtin_preserve_access_index(&mm->saved_auxv) + i * sizeof(pair));
		is_there |= (1 ^ any_bit(pair[0] ^ AT_BASE)) & any_bit(pair[1]);
	}
	return !is_there;
}

/*
 * Whether @at is the beginning of "--preload" or "--audit". A loader under its own name is looked at whatever comes first: user space
 * sees all arguments.
 */
static __always_inline int is_loader_option(const void *at)
{
	__u64 option = 0;

	read_user(&option, sizeof(option), at);
	return option == NAME_8('-', '-', 'p', 'r', 'e', 'l', 'o', 'a') || option == NAME_8('-', '-', 'a', 'u', 'd', 'i', 't', 0);
}

/* "ld-…" and "ld.so". */
static __always_inline int is_called_loader(struct file *file)
{
	struct beginning name;

	beginning_read(&name, READ(file, f_path.dentry));
	return (name.first & 0xffffff) == NAME_8('l', 'd', '-', 0, 0, 0, 0, 0) || name.first == NAME_8('l', 'd', '.', 's', 'o', 0, 0, 0);
}

enum loader_arg { LOADER_PATH, LOADER_ARGUMENTS };

SEC("raw_tp/sched_process_exec")
int handle_exec_loader(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_EXEC_LOADER), space = SCRATCH_RAW_TRACEPOINT;
	const struct tracee_wire_select *select = event_wanted(slot);
	struct task_struct *task = (void *)ctx->args[0];
	struct linux_binprm *bprm = (void *)ctx->args[2];
	struct file *file = READ(bprm, file);
	struct mm_struct *mm;
	struct scratch *s;
	__u64 start;
	long n;

	s = bpf_map_lookup_elem(&scratch, &space);
	if (!select || !s)
		return 0;
	mm = READ(task, mm);
	start = READ(mm, arg_start);
	/* The name of the program comes first. */
	n = read_user_string(s->bytes, TRACEE_WIRE_STRING_MAX, (void *)start);
	if (n <= 0 || (!is_loader_option((void *)start + n) && !is_called_loader(file)) || !has_no_loader(mm))
		return 0;
	s = event_begin(task, slot, select, space);
	if (!s)
		return 0;
	record_kernel_string(s, LOADER_PATH, READ(bprm, filename));
	record_user_strings(s, LOADER_ARGUMENTS, start, READ(mm, arg_end));
	event_submit(ctx, s, slot, is_for_rule(select));
	return 0;
}

#endif
