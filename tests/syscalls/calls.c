// SPDX-License-Identifier: Apache-2.0
/*
 * calls DIRECTORY      every system call of calls.tsv, each in a process of its own, and the truth about it
 * calls --constants    the numbers of the names that flags have on this architecture, as a JSON object
 *
 * Needs root. Before anything is called it goes into namespaces of its own (mounts, host name, IPC, network),
 * mounts a tmpfs over DIRECTORY, and makes that its root: nothing outside is reachable by name, and nothing is left
 * behind.
 *
 * The truth is a JSON line for each call, when it is over:
 *   {"event":"openat","tid":123,"ret":-2,"args":[{"number":-11},{"text":"/none"},…]}
 * with one of the following for each argument:
 *   number    what the caller means by it: signed or unsigned, as its C type is
 *   address   hexadecimal text
 *   text      a string in memory
 *   json      a structure in memory, as events show it
 * Without "ret" the call did not return; "died" then has the status of wait4(2).
 *
 * The process that calls does nothing else: its only events are the end of the clone(2) that made it, and the call.
 * There is no C library, so that there are no calls but these, and an i386 program needs no libraries of i386.
 */
#include <asm/signal.h>
#include <asm/socket.h>
#include <asm/unistd.h>
#include <linux/bpf.h>
#include <linux/close_range.h>
#include <linux/eventpoll.h>
#include <linux/falloc.h>
#include <linux/fanotify.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inotify.h>
#include <linux/io_uring.h>
#include <linux/ipc.h>
#include <linux/keyctl.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/mqueue.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/random.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <linux/seccomp.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/time_types.h>
#include <linux/timerfd.h>
#include <linux/types.h>
#include <linux/un.h>
#include <linux/utime.h>
#include <linux/wait.h>
#include <linux/xattr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/syscalls/constants.h"

/* The kernel has these in headers that are not for programs: include/linux/{socket,net,fs,splice,swap}.h. */
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_NONBLOCK O_NONBLOCK
#define SOCK_CLOEXEC O_CLOEXEC
#define MSG_PEEK 2
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000
#define MNT_DETACH 2
#define UMOUNT_NOFOLLOW 8
#define SWAP_FLAG_DISCARD 0x10000
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2
#define EFD_SEMAPHORE 1

#if defined(__i386__) || defined(__arm__)
#define IS_32_BIT 1
#else
#define IS_32_BIT 0
#endif

#define PATIENCE_S 5 /* for one call; the last resort against one that blocks */

long raw_call(long nr, const unsigned long args[6]);
long raw_fork(long nr, const unsigned long args[6]);
void calls_main(long *stack) __attribute__((noreturn));

#define CALL(nr, ...) raw_call(nr, (const unsigned long[6]){ __VA_ARGS__ })
#define U(pointer) ((unsigned long)(pointer))

/* The compiler makes calls of these even without a library. */
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *to, int byte, size_t size)
{
	volatile char *p = to;

	while (size-- > 0)
		*p++ = byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	volatile char *p = to;
	const char *q = from;

	while (size-- > 0)
		*p++ = *q++;
	return to;
}

static void end(int status) __attribute__((noreturn));
static void end(int status)
{
	for (;;)
		CALL(__NR_exit_group, status);
}

/* ---- text ------------------------------------------------------------------------------------- */

static char out[1 << 16];
static size_t out_size;

static void out_flush(void)
{
	for (size_t done = 0; done < out_size;) {
		long n = CALL(__NR_write, 1, U(out + done), out_size - done);

		if (n <= 0)
			end(2);
		done += n;
	}
	out_size = 0;
}

static void put_char(char c)
{
	if (out_size == sizeof(out))
		out_flush();
	out[out_size++] = c;
}

static void put(const char *text)
{
	while (*text)
		put_char(*text++);
}

static void put_digits(unsigned long number, unsigned int base)
{
	char digits[24];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (n > 0)
		put_char(digits[--n]);
}

static void put_signed(long number)
{
	if (number < 0)
		put_char('-');
	put_digits(number < 0 ? -(unsigned long)number : (unsigned long)number, 10);
}

/* A path of calls.tsv, which has nothing to escape. */
static void put_text(const char *text)
{
	put_char('"');
	put(text);
	put_char('"');
}

static void die(const char *what, long error) __attribute__((noreturn));
static void die(const char *what, long error)
{
	out_size = 0;
	put("calls: ");
	put(what);
	put(" fails with error ");
	put_signed(-error);
	put_char('\n');
	CALL(__NR_write, 2, U(out), out_size);
	end(2);
}

static long must(const char *what, long result)
{
	if (result < 0)
		die(what, result);
	return result;
}

/* ---- what arguments are made of ----------------------------------------------------------------- */

/* A structure, and how events show it. */
struct known {
	const void *address;
	const char *json;
};

enum { FILE_FD = 40, DIRECTORY_FD, SOCKET_FD };

#define BUFFER_SIZE (1 << 17)
#define BUFFER_ALIGN (1 << 16) /* the largest page */
static char buffer[BUFFER_SIZE] __attribute__((aligned(BUFFER_ALIGN)));

/* Memory of ours, zeros; and where nothing is mapped. */
#define BUF(n) ((void *)(buffer + (n)*0x2000))
#define BAD_BASE (sizeof(long) == 8 ? 0x5b1d5eed0000 : 0x0bad0000)
#define BAD(n) ((void *)(unsigned long)(BAD_BASE + (n)*0x111))

static const struct sockaddr_in inet = { .sin_family = AF_INET, .sin_port = 0xbb01, .sin_addr = { 0x070200c0 } };
static const struct known known_inet = { &inet,
					 "\"{'sa_family': 'AF_INET','sin_port': '443','sin_addr': '192.0.2.7'}\"" };
#define INET (&known_inet)

static const struct sockaddr_in6 inet6 = {
	.sin6_family = AF_INET6,
	.sin6_port = 0xbb01,
	.sin6_flowinfo = 0x07000000,
	.sin6_addr = { { { 0x20, 0x01, 0x0d, 0xb8, [15] = 9 } } },
	.sin6_scope_id = 5,
};
static const struct known known_inet6 = { &inet6,
					  "\"{'sa_family': 'AF_INET6','sin6_port': '443','sin6_flowinfo': '7',"
					  "'sin6_addr': '2001:db8::9','sin6_scopeid': '5'}\"" };
#define INET6 (&known_inet6)

static const struct sockaddr_un local = { AF_UNIX, "/none/sock" };
static const struct known known_unix = { &local, "\"{'sa_family': 'AF_UNIX','sun_path': '/none/sock'}\"" };
#define UNIX (&known_unix)

/* What getsockname(2) says of a socket without a name, and how much room it has for that. */
static char name_space[128];
static int name_size = sizeof(name_space);
static const struct known known_name = { name_space, "\"{'sa_family': 'AF_UNIX','sun_path': ''}\"" };
#define OWN_NAME (&known_name)
#define NAME_SIZE ((void *)&name_size)

static const char *const argv[] = { "first", "second word", "", "--third=3", NULL };
static const struct known known_argv = { argv, "[\"first\",\"second word\",\"\",\"--third=3\"]" };
#define ARGV (&known_argv)

static const char *const envp[] = { "CALLS=1", "EMPTY=", NULL };
static const struct known known_envp = { envp, "[\"CALLS=1\",\"EMPTY=\"]" };
#define ENVP (&known_envp)

static const struct open_how how = { O_WRONLY | O_CREAT | O_CLOEXEC, 0640, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH };
static const struct known known_how = { &how, "{\"flags\":\"O_WRONLY|O_CREAT|O_CLOEXEC\",\"mode\":\"416\","
					      "\"resolve\":\"RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH\"}" };
#define OPEN_HOW (&known_how)

/* Not all of them are on every architecture. */
#define SHOWN_AS struct known __attribute__((unused))

/* CLONE_SIGHAND is refused without CLONE_VM: nothing is made. */
static const struct clone_args clone_how = {
	.flags = CLONE_FS | CLONE_SIGHAND | CLONE_CLEAR_SIGHAND,
	.pidfd = 0x1110,
	.child_tid = 0x2220,
	.parent_tid = 0x3330,
	.exit_signal = SIGUSR1,
	.stack_size = 4096,
	.set_tid_size = 3,
};
static const SHOWN_AS known_clone_how = {
	&clone_how, "{\"flags\":\"CLONE_FS|CLONE_SIGHAND|CLONE_CLEAR_SIGHAND\",\"pidfd\":\"0x1110\",\"child_tid\":\"0x2220\","
		    "\"parent_tid\":\"0x3330\",\"exit_signal\":\"SIGUSR1\",\"stack\":\"0x0\",\"stack_size\":\"4096\",\"tls\":\"0x0\","
		    "\"set_tid\":\"0x0\",\"set_tid_size\":\"3\",\"cgroup\":\"0\"}"
};
#define CLONE_HOW (&known_clone_how)

static const struct mount_attr mount_how = { MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MS_PRIVATE, 0 };
static const SHOWN_AS known_mount_how = { &mount_how, "{\"attr_set\":\"MOUNT_ATTR_RDONLY|MOUNT_ATTR_NODEV\","
							  "\"attr_clr\":\"MOUNT_ATTR_NOEXEC\",\"propagation\":\"MS_PRIVATE\","
							  "\"userns_fd\":\"0\"}" };
#define MOUNT_HOW (&known_mount_how)

static const int priority = -7; /* all that struct sched_param has */
static const SHOWN_AS known_priority = { &priority, "{\"sched_priority\":\"-7\"}" };
#define PRIORITY (&known_priority)

static const struct sched_attr sched_how = {
	.size = 48, .sched_policy = SCHED_BATCH, .sched_flags = 1, .sched_nice = -5, .sched_priority = 3, .sched_runtime = 1ull << 40
};
static const SHOWN_AS known_sched_how = { &sched_how, "{\"size\":\"48\",\"sched_policy\":\"SCHED_BATCH\",\"sched_flags\":\"0x1\","
							  "\"sched_nice\":\"-5\",\"sched_priority\":\"3\","
							  "\"sched_runtime\":\"1099511627776\",\"sched_deadline\":\"0\","
							  "\"sched_period\":\"0\"}" };
#define SCHED_HOW (&known_sched_how)

static const struct rlimit64 limits = { 1ull << 40, ~0ull };
static const SHOWN_AS known_limits = { &limits, "{\"rlim_cur\":\"1099511627776\",\"rlim_max\":\"18446744073709551615\"}" };
#define LIMITS64 (&known_limits)

static const struct epoll_event watched = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data = 0x123456789abcdef0 };
static const SHOWN_AS known_watched = { &watched, "{\"events\":\"EPOLLIN|EPOLLOUT|EPOLLET\",\"data\":\"0x123456789ABCDEF0\"}" };
#define WATCHED (&known_watched)

/* Of these, 32-bit processes have others: their events tell the address. */
#if IS_32_BIT
#define NATIVE(name) ((void *)&(name))
#else
#define NATIVE(name) (&known_##name)
#endif

/* Before the epoch and with too many nanoseconds: refused where it is a delay. */
static const struct __kernel_timespec delay = { -3, 7 };
static const SHOWN_AS known_delay = { &delay, "{\"tv_sec\":\"-3\",\"tv_nsec\":\"7\"}" };
#define DELAY NATIVE(delay)

static const struct __kernel_timespec no_delay = { 0, 0 };
static const SHOWN_AS known_no_delay = { &no_delay, "{\"tv_sec\":\"0\",\"tv_nsec\":\"0\"}" };
#define NO_DELAY NATIVE(no_delay)

static const struct __kernel_timespec times[2] = { { 5, 6 }, { 7, 8 } };
static const SHOWN_AS known_times = { times, "{\"atime.tv_sec\":\"5\",\"atime.tv_nsec\":\"6\",\"mtime.tv_sec\":\"7\","
						 "\"mtime.tv_nsec\":\"8\"}" };
#define TIMES NATIVE(times)

static const struct __kernel_old_timeval old_times[2] = { { 5, 6 }, { 7, 8 } };
static const SHOWN_AS known_old_times = { old_times, "{\"atime.tv_sec\":\"5\",\"atime.tv_usec\":\"6\",\"mtime.tv_sec\":\"7\","
							 "\"mtime.tv_usec\":\"8\"}" };
#define OLD_TIMES NATIVE(old_times)

static const struct utimbuf oldest_times = { 5, -6 };
static const SHOWN_AS known_oldest_times = { &oldest_times, "{\"actime\":\"5\",\"modtime\":\"-6\"}" };
#define OLDEST_TIMES NATIVE(oldest_times)

static const struct __kernel_itimerspec timer = { { 1, 2 }, { -3, 4 } };
static const SHOWN_AS known_timer = { &timer, "{\"it_interval.tv_sec\":\"1\",\"it_interval.tv_nsec\":\"2\","
						  "\"it_value.tv_sec\":\"-3\",\"it_value.tv_nsec\":\"4\"}" };
#define TIMER NATIVE(timer)

static const struct __kernel_old_timeval old_timer[2] = { { 1, 2 }, { 3, 4 } };
static const SHOWN_AS known_old_timer = { old_timer, "{\"it_interval.tv_sec\":\"1\",\"it_interval.tv_usec\":\"2\","
							 "\"it_value.tv_sec\":\"3\",\"it_value.tv_usec\":\"4\"}" };
#define OLD_TIMER NATIVE(old_timer)

static const struct rlimit old_limits = { 11, 12 };
static const SHOWN_AS known_old_limits = { &old_limits, "{\"rlim_cur\":\"11\",\"rlim_max\":\"12\"}" };
#define LIMITS NATIVE(old_limits)

static const struct mq_attr queue = { O_NONBLOCK, -2, 3, 4, { 0 } };
static const SHOWN_AS known_queue = { &queue, "{\"mq_flags\":\"O_NONBLOCK\",\"mq_maxmsg\":\"-2\",\"mq_msgsize\":\"3\","
						  "\"mq_curmsgs\":\"4\"}" };
#define QUEUE NATIVE(queue)

/* struct sigaction of the kernel: include/linux/signal_types.h */
static const unsigned long action[4] = { 0xabc000, SA_RESTART | SA_NODEFER, 0xdef000, 0x8001 };
static const SHOWN_AS known_action = { action, "{\"sa_handler\":\"0xABC000\",\"sa_flags\":\"SA_RESTART|SA_NODEFER\","
						   "\"sa_restorer\":\"0xDEF000\",\"sa_mask\":\"0x8001\"}" };
#define ACTION NATIVE(action)

/* ---- calls -------------------------------------------------------------------------------------- */

enum arg_kind { SIGNED, UNSIGNED, ADDRESS, TEXT, KNOWN };

struct call {
	const char *event;
	long nr; /* negative: not on this architecture */
	size_t n;
	unsigned long args[6];
	enum arg_kind kinds[6];
	const char *json[6]; /* of KNOWN */
};

static void call_begin(struct call *call, const char *event, long nr)
{
	call->event = event;
	call->nr = nr;
	call->n = 0;
}

static void call_add(struct call *call, enum arg_kind kind, unsigned long value)
{
	const struct known *known = (const void *)value;

	call->kinds[call->n] = kind;
	call->args[call->n] = value;
	if (kind == KNOWN) {
		call->args[call->n] = U(known->address);
		call->json[call->n] = known->json;
	}
	call->n++;
}

#define ARG(expression) call_add(call, KIND(expression), (unsigned long)(expression))
#define KIND(expression)                                                                                           \
	_Generic((expression), \
		char *: TEXT, \
		const char *: TEXT, \
		void *: ADDRESS, \
		const struct known *: KNOWN, \
		unsigned int: UNSIGNED, \
		unsigned long: UNSIGNED, \
		unsigned long long: UNSIGNED, \
		default: SIGNED)

#if defined(__x86_64__)
#define NR(x86_64, arm64) (x86_64)
#else
#define NR(x86_64, arm64) (arm64)
#endif

#if IS_32_BIT
#define TABLE "tests/syscalls/calls32.inc"
#else
#define TABLE "tests/syscalls/calls.inc"
#endif

static void call_prepare(struct call *call, unsigned int i)
{
	switch (i) {
#include TABLE
	}
}

static bool is_fork(long nr)
{
#ifdef __NR_fork
	if (nr == __NR_fork || nr == __NR_vfork)
		return true;
#endif
	return nr == __NR_clone || nr == __NR_clone3;
}

/* Values in registers. The two last arguments of clone are exchanged where the kernel says CLONE_BACKWARDS. */
static void call_registers(const struct call *call, unsigned long ret_registers[6])
{
	for (size_t i = 0; i < 6; i++)
		ret_registers[i] = i < call->n ? call->args[i] : 0;
#if !defined(__x86_64__)
	if (call->nr == __NR_clone) {
		ret_registers[3] = call->args[4];
		ret_registers[4] = call->args[3];
	}
#endif
}

/* ---- a process for each ------------------------------------------------------------------------- */

/* What the process that calls tells the one that writes; memory of both. */
struct report {
	long ret;
	int has_returned;
};

/* A page of a file that no process has looked at is not in its page table, and BPF cannot fetch it. */
static void touch(const struct call *call)
{
	for (size_t i = 0; i < call->n; i++) {
		if (call->kinds[i] == TEXT || call->kinds[i] == KNOWN)
			(void)*(const volatile char *)call->args[i];
	}
	for (size_t i = 0; i < sizeof(argv) / sizeof(argv[0]) - 1; i++)
		(void)*(const volatile char *)argv[i];
	for (size_t i = 0; i < sizeof(envp) / sizeof(envp[0]) - 1; i++)
		(void)*(const volatile char *)envp[i];
}

static void child(const struct call *call, volatile struct report *report) __attribute__((noreturn));
static void child(const struct call *call, volatile struct report *report)
{
	unsigned long registers[6];

	call_registers(call, registers);
	touch(call);
	report->ret = is_fork(call->nr) ? raw_fork(call->nr, registers) : raw_call(call->nr, registers);
	report->has_returned = 1;
	end(0);
}

/* Waits for @pid to end, kills it if it does not; its status as of wait4(2). SIGCHLD is blocked. */
static int child_wait(long pid)
{
	static const unsigned long long sigchld = 1ull << (SIGCHLD - 1);
	struct __kernel_old_timespec patience = { .tv_sec = PATIENCE_S };
	int status = 0;

	if (CALL(__NR_rt_sigtimedwait, U(&sigchld), 0, U(&patience), 8) < 0)
		CALL(__NR_kill, pid, SIGKILL);
	must("wait4", CALL(__NR_wait4, pid, U(&status)));
	return status;
}

static void put_arg(const struct call *call, size_t i)
{
	switch (call->kinds[i]) {
	case SIGNED:
		put("{\"number\":");
		put_signed(call->args[i]);
		break;
	case UNSIGNED:
		put("{\"number\":");
		put_digits(call->args[i], 10);
		break;
	case ADDRESS:
		put("{\"address\":\"0x");
		put_digits(call->args[i], 16);
		put_char('"');
		break;
	case TEXT:
		put("{\"text\":");
		put_text((const char *)call->args[i]);
		break;
	case KNOWN:
		put("{\"json\":");
		put(call->json[i]);
		break;
	}
	put_char('}');
}

static void put_truth(const struct call *call, long tid, const struct report *report, int status)
{
	put("{\"event\":");
	put_text(call->event);
	put(",\"tid\":");
	put_signed(tid);
	put(report->has_returned ? ",\"ret\":" : ",\"died\":");
	put_signed(report->has_returned ? report->ret : status);
	put(",\"args\":[");
	for (size_t i = 0; i < call->n; i++) {
		if (i > 0)
			put_char(',');
		put_arg(call, i);
	}
	put("]}\n");
}

static void call_run(const struct call *call, struct report *report)
{
	long tid;
	int status;

	*report = (struct report){ 0 };
	tid = must("clone", CALL(__NR_clone, SIGCHLD));
	if (tid == 0)
		child(call, report);
	status = child_wait(tid);
	put_truth(call, tid, report, status);
}

static void calls_run(void)
{
#if IS_32_BIT
	long nr = __NR_mmap2;
#else
	long nr = __NR_mmap;
#endif
	long page = CALL(nr, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1ul, 0);
	struct call call = { 0 };

	if (page < 0 && page > -4096)
		die("mmap", page);
	for (unsigned int i = 0; i < N_CALLS; i++) {
		call_prepare(&call, i);
		if (call.nr >= 0)
			call_run(&call, (void *)page);
	}
}

/* ---- the sandbox -------------------------------------------------------------------------------- */

static void fd_place(const char *what, long fd, int place)
{
	must(what, CALL(__NR_dup3, must(what, fd), place, 0));
	CALL(__NR_close, fd);
}

static void sandbox_enter(const char *directory)
{
	static const unsigned long no_core[2];
	static const unsigned long long sigchld = 1ull << (SIGCHLD - 1);

	CALL(__NR_setsid); /* no terminal; fails where that is so already */
	must("unshare (it needs root)",
	     CALL(__NR_unshare, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET));
	must("mount --make-rprivate /", CALL(__NR_mount, U("none"), U("/"), 0, MS_PRIVATE | MS_REC, 0));
	must("mount of tmpfs", CALL(__NR_mount, U("tmpfs"), U(directory), U("tmpfs"), 0, U("size=1m")));
	must("chdir", CALL(__NR_chdir, U(directory)));
	must("chroot", CALL(__NR_chroot, U(".")));
	must("chdir", CALL(__NR_chdir, U("/")));
	must("setrlimit", CALL(__NR_setrlimit, RLIMIT_CORE, U(no_core)));
	must("rt_sigprocmask", CALL(__NR_rt_sigprocmask, SIG_BLOCK, U(&sigchld), 0, 8));
	fd_place("/file", CALL(__NR_openat, AT_FDCWD, U("/file"), O_RDWR | O_CREAT, 0600), FILE_FD);
	fd_place("/", CALL(__NR_openat, AT_FDCWD, U("/"), O_RDONLY | O_DIRECTORY), DIRECTORY_FD);
	fd_place("socket", CALL(__NR_socket, AF_UNIX, SOCK_DGRAM, 0), SOCKET_FD);
}

/* In a process of its own, which leads no group of processes: it gets a session without terminal. */
static void sandbox_run(const char *directory)
{
	int status = 0;
	long pid = must("clone", CALL(__NR_clone, SIGCHLD));

	if (pid == 0) {
		sandbox_enter(directory);
		calls_run();
		out_flush();
		end(0);
	}
	must("wait4", CALL(__NR_wait4, pid, U(&status)));
	end(status == 0 ? 0 : 2);
}

static bool is_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static void constants_write(void)
{
	put_char('{');
	for (size_t i = 0; i < n_constants; i++) {
		put(i == 0 ? "" : ",\n");
		put_text(constants[i].name);
		put_char(':');
		put_signed((long)constants[i].value);
	}
	put("}\n");
}

/* @stack is as the kernel leaves it: argc, and argv ends in NULL. */
void calls_main(long *stack)
{
	char **words = (char **)(stack + 1);

	if (stack[0] == 2 && is_equal(words[1], "--constants")) {
		constants_write();
		out_flush();
		end(0);
	}
	if (stack[0] != 2) {
		static const char usage[] = "usage: calls DIRECTORY | --constants\n";

		CALL(__NR_write, 2, U(usage), sizeof(usage) - 1);
		end(2);
	}
	sandbox_run(words[1]);
	end(0);
}
