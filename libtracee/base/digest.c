// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/digest.h"

#include <sha2.h>
#include <stdlib.h>

struct digest {
	SHA2_CTX context;
};

static void write_hex(const uint8_t *bytes, char ret_digest[DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		ret_digest[2 * i] = digits[bytes[i] >> 4];
		ret_digest[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_digest[DIGEST_SIZE - 1] = '\0';
}

struct digest *digest_new(void)
{
	struct digest *digest = malloc(sizeof(*digest));

	if (digest)
		SHA256Init(&digest->context);
	return digest;
}

void digest_add(struct digest *digest, const void *bytes, size_t size_bytes)
{
	SHA256Update(&digest->context, bytes, size_bytes);
}

void digest_end(struct digest *digest, char ret_digest[DIGEST_SIZE])
{
	uint8_t raw[SHA256_DIGEST_LENGTH];

	SHA256Final(raw, &digest->context);
	write_hex(raw, ret_digest);
	free(digest);
}

void digest_of(const void *bytes, size_t size_bytes, char ret_digest[DIGEST_SIZE])
{
	uint8_t raw[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, bytes, size_bytes);
	SHA256Final(raw, &context);
	write_hex(raw, ret_digest);
}
