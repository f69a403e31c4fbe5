/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

static void null_is_not_empty(void **state)
{
    (void)state;
    assert_true(str_eq(STR_NULL, STR_NULL));
    assert_false(str_eq(STR_NULL, S("")));
    assert_true(str_cmp(STR_NULL, S("")) < 0);
    assert_true(str_cmp(S("ab"), S("b")) < 0);
    assert_true(str_cmp(S("ab"), S("a")) > 0);
}

static void cut_and_trim(void **state)
{
    (void)state;
    Str head, rest;
    assert_true(str_cut(S("a=b=c"), '=', &head, &rest));
    assert_str(head, "a");
    assert_str(rest, "b=c");
    assert_false(str_cut(S("abc"), '=', &head, &rest));
    assert_str(head, "abc");
    assert_null(rest.p);
    assert_str(str_trim(S(" \t 网格 \xe3\x80\x80\n")), "网格");
    assert_str(str_trim(S("\xe3\x80\x80")), "");
}

static void numbers_are_exact_or_refused(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_true(str_int(S("-12"), &n) && n == -12);
    assert_true(str_int(S("9223372036854775807"), &n) && n == INT64_MAX);
    n = 7;
    assert_false(str_int(S("9223372036854775808"), &n));
    assert_false(str_int(S(""), &n));
    assert_false(str_int(S("-"), &n));
    assert_false(str_int(S("1.0"), &n));
    assert_false(str_int(S(" 1"), &n));
    assert_int_equal(n, 7);
    assert_true(str_decimal(S("109.06"), 7, &n) && n == 1090600000);
    assert_true(str_decimal(S("-0.0000001"), 7, &n) && n == -1);
    assert_false(str_decimal(S("1.00000001"), 7, &n));
    assert_true(str_rounded(S("109.060000049999"), 7, &n) && n == 1090600000);
    assert_true(str_rounded(S("109.06000005"), 7, &n) && n == 1090600001);
    assert_true(str_rounded(S("-0.00000005"), 7, &n) && n == -1);
    assert_true(str_rounded(S("-0.000000049"), 7, &n) && n == 0);
    assert_true(str_rounded(S("7"), 7, &n) && n == 70000000);
    assert_false(str_rounded(S("1.0000000000x"), 7, &n));
    assert_false(str_rounded(S("--1.00000000"), 7, &n));
    assert_false(str_rounded(S(".00000000001"), 7, &n));
    assert_false(str_rounded(S("1.00000000.1"), 7, &n));
    assert_false(str_rounded(S(""), 7, &n));
    assert_false(str_decimal(S("1."), 7, &n));
    assert_false(str_decimal(S(".5"), 7, &n));
    assert_false(str_decimal(S("1.2.3"), 7, &n));
}

static void utf8_is_checked_to_the_byte(void **state)
{
    (void)state;
    assert_true(utf8_fault(S("安全 a 𠮷")) == SIZE_MAX);
    assert_int_equal(utf8_fault(S("ab\xff")), 2);
    assert_int_equal(utf8_fault(S("\xc0\x80")), 0);     /* overlong */
    assert_int_equal(utf8_fault(S("\xed\xa0\x80")), 0); /* surrogate */
    assert_int_equal(utf8_fault(S("a\0b")), 1);
    assert_int_equal(utf8_fault(S("\xe5\xae")), 0); /* cut short */
    assert_int_equal(utf8_fault(S("\xf4\x90\x80\x80")), 0);
    assert_int_equal(utf8_count(S("安全a𠮷")), 4);
}

static void control_characters_are_found_and_nothing_else(void **state)
{
    (void)state;
    assert_true(str_control(S("")) == SIZE_MAX && str_control(STR_NULL) == SIZE_MAX);
    assert_true(str_control(S("安全\t第一\n“引号” — … 𠮷 é\xc2\xa0")) == SIZE_MAX);
    assert_int_equal(str_control(S("a\x01")), 1);
    assert_int_equal(str_control(S("a\r\n")), 1);
    assert_int_equal(str_control(S("ab\x1b[31m")), 2);
    assert_int_equal(str_control(S("\x7f")), 0);
    assert_int_equal(str_control(S("a\xc2\x85")), 1);     /* U+0085 */
    assert_int_equal(str_control(S("a\xe2\x80\xae")), 1); /* right-to-left override */
    assert_int_equal(str_control(S("\xe2\x81\xa7")), 0);
}

/* What is told for eight bytes at once is told as for one after the other: each odd byte or
 * character at each place of texts around every length, in plain and in Chinese text. */
static void eights_see_what_bytes_see(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "\x01", "\x1f",     "\"",     "\\",           "\x7f",         "\x80",
        "\xff", "\xc2\x85", "\u202e", "\xed\xa0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80"};
    for (size_t o = 0; o < countof(odd); o++)
        for (int chinese = 0; chinese < 2; chinese++)
            for (size_t before = 0; before < 36; before++)
                for (size_t after = 0; after < 36; after++) {
                    char text[256];
                    size_t n = 0;
                    for (size_t i = 0; i < before + after + 1; i++) {
                        const char *piece = i == before ? odd[o] : chinese ? "安" : "a";
                        memcpy(text + n, piece, strlen(piece));
                        n += strlen(piece);
                    }
                    size_t at = before * (chinese ? 3 : 1);
                    Str s = {text, n};
                    bool broken = o == 5 || o == 6 || o >= 9, escaped = o < 4;
                    assert_true(utf8_fault(s) == (broken ? at : SIZE_MAX));
                    assert_int_equal(str_plain(s), escaped ? at : n);
                    if (!broken)
                        assert_true(str_control(s) == (o == 2 || o == 3 ? SIZE_MAX : at));
                }
}

static void a_buffer_grows(void **state)
{
    (void)state;
    Arena *mem = arena_new(0);
    Buf b = BUF(mem);
    assert_str(buf_str(&b), "");
    for (int i = 0; i < 1000; i++)
        buf_fmt(&b, "%d,", i);
    assert_int_equal(b.n, 3890);
    assert_int_equal(b.p[b.n], 0);
    Buf c = BUF(mem);
    buf_int(&c, INT64_MIN + 1);
    buf_char(&c, ' ');
    buf_decimal(&c, 1090600000, 7);
    buf_char(&c, ' ');
    buf_decimal(&c, -5, 7);
    buf_char(&c, ' ');
    buf_decimal(&c, 300, 2);
    buf_hex(&c, "\x01\xfe", 2);
    assert_str(buf_str(&c), "-9223372036854775807 109.06 -0.0000005 301fe");
    arena_free(mem);
}

static void find_starts_ends(void **state)
{
    (void)state;
    assert_int_equal(str_find(S("abcabc"), S("ca")), 2);
    assert_true(str_find(S("abc"), S("x")) == SIZE_MAX);
    assert_true(str_starts(S("abc"), S("ab")) && !str_starts(S("a"), S("ab")));
    assert_true(str_ends(S("a.gz"), S(".gz")) && !str_ends(S("gz"), S(".gz")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_is_not_empty),
        cmocka_unit_test(cut_and_trim),
        cmocka_unit_test(numbers_are_exact_or_refused),
        cmocka_unit_test(utf8_is_checked_to_the_byte),
        cmocka_unit_test(control_characters_are_found_and_nothing_else),
        cmocka_unit_test(eights_see_what_bytes_see),
        cmocka_unit_test(a_buffer_grows),
        cmocka_unit_test(find_starts_ends),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
