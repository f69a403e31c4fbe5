/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c: draws days, hours, places, texts and reaction times, all from dice that are seeded.
 */
#include "app/plan.h"

#include "base/deadline.h"

#define TRIES    2000 /* places looked at for a text that fits */
#define DAY_FROM 450  /* 07:30 */
#define DAY_TO   1290 /* 21:30 */
#define REDRAWS  50   /* of a reaction time that falls into closed time */

/* ---- the script ---- */

const Node *script_item(const Node *map, Str name)
{
    for (size_t i = 0; map && i < map->count; i++)
        if (str_eq(map->keys[i].text, name)) return &map->items[i];
    return NULL;
}

static int64_t number(Str text)
{
    int64_t n = 0;
    bool fine = str_int(text, &n);
    assert(fine);
    return n;
}

int64_t script_int(const Node *node, const char *key)
{
    Str text = node_text(node, key);
    return text.p ? number(text) : 0;
}

Date script_date(const Node *node, const char *key)
{
    Date d;
    const Err *e = date_parse(node_text(node, key), &d);
    assert(!e);
    return d;
}

/* "08:30" as minutes, "6-40" as both its numbers. */
static void two_numbers(Str text, char between, int64_t *out_a, int64_t *out_b)
{
    Str a, b;
    bool fine = str_cut(text, between, &a, &b);
    assert(fine);
    *out_a = number(a);
    *out_b = number(b);
}

static Instant time_on(Date day, Str text)
{
    int64_t hour, minute;
    two_numbers(text, ':', &hour, &minute);
    return date_at(day, (int)(hour * 60 + minute));
}

/* ---- dice ---- */

static uint64_t dice_roll(Dice *dice)
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

/* Which of the items is drawn, by their shares: what they are, or what stands behind key. */
static size_t draw(Dice *dice, const Node *map, const char *key)
{
    int64_t sum = 0, share = 0;
    for (size_t i = 0; i < map->count; i++)
        sum += key ? script_int(&map->items[i], key) : number(map->items[i].text);
    int64_t n = dice_below(dice, sum);
    for (size_t i = 0;; i++, n -= share) {
        share = key ? script_int(&map->items[i], key) : number(map->items[i].text);
        if (n < share || i + 1 == map->count) return i;
    }
}

/* ---- days ---- */

int64_t plan_weight(const Node *script, const Calendar *cal, Date day)
{
    const Node *days = node_get(script, "days");
    Civil c = date_civil(day), after = date_civil(day + 3);
    int weekday = date_weekday(day);
    bool works = calendar_is_working(cal, day);
    size_t as = (size_t)(weekday > 5 && works ? 5 : weekday) - 1;
    int64_t w = number(node_at(node_get(days, "weekdays"), as)->text);
    if (weekday <= 5 && !works) w = w * script_int(days, "holiday") / 100;
    w *= number(node_at(node_get(days, "index"), (size_t)c.month - 1)->text) * 100;
    return after.month == c.month ? w : w * script_int(days, "month_end") / 100;
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
    int64_t heaviest; /* weight of a place */
    Planned *out;
    size_t n, cap;
    Arena *mem;
} Maker;

/* How often a place is called on; a closed subject has no colour, and so never. */
static int64_t place_weight(const PlanSpec *spec, const Place *place)
{
    const Node *weight = script_item(node_get(spec->script, "weights"), place->colour);
    return weight ? number(weight->text) : 0;
}

/* Whether the list behind the key holds the text; one that is absent holds all. */
static bool admits(const Node *line, const char *key, Str text)
{
    const Node *list = node_get(line, key);
    for (size_t i = 0; i < node_many(list); i++)
        if (str_eq(node_at(list, i)->text, text)) return true;
    return !list;
}

static bool says(const Node *line, const Node *words)
{
    for (size_t i = 0; words && i < words->count; i++) {
        const Node *said = script_item(line, words->keys[i].text);
        if (!said || !str_eq(said->text, words->items[i].text)) return false;
    }
    return true;
}

static bool line_fits(const Node *line, const Node *path, const Place *place, Str month)
{
    Str tag = node_text(line, "tag"), has = node_text(path, "has");
    bool tagged = !tag.p;
    if (!admits(line, "kinds", place->kind) || !admits(line, "months", month)) return false;
    for (size_t i = 0; i < place->tag_count; i++)
        tagged |= str_eq(place->tags[i], tag);
    return tagged && (!has.p || script_item(line, has)) && says(line, node_get(path, "draw"));
}

/* Each that fits is as likely as any other; NULL: none does. more: what else it must say. */
static const Node *draw_line(Maker *m, const Planned *p, const Node *more)
{
    const Node *lines = node_get(p->series, "lines"), *found = NULL;
    const Place *place = &m->spec->places[p->place];
    Str month = str_fmt(m->mem, "%d", date_civil(instant_date(p->at)).month);
    int64_t seen = 0;
    for (size_t i = 0; i < node_many(lines); i++) {
        const Node *line = node_at(lines, i);
        if (line_fits(line, p->path, place, month) && says(line, more) &&
            dice_below(&m->dice, ++seen) == 0)
            found = line;
    }
    return found;
}

static void add_planned(Maker *m, Planned *p)
{
    p->dice = dice_roll(&m->dice);
    if (!p->line || p->at >= m->spec->end) return;
    p->no = (int64_t)m->n; /* keeps the order of cases that begin together */
    m->out = arena_grow(m->mem, m->out, m->n, &m->cap, sizeof *p);
    m->out[m->n++] = *p;
}

/* last: by place, when the series called on it. */
static void add_case(Maker *m, const Node *series, Date *last, Date day)
{
    const PlanSpec *spec = m->spec;
    const Node *hours = node_get(spec->script, "hours"), *paths = node_get(series, "paths"),
               *reporters = node_get(series, "reporters");
    Planned p = {.series = series, .path = &paths->items[draw(&m->dice, paths, "weight")]};
    p.at = time_on(day, hours->keys[draw(&m->dice, hours, NULL)].text) +
           dice_below(&m->dice, 30 * 60) * 1000;
    for (int i = 0; i < TRIES && !p.line; i++) {
        p.place = (size_t)dice_below(&m->dice, (int64_t)spec->place_count);
        int64_t weight = place_weight(spec, &spec->places[p.place]);
        bool called = last[p.place] > day - script_int(spec->script, "apart");
        if (dice_below(&m->dice, m->heaviest) < weight && !called)
            p.line = draw_line(m, &p, NULL);
    }
    p.reporter = reporters->keys[draw(&m->dice, reporters, NULL)].text;
    p.through = dice_below(&m->dice, 1000) < script_int(series, "through");
    p.steps = node_many(node_get(p.path, "steps"));
    add_planned(m, &p);
    if (p.line) last[p.place] = day;
}

static void add_series(Maker *m, const Node *series, Date last)
{
    const PlanSpec *spec = m->spec;
    int64_t year = year_weight(spec, last), cases = script_int(series, "year"), rest = 500;
    Date *called = arena_array(m->mem, Date, spec->place_count);
    for (Date d = spec->first; d <= last && year; d++) {
        /* in thousandths, a tenth more or less, so that no day is like another */
        int64_t w = plan_weight(spec->script, spec->calendar, d);
        int64_t due = cases * w / year * 1000 + cases * w % year * 1000 / year;
        rest += due * (900 + dice_below(&m->dice, 201)) / 1000;
        for (; rest >= 1000; rest -= 1000)
            add_case(m, series, called, d);
    }
}

/* ---- scenes ---- */

Instant scene_start(const Node *scene, Instant end)
{
    if (node_get(scene, "ago")) return end - script_int(scene, "ago") * MS_MINUTE;
    return time_on(instant_date(end) - script_int(scene, "days"), node_text(scene, "time"));
}

/* At the scene's subject or, from a place that is drawn on, at another one of its cell. Its
 * steps are brisk: whatever day it is played on, the case gets where it is meant to be. */
static void add_scene(Maker *m, const Node *scene)
{
    const PlanSpec *spec = m->spec;
    const Node *series =
        script_item(node_get(spec->script, "series"), node_text(scene, "series"));
    Str at = node_text(scene, "at");
    Planned p = {.at = scene_start(scene, spec->end),
                 .brisk = true,
                 .series = series,
                 .path = script_item(node_get(series, "paths"), node_text(scene, "path")),
                 .steps = (size_t)script_int(scene, "steps"),
                 .reporter = node_get(series, "reporters")->keys[0].text};
    size_t n = spec->place_count, home = 0, from = (size_t)dice_below(&m->dice, (int64_t)n);
    while (home < n && !str_eq(spec->places[home].code, at.p ? at : node_text(scene, "near")))
        home++;
    if (instant_date(p.at) < spec->first || home == n) return;
    for (size_t i = 0; i < n && !p.line; i++) {
        p.place = at.p ? home : (from + i) % n;
        const Place *place = &spec->places[p.place];
        bool fits = at.p || (p.place != home && place->cell == spec->places[home].cell);
        if (fits && place->colour.p) p.line = draw_line(m, &p, node_get(scene, "draw"));
    }
    add_planned(m, &p);
}

/* ---- all cases ---- */

static int by_time(const void *a, const void *b)
{
    const Planned *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->no > y->no) - (x->no < y->no);
}

size_t plan_make(Arena *mem, const PlanSpec *spec, Planned **out)
{
    Maker m = {.spec = spec, .dice = (Dice)script_int(spec->script, "seed"), .mem = mem};
    const Node *series = node_get(spec->script, "series"),
               *scenes = node_get(spec->script, "scenes");
    for (size_t i = 0; i < spec->place_count; i++) {
        int64_t weight = place_weight(spec, &spec->places[i]);
        if (weight > m.heaviest) m.heaviest = weight;
    }
    for (size_t i = 0; i < series->count && m.heaviest; i++)
        add_series(&m, &series->items[i], instant_date(spec->end));
    for (size_t i = 0; i < node_many(scenes); i++)
        add_scene(&m, node_at(scenes, i));
    if (m.n) qsort(m.out, m.n, sizeof *m.out, by_time);
    for (size_t i = 0; i < m.n; i++)
        m.out[i].no = (int64_t)i + 1;
    *out = m.out;
    return m.n;
}

const Node *plan_step(const Node *script, const Planned *p, size_t i)
{
    const Node *steps = node_get(script, "steps");
    const Node *step = script_item(steps, node_at(node_get(p->path, "steps"), i)->text);
    const Node *through = script_item(steps, node_text(step, "through"));
    step = i == 0 && p->through && through ? through : step;
    assert(step);
    return step;
}

/* ---- reaction times ---- */

/* That many minutes of open time later. */
static Instant walk(Str in, const Calendar *cal, Instant from, int64_t minutes)
{
    if (!minutes || str_is(in, "clock")) return from + minutes * MS_MINUTE;
    if (str_is(in, "office"))
        return due_compute(NULL, cal, (Limit){LIMIT_OFFICE, minutes}, from).at;
    Date day = instant_date(from);
    int64_t into = instant_minute(from) - DAY_FROM, open = DAY_TO - DAY_FROM;
    if (into < 0) from = date_at(day, DAY_FROM);
    if (into >= open) from = date_at(++day, DAY_FROM);
    int64_t run = instant_minute(from) - DAY_FROM + minutes;
    return from + (minutes + run / open * (DAY_MINUTES - open)) * MS_MINUTE;
}

Instant plan_brisk(Dice *dice, Instant before)
{
    return before + (3 + dice_below(dice, 12)) * MS_MINUTE;
}

Instant plan_next(const Node *wait, const Calendar *cal, Dice *dice, Instant before,
                  Instant due)
{
    const Node *shares = node_get(wait, "share");
    Str in = node_text(wait, "in"), of = node_text(wait, "of");
    Instant least = before + MS_MINUTE, t = least;
    int64_t from, to;
    two_numbers(shares->keys[draw(dice, shares, NULL)].text, '-', &from, &to);
    bool counted = due == NIL || str_is(of, "step"), open = false;
    for (int i = 0; i < REDRAWS && !open; i++) {
        int64_t n = from + dice_below(dice, to - from);
        if (counted)
            t = walk(in, cal, before, n) + dice_below(dice, 60) * 1000;
        else
            t = str_is(of, "due") ? due + n * MS_MINUTE : before + (due - before) / 1000 * n;
        open = counted || walk(in, cal, t, 1) == t + MS_MINUTE;
    }
    return t < least ? least : t;
}
