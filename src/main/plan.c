/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c: draws days, hours, places, texts and reaction times, all from dice that are seeded.
 */
#include "main/plan.h"

#define TRIES      400  /* places looked at for a text that fits */
#define DAY_FROM   450  /* 07:30 */
#define DAY_TO     1290 /* 21:30 */
#define LOOK_AHEAD 60   /* days: no holiday is longer */

uint64_t dice_roll(Dice *dice)
{
    uint64_t z = *dice += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t dice_below(Dice *dice, int64_t n)
{
    return (int64_t)((dice_roll(dice) >> 32) * (uint64_t)n >> 32);
}

/* ---- days ---- */

int64_t plan_weight(const Script *s, const Calendar *cal, Date day)
{
    Civil c = date_civil(day), after = date_civil(day + 3);
    int weekday = date_weekday(day);
    bool works = calendar_is_working(cal, day);
    int64_t w = s->weekdays[weekday > 5 && works ? 4 : weekday - 1];
    if (weekday <= 5 && !works) w = w * s->holiday / 100;
    w *= s->index[c.month - 1] * 100;
    return after.month == c.month ? w : w * s->month_end / 100;
}

static int64_t year_weight(const PlanSpec *spec, Date last)
{
    int64_t sum = 0;
    for (Date d = last - 364; d <= last; d++)
        sum += plan_weight(spec->script, spec->calendar, d);
    return sum;
}

/* ---- one case ---- */

typedef struct {
    const PlanSpec *spec;
    Dice dice;
    int64_t *heaps; /* weights of the places, added up */
    Date *last;     /* by series and place: when it was called on */
    Planned *out;
    size_t n, cap;
    Arena *mem;
} Maker;

static void weigh_places(Maker *m)
{
    const PlanSpec *spec = m->spec;
    int64_t sum = 0;
    m->heaps = arena_array(m->mem, int64_t, spec->place_count);
    for (size_t i = 0; i < spec->place_count; i++) {
        const Word *w = word_find(spec->script->weights, spec->places[i].colour);
        int64_t n = 0;
        if (w && str_int(w->value, &n)) sum += n;
        m->heaps[i] = sum;
    }
}

static size_t draw_place(Maker *m)
{
    size_t low = 0, high = m->spec->place_count - 1;
    int64_t n = dice_below(&m->dice, m->heaps[high]);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->heaps[mid] > n)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

static const Path *draw_path(Maker *m, const Series *s)
{
    int64_t sum = 0, n;
    for (size_t i = 0; i < s->path_count; i++)
        sum += s->paths[i].weight;
    n = dice_below(&m->dice, sum);
    size_t i = 0;
    while (i + 1 < s->path_count && n >= s->paths[i].weight)
        n -= s->paths[i++].weight;
    return &s->paths[i];
}

static bool among(Str text, const Str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], text)) return true;
    return false;
}

static bool says(const Line *line, Words words)
{
    for (size_t i = 0; i < words.count; i++) {
        const Word *want = &words.words[i], *said = word_find(line->words, want->key);
        if (!said || !str_eq(said->value, want->value)) return false;
    }
    return true;
}

static bool line_fits(const Line *line, const Path *path, const Place *place, int month)
{
    if (!(line->months >> month & 1)) return false;
    if (line->kind_count && !among(place->kind, line->kinds, line->kind_count)) return false;
    if (line->tag.p && !among(line->tag, place->tags, place->tag_count)) return false;
    if (path->has.p && !word_find(line->words, path->has)) return false;
    return says(line, path->draw);
}

/* Each that fits is as likely as any other; NULL: none does. */
static const Line *draw_line(Maker *m, const Series *s, const Path *path, Words more,
                             const Place *place, int month)
{
    const Line *found = NULL;
    int64_t seen = 0;
    for (size_t i = 0; i < s->line_count; i++)
        if (line_fits(&s->lines[i], path, place, month) && says(&s->lines[i], more) &&
            dice_below(&m->dice, ++seen) == 0)
            found = &s->lines[i];
    return found;
}

static Role draw_reporter(Maker *m, const Series *s)
{
    int64_t n = dice_below(&m->dice, 1000);
    size_t i = 0;
    while (i + 1 < s->reporter_count && n >= s->reporters[i].share)
        n -= s->reporters[i++].share;
    return s->reporters[i].role;
}

static Instant draw_hour(Maker *m, Date day)
{
    const Script *s = m->spec->script;
    int64_t n = dice_below(&m->dice, 1000);
    size_t i = 0;
    while (i + 1 < s->hour_count && n >= s->hours[i].share)
        n -= s->hours[i++].share;
    return date_at(day, s->hours[i].minute) + dice_below(&m->dice, 30 * 60) * 1000;
}

static void add_planned(Maker *m, Planned *p)
{
    p->dice = dice_roll(&m->dice);
    if (!p->line || p->at >= m->spec->end) return;
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 1024;
        Planned *more = arena_array(m->mem, Planned, cap);
        if (m->n) memcpy(more, m->out, m->n * sizeof *more);
        m->out = more;
        m->cap = cap;
    }
    p->no = (int64_t)m->n; /* keeps the order of cases that begin together */
    m->out[m->n++] = *p;
}

static void add_case(Maker *m, const Series *s, Date day)
{
    const PlanSpec *spec = m->spec;
    Date *last = m->last + (size_t)(s - spec->script->series) * spec->place_count;
    Planned p = {.at = draw_hour(m, day), .series = s, .path = draw_path(m, s)};
    int month = date_civil(day).month;
    for (int i = 0; i < TRIES && !p.line; i++) {
        p.place = draw_place(m);
        if (last[p.place] > day - spec->script->apart) continue;
        p.line = draw_line(m, s, p.path, (Words){0}, &spec->places[p.place], month);
    }
    p.reporter = draw_reporter(m, s);
    p.through = dice_below(&m->dice, 1000) < s->through && p.path->steps[0]->through;
    p.steps = p.path->count;
    add_planned(m, &p);
    if (p.line) last[p.place] = day;
}

/* Looks for another subject of the cell, from a place that is drawn on. */
static void draw_neighbour(Maker *m, const Scene *scene, size_t home, Planned *p)
{
    const PlanSpec *spec = m->spec;
    int month = date_civil(instant_date(p->at)).month;
    size_t n = spec->place_count, from = (size_t)dice_below(&m->dice, (int64_t)n);
    for (size_t i = 0; i < n && !p->line; i++) {
        p->place = (from + i) % n;
        const Place *place = &spec->places[p->place];
        bool fits = scene->near ? p->place != home && place->cell == spec->places[home].cell
                                : p->place == home;
        if (fits && place->colour.p)
            p->line = draw_line(m, scene->series, scene->path, scene->draw, place, month);
    }
}

Instant scene_start(const Scene *scene, Instant end)
{
    if (scene->ago) return end - scene->ago * MS_MINUTE;
    return date_at(instant_date(end) - (Date)scene->days, scene->minute);
}

/* Its steps are brisk: whatever day it is played on, the case gets where it is meant to be. */
static void add_scene(Maker *m, const Scene *scene)
{
    const PlanSpec *spec = m->spec;
    Instant at = scene_start(scene, spec->end);
    Planned p = {.at = at,
                 .brisk = true,
                 .series = scene->series,
                 .path = scene->path,
                 .steps = (size_t)scene->steps,
                 .reporter = scene->series->reporters[0].role};
    size_t home = 0;
    while (home < spec->place_count && !str_eq(spec->places[home].code, scene->subject))
        home++;
    if (p.steps > p.path->count) p.steps = p.path->count;
    if (instant_date(at) < spec->first || home == spec->place_count) return;
    draw_neighbour(m, scene, home, &p);
    add_planned(m, &p);
}

static void add_series(Maker *m, const Series *s, Date last)
{
    const PlanSpec *spec = m->spec;
    int64_t year = year_weight(spec, last), rest = 500;
    for (Date d = spec->first; d <= last && year; d++) {
        /* in thousandths, a tenth more or less, so that no day is like another */
        int64_t w = plan_weight(spec->script, spec->calendar, d);
        int64_t due = s->year * w / year * 1000 + s->year * w % year * 1000 / year;
        rest += due * (900 + dice_below(&m->dice, 201)) / 1000;
        for (; rest >= 1000; rest -= 1000)
            add_case(m, s, d);
    }
}

static int by_time(const void *a, const void *b)
{
    const Planned *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->no > y->no) - (x->no < y->no);
}

size_t plan_make(Arena *mem, const PlanSpec *spec, Planned **out)
{
    Maker m = {.spec = spec, .dice = (Dice)spec->script->seed, .mem = mem};
    size_t calls = spec->script->series_count * spec->place_count;
    weigh_places(&m);
    m.last = arena_array(mem, Date, calls);
    for (size_t i = 0; i < calls; i++)
        m.last[i] = DATE_MIN;
    bool any = spec->place_count && m.heaps[spec->place_count - 1] > 0;
    for (size_t i = 0; i < spec->script->series_count && any; i++)
        add_series(&m, &spec->script->series[i], instant_date(spec->end));
    for (size_t i = 0; i < spec->script->scene_count && any; i++)
        add_scene(&m, &spec->script->scenes[i]);
    if (m.n) qsort(m.out, m.n, sizeof *m.out, by_time);
    for (size_t i = 0; i < m.n; i++)
        m.out[i].no = (int64_t)i + 1;
    *out = m.out;
    return m.n;
}

/* ---- reaction times ---- */

/* The spans of a day in which people get to something. */
static Office open_spans(WaitIn in, const Calendar *cal, Date day)
{
    Office whole = {.spans = {{0, DAY_MINUTES}}, .count = 1};
    if (in == IN_CLOCK) return whole;
    if (in == IN_DAY) return (Office){.spans = {{DAY_FROM, DAY_TO}}, .count = 1};
    Office office = calendar_office(cal);
    if (!calendar_is_working(cal, day)) return (Office){.count = 0};
    return office.count ? office : whole;
}

/* That many minutes of open time later. */
static Instant walk(WaitIn in, const Calendar *cal, Instant from, int64_t minutes)
{
    int64_t left = minutes * MS_MINUTE;
    if (in == IN_CLOCK) return from + left;
    Date day = instant_date(from);
    for (Date d = day; d <= day + LOOK_AHEAD; d++) {
        Office o = open_spans(in, cal, d);
        for (size_t i = 0; i < o.count; i++) {
            Instant a = date_at(d, o.spans[i].from), b = date_at(d, o.spans[i].to);
            if (a < from) a = from;
            if (a >= b) continue;
            if (left <= b - a) return a + left;
            left -= b - a;
        }
    }
    return from + left;
}

static bool is_open(WaitIn in, const Calendar *cal, Instant t)
{
    Office o = open_spans(in, cal, instant_date(t));
    int minute = instant_minute(t);
    for (size_t i = 0; i < o.count; i++)
        if (o.spans[i].from <= minute && minute < o.spans[i].to) return true;
    return false;
}

/* The end of the open time before t; NIL: none for long. */
static Instant open_before(WaitIn in, const Calendar *cal, Instant t)
{
    Date day = instant_date(t);
    for (Date d = day; d >= day - LOOK_AHEAD; d--) {
        Office o = open_spans(in, cal, d);
        for (size_t i = o.count; i > 0; i--) {
            Instant b = date_at(d, o.spans[i - 1].to);
            if (b <= t) return b;
        }
    }
    return NIL;
}

/* t, or when it falls into closed time an instant nearby that stays within (low, high). */
static Instant into_open(WaitIn in, const Calendar *cal, Dice *dice, Instant t, Instant low,
                         Instant high)
{
    int64_t spread = dice_below(dice, 50) * MS_MINUTE;
    if (is_open(in, cal, t)) return t;
    Instant ahead = walk(in, cal, t, spread / MS_MINUTE + 1);
    if (ahead < high) return ahead;
    Instant back = open_before(in, cal, t);
    return back != NIL && back - spread > low ? back - spread - MS_MINUTE : t;
}

static int64_t draw_bucket(const Wait *wait, Dice *dice)
{
    int64_t n = dice_below(dice, 1000);
    size_t i = 0;
    while (i + 1 < wait->count && n >= wait->buckets[i].share)
        n -= wait->buckets[i++].share;
    const Bucket *b = &wait->buckets[i];
    return b->from + dice_below(dice, b->to - b->from);
}

Instant plan_brisk(Dice *dice, Instant before)
{
    return before + (3 + dice_below(dice, 12)) * MS_MINUTE;
}

Instant plan_next(const Wait *wait, const Calendar *cal, Dice *dice, Instant before,
                  Instant due)
{
    int64_t n = draw_bucket(wait, dice);
    int64_t seconds = dice_below(dice, 60) * 1000;
    Instant least = before + MS_MINUTE, t;
    if (due == NIL || wait->of == WAIT_STEP)
        t = walk(wait->in, cal, before, n) + seconds;
    else {
        bool late = wait->of == WAIT_DUE || n >= 1000 || due <= before;
        t = wait->of == WAIT_DUE ? due + n * MS_MINUTE : before + (due - before) / 1000 * n;
        t = into_open(wait->in, cal, dice, t, before, late ? INSTANT_MAX : due);
    }
    return t < least ? least : t;
}
