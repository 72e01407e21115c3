// SPDX-License-Identifier: Apache-2.0
/*
 * The constants that numbers are made of here are those that this program was compiled with, from the headers
 * of the C library where it has them: the tables take the same names out of those of the kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/loop.h>
#include <linux/membarrier.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/quota.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "runtime/names/names.h"
#include "runtime/output/value.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void expect(enum name_table table, uint64_t number, const char *expected)
{
	struct text text;

	text_init(&text, 4096);
	names_write(&text, table, number);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

/* A name that the table and the compiler must understand alike. */
struct pair {
	enum name_table table;
	int64_t number;
	const char *name;
};

#define PAIR(table, name)                                                                                          \
	{                                                                                                          \
		NAMES_##table, (int64_t)(name), #name                                                              \
	}

static const struct pair enumerated[] = {
	PAIR(ADDRESS_FAMILY, AF_UNSPEC),
	PAIR(ADDRESS_FAMILY, AF_UNIX),
	PAIR(ADDRESS_FAMILY, AF_INET6),
	PAIR(ADDRESS_FAMILY, AF_NETLINK),
	PAIR(ADDRESS_FAMILY, AF_VSOCK),
	PAIR(ADDRESS_FAMILY, AF_XDP),
	PAIR(SOCKET_TYPE, SOCK_STREAM),
	PAIR(SOCKET_TYPE, SOCK_SEQPACKET),
	PAIR(INET_PROTOCOL, IPPROTO_TCP),
	PAIR(INET_PROTOCOL, IPPROTO_ICMPV6),
	PAIR(SOCKET_LEVEL, SOL_SOCKET),
	PAIR(SOCKET_LEVEL, SOL_TCP),
	PAIR(SOCKET_LEVEL, SOL_IPV6),
	PAIR(SOCKET_OPTION, SO_REUSEADDR),
	PAIR(SOCKET_OPTION, SO_RCVTIMEO),
	PAIR(SOCKET_OPTION, SO_ATTACH_BPF),
	PAIR(TCP_OPTION, TCP_NODELAY),
	PAIR(TCP_OPTION, TCP_REPAIR_QUEUE),
	PAIR(IP_OPTION, IP_TTL),
	PAIR(IPV6_OPTION, IPV6_V6ONLY),
	PAIR(SHUTDOWN_HOW, SHUT_RDWR),
	PAIR(FCNTL_COMMAND, F_DUPFD),
	PAIR(FCNTL_COMMAND, F_SETFL),
	PAIR(FCNTL_COMMAND, F_OFD_SETLKW),
	PAIR(FCNTL_COMMAND, F_ADD_SEALS),
	PAIR(FCNTL_LOCK, F_WRLCK),
	PAIR(SEEK, SEEK_SET),
	PAIR(SEEK, SEEK_HOLE),
	PAIR(IOCTL_REQUEST, TIOCGWINSZ),
	PAIR(IOCTL_REQUEST, TIOCSTI),
	PAIR(IOCTL_REQUEST, TCGETS),
	PAIR(IOCTL_REQUEST, FIONREAD),
	PAIR(IOCTL_REQUEST, TIOCGPTN),
	PAIR(IOCTL_REQUEST, SIOCGIFADDR),
	PAIR(IOCTL_REQUEST, LOOP_SET_FD),
	PAIR(IOCTL_REQUEST, BLKGETSIZE64),
	PAIR(IOCTL_REQUEST, PERF_EVENT_IOC_ENABLE),
	PAIR(IOCTL_REQUEST, SECCOMP_IOCTL_NOTIF_RECV),
	PAIR(FADVISE_ADVICE, POSIX_FADV_DONTNEED),
	PAIR(EPOLL_OPERATION, EPOLL_CTL_MOD),
	PAIR(MEMORY_ADVICE, MADV_DONTNEED),
	PAIR(MEMORY_ADVICE, MADV_HWPOISON),
	PAIR(MEMBARRIER_COMMAND, MEMBARRIER_CMD_GLOBAL),
	PAIR(PTRACE_REQUEST, PTRACE_TRACEME),
	PAIR(PTRACE_REQUEST, PTRACE_PEEKUSER),
	PAIR(PTRACE_REQUEST, PTRACE_ATTACH),
	PAIR(PTRACE_REQUEST, PTRACE_SEIZE),
	PAIR(PTRACE_REQUEST, PTRACE_GET_SYSCALL_INFO),
	PAIR(PRCTL_OPTION, PR_SET_NAME),
	PAIR(PRCTL_OPTION, PR_CAPBSET_DROP),
	PAIR(PRCTL_OPTION, PR_CAP_AMBIENT),
	PAIR(PRCTL_OPTION, PR_SET_PTRACER),
	PAIR(CAPABILITY, CAP_CHOWN),
	PAIR(CAPABILITY, CAP_SYS_ADMIN),
	PAIR(CAPABILITY, CAP_CHECKPOINT_RESTORE),
	PAIR(WAIT_TYPE, P_PGID),
	PAIR(RESOURCE, RLIMIT_NOFILE),
	PAIR(USAGE_OF, RUSAGE_SELF),
	PAIR(USAGE_OF, RUSAGE_CHILDREN),
	PAIR(PRIORITY_OF, PRIO_USER),
	PAIR(SCHED_POLICY, SCHED_FIFO),
	PAIR(SIGNAL, SIGHUP),
	PAIR(SIGNAL, SIGKILL),
	PAIR(SIGNAL, SIGABRT),
	PAIR(SIGNAL, SIGCHLD),
	PAIR(SIGNAL, SIGSYS),
	PAIR(SIGMASK_HOW, SIG_SETMASK),
	PAIR(CLOCK, CLOCK_MONOTONIC),
	PAIR(CLOCK, CLOCK_TAI),
	PAIR(INTERVAL_TIMER, ITIMER_PROF),
	PAIR(FUTEX_OPERATION, FUTEX_WAIT),
	PAIR(FUTEX_OPERATION, FUTEX_WAIT_BITSET_PRIVATE),
	PAIR(SECCOMP_OPERATION, SECCOMP_SET_MODE_FILTER),
	PAIR(LANDLOCK_RULE, LANDLOCK_RULE_PATH_BENEATH),
	PAIR(SHM_COMMAND, SHM_STAT),
	PAIR(SEM_COMMAND, SETALL),
	PAIR(MSG_COMMAND, IPC_RMID),
	PAIR(BPF_COMMAND, BPF_MAP_CREATE),
	PAIR(BPF_COMMAND, BPF_PROG_TEST_RUN),
	PAIR(BPF_COMMAND, BPF_LINK_DETACH),
	PAIR(IO_URING_REGISTER, IORING_REGISTER_FILES),
	PAIR(KEY_OPERATION, KEYCTL_READ),
	PAIR(KEYRING, KEY_SPEC_SESSION_KEYRING),
	PAIR(ERRNO, EPERM),
	PAIR(ERRNO, EAGAIN),
	PAIR(ERRNO, EDEADLK),
};

static const struct pair flags[] = {
	PAIR(RENAME_FLAGS, RENAME_EXCHANGE),
	PAIR(FALLOCATE_MODE, FALLOC_FL_PUNCH_HOLE),
	PAIR(SYNC_RANGE_FLAGS, SYNC_FILE_RANGE_WRITE),
	PAIR(XATTR_FLAGS, XATTR_REPLACE),
	PAIR(SPLICE_FLAGS, SPLICE_F_MORE),
	PAIR(FLOCK_OPERATION, LOCK_UN),
	PAIR(FCNTL_SEALS, F_SEAL_WRITE),
	PAIR(FCNTL_NOTIFY, DN_MULTISHOT),
	PAIR(UNLINKAT_FLAGS, AT_REMOVEDIR),
	PAIR(FACCESSAT_FLAGS, AT_EACCESS),
	PAIR(AT_FLAGS, AT_SYMLINK_FOLLOW),
	PAIR(STATX_FLAGS, AT_STATX_DONT_SYNC),
	PAIR(STATX_MASK, STATX_BTIME),
	PAIR(PIPE_FLAGS, O_DIRECT),
	PAIR(INOTIFY_MASK, IN_ONESHOT),
	PAIR(INOTIFY_FLAGS, IN_CLOEXEC),
	PAIR(FANOTIFY_MASK, FAN_OPEN_PERM),
	PAIR(EPOLL_FLAGS, EPOLL_CLOEXEC),
	PAIR(EVENTFD_FLAGS, EFD_SEMAPHORE),
	PAIR(SIGNALFD_FLAGS, SFD_NONBLOCK),
	PAIR(TIMERFD_SET_FLAGS, TFD_TIMER_ABSTIME),
	PAIR(TIMER_FLAGS, TIMER_ABSTIME),
	PAIR(MAP_FLAGS, MAP_GROWSDOWN),
	PAIR(REMAP_FLAGS, MREMAP_FIXED),
	PAIR(MSYNC_FLAGS, MS_SYNC),
	PAIR(MLOCKALL_FLAGS, MCL_FUTURE),
	PAIR(MEMFD_FLAGS, MFD_ALLOW_SEALING),
	PAIR(UNSHARE_FLAGS, CLONE_NEWNS),
	PAIR(NAMESPACE_TYPES, CLONE_NEWTIME),
	PAIR(WAIT_OPTIONS, WUNTRACED),
	PAIR(WAITID_OPTIONS, WEXITED),
	PAIR(SECCOMP_FLAGS, SECCOMP_FILTER_FLAG_TSYNC),
	PAIR(SOCKET_FLAGS, SOCK_CLOEXEC),
	PAIR(MESSAGE_FLAGS, MSG_DONTWAIT),
	PAIR(MESSAGE_FLAGS, MSG_DONTROUTE),
	PAIR(MESSAGE_FLAGS, MSG_CMSG_CLOEXEC),
	PAIR(SHMAT_FLAGS, SHM_RDONLY),
	PAIR(MOUNT_FLAGS, MS_BIND),
	PAIR(MOUNT_FLAGS, MS_REC),
	PAIR(UMOUNT_FLAGS, MNT_DETACH),
	PAIR(PERF_FLAGS, PERF_FLAG_FD_CLOEXEC),
	PAIR(IO_URING_ENTER, IORING_ENTER_GETEVENTS),
	PAIR(RANDOM_FLAGS, GRND_RANDOM),
	PAIR(MODULE_DELETE_FLAGS, O_NONBLOCK),
};

static void expect_pairs(const struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(pairs[i].table, (uint64_t)pairs[i].number, pairs[i].name);
}

static void names_are_those_that_programs_are_compiled_with(void **state)
{
	(void)state;
	expect_pairs(enumerated, LENGTH(enumerated));
	expect_pairs(flags, LENGTH(flags));
}

static void flags_of_open_agree_with_this_machines_headers(void **state)
{
	(void)state;
	expect(NAMES_OPEN_FLAGS, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK,
	       "O_WRONLY|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK");
	expect(NAMES_OPEN_FLAGS,
	       O_RDWR | O_SYNC | O_ASYNC | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_DIRECT | O_NOATIME | O_PATH,
	       "O_RDWR|O_SYNC|O_ASYNC|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC|O_DIRECT|O_NOATIME|O_PATH");
	expect(NAMES_OPEN_FLAGS, O_DSYNC, "O_RDONLY|O_DSYNC");
	expect(NAMES_OPEN_FLAGS, O_TMPFILE | O_RDWR, "O_RDWR|O_TMPFILE");
	expect(NAMES_OPEN_FLAGS, 020000000, "O_RDONLY|0x400000");
	expect(NAMES_OPEN_FLAGS, 3, "O_RDONLY|0x3");
}

/* The C library hides it from 64-bit programs: O_LARGEFILE is 0 there. */
static void large_files_are_the_kernels(void **state)
{
	(void)state;
#if defined(__aarch64__)
	expect(NAMES_OPEN_FLAGS, 0400000, "O_RDONLY|O_LARGEFILE");
#else
	expect(NAMES_OPEN_FLAGS, 0100000, "O_RDONLY|O_LARGEFILE");
#endif
}

static void bits_without_a_name_are_kept(void **state)
{
	(void)state;
	expect(NAMES_OPEN_FLAGS, UINT64_C(1) << 40, "O_RDONLY|0x10000000000");
	expect(NAMES_OPEN_FLAGS, (uint64_t)INT64_C(-2147483648), "O_RDONLY|0x80000000");
	expect(NAMES_PROTECTION, 0x1000008, "0x1000008");
	expect(NAMES_PROTECTION, PROT_READ | PROT_EXEC | 0x10, "PROT_READ|PROT_EXEC|0x10");
	expect(NAMES_RESOLVE_FLAGS, 0x40, "0x40");
	expect(NAMES_IPC_FLAGS, IPC_CREAT | 0600 | 0x10000, "IPC_CREAT|S_IRUSR|S_IWUSR|0x10000");
}

static void nothing_has_a_name_too(void **state)
{
	(void)state;
	expect(NAMES_OPEN_FLAGS, 0, "O_RDONLY");
	expect(NAMES_PROTECTION, 0, "PROT_NONE");
	expect(NAMES_ACCESS_MODE, F_OK, "F_OK");
	expect(NAMES_CLONE_FLAGS, SIGCHLD, "0");
	expect(NAMES_EXECVEAT_FLAGS, 0, "0");
	expect(NAMES_RESOLVE_FLAGS, 0, "0");
	expect(NAMES_FILE_MODE, 0, "0");
	expect(NAMES_MAP_FLAGS, 0, "0");
	expect(NAMES_SIGNAL, 0, "0");
}

static void numbers_without_a_name_stay_numbers(void **state)
{
	(void)state;
	expect(NAMES_ADDRESS_FAMILY, 4711, "4711");
	expect(NAMES_ADDRESS_FAMILY, UINT64_MAX, "-1");
	expect(NAMES_SOCKET_TYPE, 9, "9");
	expect(NAMES_SIGNAL, 64, "64");
	expect(NAMES_PRCTL_OPTION, 17, "17");
	expect(NAMES_PRCTL_OPTION, 48, "48");
	expect(NAMES_BPF_COMMAND, 9999, "9999");
}

static void several_flags_are_joined(void **state)
{
	(void)state;
	expect(NAMES_SOCKET_TYPE, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	       "SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC");
	expect(NAMES_ACCESS_MODE, R_OK | W_OK | X_OK, "R_OK|W_OK|X_OK");
	expect(NAMES_CLONE_FLAGS, CLONE_VM | CLONE_THREAD | CLONE_NEWPID | SIGCHLD,
	       "CLONE_VM|CLONE_THREAD|CLONE_NEWPID");
	expect(NAMES_CLONE_FLAGS, CLONE_IO, "CLONE_IO");
	expect(NAMES_CLONE3_FLAGS, CLONE_VM | UINT64_C(0x300000000),
	       "CLONE_VM|CLONE_CLEAR_SIGHAND|CLONE_INTO_CGROUP");
	expect(NAMES_EXECVEAT_FLAGS, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH");
	expect(NAMES_MAP_FLAGS, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS");
	expect(NAMES_MOUNT_FLAGS, MS_RDONLY | MS_NOSUID | MS_REMOUNT | MS_BIND,
	       "MS_RDONLY|MS_NOSUID|MS_REMOUNT|MS_BIND");
	expect(NAMES_FANOTIFY_FLAGS, FAN_CLASS_CONTENT | FAN_CLOEXEC, "FAN_CLOEXEC|FAN_CLASS_CONTENT");
	expect(NAMES_OPEN_TREE_FLAGS, 1 | O_CLOEXEC | AT_RECURSIVE,
	       "OPEN_TREE_CLONE|AT_RECURSIVE|OPEN_TREE_CLOEXEC");
}

static void modes_have_the_type_first(void **state)
{
	(void)state;
	expect(NAMES_FILE_MODE, S_IFCHR | 0644, "S_IFCHR|S_IRUSR|S_IWUSR|S_IRGRP|S_IROTH");
	expect(NAMES_FILE_MODE, 0777, "S_IRWXU|S_IRWXG|S_IRWXO");
	expect(NAMES_FILE_MODE, 0750, "S_IRWXU|S_IRGRP|S_IXGRP");
	expect(NAMES_FILE_MODE, 07000, "S_ISUID|S_ISGID|S_ISVTX");
	expect(NAMES_FILE_MODE, S_IFSOCK, "S_IFSOCK");
}

/* QCMD() of the headers shifts into the sign. */
static uint32_t quota_command(uint32_t command, uint32_t type)
{
	return command << 8 | type;
}

static void fields_within_flags_are_named(void **state)
{
	(void)state;
	expect(NAMES_MAP_FLAGS, MAP_SHARED | MAP_HUGETLB | 21u << 26, "MAP_SHARED|MAP_HUGE_2MB|MAP_HUGETLB");
	expect(NAMES_MAP_FLAGS, MAP_SHARED_VALIDATE | MAP_SYNC, "MAP_SHARED_VALIDATE|MAP_SYNC");
	expect(NAMES_FUTEX_OPERATION, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME,
	       "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME");
	expect(NAMES_QUOTA_COMMAND, quota_command(Q_GETQUOTA, GRPQUOTA), "Q_GETQUOTA|GRPQUOTA");
	expect(NAMES_QUOTA_COMMAND, (uint64_t)(int32_t)quota_command(Q_SYNC, USRQUOTA), "Q_SYNC|USRQUOTA");
	expect(NAMES_IOPRIO, 2 << 13 | 4, "IOPRIO_CLASS_BE|0x4");
	expect(NAMES_PERSONALITY_FLAGS, ADDR_NO_RANDOMIZE, "PER_LINUX|ADDR_NO_RANDOMIZE");
	expect(NAMES_SCHED_POLICY_FLAGS, SCHED_RR | SCHED_RESET_ON_FORK, "SCHED_RR|SCHED_RESET_ON_FORK");
	expect(NAMES_PACKET_PROTOCOL, htons(3), "ETH_P_ALL");
	expect(NAMES_FUTEX2_FLAGS, 0x82, "FUTEX2_SIZE_U32|FUTEX2_PRIVATE");
}

/* The headers of Linux 6.1 lack these. */
static void names_of_newer_kernels_are_known(void **state)
{
	(void)state;
	expect(NAMES_EXECVEAT_FLAGS, 0x10000, "AT_EXECVE_CHECK");
	expect(NAMES_PTRACE_REQUEST, 0x4212, "PTRACE_SET_SYSCALL_INFO");
	expect(NAMES_MEMFD_FLAGS, 8 | MFD_CLOEXEC, "MFD_CLOEXEC|MFD_NOEXEC_SEAL");
	expect(NAMES_BPF_COMMAND, 36, "BPF_TOKEN_CREATE");
	expect(NAMES_MEMORY_ADVICE, 102, "MADV_GUARD_INSTALL");
	expect(NAMES_SYSLOG_ACTION, 3, "SYSLOG_ACTION_READ_ALL");
}

/* A program that passes an int has it extended to the 64 bits of a register. */
static void numbers_below_zero_are_ints(void **state)
{
	(void)state;
	expect(NAMES_IOCTL_REQUEST, (uint64_t)(int64_t)(int32_t)TIOCGPTN, "TIOCGPTN");
	expect(NAMES_REBOOT_COMMAND, (uint64_t)(int64_t)(int32_t)RB_HALT_SYSTEM, "LINUX_REBOOT_CMD_HALT");
	expect(NAMES_WAIT_OPTIONS, (uint64_t)(int64_t)(int32_t)0x80000000, "__WCLONE");
}

static void expect_text(enum name_table table, uint64_t number)
{
	struct text text;

	text_init(&text, 2048);
	names_write(&text, table, number);
	assert_int_equal(text_error(&text), 0);
	assert_true(text.size_bytes > 0);
	assert_int_not_equal(text_string(&text)[0], '|');
	assert_int_not_equal(text_string(&text)[text.size_bytes - 1], '|');
	text_done(&text);
}

static void any_number_has_a_text(void **state)
{
	(void)state;
	for (int table = 0; table < N_NAMES; table++) {
		for (int bit = 0; bit < 64; bit++)
			expect_text((enum name_table)table, UINT64_C(1) << bit);
		expect_text((enum name_table)table, 0);
		expect_text((enum name_table)table, UINT32_MAX);
		expect_text((enum name_table)table, INT64_MAX);
		expect_text((enum name_table)table, UINT64_MAX);
	}
}

static unsigned int position(const struct tracee_event_def *def, const char *arg)
{
	for (unsigned int i = 0; i < def->n_args; i++) {
		if (strcmp(def->args[i].name, arg) == 0)
			return i;
	}
	fail_msg("no argument '%s'", arg);
	return 0;
}

/* NULL for @expected: a plain number. */
static void expect_argument(const char *event, const char *arg, const struct tracee_value *args,
			    const char *expected)
{
	const struct tracee_event_def *def = tracee_event_by_name(event);
	unsigned int i = position(def, arg);
	struct text text;

	text_init(&text, 4096);
	assert_int_equal(value_name(&text, def, i, args[i].number, args), !!expected);
	assert_string_equal(text_string(&text), expected ? expected : "");
	text_done(&text);
}

/* The first and the last of the table: what stands between them was gone through. */
static void arguments_find_their_names(void **state)
{
	struct tracee_value args[TRACEE_N_ARGS_MAX] = {};

	(void)state;
	expect_argument("open", "flags", args, "O_RDONLY");
	expect_argument("open", "pathname", args, NULL);
	expect_argument("read", "fd", args, NULL);
	expect_argument("kill", "sig", (struct tracee_value[]){ {}, { .number = SIGTERM } }, "SIGTERM");
	expect_argument("process_madvise", "advice", args, "MADV_NORMAL");
}

static void another_argument_decides_what_a_number_means(void **state)
{
	struct tracee_value socket_args[3] = { { .number = AF_INET }, {}, { .number = IPPROTO_UDP } };
	struct tracee_value level[5] = { {}, { .number = SOL_TCP }, { .number = TCP_NODELAY } };
	struct tracee_value prctl_args[5] = { { .number = PR_CAP_AMBIENT }, { .number = PR_CAP_AMBIENT_RAISE } };
	struct tracee_value fcntl_args[3] = { {}, { .number = F_SETFL }, { .number = O_NONBLOCK } };

	(void)state;
	expect_argument("socket", "protocol", socket_args, "IPPROTO_UDP");
	socket_args[0].number = AF_NETLINK;
	expect_argument("socket", "protocol", socket_args, "17");
	socket_args[0].number = AF_UNIX;
	expect_argument("socket", "protocol", socket_args, NULL);
	expect_argument("setsockopt", "optname", level, "TCP_NODELAY");
	level[1].number = SOL_SOCKET;
	expect_argument("setsockopt", "optname", level, "SO_DEBUG");
	expect_argument("fcntl", "arg", fcntl_args, "O_RDONLY|O_NONBLOCK");
	fcntl_args[1].number = F_DUPFD;
	expect_argument("fcntl", "arg", fcntl_args, NULL);
	expect_argument("prctl", "arg2", prctl_args, "PR_CAP_AMBIENT_RAISE");
	prctl_args[0].number = PR_SET_NAME;
	expect_argument("prctl", "arg2", prctl_args, NULL);
}

static void without_the_other_arguments_such_a_number_is_plain(void **state)
{
	const struct tracee_event_def *def = tracee_event_by_name("socket");

	(void)state;
	assert_int_equal(names_of_argument(def, 2, NULL), N_NAMES);
	assert_int_equal(names_of_argument(def, 0, NULL), NAMES_ADDRESS_FAMILY);
	assert_int_equal(names_of_argument(def, TRACEE_N_ARGS_MAX, NULL), N_NAMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_that_programs_are_compiled_with),
		cmocka_unit_test(flags_of_open_agree_with_this_machines_headers),
		cmocka_unit_test(large_files_are_the_kernels),
		cmocka_unit_test(bits_without_a_name_are_kept),
		cmocka_unit_test(nothing_has_a_name_too),
		cmocka_unit_test(numbers_without_a_name_stay_numbers),
		cmocka_unit_test(several_flags_are_joined),
		cmocka_unit_test(modes_have_the_type_first),
		cmocka_unit_test(fields_within_flags_are_named),
		cmocka_unit_test(names_of_newer_kernels_are_known),
		cmocka_unit_test(numbers_below_zero_are_ints),
		cmocka_unit_test(any_number_has_a_text),
		cmocka_unit_test(arguments_find_their_names),
		cmocka_unit_test(another_argument_decides_what_a_number_means),
		cmocka_unit_test(without_the_other_arguments_such_a_number_is_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
