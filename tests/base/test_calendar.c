/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/calendar.h"
#include "base/file.h"

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

static void rows_are_read_with_all_their_faults(void **state)
{
    (void)state;
    const CalendarDay *days = NULL;
    size_t n = 0;
    Str good =
        S("name,date,is_off_day,scheme_year,note\n"
          "国庆节,2026-10-10,0,2026,x\n国庆节,2026-10-01,1,2026,\n本地,2026-10-02,1,2026,\n");
    assert_ok(calendar_read(mem, good, S("name,name_en\n国庆节,National Day\n"), &days, &n));
    assert_int_equal(n, 3);
    assert_int_equal(days[0].date, on("2026-10-10"));
    assert_true(days[0].works);
    assert_false(days[1].works);
    assert_int_equal(days[1].year, 2026);
    assert_str(days[1].name_en, "National Day");
    assert_str(days[2].name, "本地");
    assert_null(days[2].name_en.p);
    assert_ok(calendar_read(mem, good, STR_NULL, &days, &n));
    assert_null(days[1].name_en.p);

    const Err *e =
        calendar_read(mem,
                      S("name,date,is_off_day,scheme_year\n"
                        "x,2026-02-30,1,2026\nx,2026-10-05,1,2026\nx,2026-10-01,2,26年\n"
                        "x\nx,2026-10-05,1,2026\n"),
                      STR_NULL, &days, &n);
    assert_err(e, ERR_FAULTS);
    Buf said = BUF(mem);
    for (const Err *fault = e->next; fault; fault = fault->next)
        buf_fmt(&said, "%s at %.*s;", fault->code, STR(fault->field));
    assert_str(buf_str(&said),
               "date at row 2, column date;"
               "year at row 4, column scheme_year;flag at row 4, column is_off_day;"
               "csv-count at row 5;twice at row 6, column date;");
    assert_int_equal(n, 3);
    e = calendar_read(mem, S("name,date\n"), STR_NULL, &days, &n);
    assert_string_equal(e->code, "csv-column");
    e = calendar_read(mem, good, S("name\n"), &days, &n);
    assert_string_equal(e->code, "csv-column");
}

static void the_shipped_calendar_is_well(void **state)
{
    (void)state;
    Str text, names;
    const CalendarDay *days;
    size_t n;
    assert_ok(file_read_all(mem, S("data/calendar/cn_holidays.csv"), 1 << 20, &text));
    assert_ok(file_read_all(mem, S("data/calendar/holiday_names.csv"), 1 << 20, &names));
    assert_ok(calendar_read(mem, text, names, &days, &n));
    assert_int_equal(n, 678);
    for (size_t i = 0; i < n; i++) {
        assert_true(days[i].name.n && days[i].name_en.n);
        bool weekend = date_weekday(days[i].date) > 5;
        if (days[i].works && !weekend) assert_int_equal(days[i].date, on("2020-02-03"));
    }
    const Calendar *cal = calendar_new(mem, days, n, (Office){0});
    int64_t worked[3] = {0};
    for (int64_t year = 2024; year <= 2026; year++)
        for (Date d = on(str_fmt(mem, "%d-01-01", (int)year).p); date_civil(d).year == year;
             d++)
            worked[year - 2024] += calendar_is_working(cal, d);
    assert_int_equal(worked[0], 251);
    assert_int_equal(worked[1], 248);
    assert_int_equal(worked[2], 248);
    assert_true(calendar_published(cal, 2007) && calendar_published(cal, 2026));
    assert_false(calendar_published(cal, 2027));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_without_exceptions_is_monday_to_friday),
        cmocka_unit_test(exceptions_hold_against_the_week),
        cmocka_unit_test(of_two_for_one_date_the_later_holds),
        cmocka_unit_test(working_days_are_counted_forwards),
        cmocka_unit_test(office_hours_are_spans_in_order),
        cmocka_unit_test(rows_are_read_with_all_their_faults),
        cmocka_unit_test(the_shipped_calendar_is_well),
    };
    return cmocka_run_group_tests_name("calendar", tests, begin, end);
}
