/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_time.c: the first eight bytes as a start, the rest as an instant, a date, office hours,
 * a limit and a mark. What is read must print as it was or read back; what is due must agree
 * with a count of days one by one. */
#include "base/deadline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void instants_and_dates(Arena *mem, Str text)
{
    Instant t, t_back;
    Date d, d_back;
    if (!instant_parse(text, &t)) {
        Buf out = BUF(mem);
        instant_print(&out, t);
        const Err *e = instant_parse(buf_str(&out), &t_back);
        assert(!e && t == t_back);
        assert(date_at(instant_date(t), instant_minute(t)) <= t);
    }
    if (!date_parse(text, &d)) {
        Buf out = BUF(mem);
        date_print(&out, d);
        assert(str_eq(buf_str(&out), text));
        bool made = date_make(date_civil(d), &d_back);
        assert(made && d == d_back);
    }
}

/* The working days after the one from is in, up to the one that ends at due. */
static int64_t working_days(const Calendar *cal, Instant from, Instant due)
{
    int64_t n = 0;
    for (Date d = instant_date(from) + 1; d <= instant_date(due - 1); d++)
        n += calendar_is_working(cal, d);
    return n;
}

static void counts(Arena *mem, const Calendar *cal, Limit limit, Instant start)
{
    Due due = due_compute(mem, cal, limit, start);
    Due quiet = due_compute(NULL, cal, limit, start);
    assert(due.at == quiet.at && quiet.count == 0 && due.count >= 2);
    assert(due.at >= start && instant_valid(due.at));
    for (size_t i = 0; i < due.count; i++) {
        Buf zh = BUF(mem), en = BUF(mem);
        due_line_text(&zh, LANG_ZH, &due.lines[i]);
        due_line_text(&en, LANG_EN, &due.lines[i]);
        assert(zh.n && en.n);
    }
    if (due.at == INSTANT_MAX) return;
    if (limit.kind == LIMIT_ELAPSED) assert(due.at == start + limit.n * MS_MINUTE);
    if (limit.kind == LIMIT_WORKDAYS) assert(working_days(cal, start, due.at) == limit.n);
    if (limit.kind == LIMIT_DAYS) {
        Date nth = instant_date(start) + limit.n, last = instant_date(due.at - 1);
        assert(nth <= last && calendar_is_working(cal, last));
        assert(working_days(cal, date_start(nth) - 1, due.at) == 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t seed = 0;
    if (size < sizeof seed) return 0;
    memcpy(&seed, data, sizeof seed);
    Str text = {(const char *)data + sizeof seed, size - sizeof seed}, head, tail;
    Instant start = (Instant)((uint64_t)seed % (uint64_t)INSTANT_MAX);
    Arena *mem = arena_new(0);
    instants_and_dates(mem, text);
    str_cut(text, '\n', &head, &tail);
    CalendarDay days[16];
    size_t n = 0;
    for (uint64_t bits = (uint64_t)seed;
         n < countof(days) && instant_date(start) + 64 < DATE_MAX;
         n++, bits = bits * 6364136223846793005u + 1442695040888963407u)
        days[n] = (CalendarDay){instant_date(start) + (Date)(bits >> 58), bits >> 57 & 1,
                                S("假"), STR_NULL, 2026};
    Office office = {0};
    bool hours = !office_parse(tail, &office);
    const Calendar *cal =
        seed & 1 ? calendar_new(mem, days, n, hours ? office : (Office){0}) : NULL;
    Limit limit;
    Mark mark;
    if (!limit_parse(mem, head, &limit)) counts(mem, cal, limit, start);
    if (!mark_parse(mem, head, &mark)) {
        Instant at = mark_at(cal, mark, start / 2, start);
        assert(at >= start / 2 && (mark.kind == MARK_SHARE || at >= start));
    }
    arena_free(mem);
    return 0;
}
