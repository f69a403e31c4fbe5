/* SPDX-License-Identifier: Apache-2.0 */
/* credit_code.c: two weighted sums, modulo 31 and modulo 11. */
#include "subject/credit_code.h"

const Err USCC_LENGTH = {.kind = ERR_INVALID,
                         .code = "uscc-length",
                         .zh = "统一社会信用代码应为 18 位,现在 {0} 位",
                         .en = "A unified social credit code has 18 characters, this one {0}"};
const Err USCC_CHARACTER = {
    .kind = ERR_INVALID,
    .code = "uscc-character",
    .zh = "统一社会信用代码第 {0} 位不能是“{1}”(只用数字和除 I、O、S、V、Z 以外的大写字母)",
    .en =
        "Character {0} of a unified social credit code cannot be \"{1}\" (digits and capitals "
        "other than I, O, S, V, Z)"};
const Err USCC_CHECK = {.kind = ERR_INVALID,
                        .code = "uscc-check",
                        .zh = "统一社会信用代码的校验码(最后一位)不符,请核对各位",
                        .en =
                            "The check character (the last) of this unified social credit code "
                            "does not fit; compare each character"};
const Err USCC_ORGANISATION = {
    .kind = ERR_INVALID,
    .code = "uscc-organisation",
    .zh = "统一社会信用代码中的组织机构代码(第 9 至 17 位)校验不符,请核对",
    .en = "The organisation code within (characters 9 to 17) fails its own check; please "
          "compare"};

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* GB 32100-2015, table 3 */

/* The value of a character, or 31 when the code does not use it. */
static int value(char c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : 31;
}

Str uscc_normalise(Arena *mem, Str text)
{
    text = str_trim(text);
    if (!text.p) return text;
    Buf out = BUF(mem);
    for (size_t i = 0; i < text.n; i++) {
        const unsigned char *p = (const unsigned char *)text.p + i;
        /* U+FF01 … U+FF5E, EF BC 81 … EF BD 9E, are ASCII 0x21 … 0x7E */
        char c = text.p[i];
        if (text.n - i >= 3 && p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD)) {
            int ascii = (p[1] - 0xBC) * 64 + p[2] - 0x81 + 0x21;
            if (p[2] >= 0x80 && p[2] < 0xC0 && ascii >= 0x21 && ascii <= 0x7E) {
                c = (char)ascii;
                i += 2;
            }
        }
        buf_char(&out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return buf_str(&out);
}

/* The whole character that begins at text. */
static Str first_character(Str text)
{
    size_t n = 1;
    while (n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n++;
    return (Str){text.p, n};
}

const Err *uscc_check(Arena *mem, Str code)
{
    size_t characters = utf8_count(code);
    if (characters != USCC_SIZE)
        return err_make(mem, &USCC_LENGTH, str_fmt(mem, "%zu", characters), STR_NULL);
    int sum = 0, weight = 1; /* 3^(i-1) mod 31 */
    for (size_t i = 0; i < USCC_SIZE; i++) {
        int v = value(code.p[i]);
        if (v == 31)
            return err_make(mem, &USCC_CHARACTER, str_fmt(mem, "%zu", i + 1),
                            first_character((Str){code.p + i, code.n - i}));
        if (i < USCC_SIZE - 1) sum += v * weight;
        weight = weight * 3 % 31;
    }
    return value(code.p[USCC_SIZE - 1]) == (31 - sum % 31) % 31 ? NULL : &USCC_CHECK;
}

const Err *uscc_warning(Str code)
{
    static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2}; /* GB 11714-1997 */
    assert(code.n == USCC_SIZE);
    int sum = 0;
    for (size_t i = 0; i < countof(weights); i++) {
        char c = code.p[8 + i];
        sum += weights[i] * (c <= '9' ? c - '0' : c - 'A' + 10);
    }
    char expected = "0X987654321"[sum % 11]; /* 11 - sum mod 11: 11 is 0, 10 is X */
    return code.p[16] == expected ? NULL : &USCC_ORGANISATION;
}
