/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar.h: which days are worked. Monday to Friday, but for the exceptions of a table: days
 * off (holidays) and make-up days worked in exchange (调休), as the State Council's general
 * office announces them year by year; and the office hours of a working day. A calendar never
 * changes once built, so threads may share it.
 *
 * A NULL calendar is legal everywhere: nothing is published, so Monday to Friday it is.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/time.h"

typedef struct {
    Date date;
    bool works;        /* true: a make-up day; false: a day off */
    Str name, name_en; /* of the holiday it belongs to; may be STR_NULL */
    int64_t year;      /* of the notice: 2027 for an off day 2026-12-31 of New Year 2027 */
} CalendarDay;

/* Office hours of a working day: spans [from, to) in minutes of the day, in order. None: the
 * whole of a working day is office time. */
typedef struct {
    struct {
        int from, to;
    } spans[4];
    size_t count;
} Office;

typedef struct Calendar Calendar;

extern const Err CALENDAR_OFFICE; /* "office-hours": not spans of the day in order */
extern const Err CALENDAR_FLAG;   /* "flag": neither 0 nor 1 */
extern const Err CALENDAR_YEAR;   /* "year": not the year of a notice */
extern const Err CALENDAR_TWICE;  /* "twice": a date that an earlier row has */

/* A calendar of copies of n exceptions in any order; of two for one date the later one holds,
 * so that a region's own days may follow the national ones. Lives as long as mem. */
MUST const Calendar *calendar_new(Arena *mem, const CalendarDay *days, size_t n, Office office);
/* "09:00-12:00 13:30-17:30": one to four spans. CALENDAR_OFFICE. */
MUST const Err *office_parse(Str text, Office *out);

/* The exceptions of a CSV text, with the columns date, scheme_year, name, is_off_day (others
 * are passed over), each date once. names, which may be STR_NULL, is a CSV text with the
 * columns name and name_en. All faults at once (ERR_FAULTS), or that of the heads (csv.h). */
MUST const Err *calendar_read(Arena *mem, Str text, Str names, const CalendarDay **out,
                              size_t *out_count);

/* The exception of that date, or NULL. */
MUST const CalendarDay *calendar_find(const Calendar *cal, Date d);
MUST bool calendar_is_working(const Calendar *cal, Date d);
/* The first working day after d, at most DATE_MAX. */
MUST Date calendar_next(const Calendar *cal, Date d);
/* d itself when it is worked, else the next working day. */
MUST Date calendar_roll(const Calendar *cal, Date d);
/* The n-th working day after d (d not counted); n = 0 gives d. */
MUST Date calendar_add(const Calendar *cal, Date d, int64_t n);
/* Whether an exception of that year's notice is known. */
MUST bool calendar_published(const Calendar *cal, int64_t year);
MUST Office calendar_office(const Calendar *cal);

#endif
