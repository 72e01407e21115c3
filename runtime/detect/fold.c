// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "runtime/detect/engine.h"

#define N_SETS 1024 /* a power of two */
#define N_WAYS 4
#define PROGRAM_MARK (UINT64_C(1) << 63) /* tells programs from processes */

/* Who repeats itself: a process by when it was started and its number, a program by its file and container. */
struct key {
	const struct signature *signature; /* NULL: the entry is free */
	uint64_t cause;
	uint64_t who[3];
};

struct entry {
	struct key key;
	uint64_t since_ns; /* time of the event from which FOLD_NS count */
	uint64_t n_told; /* since then */
	uint64_t n_folded; /* that no finding has told of yet */
};

struct fold {
	uint64_t n_folded;
	struct entry entries[N_SETS][N_WAYS];
};

int fold_new(struct fold **ret_fold, struct tracee_error *err)
{
	*ret_fold = calloc(1, sizeof(**ret_fold));
	return *ret_fold ? 0 : error_errno(err, -ENOMEM, "repetitions of findings");
}

void fold_free(struct fold *fold)
{
	free(fold);
}

/* FNV-1a, by words. */
static struct entry *set_of(struct fold *fold, const struct key *key)
{
	const uint64_t words[] = { (uintptr_t)key->signature, key->cause, key->who[0], key->who[1], key->who[2] };
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = (hash ^ words[i]) * UINT64_C(0x100000001b3);
	return fold->entries[(hash >> 32 ^ hash) % N_SETS];
}

static bool is_equal(const struct key *a, const struct key *b)
{
	return a->signature == b->signature && a->cause == b->cause && memcmp(a->who, b->who, sizeof(a->who)) == 0;
}

/* The entry of @key, or the one that it is to have. */
static struct entry *find(struct fold *fold, const struct key *key)
{
	struct entry *set = set_of(fold, key), *oldest = set;

	for (size_t i = 0; i < N_WAYS; i++) {
		if (is_equal(&set[i].key, key))
			return &set[i];
		/* A free one is as old as can be. */
		if (oldest->key.signature && (!set[i].key.signature || set[i].since_ns < oldest->since_ns))
			oldest = &set[i];
	}
	return oldest;
}

/* Whether the @finding is one of the first @limit of @key within FOLD_NS; takes over what was folded since the last. */
static bool is_told(struct fold *fold, const struct key *key, uint64_t limit, struct finding *finding)
{
	struct entry *entry = find(fold, key);

	if (!is_equal(&entry->key, key))
		*entry = (struct entry){ .key = *key };
	/* Events of different CPUs may come in another order: what is older than the last is a repetition, too. */
	if (!entry->n_told || finding->event->time_ns >= entry->since_ns + FOLD_NS) {
		entry->since_ns = finding->event->time_ns;
		entry->n_told = 0;
	}
	if (entry->n_told >= limit) {
		entry->n_folded += finding->count;
		fold->n_folded++;
		return false;
	}
	finding->count += entry->n_folded;
	entry->n_folded = 0;
	entry->n_told++;
	return true;
}

bool fold_finding(struct fold *fold, struct finding *finding)
{
	const struct tracee_event *event = finding->event;
	const struct key process = { finding->signature, finding->cause, { event->start_time_ns, event->host_pid, 0 } };
	const struct key program = { finding->signature,
				     finding->cause,
				     { event->executable.inode, event->executable.dev, event->cgroup_id | PROGRAM_MARK } };

	finding->count = 1;
	if (!is_told(fold, &process, 1, finding))
		return false;
	return !event->has_executable || is_told(fold, &program, FOLD_PROCESSES, finding);
}

uint64_t fold_n_folded(const struct fold *fold)
{
	return fold->n_folded;
}
