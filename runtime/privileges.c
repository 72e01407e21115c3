// SPDX-License-Identifier: Apache-2.0
#include "runtime/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "runtime/log.h"
#include "runtime/seccomp.h"

#define NOBODY 65534 /* the overflow id, which owns nothing */

static void cap_free_at(cap_t *caps)
{
	if (*caps)
		cap_free(*caps);
}

/* ---- what we have --------------------------------------------------------------------------- */

static bool is_effective(cap_value_t capability)
{
	CLEANUP(cap_free_at) cap_t caps = cap_get_proc();
	cap_flag_value_t value = CAP_CLEAR;

	return caps && cap_get_flag(caps, capability, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET;
}

/* Root in a user namespace has all capabilities, and none that BPF asks for. */
static bool is_in_user_namespace(void)
{
	CLEANUP(free_at) uint8_t *map = NULL;
	size_t size;
	unsigned long inside, outside, length;

	if (file_read_at(AT_FDCWD, "/proc/self/uid_map", 4096, &map, &size) < 0)
		return false;
	return sscanf((char *)map, "%lu %lu %lu", &inside, &outside, &length) != 3 || inside || outside ||
	       length != UINT32_MAX;
}

/* CAP_BPF and CAP_PERFMON came with 5.8, and with kernels that took them over. */
static bool kernel_has_cap_bpf(void)
{
	return prctl(PR_CAPBSET_READ, CAP_BPF) >= 0 && prctl(PR_CAPBSET_READ, CAP_PERFMON) >= 0;
}

static const char *missing_capabilities(void)
{
	if (is_effective(CAP_SYS_ADMIN))
		return NULL;
	if (!kernel_has_cap_bpf())
		return "CAP_SYS_ADMIN";
	if (is_effective(CAP_BPF))
		return is_effective(CAP_PERFMON) ? NULL : "CAP_PERFMON";
	return is_effective(CAP_PERFMON) ? "CAP_BPF" : "CAP_BPF and CAP_PERFMON";
}

int privileges_check(const struct tracee_kernel *kernel, struct tracee_error *err)
{
	const char *missing = missing_capabilities();

	if (missing && kernel_has_cap_bpf())
		return error_set(err, -EPERM,
				 "tracing on kernel %s needs CAP_BPF and CAP_PERFMON (CAP_TRACING in older "
				 "documents), or CAP_SYS_ADMIN, "
				 "and we lack %s: run as root or add what is missing",
				 kernel->release, missing);
	if (missing)
		return error_set(err, -EPERM,
				 "tracing on kernel %s needs CAP_SYS_ADMIN, which we lack: run as root or add it",
				 kernel->release);
	if (is_in_user_namespace())
		return error_set(err, -EPERM,
				 "our capabilities are those of a user namespace, and for BPF kernel %s asks for "
				 "CAP_BPF and CAP_PERFMON, "
				 "or CAP_SYS_ADMIN, outside of it: run as root of the host",
				 kernel->release);
	return 0;
}

const char *privileges_held(void)
{
	static const struct {
		cap_value_t capability;
		const char *name;
	} known[] = {
		{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
		{ CAP_BPF, "CAP_BPF" },
		{ CAP_PERFMON, "CAP_PERFMON" },
		{ CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE" },
	};
	static char held[80];

	held[0] = '\0';
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!is_effective(known[i].capability))
			continue;
		strcat(held, held[0] ? ", " : "");
		strcat(held, known[i].name);
	}
	return held[0] ? held : "none";
}

/* ---- giving up ------------------------------------------------------------------------------ */

/* Nothing that is executed, by whatever way, would gain anything. */
static int drop_gains(bool keeps_sys_admin, struct tracee_error *err)
{
	unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
			     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_errno(err, -errno, "no_new_privs");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return error_errno(err, -errno, "ambient capabilities");
	if (!is_effective(CAP_SETPCAP)) {
		log_detail(
			"without CAP_SETPCAP the bounding set stays; nothing is executed, so nothing comes of it");
		return 0;
	}
	if (keeps_sys_admin)
		bits |= SECBIT_KEEP_CAPS;
	if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0)
		return error_errno(err, -errno, "securebits");
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++) {
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
			return error_errno(err, -errno, "bounding set");
	}
	return 0;
}

/* A platform that gives root no power over ids is no reason to end; anything else is. */
static int drop_user(struct tracee_error *err)
{
	if (geteuid() != 0 && getuid() != 0)
		return 0;
	if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0)
		return 0;
	if (errno != EPERM && errno != EINVAL)
		return error_errno(err, -errno, "user and group %d", NOBODY);
	log_warning("the user stays root: this platform does not let us become %d (%s)", NOBODY, strerror(errno));
	return 0;
}

static int set_capabilities(bool permits_sys_admin, bool has_sys_admin)
{
	CLEANUP(cap_free_at) cap_t caps = cap_init();
	const cap_value_t kept = CAP_SYS_ADMIN;

	if (!caps || (permits_sys_admin && cap_set_flag(caps, CAP_PERMITTED, 1, &kept, CAP_SET) < 0) ||
	    (has_sys_admin && cap_set_flag(caps, CAP_EFFECTIVE, 1, &kept, CAP_SET) < 0) || cap_set_proc(caps) < 0)
		return -errno;
	return 0;
}

/* What the kernel says of us, as against what we have asked for. */
static int verify(bool keeps_sys_admin, struct tracee_error *err)
{
	CLEANUP(cap_free_at) cap_t caps = cap_get_proc(), expected = cap_init();
	const cap_value_t kept = CAP_SYS_ADMIN;

	if (!caps || !expected || (keeps_sys_admin && cap_set_flag(expected, CAP_PERMITTED, 1, &kept, CAP_SET) < 0))
		return error_errno(err, -errno, "capabilities");
	if (cap_compare(caps, expected) != 0)
		return error_set(err, -EPERM, "capabilities are left although all were dropped");
	return 0;
}

int privileges_drop(bool keeps_sys_admin, int directory, struct tracee_error *err)
{
	int r;

	/* Started with less, there is less to keep, and less that reading the counters asks for. */
	keeps_sys_admin = keeps_sys_admin && is_effective(CAP_SYS_ADMIN);
	if (keeps_sys_admin && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return error_errno(err, -errno, "keeping capabilities");
	r = drop_gains(keeps_sys_admin, err);
	if (r == 0)
		r = drop_user(err);
	if (r < 0)
		return r;
	r = set_capabilities(keeps_sys_admin, false);
	if (r < 0)
		return error_errno(err, r, "capabilities");
	r = verify(keeps_sys_admin, err);
	if (r < 0)
		return r;
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* nobody else's nobody looks into our memory */
	r = seccomp_close(keeps_sys_admin, directory, err);
	if (r != -ENOTSUP)
		return r;
	log_warning("%s: system calls stay unfiltered", err ? err->text : "seccomp");
	return 0;
}

void privileges_raise(void)
{
	set_capabilities(true, true);
}

void privileges_lower(void)
{
	set_capabilities(true, false);
}
