/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_clock.h: the one clock of a case: when a state is due and how that was counted, and when
 * the marks of lateness come. Pure: it is told the limit, the calendar and the instants (design
 * §6.6; the counting of days is deadline.h).
 */
#ifndef CASE_CASE_CLOCK_H
#define CASE_CASE_CLOCK_H

#include "base/deadline.h"
#include "case/flow.h"

/* When a limit that runs from an instant is due, moved by shift: what was spent outside of the
 * state since, in ms. */
MUST Instant clock_due(const Calendar *cal, Limit limit, Instant from, int64_t shift);
/* How that was counted, line by line, the shift in a line of its own. */
void clock_lines(Arena *mem, const Calendar *cal, Limit limit, Instant from, int64_t shift,
                 DueLine **out, size_t *out_count);
/* The first of the marks that are not done (bits of done), and its instant in *out_at;
 * SIZE_MAX: all are done. Of two at one instant the one that stands first. */
MUST size_t clock_mark(const Calendar *cal, const Late *late, size_t count, int64_t done,
                       Instant start, Instant due, Instant *out_at);

#endif
