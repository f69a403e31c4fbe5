/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline.h: until when a limit runs, and how that was counted, line by line, so that a person
 * can follow it with a paper calendar.
 *
 * The rules (all at UTC+8; late means now >= due):
 *   min, hours     elapsed; with "office" only the office hours of working days count
 *   N days         the start day is not counted; due at 24:00 of the N-th day; when that is no
 *                  working day, at 24:00 of the next one
 *   N workdays     the start day is not counted; due at 24:00 of the N-th working day
 *   until a date   24:00 of that date, be it a working day or not
 * A NULL calendar is Monday to Friday. Nothing is due beyond the last ms of 9999.
 */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include "base/calendar.h"
#include "base/time_limit.h"

/* A particular of a line: dates and spans read differently in each language. */
typedef struct {
    enum {
        PART_NONE,
        PART_NUMBER,
        PART_DATE,
        PART_INSTANT,
        PART_SPAN,
        PART_LIMIT,
        PART_TEXT
    } kind;
    int64_t n;
    Limit limit;
    Str zh, en;
} DuePart;
/* Sentences in which {0} to {2} stand for the parts. */
typedef struct {
    const char *zh, *en;
    DuePart parts[3];
} DueLine;
void due_line_text(Buf *out, Lang lang, const DueLine *line);

typedef struct {
    Instant at;
    const DueLine *lines;
    size_t count;
} Due;

/* Counts limit from start. The lines are in mem; with a NULL mem there are none. */
MUST Due due_compute(Arena *mem, const Calendar *cal, Limit limit, Instant start);

/* When a mark is reached. A share is a plain share of the time from start to due, whatever the
 * clock. "+3 days" and "+3 workdays" do not count the day that due is in or is the 24:00 of,
 * and run to 24:00, days rolling, as a limit does. */
MUST Instant mark_at(const Calendar *cal, Mark mark, Instant start, Instant due);

#endif
