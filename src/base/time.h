/* SPDX-License-Identifier: Apache-2.0 */
/*
 * time.h: instants (ms since 1970 UTC) and dates (days since 1970-01-01 in the civil calendar
 * of UTC+8), their texts, and the way between them. UTC+8 the whole year: China keeps no summer
 * time, and what was law here before 1992 is not reckoned.
 *
 * Known are the years 0001 to 9999 at UTC+8. Nothing here knows working days (calendar.h), and
 * nothing else reads a clock: web and main call time_wall, nouns are told the time. How far the
 * wall's clock is to be believed is wall.h.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <pthread.h>

#include "base/json.h"

#define MS_MINUTE   INT64_C(60000)
#define MS_HOUR     (60 * MS_MINUTE)
#define MS_DAY      (24 * MS_HOUR)
#define DAY_MINUTES 1440

#define DATE_MIN INT64_C(-719162) /* 0001-01-01 */
#define DATE_MAX INT64_C(2932896) /* 9999-12-31 */

/* The last ms of 9999-12-31 at UTC+8. */
#define INSTANT_MAX ((DATE_MAX + 1) * MS_DAY - 8 * MS_HOUR - 1)

typedef struct {
    int64_t year;
    int month, day; /* from 1 */
} Civil;

extern const Err TIME_INSTANT; /* "instant": not an RFC 3339 instant */
extern const Err TIME_DATE;    /* "date": not a date of the calendar */

/* The wall clock. */
MUST Instant time_wall(void);
/* Milliseconds since the machine started, its sleep included: a clock that nobody sets. */
MUST int64_t time_boot(void);
/* Nanoseconds of a clock that never goes back, for measuring alone. */
MUST int64_t time_ticks(void);
/* Nanoseconds of CPU that a thread of this process has used; 0 when it has ended. */
MUST int64_t time_of_thread(pthread_t thread);

/* Within the known years; the functions below assert it unless they say otherwise. */
MUST bool instant_valid(Instant t);
MUST bool date_valid(Date d);

/* RFC 3339 with "T" and "Z" or an offset, in capitals: "2026-11-22T09:00:00+08:00". A fraction
 * of 1 to 9 digits is cut to ms. No leap seconds, no 24:00. TIME_INSTANT. */
MUST const Err *instant_parse(Str text, Instant *out);
/* "2026-11-22T09:00:00+08:00", with ".123" only when there are ms; "?" when not valid. */
void instant_print(Buf *out, Instant t);
/* The same as a member of a JSON object; null for NIL. */
void json_put_instant(JsonOut *w, const char *key, Instant at);
/* "2026-11-22", nothing else. TIME_DATE. */
MUST const Err *date_parse(Str text, Date *out);
/* "2026-11-22"; "?" when not valid. */
void date_print(Buf *out, Date d);

/* The date at UTC+8 and the minute of that day, 0 to 1439. */
MUST Date instant_date(Instant t);
MUST int instant_minute(Instant t);
/* Minute of the day, 0 to 1440, at UTC+8. */
MUST Instant date_at(Date d, int minute);
/* 0:00 and 24:00 of the day: start is in the day, end is the next day's start. */
MUST Instant date_start(Date d);
MUST Instant date_end(Date d);

/* Monday 1 … Sunday 7 (ISO 8601). */
MUST int date_weekday(Date d);
MUST Civil date_civil(Date d);
/* The date of year, month, day; false when the calendar has no such day. */
MUST bool date_make(Civil c, Date *out);

/* For people. "2026-11-22(周日)" or "Sun 2026-11-22". */
void date_text(Buf *out, Lang lang, Date d);
/* With the time of day to the minute: "2026-11-22(周日)09:00" or "Sun 2026-11-22 09:00". */
void instant_text(Buf *out, Lang lang, Instant t);
/* The two greatest units of a span of at least 0 ms, the rest cut: "1天4小时", "1 day 4 hours",
 * "3小时5分钟", "15分钟"; less than a minute is "不到1分钟". */
void duration_text(Buf *out, Lang lang, int64_t ms);
/* A number with its noun (en in the singular): "3个工作日", "3 working days", "1 working day".
 */
void count_text(Buf *out, Lang lang, int64_t n, const char *zh, const char *en);

#endif
