/* SPDX-License-Identifier: Apache-2.0 */
/* deadline.c: counting limits on a calendar. Each way of counting finds the instant first and
 * then tells how; the telling never changes the count. */
#include "base/deadline.h"

typedef struct {
    Arena *mem; /* NULL: nobody listens */
    const Calendar *cal;
    DueLine *lines;
    size_t count, cap;
} Tale;

static DuePart part_number(int64_t n)
{
    return (DuePart){.kind = PART_NUMBER, .n = n};
}

static DuePart part_date(Date d)
{
    return (DuePart){.kind = PART_DATE, .n = d};
}

static DuePart part_instant(Instant t)
{
    return (DuePart){.kind = PART_INSTANT, .n = t};
}

static DuePart part_span(int64_t ms)
{
    return (DuePart){.kind = PART_SPAN, .n = ms};
}

static void part_print(Buf *out, Lang lang, const DuePart *part)
{
    switch (part->kind) {
    case PART_NONE: break;
    case PART_NUMBER: buf_int(out, part->n); break;
    case PART_DATE: date_text(out, lang, part->n); break;
    case PART_INSTANT: instant_text(out, lang, part->n); break;
    case PART_SPAN: duration_text(out, lang, part->n); break;
    case PART_LIMIT: limit_text(out, lang, part->limit); break;
    case PART_TEXT: buf_add(out, lang == LANG_ZH ? part->zh : part->en); break;
    }
}

void due_line_text(Buf *out, Lang lang, const DueLine *line)
{
    const char *from = lang == LANG_EN ? line->en : line->zh;
    for (const char *p = from; (p = strchr(p, '{'));) {
        buf_bytes(out, from, (size_t)(p - from));
        part_print(out, lang, &line->parts[p[1] - '0']);
        from = p += 3;
    }
    buf_add(out, str(from));
}

static void say(Tale *tale, const char *zh, const char *en, const DuePart parts[3])
{
    tale->lines =
        arena_grow(tale->mem, tale->lines, tale->count, &tale->cap, sizeof *tale->lines);
    tale->lines[tale->count++] = (DueLine){zh, en, {parts[0], parts[1], parts[2]}};
}

/* say(tale, zh, en, PARTS(a, b, c)); those the template does not name may be missing. */
#define PARTS(...) ((const DuePart[3]){__VA_ARGS__})

/* What the days off from … to are called: the holidays in it, else the weekend. */
static DuePart run_name(const Tale *tale, Date from, Date to, bool *plain)
{
    Buf zh = BUF(tale->mem), en = BUF(tale->mem);
    Str last = STR_NULL;
    *plain = true;
    for (Date d = from; d <= to; d++) {
        const CalendarDay *day = calendar_find(tale->cal, d);
        if (!day) continue;
        *plain = false;
        if (!day->name.n || str_eq(day->name, last)) continue;
        if (zh.n) {
            buf_add(&zh, S("、"));
            buf_add(&en, S(", "));
        }
        last = day->name;
        buf_add(&zh, day->name);
        buf_add(&en, day->name_en.n ? day->name_en : day->name);
    }
    DuePart name = {.kind = PART_TEXT, .zh = buf_str(&zh), .en = buf_str(&en)};
    if (!name.zh.n) {
        name.zh = *plain ? S("周末") : S("休息日");
        name.en = *plain ? S("weekend") : S("day off");
    }
    return name;
}

/* The last of the days off that d begins, at most until. */
static Date run_end(const Calendar *cal, Date d, Date until)
{
    while (d < until && !calendar_is_working(cal, d + 1))
        d++;
    return d;
}

static void tell_make_up(Tale *tale, const CalendarDay *day)
{
    DuePart name = {
        .kind = PART_TEXT, .zh = day->name, .en = day->name_en.n ? day->name_en : day->name};
    if (day->name.n)
        say(tale, "{0}为{1}调休上班日,计入", "{0} counted: make-up working day ({1})",
            PARTS(part_date(day->date), name));
    else
        say(tale, "{0}为上班日,计入", "{0} counted: make-up working day",
            PARTS(part_date(day->date)));
}

static void tell_run(Tale *tale, Date from, Date to, DuePart name)
{
    if (from == to)
        say(tale, "{0}为{1},不计", "{0} not counted: {1}", PARTS(part_date(from), name));
    else
        say(tale, "{0}至{1}为{2},不计", "{0} to {1} not counted: {2}",
            PARTS(part_date(from), part_date(to), name));
}

/* How the days from … to were counted: days off passed over, make-up days counted. More than
 * two plain weekends are summed up in one line. */
static void tell_days(Tale *tale, Date from, Date to)
{
    enum { FEW = 2 };
    int64_t weekends = 0, weekend_days = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (Date d = from; d <= to; d++) {
            const CalendarDay *day = calendar_find(tale->cal, d);
            if (day && day->works && pass && date_weekday(d) > 5) tell_make_up(tale, day);
            if (calendar_is_working(tale->cal, d)) continue;
            bool plain;
            Date last = run_end(tale->cal, d, to);
            DuePart name = run_name(tale, d, last, &plain);
            if (!pass) {
                weekends += plain;
                weekend_days += plain ? last - d + 1 : 0;
            } else if (!plain || weekends <= FEW)
                tell_run(tale, d, last, name);
            d = last;
        }
    }
    if (weekends > FEW)
        say(tale, "其间周末共{0}天,不计", "Weekends between, {0} days in all, not counted",
            PARTS(part_number(weekend_days)));
}

/* Which years between are counted without an announced calendar. */
static void tell_unpublished(Tale *tale, Date from, Date to)
{
    if (!tale->cal) {
        say(tale, "未发布工作日历,按周一至周五计",
            "No working calendar is published: Monday to Friday", PARTS({0}));
        return;
    }
    for (int64_t year = date_civil(from).year; year <= date_civil(to).year; year++)
        if (!calendar_published(tale->cal, year))
            say(tale, "{0}年放假安排未公布,按周一至周五计",
                "The holidays of {0} are not announced: Monday to Friday",
                PARTS(part_number(year)));
}

static void tell_start(Tale *tale, Limit limit, Instant start)
{
    DuePart what = {.kind = PART_LIMIT, .limit = limit};
    if (limit.kind == LIMIT_ELAPSED || limit.kind == LIMIT_OFFICE)
        say(tale, "自{0}起算,时限{1}", "Counted from {0}: {1}",
            PARTS(part_instant(start), what));
    else
        say(tale, "自{0}起算,当日不计,时限{1}", "Counted from {0}, that day not counted: {1}",
            PARTS(part_instant(start), what));
}

static void tell_due_day(Tale *tale, Date d)
{
    say(tale, "到期:{0}24:00", "Due: {0} 24:00", PARTS(part_date(d)));
}

static void tell_due_instant(Tale *tale, Instant t)
{
    say(tale, "到期:{0}", "Due: {0}", PARTS(part_instant(t)));
}

static Instant day_end(Date d)
{
    return d < DATE_MAX ? date_end(d) : INSTANT_MAX;
}

static Instant elapsed(Tale *tale, Limit limit, Instant start)
{
    int64_t ms = limit.n * MS_MINUTE;
    Instant due = ms < INSTANT_MAX - start ? start + ms : INSTANT_MAX;
    if (tale->mem) {
        tell_start(tale, limit, start);
        tell_due_instant(tale, due);
    }
    return due;
}

static Instant days(Tale *tale, Limit limit, Instant start)
{
    Date from = instant_date(start);
    Date nth = limit.n < DATE_MAX - from ? from + limit.n : DATE_MAX;
    Date last = calendar_roll(tale->cal, nth);
    if (tale->mem) {
        tell_start(tale, limit, start);
        say(tale, "第{0}天为{1}", "Day {0} is {1}",
            PARTS(part_number(limit.n), part_date(nth)));
        tell_unpublished(tale, nth, last);
        bool plain;
        if (last > nth)
            say(tale, "{0}为{1},顺延至{2}", "{0} is no working day ({1}): rolled to {2}",
                PARTS(part_date(nth), run_name(tale, nth, last - 1, &plain), part_date(last)));
        tell_due_day(tale, last);
    }
    return day_end(last);
}

static Instant workdays(Tale *tale, Limit limit, Instant start)
{
    Date from = instant_date(start);
    Date last = calendar_add(tale->cal, from, limit.n);
    if (tale->mem) {
        tell_start(tale, limit, start);
        tell_unpublished(tale, from, last);
        tell_days(tale, from + 1, last);
        say(tale, "第{0}个工作日为{1}", "Working day {0} is {1}",
            PARTS(part_number(limit.n), part_date(last)));
        tell_due_day(tale, last);
    }
    return day_end(last);
}

static Instant until(Tale *tale, Limit limit)
{
    if (tale->mem) {
        say(tale, "以{0}为期限,遇休息日不顺延", "Until {0}, be it a working day or not",
            PARTS(part_date(limit.n)));
        tell_due_day(tale, limit.n);
    }
    return day_end(limit.n);
}

/* Where office time went: the first and the last day with any, and the whole days between. */
typedef struct {
    Instant began, due;
    Date first, last;
    int64_t first_ms, last_ms, between_ms, between_days;
} OfficeCount;

static void office_note(OfficeCount *count, Date d, Instant from, int64_t ms)
{
    if (!count->first_ms) {
        count->began = from;
        count->first = count->last = d;
    }
    if (d == count->first) {
        count->first_ms += ms;
        return;
    }
    if (d != count->last) {
        count->between_days += count->last != count->first;
        count->between_ms += count->last_ms;
        count->last = d;
        count->last_ms = 0;
    }
    count->last_ms += ms;
}

static OfficeCount office_count(const Calendar *cal, int64_t ms, Instant start)
{
    OfficeCount count = {.due = INSTANT_MAX};
    Office office = calendar_office(cal);
    if (!office.count) office = (Office){.spans = {{0, DAY_MINUTES}}, .count = 1};
    Date d = calendar_roll(cal, instant_date(start));
    for (; d < DATE_MAX; d = calendar_next(cal, d)) {
        for (size_t i = 0; i < office.count; i++) {
            Instant from = date_at(d, office.spans[i].from),
                    to = date_at(d, office.spans[i].to);
            if (from < start) from = start;
            if (from >= to) continue;
            bool enough = to - from >= ms;
            office_note(&count, d, from, enough ? ms : to - from);
            if (enough) {
                count.due = from + ms;
                return count;
            }
            ms -= to - from;
        }
    }
    return count;
}

static void tell_office_hours(Tale *tale)
{
    Office office = calendar_office(tale->cal);
    if (!office.count) {
        say(tale, "工作时间:工作日全天", "Office hours: the whole of a working day",
            PARTS({0}));
        return;
    }
    Buf text = BUF(tale->mem);
    for (size_t i = 0; i < office.count; i++) {
        int from = office.spans[i].from, to = office.spans[i].to;
        buf_fmt(&text, "%s%02d:%02d-%02d:%02d", i ? " " : "", from / 60, from % 60, to / 60,
                to % 60);
    }
    DuePart hours = {.kind = PART_TEXT, .zh = buf_str(&text), .en = buf_str(&text)};
    say(tale, "工作时间:工作日 {0}", "Office hours: working days {0}", PARTS(hours));
}

static Instant office(Tale *tale, Limit limit, Instant start)
{
    OfficeCount count = office_count(tale->cal, limit.n * MS_MINUTE, start);
    if (!tale->mem) return count.due;
    tell_start(tale, limit, start);
    tell_office_hours(tale);
    tell_unpublished(tale, instant_date(start), instant_date(count.due));
    tell_days(tale, instant_date(start), instant_date(count.due - 1));
    if (count.began > start)
        say(tale, "自{0}开始计时", "Counting begins {0}", PARTS(part_instant(count.began)));
    if (count.last > count.first) {
        say(tale, "{0}计{1}", "{0}: {1}",
            PARTS(part_date(count.first), part_span(count.first_ms)));
        if (count.between_days)
            say(tale, "其间{0}个工作日共计{1}", "Working days between, {0} in all: {1}",
                PARTS(part_number(count.between_days), part_span(count.between_ms)));
        say(tale, "{0}计{1}", "{0}: {1}",
            PARTS(part_date(count.last), part_span(count.last_ms)));
    }
    tell_due_instant(tale, count.due);
    return count.due;
}

Due due_compute(Arena *mem, const Calendar *cal, Limit limit, Instant start)
{
    Tale tale = {.mem = mem, .cal = cal};
    Due due = {0};
    assert(limit.kind == LIMIT_UNTIL || limit.n > 0);
    switch (limit.kind) {
    case LIMIT_ELAPSED: due.at = elapsed(&tale, limit, start); break;
    case LIMIT_OFFICE: due.at = office(&tale, limit, start); break;
    case LIMIT_DAYS: due.at = days(&tale, limit, start); break;
    case LIMIT_WORKDAYS: due.at = workdays(&tale, limit, start); break;
    case LIMIT_UNTIL: due.at = until(&tale, limit); break;
    }
    due.lines = tale.lines;
    due.count = tale.count;
    return due;
}

Instant mark_at(const Calendar *cal, Mark mark, Instant start, Instant due)
{
    if (mark.kind == MARK_SHARE) {
        Instant at = start + (due - start) / 100 * mark.percent;
        return at + (due - start) % 100 * mark.percent / 100;
    }
    bool by_day = mark.after.kind == LIMIT_DAYS || mark.after.kind == LIMIT_WORKDAYS;
    return due_compute(NULL, cal, mark.after, by_day ? due - 1 : due).at;
}
