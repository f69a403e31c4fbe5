/* SPDX-License-Identifier: Apache-2.0 */
/* crypt.c: two libraries behind a handful of functions, so that a certified module may replace
 * them. */
#include "base/crypt.h"

#include <nettle/sha2.h>
#include <sodium.h>

#define ARGON_MEMORY (19u * 1024 * 1024)
#define ARGON_PASSES 2

void crypt_init(void)
{
    int code = sodium_init();
    assert(code >= 0);
}

void sha256(Str bytes, unsigned char out[SHA256_SIZE])
{
    struct sha256_ctx state;
    sha256_init(&state);
    sha256_update(&state, bytes.n, (const uint8_t *)bytes.p);
    sha256_digest(&state, SHA256_SIZE, out);
}

void hmac_sha256(Str key, Str bytes, unsigned char out[SHA256_SIZE])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.p, key.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)bytes.p, bytes.n);
    crypto_auth_hmacsha256_final(&state, out);
}

struct Sha {
    struct sha256_ctx state;
};

Sha *sha_new(Arena *mem)
{
    Sha *sha = arena_make(mem, Sha);
    sha256_init(&sha->state);
    return sha;
}

void sha_add(Sha *sha, Str bytes)
{
    sha256_update(&sha->state, bytes.n, (const uint8_t *)bytes.p);
}

void sha_end(Sha *sha, unsigned char out[SHA256_SIZE])
{
    sha256_digest(&sha->state, SHA256_SIZE, out);
}

void random_bytes(void *out, size_t n)
{
    randombytes_buf(out, n);
}

Str random_token(Arena *mem, size_t n)
{
    unsigned char *raw = arena_alloc(mem, n);
    randombytes_buf(raw, n);
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(mem, room);
    sodium_bin2base64(text, room, raw, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str(text);
}

bool bytes_same(Str a, Str b)
{
    return a.p && b.p && a.n == b.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}

void base64_encode(Buf *out, Str bytes)
{
    size_t room = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_ORIGINAL);
    buf_room(out, room);
    sodium_bin2base64(out->p + out->n, room, (const unsigned char *)bytes.p, bytes.n,
                      sodium_base64_VARIANT_ORIGINAL);
    out->n += room - 1;
}

bool base64_decode(Arena *mem, Str text, Str *out)
{
    size_t room = text.n / 4 * 3 + 3, n;
    unsigned char *bytes = arena_alloc(mem, room);
    const char *end;
    if (sodium_base642bin(bytes, room, text.p, text.n, NULL, &n, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text.p + text.n)
        return false;
    *out = (Str){(const char *)bytes, n};
    return true;
}

bool hex_decode(Arena *mem, Str text, Str *out)
{
    size_t n;
    unsigned char *bytes = arena_alloc(mem, text.n / 2 + 1);
    const char *end;
    if (sodium_hex2bin(bytes, text.n / 2 + 1, text.p, text.n, NULL, &n, &end) != 0 ||
        end != text.p + text.n)
        return false;
    *out = (Str){(const char *)bytes, n};
    return true;
}

Str password_hash(Arena *mem, Str password)
{
    char *text = arena_alloc(mem, crypto_pwhash_STRBYTES);
    int code = crypto_pwhash_str_alg(text, password.p, password.n, ARGON_PASSES, ARGON_MEMORY,
                                     crypto_pwhash_ALG_ARGON2ID13);
    assert(code == 0);
    return str(text);
}

bool password_verify(Str hash, Str password)
{
    char text[crypto_pwhash_STRBYTES] = {
        0}; /* a view need not end in NUL, libsodium wants one */
    if (!hash.n || hash.n >= sizeof text) return false;
    memcpy(text, hash.p, hash.n);
    return crypto_pwhash_str_verify(text, password.p, password.n) == 0;
}

Str uuid7(Arena *mem, Instant at)
{
    unsigned char b[16];
    randombytes_buf(b, sizeof b);
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)((uint64_t)at >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | (b[6] & 0x0F));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));
    Buf out = BUF(mem);
    buf_hex(&out, b, 4);
    for (int i = 4; i < 10; i += 2) {
        buf_char(&out, '-');
        buf_hex(&out, b + i, 2);
    }
    buf_char(&out, '-');
    buf_hex(&out, b + 10, 6);
    return buf_str(&out);
}
