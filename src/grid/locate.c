/* SPDX-License-Identifier: Apache-2.0 */
/* locate.c: asking the index. How it is made is in locate_build.c, how it looks in memory in
 * locate_parts.h. */
#include <math.h>

#include "grid/locate_parts.h"

/* The first cell of a square with borders that has p, reckoned from the square's corner. */
static int64_t find_in(const Locate *l, const RingRun *run, Square s, Point p)
{
    for (;;) {
        bool in = run->n & RUN_INSIDE;
        uint32_t cell = run->cell, n;
        do {
            n = run->n;
            in ^= way_crosses(l->points + run->first, n & RUN_EDGES, s, p);
            run++;
        } while (n & RUN_MORE);
        if (in) return cell;
        if (n & RUN_LAST) return -1;
    }
}

int64_t locate_find(const Locate *l, Point p)
{
    uint64_t x = (uint64_t)(p.lon - l->west), y = (uint64_t)(p.lat - l->south);
    if ((x | y) >> l->bits) return -1;
    unsigned shift = l->bits;
    uint32_t word = l->root;
    while ((word & WORD_KIND) == WORD_BLOCK) {
        shift -= PART_BITS;
        size_t part = (y >> shift & 3) << 2 | (x >> shift & 3);
        word = l->blocks[word >> WORD_BITS].part[part];
    }
    if ((word & WORD_KIND) == WORD_OWNER) return (int64_t)(word >> WORD_BITS) - 1;
    Square s = {l->west + (int64_t)(x >> shift << shift),
                l->south + (int64_t)(y >> shift << shift)};
    return find_in(l, l->runs + (word >> WORD_BITS), s, p);
}

typedef struct {
    const Locate *l;
    Point p;
    double squeeze, gap; /* the least squared gap so far */
    int64_t cell;
    Point foot;
} LocateSearch;

static void search_runs(LocateSearch *f, const RingRun *run)
{
    uint32_t n;
    do {
        n = run->n;
        const Point *at = f->l->points + run->first;
        for (uint32_t i = 0; i < (n & RUN_EDGES); i++) {
            Point foot;
            double gap = edge_gap(f->p, f->squeeze, at[i], at[i + 1], &foot);
            if (gap > f->gap || (gap == f->gap && run->cell >= f->cell)) continue;
            f->gap = gap;
            f->cell = run->cell;
            f->foot = foot;
        }
        run++;
    } while (!(n & RUN_LAST));
}

static double square_gap(const LocateSearch *f, Square s, int64_t side)
{
    int64_t lon = f->p.lon, lat = f->p.lat, x = 0, y = 0;
    if (lon < s.west) x = s.west - lon;
    if (lon > s.west + side) x = lon - s.west - side;
    if (lat < s.south) y = s.south - lat;
    if (lat > s.south + side) y = lat - s.south - side;
    double dx = (double)x * f->squeeze, dy = (double)y;
    return (dx * dx + dy * dy) * (1 - 1e-9); /* never above an edge's own reckoning */
}

/* Nearer parts first, and none that begins farther away than what is found. */
static void search(LocateSearch *f, uint32_t word, Square s, unsigned bits)
{
    if ((word & WORD_KIND) == WORD_RUNS) search_runs(f, f->l->runs + (word >> WORD_BITS));
    if ((word & WORD_KIND) != WORD_BLOCK) return;
    const LocateBlock *block = &f->l->blocks[word >> WORD_BITS];
    int64_t side = INT64_C(1) << (bits -= PART_BITS);
    int order[PARTS];
    double gap[PARTS];
    for (int i = 0; i < PARTS; i++) {
        Square part = {s.west + (i & 3) * side, s.south + (i >> 2) * side};
        double g = square_gap(f, part, side);
        int j = i;
        for (; j > 0 && gap[j - 1] > g; j--) {
            gap[j] = gap[j - 1];
            order[j] = order[j - 1];
        }
        gap[j] = g;
        order[j] = i;
    }
    for (int i = 0; i < PARTS && gap[i] <= f->gap; i++) {
        Square part = {s.west + (order[i] & 3) * side, s.south + (order[i] >> 2) * side};
        search(f, block->part[order[i]], part, bits);
    }
}

int64_t locate_nearest(const Locate *l, Point p, int64_t *metres)
{
    int64_t inside = locate_find(l, p);
    if (inside >= 0) {
        *metres = 0;
        return inside;
    }
    LocateSearch f = {l, p, point_squeeze(p), INFINITY, INT64_MAX, p};
    search(&f, l->root, (Square){l->west, l->south}, l->bits);
    if (f.cell == INT64_MAX) return -1;
    *metres = point_distance(p, f.foot);
    return f.cell;
}

size_t locate_memory(const Locate *l)
{
    return sizeof *l + l->point_count * sizeof *l->points + l->block_count * sizeof *l->blocks +
           l->run_count * sizeof *l->runs;
}
