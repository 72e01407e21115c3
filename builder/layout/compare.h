/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_COMPARE_H
#define BUILDER_LAYOUT_COMPARE_H

/*
 * The proof of a layout that comes from headers: compares what clang made of them with the BTF that
 * the same kernel brought. Headers that are nearly right parse without a word and give offsets that
 * are wrong; this is what sees it.
 *
 * Compared are the structs, unions and enums that the headers define and the BTF has under the same
 * name, and typedefs of those without a name. A type agrees if its size does, and each member by name:
 * its offset in bits, its width if it is a bit-field, the size of its type; in an enum each value by
 * name. Members of anonymous members count as the type's own. What says nothing about where bytes are
 * is not compared: order of declaration, names of members' types, signs.
 *
 * The BTF may have several types of one name, from different translation units of the kernel: one that
 * agrees is enough, and differences are those from the nearest. What only one side has is not compared,
 * as a kernel has far more types than the headers that we read; but every type that the layout unit
 * names must be there, or that is a difference too.
 */
#include "builder/layout/layout.h"

#define COMPARE_LINES_MAX 50

struct layout_comparison {
	size_t n_structures; /* and unions, and typedefs of those without a name */
	size_t n_fields; /* of these, in the headers */
	size_t n_enumerators;
	size_t n_differences;
};

/*
 * @headers, @btf   borrowed; outside bytes, checked here
 * @ret_comparison  set if everything agrees and if something differs
 * @table           the differences are appended, a line each under a line of headings: type, member, in
 *                  the headers, in the BTF; beyond COMPARE_LINES_MAX only how many more there are
 *
 * Returns 0 if nothing differs, -ESTALE with the first difference in the sentence if something does,
 * -EBADMSG if nothing was proven, because one of them is not BTF of a kernel or has no task_struct to
 * compare, or they are absurdly large; -ENOMEM, or -E2BIG if @table is full.
 */
int layout_compare(const struct layout *headers, const struct layout *btf, struct layout_comparison *ret_comparison,
		   struct text *table, struct tracee_error *err);

#endif
