/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_HAZARDS_H
#define BUILDER_LAYOUT_HAZARDS_H

/*
 * What is known to go wrong between kernel headers and clang, by what clang says of it: so that an error
 * of the compiler comes with its cause and with what to do.
 */

/* The sentence for the first error in @messages that is known, in static memory; NULL if none is. */
const char *hazard_explain(const char *messages);

#endif
