/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap.c: two outlines overlap when an edge of one crosses an edge of the other, when a
 * corner of one lies inside the other, or when one holds the other's inner point. All in exact
 * integers; only edges near both outlines are looked at.
 */
#include "grid/overlap.h"

typedef struct {
    Point a, b;
} OverlapEdge;

typedef struct {
    OverlapEdge *all;
    size_t n;
} Edges;

static Box meet(Box a, Box b)
{
    return (Box){a.west > b.west ? a.west : b.west, a.south > b.south ? a.south : b.south,
                 a.east < b.east ? a.east : b.east, a.north < b.north ? a.north : b.north};
}

static bool near(const OverlapEdge *e, Box box)
{
    int32_t west = e->a.lon < e->b.lon ? e->a.lon : e->b.lon,
            east = e->a.lon < e->b.lon ? e->b.lon : e->a.lon;
    int32_t south = e->a.lat < e->b.lat ? e->a.lat : e->b.lat,
            north = e->a.lat < e->b.lat ? e->b.lat : e->a.lat;
    return west <= box.east && east >= box.west && south <= box.north && north >= box.south;
}

static int compare_south(const void *a, const void *b)
{
    const OverlapEdge *x = a, *y = b;
    int32_t p = x->a.lat < x->b.lat ? x->a.lat : x->b.lat,
            q = y->a.lat < y->b.lat ? y->a.lat : y->b.lat;
    return (p > q) - (p < q);
}

/* The edges of an outline that touch the box, by their southern end. */
static Edges edges_near(Arena *mem, const Outline *o, Box box)
{
    Edges edges = {arena_array(mem, OverlapEdge, outline_corners(o)), 0};
    for (uint32_t r = 0; r < o->n; r++)
        for (uint32_t i = 0; i < o->rings[r].n; i++) {
            const Ring *ring = &o->rings[r];
            OverlapEdge e = {ring->at[i], ring->at[i + 1 == ring->n ? 0 : i + 1]};
            if (near(&e, box)) edges.all[edges.n++] = e;
        }
    if (edges.n > 1) qsort(edges.all, edges.n, sizeof *edges.all, compare_south);
    return edges;
}

/* On which side of a–b p lies: 1 left, -1 right, 0 on the line. */
static int side(Point a, Point b, Point p)
{
    Int128 left = (Int128)((int64_t)b.lon - a.lon) * ((int64_t)p.lat - a.lat);
    Int128 right = (Int128)((int64_t)b.lat - a.lat) * ((int64_t)p.lon - a.lon);
    return (left > right) - (left < right);
}

/* Crossing in the inside of both edges. */
static bool cross(const OverlapEdge *x, const OverlapEdge *y)
{
    return side(x->a, x->b, y->a) * side(x->a, x->b, y->b) < 0 &&
           side(y->a, y->b, x->a) * side(y->a, y->b, x->b) < 0;
}

static bool any_cross(const Edges *a, const Edges *b, Point *out)
{
    size_t first = 0;
    for (size_t i = 0; i < a->n; i++) {
        const OverlapEdge *e = &a->all[i];
        int32_t south = e->a.lat < e->b.lat ? e->a.lat : e->b.lat,
                north = e->a.lat < e->b.lat ? e->b.lat : e->a.lat;
        while (first < b->n && b->all[first].a.lat < south && b->all[first].b.lat < south)
            first++; /* wholly below this and all that follow */
        for (size_t k = first; k < b->n; k++) {
            const OverlapEdge *f = &b->all[k];
            if (f->a.lat > north && f->b.lat > north) break;
            if (!near(e, (Box){f->a.lon < f->b.lon ? f->a.lon : f->b.lon, south,
                               f->a.lon < f->b.lon ? f->b.lon : f->a.lon, north}))
                continue;
            if (cross(e, f)) {
                *out = e->a;
                return true;
            }
        }
    }
    return false;
}

static bool on_edge(const Edges *edges, Point p)
{
    Box box = {p.lon, p.lat, p.lon, p.lat};
    for (size_t i = 0; i < edges->n; i++) {
        const OverlapEdge *e = &edges->all[i];
        if (near(e, box) && side(e->a, e->b, p) == 0) return true;
    }
    return false;
}

/* A corner of one set of edges that lies strictly inside the other outline. */
static bool corner_inside(const Edges *corners, const Outline *o, const Edges *borders,
                          Point *out)
{
    for (size_t i = 0; i < corners->n; i++) {
        Point p = corners->all[i].a;
        if (!box_has(o->box, p) || !outline_has(o, p) || on_edge(borders, p)) continue;
        *out = p;
        return true;
    }
    return false;
}

bool outlines_overlap(Arena *mem, const Outline *a, const Outline *b, Point *out)
{
    if (!a->n || !b->n || !box_meets(a->box, b->box)) return false;
    Box box = meet(a->box, b->box);
    if (box.west == box.east || box.south == box.north) return false; /* side by side */
    Edges ea = edges_near(mem, a, box), eb = edges_near(mem, b, box);
    if (any_cross(&ea, &eb, out)) return true;
    if (corner_inside(&ea, b, &eb, out) || corner_inside(&eb, a, &ea, out)) return true;
    Point pa = outline_label(mem, a), pb = outline_label(mem, b);
    *out = pa;
    if (outline_has(b, pa) && !on_edge(&eb, pa)) return true;
    *out = pb;
    return outline_has(a, pb) && !on_edge(&ea, pb);
}
