/* SPDX-License-Identifier: Apache-2.0 */
/* tiling.c: a rectangle is cut at random, many more cells on one side than on the other; every
 * corner of every piece becomes a corner of all cells it touches; then each stretch of border
 * between two such corners is bent, for both of its cells alike and less than either is thick.
 */
#include "tiling.h"

uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

int64_t random_between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(random_next(state) % (uint64_t)(high - low + 1));
}

bool oracle_has(const Outline *o, Point p)
{
    bool in = false;
    for (uint32_t k = 0; k < o->n; k++)
        for (uint32_t i = 0; i < o->rings[k].n; i++) {
            Point a = o->rings[k].at[i], b = o->rings[k].at[(i + 1) % o->rings[k].n];
            if (a.lat > b.lat) {
                Point t = a;
                a = b;
                b = t;
            }
            if (p.lat < a.lat || p.lat >= b.lat) continue;
            Int128 left = ((Int128)p.lon - a.lon) * ((Int128)b.lat - a.lat);
            Int128 right = ((Int128)b.lon - a.lon) * ((Int128)p.lat - a.lat);
            if (left < right) in = !in;
        }
    return in;
}

typedef struct {
    Point at;
    int32_t thick[2]; /* of the thinner cell along the stretch to the east, to the north */
} Knot;

typedef struct {
    Arena *mem;
    uint64_t seed;
    Box *pieces;
    uint32_t n, bends;
    Knot *knots; /* by lon, then lat */
    Point *rows; /* the same points by lat, then lon */
    uint32_t knot_count;
    bool skew;
    Box box;
} Plan;

static void cut(Plan *p, Box box, uint32_t want)
{
    int64_t width = (int64_t)box.east - box.west, height = (int64_t)box.north - box.south;
    int64_t longer = width > height ? width : height;
    if (want < 2 || longer < 16) {
        p->pieces[p->n++] = box;
        return;
    }
    int32_t at = (int32_t)random_between(&p->seed, longer / 4, longer * 3 / 4);
    uint32_t part = (uint32_t)random_between(&p->seed, 1, want - 1);
    Box low = box, high = box;
    if (width > height)
        low.east = high.west = box.west + at;
    else
        low.north = high.south = box.south + at;
    cut(p, low, part);
    cut(p, high, want - part);
}

static int by_lon(const void *a, const void *b)
{
    const Point *p = a, *q = b;
    if (p->lon != q->lon) return p->lon < q->lon ? -1 : 1;
    return p->lat < q->lat ? -1 : p->lat > q->lat;
}

static int by_lat(const void *a, const void *b)
{
    const Point *p = a, *q = b;
    if (p->lat != q->lat) return p->lat < q->lat ? -1 : 1;
    return p->lon < q->lon ? -1 : p->lon > q->lon;
}

static void tie(Plan *p)
{
    p->rows = arena_array(p->mem, Point, 4 * (size_t)p->n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        Box b = p->pieces[i];
        p->rows[n++] = (Point){b.west, b.south};
        p->rows[n++] = (Point){b.east, b.south};
        p->rows[n++] = (Point){b.east, b.north};
        p->rows[n++] = (Point){b.west, b.north};
    }
    qsort(p->rows, n, sizeof *p->rows, by_lon);
    p->knots = arena_array(p->mem, Knot, n);
    for (uint32_t i = 0; i < n; i++) {
        if (i && by_lon(&p->rows[i], &p->rows[i - 1]) == 0) continue;
        p->knots[p->knot_count++] = (Knot){p->rows[i], {INT32_MAX, INT32_MAX}};
    }
    for (uint32_t i = 0; i < p->knot_count; i++)
        p->rows[i] = p->knots[i].at;
    qsort(p->rows, p->knot_count, sizeof *p->rows, by_lat);
}

static Knot *knot(const Plan *p, Point at)
{
    return bsearch(&at, p->knots, p->knot_count, sizeof *p->knots, by_lon);
}

/* The knots of one side of a piece, from low to high, as places in knots or rows. */
static void side(const Plan *p, Point from, Point to, uint32_t *first, uint32_t *last)
{
    if (from.lon == to.lon) {
        *first = (uint32_t)(knot(p, from) - p->knots);
        *last = (uint32_t)(knot(p, to) - p->knots);
        return;
    }
    const Point *rows = p->rows;
    *first =
        (uint32_t)((const Point *)bsearch(&from, rows, p->knot_count, sizeof from, by_lat) -
                   rows);
    *last =
        (uint32_t)((const Point *)bsearch(&to, rows, p->knot_count, sizeof to, by_lat) - rows);
}

/* Tells each stretch along a side how thick the cell behind it is. */
static void measure(Plan *p, Point from, Point to, int32_t thick)
{
    uint32_t first, last;
    bool north = from.lon == to.lon;
    side(p, from, to, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        Knot *k = north ? &p->knots[i] : knot(p, p->rows[i]);
        if (thick < k->thick[north]) k->thick[north] = thick;
    }
}

typedef struct {
    Point *at;
    uint32_t n, cap;
} Line;

static void add(Arena *mem, Line *line, Point p)
{
    if (line->n == line->cap) {
        line->cap = line->cap ? 2 * line->cap : 32;
        Point *more = arena_array(mem, Point, line->cap);
        if (line->n) memcpy(more, line->at, line->n * sizeof *more);
        line->at = more;
    }
    line->at[line->n++] = p;
}

/* The bends between two neighbouring knots, in order from low to high. */
static uint32_t bend(const Plan *p, Point from, Point to, Point *out)
{
    bool north = from.lon == to.lon;
    int64_t length = north ? (int64_t)to.lat - from.lat : (int64_t)to.lon - from.lon;
    if (p->bends == 0 || length < 64) return 0;
    uint64_t dice = p->seed ^ (uint64_t)(uint32_t)from.lon << 32 ^ (uint32_t)from.lat ^
                    (north ? UINT64_C(0x5bd1e995) << 40 : 0);
    uint32_t n = (uint32_t)random_between(&dice, 0, p->bends);
    int64_t thick = knot(p, from)->thick[north];
    for (uint32_t i = 0; i < n; i++) {
        int64_t along = length * (i + 1) / (n + 1);
        int64_t most = (along < length - along ? along : length - along) * 9 / 10;
        if (most > thick * 2 / 5) most = thick * 2 / 5;
        int64_t across = random_between(&dice, -most, most);
        bool rim = north ? from.lon == p->box.west || from.lon == p->box.east
                         : from.lat == p->box.south || from.lat == p->box.north;
        if (rim) across = 0;
        out[i] = north ? (Point){(int32_t)(from.lon + across), (int32_t)(from.lat + along)}
                       : (Point){(int32_t)(from.lon + along), (int32_t)(from.lat + across)};
    }
    return n;
}

/* One side of a cell, its end left out; back: from high to low. */
static void draw(const Plan *p, Line *line, Point from, Point to, bool back)
{
    uint32_t first, last;
    Point bends[64];
    bool north = from.lon == to.lon;
    side(p, from, to, &first, &last);
    for (uint32_t i = 0; i < last - first; i++) {
        uint32_t k = back ? last - 1 - i : first + i;
        Point a = north ? p->knots[k].at : p->rows[k];
        Point b = north ? p->knots[k + 1].at : p->rows[k + 1];
        uint32_t n = bend(p, a, b, bends);
        add(p->mem, line, back ? b : a);
        for (uint32_t j = 0; j < n; j++)
            add(p->mem, line, bends[back ? n - 1 - j : j]);
    }
}

static Outline cell(const Plan *p, Box b)
{
    Line line = {0};
    Point sw = {b.west, b.south}, se = {b.east, b.south}, ne = {b.east, b.north},
          nw = {b.west, b.north};
    draw(p, &line, sw, se, false);
    draw(p, &line, se, ne, false);
    draw(p, &line, nw, ne, true);
    draw(p, &line, sw, nw, true);
    for (uint32_t i = 0; p->skew && i < line.n; i++) { /* about the box's corner */
        int32_t x = line.at[i].lon - p->box.west, y = line.at[i].lat - p->box.south;
        line.at[i] = (Point){p->box.west + 3 * x + y, p->box.south + 3 * y - x};
    }
    Ring ring = {line.at, line.n, false};
    Outline out;
    const Err *e = outline_make(p->mem, &ring, 1, &out);
    assert(!e);
    return out;
}

Tiling tiling_make(Arena *mem, uint64_t seed, uint32_t want, uint32_t bends, Box box, bool skew)
{
    Arena *scratch = arena_new(1 << 20);
    Plan p = {.mem = scratch, .seed = seed, .bends = bends, .skew = skew, .box = box};
    assert(bends <= 64);
    p.pieces = arena_array(scratch, Box, want);
    cut(&p, box, want);
    tie(&p);
    for (uint32_t i = 0; i < p.n; i++) {
        Box b = p.pieces[i];
        Point sw = {b.west, b.south}, se = {b.east, b.south}, ne = {b.east, b.north},
              nw = {b.west, b.north};
        measure(&p, sw, se, b.north - b.south);
        measure(&p, nw, ne, b.north - b.south);
        measure(&p, sw, nw, b.east - b.west);
        measure(&p, se, ne, b.east - b.west);
    }
    Tiling t = {
        arena_array(mem, Outline, p.n), p.n, {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN}};
    for (uint32_t i = 0; i < p.n; i++) {
        Outline made = cell(&p, p.pieces[i]);
        t.cells[i] = outline_copy(mem, &made);
        t.box = box_join(t.box, made.box);
    }
    arena_free(scratch);
    return t;
}
