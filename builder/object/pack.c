// SPDX-License-Identifier: Apache-2.0
#include "builder/object/pack.h"

#include <bpf_clang.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "builder/layout/layout.h"
#include "builder/object/check.h"
#include "builder/object/embedded.h"
#include "builder/object/program.h"
#include "builder/object/reduce.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

#define RING_ENUM "bpf_func_id"
#define RING_ENUMERATOR "BPF_FUNC_ringbuf_reserve"

static int enum_lists(const struct btf *layout, const char *name, const char *enumerator, bool *ret_lists)
{
	for (uint32_t id = 1; id < btf__type_cnt(layout); id++) {
		const struct btf_type *type = btf__type_by_id(layout, id);

		if (!btf_is_any_enum(type) || strcmp(types_name(layout, type), name) != 0)
			continue;
		*ret_lists = false;
		for (uint32_t i = 0; i < btf_vlen(type); i++)
			*ret_lists |= strcmp(types_enumerator_name(layout, type, i), enumerator) == 0;
		return 0;
	}
	return -ENOENT;
}

/* Since then all have a raw lock in the ring buffer, or may have: see runtime/load/realtime.h. */
#define RINGS_SLEEP_BEFORE (6u << 16 | 1u << 8)

/* On PREEMPT_RT struct spinlock is around a struct rt_mutex called `lock`; elsewhere it is an unnamed union. */
static bool spinlocks_sleep(const struct btf *layout)
{
	int id = btf__find_by_name_kind(layout, "spinlock", BTF_KIND_STRUCT);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(layout, (uint32_t)id);

	return type && btf_vlen(type) > 0 && strcmp(btf__name_by_offset(layout, btf_members(type)[0].name_off), "lock") == 0;
}

static int tier_choose(const struct btf *layout, const struct pack_request *request, enum tracee_tier *ret_tier, struct tracee_error *err)
{
	int wanted = request->tier;
	bool has_ring = false;
	int r;

	if (wanted != PACK_ANY_TIER || !layout) {
		*ret_tier = wanted == PACK_ANY_TIER ? TRACEE_TIER_RING : (enum tracee_tier)wanted;
		return 0;
	}
	r = enum_lists(layout, RING_ENUM, RING_ENUMERATOR, &has_ring);
	if (r < 0)
		return error_set(err, -ENOEXEC,
				 "the layout does not have enum %s, so it does not tell whether the kernel has "
				 "ring buffers: "
				 "choose with '--tier ring' or '--tier base'",
				 RING_ENUM);
	if (request->kernel->version_code < RINGS_SLEEP_BEFORE && spinlocks_sleep(layout))
		has_ring = false;
	*ret_tier = has_ring ? TRACEE_TIER_RING : TRACEE_TIER_BASE;
	return 0;
}

static int meta_fill(const struct layout *layout, const struct pack_request *request, enum tracee_tier tier,
		     struct tracee_object_meta *meta, struct tracee_error *err)
{
	*meta = (struct tracee_object_meta){ .abi = TRACEE_OBJECT_ABI,
					     .kernel_arch = request->kernel->arch,
					     .tier = tier };
	if (strlen(request->version) >= sizeof(meta->version))
		return error_set(err, -EINVAL, "version '%.80s' is longer than %zu characters", request->version,
				 sizeof(meta->version) - 1);
	snprintf(meta->version, sizeof(meta->version), "%s", request->version);
	snprintf(meta->kernel_release, sizeof(meta->kernel_release), "%s",
		 layout ? request->kernel->release : TRACEE_OBJECT_ANY_RELEASE);
	snprintf(meta->source, sizeof(meta->source), "%s", layout ? layout->source : "none");
	snprintf(meta->match, sizeof(meta->match), "%s", layout ? request->match : "none");
	snprintf(meta->clang, sizeof(meta->clang), "%s", BPF_CLANG_VERSION);
	snprintf(meta->layout_clang, sizeof(meta->layout_clang), "%s", layout ? layout->clang : "none");
	return 0;
}

/* What does not fit is the builder's status 6, whichever part found it. */
static int as_check_failure(int r, struct tracee_error *err)
{
	if (r == -ENOMEM)
		return error_set(err, r, "no memory");
	return r == -EBADMSG || r == -E2BIG || r == -EPROTO ? -ENOEXEC : r;
}

static int object_verify(const struct tracee_object *object, struct tracee_error *err)
{
	CLEANUP(program_free_at) struct program *program = NULL;
	CLEANUP(btf__free_at) struct btf *types = NULL;
	int r;

	r = program_read(object->bytes, object->size_bytes, &program, err);
	if (r < 0)
		return error_prefix(err, r, "program");
	if (object->layout) {
		r = types_read(object->layout, object->layout_size_bytes, &types, err);
		if (r < 0)
			return error_prefix(err, r, "layout");
	}
	return check_all(
		&(struct check_subject){ program, object->bytes, object->size_bytes, types, object->meta.tier },
		err);
}

int object_check(const void *bytes, size_t size_bytes, struct tracee_error *err)
{
	struct tracee_object object;
	int r;

	r = tracee_object_read(bytes, size_bytes, &object, err);
	if (r < 0)
		return r == -ENOMEM ? as_check_failure(r, err) : -EBADMSG;
	return as_check_failure(object_verify(&object, err), err);
}

static int reduce_for(const struct embedded_program *embedded, const struct btf *types, uint8_t **ret_layout,
		      size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(program_free_at) struct program *program = NULL;
	int r;

	r = program_read(embedded->bytes, embedded->size_bytes, &program, err);
	if (r < 0)
		return error_prefix(err, r, "program");
	return reduce_layout(program, types, ret_layout, ret_size_bytes, err);
}

/* @types NULL: a core object. */
static int pack(const struct layout *layout, const struct btf *types, const struct pack_request *request,
		uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(free_at) uint8_t *reduced = NULL;
	enum tracee_tier tier = TRACEE_TIER_BASE;
	struct tracee_object_meta meta;
	struct embedded_program embedded;
	size_t reduced_size = 0;
	int r;

	r = tier_choose(types, request, &tier, err);
	if (r < 0)
		return r;
	embedded = embedded_program(tier, request->kernel->arch);
	if (types)
		r = reduce_for(&embedded, types, &reduced, &reduced_size, err);
	if (r == 0)
		r = meta_fill(layout, request, tier, &meta, err);
	if (r == 0)
		r = tracee_object_write(embedded.bytes, embedded.size_bytes, reduced, reduced_size, &meta,
					ret_bytes, ret_size_bytes, err);
	return r < 0 ? error_prefix(err, r, "tier %s", tracee_tier_name(tier)) : 0;
}

/* The object as its reader finds it. */
static int read_back(const uint8_t *bytes, size_t size_bytes, struct tracee_error *err)
{
	struct tracee_object object;
	int r;

	r = tracee_object_read(bytes, size_bytes, &object, err);
	return r < 0 ? r : object_verify(&object, err);
}

int object_pack(const struct layout *layout, const struct pack_request *request, uint8_t **ret_bytes,
		size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(btf__free_at) struct btf *types = NULL;
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size = 0;
	int r = 0;

	if (layout && layout->arch != request->kernel->arch)
		return error_set(err, -EINVAL, "the layout is of %s, the kernel asked for is %s",
				 tracee_arch_name(layout->arch), tracee_arch_name(request->kernel->arch));
	if (layout)
		r = types_read(layout->btf, layout->size_bytes, &types, err);
	if (r < 0)
		return as_check_failure(error_prefix(err, r, "layout"), err);
	r = pack(layout, types, request, &bytes, &size, err);
	if (r == 0)
		r = read_back(bytes, size, err);
	if (r < 0)
		return as_check_failure(r, err);
	*ret_size_bytes = size;
	*ret_bytes = TAKE(bytes);
	return 0;
}
