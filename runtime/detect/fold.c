// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "runtime/detect/engine.h"

#define N_SETS 1024 /* a power of two */
#define N_WAYS 4

struct key {
	const struct signature *signature; /* NULL: the entry is free */
	uint64_t start_time_ns; /* with host_pid the identity of the process */
	uint64_t cause;
	uint64_t host_pid;
};

struct entry {
	struct key key;
	uint64_t told_ns; /* time of the event */
	uint64_t n_folded; /* since then */
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
	const uint64_t words[] = { (uintptr_t)key->signature, key->start_time_ns, key->cause, key->host_pid };
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = (hash ^ words[i]) * UINT64_C(0x100000001b3);
	return fold->entries[(hash >> 32 ^ hash) % N_SETS];
}

static bool is_equal(const struct key *a, const struct key *b)
{
	return a->signature == b->signature && a->start_time_ns == b->start_time_ns && a->cause == b->cause &&
	       a->host_pid == b->host_pid;
}

/* The entry of @key, or the one that it is to have. */
static struct entry *find(struct fold *fold, const struct key *key)
{
	struct entry *set = set_of(fold, key), *oldest = set;

	for (size_t i = 0; i < N_WAYS; i++) {
		if (is_equal(&set[i].key, key))
			return &set[i];
		/* A free one is as old as can be. */
		if (oldest->key.signature && (!set[i].key.signature || set[i].told_ns < oldest->told_ns))
			oldest = &set[i];
	}
	return oldest;
}

bool fold_finding(struct fold *fold, struct finding *finding)
{
	const struct key key = { finding->signature, finding->event->start_time_ns, finding->cause, finding->event->host_pid };
	struct entry *entry = find(fold, &key);

	if (!is_equal(&entry->key, &key))
		*entry = (struct entry){ .key = key };
	/* Events of different CPUs may come in another order: what is older than the last is a repetition, too. */
	else if (finding->event->time_ns < entry->told_ns + FOLD_NS) {
		entry->n_folded++;
		fold->n_folded++;
		return false;
	}
	finding->count = 1 + entry->n_folded;
	entry->told_ns = finding->event->time_ns;
	entry->n_folded = 0;
	return true;
}

uint64_t fold_n_folded(const struct fold *fold)
{
	return fold->n_folded;
}
