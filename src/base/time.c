/* SPDX-License-Identifier: Apache-2.0 */
/* time.c: civil calendar arithmetic by whole days (proleptic Gregorian), texts digit by digit;
 * no libc time zone is ever asked, so that the machine's settings change nothing. */
#include "base/time.h"

#define OFFSET (8 * MS_HOUR) /* UTC+8 */

const Err TIME_INSTANT = {
    .kind = ERR_INVALID,
    .code = "instant",
    .zh = "应为带时区的时刻,如 2026-11-22T09:00:00+08:00",
    .en = "An instant with its offset is wanted, such as 2026-11-22T09:00:00+08:00"};
const Err TIME_DATE = {.kind = ERR_INVALID,
                       .code = "date",
                       .zh = "应为日期,如 2026-11-22",
                       .en = "A date is wanted, such as 2026-11-22"};

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    int fault = clock_gettime(clock, &now);
    assert(fault == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

Instant time_wall(void)
{
    return clock_ms(CLOCK_REALTIME);
}

int64_t time_boot(void)
{
    return clock_ms(CLOCK_BOOTTIME);
}

int64_t time_ticks(void)
{
    struct timespec now;
    int fault = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(fault == 0);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t time_of_thread(pthread_t thread)
{
    clockid_t clock;
    struct timespec t;
    if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

bool date_valid(Date d)
{
    return d >= DATE_MIN && d <= DATE_MAX;
}

bool instant_valid(Instant t)
{
    return t >= DATE_MIN * MS_DAY - OFFSET && t <= INSTANT_MAX;
}

/* Years are counted from March, so that the leap day is a year's last: month lengths from there
 * are the integer part of a line of slope 153/5. */
Civil date_civil(Date d)
{
    assert(date_valid(d));
    int64_t n = d + 719468; /* since 0000-03-01 */
    int64_t era = floor_div(n, 146097);
    int64_t of_era = n - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    Civil c = {.day = (int)(of_year - (153 * month + 2) / 5 + 1),
               .month = (int)(month < 10 ? month + 3 : month - 9)};
    c.year = year + era * 400 + (c.month <= 2);
    return c;
}

static bool leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool date_make(Civil c, Date *out)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1) return false;
    if (c.day > lengths[c.month - 1] + (c.month == 2 && leap(c.year))) return false;
    int64_t year = c.year - (c.month <= 2);
    int64_t month = c.month > 2 ? c.month - 3 : c.month + 9;
    int64_t era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * month + 2) / 5 + c.day - 1;
    *out = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return true;
}

Date instant_date(Instant t)
{
    assert(instant_valid(t));
    return floor_div(t + OFFSET, MS_DAY);
}

int instant_minute(Instant t)
{
    return (int)((t - date_start(instant_date(t))) / MS_MINUTE);
}

Instant date_at(Date d, int minute)
{
    assert(date_valid(d) && minute >= 0 && minute <= DAY_MINUTES);
    return d * MS_DAY - OFFSET + minute * MS_MINUTE;
}

Instant date_start(Date d)
{
    return date_at(d, 0);
}

Instant date_end(Date d)
{
    return date_at(d, DAY_MINUTES);
}

int date_weekday(Date d)
{
    int64_t n = (d + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(n < 0 ? n + 7 : n) + 1;
}

/* n digits at p as a number. */
static bool digits(const char *p, size_t n, int *out)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9') return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

/* Two digits up to most at p. */
static bool pair(const char *p, int most, int *out)
{
    return digits(p, 2, out) && *out <= most;
}

static bool read_date(const char *p, Date *out)
{
    int year, month, day;
    if (!digits(p, 4, &year) || p[4] != '-' || !digits(p + 5, 2, &month) || p[7] != '-' ||
        !digits(p + 8, 2, &day))
        return false;
    return date_make((Civil){year, month, day}, out);
}

const Err *date_parse(Str text, Date *out)
{
    Date d;
    if (text.n != 10 || !read_date(text.p, &d)) return &TIME_DATE;
    *out = d;
    return NULL;
}

/* "Z" or "+08:00" as ms east of Greenwich. */
static bool read_offset(Str s, int64_t *out)
{
    if (str_is(s, "Z")) {
        *out = 0;
        return true;
    }
    int hours, minutes;
    if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':') return false;
    if (!pair(s.p + 1, 23, &hours) || !pair(s.p + 4, 59, &minutes)) return false;
    int64_t ms = hours * MS_HOUR + minutes * MS_MINUTE;
    *out = s.p[0] == '-' ? -ms : ms;
    return true;
}

/* The ms of a fraction at the head of *s, which it passes over; 0 when there is none. */
static bool read_fraction(Str *s, int *ms)
{
    *ms = 0;
    if (!s->n || s->p[0] != '.') return true;
    size_t n = 0;
    for (int weight = 100; 1 + n < s->n && s->p[1 + n] >= '0' && s->p[1 + n] <= '9'; n++) {
        *ms += (s->p[1 + n] - '0') * weight;
        weight /= 10;
    }
    *s = (Str){s->p + 1 + n, s->n - 1 - n};
    return n >= 1 && n <= 9;
}

const Err *instant_parse(Str text, Instant *out)
{
    const size_t fixed = sizeof "2026-11-22T09:00:00" - 1;
    Date d;
    int hour, minute, second, ms;
    int64_t offset;
    if (text.n <= fixed || text.p[10] != 'T' || text.p[13] != ':' || text.p[16] != ':')
        return &TIME_INSTANT;
    if (!read_date(text.p, &d) || !pair(text.p + 11, 23, &hour) ||
        !pair(text.p + 14, 59, &minute) || !pair(text.p + 17, 59, &second))
        return &TIME_INSTANT;
    Str rest = {text.p + fixed, text.n - fixed};
    if (!read_fraction(&rest, &ms) || !read_offset(rest, &offset)) return &TIME_INSTANT;
    Instant t = d * MS_DAY + hour * MS_HOUR + minute * MS_MINUTE + second * 1000 + ms - offset;
    if (!instant_valid(t)) return &TIME_INSTANT;
    *out = t;
    return NULL;
}

/* Two digits. */
#define PAIR(n) (char)('0' + (n) / 10), (char)('0' + (n) % 10)

void date_print(Buf *out, Date d)
{
    if (!date_valid(d)) {
        buf_char(out, '?');
        return;
    }
    Civil c = date_civil(d);
    char text[] = {PAIR(c.year / 100), PAIR(c.year % 100), '-', PAIR(c.month), '-',
                   PAIR(c.day)};
    buf_bytes(out, text, sizeof text);
}

void instant_print(Buf *out, Instant t)
{
    if (!instant_valid(t)) {
        buf_char(out, '?');
        return;
    }
    Date d = instant_date(t);
    int ms = (int)(t - date_start(d));
    date_print(out, d);
    char text[] = {'T', PAIR(ms / 3600000),  ':', PAIR(ms / 60000 % 60),
                   ':', PAIR(ms / 1000 % 60)};
    buf_bytes(out, text, sizeof text);
    if (ms % 1000) {
        char part[] = {'.', (char)('0' + ms % 1000 / 100), PAIR(ms % 100)};
        buf_bytes(out, part, sizeof part);
    }
    buf_add(out, S("+08:00"));
}

void json_put_instant(JsonOut *w, const char *key, Instant at)
{
    Buf b = BUF(w->out->mem);
    if (at != NIL) instant_print(&b, at);
    json_put_text(w, key, at == NIL ? STR_NULL : buf_str(&b));
}

void date_text(Buf *out, Lang lang, Date d)
{
    static const char *const zh[] = {"一", "二", "三", "四", "五", "六", "日"};
    static const char *const en[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    int day = date_weekday(d) - 1;
    if (lang == LANG_EN) {
        buf_add(out, str(en[day]));
        buf_char(out, ' ');
    }
    date_print(out, d);
    if (lang == LANG_EN) return;
    buf_add(out, S("(周"));
    buf_add(out, str(zh[day]));
    buf_add(out, S(")"));
}

void instant_text(Buf *out, Lang lang, Instant t)
{
    date_text(out, lang, instant_date(t));
    int minute = instant_minute(t);
    char text[] = {' ', PAIR(minute / 60), ':', PAIR(minute % 60)};
    bool zh = lang == LANG_ZH;
    buf_bytes(out, text + zh, sizeof text - zh);
}

void count_text(Buf *out, Lang lang, int64_t n, const char *zh, const char *en)
{
    buf_int(out, n);
    if (lang == LANG_EN) buf_char(out, ' ');
    buf_add(out, str(lang == LANG_EN ? en : zh));
    if (lang == LANG_EN && n != 1) buf_char(out, 's');
}

void duration_text(Buf *out, Lang lang, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *zh, *en;
    } units[] = {
        {MS_DAY, "天", "day"}, {MS_HOUR, "小时", "hour"}, {MS_MINUTE, "分钟", "minute"}};
    assert(ms >= 0);
    for (size_t i = 0; i < countof(units); i++) {
        int64_t n = ms / units[i].ms, rest = ms % units[i].ms;
        if (!n) continue;
        count_text(out, lang, n, units[i].zh, units[i].en);
        if (i + 1 < countof(units) && rest >= units[i + 1].ms) {
            if (lang == LANG_EN) buf_char(out, ' ');
            count_text(out, lang, rest / units[i + 1].ms, units[i + 1].zh, units[i + 1].en);
        }
        return;
    }
    buf_add(out, lang == LANG_EN ? S("less than a minute") : S("不到1分钟"));
}
