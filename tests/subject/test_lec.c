/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "subject/lec.h"

static int64_t lec(int64_t l, int64_t e, int64_t c)
{
    int64_t d = NIL;
    assert_ok(lec_score(l, e, c, &d));
    return d;
}

static const char *lec_colour(int64_t d)
{
    return risk_colour_code(risk_colour(d, &LEC_BANDS));
}

static void scores_are_exact(void **state)
{
    (void)state;
    assert_int_equal(lec(100, 100, 100), 1000000); /* 10 · 10 · 100 = 10000 */
    assert_int_equal(lec(1, 5, 1), 5);             /* 0.1 · 0.5 · 1 = 0.05 */
    assert_int_equal(lec(30, 60, 15), 27000);      /* 3 · 6 · 15 = 270 */
    assert_int_equal(lec(5, 60, 7), 2100);         /* 0.5 · 6 · 7 = 21 */
}

static void bands_are_open_below_and_closed_above(void **state)
{
    (void)state;
    assert_string_equal(lec_colour(32001), "red");
    assert_string_equal(lec_colour(32000), "orange");
    assert_string_equal(lec_colour(16001), "orange");
    assert_string_equal(lec_colour(16000), "yellow");
    assert_string_equal(lec_colour(7001), "yellow");
    assert_string_equal(lec_colour(lec(100, 10, 7)), "blue");   /* 10 · 1 · 7 = 70 */
    assert_string_equal(lec_colour(lec(10, 20, 40)), "yellow"); /* 80 */
    assert_string_equal(lec_colour(lec(100, 60, 7)), "red");    /* 420 */
    const RiskBands strict = {.red = 100, .orange = 50, .yellow = 10};
    assert_int_equal(risk_colour(101, &strict), RISK_RED);
    assert_int_equal(risk_colour(10, &strict), RISK_BLUE);
}

static void values_off_the_scales_are_refused(void **state)
{
    (void)state;
    int64_t d = 7;
    assert_err(lec_score(90, 10, 1, &d), LEC_LIKELIHOOD);
    assert_err(lec_score(NIL, 10, 1, &d), LEC_LIKELIHOOD);
    assert_err(lec_score(10, 2, 1, &d), LEC_EXPOSURE);
    assert_err(lec_score(10, 10, 2, &d), LEC_CONSEQUENCE);
    assert_err(lec_score(10, 10, INT64_MAX, &d), LEC_CONSEQUENCE);
    assert_err(ls_score(0, 3, &d), LS_STEP);
    assert_err(ls_score(3, 6, &d), LS_STEP);
    assert_int_equal(d, 7);
}

static void every_product_of_ls_has_its_colour(void **state)
{
    (void)state;
    static const char *const colours[26] = {
        [1] = "blue",    [2] = "blue",    [3] = "blue",   [4] = "blue",    [5] = "blue",
        [6] = "blue",    [8] = "blue",    [9] = "yellow", [10] = "yellow", [12] = "yellow",
        [15] = "orange", [16] = "orange", [20] = "red",   [25] = "red"};
    for (int64_t l = 1; l <= 5; l++)
        for (int64_t s = 1; s <= 5; s++) {
            int64_t r = 0;
            assert_ok(ls_score(l, s, &r));
            assert_non_null(colours[r]);
            assert_string_equal(risk_colour_code(risk_colour(r, &LS_BANDS)), colours[r]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_exact),
        cmocka_unit_test(bands_are_open_below_and_closed_above),
        cmocka_unit_test(values_off_the_scales_are_refused),
        cmocka_unit_test(every_product_of_ls_has_its_colour),
    };
    return cmocka_run_group_tests_name("lec", tests, NULL, NULL);
}
