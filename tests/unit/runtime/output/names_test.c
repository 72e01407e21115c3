// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "runtime/output/names.h"

static void expect_on(enum tracee_arch arch, NAME_WRITER((*name)), uint64_t number, const char *expected)
{
	struct text text;

	text_init(&text, 4096);
	name(&text, number, arch);
	assert_string_equal(text_string(&text), expected);
	text_done(&text);
}

static void expect(NAME_WRITER((*name)), uint64_t number, const char *expected)
{
	expect_on(TRACEE_ARCH_X86_64, name, number, expected);
}

static void flags_of_open_agree_with_this_machines_headers(void **state)
{
#if defined(__aarch64__)
	enum tracee_arch arch = TRACEE_ARCH_ARM64;
#else
	enum tracee_arch arch = TRACEE_ARCH_X86_64;
#endif
	(void)state;
	expect_on(arch, name_open_flags, O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK,
		  "O_WRONLY|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK");
	expect_on(arch, name_open_flags,
		  O_RDWR | O_SYNC | O_ASYNC | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_DIRECT | O_NOATIME | O_PATH,
		  "O_RDWR|O_SYNC|O_ASYNC|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC|O_DIRECT|O_NOATIME|O_PATH");
	expect_on(arch, name_open_flags, O_DSYNC, "O_RDONLY|O_DSYNC");
	expect_on(arch, name_open_flags, O_TMPFILE | O_RDWR, "O_RDWR|O_TMPFILE");
	expect_on(arch, name_open_flags, 020000000, "O_RDONLY|0x400000");
}

static void flags_of_open_differ_by_architecture(void **state)
{
	(void)state;
	expect_on(TRACEE_ARCH_X86_64, name_open_flags, 0100000, "O_RDONLY|O_LARGEFILE");
	expect_on(TRACEE_ARCH_ARM64, name_open_flags, 0400000, "O_RDONLY|O_LARGEFILE");
	expect_on(TRACEE_ARCH_ARM64, name_open_flags, 0140000, "O_RDONLY|O_DIRECTORY|O_NOFOLLOW");
	expect_on(TRACEE_ARCH_ARM64, name_open_flags, 020040000, "O_RDONLY|O_TMPFILE");
}

static void bits_without_a_name_are_kept(void **state)
{
	(void)state;
	expect(name_open_flags, UINT64_C(1) << 40, "O_RDONLY|0x10000000000");
	expect(name_open_flags, (uint64_t)INT64_C(-2147483648), "O_RDONLY|0x80000000");
	expect(name_protection, 0x1000008, "0x1000008");
	expect(name_protection, PROT_READ | PROT_EXEC | 0x10, "PROT_READ|PROT_EXEC|0x10");
	expect(name_resolve_flags, 0x40, "0x40");
}

static void nothing_has_a_name_too(void **state)
{
	(void)state;
	expect(name_open_flags, 0, "O_RDONLY");
	expect(name_protection, 0, "PROT_NONE");
	expect(name_clone_flags, 17, "0");
	expect(name_execveat_flags, 0, "0");
	expect(name_resolve_flags, 0, "0");
}

static void sockets_are_named(void **state)
{
	(void)state;
	expect(name_socket_family, AF_UNIX, "AF_UNIX");
	expect(name_socket_family, AF_INET6, "AF_INET6");
	expect(name_socket_family, AF_NETLINK, "AF_NETLINK");
	expect(name_socket_family, AF_ALG, "AF_ALG");
	expect(name_socket_family, AF_VSOCK, "AF_VSOCK");
	expect(name_socket_family, AF_XDP, "AF_XDP");
	expect(name_socket_family, 4711, "4711");
	expect(name_socket_family, UINT64_MAX, "-1");
	expect(name_socket_type, SOCK_STREAM, "SOCK_STREAM");
	expect(name_socket_type, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	       "SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC");
	expect(name_socket_type, 9, "9");
}

static void clones_are_named(void **state)
{
	(void)state;
	expect(name_clone_flags, CLONE_VM | CLONE_THREAD | CLONE_NEWPID | 17, "CLONE_VM|CLONE_THREAD|CLONE_NEWPID");
	expect(name_clone_flags, CLONE_IO, "CLONE_IO");
	expect(name_execveat_flags, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_of_open_agree_with_this_machines_headers),
		cmocka_unit_test(flags_of_open_differ_by_architecture),
		cmocka_unit_test(bits_without_a_name_are_kept),
		cmocka_unit_test(nothing_has_a_name_too),
		cmocka_unit_test(sockets_are_named),
		cmocka_unit_test(clones_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
