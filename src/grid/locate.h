/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locate.h: which cell is a point in? An index in memory over the outlines of cells of very
 * unequal size, built once and never changed, so that any thread may ask it.
 *
 * The ground is cut into squares, each into 4 × 4 smaller ones where borders are dense. A
 * square inside one cell names it; a square with borders in it holds the few runs of corners
 * that pass through and who owns its south-west corner: the owner of a point follows by
 * counting borders crossed on the way from there, exactly as outline_has would decide, without
 * a look at the rest of the outlines.
 */
#ifndef GRID_LOCATE_H
#define GRID_LOCATE_H

#include "base/geo.h"

typedef struct Locate Locate;

/* An index over cells[0 … n − 1]; those without outline (n == 0) are never found. The outlines
 * are copied: they may go. Where outlines overlap the earlier position wins. It lives in mem,
 * which should be an arena of its own. At most 2^30 − 2 cells, 2^30 corners. */
MUST const Locate *locate_build(Arena *mem, const Outline *cells, uint32_t n);
/* The position of the cell that p belongs to by outline_has, or -1. */
MUST int64_t locate_find(const Locate *l, Point p);
/* The position of the nearest cell and the whole metres to it as outline_distance says; 0 for a
 * point inside; -1, and *metres untouched, when there is no outline at all. Nearest is judged
 * on the flat map around p; of cells equally near the earlier position. */
MUST int64_t locate_nearest(const Locate *l, Point p, int64_t *metres);
/* Bytes of memory, corners included. */
MUST size_t locate_memory(const Locate *l);

#endif
