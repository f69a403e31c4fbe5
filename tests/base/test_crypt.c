/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypt.h"
#include "test.h"

static void hashes_equal_the_published_vectors(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    unsigned char h[SHA256_SIZE], again[SHA256_SIZE];
    sha256(S("abc"), h);
    Buf b = BUF(mem);
    buf_hex(&b, h, sizeof h);
    assert_str(buf_str(&b), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha *sha = sha_new(mem);
    sha_add(sha, S("a"));
    sha_add(sha, S("bc"));
    sha_end(sha, again);
    assert_memory_equal(h, again, sizeof h);
    hmac_sha256(S("Jefe"), S("what do ya want for nothing?"), h); /* RFC 4231, case 2 */
    Buf m = BUF(mem);
    buf_hex(&m, h, sizeof h);
    assert_str(buf_str(&m), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    arena_free(mem);
}

static void base64_is_strict(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Buf b = BUF(mem);
    base64_encode(&b, S("网格"));
    Str back;
    assert_true(base64_decode(mem, buf_str(&b), &back));
    assert_str(back, "网格");
    assert_false(base64_decode(mem, S("5Z2"), &back));
    assert_false(base64_decode(mem, S("5Z!="), &back));
    assert_true(hex_decode(mem, S("00ff"), &back));
    assert_int_equal(back.n, 2);
    static const char *const pairs[][2] = {
        /* RFC 4648 §10 */
        {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < countof(pairs); i++) {
        Buf text = BUF(mem);
        base64_encode(&text, str(pairs[i][0]));
        assert_str(buf_str(&text), pairs[i][1]);
        assert_true(base64_decode(mem, str(pairs[i][1]), &back));
        assert_str(back, pairs[i][0]);
    }
    static const char *const bad[] = {
        "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg== ", " Zg==", "Z g=", "Zm9v\n", "Zm-_", "="};
    for (size_t i = 0; i < countof(bad); i++)
        if (base64_decode(mem, str(bad[i]), &back)) fail_msg("taken: %s", bad[i]);
    assert_false(hex_decode(mem, S("0g"), &back));
    assert_false(hex_decode(mem, S("000"), &back));
    arena_free(mem);
}

static void a_password_fits_its_hash_alone(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Str hash = password_hash(mem, S("gridward-demo"));
    assert_true(str_starts(hash, S("$argon2id$")));
    assert_true(password_verify(hash, S("gridward-demo")));
    assert_false(password_verify(hash, S("gridward-demO")));
    assert_false(password_verify(STR_NULL, S("")));
    Str view = {str_fmt(mem, "%.*s$", STR(hash)).p, hash.n}; /* no NUL behind it */
    assert_true(password_verify(view, S("gridward-demo")));
    assert_false(password_verify((Str){hash.p, hash.n - 1}, S("gridward-demo")));
    assert_false(password_verify(str_fmt(mem, "%.*s%0200d", STR(hash), 0), S("gridward-demo")));
    assert_false(str_eq(hash, password_hash(mem, S("gridward-demo")))); /* salted */
    assert_true(bytes_same(S("ab"), S("ab")) && !bytes_same(S("ab"), S("abc")) &&
                !bytes_same(STR_NULL, STR_NULL));
    arena_free(mem);
}

static void uuids_sort_by_their_time(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Str a = uuid7(mem, 1700000000000), b = uuid7(mem, 1700000000001);
    assert_int_equal(a.n, 36);
    assert_true(str_cmp(a, b) < 0);
    assert_int_equal(a.p[14], '7');
    assert_true(str_starts(a, S("018bcfe5-6800-7"))); /* 1700000000000 = 0x018bcfe56800 */
    assert_non_null(strchr("89ab", a.p[19]));
    assert_false(str_eq(a, uuid7(mem, 1700000000000)));
    assert_true(a.p[8] == '-' && a.p[13] == '-' && a.p[18] == '-' && a.p[23] == '-');
    assert_true(random_token(mem, 32).n == 43);
    arena_free(mem);
}

int main(void)
{
    crypt_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_equal_the_published_vectors),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(a_password_fits_its_hash_alone),
        cmocka_unit_test(uuids_sort_by_their_time),
    };
    return cmocka_run_group_tests_name("crypt", tests, NULL, NULL);
}
