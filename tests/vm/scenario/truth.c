// SPDX-License-Identifier: Apache-2.0
#include "tests/vm/scenario/truth.h"

#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define INITIAL_PID_NS 0xeffffffcu /* PROC_PID_INIT_INO, include/linux/proc_ns.h */

/* What the kernel does not tell a process about itself. */
static struct {
	bool host_is_known; /* /proc counts as the host does */
	uint32_t ppid, host_ppid;
	struct truth_span started;
	const char *container_id;
	bool syscalls_are_known;
	char first_bytes[64]; /* of what it wrote */
	size_t n_first_bytes;
} self;

void truth_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "scenario: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	_exit(99);
}

int64_t truth_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- who we are ------------------------------------------------------------------------------- */

static void link_read(const char *path, char *ret_text, size_t size)
{
	ssize_t n = readlink(path, ret_text, size - 1);

	if (n < 0)
		truth_die("%s: %s", path, strerror(errno));
	ret_text[n] = '\0';
}

/* "pid:[4026531836]" → 4026531836 */
static uint32_t namespace_of(const char *process, const char *kind)
{
	char path[64], text[64];
	const char *digits;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", process, kind);
	link_read(path, text, sizeof(text));
	digits = strchr(text, '[');
	if (!digits)
		truth_die("%s leads to '%s'", path, text);
	return strtoul(digits + 1, NULL, 10);
}

/* Invalid UTF-8 is U+FFFD in the output; the scenario uses one such byte, 0xff, which is never valid. */
static void comm_read(char *ret_comm)
{
	char comm[17] = "";
	char *to = ret_comm;

	prctl(PR_GET_NAME, comm);
	for (const char *from = comm; *from; from++) {
		if (*from == '\xff') {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

void truth_identify(struct truth_identity *ret_identity)
{
	struct truth_identity identity = { .pid = getpid(), .tid = gettid(), .ppid = self.ppid, .has_comm = true };
	struct utsname names;
	char text[64];
	uid_t real, effective, saved;

	link_read("/proc/thread-self", text, sizeof(text));
	if (sscanf(text, "%u/task/%u", &identity.host_pid, &identity.host_tid) != 2)
		truth_die("/proc/thread-self leads to '%s'", text);
	identity.host_ppid = self.host_ppid;
	getresuid(&real, &effective, &saved);
	identity.uid = real;
	identity.mnt_ns = namespace_of("thread-self", "mnt");
	identity.pid_ns = namespace_of("thread-self", "pid");
	comm_read(identity.comm);
	uname(&names);
	snprintf(identity.host_name, sizeof(identity.host_name), "%s", names.nodename);
	*ret_identity = identity;
}

struct truth_span truth_started(void)
{
	return self.started;
}

const char *truth_container_id(void)
{
	return self.container_id;
}

void truth_set_container_id(const char *id)
{
	self.container_id = id;
}

/* ---- lines ------------------------------------------------------------------------------------ */

static void line_write(json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);
	size_t size;

	if (!text)
		truth_die("a line of truth is not JSON");
	size = strlen(text);
	if (!self.n_first_bytes) {
		self.n_first_bytes = size < sizeof(self.first_bytes) ? size : sizeof(self.first_bytes);
		memcpy(self.first_bytes, text, self.n_first_bytes);
	}
	text[size++] = '\n'; /* over the NUL: one write, so that lines of several processes do not mix */
	if (write(STDOUT_FILENO, text, size) != (ssize_t)size)
		truth_die("stdout: %s", strerror(errno));
	free(text);
	json_decref(line);
}

json_t *truth_between(int64_t low, int64_t high)
{
	return json_pack("{s:[I,I]}", "$between", (json_int_t)low, (json_int_t)high);
}

/* The output has microseconds; a bound is moved by as much as rounding may move it. */
static json_t *timestamp_between(struct truth_span span)
{
	double high = span.to_ns == TRUTH_FOREVER ? 1e12 : span.to_ns / 1e9 + 1e-6;

	return json_pack("{s:[f,f]}", "$between", span.from_ns / 1e9 - 1e-6, high);
}

json_t *truth_args(const char *declaration, ...)
{
	json_t *args = json_array();
	va_list list;

	va_start(list, declaration);
	for (; declaration; declaration = va_arg(list, const char *)) {
		const char *name = strrchr(declaration, ' ');

		json_array_append_new(args,
				      json_pack("{s:s,s:s%,s:o}", "name", name + 1, "type", declaration,
						(size_t)(name - declaration), "value", va_arg(list, json_t *)));
	}
	va_end(list);
	return args;
}

static json_t *identity_fields(const struct truth_identity *identity, struct truth_span span)
{
	json_t *fields = json_pack("{s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:s}", "timestamp", timestamp_between(span),
				   "processId", (json_int_t)identity->pid, "threadId", (json_int_t)identity->tid,
				   "parentProcessId", (json_int_t)identity->ppid, "userId",
				   (json_int_t)identity->uid, "mountNamespace", (json_int_t)identity->mnt_ns,
				   "pidNamespace", (json_int_t)identity->pid_ns, "hostName", identity->host_name);

	if (self.host_is_known)
		json_object_update_new(fields,
				       json_pack("{s:I,s:I,s:I}", "hostProcessId", (json_int_t)identity->host_pid,
						 "hostThreadId", (json_int_t)identity->host_tid,
						 "hostParentProcessId", (json_int_t)identity->host_ppid));
	if (identity->has_comm)
		json_object_set_new(fields, "processName", json_string(identity->comm));
	if (self.container_id)
		json_object_set_new(fields, "containerId", json_string(self.container_id));
	return fields;
}

static json_t *event_fields(const struct truth_identity *identity, const char *name, uint32_t id,
			    const struct truth_call *call, json_t *args)
{
	json_t *fields = identity_fields(identity, call->span);
	char number[16];

	snprintf(number, sizeof(number), "%u", id);
	json_object_update_new(fields, json_pack("{s:s,s:s,s:I,s:I,s:n,s:o}", "eventId", number, "eventName", name,
						 "argsNum", (json_int_t)json_array_size(args), "returnValue",
						 (json_int_t)call->ret, "stackAddresses", "args", args));
	return fields;
}

static void expect(const struct truth_identity *identity, const char *name, uint32_t id,
		   const struct truth_call *call, json_t *args)
{
	line_write(json_pack("{s:s,s:o}", "kind", name, "expect", event_fields(identity, name, id, call, args)));
}

void truth_event(const char *name, uint32_t id, const struct truth_call *call, json_t *args)
{
	struct truth_identity identity;

	truth_identify(&identity);
	expect(&identity, name, id, call, args);
}

void truth_event_of(const struct truth_identity *identity, const char *name, uint32_t id, struct truth_span span,
		    json_t *args)
{
	struct truth_call call = { .span = span };

	expect(identity, name, id, &call, args);
}

void truth_syscalls_are_known(void)
{
	self.syscalls_are_known = true;
}

bool truth_knows_syscalls(void)
{
	return self.syscalls_are_known;
}

json_t *truth_syscall(const char *name)
{
	return self.syscalls_are_known && name ? json_string(name) : json_null();
}

json_t *truth_device(dev_t device)
{
	return json_integer((json_int_t)major(device) << 20 | minor(device));
}

size_t truth_first_bytes(char *ret_bytes, size_t size)
{
	if (size > self.n_first_bytes)
		size = self.n_first_bytes;
	memcpy(ret_bytes, self.first_bytes, size);
	return size;
}

void truth_hook(const struct truth_hook *hook, struct truth_span span, json_t *args)
{
	struct truth_call call = { .span = span, .ret = hook->ret };
	struct truth_identity identity;
	json_t *fields;

	truth_identify(&identity);
	fields = event_fields(hook->who ? hook->who : &identity, hook->name, hook->id, &call, args);
	json_object_set_new(fields, "syscall", truth_syscall(hook->syscall));
	line_write(json_pack("{s:s,s:o}", "kind", hook->name, "expect", fields));
}

void truth_never(const char *name, struct truth_span span, json_t *args)
{
	struct truth_identity identity;
	json_t *fields;

	truth_identify(&identity);
	fields = identity_fields(&identity, span);
	if (args)
		json_object_set_new(fields, "args", args);
	line_write(json_pack("{s:s,s:o}", "kind", name, "never", fields));
}

static void finding_told(const char *id, struct truth_span span, json_t *data)
{
	struct truth_identity identity;
	json_t *expected;

	truth_identify(&identity);
	expected = json_pack("{s:o,s:{s:s}}", "Context", identity_fields(&identity, span), "SigMetadata", "ID", id);
	if (data)
		json_object_set_new(expected, "Data", data);
	line_write(json_pack("{s:s,s:o}", "kind", id, "expect", expected));
}

void truth_finding(const char *id, const struct truth_call *call)
{
	finding_told(id, call->span, NULL);
}

void truth_finding_with(const char *id, struct truth_span span, json_t *data)
{
	finding_told(id, span, data);
}

void truth_skipped(const char *what, int error)
{
	line_write(json_pack("{s:s,s:s}", "skipped", what, "reason", strerror(error)));
}

/* From now on, every event of this process must be expected. */
static void process_line(void)
{
	struct truth_identity identity;

	truth_identify(&identity);
	line_write(json_pack("{s:{s:I,s:I,s:f}}", "process", "processId", (json_int_t)identity.pid, "pidNamespace",
			     (json_int_t)identity.pid_ns, "since", self.started.from_ns / 1e9));
}

/* ---- processes -------------------------------------------------------------------------------- */

/*
 * getppid() is traced too: it is called once in a process, and told. @is_first: the parent is where we
 * are, and its number the same on both sides.
 */
static void ppid_read(bool is_first)
{
	struct truth_call call = TRUTH_CALL(syscall(SYS_getppid));

	self.ppid = call.ret;
	if (is_first)
		self.host_ppid = call.ret;
	truth_event("getppid", SYS_getppid, &call, json_array());
}

void truth_begin(long host_ppid, const char *container_id)
{
	bool is_first = host_ppid == TRUTH_FIRST_IMAGE;

	self.started.from_ns = self.started.to_ns = truth_now();
	self.host_is_known = is_first ? namespace_of("self", "pid") == INITIAL_PID_NS : host_ppid > 0;
	self.container_id = container_id;
	self.host_ppid = is_first ? 0 : host_ppid;
	ppid_read(is_first);
	process_line();
}

long truth_host_parent(void)
{
	return self.host_is_known ? self.host_ppid : 0;
}

json_t *truth_host_number(uint32_t number)
{
	return self.host_is_known ? json_integer(number) : json_pack("{s:b}", "$any", 1);
}

static void child_begin(const struct truth_identity *parent, int64_t from_ns, int channel)
{
	struct truth_identity identity;
	char seen;

	self.host_ppid = parent->host_pid;
	self.started = (struct truth_span){ from_ns, truth_now() };
	ppid_read(false);
	process_line();
	truth_identify(&identity);
	/* The parent looks at us before we go on: we may be gone soon. */
	if (write(channel, &identity, sizeof(identity)) != sizeof(identity) || read(channel, &seen, 1) != 1)
		truth_die("report of a child: %s", strerror(errno));
	close(channel);
}

/* The same child from both sides: what it says of itself, and what its parent sees. */
static void child_check(const struct truth_identity *parent, const struct truth_identity *child, pid_t pid)
{
	char process[16];

	if (parent->pid_ns == INITIAL_PID_NS && (uint32_t)pid != child->host_pid)
		truth_die("clone returned %d, the child's /proc/self says %u", pid, child->host_pid);
	if (parent->pid_ns == child->pid_ns && (uint32_t)pid != child->pid)
		truth_die("clone returned %d, the child says it is %u", pid, child->pid);
	snprintf(process, sizeof(process), "%u", child->host_pid);
	if (namespace_of(process, "pid") != child->pid_ns || namespace_of(process, "mnt") != child->mnt_ns)
		truth_die("the namespaces of %s differ from what it says", process);
}

static void fork_tell(const struct truth_identity *parent, const struct truth_identity *child,
		      struct truth_span span)
{
	json_t *host_tid = truth_host_number(child->host_tid), *host_pid = truth_host_number(child->host_pid);

	truth_event_of(parent, "sched_process_fork", 1100, span,
		       truth_args("pid_t child_tid", host_tid, "pid_t child_ns_tid", json_integer(child->tid),
				  "pid_t child_pid", host_pid, "pid_t child_ns_pid", json_integer(child->pid),
				  "u64 start_time", truth_between(span.from_ns, span.to_ns), NULL));
}

pid_t truth_fork(unsigned long flags)
{
	struct truth_identity parent, child;
	struct truth_span span;
	int channel[2];
	pid_t pid;

	truth_identify(&parent);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0)
		truth_die("socketpair: %s", strerror(errno));
	span.from_ns = truth_now();
	pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
	span.to_ns = truth_now();
	if (pid < 0)
		pid = -errno;
	if (pid == 0) {
		close(channel[0]);
		child_begin(&parent, span.from_ns, channel[1]);
		return 0;
	}
	close(channel[1]);
	if (pid > 0) {
		if (read(channel[0], &child, sizeof(child)) != sizeof(child))
			truth_die("a child did not report");
		child_check(&parent, &child, pid);
		fork_tell(&parent, &child, span);
		if (write(channel[0], "", 1) != 1)
			truth_die("a child is gone before its time");
	}
	close(channel[0]);
	return pid;
}

void truth_wait(pid_t pid, int expected_code)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		truth_die("waitpid %d: %s", pid, strerror(errno));
	if (WIFEXITED(status) ? WEXITSTATUS(status) != expected_code : WTERMSIG(status) != -expected_code)
		truth_die("a child ended with wait status 0x%x, expected %d", status, expected_code);
}

void truth_ending(int code, int signal, enum truth_last last)
{
	struct truth_identity identity;
	struct truth_span span = { truth_now(), TRUTH_FOREVER };

	truth_identify(&identity);
	truth_event_of(&identity, "sched_process_exit", 1010, span,
		       truth_args("int exit_code", json_integer(code), "int signal", json_integer(signal),
				  "int process_gone",
				  last == TRUTH_MAYBE_LAST ? json_pack("{s:b}", "$any", 1) : json_integer(last),
				  NULL));
}

void truth_exit(int code)
{
	struct truth_span span = { truth_now(), TRUTH_FOREVER };

	truth_ending(code, 0, TRUTH_LAST);
	truth_hook(&(struct truth_hook){ .name = "do_exit", .id = 1002, .syscall = "exit_group", .ret = code << 8 },
		   span, json_array());
	_exit(code);
}
