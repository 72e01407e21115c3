/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_PARAMETERS_H
#define TRACEE_BPF_PARAMETERS_H

/* Where a function of the kernel has its parameters, at its beginning, and what it returns, at its end. */
#if defined(__TARGET_ARCH_x86)
#define PARAMETER_1(context) ((context)->di)
#define PARAMETER_2(context) ((context)->si)
#define PARAMETER_3(context) ((context)->dx)
#define PARAMETER_4(context) ((context)->cx)
#define PARAMETER_5(context) ((context)->r8)
#define RETURNED(context) ((context)->ax)
#else
#define PARAMETER_1(context) ((context)->regs[0])
#define PARAMETER_2(context) ((context)->regs[1])
#define PARAMETER_3(context) ((context)->regs[2])
#define PARAMETER_4(context) ((context)->regs[3])
#define PARAMETER_5(context) ((context)->regs[4])
#define RETURNED(context) ((context)->regs[0])
#endif

#endif
