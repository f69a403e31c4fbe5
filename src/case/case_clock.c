/* SPDX-License-Identifier: Apache-2.0 */
/* case_clock.c: due instants with their lines, and the order of marks. */
#include "case/case_clock.h"

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
        (DueLine){"离开本状态{0},顺延至{1}",
                  "moved by the {0} outside of this state, to {1}",
                  {{.kind = PART_SPAN, .n = shift}, {.kind = PART_INSTANT, .n = at}}};
    *out = lines;
    *out_count = due.count + (shift != 0);
}

size_t clock_mark(const Calendar *cal, const Late *late, size_t count, int64_t done,
                  Instant start, Instant due, Instant *out_at)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < count && i < LATE_MOST; i++) {
        if (done >> i & 1) continue;
        Instant at = mark_at(cal, late[i].at, start, due);
        if (first != SIZE_MAX && at >= *out_at) continue;
        first = i;
        *out_at = at;
    }
    return first;
}
