/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/csv.h"
#include "base/file.h"
#include "subject/credit_code.h"

static Arena *mem;

static int begin(void **state)
{
    (void)state;
    mem = arena_new(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static void codes_of_companies_pass_both_checks(void **state)
{
    (void)state;
    static const char *const good[] = {
        "91440300192317458F", "914403001922038216", "91100000100003962T",
        "9152000071430580XT", "91110000710925462X", "91440300100012316L",
    };
    for (size_t i = 0; i < countof(good); i++) {
        assert_ok(uscc_check(mem, str(good[i])));
        assert_ok(uscc_warning(str(good[i])));
    }
    /* The worked example of the standard; its organisation code fits as well. */
    assert_ok(uscc_check(mem, S("91350100M000100Y43")));
    assert_ok(uscc_warning(S("91350100M000100Y43")));
}

static void any_wrong_character_is_found(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    Str good = S("91440300192317458F");
    for (size_t i = 0; i < good.n; i++) {
        for (size_t k = 0; k < sizeof alphabet - 1; k++) {
            char *bad = str_z(mem, good);
            if (bad[i] == alphabet[k]) continue;
            bad[i] = alphabet[k];
            assert_err(uscc_check(mem, str(bad)), USCC_CHECK);
        }
        if (i == 0 || good.p[i] == good.p[i - 1]) continue;
        char *swapped = str_z(mem, good);
        swapped[i] = good.p[i - 1];
        swapped[i - 1] = good.p[i];
        assert_err(uscc_check(mem, str(swapped)), USCC_CHECK);
    }
}

static void the_samples_are_told_apart(void **state)
{
    (void)state;
    Str text;
    Csv csv;
    size_t code, well;
    int seen[2] = {0};
    assert_ok(file_read_all(mem, S("tests/data/uscc_samples.csv"), 1 << 16, &text));
    assert_ok(csv_open(&csv, mem, text));
    assert_ok(csv_column(&csv, S("uscc"), &code));
    assert_ok(csv_column(&csv, S("checksum_ok"), &well));
    for (bool more = true;;) {
        assert_ok(csv_next(&csv, &more));
        if (!more) break;
        bool passes = uscc_check(mem, csv.cells[code]) == NULL;
        assert_int_equal(passes, str_is(csv.cells[well], "1"));
        seen[passes]++;
    }
    assert_int_equal(seen[0], 6);
    assert_int_equal(seen[1], 6);
}

static void an_organisation_code_that_fails_warns(void **state)
{
    (void)state;
    /* Position 17 changed, and the check character made to fit it again. */
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char *code = str_z(mem, S("91440300192317459F"));
    size_t k = 0;
    do
        code[17] = alphabet[k++];
    while (k < sizeof alphabet - 1 && uscc_check(mem, str(code)));
    assert_ok(uscc_check(mem, str(code)));
    assert_err(uscc_warning(str(code)), USCC_ORGANISATION);
}

static void lengths_and_characters_are_said(void **state)
{
    (void)state;
    const Err *e = uscc_check(mem, S("9144030019231745F"));
    assert_err(e, USCC_LENGTH);
    assert_str(e->args[0], "17");
    assert_err(uscc_check(mem, S("")), USCC_LENGTH);
    assert_err(uscc_check(mem, STR_NULL), USCC_LENGTH);
    assert_err(uscc_check(mem, S("91440300192317458F0")), USCC_LENGTH);
    static const char *const letters[] = {"I", "O", "S", "V", "Z", "a", "-", " ", "网"};
    for (size_t i = 0; i < countof(letters); i++) {
        e = uscc_check(mem, str_fmt(mem, "9144%s300192317458F", letters[i]));
        assert_err(e, USCC_CHARACTER);
        assert_str(e->args[0], "5");
        assert_str(e->args[1], letters[i]);
    }
    assert_err(uscc_check(mem, S("9144030\0"
                                 "192317458F")),
               USCC_CHARACTER);
}

static void what_was_typed_is_normalised(void **state)
{
    (void)state;
    assert_str(uscc_normalise(mem, S(" 91440300192317458f\n")), "91440300192317458F");
    assert_str(uscc_normalise(mem, S("\xe3\x80\x80９１４４０３００１９２３１７４５８ｆ")),
               "91440300192317458F");
    assert_str(uscc_normalise(mem, S("０９ＡＺａｚ")), "09AZAZ");
    assert_str(uscc_normalise(mem, S("网格､\xef\xbd")),
               "网格､\xef\xbd"); /* U+FF64 is no ASCII */
    assert_str(uscc_normalise(mem, S("")), "");
    assert_null(uscc_normalise(mem, STR_NULL).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_companies_pass_both_checks),
        cmocka_unit_test(any_wrong_character_is_found),
        cmocka_unit_test(the_samples_are_told_apart),
        cmocka_unit_test(an_organisation_code_that_fails_warns),
        cmocka_unit_test(lengths_and_characters_are_said),
        cmocka_unit_test(what_was_typed_is_normalised),
    };
    return cmocka_run_group_tests_name("uscc", tests, begin, end);
}
