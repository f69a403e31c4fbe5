/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/time_limit.h"

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

static void is_limit(const char *text, LimitKind kind, int64_t n, const char *zh,
                     const char *en)
{
    Limit limit = {0};
    assert_ok(limit_parse(mem, str(text), &limit));
    assert_int_equal(limit.kind, kind);
    assert_int_equal(limit.n, n);
    Buf out_zh = BUF(mem), out_en = BUF(mem);
    limit_text(&out_zh, LANG_ZH, limit);
    limit_text(&out_en, LANG_EN, limit);
    assert_str(buf_str(&out_zh), zh);
    assert_str(buf_str(&out_en), en);
}

static void limits_are_read_and_told(void **state)
{
    (void)state;
    is_limit("15 min", LIMIT_ELAPSED, 15, "15分钟", "15 minutes");
    is_limit("1 hour", LIMIT_ELAPSED, 60, "1小时", "1 hour");
    is_limit("24 hours", LIMIT_ELAPSED, 1440, "24小时", "24 hours");
    is_limit("1 hour office", LIMIT_OFFICE, 60, "1小时(工作时间)", "1 hour (office hours)");
    is_limit("90 min office", LIMIT_OFFICE, 90, "90分钟(工作时间)",
             "90 minutes (office hours)");
    is_limit("30 days", LIMIT_DAYS, 30, "30天", "30 days");
    is_limit("1 day", LIMIT_DAYS, 1, "1天", "1 day");
    is_limit("1 workday", LIMIT_WORKDAYS, 1, "1个工作日", "1 working day");
    is_limit("3 workdays", LIMIT_WORKDAYS, 3, "3个工作日", "3 working days");
    Date d = NIL;
    assert_ok(date_parse(S("2026-11-30"), &d));
    Buf out = BUF(mem);
    limit_text(&out, LANG_ZH, limit_until(d));
    assert_str(buf_str(&out), "至2026-11-30");
}

static void other_limits_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "3",
                                      "days",
                                      "0 days",
                                      "-1 days",
                                      "+3 days",
                                      "1.5 hours",
                                      "03 days",
                                      "10000 days",
                                      "3days",
                                      "3  days",
                                      " 3 days",
                                      "3 days ",
                                      "3 Days",
                                      "3 weeks",
                                      "3 days office",
                                      "1 workday office",
                                      "1 hour offices",
                                      "1 hour office ",
                                      "9223372036854775807 days"};
    Limit limit = {LIMIT_DAYS, 7};
    for (size_t i = 0; i < countof(bad); i++) {
        if (!limit_parse(mem, str(bad[i]), &limit)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(limit.n, 7);
    }
    assert_err(limit_parse(mem, STR_NULL, &limit), LIMIT_TEXT);
    const Err *e = limit_parse(mem, S("3 weeks"), &limit);
    Buf out = BUF(mem);
    err_text(e, LANG_EN, &out);
    assert_str(buf_str(&out), "\"3 weeks\" is not a limit such as 15 min, 1 hour, 2 hours "
                              "office, 30 days, 3 workdays");
}

static void marks_are_shares_or_come_after(void **state)
{
    (void)state;
    Mark mark = {0};
    assert_ok(mark_parse(mem, S("70%"), &mark));
    assert_int_equal(mark.kind, MARK_SHARE);
    assert_int_equal(mark.percent, 70);
    assert_ok(mark_parse(mem, S("1000%"), &mark));
    assert_int_equal(mark.percent, 1000);
    assert_ok(mark_parse(mem, S("+3 workdays"), &mark));
    assert_int_equal(mark.kind, MARK_AFTER);
    assert_int_equal(mark.after.kind, LIMIT_WORKDAYS);
    assert_int_equal(mark.after.n, 3);
    assert_ok(mark_parse(mem, S("+1 hour"), &mark));
    assert_int_equal(mark.after.kind, LIMIT_ELAPSED);
    assert_int_equal(mark.after.n, 60);
    static const char *const bad[] = {"",     "%",      "70",      "0%",       "070%", "1001%",
                                      "-5%",  "70 %",   "70%%",    "+",        "+3",   "3 days",
                                      "+70%", "-1 day", "+-1 day", "+ 3 days", "7.5%"};
    for (size_t i = 0; i < countof(bad); i++) {
        if (!mark_parse(mem, str(bad[i]), &mark)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(mark.after.n, 60);
    }
    assert_err(mark_parse(mem, S("soon"), &mark), MARK_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_read_and_told),
        cmocka_unit_test(other_limits_are_refused),
        cmocka_unit_test(marks_are_shares_or_come_after),
    };
    return cmocka_run_group_tests_name("limit", tests, begin, end);
}
