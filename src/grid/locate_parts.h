/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locate_parts.h: the index in memory, for locate.c and locate_build.c only.
 *
 * A square is known by a word: its kind in the low two bits, above them the owner's position +
 * 1 (0: none), the number of the block with its 4 × 4 parts, or the place of its first run. The
 * runs of one square lie together, those of one cell next to each other, cells in order; a cell
 * that has the whole square comes last, as a run without edges.
 */
#ifndef GRID_LOCATE_PARTS_H
#define GRID_LOCATE_PARTS_H

#include "grid/locate.h"

enum { WORD_OWNER, WORD_BLOCK, WORD_RUNS, WORD_BITS = 2, WORD_KIND = 3 };
#define WORD_MOST ((UINT32_C(1) << (32 - WORD_BITS)) - 1)

enum {
    PART_BITS = 2,
    PARTS = 16
}; /* a block has 4 × 4 parts, row by row from the south-west */

typedef struct {
    uint32_t part[PARTS];
} LocateBlock;
_Static_assert(sizeof(LocateBlock) == 64, "a block fills a cache line");

#define RUN_INSIDE UINT32_C(0x80000000) /* its cell has the square's corner */
#define RUN_MORE   UINT32_C(0x40000000) /* the next run is of the same cell */
#define RUN_LAST   UINT32_C(0x20000000) /* no further run in this square */
#define RUN_EDGES  UINT32_C(0x1fffffff)

typedef struct {
    uint32_t first; /* corner from which the edges run on, in points */
    uint32_t cell;
    uint32_t n; /* edges and flags */
} RingRun;

struct Locate {
    const Point *points; /* ring by ring, the first corner repeated at the end */
    const LocateBlock *blocks;
    const RingRun *runs;
    size_t point_count, block_count, run_count;
    int64_t west, south; /* south-west of everything */
    unsigned bits;       /* the whole is 2^bits units wide and high */
    uint32_t root;       /* its word */
};

/* A square by its south-west corner. */
typedef struct {
    int64_t west, south;
} Square;

/* Whether the edge a–b crosses the ray from (lon, lat), moved by the two hairs, to the north.
 */
static inline bool edge_north_of(Point a, Point b, int64_t lon, int64_t lat)
{
    if ((a.lon <= lon) == (b.lon <= lon)) return false;
    if (a.lat > lat && b.lat > lat) return true;
    if (a.lat <= lat && b.lat <= lat) return false;
    /* as in edge_east_of; on the line itself the hair east counts, so the slope decides */
    int64_t rise = (int64_t)b.lat - a.lat, run = (int64_t)b.lon - a.lon;
    int64_t side = rise * (lon - a.lon) - (lat - a.lat) * run;
    if (side == 0) return (rise > 0) == (run > 0);
    return run > 0 ? side > 0 : side < 0;
}

/* Whether the edges from at[0] to at[edges] are crossed an odd number of times on the way from
 * the square's corner north to the point's latitude, then east to the point. */
static inline bool way_crosses(const Point *at, uint32_t edges, Square s, Point p)
{
    bool odd = false;
    for (uint32_t i = 0; i < edges; i++) {
        Point a = at[i], b = at[i + 1];
        if ((a.lat <= p.lat) != (b.lat <= p.lat))
            odd ^= edge_east_of(a, b, s.west, p.lat) ^ edge_east_of(a, b, p.lon, p.lat);
        if ((a.lon <= s.west) != (b.lon <= s.west))
            odd ^= edge_north_of(a, b, s.west, s.south) ^ edge_north_of(a, b, s.west, p.lat);
    }
    return odd;
}

#endif
