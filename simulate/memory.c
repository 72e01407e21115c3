// SPDX-License-Identifier: Apache-2.0
/* TRC-4: memory that becomes executable; nothing in it is executed. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "simulate/case.h"

#define SIZE 4096
#define RX (PROT_READ | PROT_EXEC)
#define RW (PROT_READ | PROT_WRITE)
#define RWX (PROT_READ | PROT_WRITE | PROT_EXEC)

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static uint8_t *anonymous(int protection)
{
	return mmap(NULL, page(), protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int result(const void *memory)
{
	return memory == MAP_FAILED ? -errno : 0;
}

static int protect(uint8_t *memory, int protection)
{
	if (memory == MAP_FAILED)
		return -errno;
	return mprotect(memory, page(), protection) < 0 ? -errno : 0;
}

static int written_then_executable(void)
{
	uint8_t *memory = anonymous(RW);

	if (memory != MAP_FAILED)
		memory[0] = 0xc3;
	return protect(memory, RX);
}

static int all_at_once(void)
{
	return result(anonymous(RWX));
}

static int no_longer_writable(void)
{
	return protect(anonymous(RWX), RX);
}

static int by_pkey(void)
{
	uint8_t *memory = anonymous(RW);

	if (memory == MAP_FAILED)
		return -errno;
	memory[0] = 0xc3;
	return syscall(SYS_pkey_mprotect, memory, page(), RX, -1) < 0 ? -errno : 0;
}

static int shared_memory(void)
{
	int id = shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600);
	void *memory;

	if (id < 0)
		return -errno;
	memory = shmat(id, NULL, SHM_EXEC);
	shmctl(id, IPC_RMID, NULL);
	return memory == (void *)-1 ? -errno : 0;
}

static int by_personality(void)
{
	if (personality(READ_IMPLIES_EXEC) < 0)
		return -errno;
	return result(anonymous(RW));
}

static int private_file(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	uint8_t *memory = fd < 0 ? MAP_FAILED : mmap(NULL, page(), RW, MAP_PRIVATE, fd, 0);

	if (memory != MAP_FAILED)
		memory[0]++;
	return protect(memory, RX);
}

/* A copy of this program whose header asks for an executable stack. */
static int executable_stack(void)
{
	int fd = case_file("program", 0755), r;
	Elf64_Phdr segment;
	Elf64_Ehdr header;

	r = fd < 0 ? fd : case_copy_program(fd);
	if (r < 0)
		return r;
	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return -errno;
	for (unsigned int i = 0; i < header.e_phnum; i++) {
		off_t at = (off_t)(header.e_phoff + i * sizeof(segment));

		if (pread(fd, &segment, sizeof(segment), at) != sizeof(segment))
			return -errno;
		if (segment.p_type != PT_GNU_STACK)
			continue;
		segment.p_flags |= PF_X;
		if (pwrite(fd, &segment, sizeof(segment), at) != sizeof(segment))
			return -errno;
	}
	close(fd);
	return case_execute(case_path("program"), NULL);
}

static int library_in_memory(void)
{
	int fd = memfd_create("library", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, SIZE) < 0)
		return -errno;
	return result(mmap(NULL, SIZE, RX, MAP_PRIVATE, fd, 0));
}

/* A page of this program's file, as it is loaded. */
static void *own_code(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? MAP_FAILED : mmap(NULL, page(), RX, MAP_PRIVATE, fd, 0);
}

static int moved_over_code(void)
{
	void *from = own_code(), *to = own_code();

	if (from == MAP_FAILED || to == MAP_FAILED)
		return -errno;
	return result(mremap(from, page(), page(), MREMAP_MAYMOVE | MREMAP_FIXED, to));
}

/* One segment of @fd, to anonymous memory. */
static int load_segment(int fd, const Elf64_Phdr *segment)
{
	size_t size = (size_t)segment->p_memsz;
	int protection = (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) |
			 (segment->p_flags & PF_X ? PROT_EXEC : 0);
	void *memory = mmap(NULL, size, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -errno;
	if (pread(fd, memory, segment->p_filesz, (off_t)segment->p_offset) != (ssize_t)segment->p_filesz)
		return -EIO;
	return mprotect(memory, size, protection) < 0 ? -errno : 0;
}

/* A program is loaded as the kernel does it, and execve is not called. */
static int loaded_by_hand(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), r = 0;
	Elf64_Phdr segment;
	Elf64_Ehdr header;

	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return -errno;
	for (unsigned int i = 0; i < header.e_phnum && r == 0; i++) {
		if (pread(fd, &segment, sizeof(segment), (off_t)(header.e_phoff + i * sizeof(segment))) != sizeof(segment))
			return -errno;
		if (segment.p_type == PT_LOAD)
			r = load_segment(fd, &segment);
	}
	return r;
}

#define SYS_MEMFD_SECRET 447 /* include/uapi/asm-generic/unistd.h, since 5.14 */

static int secret_memory(void)
{
	int fd = (int)syscall(SYS_MEMFD_SECRET, O_CLOEXEC);
	uint8_t *memory;
	int r;

	if (fd < 0 || ftruncate(fd, (off_t)page()) < 0)
		return -errno;
	memory = mmap(NULL, page(), RW, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED)
		memory[0] = 0xc3;
	r = protect(memory, RX);
	return r == -EACCES ? 0 : r < 0 ? r : -EBADE;
}

static int mmap_program_32(void)
{
	return case_execute32("m");
}

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define OLD_MMAP_32 90
#define MPROTECT_32 125

static int mmap_32(void)
{
	static uint32_t arguments[6];
	long r;

	arguments[1] = SIZE;
	arguments[2] = RWX;
	arguments[3] = MAP_PRIVATE | MAP_ANONYMOUS;
	arguments[4] = UINT32_MAX;
	r = case_call32(OLD_MMAP_32, (long)arguments, 0, 0, 0);
	return r < 0 && r > -4096 ? (int)r : 0;
}

static int mprotect_32(void)
{
#if defined(MAP_32BIT)
	uint8_t *memory = mmap(NULL, page(), RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (memory == MAP_FAILED)
		return -errno;
	memory[0] = 0xc3;
	return (int)case_call32(MPROTECT_32, (long)memory, (long)page(), RX, 0);
#else
	return -ENOTSUP;
#endif
}

/* As every program is loaded. */
static int as_usual(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : result(mmap(NULL, page(), RX, MAP_PRIVATE, fd, 0));
	uint8_t *memory = anonymous(PROT_READ);

	if (r == 0)
		r = protect(memory, RW);
	if (r == 0)
		memory[0] = 1;
	return r < 0 ? r : protect(memory, PROT_READ);
}

#define ONE(data) "{\"rule\":\"TRC-4\",\"severity\":2,\"data\":" data "}"
#define MAPPED(memory, permissions) ONE("{\"way\":\"mmap\",\"memory\":\"" memory "\",\"permissions\":\"" permissions "\"}")
#define PROTECTED(memory, old)                                                                                                \
	ONE("{\"way\":\"mprotect\",\"memory\":\"" memory "\",\"old permissions\":\"" old                               \
	    "\",\"permissions\":\"PROT_READ|PROT_EXEC\"}")
#define CALL(name, permissions) ONE("{\"call\":\"" name "\",\"permissions\":\"" permissions "\"}")
#define R_W "PROT_READ|PROT_WRITE"
#define R_X "PROT_READ|PROT_EXEC"
#define R_W_X "PROT_READ|PROT_WRITE|PROT_EXEC"

const struct simulate_case cases_memory[] = {
	{ "DYN-01", "TRC-4", "memory is written, then made executable", written_then_executable,
	  "[" PROTECTED("anonymous", R_W) "]", "[" CALL("mprotect", R_X) "]" },
	{ "DYN-02", "TRC-4", "memory that is writable and executable", all_at_once, "[" MAPPED("anonymous", R_W_X) "]",
	  "[" CALL("mmap", R_W_X) "]" },
	{ "DYN-03", "TRC-4", "the same, and then not writable", no_longer_writable,
	  "[" MAPPED("anonymous", R_W_X) "," PROTECTED("anonymous", R_W_X) "]",
	  "[" CALL("mmap", R_W_X) "," CALL("mprotect", R_X) "]" },
	{ "DYN-05", "TRC-4", "pkey_mprotect", by_pkey, "[" PROTECTED("anonymous", R_W) "]", "[" CALL("pkey_mprotect", R_X) "]" },
	{ "DYN-07", "TRC-4", "executable shared memory of System V", shared_memory, "[" MAPPED("fileless", R_W_X) "]", NULL },
	{ "DYN-08", "TRC-4", "READ_IMPLIES_EXEC", by_personality, "[" MAPPED("anonymous", R_W_X) "]", NULL },
	{ "DYN-09", "TRC-4", "code is moved over other code by mremap", moved_over_code,
	  "[" ONE("{\"way\":\"mremap\",\"memory\":\"file\",\"permissions\":\"" R_X "\"}") "]", NULL },
	{ "DYN-10", "TRC-4", "a private mapping of a file is written, then executable", private_file,
	  "[" PROTECTED("file", R_W) "]", "[" CALL("mprotect", R_X) "]" },
	{ "DYN-12", "TRC-4", "an executable stack", executable_stack,
	  "[" ONE("{\"way\":\"stack\",\"memory\":\"anonymous\",\"permissions\":\"PROT_READ|PROT_WRITE|PROT_EXEC\"}") "]", NULL },
	{ "DYN-13", "TRC-4", "a program is loaded by hand, without execve", loaded_by_hand, "[" PROTECTED("anonymous", R_W) "]",
	  "[" CALL("mprotect", R_X) "]" },
	{ "DYN-14", "TRC-4", "code in a memfd is mapped", library_in_memory, "[" MAPPED("fileless", R_X) "]", NULL },
	{ "DYN-15", "TRC-4", "mmap of a 32-bit process", mmap_32, "[" MAPPED("anonymous", R_W_X) "]", NULL },
	{ "DYN-15b", "TRC-4", "mprotect of a 32-bit process", mprotect_32, "[" PROTECTED("anonymous", R_W) "]",
	  "[" CALL("mprotect", R_X) "]" },
	{ "DYN-15c", "TRC-4", "mmap of a program of i386", mmap_program_32, "[" MAPPED("anonymous", R_W_X) "]", NULL },
	{ "FLE-13", "TRC-5", "secret memory, which nobody can execute: nothing", secret_memory, "[]", "[]" },
	{ "DYN-none", "TRC-4", "what every program does: nothing", as_usual, "[]", "[]" },
	{},
};
