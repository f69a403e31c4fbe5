/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/deadline.h"

static Arena *mem;
static const Calendar *cal; /* 2026 from September on, 2027 not announced */

static Date on(const char *text)
{
    Date d = NIL;
    assert_ok(date_parse(str(text), &d));
    return d;
}

static Instant at(const char *text)
{
    Instant t = NIL;
    assert_ok(instant_parse(str_fmt(mem, "%s:00+08:00", text), &t));
    return t;
}

static int begin(void **state)
{
    (void)state;
    mem = arena_new(0);
    static const struct {
        const char *from;
        int days;
        bool works;
        const char *name, *en;
    } rows[] = {
        {"2026-09-20", 1, true, "国庆节", "National Day"},
        {"2026-09-25", 3, false, "中秋节", "Mid-Autumn Festival"},
        {"2026-10-01", 7, false, "国庆节", "National Day"},
        {"2026-10-10", 1, true, "国庆节", "National Day"},
    };
    CalendarDay days[12];
    size_t n = 0;
    for (size_t i = 0; i < countof(rows); i++)
        for (int k = 0; k < rows[i].days; k++)
            days[n++] = (CalendarDay){on(rows[i].from) + k, rows[i].works, str(rows[i].name),
                                      str(rows[i].en), 2026};
    Office office = {0};
    assert_ok(office_parse(S("09:00-12:00 13:30-17:30"), &office));
    cal = calendar_new(mem, days, n, office);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static Limit limit(const char *text)
{
    Limit l = {0};
    assert_ok(limit_parse(mem, str(text), &l));
    return l;
}

static Instant due(const Calendar *with, const char *text, const char *start)
{
    Instant quiet = due_compute(NULL, with, limit(text), at(start)).at;
    assert_int_equal(due_compute(mem, with, limit(text), at(start)).at, quiet);
    return quiet;
}

static void tells(Due d, Lang lang, const char *expected)
{
    Buf all = BUF(mem);
    for (size_t i = 0; i < d.count; i++) {
        due_line_text(&all, lang, &d.lines[i]);
        buf_char(&all, '\n');
    }
    assert_str(buf_str(&all), expected);
}

static void minutes_and_hours_run_over_midnight(void **state)
{
    (void)state;
    assert_int_equal(due(cal, "15 min", "2026-09-30T23:50"), at("2026-10-01T00:05"));
    assert_int_equal(due(cal, "24 hours", "2026-09-30T23:50"), at("2026-10-01T23:50"));
    Due d = due_compute(mem, cal, limit("15 min"), at("2026-09-30T23:50") + 1234);
    assert_int_equal(d.at, at("2026-10-01T00:05") + 1234);
    tells(d, LANG_ZH, "自2026-09-30(周三)23:50起算,时限15分钟\n到期:2026-10-01(周四)00:05\n");
    tells(d, LANG_EN,
          "Counted from Wed 2026-09-30 23:50: 15 minutes\nDue: Thu 2026-10-01 00:05\n");
}

static void workdays_do_not_count_the_start_day(void **state)
{
    (void)state;
    assert_int_equal(due(cal, "1 workday", "2026-11-23T00:00"), date_end(on("2026-11-24")));
    assert_int_equal(due(cal, "1 workday", "2026-11-23T23:59"), date_end(on("2026-11-24")));
    assert_int_equal(due(cal, "1 workday", "2026-11-21T10:00"), date_end(on("2026-11-23")));
    assert_int_equal(due(cal, "3 workdays", "2026-11-20T16:30"), date_end(on("2026-11-25")));
    tells(due_compute(mem, cal, limit("3 workdays"), at("2026-11-20T16:30")), LANG_ZH,
          "自2026-11-20(周五)16:30起算,当日不计,时限3个工作日\n"
          "2026-11-21(周六)至2026-11-22(周日)为周末,不计\n"
          "第3个工作日为2026-11-25(周三)\n"
          "到期:2026-11-25(周三)24:00\n");
}

static void a_make_up_saturday_counts(void **state)
{
    (void)state;
    assert_int_equal(due(cal, "1 workday", "2026-10-09T10:00"), date_end(on("2026-10-10")));
    assert_int_equal(due(cal, "2 workdays", "2026-10-09T10:00"), date_end(on("2026-10-12")));
    /* And on no calendar it is a Saturday like others. */
    assert_int_equal(due(NULL, "1 workday", "2026-10-09T10:00"), date_end(on("2026-10-12")));
}

static void the_week_of_national_day_is_passed_over_by_name(void **state)
{
    (void)state;
    Due d = due_compute(mem, cal, limit("3 workdays"), at("2026-09-30T16:30"));
    assert_int_equal(d.at, date_end(on("2026-10-10")));
    tells(d, LANG_ZH,
          "自2026-09-30(周三)16:30起算,当日不计,时限3个工作日\n"
          "2026-10-01(周四)至2026-10-07(周三)为国庆节,不计\n"
          "2026-10-10(周六)为国庆节调休上班日,计入\n"
          "第3个工作日为2026-10-10(周六)\n"
          "到期:2026-10-10(周六)24:00\n");
    tells(d, LANG_EN,
          "Counted from Wed 2026-09-30 16:30, that day not counted: 3 working days\n"
          "Thu 2026-10-01 to Wed 2026-10-07 not counted: National Day\n"
          "Sat 2026-10-10 counted: make-up working day (National Day)\n"
          "Working day 3 is Sat 2026-10-10\n"
          "Due: Sat 2026-10-10 24:00\n");
}

static void many_weekends_are_summed_up_and_holidays_are_not(void **state)
{
    (void)state;
    tells(due_compute(mem, cal, limit("15 workdays"), at("2026-09-14T09:00")), LANG_ZH,
          "自2026-09-14(周一)09:00起算,当日不计,时限15个工作日\n"
          "2026-09-19(周六)为周末,不计\n"
          "2026-09-20(周日)为国庆节调休上班日,计入\n"
          "2026-09-25(周五)至2026-09-27(周日)为中秋节,不计\n"
          "2026-10-01(周四)至2026-10-07(周三)为国庆节,不计\n"
          "2026-10-10(周六)为国庆节调休上班日,计入\n"
          "第15个工作日为2026-10-10(周六)\n"
          "到期:2026-10-10(周六)24:00\n");
    tells(due_compute(mem, cal, limit("16 workdays"), at("2026-10-26T09:00")), LANG_ZH,
          "自2026-10-26(周一)09:00起算,当日不计,时限16个工作日\n"
          "其间周末共6天,不计\n"
          "第16个工作日为2026-11-17(周二)\n"
          "到期:2026-11-17(周二)24:00\n");
}

static void two_weekends_are_told_one_by_one(void **state)
{
    (void)state;
    tells(due_compute(mem, cal, limit("6 workdays"), at("2026-11-20T09:00")), LANG_EN,
          "Counted from Fri 2026-11-20 09:00, that day not counted: 6 working days\n"
          "Sat 2026-11-21 to Sun 2026-11-22 not counted: weekend\n"
          "Sat 2026-11-28 to Sun 2026-11-29 not counted: weekend\n"
          "Working day 6 is Mon 2026-11-30\n"
          "Due: Mon 2026-11-30 24:00\n");
}

static void a_working_weekday_in_the_table_is_no_make_up_day(void **state)
{
    (void)state;
    CalendarDay days[] = {{on("2026-11-24"), true, S("照常"), STR_NULL, 2026},
                          {on("2026-11-25"), false, STR_NULL, STR_NULL, 2026}};
    const Calendar *local = calendar_new(mem, days, 2, (Office){0});
    tells(due_compute(mem, local, limit("2 workdays"), at("2026-11-23T09:00")), LANG_ZH,
          "自2026-11-23(周一)09:00起算,当日不计,时限2个工作日\n"
          "2026-11-25(周三)为休息日,不计\n"
          "第2个工作日为2026-11-26(周四)\n"
          "到期:2026-11-26(周四)24:00\n");
}

static void days_roll_over_a_holiday(void **state)
{
    (void)state;
    assert_int_equal(due(cal, "30 days", "2026-10-20T09:00"), date_end(on("2026-11-19")));
    assert_int_equal(due(cal, "1 day", "2026-11-20T09:00"), date_end(on("2026-11-23")));
    assert_int_equal(due(cal, "1 day", "2026-10-09T09:00"), date_end(on("2026-10-10")));
    Due d = due_compute(mem, cal, limit("5 days"), at("2026-09-28T09:00"));
    assert_int_equal(d.at, date_end(on("2026-10-08")));
    tells(d, LANG_ZH,
          "自2026-09-28(周一)09:00起算,当日不计,时限5天\n"
          "第5天为2026-10-03(周六)\n"
          "2026-10-03(周六)为国庆节,顺延至2026-10-08(周四)\n"
          "到期:2026-10-08(周四)24:00\n");
    tells(d, LANG_EN,
          "Counted from Mon 2026-09-28 09:00, that day not counted: 5 days\n"
          "Day 5 is Sat 2026-10-03\n"
          "Sat 2026-10-03 is no working day (National Day): rolled to Thu 2026-10-08\n"
          "Due: Thu 2026-10-08 24:00\n");
    /* On no calendar the third of October 2026 is a Saturday. */
    assert_int_equal(due(NULL, "5 days", "2026-09-28T09:00"), date_end(on("2026-10-05")));
}

static void until_does_not_roll(void **state)
{
    (void)state;
    Due d = due_compute(mem, cal, limit_until(on("2026-10-03")), at("2026-09-28T09:00"));
    assert_int_equal(d.at, date_end(on("2026-10-03")));
    tells(d, LANG_ZH, "以2026-10-03(周六)为期限,遇休息日不顺延\n到期:2026-10-03(周六)24:00\n");
    assert_int_equal(due_compute(NULL, cal, limit_until(DATE_MAX), 0).at, INSTANT_MAX);
}

static void office_time_begins_when_the_office_does(void **state)
{
    (void)state;
    assert_int_equal(due(cal, "1 hour office", "2026-11-23T09:15"), at("2026-11-23T10:15"));
    assert_int_equal(due(cal, "1 hour office", "2026-11-23T11:30"), at("2026-11-23T14:00"));
    assert_int_equal(due(cal, "1 hour office", "2026-11-23T12:40"), at("2026-11-23T14:30"));
    assert_int_equal(due(cal, "1 hour office", "2026-11-23T16:30"), at("2026-11-23T17:30"));
    assert_int_equal(due(cal, "1 hour office", "2026-11-23T07:00"), at("2026-11-23T10:00"));
    assert_int_equal(due(cal, "7 hours office", "2026-11-23T17:30"), at("2026-11-24T17:30"));
    Due d = due_compute(mem, cal, limit("1 hour office"), at("2026-11-20T18:05"));
    assert_int_equal(d.at, at("2026-11-23T10:00"));
    tells(d, LANG_ZH,
          "自2026-11-20(周五)18:05起算,时限1小时(工作时间)\n"
          "工作时间:工作日 09:00-12:00 13:30-17:30\n"
          "2026-11-21(周六)至2026-11-22(周日)为周末,不计\n"
          "自2026-11-23(周一)09:00开始计时\n"
          "到期:2026-11-23(周一)10:00\n");
}

static void office_time_skips_the_nights_and_holidays(void **state)
{
    (void)state;
    assert_int_equal(due(cal, "1 hour office", "2026-09-30T17:00"), at("2026-10-08T09:30"));
    Due d = due_compute(mem, cal, limit("24 hours office"), at("2026-10-09T16:00"));
    assert_int_equal(d.at, at("2026-10-14T10:30"));
    tells(d, LANG_ZH,
          "自2026-10-09(周五)16:00起算,时限24小时(工作时间)\n"
          "工作时间:工作日 09:00-12:00 13:30-17:30\n"
          "2026-10-10(周六)为国庆节调休上班日,计入\n"
          "2026-10-11(周日)为周末,不计\n"
          "2026-10-09(周五)计1小时30分钟\n"
          "其间3个工作日共计21小时\n"
          "2026-10-14(周三)计1小时30分钟\n"
          "到期:2026-10-14(周三)10:30\n");
    tells(due_compute(mem, NULL, limit("30 hours office"), at("2026-11-20T12:00")), LANG_EN,
          "Counted from Fri 2026-11-20 12:00: 30 hours (office hours)\n"
          "Office hours: the whole of a working day\n"
          "No working calendar is published: Monday to Friday\n"
          "Sat 2026-11-21 to Sun 2026-11-22 not counted: weekend\n"
          "Fri 2026-11-20: 12 hours\n"
          "Mon 2026-11-23: 18 hours\n"
          "Due: Mon 2026-11-23 18:00\n");
}

static void what_is_not_announced_is_said(void **state)
{
    (void)state;
    Due d = due_compute(mem, cal, limit("2 workdays"), at("2026-12-31T09:00"));
    assert_int_equal(d.at, date_end(on("2027-01-04")));
    tells(d, LANG_ZH,
          "自2026-12-31(周四)09:00起算,当日不计,时限2个工作日\n"
          "2027年放假安排未公布,按周一至周五计\n"
          "2027-01-02(周六)至2027-01-03(周日)为周末,不计\n"
          "第2个工作日为2027-01-04(周一)\n"
          "到期:2027-01-04(周一)24:00\n");
    tells(due_compute(mem, NULL, limit("1 day"), at("2026-11-23T09:00")), LANG_EN,
          "Counted from Mon 2026-11-23 09:00, that day not counted: 1 day\n"
          "Day 1 is Tue 2026-11-24\n"
          "No working calendar is published: Monday to Friday\n"
          "Due: Tue 2026-11-24 24:00\n");
    tells(due_compute(NULL, cal, limit("2 workdays"), at("2026-12-31T09:00")), LANG_ZH, "");
}

static Instant marked(const char *text, Instant start, Instant end_of)
{
    Mark mark = {0};
    assert_ok(mark_parse(mem, str(text), &mark));
    return mark_at(cal, mark, start, end_of);
}

static void shares_lie_between_start_and_due(void **state)
{
    (void)state;
    Instant start = at("2026-11-20T00:00"), end_of = date_end(on("2026-11-29"));
    assert_int_equal(marked("70%", start, end_of), at("2026-11-27T00:00"));
    assert_int_equal(marked("100%", start, end_of), end_of);
    assert_int_equal(marked("150%", start, end_of), at("2026-12-05T00:00"));
    assert_int_equal(marked("33%", 0, 10), 3);
    assert_int_equal(marked("1%", 0, 99), 0);
    assert_int_equal(marked("99%", 0, 101), 99);
}

static void marks_after_count_from_the_day_that_ended(void **state)
{
    (void)state;
    Instant start = at("2026-09-01T09:00");
    Instant midnight = date_end(on("2026-11-23")), noon = at("2026-11-23T12:00");
    assert_int_equal(marked("+3 days", start, midnight), date_end(on("2026-11-26")));
    assert_int_equal(marked("+3 days", start, noon), date_end(on("2026-11-26")));
    assert_int_equal(marked("+3 workdays", start, midnight), date_end(on("2026-11-26")));
    assert_int_equal(marked("+5 workdays", start, midnight), date_end(on("2026-11-30")));
    assert_int_equal(marked("+3 days", start, date_end(on("2026-09-30"))),
                     date_end(on("2026-10-08")));
    assert_int_equal(marked("+1 hour", start, noon), at("2026-11-23T13:00"));
    assert_int_equal(marked("+1 hour office", start, midnight), at("2026-11-24T10:00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minutes_and_hours_run_over_midnight),
        cmocka_unit_test(workdays_do_not_count_the_start_day),
        cmocka_unit_test(a_make_up_saturday_counts),
        cmocka_unit_test(the_week_of_national_day_is_passed_over_by_name),
        cmocka_unit_test(many_weekends_are_summed_up_and_holidays_are_not),
        cmocka_unit_test(two_weekends_are_told_one_by_one),
        cmocka_unit_test(a_working_weekday_in_the_table_is_no_make_up_day),
        cmocka_unit_test(days_roll_over_a_holiday),
        cmocka_unit_test(until_does_not_roll),
        cmocka_unit_test(office_time_begins_when_the_office_does),
        cmocka_unit_test(office_time_skips_the_nights_and_holidays),
        cmocka_unit_test(what_is_not_announced_is_said),
        cmocka_unit_test(shares_lie_between_start_and_due),
        cmocka_unit_test(marks_after_count_from_the_day_that_ended),
    };
    return cmocka_run_group_tests_name("due", tests, begin, end);
}
