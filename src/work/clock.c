/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c: due instants with their lines, and the order of marks. */
#include "work/clock.h"

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

static Instant moved(Instant due, int64_t shift)
{
    return due > INSTANT_MAX - shift ? INSTANT_MAX : due + shift;
}

Instant clock_due(const Calendar *cal, Limit limit, Instant from, int64_t shift)
{
    return moved(due_compute(NULL, cal, limit, from).at, shift);
}

void clock_lines(Arena *mem, const Calendar *cal, Limit limit, Instant from, int64_t shift,
                 DueLine **out, size_t *out_count)
{
    Due due = due_compute(mem, cal, limit, from);
    DueLine *lines = arena_array(mem, DueLine, due.count + 1);
    if (due.count) memcpy(lines, due.lines, due.count * sizeof *lines);
    Instant at = moved(due.at, shift);
    lines[due.count] =
        (DueLine){shift_text(mem, LANG_ZH, shift, at), shift_text(mem, LANG_EN, shift, at)};
    *out = lines;
    *out_count = due.count + (shift != 0);
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
