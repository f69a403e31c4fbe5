/* SPDX-License-Identifier: Apache-2.0 */
/*
 * time_limit.h: the words of a clock as definitions write them: how long something may take ("3
 * workdays"), and the marks on the way to the due instant and behind it ("70%", "+3 days").
 * What they come to on a calendar is deadline.h's business.
 */
#ifndef BASE_TIME_LIMIT_H
#define BASE_TIME_LIMIT_H

#include "base/time.h"

typedef enum { LIMIT_ELAPSED, LIMIT_OFFICE, LIMIT_DAYS, LIMIT_WORKDAYS, LIMIT_UNTIL } LimitKind;
typedef struct {
    LimitKind kind;
    int64_t n; /* minutes (elapsed, office), days, or the Date (until) */
} Limit;

typedef enum { MARK_SHARE, MARK_AFTER } MarkKind;
typedef struct {
    MarkKind kind;
    int64_t percent; /* MARK_SHARE: of the way from start to due, 1 to 1000 */
    Limit after;     /* MARK_AFTER: counted from due; never LIMIT_UNTIL */
} Mark;

extern const Err LIMIT_TEXT; /* "bad-limit" */
extern const Err MARK_TEXT;  /* "bad-mark" */

/* "15 min", "1 hour", "2 hours", "3 hours office", "30 days", "1 workday": a number from 1 to
 * 9999, a unit in the singular or plural, one space between. LIMIT_TEXT with the text. */
MUST const Err *limit_parse(Arena *mem, Str text, Limit *out);
/* 24:00 of a date, as for a deadline that somebody set. */
MUST Limit limit_until(Date date);
/* For people: "3个工作日", "2小时(工作时间)", "至2026-11-22"; "3 working days", … */
void limit_text(Buf *out, Lang lang, Limit limit);

/* "70%", "100%", "+3 days", "+3 workdays", "+1 hour". MARK_TEXT with the text. */
MUST const Err *mark_parse(Arena *mem, Str text, Mark *out);

#endif
