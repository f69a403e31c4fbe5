/* SPDX-License-Identifier: Apache-2.0 */
/* time_limit.c: a table of units, read one way and printed the other. */
#include "base/time_limit.h"

const Err LIMIT_TEXT = {
    .kind = ERR_INVALID,
    .code = "bad-limit",
    .zh = "看不懂时限“{0}”,应如 15 min、1 hour、2 hours office、30 days、3 workdays",
    .en = "\"{0}\" is not a limit such as 15 min, 1 hour, 2 hours office, 30 days, 3 workdays"};
const Err MARK_TEXT = {
    .kind = ERR_INVALID,
    .code = "bad-mark",
    .zh = "看不懂时点“{0}”,应如 70%、100%、+3 days、+3 workdays、+1 hour",
    .en = "\"{0}\" is not a mark such as 70%, 100%, +3 days, +3 workdays, +1 hour"};

#define MOST 9999 /* of any unit; over a year of hours, over 27 years of days */

static const struct {
    const char *one, *many; /* as written in definitions */
    LimitKind kind;
    int64_t n; /* minutes or days of one unit */
} units[] = {
    {"min", "mins", LIMIT_ELAPSED, 1},
    {"hour", "hours", LIMIT_ELAPSED, 60},
    {"day", "days", LIMIT_DAYS, 1},
    {"workday", "workdays", LIMIT_WORKDAYS, 1},
};

static bool read_limit(Str text, Limit *out)
{
    Str number, unit, office;
    int64_t n;
    str_cut(text, ' ', &number, &unit);
    bool more = str_cut(unit, ' ', &unit, &office);
    if (more && !str_is(office, "office")) return false;
    if (!number.n || number.p[0] == '0' || !str_int(number, &n) || n < 1 || n > MOST)
        return false;
    for (size_t i = 0; i < countof(units); i++) {
        if (!str_is(unit, units[i].one) && !str_is(unit, units[i].many)) continue;
        LimitKind kind = units[i].kind;
        if (more && kind != LIMIT_ELAPSED) return false;
        *out = (Limit){more ? LIMIT_OFFICE : kind, n * units[i].n};
        return true;
    }
    return false;
}

const Err *limit_parse(Arena *mem, Str text, Limit *out)
{
    return read_limit(text, out) ? NULL : err_make(mem, &LIMIT_TEXT, text, STR_NULL);
}

Limit limit_until(Date date)
{
    return (Limit){LIMIT_UNTIL, date};
}

void limit_text(Buf *out, Lang lang, Limit limit)
{
    switch (limit.kind) {
    case LIMIT_ELAPSED:
    case LIMIT_OFFICE:
        if (limit.n % 60 == 0)
            count_text(out, lang, limit.n / 60, "小时", "hour");
        else
            count_text(out, lang, limit.n, "分钟", "minute");
        if (limit.kind == LIMIT_OFFICE)
            buf_add(out, lang == LANG_ZH ? S("(工作时间)") : S(" (office hours)"));
        break;
    case LIMIT_DAYS: count_text(out, lang, limit.n, "天", "day"); break;
    case LIMIT_WORKDAYS: count_text(out, lang, limit.n, "个工作日", "working day"); break;
    case LIMIT_UNTIL:
        buf_add(out, lang == LANG_ZH ? S("至") : S("until "));
        date_print(out, limit.n);
        break;
    }
}

static bool read_mark(Str text, Mark *out)
{
    Mark mark = {.kind = MARK_SHARE};
    if (str_starts(text, S("+"))) {
        mark.kind = MARK_AFTER;
        if (!read_limit((Str){text.p + 1, text.n - 1}, &mark.after)) return false;
    } else {
        if (!str_ends(text, S("%")) || text.p[0] == '0') return false;
        if (!str_int((Str){text.p, text.n - 1}, &mark.percent)) return false;
        if (mark.percent < 1 || mark.percent > 1000) return false;
    }
    *out = mark;
    return true;
}

const Err *mark_parse(Arena *mem, Str text, Mark *out)
{
    return read_mark(text, out) ? NULL : err_make(mem, &MARK_TEXT, text, STR_NULL);
}
