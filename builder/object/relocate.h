/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_RELOCATE_H
#define BUILDER_OBJECT_RELOCATE_H

/*
 * What libbpf will make of a CO-RE relocation when the object is loaded: the same search and the same
 * rules (libbpf 1.1), without loading anything. In short: every type of the layout with the root's
 * name and kind is a candidate, flavours (`___x`) not counted; members are looked for by name, through
 * anonymous structs and unions; what they lead to must be of a compatible kind; candidates that match
 * must agree.
 */
#include <stdbool.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "builder/object/access_path.h"
#include "builder/object/program.h"
#include "libtracee/base/cleanup.h"

struct relocation_result {
	/*
	 * The layout does not have it, and running the instruction would be an error. Never set for
	 * relocations that ask for existence. Stricter than libbpf, which makes the size of an unknown
	 * type 0: nobody reads 0 bytes on purpose.
	 */
	bool is_absent;
	uint64_t value; /* what goes into the instruction; 0 if absent */
	uint64_t local_value; /* what the compiler put there, by the program's own types */
	bool is_comparable; /* whether libbpf insists that the instruction holds local_value */
	/* Of the field when an offset is relocated, to adjust loads and stores; 0: nothing to adjust. */
	uint32_t size_bytes, local_size_bytes;
	bool is_unadjustable; /* the sizes differ and it is not safe to adjust them */
};

/* A member that a relocation steps through: anonymous ones are in the list too. */
struct relocation_member {
	uint32_t type_id; /* struct or union of the layout */
	uint32_t index;
};

/* Where a relocation leads in the layout. */
struct relocation_target {
	struct access_path path; /* of the layout */
	struct relocation_member members[2 * ACCESS_STEPS_MAX];
	size_t n_members;
};

/* Told every candidate that matches; @target is valid during the call. 0, or an error to stop at. */
typedef int relocation_target_fn(void *context, uint32_t kind, const struct relocation_target *target);

struct relocator;

/* @local the program's own types, @layout those to relocate against; both borrowed. -ENOMEM. */
int relocator_new(const struct btf *local, const struct btf *layout, struct relocator **ret_relocator);
void relocator_free(struct relocator *relocator);
DEFINE_CLEANUP(struct relocator *, relocator_free)

/*
 * @relocation  of the program whose types are local
 * @tell        may be NULL
 *
 * Returns 0; -EBADMSG with a sentence if libbpf would refuse the program: candidates disagree, or the
 * kind of relocation or the type makes no sense; the error of @tell.
 */
int relocator_resolve(struct relocator *relocator, const struct program_relocation *relocation,
		      relocation_target_fn *tell, void *context, struct relocation_result *ret_result,
		      struct tracee_error *err);

/*
 * Does to the instruction (two of them if it is wide) what libbpf would. Sets ret_must_not_run if the
 * instruction must not be reached afterwards. -EBADMSG if the instruction is none that can be relocated.
 */
int relocation_apply(const struct relocation_result *result, struct bpf_insn *insn, bool *ret_must_not_run,
		     struct tracee_error *err);

#endif
