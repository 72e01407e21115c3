/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_SIGNATURES_ALL_H
#define RUNTIME_DETECT_SIGNATURES_ALL_H

/* The signatures, one file each. */
struct signature;

extern const struct signature signature_stdio_over_socket; /* TRC-1 */
extern const struct signature signature_anti_debugging; /* TRC-2 */
extern const struct signature signature_code_injection; /* TRC-3 */
extern const struct signature signature_dynamic_code; /* TRC-4 */
extern const struct signature signature_fileless_execution; /* TRC-5 */
extern const struct signature signature_kernel_module; /* TRC-6 */
extern const struct signature signature_ld_preload; /* TRC-7 */

#endif
