// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/unprivileged.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534 /* the overflow id, which owns nothing */
#define N_CAP_WORDS _LINUX_CAPABILITY_U32S_3

static bool has_capability(const struct __user_cap_data_struct *data, unsigned int cap)
{
	return data[cap / 32].effective >> (cap % 32) & 1;
}

static int held_read(struct __user_cap_data_struct ret_held[N_CAP_WORDS])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &header, ret_held) < 0 ? -errno : 0;
}

static int fail(const char *what, const char **ret_what)
{
	*ret_what = what;
	return -errno;
}

/* The kernel sets the capabilities of another user to none; see capabilities(7). */
static int change_user(const char **ret_what)
{
	/* -EINVAL: this user namespace does not have that user, and its root is nobody outside of it. */
	if (setresgid(NOBODY, NOBODY, NOBODY) < 0)
		return errno == EINVAL ? 0 : fail("setresgid", ret_what);
	if (setgroups(0, NULL) < 0)
		return fail("setgroups", ret_what);
	return setresuid(NOBODY, NOBODY, NOBODY) < 0 ? fail("setresuid", ret_what) : 0;
}

static bool may_change_user(const struct __user_cap_data_struct *held)
{
	return has_capability(held, CAP_SETUID) && has_capability(held, CAP_SETGID) && geteuid() == 0;
}

/* The bounding set ends at the first number that the kernel does not know. */
static int drop_bounding_set(const char **ret_what)
{
	for (unsigned long cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return errno == EINVAL ? 0 : fail("bounding set", ret_what);
	}
	return 0;
}

int unprivileged_become(const char **ret_what)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct held[N_CAP_WORDS] = {}, none[N_CAP_WORDS] = {};
	int r = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail("no_new_privs", ret_what);
	if (held_read(held) < 0)
		return fail("capget", ret_what);
	if (has_capability(held, CAP_SETPCAP))
		r = drop_bounding_set(ret_what);
	if (r == 0 && may_change_user(held))
		r = change_user(ret_what);
	if (r < 0)
		return r;
	/* Whatever securebits say, and for those who have capabilities without being root. */
	return syscall(SYS_capset, &header, none) < 0 ? fail("capset", ret_what) : 0;
}

uid_t unprivileged_user(void)
{
	struct __user_cap_data_struct held[N_CAP_WORDS] = {};

	if (held_read(held) == 0 && may_change_user(held))
		return NOBODY;
	return geteuid();
}
