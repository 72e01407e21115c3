// SPDX-License-Identifier: Apache-2.0
/* One request at a time by io_uring, which does what system calls do without being them. */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "simulate/case.h"

struct ring {
	int fd;
	struct io_uring_params params;
	uint8_t *sq, *cq;
	struct io_uring_sqe *entries;
};

static void *map(const struct ring *ring, size_t size_bytes, off_t at)
{
	return mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, at);
}

static int ring_open(struct ring *ring)
{
	memset(ring, 0, sizeof(*ring));
	ring->fd = (int)syscall(SYS_io_uring_setup, 1, &ring->params);
	if (ring->fd < 0)
		return -errno;
	ring->sq = map(ring, ring->params.sq_off.array + ring->params.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	ring->cq = map(ring, ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	ring->entries = map(ring, ring->params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	return ring->sq == MAP_FAILED || ring->cq == MAP_FAILED || (void *)ring->entries == MAP_FAILED ? -errno : 0;
}

/* What the request came to. The ring is left to the end of the process. */
static int request(const struct io_uring_sqe *entry)
{
	struct ring ring;
	uint32_t *tail, mask, head;
	int r = ring_open(&ring);

	if (r < 0)
		return r;
	tail = (uint32_t *)(ring.sq + ring.params.sq_off.tail);
	mask = *(uint32_t *)(ring.sq + ring.params.sq_off.ring_mask);
	ring.entries[*tail & mask] = *entry;
	((uint32_t *)(ring.sq + ring.params.sq_off.array))[*tail & mask] = *tail & mask;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	head = __atomic_load_n((uint32_t *)(ring.cq + ring.params.cq_off.head), __ATOMIC_ACQUIRE);
	mask = *(uint32_t *)(ring.cq + ring.params.cq_off.ring_mask);
	return ((struct io_uring_cqe *)(ring.cq + ring.params.cq_off.cqes))[head & mask].res;
}

int case_uring_open(const char *path, int flags, mode_t mode)
{
	const struct io_uring_sqe entry = { .opcode = IORING_OP_OPENAT,
					    .fd = -100, /* AT_FDCWD */
					    .addr = (uintptr_t)path,
					    .len = mode,
					    .open_flags = (uint32_t)flags };

	return request(&entry);
}

int case_uring_connect(int fd, const void *address, size_t size_bytes)
{
	const struct io_uring_sqe entry = { .opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)address, .off = size_bytes };

	return request(&entry);
}
