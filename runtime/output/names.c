// SPDX-License-Identifier: Apache-2.0
/* Values from include/uapi/ and arch/<arch>/include/uapi/ of Linux; those listed there for both are generic. */
#include "runtime/output/names.h"

#include <inttypes.h>

struct name {
	uint64_t value;
	const char *text;
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void add_flag(struct text *text, size_t start, const char *name)
{
	if (text->size_bytes > start)
		text_add_char(text, '|');
	text_add(text, name);
}

/*
 * Appends the names of the bits of @number behind what was appended since @start. A flag counts when
 * all its bits are set, and takes them: one that contains another comes first.
 */
static void add_flags(struct text *text, size_t start, uint64_t number, const struct name *names, size_t n)
{
	if (number >> 32 == UINT32_MAX)
		number = (uint32_t)number; /* an int below zero */
	for (size_t i = 0; i < n; i++) {
		if ((number & names[i].value) != names[i].value)
			continue;
		add_flag(text, start, names[i].text);
		number &= ~names[i].value;
	}
	if (number) {
		add_flag(text, start, "");
		text_format(text, "0x%" PRIx64, number);
	}
}

static void add_flags_or(struct text *text, uint64_t number, const struct name *names, size_t n, const char *none)
{
	if (number)
		add_flags(text, text->size_bytes, number, names, n);
	else
		text_add(text, none);
}

static void add_name(struct text *text, uint64_t number, const struct name *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (names[i].value == number) {
			text_add(text, names[i].text);
			return;
		}
	}
	text_format(text, "%" PRId64, (int64_t)number);
}

/* asm-generic/fcntl.h; arch/arm64/include/uapi/asm/fcntl.h exchanges four of them. */
static const struct name open_flags[TRACEE_N_ARCHS][17] = {
	[TRACEE_ARCH_X86_64] = {
		{ 0100, "O_CREAT" }, { 0200, "O_EXCL" }, { 0400, "O_NOCTTY" }, { 01000, "O_TRUNC" }, { 02000, "O_APPEND" },
		{ 04000, "O_NONBLOCK" }, { 04010000, "O_SYNC" }, { 010000, "O_DSYNC" }, { 020000, "O_ASYNC" },
		{ 0100000, "O_LARGEFILE" }, { 020200000, "O_TMPFILE" }, { 0200000, "O_DIRECTORY" }, { 0400000, "O_NOFOLLOW" },
		{ 02000000, "O_CLOEXEC" }, { 040000, "O_DIRECT" }, { 01000000, "O_NOATIME" }, { 010000000, "O_PATH" },
	},
	[TRACEE_ARCH_ARM64] = {
		{ 0100, "O_CREAT" }, { 0200, "O_EXCL" }, { 0400, "O_NOCTTY" }, { 01000, "O_TRUNC" }, { 02000, "O_APPEND" },
		{ 04000, "O_NONBLOCK" }, { 04010000, "O_SYNC" }, { 010000, "O_DSYNC" }, { 020000, "O_ASYNC" },
		{ 0400000, "O_LARGEFILE" }, { 020040000, "O_TMPFILE" }, { 040000, "O_DIRECTORY" }, { 0100000, "O_NOFOLLOW" },
		{ 02000000, "O_CLOEXEC" }, { 0200000, "O_DIRECT" }, { 01000000, "O_NOATIME" }, { 010000000, "O_PATH" },
	},
};

NAME_WRITER(name_open_flags)
{
	static const char *const access_modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_RDONLY|0x3" };
	size_t start = text->size_bytes;

	text_add(text, access_modes[number & 3]);
	add_flags(text, start, number & ~UINT64_C(3), open_flags[arch], N(open_flags[arch]));
}

NAME_WRITER(name_resolve_flags)
{
	static const struct name names[] = {
		/* linux/openat2.h */
		{ 0x01, "RESOLVE_NO_XDEV" }, { 0x02, "RESOLVE_NO_MAGICLINKS" }, { 0x04, "RESOLVE_NO_SYMLINKS" },
		{ 0x08, "RESOLVE_BENEATH" }, { 0x10, "RESOLVE_IN_ROOT" },	{ 0x20, "RESOLVE_CACHED" },
	};

	(void)arch;
	add_flags_or(text, number, names, N(names), "0");
}

NAME_WRITER(name_ptrace_request)
{
	static const struct name names[] = {
		/* linux/ptrace.h, arch/x86/include/uapi/asm/ptrace-abi.h */
		{ 0, "PTRACE_TRACEME" },
		{ 1, "PTRACE_PEEKTEXT" },
		{ 2, "PTRACE_PEEKDATA" },
		{ 3, "PTRACE_PEEKUSER" },
		{ 4, "PTRACE_POKETEXT" },
		{ 5, "PTRACE_POKEDATA" },
		{ 6, "PTRACE_POKEUSER" },
		{ 7, "PTRACE_CONT" },
		{ 8, "PTRACE_KILL" },
		{ 9, "PTRACE_SINGLESTEP" },
		{ 12, "PTRACE_GETREGS" },
		{ 13, "PTRACE_SETREGS" },
		{ 14, "PTRACE_GETFPREGS" },
		{ 15, "PTRACE_SETFPREGS" },
		{ 16, "PTRACE_ATTACH" },
		{ 17, "PTRACE_DETACH" },
		{ 18, "PTRACE_GETFPXREGS" },
		{ 19, "PTRACE_SETFPXREGS" },
		{ 24, "PTRACE_SYSCALL" },
		{ 0x4200, "PTRACE_SETOPTIONS" },
		{ 0x4201, "PTRACE_GETEVENTMSG" },
		{ 0x4202, "PTRACE_GETSIGINFO" },
		{ 0x4203, "PTRACE_SETSIGINFO" },
		{ 0x4204, "PTRACE_GETREGSET" },
		{ 0x4205, "PTRACE_SETREGSET" },
		{ 0x4206, "PTRACE_SEIZE" },
		{ 0x4207, "PTRACE_INTERRUPT" },
		{ 0x4208, "PTRACE_LISTEN" },
		{ 0x4209, "PTRACE_PEEKSIGINFO" },
		{ 0x420a, "PTRACE_GETSIGMASK" },
		{ 0x420b, "PTRACE_SETSIGMASK" },
		{ 0x420c, "PTRACE_SECCOMP_GET_FILTER" },
		{ 0x420d, "PTRACE_SECCOMP_GET_METADATA" },
		{ 0x420e, "PTRACE_GET_SYSCALL_INFO" },
		{ 0x420f, "PTRACE_GET_RSEQ_CONFIGURATION" },
		{ 0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG" },
		{ 0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG" },
		{ 0x4212, "PTRACE_SET_SYSCALL_INFO" },
	};

	(void)arch;
	add_name(text, number, names, N(names));
}

NAME_WRITER(name_socket_family)
{
	static const char *const names[] = {
		/* linux/socket.h; as users of Tracee know 1 */
		"AF_UNSPEC",	 "AF_UNIX",	 "AF_INET",	"AF_AX25",  "AF_IPX",	  "AF_APPLETALK",
		"AF_NETROM",	 "AF_BRIDGE",	 "AF_ATMPVC",	"AF_X25",   "AF_INET6",	  "AF_ROSE",
		"AF_DECnet",	 "AF_NETBEUI",	 "AF_SECURITY", "AF_KEY",   "AF_NETLINK", "AF_PACKET",
		"AF_ASH",	 "AF_ECONET",	 "AF_ATMSVC",	"AF_RDS",   "AF_SNA",	  "AF_IRDA",
		"AF_PPPOX",	 "AF_WANPIPE",	 "AF_LLC",	"AF_IB",    "AF_MPLS",	  "AF_CAN",
		"AF_TIPC",	 "AF_BLUETOOTH", "AF_IUCV",	"AF_RXRPC", "AF_ISDN",	  "AF_PHONET",
		"AF_IEEE802154", "AF_CAIF",	 "AF_ALG",	"AF_NFC",   "AF_VSOCK",	  "AF_KCM",
		"AF_QIPCRTR",	 "AF_SMC",	 "AF_XDP",	"AF_MCTP",
	};

	(void)arch;
	if (number < N(names))
		text_add(text, names[number]);
	else
		text_format(text, "%" PRId64, (int64_t)number);
}

NAME_WRITER(name_socket_type)
{
	static const struct name types[] = {
		/* linux/net.h */
		{ 1, "SOCK_STREAM" },	 { 2, "SOCK_DGRAM" }, { 3, "SOCK_RAW" },     { 4, "SOCK_RDM" },
		{ 5, "SOCK_SEQPACKET" }, { 6, "SOCK_DCCP" },  { 10, "SOCK_PACKET" },
	};
	static const struct name flags[] = { { 04000, "SOCK_NONBLOCK" }, { 02000000, "SOCK_CLOEXEC" } };
	size_t start = text->size_bytes;

	(void)arch;
	add_name(text, number & 0xf, types, N(types)); /* SOCK_TYPE_MASK */
	add_flags(text, start, (uint32_t)number & ~UINT32_C(0xf), flags, N(flags));
}

NAME_WRITER(name_protection)
{
	static const struct name names[] = {
		/* asm-generic/mman-common.h */
		{ 1, "PROT_READ" },
		{ 2, "PROT_WRITE" },
		{ 4, "PROT_EXEC" },
	};

	(void)arch;
	add_flags_or(text, (uint32_t)number, names, N(names), "PROT_NONE");
}

NAME_WRITER(name_clone_flags)
{
	static const struct name names[] = {
		/* linux/sched.h */
		{ 0x100, "CLONE_VM" },
		{ 0x200, "CLONE_FS" },
		{ 0x400, "CLONE_FILES" },
		{ 0x800, "CLONE_SIGHAND" },
		{ 0x1000, "CLONE_PIDFD" },
		{ 0x2000, "CLONE_PTRACE" },
		{ 0x4000, "CLONE_VFORK" },
		{ 0x8000, "CLONE_PARENT" },
		{ 0x10000, "CLONE_THREAD" },
		{ 0x20000, "CLONE_NEWNS" },
		{ 0x40000, "CLONE_SYSVSEM" },
		{ 0x80000, "CLONE_SETTLS" },
		{ 0x100000, "CLONE_PARENT_SETTID" },
		{ 0x200000, "CLONE_CHILD_CLEARTID" },
		{ 0x400000, "CLONE_DETACHED" },
		{ 0x800000, "CLONE_UNTRACED" },
		{ 0x1000000, "CLONE_CHILD_SETTID" },
		{ 0x2000000, "CLONE_NEWCGROUP" },
		{ 0x4000000, "CLONE_NEWUTS" },
		{ 0x8000000, "CLONE_NEWIPC" },
		{ 0x10000000, "CLONE_NEWUSER" },
		{ 0x20000000, "CLONE_NEWPID" },
		{ 0x40000000, "CLONE_NEWNET" },
		{ 0x80000000, "CLONE_IO" },
	};

	(void)arch;
	/* The lowest byte is the signal that tells the parent of the end: no flag. */
	add_flags_or(text, number & ~UINT64_C(0xff), names, N(names), "0");
}

NAME_WRITER(name_execveat_flags)
{
	static const struct name names[] = {
		/* linux/fcntl.h */
		{ 0x100, "AT_SYMLINK_NOFOLLOW" },
		{ 0x1000, "AT_EMPTY_PATH" },
		{ 0x10000, "AT_EXECVE_CHECK" },
	};

	(void)arch;
	add_flags_or(text, (uint32_t)number, names, N(names), "0");
}
