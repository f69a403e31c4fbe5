/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locate.c: the index of cells beside GEOS (STRtree of boxes, prepared polygons) on the same
 * ground, in one run, turn by turn: speed, memory, and whether both say the same.
 *
 * GEOS gets the grid's integers as coordinates, so that nothing is rounded. On a border GEOS
 * says "touches" of every cell that ends there and we say one of them: such a point differs
 * only if our cell is not among GEOS' ones. Off the borders both must agree, and everywhere we
 * must say what the half-open rule says, reckoned anew in 128 bits for each cell whose box has
 * the point. Times are CPU times of the process.
 *
 * Usage: bench_locate [cells [points [seed]]]
 */
#include <geos_c.h>
#include <malloc.h>
#include <time.h>

#include "grid/locate.h"
#include "tiling.h"

enum { ROUNDS = 3 };

typedef struct {
    const Tiling *t;
    GEOSContextHandle_t geos;
    GEOSSTRtree *tree;
    GEOSGeometry **shape;
    const GEOSPreparedGeometry **ready;
    uint32_t *number;
} Peer;

typedef struct {
    const Peer *peer;
    GEOSGeometry *shape;
    Point p;
    int64_t cell, exact;
    uint32_t borders;   /* cells on whose border the point is */
    bool on_our_border; /* … and ours is one of them */
    int64_t ours;
} Question;

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double heap(void)
{
    struct mallinfo2 m = mallinfo2();
    return (double)m.uordblks + (double)m.hblkhd;
}

static void peer_make(Peer *p, const Tiling *t, Arena *mem)
{
    p->t = t;
    p->geos = GEOS_init_r();
    p->tree = GEOSSTRtree_create_r(p->geos, 10);
    p->shape = arena_array(mem, GEOSGeometry *, t->n);
    p->ready = arena_array(mem, const GEOSPreparedGeometry *, t->n);
    p->number = arena_array(mem, uint32_t, t->n);
    for (uint32_t i = 0; i < t->n; i++) {
        const Ring *r = &t->cells[i].rings[0];
        GEOSCoordSequence *s = GEOSCoordSeq_create_r(p->geos, r->n + 1, 2);
        for (uint32_t j = 0; j <= r->n; j++) {
            Point at = r->at[j % r->n];
            GEOSCoordSeq_setXY_r(p->geos, s, j, at.lon, at.lat);
        }
        GEOSGeometry *ring = GEOSGeom_createLinearRing_r(p->geos, s);
        p->shape[i] = GEOSGeom_createPolygon_r(p->geos, ring, NULL, 0);
        p->ready[i] = GEOSPrepare_r(p->geos, p->shape[i]);
        p->number[i] = i;
        GEOSSTRtree_insert_r(p->geos, p->tree, p->shape[i], &p->number[i]);
    }
}

static void peer_free(Peer *p)
{
    GEOSSTRtree_destroy_r(p->geos, p->tree);
    for (uint32_t i = 0; i < p->t->n; i++) {
        GEOSPreparedGeom_destroy_r(p->geos, p->ready[i]);
        GEOSGeom_destroy_r(p->geos, p->shape[i]);
    }
    GEOS_finish_r(p->geos);
}

static void peer_hit(void *item, void *data)
{
    Question *q = data;
    uint32_t i = *(const uint32_t *)item;
    if (q->cell < 0 &&
        GEOSPreparedIntersects_r(q->peer->geos, q->peer->ready[i], q->shape) == 1)
        q->cell = i;
}

static int64_t peer_find(const Peer *p, Point at)
{
    Question q = {.peer = p, .cell = -1};
    q.shape = GEOSGeom_createPointFromXY_r(p->geos, at.lon, at.lat);
    GEOSSTRtree_query_r(p->geos, p->tree, q.shape, peer_hit, &q);
    GEOSGeom_destroy_r(p->geos, q.shape);
    return q.cell;
}

static void judge_hit(void *item, void *data)
{
    Question *q = data;
    const Peer *p = q->peer;
    uint32_t i = *(const uint32_t *)item;
    if (oracle_has(&p->t->cells[i], q->p)) q->exact = q->exact == -1 ? (int64_t)i : -2;
    if (GEOSPreparedContains_r(p->geos, p->ready[i], q->shape) == 1)
        q->cell = i;
    else if (GEOSPreparedIntersects_r(p->geos, p->ready[i], q->shape) == 1) {
        q->borders++;
        q->on_our_border |= q->ours == (int64_t)i;
    }
}

typedef struct {
    uint32_t borders, wrong, differ;
} Verdict;

static void judge(const Peer *p, const Locate *l, Point at, Verdict *v)
{
    Question q = {.peer = p, .p = at, .cell = -1, .exact = -1, .ours = locate_find(l, at)};
    q.shape = GEOSGeom_createPointFromXY_r(p->geos, at.lon, at.lat);
    GEOSSTRtree_query_r(p->geos, p->tree, q.shape, judge_hit, &q);
    GEOSGeom_destroy_r(p->geos, q.shape);
    v->wrong += q.ours != q.exact;
    v->borders += q.borders > 0;
    if (q.borders == 0)
        v->differ += q.ours != q.cell;
    else /* the outer rim's right and upper edges belong to nobody */
        v->differ += !q.on_our_border && q.ours != -1;
}

static Point in_box(uint64_t *dice, Box b)
{
    return (Point){(int32_t)random_between(dice, b.west, b.east),
                   (int32_t)random_between(dice, b.south, b.north)};
}

/* A corner, a grid point exactly or nearly on an edge, or the neighbour of one. */
static Point on_border(uint64_t *dice, const Tiling *t)
{
    const Ring *r = &t->cells[random_next(dice) % t->n].rings[0];
    uint32_t i = (uint32_t)(random_next(dice) % r->n);
    Point a = r->at[i], b = r->at[(i + 1) % r->n];
    if (random_next(dice) % 2) {
        int64_t part = random_between(dice, 0, 8);
        a.lon += (int32_t)(((int64_t)b.lon - a.lon) * part / 8);
        a.lat += (int32_t)(((int64_t)b.lat - a.lat) * part / 8);
    }
    if (random_next(dice) % 4) return a;
    return (Point){a.lon + (int32_t)random_between(dice, -1, 1),
                   a.lat + (int32_t)random_between(dice, -1, 1)};
}

/* Both answer the same points, in turn; prints the middle of the rounds by ratio. */
static void race(const char *what, const Locate *l, const Peer *p, const Point *at, uint32_t n)
{
    double ours[ROUNDS], theirs[ROUNDS];
    volatile int64_t sum = 0; /* so that nothing is left out */
    for (int round = 0; round < ROUNDS; round++) {
        double start = cpu();
        for (uint32_t i = 0; i < n; i++)
            sum += locate_find(l, at[i]);
        double between = cpu();
        for (uint32_t i = 0; i < n; i++)
            sum -= peer_find(p, at[i]);
        ours[round] = (between - start) / n;
        theirs[round] = (cpu() - between) / n;
    }
    for (int i = 0; i < ROUNDS; i++) /* by ratio */
        for (int j = i + 1; j < ROUNDS; j++)
            if (theirs[j] / ours[j] < theirs[i] / ours[i]) {
                double o = ours[i], q = theirs[i];
                ours[i] = ours[j], theirs[i] = theirs[j];
                ours[j] = o, theirs[j] = q;
            }
    double o = ours[ROUNDS / 2], q = theirs[ROUNDS / 2];
    printf("locate: %s: %.2f M/s (%.0f ns), GEOS %.2f M/s (%.0f ns), ratio %.1f\n", what,
           1e-6 / o, o * 1e9, 1e-6 / q, q * 1e9, q / o);
}

static uint32_t argument(char **argv, int argc, int i, uint32_t otherwise)
{
    int64_t n;
    if (i >= argc) return otherwise;
    if (str_int(str(argv[i]), &n) && n > 0 && n <= 100000000) return (uint32_t)n;
    fprintf(stderr, "usage: bench_locate [cells [points [seed]]]\n");
    exit(2);
}

static void say_ground(const Tiling *t)
{
    size_t corners = 0;
    double least = 1e300, most = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        double area = (double)outline_area2(&t->cells[i]) / 2;
        corners += outline_corners(&t->cells[i]);
        least = area < least ? area : least;
        most = area > most ? area : most;
    }
    printf("locate: %u cells, %.1f corners each, largest %.0e times the smallest\n", t->n,
           (double)corners / t->n, most / least);
}

int main(int argc, char **argv)
{
    uint32_t want = argument(argv, argc, 1, 100000), n = argument(argv, argc, 2, 300000);
    uint64_t seed = argument(argv, argc, 3, 1);
    Arena *mem = arena_new(1 << 20), *own = arena_new(1 << 16);
    Tiling t = tiling_make(mem, seed, want, 4,
                           (Box){1050000000, 300000000, 1065000000, 312000000}, true);
    say_ground(&t);
    Point *area = arena_array(mem, Point, n), *cell = arena_array(mem, Point, n);
    for (uint32_t i = 0; i < n; i++) {
        area[i] = in_box(&seed, t.box);
        cell[i] = in_box(&seed, t.cells[random_next(&seed) % t.n].box);
    }
    double start = cpu();
    const Locate *l = locate_build(own, t.cells, t.n);
    double built = cpu() - start, before = heap();
    Peer p = {0};
    start = cpu();
    peer_make(&p, &t, mem);
    (void)peer_find(&p, area[0]); /* the tree is packed by the first question */
    printf("locate: build %.2f s, GEOS %.2f s\n", built, cpu() - start);
    race("points spread by area", l, &p, area, n);
    race("points spread by cell", l, &p, cell, n);
    double memory = (double)locate_memory(l), peers = heap() - before;
    printf("locate: memory %.1f MB, GEOS %.1f MB, ratio %.2f\n", memory / 1e6, peers / 1e6,
           memory / peers);
    Verdict v = {0};
    for (uint32_t i = 0; i < n; i++)
        judge(&p, l, i % 3 == 0 ? area[i] : i % 3 == 1 ? cell[i] : on_border(&seed, &t), &v);
    printf("locate: %u points, %u of them on borders: %u mismatches with the exact reference, "
           "%u with GEOS\n",
           n, v.borders, v.wrong, v.differ);
    peer_free(&p);
    arena_free(own);
    arena_free(mem);
    return v.wrong || v.differ;
}
