/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

/* SHA-256 by libmd, as 64 lower-case hexadecimal digits and a NUL. */
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 65

void digest_of(const void *bytes, size_t size_bytes, char ret_digest[DIGEST_SIZE]);

struct digest; /* a running one, to be fed in pieces */
struct digest *digest_new(void); /* NULL: no memory */
void digest_add(struct digest *digest, const void *bytes, size_t size_bytes);
/* Writes the digest and frees it. */
void digest_end(struct digest *digest, char ret_digest[DIGEST_SIZE]);

#endif
