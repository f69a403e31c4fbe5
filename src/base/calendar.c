/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.c: a sorted array of exceptions, found by halving. */
#include "base/calendar.h"

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
