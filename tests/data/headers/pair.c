// SPDX-License-Identifier: Apache-2.0
/*
 * Types to compare, of each sort that a comparison tells apart: once as they are and once, with -DOTHER,
 * with something changed in each.
 */
#ifdef OTHER
#define HERE(a, b) b
#else
#define HERE(a, b) a
#endif

typedef struct {
	HERE(int, long) counter;
} atomic_t;

struct task_struct {
	HERE(int pid, int tgid);
	HERE(int tgid, int pid);
	unsigned int exiting : 1, state : HERE(3, 4);
	union {
		struct {
			long start, end;
		};
		void *pointer;
	};
	struct {
		int nr;
		HERE(short, char) kind;
	} list[2];
	atomic_t *usage;
} task;

struct mnt_namespace {
	atomic_t count[HERE(0, 1)];
	int inum;
} mounts;

enum pid_type { PID, TGID = HERE(1, 2) } type;
enum large { LARGE = HERE(1ull << 33, 1ull << 34) } large;
atomic_t usage;
