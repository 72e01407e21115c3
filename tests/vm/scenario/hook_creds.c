// SPDX-License-Identifier: Apache-2.0
/* commit_creds, in children that change who they are; and cap_capable. */
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

/* What the event tells of a set of credentials. */
struct creds {
	uid_t euid, fsuid;
	gid_t egid;
	uint64_t capabilities;
};

static uint64_t capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		truth_die("capget: %s", strerror(errno));
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

/* setfsuid(2) says what it was, whatever it is given; an invalid number changes nothing. */
static void creds_read(struct creds *creds)
{
	creds->euid = geteuid();
	creds->egid = getegid();
	creds->fsuid = syscall(SYS_setfsuid, -1);
	creds->capabilities = capabilities();
}

struct change {
	const char *syscall;
	long (*make)(void);
	bool is_none;
};

static void in_child(const struct change *change)
{
	struct truth_identity before;
	struct creds old, new;
	struct truth_call call;

	truth_identify(&before);
	creds_read(&old);
	call = (struct truth_call)TRUTH_CALL(change->make());
	creds_read(&new);
	if (change->is_none)
		return;
	truth_hook(
		&(struct truth_hook){
			.name = "commit_creds", .id = 1011, .syscall = change->syscall, .who = &before },
		call.span,
		truth_args("int old_euid", json_integer(old.euid), "int new_euid", json_integer(new.euid),
			   "int old_egid", json_integer(old.egid), "int new_egid", json_integer(new.egid),
			   "int old_fsuid", json_integer(old.fsuid), "int new_fsuid", json_integer(new.fsuid),
			   "u64 old_cap_eff", json_integer((json_int_t)old.capabilities), "u64 new_cap_eff",
			   json_integer((json_int_t) new.capabilities), NULL));
}

static long user_all(void)
{
	return syscall(SYS_setresuid, 4321, 4321, 4321);
}

static long user_same(void)
{
	return syscall(SYS_setuid, 0);
}

static long user_effective(void)
{
	return syscall(SYS_setresuid, -1, 77, -1);
}

static long group(void)
{
	return syscall(SYS_setgid, 4322);
}

static long user_of_files(void)
{
	return syscall(SYS_setfsuid, 4323);
}

static long fewer_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return -1;
	data[0].effective &= ~(1u << CAP_SYS_CHROOT);
	return syscall(SYS_capset, &header, data);
}

static const struct change changes[] = {
	{ "setresuid", user_all, false },	{ "setuid", user_same, true },
	{ "setresuid", user_effective, false }, { "setgid", group, false },
	{ "setfsuid", user_of_files, false },	{ "capset", fewer_capabilities, false },
};

static void creds_all(void)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		pid_t pid = truth_fork(0);

		if (pid == 0) {
			in_child(&changes[i]);
			truth_exit(0);
		}
		truth_wait(pid, 0);
	}
}

static void asks(const char *capability, const char *syscall, struct truth_span span)
{
	truth_hook(&(struct truth_hook){ .name = "cap_capable", .id = 1003, .syscall = syscall }, span,
		   truth_args("int cap", json_string(capability), "int syscall", truth_syscall(syscall), NULL));
}

static void asks_to_change_root(void)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_chroot, "/"));

	asks("CAP_SYS_CHROOT", "chroot", call.span);
}

/* Asked whether it may, and told no. */
static void refused(void)
{
	pid_t pid = truth_fork(0);

	if (pid == 0) {
		in_child(&changes[0]);
		asks_to_change_root();
		truth_exit(0);
	}
	truth_wait(pid, 0);
}

/* With every mapping the kernel asks whether it may have the last of the memory; that is not for audit. */
static void capable_all(void)
{
	struct truth_call call;

	asks_to_change_root();
	call = (struct truth_call)TRUTH_CALL(syscall(SYS_sethostname, "guest.example", 13));
	asks("CAP_SYS_ADMIN", "sethostname", call.span);
	call = (struct truth_call)TRUTH_CALL(
		syscall(SYS_mmap, NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	truth_never("cap_capable", call.span, NULL);
}

static void hook_creds_run(const struct scenario_options *options)
{
	(void)options;
	creds_all();
	capable_all();
	refused();
}

const struct family family_hook_creds = { .name = "hook-creds", .is_on_demand = true, .run = hook_creds_run };
