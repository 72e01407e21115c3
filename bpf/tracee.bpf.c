// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs in the kernel. One object for each tier and architecture; the families of events stand
 * in headers of their own. Programs of unselected events are not loaded (user space sees to it), and
 * every program asks the selection first.
 */
#include "bpf/hooks.h"
#include "bpf/images.h"
#include "bpf/injection.h"
#include "bpf/memory.h"
#include "bpf/modules.h"
#include "bpf/opens.h"
#include "bpf/preload.h"
#include "bpf/process.h"
#include "bpf/stdio.h"
#include "bpf/syscalls.h"

char license_name[] SEC("license") = "GPL";
