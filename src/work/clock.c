/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c: due instants with their lines as JSON, and the order of marks. */
#include "work/clock.h"

#include "base/json.h"

static void line_json(JsonOut *w, Str zh, Str en)
{
    json_open(w, '[');
    json_text(w, zh);
    json_text(w, en);
    json_close(w, ']');
}

static Str shift_text(Arena *mem, Lang lang, int64_t shift, Instant due)
{
    Buf span = BUF(mem), at = BUF(mem);
    duration_text(&span, lang, shift);
    instant_text(&at, lang, due);
    return str_fmt(mem,
                   lang == LANG_ZH ? "离开本状态%.*s,顺延至%.*s"
                                   : "moved by the %.*s outside of this state, to %.*s",
                   STR(buf_str(&span)), STR(buf_str(&at)));
}

ClockDue clock_due(Arena *mem, const Calendar *cal, Limit limit, Instant from, int64_t shift)
{
    Due due = due_compute(mem, cal, limit, from);
    Buf b = BUF(mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '[');
    for (size_t i = 0; i < due.count; i++)
        line_json(&w, due.lines[i].zh, due.lines[i].en);
    Instant at = due.at > INSTANT_MAX - shift ? INSTANT_MAX : due.at + shift;
    if (shift)
        line_json(&w, shift_text(mem, LANG_ZH, shift, at), shift_text(mem, LANG_EN, shift, at));
    json_close(&w, ']');
    return (ClockDue){at, buf_str(&b)};
}

size_t clock_mark(const Calendar *cal, const Late *late, size_t count, int64_t done,
                  Instant start, Instant due, Instant *out_at)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < count && i < CLOCK_MARKS; i++) {
        if (done >> i & 1) continue;
        Instant at = mark_at(cal, late[i].at, start, due);
        if (first != SIZE_MAX && at >= *out_at) continue;
        first = i;
        *out_at = at;
    }
    return first;
}
