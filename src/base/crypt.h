/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypt.h: hashes by nettle, which uses the processor's own SHA instructions; randomness, MACs
 * and passwords by libsodium. Call crypt_init once at start.
 */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include "base/str.h"

#define SHA256_SIZE 32

void crypt_init(void);

/* SHA-256 (FIPS 180-4) of the bytes; out may lie within them. */
void sha256(Str bytes, unsigned char out[SHA256_SIZE]);
/* HMAC-SHA-256 (RFC 2104). */
void hmac_sha256(Str key, Str bytes, unsigned char out[SHA256_SIZE]);
/* SHA-256 piece by piece. */
typedef struct Sha Sha;
MUST Sha *sha_new(Arena *mem);
void sha_add(Sha *sha, Str bytes);
void sha_end(Sha *sha, unsigned char out[SHA256_SIZE]);

void random_bytes(void *out, size_t n);
/* n random bytes as base64url text without padding. */
MUST Str random_token(Arena *mem, size_t n);
/* Constant-time comparison. */
MUST bool bytes_same(Str a, Str b);

void base64_encode(Buf *out, Str bytes); /* RFC 4648 §4, padded */
MUST bool base64_decode(Arena *mem, Str text,
                        Str *out); /* false when it is not strictly that */
MUST bool hex_decode(Arena *mem, Str text, Str *out);

/* argon2id, 19 MiB, 2 passes (OWASP): ~40 ms of CPU, never on the lane. The text is in mem. */
MUST Str password_hash(Arena *mem, Str password);
MUST bool password_verify(Str hash, Str password);

/* UUIDv7 (RFC 9562 §5.7) from a time and random bits: 36 characters in mem. */
MUST Str uuid7(Arena *mem, Instant at);

#endif
