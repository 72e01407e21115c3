// SPDX-License-Identifier: Apache-2.0
/* mem_prot_alert: memory that is, or becomes, executable. Every alert of the process is told. */
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#define SIZE 65536 /* a page, whatever a page is */
#define READ_WRITE (PROT_READ | PROT_WRITE)
#define READ_EXEC (PROT_READ | PROT_EXEC)
#define ALL (PROT_READ | PROT_WRITE | PROT_EXEC)

static const char is_both[] = "Mmaped region with W+E permissions!";
static const char to_exec[] = "Protection changed to Executable!";
static const char to_both[] = "Protection changed from E to W+E!";
static const char from_both[] = "Protection changed from W+E to E!";

static void alert_tell(const char *alert, const char *syscall, struct truth_span span)
{
	if (alert)
		truth_hook(&(struct truth_hook){ .name = "mem_prot_alert", .id = 1009, .syscall = syscall }, span,
			   truth_args("alert_t alert", json_string(alert), NULL));
}

/* @alert: NULL for none. */
static void *mapped(int prot, const char *alert)
{
	struct truth_call call =
		TRUTH_CALL(syscall(SYS_mmap, NULL, SIZE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	if (call.ret < 0)
		truth_die("mmap: %s", strerror(-call.ret));
	alert_tell(alert, "mmap", call.span);
	return (void *)call.ret;
}

static void protect(void *at, int prot, const char *alert)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_mprotect, at, SIZE, prot));

	if (call.ret < 0)
		truth_die("mprotect: %s", strerror(-call.ret));
	alert_tell(alert, "mprotect", call.span);
}

/* The same by another call, with no key. */
static void protect_by_key(void *at, int prot, const char *alert)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_pkey_mprotect, at, SIZE, prot, -1));

	if (call.ret < 0)
		truth_skipped("pkey_mprotect", -call.ret);
	else
		alert_tell(alert, "pkey_mprotect", call.span);
}

static void hook_memory_run(const struct scenario_options *options)
{
	void *at = mapped(READ_WRITE, NULL);

	(void)options;
	protect(at, PROT_READ, NULL);
	protect(at, READ_EXEC, to_exec);
	protect(at, ALL, to_both);
	protect(at, READ_EXEC, from_both);
	protect(at, PROT_NONE, NULL);
	protect(at, ALL, to_exec);
	protect(at, READ_WRITE, NULL);
	protect_by_key(at, READ_EXEC, to_exec);
	munmap(at, SIZE);
	munmap(mapped(ALL, is_both), SIZE);
	munmap(mapped(READ_EXEC, NULL), SIZE);
}

const struct family family_hook_memory = { .name = "hook-memory", .is_on_demand = true, .run = hook_memory_run };
