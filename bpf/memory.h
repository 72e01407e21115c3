/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_MEMORY_H
#define TRACEE_BPF_MEMORY_H

/* Memory that becomes executable though it was, or can be, written. What its pages are decides, not what was called before. */
#include "bpf/files.h"
#include "bpf/parameters.h"

#define PROT_READ 1 /* include/uapi/asm-generic/mman-common.h */
#define PROT_WRITE 2
#define PROT_EXEC 4
#define VM_WRITE 2 /* include/linux/mm.h: the lowest three are those of PROT_* */
#define VM_EXEC 4
#define PROT_ALL 7
#define READ_IMPLIES_EXEC 0x0400000 /* include/uapi/linux/personality.h */

enum memory_arg { MEMORY_WAY, MEMORY_ADDRESS, MEMORY_LENGTH, MEMORY_OLD_PROT, MEMORY_PROT, MEMORY_KIND, MEMORY_PATH, MEMORY_INODE };

struct memory {
	enum tracee_wire_way way;
	__u64 address, length; /* 0 where the kernel has not chosen yet */
	__u64 old_prot, prot;
	struct file *file; /* 0: anonymous */
};

static __always_inline void memory_event(void *ctx, const struct memory *memory, __u32 space)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_EXECUTABLE_MEMORY);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct file *file = memory->file;
	struct scratch *s;

	if (!select)
		return;
	s = event_begin((void *)bpf_get_current_task(), slot, select, space);
	if (!s)
		return;
	s->event.args[MEMORY_WAY] = memory->way;
	s->event.args[MEMORY_ADDRESS] = memory->address;
	s->event.args[MEMORY_LENGTH] = memory->length;
	s->event.args[MEMORY_OLD_PROT] = memory->old_prot;
	s->event.args[MEMORY_PROT] = memory->prot;
	s->event.args[MEMORY_KIND] = TRACEE_WIRE_MEMORY_ANONYMOUS;
	if (file) {
		record_file_path(s, MEMORY_PATH, file);
		s->event.args[MEMORY_KIND] = is_fileless(file) ? TRACEE_WIRE_MEMORY_FILELESS : TRACEE_WIRE_MEMORY_FILE;
		s->event.args[MEMORY_INODE] = READ(file, f_inode, i_ino);
	}
	event_submit(ctx, s, slot, is_for_rule(select));
}

/* The image itself is mapped by execve, which exec_fileless tells. */
static __always_inline int is_own_image(struct task_struct *task, struct file *file)
{
	return READ(task, mm, exe_file, f_inode) == READ(file, f_inode);
}

/*
 * int security_mmap_file(struct file *file, unsigned long prot, unsigned long flags): security/security.c; for shmat(2), too.
 * The kernel adds PROT_EXEC by itself for those whose personality has it, behind this.
 */
SEC("kprobe/security_mmap_file")
int handle_executable_mmap(struct pt_regs *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct memory memory = {
		.way = TRACEE_WIRE_WAY_MMAP, .file = (void *)PARAMETER_1(ctx), .prot = PARAMETER_2(ctx) & PROT_ALL
	};

	if ((memory.prot & PROT_READ) && (READ(task, personality) & READ_IMPLIES_EXEC))
		memory.prot |= PROT_EXEC;
	if (!(memory.prot & PROT_EXEC))
		return 0;
	if (!(memory.prot & PROT_WRITE) && (!memory.file || !is_fileless(memory.file) || is_own_image(task, memory.file)))
		return 0;
	memory_event(ctx, &memory, SCRATCH_NOT_PREEMPTED);
	return 0;
}

/* int security_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot): security/security.c */
SEC("kprobe/security_file_mprotect")
int handle_executable_mprotect(struct pt_regs *ctx)
{
	struct vm_area_struct *vma = (void *)PARAMETER_1(ctx);
	struct memory memory = { .way = TRACEE_WIRE_WAY_MPROTECT, .prot = PARAMETER_3(ctx) & PROT_ALL };

	if (!(memory.prot & PROT_EXEC))
		return 0;
	memory.old_prot = READ(vma, vm_flags) & PROT_ALL;
	memory.file = READ(vma, vm_file);
	/* What could be executed and not be written stays as it is. */
	if ((memory.old_prot & VM_EXEC) && !((memory.old_prot | memory.prot) & VM_WRITE))
		return 0;
	if (!((memory.old_prot | memory.prot) & VM_WRITE) && !READ(vma, anon_vma) &&
	    (!memory.file || !is_fileless(memory.file)))
		return 0;
	memory.address = READ(vma, vm_start);
	memory.length = READ(vma, vm_end) - memory.address;
	memory_event(ctx, &memory, SCRATCH_NOT_PREEMPTED);
	return 0;
}

/*
 * struct vm_area_struct *copy_vma(struct vm_area_struct **vmap, unsigned long addr, unsigned long len, …): mm/mmap.c, since 6.12
 * mm/vma.c. mremap(2) moves pages to another address, over what was there.
 */
SEC("kprobe/copy_vma")
int handle_executable_mremap(struct pt_regs *ctx)
{
	struct memory memory = { .way = TRACEE_WIRE_WAY_MREMAP, .address = PARAMETER_2(ctx), .length = PARAMETER_3(ctx) };
	struct vm_area_struct *vma = 0;

	read_kernel(&vma, sizeof(vma), (void *)PARAMETER_1(ctx));
	memory.prot = memory.old_prot = READ(vma, vm_flags) & PROT_ALL;
	if (!(memory.prot & PROT_EXEC))
		return 0;
	memory.file = READ(vma, vm_file);
	memory_event(ctx, &memory, SCRATCH_NOT_PREEMPTED);
	return 0;
}

/* An executable stack, which execve makes without asking any of these. */
SEC("raw_tp/sched_process_exec")
int handle_exec_stack(struct bpf_raw_tracepoint_args *ctx)
{
	struct linux_binprm *bprm = (void *)ctx->args[2];
	struct memory memory = { .way = TRACEE_WIRE_WAY_STACK };
	struct vm_area_struct *vma = READ(bprm, vma);

	memory.prot = READ(vma, vm_flags) & PROT_ALL;
	if (!(memory.prot & PROT_EXEC))
		return 0;
	memory.address = READ(vma, vm_start);
	memory.length = READ(vma, vm_end) - memory.address;
	memory_event(ctx, &memory, SCRATCH_RAW_TRACEPOINT);
	return 0;
}

#endif
