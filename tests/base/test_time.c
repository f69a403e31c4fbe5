/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/time.h"

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

static Instant at(const char *text)
{
    Instant t = NIL;
    assert_ok(instant_parse(str(text), &t));
    return t;
}

static Date on(const char *text)
{
    Date d = NIL;
    assert_ok(date_parse(str(text), &d));
    return d;
}

static Str printed(Instant t)
{
    Buf b = BUF(mem);
    instant_print(&b, t);
    return buf_str(&b);
}

static Str day(Date d)
{
    Buf b = BUF(mem);
    date_print(&b, d);
    return buf_str(&b);
}

static Str span(Lang lang, int64_t ms)
{
    Buf b = BUF(mem);
    duration_text(&b, lang, ms);
    return buf_str(&b);
}

static void instants_are_read_with_any_offset(void **state)
{
    (void)state;
    assert_int_equal(at("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(at("1970-01-01T08:00:00+08:00"), 0);
    assert_int_equal(at("2026-11-22T09:00:00+08:00"), INT64_C(1795309200000));
    assert_int_equal(at("2026-11-22T01:00:00Z"), INT64_C(1795309200000));
    assert_int_equal(at("2026-11-21T20:30:00-04:30"), INT64_C(1795309200000));
    assert_int_equal(at("1969-12-31T23:59:59.999Z"), -1);
    assert_int_equal(at("2026-11-22T01:00:00.5Z"), INT64_C(1795309200500));
    assert_int_equal(at("2026-11-22T01:00:00.123987654Z"), INT64_C(1795309200123));
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22T09:00:00",
        "2026-11-22T09:00Z",
        "2026-11-22 09:00:00Z",
        "2026-11-22t09:00:00Z",
        "2026-11-22T09:00:00z",
        "2026-11-22T09:00:00.Z",
        "2026-11-22T09:00:00.1234567890Z",
        "2026-11-22T09:00:00+0800",
        "2026-11-22T09:00:00+08",
        "2026-11-22T09:00:00 08:00",
        "2026-11-22T09:00:00+08:60",
        "2026-11-22T09:00:00+24:00",
        "2026-11-22T09:00:00ZZ",
        "2026-11-22T24:00:00Z",
        "2026-11-22T09:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-02-29T09:00:00Z",
        "2026-00-10T09:00:00Z",
        "2026-13-10T09:00:00Z",
        "+026-11-22T09:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "２026-11-22T09:00:00Z",
    };
    Instant t = 7;
    for (size_t i = 0; i < countof(bad); i++) {
        if (!instant_parse(str(bad[i]), &t)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(t, 7);
    }
    assert_err(instant_parse(STR_NULL, &t), TIME_INSTANT);
    /* Views need not end in NUL, nor reach beyond their length. */
    assert_err(instant_parse((Str){"2026-11-22T09:00:00Z", 19}, &t), TIME_INSTANT);
}

static void instants_are_printed_at_utc_8(void **state)
{
    (void)state;
    assert_str(printed(0), "1970-01-01T08:00:00+08:00");
    assert_str(printed(-1), "1970-01-01T07:59:59.999+08:00");
    assert_str(printed(INT64_C(1795309200007)), "2026-11-22T09:00:00.007+08:00");
    assert_str(printed(at("2026-11-21T16:00:00Z")), "2026-11-22T00:00:00+08:00");
    assert_str(printed(at("0001-01-01T00:00:00+08:00")), "0001-01-01T00:00:00+08:00");
    assert_str(printed(at("9999-12-31T23:59:59.999+08:00")), "9999-12-31T23:59:59.999+08:00");
    assert_str(printed(NIL), "?");
    assert_str(printed(INT64_MAX), "?");
}

static void dates_follow_the_calendar(void **state)
{
    (void)state;
    assert_int_equal(on("1970-01-01"), 0);
    assert_int_equal(on("1969-12-31"), -1);
    assert_int_equal(on("2000-02-29"), 11016);
    assert_int_equal(on("2026-11-22"), 20779);
    assert_int_equal(on("0001-01-01"), DATE_MIN);
    assert_int_equal(on("9999-12-31"), DATE_MAX);
    Date d = 7;
    assert_err(date_parse(S("1900-02-29"), &d), TIME_DATE);
    assert_err(date_parse(S("2026-11-31"), &d), TIME_DATE);
    assert_err(date_parse(S("2026-11-00"), &d), TIME_DATE);
    assert_err(date_parse(S("0000-01-01"), &d), TIME_DATE);
    assert_err(date_parse(S("2026-1-1"), &d), TIME_DATE);
    assert_err(date_parse(S("2026/11/22"), &d), TIME_DATE);
    assert_err(date_parse(S("2026-11-22 "), &d), TIME_DATE);
    assert_err(date_parse(STR_NULL, &d), TIME_DATE);
    assert_int_equal(d, 7);
    assert_str(day(DATE_MIN - 1), "?");
    assert_str(day(NIL), "?");
}

static void every_day_comes_back_and_follows_the_one_before(void **state)
{
    (void)state;
    Civil before = date_civil(DATE_MIN);
    for (Date d = DATE_MIN + 1; d <= DATE_MAX; d++) {
        Civil c = date_civil(d);
        Date back = NIL;
        if (!date_make(c, &back) || back != d) fail_msg("day %lld", (long long)d);
        bool next = c.day == before.day + 1 && c.month == before.month && c.year == before.year;
        bool month = c.day == 1 && c.month == before.month + 1 && c.year == before.year;
        bool year = c.day == 1 && c.month == 1 && before.month == 12 && before.day == 31 &&
                    c.year == before.year + 1;
        if (next + month + year != 1) fail_msg("after day %lld", (long long)d - 1);
        before = c;
    }
}

static void a_day_runs_from_0_to_24_at_utc_8(void **state)
{
    (void)state;
    Date d = on("2026-11-22");
    assert_int_equal(date_start(d), at("2026-11-22T00:00:00+08:00"));
    assert_int_equal(date_end(d), at("2026-11-23T00:00:00+08:00"));
    assert_int_equal(date_at(d, 570), at("2026-11-22T09:30:00+08:00"));
    assert_int_equal(instant_date(date_start(d)), d);
    assert_int_equal(instant_date(date_end(d) - 1), d);
    assert_int_equal(instant_date(date_end(d)), d + 1);
    assert_int_equal(instant_date(-1), 0);
    assert_int_equal(instant_date(at("1969-12-31T15:59:59Z")), -1);
    assert_int_equal(instant_minute(date_start(d)), 0);
    assert_int_equal(instant_minute(date_end(d) - 1), 1439);
    assert_int_equal(instant_minute(at("1960-05-05T09:30:59.999+08:00")), 570);
}

static void weekdays_count_from_monday(void **state)
{
    (void)state;
    assert_int_equal(date_weekday(on("2026-11-22")), 7);
    assert_int_equal(date_weekday(on("2026-11-23")), 1);
    assert_int_equal(date_weekday(on("1970-01-01")), 4);
    assert_int_equal(date_weekday(on("1949-10-01")), 6);
    assert_int_equal(date_weekday(on("0001-01-01")), 1);
}

static void texts_for_people(void **state)
{
    (void)state;
    Buf b = BUF(mem);
    date_text(&b, LANG_ZH, on("2026-11-22"));
    buf_char(&b, '|');
    date_text(&b, LANG_EN, on("2026-11-22"));
    buf_char(&b, '|');
    instant_text(&b, LANG_ZH, at("2026-11-23T09:05:59+08:00"));
    buf_char(&b, '|');
    instant_text(&b, LANG_EN, at("2026-11-23T09:05:59+08:00"));
    assert_str(buf_str(&b),
               "2026-11-22(周日)|Sun 2026-11-22|2026-11-23(周一)09:05|Mon 2026-11-23 09:05");
    assert_str(span(LANG_ZH, MS_DAY + 4 * MS_HOUR), "1天4小时");
    assert_str(span(LANG_EN, MS_DAY + 4 * MS_HOUR), "1 day 4 hours");
    assert_str(span(LANG_ZH, 3 * MS_HOUR + 5 * MS_MINUTE + 59999), "3小时5分钟");
    assert_str(span(LANG_EN, MS_HOUR + MS_MINUTE), "1 hour 1 minute");
    assert_str(span(LANG_ZH, 2 * MS_DAY + 59 * MS_MINUTE), "2天");
    assert_str(span(LANG_ZH, 15 * MS_MINUTE), "15分钟");
    assert_str(span(LANG_ZH, 59999), "不到1分钟");
    assert_str(span(LANG_EN, 0), "less than a minute");
}

static void the_wall_clock_runs_in_ms(void **state)
{
    (void)state;
    Instant t = time_wall();
    assert_true(t > at("2026-01-01T00:00:00Z") && t < at("2200-01-01T00:00:00Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_are_read_with_any_offset),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(instants_are_printed_at_utc_8),
        cmocka_unit_test(dates_follow_the_calendar),
        cmocka_unit_test(every_day_comes_back_and_follows_the_one_before),
        cmocka_unit_test(a_day_runs_from_0_to_24_at_utc_8),
        cmocka_unit_test(weekdays_count_from_monday),
        cmocka_unit_test(texts_for_people),
        cmocka_unit_test(the_wall_clock_runs_in_ms),
    };
    return cmocka_run_group_tests_name("time", tests, begin, end);
}
