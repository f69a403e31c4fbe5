/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/calendar.h"

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

static Date on(const char *text)
{
    Date d = NIL;
    assert_ok(date_parse(str(text), &d));
    return d;
}

static CalendarDay exception(const char *date, bool works, const char *name)
{
    Date d = on(date);
    return (CalendarDay){d, works, str(name), STR_NULL, date_civil(d).year};
}

/* National Day 2026, out of order on purpose. */
static const Calendar *autumn(void)
{
    CalendarDay days[10] = {exception("2026-10-10", true, "国庆节"),
                            exception("2026-09-20", true, "国庆节")};
    for (int i = 0; i < 7; i++) {
        days[2 + i] = exception("2026-10-01", false, "国庆节");
        days[2 + i].date += i;
    }
    days[9] = exception("2026-09-25", false, "中秋节");
    return calendar_new(mem, days, countof(days), (Office){0});
}

static void a_week_without_exceptions_is_monday_to_friday(void **state)
{
    (void)state;
    const Calendar *empty = calendar_new(mem, NULL, 0, (Office){0});
    const Calendar *both[] = {NULL, empty};
    for (size_t i = 0; i < countof(both); i++) {
        for (Date d = on("2026-11-23"); d <= on("2026-11-27"); d++)
            assert_true(calendar_is_working(both[i], d));
        assert_false(calendar_is_working(both[i], on("2026-11-28")));
        assert_false(calendar_is_working(both[i], on("2026-11-29")));
        assert_true(calendar_is_working(both[i], on("2026-10-01")));
        assert_null(calendar_find(both[i], on("2026-10-01")));
        assert_false(calendar_published(both[i], 2026));
        assert_int_equal(calendar_office(both[i]).count, 0);
    }
}

static void exceptions_hold_against_the_week(void **state)
{
    (void)state;
    const Calendar *cal = autumn();
    assert_false(calendar_is_working(cal, on("2026-10-01")));
    assert_false(calendar_is_working(cal, on("2026-10-07")));
    assert_true(calendar_is_working(cal, on("2026-10-08")));
    assert_true(calendar_is_working(cal, on("2026-10-10"))); /* a Saturday */
    assert_true(calendar_is_working(cal, on("2026-09-20"))); /* a Sunday */
    assert_false(calendar_is_working(cal, on("2026-10-11")));
    assert_str(calendar_find(cal, on("2026-09-25"))->name, "中秋节");
    assert_null(calendar_find(cal, on("2026-09-24")));
    assert_true(calendar_published(cal, 2026));
    assert_false(calendar_published(cal, 2027));
}

static void of_two_for_one_date_the_later_holds(void **state)
{
    (void)state;
    CalendarDay days[] = {exception("2026-10-10", true, "国庆节"),
                          exception("2026-10-10", false, "本地"),
                          exception("2026-10-09", false, "本地")};
    const Calendar *cal = calendar_new(mem, days, countof(days), (Office){0});
    days[1].works = true; /* the calendar has its own copy */
    assert_false(calendar_is_working(cal, on("2026-10-10")));
    assert_str(calendar_find(cal, on("2026-10-10"))->name, "本地");
    assert_false(calendar_is_working(cal, on("2026-10-09")));
}

static void working_days_are_counted_forwards(void **state)
{
    (void)state;
    const Calendar *cal = autumn();
    assert_int_equal(calendar_next(cal, on("2026-09-30")), on("2026-10-08"));
    assert_int_equal(calendar_next(cal, on("2026-10-09")), on("2026-10-10"));
    assert_int_equal(calendar_next(cal, on("2026-10-10")), on("2026-10-12"));
    assert_int_equal(calendar_roll(cal, on("2026-10-03")), on("2026-10-08"));
    assert_int_equal(calendar_roll(cal, on("2026-10-08")), on("2026-10-08"));
    assert_int_equal(calendar_add(cal, on("2026-09-30"), 0), on("2026-09-30"));
    assert_int_equal(calendar_add(cal, on("2026-09-30"), 1), on("2026-10-08"));
    assert_int_equal(calendar_add(cal, on("2026-09-30"), 4), on("2026-10-12"));
    assert_int_equal(calendar_add(NULL, on("2026-10-09"), 1), on("2026-10-12"));
    assert_int_equal(calendar_add(cal, on("2026-10-03"), 1), on("2026-10-08"));
    assert_int_equal(calendar_add(cal, DATE_MAX - 1, 50), DATE_MAX);
}

static void office_hours_are_spans_in_order(void **state)
{
    (void)state;
    Office office = {0};
    assert_ok(office_parse(S("09:00-12:00 13:30-17:30"), &office));
    assert_int_equal(office.count, 2);
    assert_int_equal(office.spans[0].from, 540);
    assert_int_equal(office.spans[0].to, 720);
    assert_int_equal(office.spans[1].from, 810);
    assert_int_equal(office.spans[1].to, 1050);
    assert_ok(office_parse(S("00:00-24:00"), &office));
    assert_int_equal(office.spans[0].to, 1440);
    static const char *const bad[] = {
        "",
        "09:00",
        "9:00-12:00",
        "09:00-12:00 ",
        "09:00-12:00  13:00-14:00",
        "09:00-12:00 12:00-14:00",
        "09:00-12:00 11:00-14:00",
        "12:00-09:00",
        "09:00-09:00",
        "09:00-24:01",
        "09:60-11:00",
        "09:00-12:00x",
        "09:00–12:00",
        "01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00"};
    for (size_t i = 0; i < countof(bad); i++) {
        if (!office_parse(str(bad[i]), &office)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(office.count, 1);
    }
    assert_err(office_parse(STR_NULL, &office), CALENDAR_OFFICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_without_exceptions_is_monday_to_friday),
        cmocka_unit_test(exceptions_hold_against_the_week),
        cmocka_unit_test(of_two_for_one_date_the_later_holds),
        cmocka_unit_test(working_days_are_counted_forwards),
        cmocka_unit_test(office_hours_are_spans_in_order),
    };
    return cmocka_run_group_tests_name("calendar", tests, begin, end);
}
