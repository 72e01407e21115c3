// SPDX-License-Identifier: Apache-2.0
/*
 * A program of 32-bit x86, without a library: what cases have it do is named by the first letter of its second argument. It is a
 * part of tracee-simulate, which writes it to a file and executes it.
 *   t  PTRACE_TRACEME
 *   m  memory that is writable and executable
 *   d  descriptor 3, a socket, becomes descriptors 0 to 2
 */
/* arch/x86/entry/syscalls/syscall_32.tbl */
#define EXIT 1
#define PTRACE 26
#define DUP2 63
#define OLD_MMAP 90

#define SOCKET 3
#define N_STDIO 3

static long call(long number, long a, long b, long c, long d)
{
	long result = number;

	__asm__ volatile("int $0x80" : "+a"(result) : "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
	return result;
}

/* An address of the upper half is a good one; the last page has errors. */
static int is_error(long result)
{
	return (unsigned long)result > -4096UL;
}

static long memory(void)
{
	/* address, length, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, descriptor, offset */
	static const long arguments[] = { 0, 4096, 7, 0x22, -1, 0 };

	return call(OLD_MMAP, (long)arguments, 0, 0, 0);
}

static long descriptors(void)
{
	long r = 0;

	for (int i = 0; i < N_STDIO && !is_error(r); i++)
		r = call(DUP2, SOCKET, i, 0, 0);
	return r;
}

static long do_it(char what)
{
	switch (what) {
	case 't':
		return call(PTRACE, 0, 0, 0, 0);
	case 'm':
		return memory();
	case 'd':
		return descriptors();
	default:
		return -1;
	}
}

/* @stack: the number of arguments, and then they themselves. */
__attribute__((used)) static void begin(const long *stack)
{
	const char *what = stack[0] > 1 ? (const char *)stack[2] : "";
	long r = do_it(*what);

	call(EXIT, is_error(r) ? -r : 0, 0, 0, 0);
	__builtin_unreachable();
}

__asm__(".globl _start\n_start:\n\tmovl %esp, %eax\n\tandl $-16, %esp\n\tsubl $12, %esp\n\tpushl %eax\n\tcall begin\n");
