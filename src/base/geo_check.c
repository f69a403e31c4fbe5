/* SPDX-License-Identifier: Apache-2.0 */
/* geo_check.c: the proof that an outline is sound. A sweep over the edges finds every pair that
 * meets; what meets is judged by exact orientation; then each ring is placed among the others.
 */
#include "base/geo.h"

const Err OUTLINE_CROSS = {.kind = ERR_INVALID,
                           .code = "outline-cross",
                           .zh = "{1} 的边在 {0}(经度, 纬度)处交叉",
                           .en = "Edges of {1} cross at {0} (longitude, latitude)"};
const Err OUTLINE_DOUBLE = {.kind = ERR_INVALID,
                            .code = "outline-double",
                            .zh = "{1} 的边在 {0}(经度, 纬度)处重叠",
                            .en = "Edges of {1} run along each other at {0} (longitude, "
                                  "latitude)"};
const Err OUTLINE_TOUCH = {.kind = ERR_INVALID,
                           .code = "outline-touch",
                           .zh = "{1} 的环在 {0}(经度, 纬度)处碰到自己",
                           .en = "The ring {1} touches itself at {0} (longitude, latitude)"};
const Err OUTLINE_NEST = {
    .kind = ERR_INVALID,
    .code = "outline-nest",
    .zh = "{1} 的环(从 {0} 起)位置不对:洞应在自己的多边形内,多边形应在其他多边形之外",
    .en = "The ring {1} (from {0}) is misplaced: a hole belongs inside its polygon, a polygon "
          "outside the others"};

typedef struct {
    int32_t low, high, left, right; /* along and across the sweep */
    uint32_t ring, corner;          /* from this corner to the next */
} RingEdge;

typedef struct {
    Arena *mem;
    const Outline *o;
} RingCheck;

static Point corner(const RingCheck *c, uint32_t ring, uint32_t i)
{
    const Ring *r = &c->o->rings[ring];
    return r->at[i < r->n ? i : i - r->n];
}

static const Err *fault(const RingCheck *c, const Err *like, uint32_t ring, Point spot)
{
    Str where = outline_place(c->mem, c->o, ring);
    return err_field(c->mem, err_make(c->mem, like, point_text(c->mem, spot), where), where);
}

/* Of two rings that meet the one to blame. */
static uint32_t later(const RingEdge *e, const RingEdge *f)
{
    return e->ring > f->ring ? e->ring : f->ring;
}

/* Which side of a→b the point is on: 1 left, -1 right, 0 on the line. */
static int side(Point a, Point b, Point p)
{
    Int128 d = (Int128)((int64_t)b.lon - a.lon) * ((int64_t)p.lat - a.lat) -
               (Int128)((int64_t)b.lat - a.lat) * ((int64_t)p.lon - a.lon);
    return (d > 0) - (d < 0);
}

static bool same(Point a, Point b)
{
    return a.lon == b.lon && a.lat == b.lat;
}

/* Whether p, which is on the line of a–b, is on the edge itself. */
static bool between(Point a, Point b, Point p)
{
    return (a.lon < b.lon ? a.lon <= p.lon && p.lon <= b.lon
                          : b.lon <= p.lon && p.lon <= a.lon) &&
           (a.lat < b.lat ? a.lat <= p.lat && p.lat <= b.lat
                          : b.lat <= p.lat && p.lat <= a.lat);
}

/* The two ways that lead from spot along the ring of an edge on which it is. */
static void arms(const RingCheck *c, const RingEdge *e, Point spot, Point out[2])
{
    uint32_t n = c->o->rings[e->ring].n;
    out[0] = corner(c, e->ring, e->corner);
    out[1] = corner(c, e->ring, e->corner + 1);
    if (same(out[0], spot))
        out[0] = corner(c, e->ring, e->corner + n - 1);
    else if (same(out[1], spot))
        out[1] = corner(c, e->ring, e->corner + 2);
}

/* Whether the way from spot to p leads into the angle from a, turning left, to b. */
static bool in_angle(Point spot, Point a, Point b, Point p)
{
    int turn = side(spot, a, b);
    if (turn > 0) return side(spot, a, p) > 0 && side(spot, p, b) > 0;
    if (turn < 0) return !(side(spot, b, p) >= 0 && side(spot, p, a) >= 0);
    return side(spot, a, p) > 0;
}

/* Two rings meet at a corner of one of them: do they pass through each other there? */
static bool passes(const RingCheck *c, const RingEdge *e, const RingEdge *f, Point spot)
{
    Point a[2], b[2];
    arms(c, e, spot, a);
    arms(c, f, spot, b);
    for (int i = 0; i < 2; i++) /* along each other: the pair of those edges says so */
        for (int j = 0; j < 2; j++)
            if (side(spot, a[i], b[j]) == 0 &&
                (between(spot, a[i], b[j]) || between(spot, b[j], a[i])))
                return false;
    return in_angle(spot, a[0], a[1], b[0]) != in_angle(spot, a[0], a[1], b[1]);
}

/* Where two edges that cross do so, rounded. */
static Point crossing(Point a, Point b, Point c, Point d)
{
    double rx = (double)b.lon - a.lon, ry = (double)b.lat - a.lat;
    double sx = (double)d.lon - c.lon, sy = (double)d.lat - c.lat;
    double t =
        (((double)c.lon - a.lon) * sy - ((double)c.lat - a.lat) * sx) / (rx * sy - ry * sx);
    return (Point){(int32_t)(a.lon + t * rx), (int32_t)(a.lat + t * ry)};
}

/* Judges the point in which an end of one edge lies on the other. */
static const Err *judge_touch(const RingCheck *c, const RingEdge *e, const RingEdge *f,
                              Point spot)
{
    if (e->ring != f->ring)
        return passes(c, e, f, spot) ? fault(c, &OUTLINE_CROSS, later(e, f), spot) : NULL;
    uint32_t n = c->o->rings[e->ring].n;
    uint32_t apart = (f->corner + n - e->corner) % n;
    if (apart == 1 && same(spot, corner(c, f->ring, f->corner))) return NULL;
    if (apart == n - 1 && same(spot, corner(c, e->ring, e->corner))) return NULL;
    return fault(c, &OUTLINE_TOUCH, e->ring, spot);
}

/* Judges two edges whose boxes meet. */
static const Err *judge(const RingCheck *c, const RingEdge *e, const RingEdge *f)
{
    Point p[4] = {corner(c, e->ring, e->corner), corner(c, e->ring, e->corner + 1),
                  corner(c, f->ring, f->corner), corner(c, f->ring, f->corner + 1)};
    int s[4] = {side(p[2], p[3], p[0]), side(p[2], p[3], p[1]), side(p[0], p[1], p[2]),
                side(p[0], p[1], p[3])};
    if (s[0] * s[1] > 0 || s[2] * s[3] > 0) return NULL;
    if (s[0] * s[1] < 0 && s[2] * s[3] < 0)
        return fault(c, &OUTLINE_CROSS, later(e, f), crossing(p[0], p[1], p[2], p[3]));
    const Point *spot = NULL;
    for (int i = 0; i < 4; i++) {
        const Point *other = i < 2 ? &p[2] : &p[0];
        if (s[i] != 0 || !between(other[0], other[1], p[i])) continue;
        if (spot && !same(*spot, p[i])) return fault(c, &OUTLINE_DOUBLE, later(e, f), p[i]);
        spot = &p[i];
    }
    return spot ? judge_touch(c, e, f, *spot) : NULL;
}

static int edge_cmp(const void *a, const void *b)
{
    const RingEdge *x = a, *y = b;
    if (x->low != y->low) return x->low < y->low ? -1 : 1;
    if (x->left != y->left) return x->left < y->left ? -1 : 1;
    if (x->ring != y->ring) return x->ring < y->ring ? -1 : 1;
    return x->corner < y->corner ? -1 : x->corner > y->corner;
}

static RingEdge edge_make(const RingCheck *c, uint32_t ring, uint32_t i, bool eastward)
{
    Point a = corner(c, ring, i), b = corner(c, ring, i + 1);
    RingEdge e = {a.lat, b.lat, a.lon, b.lon, ring, i};
    if (eastward) e = (RingEdge){a.lon, b.lon, a.lat, b.lat, ring, i};
    if (e.low > e.high) {
        int32_t t = e.low;
        e.low = e.high;
        e.high = t;
    }
    if (e.left > e.right) {
        int32_t t = e.left;
        e.left = e.right;
        e.right = t;
    }
    return e;
}

/* Whether the edges, measured by the box, are shorter from west to east than from south to
 * north. */
static bool sweep_eastward(const Outline *o)
{
    double lon = 0, lat = 0;
    for (uint32_t k = 0; k < o->n; k++)
        for (uint32_t i = 0, last = o->rings[k].n - 1; i < o->rings[k].n; last = i++) {
            Point a = o->rings[k].at[last], b = o->rings[k].at[i];
            lon += a.lon < b.lon ? (double)b.lon - a.lon : (double)a.lon - b.lon;
            lat += a.lat < b.lat ? (double)b.lat - a.lat : (double)a.lat - b.lat;
        }
    return lon / ((double)o->box.east - o->box.west) <
           lat / ((double)o->box.north - o->box.south);
}

static const Err *check_edges(const RingCheck *c, Arena *scratch)
{
    uint32_t n = 0, live = 0;
    bool eastward = sweep_eastward(c->o);
    RingEdge *edges = arena_array(scratch, RingEdge, outline_corners(c->o));
    uint32_t *open = arena_array(scratch, uint32_t, outline_corners(c->o));
    for (uint32_t k = 0; k < c->o->n; k++)
        for (uint32_t i = 0; i < c->o->rings[k].n; i++)
            edges[n++] = edge_make(c, k, i, eastward);
    qsort(edges, n, sizeof *edges, edge_cmp);
    for (uint32_t i = 0; i < n; i++) {
        const RingEdge *e = &edges[i];
        for (uint32_t j = 0; j < live;) {
            const RingEdge *f = &edges[open[j]];
            if (f->high < e->low) {
                open[j] = open[--live];
                continue;
            }
            j++;
            if (f->left > e->right || e->left > f->right) continue;
            const Err *fails = judge(c, f, e);
            if (fails) return fails;
        }
        open[live++] = i;
    }
    return NULL;
}

/* An edge's crossing of the line half a unit north of lat, as a fraction: with corners on the
 * grid the line meets edges in their inside only. */
typedef struct {
    Int128 num;
    int64_t den; /* above 0 */
} Cut;

static bool cut_at(Point a, Point b, int32_t lat, Cut *out)
{
    if ((a.lat <= lat) == (b.lat <= lat)) return false;
    int64_t rise = (int64_t)b.lat - a.lat, run = (int64_t)b.lon - a.lon;
    Int128 num = (Int128)a.lon * 2 * rise + (Int128)run * (2 * ((int64_t)lat - a.lat) + 1);
    *out = rise > 0 ? (Cut){num, rise} : (Cut){-num, -rise};
    return true;
}

static bool cut_before(Cut a, Cut b)
{
    return a.num * b.den < b.num * a.den;
}

/* Where the line half a unit above a ring's southern end enters it first. */
static Cut first_cut(const Ring *r, int32_t south)
{
    Cut best = {0, 0}, cut;
    for (uint32_t i = 0, last = r->n - 1; i < r->n; last = i++)
        if (cut_at(r->at[last], r->at[i], south, &cut) && (!best.den || cut_before(cut, best)))
            best = cut;
    return best;
}

static bool ring_holds(const Ring *r, int32_t south, Cut of)
{
    bool in = false;
    Cut cut;
    for (uint32_t i = 0, last = r->n - 1; i < r->n; last = i++)
        if (cut_at(r->at[last], r->at[i], south, &cut)) in ^= cut_before(cut, of);
    return in;
}

/* Edges do not cross: a ring is wholly inside or outside each other one. It must stand directly
 * in its own polygon if it is a hole, in nothing or in a hole if not. */
static const Err *check_nesting(const RingCheck *c, Arena *scratch)
{
    uint32_t n = c->o->n;
    Box *box = arena_array(scratch, Box, n);
    for (uint32_t i = 0; i < n; i++)
        box[i] = ring_box(&c->o->rings[i]);
    for (uint32_t i = 0, own = 0; i < n; i++) {
        const Ring *ring = &c->o->rings[i];
        if (!ring->hole) own = i;
        Cut probe = first_cut(ring, box[i].south);
        uint32_t around = n;
        Int128 least = 0;
        for (uint32_t j = 0; j < n; j++) {
            const Ring *other = &c->o->rings[j];
            if (j == i || box[j].west > box[i].west || box[j].south > box[i].south ||
                box[j].east < box[i].east || box[j].north < box[i].north)
                continue;
            if (!ring_holds(other, box[i].south, probe)) continue;
            Int128 area = ring_area2(other);
            if (area < 0) area = -area;
            if (around < n && area >= least) continue;
            around = j;
            least = area;
        }
        bool fits = ring->hole ? around == own : around == n || c->o->rings[around].hole;
        if (!fits) return fault(c, &OUTLINE_NEST, i, ring->at[0]);
    }
    return NULL;
}

const Err *outline_check(Arena *mem, const Outline *o)
{
    RingCheck c = {mem, o};
    Arena *scratch = arena_new(0);
    const Err *e = check_edges(&c, scratch);
    if (!e) e = check_nesting(&c, scratch);
    arena_free(scratch);
    return e;
}
