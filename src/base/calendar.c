/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.c: a sorted array of exceptions, found by halving; and the reader of their CSV. */
#include "base/calendar.h"

#include "base/csv.h"

struct Calendar {
    const CalendarDay *days; /* by date, each date once */
    size_t count;
    const int64_t *years; /* of the notices, ascending, each once */
    size_t year_count;
    Office office;
};

const Err CALENDAR_OFFICE = {
    .kind = ERR_INVALID,
    .code = "office-hours",
    .zh = "应为依次的工作时段(1至4段),如 09:00-12:00 13:30-17:30",
    .en = "Office hours are one to four spans in order, such as 09:00-12:00 13:30-17:30"};
const Err CALENDAR_FLAG = {
    .kind = ERR_INVALID, .code = "flag", .zh = "应为 0 或 1", .en = "0 or 1 is wanted"};
const Err CALENDAR_YEAR = {.kind = ERR_INVALID,
                           .code = "year",
                           .zh = "应为发布通知的年份,如 2026",
                           .en = "The year of the notice is wanted, such as 2026"};
const Err CALENDAR_TWICE = {.kind = ERR_INVALID,
                            .code = "twice",
                            .zh = "日期 {0} 前面已有一行",
                            .en = "An earlier row has the date {0}"};

static int by_date(const void *a, const void *b)
{
    const CalendarDay *x = *(const CalendarDay *const *)a, *y = *(const CalendarDay *const *)b;
    if (x->date != y->date) return x->date < y->date ? -1 : 1;
    return x < y ? -1 : x > y; /* as given */
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void note_years(Arena *mem, Calendar *cal)
{
    int64_t *years = arena_array(mem, int64_t, cal->count);
    for (size_t i = 0; i < cal->count; i++)
        years[i] = cal->days[i].year;
    if (cal->count) qsort(years, cal->count, sizeof *years, by_number);
    for (size_t i = 0; i < cal->count; i++)
        if (!cal->year_count || years[cal->year_count - 1] != years[i])
            years[cal->year_count++] = years[i];
    cal->years = years;
}

const Calendar *calendar_new(Arena *mem, const CalendarDay *days, size_t n, Office office)
{
    const CalendarDay **order = arena_array(mem, const CalendarDay *, n);
    for (size_t i = 0; i < n; i++)
        order[i] = &days[i];
    if (n) qsort(order, n, sizeof *order, by_date);
    CalendarDay *kept = arena_array(mem, CalendarDay, n);
    Calendar *cal = arena_make(mem, Calendar);
    for (size_t i = 0; i < n; i++) {
        assert(date_valid(order[i]->date));
        if (i + 1 < n && order[i + 1]->date == order[i]->date) continue;
        CalendarDay *day = &kept[cal->count++];
        *day = *order[i];
        day->name = str_dup(mem, day->name);
        day->name_en = str_dup(mem, day->name_en);
    }
    cal->days = kept;
    cal->office = office;
    note_years(mem, cal);
    return cal;
}

/* "09:00" at the head of *s as a minute of the day, passing over it. */
static bool read_minute(Str *s, int *out)
{
    const char *p = s->p;
    if (s->n < 5 || p[2] != ':') return false;
    for (int i = 0; i < 5; i++)
        if (i != 2 && (p[i] < '0' || p[i] > '9')) return false;
    int hour = (p[0] - '0') * 10 + p[1] - '0', minute = (p[3] - '0') * 10 + p[4] - '0';
    *s = (Str){p + 5, s->n - 5};
    *out = hour * 60 + minute;
    return minute < 60 && *out <= DAY_MINUTES;
}

const Err *office_parse(Str text, Office *out)
{
    Office office = {0};
    int last = -1;
    for (Str span; text.p;) {
        str_cut(text, ' ', &span, &text);
        if (office.count == countof(office.spans)) return &CALENDAR_OFFICE;
        int from, to;
        if (!read_minute(&span, &from) || !str_starts(span, S("-"))) return &CALENDAR_OFFICE;
        span = (Str){span.p + 1, span.n - 1};
        if (!read_minute(&span, &to) || span.n || from >= to || from <= last)
            return &CALENDAR_OFFICE;
        office.spans[office.count].from = from;
        office.spans[office.count++].to = last = to;
    }
    if (!office.count) return &CALENDAR_OFFICE;
    *out = office;
    return NULL;
}

const CalendarDay *calendar_find(const Calendar *cal, Date d)
{
    size_t low = 0, high = cal ? cal->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cal->days[middle].date < d)
            low = middle + 1;
        else
            high = middle;
    }
    return cal && low < cal->count && cal->days[low].date == d ? &cal->days[low] : NULL;
}

bool calendar_is_working(const Calendar *cal, Date d)
{
    const CalendarDay *day = calendar_find(cal, d);
    return day ? day->works : date_weekday(d) <= 5;
}

Date calendar_next(const Calendar *cal, Date d)
{
    return d < DATE_MAX ? calendar_roll(cal, d + 1) : DATE_MAX;
}

Date calendar_roll(const Calendar *cal, Date d)
{
    while (d < DATE_MAX && !calendar_is_working(cal, d))
        d++;
    return d;
}

Date calendar_add(const Calendar *cal, Date d, int64_t n)
{
    for (; n > 0 && d < DATE_MAX; n--)
        d = calendar_next(cal, d);
    return d;
}

bool calendar_published(const Calendar *cal, int64_t year)
{
    return cal && bsearch(&year, cal->years, cal->year_count, sizeof year, by_number) != NULL;
}

Office calendar_office(const Calendar *cal)
{
    return cal ? cal->office : (Office){0};
}

typedef struct {
    Csv csv;
    size_t date, year, name, off; /* its columns */
    CalendarDay *days;
    size_t count;
    Date latest;
    Faults faults;
} CalendarReading;

/* No CSV text has more rows. */
static size_t most_rows(Str text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static const Err *open_days(CalendarReading *r, Arena *mem, Str text)
{
    const Err *e = csv_open(&r->csv, mem, text);
    if (!e) e = csv_column(&r->csv, S("date"), &r->date);
    if (!e) e = csv_column(&r->csv, S("scheme_year"), &r->year);
    if (!e) e = csv_column(&r->csv, S("name"), &r->name);
    if (!e) e = csv_column(&r->csv, S("is_off_day"), &r->off);
    if (e) return e;
    r->faults = (Faults){.mem = mem};
    r->days = arena_array(mem, CalendarDay, most_rows(text));
    r->latest = DATE_MIN - 1;
    return NULL;
}

/* Sorted files, the usual ones, cost nothing here. */
static bool read_before(CalendarReading *r, Date d)
{
    if (d > r->latest) {
        r->latest = d;
        return false;
    }
    for (size_t i = 0; i < r->count; i++)
        if (r->days[i].date == d) return true;
    return false;
}

static void read_day(CalendarReading *r)
{
    Csv *csv = &r->csv;
    Str off = csv->cells[r->off];
    size_t before = r->faults.count;
    CalendarDay day = {.works = str_is(off, "0"), .name = csv->cells[r->name]};
    const Err *e = date_parse(csv->cells[r->date], &day.date);
    if (e)
        faults_add(&r->faults, csv_place(csv, r->date), e);
    else if (read_before(r, day.date))
        faults_add2(&r->faults, csv_place(csv, r->date), &CALENDAR_TWICE, csv->cells[r->date],
                    STR_NULL);
    if (!str_int(csv->cells[r->year], &day.year) || day.year < 1 || day.year > 9999)
        faults_add(&r->faults, csv_place(csv, r->year), &CALENDAR_YEAR);
    if (!day.works && !str_is(off, "1"))
        faults_add(&r->faults, csv_place(csv, r->off), &CALENDAR_FLAG);
    if (r->faults.count > before) return;
    day.name = str_dup(csv->mem, day.name);
    r->days[r->count++] = day;
}

/* Gives every day the English of its name. */
static const Err *translate(CalendarReading *r, Str names)
{
    Csv csv;
    size_t zh, en;
    const Err *e = csv_open(&csv, r->csv.mem, names);
    if (!e) e = csv_column(&csv, S("name"), &zh);
    if (!e) e = csv_column(&csv, S("name_en"), &en);
    if (e) return e;
    for (bool more = true;;) {
        if ((e = csv_next(&csv, &more))) return e;
        if (!more) return NULL;
        Str english = str_dup(csv.mem, csv.cells[en]);
        for (size_t i = 0; i < r->count; i++)
            if (str_eq(r->days[i].name, csv.cells[zh])) r->days[i].name_en = english;
    }
}

const Err *calendar_read(Arena *mem, Str text, Str names, const CalendarDay **out,
                         size_t *out_count)
{
    CalendarReading r = {0};
    const Err *e = open_days(&r, mem, text);
    if (e) return e;
    for (bool more = true; more;) {
        if ((e = csv_next(&r.csv, &more)))
            faults_add(&r.faults, e->field, e);
        else if (more)
            read_day(&r);
    }
    if (names.p && (e = translate(&r, names))) return e;
    if ((e = faults_err(&r.faults))) return e;
    *out = r.days;
    *out_count = r.count;
    return NULL;
}
