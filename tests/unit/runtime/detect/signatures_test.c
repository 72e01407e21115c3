// SPDX-License-Identifier: Apache-2.0
/* Each signature, by events as the BPF program writes them. TRC-2 and TRC-6: engine_test.c, and here what is new in them. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#include "tests/unit/runtime/detect/ask.h"

static void set(unsigned int arg, uint64_t value)
{
	record_wire(&record)->args[arg] = value;
}

/* ---- TRC-1 ---------------------------------------------------------------------------------- */

static void begin_stdio(uint64_t mask, int family, enum tracee_wire_way way)
{
	record_begin(&record, "stdio_socket");
	set(0, mask);
	set(1, (uint64_t)family);
	set(2, SOCK_STREAM);
	set(5, way);
}

static void sockets_at_all_descriptors_are_found_with_their_peer(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(4444), .sin_addr = { htonl(0xc0000201) } };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(53), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	uint64_t cause;

	(void)state;
	begin_stdio(7, AF_INET, TRACEE_WIRE_WAY_EXEC);
	record_blob(&record, 3, TRACEE_WIRE_BLOB_SOCKADDR, 0, &v4, sizeof(v4));
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 3);
	expect_text("ip", "192.0.2.1");
	assert_int_equal(datum("port")->number, 4444);
	expect_text("descriptors", "0,1,2");
	expect_text("way", "exec");
	cause = last.cause;
	begin_stdio(1, AF_INET6, TRACEE_WIRE_WAY_DUP);
	record_blob(&record, 3, TRACEE_WIRE_BLOB_SOCKADDR, 0, &v6, sizeof(v6));
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("ip", "::1");
	expect_text("descriptors", "0");
	assert_int_not_equal(last.cause, cause);
}

static void one_descriptor_of_a_shell_is_enough(void **state)
{
	(void)state;
	begin_stdio(1, AF_INET, TRACEE_WIRE_WAY_EXEC);
	record_executable("/usr/bin/bash", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 3);
	assert_null(datum("ip"));
	begin_stdio(1, AF_INET, TRACEE_WIRE_WAY_EXEC);
	record_executable("/usr/sbin/sshd", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 1);
	/* The sockets of services on this machine. */
	begin_stdio(7, AF_UNIX, TRACEE_WIRE_WAY_EXEC);
	set(6, 77);
	record_executable("/usr/bin/bash", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 1);
	assert_int_equal(datum("peer")->number, 77);
}

static void relays_are_weighed_by_who_is_at_the_other_end(void **state)
{
	(void)state;
	begin_stdio(3, AF_INET, TRACEE_WIRE_WAY_RELAY);
	record_wire(&record)->host_ppid = 77;
	set(6, 77);
	record_string(&record, 7, "socat");
	record_executable("/usr/bin/cat", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("way", "relay");
	expect_text("peerName", "socat");
	assert_int_equal(datum("peer")->number, 77);
	record_executable("/usr/bin/bash", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 2);
	/* Two that have the same parent. */
	set(6, 78);
	record_executable("/usr/bin/nc", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 2);
	begin_stdio(3, AF_INET, TRACEE_WIRE_WAY_RELAY);
	record_string(&record, 7, "sshd-session");
	record_executable("/usr/bin/bash", 0, 0100755);
	assert_int_equal(ask("TRC-1"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("known", "a login by sshd");
}

static void addresses_that_are_too_short_are_none(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	(void)state;
	for (size_t size = 0; size < sizeof(v4); size++) {
		begin_stdio(7, AF_INET, TRACEE_WIRE_WAY_EXEC);
		record_blob(&record, 3, TRACEE_WIRE_BLOB_SOCKADDR, 0, &v4, size);
		assert_int_equal(ask("TRC-1"), 1);
		assert_null(datum("ip"));
	}
}

/* ---- TRC-2 ---------------------------------------------------------------------------------- */

static void debuggers_starting_a_program_are_known(void **state)
{
	(void)state;
	record_begin(&record, "security_ptrace_traceme");
	record_wire(&record)->flags = TRACEE_WIRE_FORKED;
	assert_int_equal(ask("TRC-2"), 1);
	assert_int_equal(last.severity, 1);
	assert_non_null(datum("known"));
	record_wire(&record)->flags = 0;
	assert_int_equal(ask("TRC-2"), 1);
	assert_int_equal(last.severity, 3);
	assert_null(datum("known"));
}

static void forbidding_to_be_looked_at_is_found(void **state)
{
	static const char *const events[] = { "prctl", "security_task_prctl" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		record_begin(&record, events[i]);
		set(0, PR_SET_DUMPABLE);
		assert_int_equal(ask("TRC-2"), 1);
		expect_text("request", "PR_SET_DUMPABLE");
		expect_text("state", i ? "attempted" : "done");
		assert_int_equal(last.severity, 1);
		set(1, 1);
		assert_int_equal(ask("TRC-2"), 0);
		set(0, PR_SET_PTRACER);
		assert_int_equal(ask("TRC-2"), 1);
		assert_int_equal(datum("tracer")->number, 1);
		set(0, PR_SET_NAME);
		assert_int_equal(ask("TRC-2"), 0);
	}
}

static void attaching_to_the_parent_is_found(void **state)
{
	(void)state;
	record_begin(&record, "process_injection");
	set(0, TRACEE_WIRE_WAY_ATTACH);
	set(1, 1000);
	assert_int_equal(ask("TRC-2"), 1);
	assert_int_equal(datum("target")->number, 1000);
	set(1, 1003);
	assert_int_equal(ask("TRC-2"), 0);
	set(0, TRACEE_WIRE_WAY_POKE);
	set(1, 1000);
	assert_int_equal(ask("TRC-2"), 0);
}

/* ---- TRC-3 ---------------------------------------------------------------------------------- */

static void writes_into_others_are_found(void **state)
{
	static const struct {
		enum tracee_wire_way way;
		uint64_t target, parent;
		unsigned int severity; /* 0: not found */
		const char *relation;
	} cases[] = {
		{ TRACEE_WIRE_WAY_ATTACH, 5, 1, 1, "other" },	 { TRACEE_WIRE_WAY_POKE, 5, 1, 3, "other" },
		{ TRACEE_WIRE_WAY_REGISTERS, 5, 1, 3, "other" }, { TRACEE_WIRE_WAY_VM_WRITE, 5, 1, 3, "other" },
		{ TRACEE_WIRE_WAY_POKE, 5, 1001, 2, "child" },	 { TRACEE_WIRE_WAY_POKE, 1000, 1, 3, "parent" },
		{ TRACEE_WIRE_WAY_VM_WRITE, 1001, 1, 0, NULL },	 { TRACEE_WIRE_WAY_ATTACH, 5, 1001, 1, "child" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		record_begin(&record, "process_injection");
		set(0, cases[i].way);
		set(1, cases[i].target);
		set(2, cases[i].parent);
		assert_int_equal(ask("TRC-3"), cases[i].severity > 0);
		if (!cases[i].severity)
			continue;
		assert_int_equal(last.severity, cases[i].severity);
		expect_text("relation", cases[i].relation);
		assert_int_equal(datum("target")->number, cases[i].target);
	}
}

static unsigned int ask_about_file(const char *path)
{
	record_begin(&record, "process_injection");
	set(0, TRACEE_WIRE_WAY_MEMORY_FILE);
	set(5, O_RDWR);
	if (path)
		record_string(&record, 7, path);
	return ask("TRC-3");
}

static void memory_files_of_processes_are_told_from_others(void **state)
{
	(void)state;
	assert_int_equal(ask_about_file("/proc/7/mem"), 1);
	expect_text("file path", "/proc/7/mem");
	assert_int_equal(last.severity, 3);
	assert_int_equal(ask_about_file("/mnt/123/task/124/mem"), 1);
	assert_int_equal(ask_about_file("/proc/driver/mem"), 0);
	assert_int_equal(ask_about_file("7/mem"), 0);
	assert_int_equal(ask_about_file("//mem"), 0);
	assert_int_equal(ask_about_file("/mem"), 0);
	assert_int_equal(ask_about_file(""), 0);
	assert_int_equal(ask_about_file(NULL), 0);
}

static void calls_that_write_are_found_with_their_result(void **state)
{
	static const uint64_t writing[] = { PTRACE_POKETEXT, PTRACE_POKEDATA, PTRACE_POKEUSER, 13, PTRACE_SETREGSET };

	(void)state;
	for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++) {
		record_begin(&record, "ptrace");
		set(0, writing[i]);
		set(1, 55);
		record_wire(&record)->ret = -ESRCH;
		assert_int_equal(ask("TRC-3"), 1);
		expect_text("state", "failed");
		assert_int_equal(datum("target")->number, 55);
	}
	set(0, PTRACE_PEEKDATA);
	assert_int_equal(ask("TRC-3"), 0);
	record_begin(&record, "process_vm_writev");
	set(0, 55);
	assert_int_equal(ask("TRC-3"), 1);
	/* By the numbers of its own namespace: process 11, thread 12. */
	set(0, 11);
	assert_int_equal(ask("TRC-3"), 0);
	set(0, 12);
	assert_int_equal(ask("TRC-3"), 0);
}

/* ---- TRC-4 ---------------------------------------------------------------------------------- */

static void memory_is_told_with_what_it_was(void **state)
{
	uint64_t cause;

	(void)state;
	record_begin(&record, "executable_memory");
	set(0, TRACEE_WIRE_WAY_MPROTECT);
	set(1, 0x7000);
	set(2, 4096);
	set(3, PROT_READ | PROT_WRITE);
	set(4, PROT_READ | PROT_EXEC);
	assert_int_equal(ask("TRC-4"), 1);
	assert_int_equal(last.severity, 2);
	expect_text("way", "mprotect");
	expect_text("memory", "anonymous");
	assert_non_null(datum("old permissions"));
	assert_non_null(datum("address"));
	assert_null(datum("path"));
	cause = last.cause;
	set(0, TRACEE_WIRE_WAY_MMAP);
	set(2, 0);
	set(5, TRACEE_WIRE_MEMORY_FILELESS);
	record_string(&record, 6, "memfd:x");
	assert_int_equal(ask("TRC-4"), 1);
	expect_text("memory", "fileless");
	expect_text("path", "memfd:x");
	assert_null(datum("old permissions"));
	assert_null(datum("address"));
	assert_int_not_equal(last.cause, cause);
}

static unsigned int severity_of_program(const char *path, uint32_t uid, uint32_t mode)
{
	record_begin(&record, "executable_memory");
	record_executable(path, uid, mode);
	assert_int_equal(ask("TRC-4"), 1);
	return last.severity;
}

static void programs_that_make_code_are_known_by_their_file(void **state)
{
	(void)state;
	assert_int_equal(severity_of_program("/usr/lib/jvm/17/bin/java", 0, 0100755), 0);
	assert_int_equal(severity_of_program("/usr/bin/php8.2", 0, 0100755), 0);
	assert_int_equal(severity_of_program("java", 0, 0100755), 0);
	assert_int_equal(severity_of_program("/home/user/java", 1000, 0100755), 2);
	assert_int_equal(severity_of_program("/usr/bin/java", 0, 0100775), 2);
	assert_int_equal(severity_of_program("/usr/bin/javac", 0, 0100755), 2);
	assert_int_equal(severity_of_program("/usr/bin/jav", 0, 0100755), 2);
	assert_int_equal(severity_of_program("", 0, 0100755), 2);
}

static void calls_are_found_by_what_they_ask_for(void **state)
{
	(void)state;
	record_begin(&record, "mmap");
	set(2, PROT_READ | PROT_WRITE | PROT_EXEC);
	assert_int_equal(ask("TRC-4"), 1);
	expect_text("call", "mmap");
	set(2, PROT_READ | PROT_EXEC);
	assert_int_equal(ask("TRC-4"), 0);
	record_begin(&record, "mprotect");
	set(2, PROT_READ | PROT_EXEC);
	assert_int_equal(ask("TRC-4"), 1);
	record_wire(&record)->ret = -ENOMEM;
	assert_int_equal(ask("TRC-4"), 0);
}

/* ---- TRC-5 ---------------------------------------------------------------------------------- */

static void begin_fileless(enum tracee_wire_way way, uint64_t seals)
{
	record_begin(&record, "exec_fileless");
	set(1, 1);
	set(2, 77);
	set(4, TMPFS_MAGIC);
	set(5, seals);
	set(6, 1234);
	set(7, way);
	record_string(&record, 0, "memfd:x");
}

static void images_without_a_file_are_found(void **state)
{
	uint64_t cause;

	(void)state;
	begin_fileless(TRACEE_WIRE_WAY_EXEC, 0);
	assert_int_equal(ask("TRC-5"), 1);
	assert_int_equal(last.severity, 2);
	expect_text("path", "memfd:x");
	expect_text("state", "done");
	expect_text("file system", "tmpfs");
	assert_int_equal(datum("inode")->number, 77);
	cause = last.cause;
	set(2, 78);
	set(4, 0xef53);
	assert_int_equal(ask("TRC-5"), 1);
	expect_text("file system", "disk");
	assert_int_not_equal(last.cause, cause);
	begin_fileless(TRACEE_WIRE_WAY_SCRIPT, 0);
	assert_int_equal(ask("TRC-5"), 1);
	expect_text("state", "attempted");
}

static void the_sealed_copy_of_a_container_runtime_is_known(void **state)
{
	const uint64_t all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	struct tracee_wire_event *wire = record_wire(&record);

	(void)state;
	begin_fileless(TRACEE_WIRE_WAY_EXEC, all);
	wire->uid = 0;
	wire->pid = wire->host_pid;
	assert_int_equal(ask("TRC-5"), 1);
	assert_int_equal(last.severity, 1);
	assert_non_null(datum("known"));
	/* By another user, in a pid namespace, or not sealed: not that. */
	wire->uid = 1000;
	assert_int_equal(ask("TRC-5"), 1);
	assert_int_equal(last.severity, 2);
	wire->uid = 0;
	wire->pid = 1;
	assert_int_equal(ask("TRC-5"), 1);
	assert_int_equal(last.severity, 2);
	wire->pid = wire->host_pid;
	set(5, F_SEAL_SEAL | F_SEAL_WRITE);
	assert_int_equal(ask("TRC-5"), 1);
	assert_int_equal(last.severity, 2);
}

/* ---- TRC-7 ---------------------------------------------------------------------------------- */

static void begin_environment(const char *variables, size_t size)
{
	record_begin(&record, "exec_loader_environment");
	record_string(&record, 0, "/bin/true");
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRINGS, 0, variables, size);
}

static unsigned int severity_of_variables(const char *variables, size_t size, bool is_secure)
{
	begin_environment(variables, size);
	set(2, is_secure);
	assert_int_equal(ask("TRC-7"), 1);
	return last.severity;
}

static void variables_of_the_loader_are_weighed(void **state)
{
	static const char strong[] = "LD_LIBRARY_PATH=/x\0LD_PRELOAD=/y", weak[] = "LD_LIBRARY_PATH=/x\0GLIBC_TUNABLES=a";

	(void)state;
	assert_int_equal(severity_of_variables(strong, sizeof(strong), false), 2);
	assert_int_equal(severity_of_variables(strong, sizeof(strong), true), 1);
	assert_int_equal(severity_of_variables(weak, sizeof(weak), false), 1);
	begin_environment("", 0);
	assert_int_equal(ask("TRC-7"), 0);
	set(3, 1);
	assert_int_equal(ask("TRC-7"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("environment", "too many variables to look at all of them");
}

static void the_file_for_all_programs_weighs_most(void **state)
{
	(void)state;
	record_begin(&record, "preload_file");
	record_string(&record, 0, "/etc/ld.so.preload");
	set(1, TRACEE_WIRE_WAY_RENAME);
	assert_int_equal(ask("TRC-7"), 1);
	assert_int_equal(last.severity, 3);
	expect_text("path", "/etc/ld.so.preload");
	expect_text("way", "rename");
	expect_text("state", "attempted");
}

static void another_loader_is_told_from_the_list(void **state)
{
	(void)state;
	record_begin(&record, "preload_file");
	record_string(&record, 0, "/lib64/ld-linux-x86-64.so.2");
	set(1, TRACEE_WIRE_WAY_RENAME);
	record_executable("/usr/bin/mv", 0, 0100755);
	assert_int_equal(ask("TRC-7"), 1);
	assert_int_equal(last.severity, 3);
	expect_text("file", "loader");
	record_executable("/usr/bin/dpkg", 0, 0100755);
	assert_int_equal(ask("TRC-7"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("known", "a package manager replaces the loader");
	/* Another one's file of that name is none. */
	record_executable("/home/a/dpkg", 1000, 0100755);
	assert_int_equal(ask("TRC-7"), 1);
	assert_int_equal(last.severity, 3);
}

static int loader_findings(const char *arguments, size_t size)
{
	record_begin(&record, "exec_loader");
	record_string(&record, 0, "/lib64/ld-linux-x86-64.so.2");
	record_blob(&record, 1, TRACEE_WIRE_BLOB_STRINGS, 0, arguments, size);
	return (int)ask("TRC-7");
}

static void options_of_the_loader_are_found(void **state)
{
	static const char with[] = "ld.so\0--library-path\0/x\0--audit\0/y.so\0/bin/true", without[] = "--preload\0/bin/true\0--audits";

	(void)state;
	assert_int_equal(loader_findings(with, sizeof(with)), 1);
	assert_int_equal(last.severity, 2);
	expect_text("path", "/lib64/ld-linux-x86-64.so.2");
	assert_int_equal(loader_findings(without, sizeof(without)), 0);
	assert_int_equal(loader_findings("", 0), 0);
}

/* ---- TRC-2 and TRC-6: what needs no more than an event -------------------------------------- */

static void breakpoints_and_looks_at_oneself_are_weak(void **state)
{
	(void)state;
	record_begin(&record, "breakpoint_handled");
	assert_int_equal(ask("TRC-2"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("request", "breakpoint with a handler");
	record_begin(&record, "own_status_open");
	record_string(&record, 0, "/proc/7/status");
	assert_int_equal(ask("TRC-2"), 1);
	assert_int_equal(last.severity, 0);
	expect_text("path", "/proc/7/status");
}

static void begin_module(uint64_t taints)
{
	record_begin(&record, "module_load");
	record_string(&record, 0, "dummy");
	set(1, taints);
}

static void modules_tell_their_taint_and_who_loads_them(void **state)
{
	(void)state;
	begin_module(0);
	record_executable("/usr/lib/systemd/systemd-udevd", 0, 0100755);
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 0);
	expect_text("taint", "");
	begin_module(1 << 12 | 1 << 13);
	record_executable("/usr/lib/systemd/systemd-udevd", 0, 0100755);
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 3);
	expect_text("taint", "out of tree, unsigned");
	begin_module(0);
	record_executable("/usr/bin/kmod", 0, 0100755);
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 3);
	/* All bits there may be. */
	begin_module(UINT32_MAX);
	assert_int_equal(ask("TRC-6"), 1);
	expect_text("taint", "proprietary, forced, staging, out of tree, unsigned, livepatch");
	record_begin(&record, "module_request");
	record_string(&record, 0, "net-pf-24");
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 0);
	expect_text("state", "requested");
}

static void what_the_kernel_starts_is_told_from_who_calls_modprobe(void **state)
{
	/* A worker of the kernel, and who starts those; a shell, and init. */
	static const struct tracee_wire_ancestor kernel[] = { { .host_pid = 50 }, { .host_pid = 2 } },
						 user[] = { { .host_pid = 50 }, { .host_pid = 1 } };

	(void)state;
	begin_module(0);
	record_executable("/usr/bin/kmod", 0, 0100755);
	record_blob(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, 0, kernel, sizeof(kernel));
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 1);
	expect_text("known", "the kernel asks for a module");
	begin_module(0);
	record_executable("/usr/bin/kmod", 0, 0100755);
	record_blob(&record, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS, 0, user, sizeof(user));
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 3);
}

static void programs_of_bpf_are_found_by_their_type(void **state)
{
	static const struct {
		uint64_t type;
		const char *text;
	} found[] = { { 2, "kprobe" }, { 5, "tracepoint" }, { 7, "perf_event" }, { 17, "raw_tracepoint" },
		      { 24, "raw_tracepoint_writable" }, { 26, "tracing" }, { 28, "ext" }, { 29, "lsm" } };

	(void)state;
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		record_begin(&record, "bpf_program_load");
		set(0, found[i].type);
		record_string(&record, 1, "watch");
		assert_int_equal(ask("TRC-6"), 1);
		assert_int_equal(last.severity, 1);
		expect_text("type", found[i].text);
	}
	record_begin(&record, "bpf_program_load");
	set(0, 15); /* cgroup_device, which every container has */
	assert_int_equal(ask("TRC-6"), 0);
}

static void files_that_control_the_kernel_are_found(void **state)
{
	(void)state;
	record_begin(&record, "kernel_control_file");
	record_string(&record, 0, "/proc/sys/kernel/core_pattern");
	set(1, TRACEE_WIRE_WAY_OPEN);
	assert_int_equal(ask("TRC-6"), 1);
	assert_int_equal(last.severity, 3);
	expect_text("code", "kernel-control");
	expect_text("path", "/proc/sys/kernel/core_pattern");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_at_all_descriptors_are_found_with_their_peer),
		cmocka_unit_test(one_descriptor_of_a_shell_is_enough),
		cmocka_unit_test(relays_are_weighed_by_who_is_at_the_other_end),
		cmocka_unit_test(addresses_that_are_too_short_are_none),
		cmocka_unit_test(debuggers_starting_a_program_are_known),
		cmocka_unit_test(forbidding_to_be_looked_at_is_found),
		cmocka_unit_test(attaching_to_the_parent_is_found),
		cmocka_unit_test(writes_into_others_are_found),
		cmocka_unit_test(memory_files_of_processes_are_told_from_others),
		cmocka_unit_test(calls_that_write_are_found_with_their_result),
		cmocka_unit_test(memory_is_told_with_what_it_was),
		cmocka_unit_test(programs_that_make_code_are_known_by_their_file),
		cmocka_unit_test(calls_are_found_by_what_they_ask_for),
		cmocka_unit_test(images_without_a_file_are_found),
		cmocka_unit_test(the_sealed_copy_of_a_container_runtime_is_known),
		cmocka_unit_test(variables_of_the_loader_are_weighed),
		cmocka_unit_test(the_file_for_all_programs_weighs_most),
		cmocka_unit_test(another_loader_is_told_from_the_list),
		cmocka_unit_test(options_of_the_loader_are_found),
		cmocka_unit_test(breakpoints_and_looks_at_oneself_are_weak),
		cmocka_unit_test(modules_tell_their_taint_and_who_loads_them),
		cmocka_unit_test(what_the_kernel_starts_is_told_from_who_calls_modprobe),
		cmocka_unit_test(programs_of_bpf_are_found_by_their_type),
		cmocka_unit_test(files_that_control_the_kernel_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
