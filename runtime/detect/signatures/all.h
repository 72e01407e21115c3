/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_SIGNATURES_ALL_H
#define RUNTIME_DETECT_SIGNATURES_ALL_H

/* The signatures, one file each. */
struct signature;

extern const struct signature signature_anti_debugging;
extern const struct signature signature_kernel_module;

#endif
