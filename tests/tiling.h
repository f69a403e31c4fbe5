/* SPDX-License-Identifier: Apache-2.0 */
/* tiling.h: made-up ground for tests and benches: cells of very unequal size that tile a
 * rectangle exactly, with jagged shared borders, and an oracle that knows nothing of geo.c. */
#ifndef TESTS_TILING_H
#define TESTS_TILING_H

#include "base/geo.h"

typedef struct {
    Outline *cells;
    uint32_t n;
    Box box;
} Tiling;

/* The next number of a sequence (splitmix64, Steele, Lea, Flood 2014). */
uint64_t random_next(uint64_t *state);
/* From low to high, both included. */
int64_t random_between(uint64_t *state, int64_t low, int64_t high);

/* About want cells over the box; 0 to bends corners are put into each stretch of border.
 * Skewed: the whole is turned and sheared by an exact integer map, so that few edges are level.
 */
Tiling tiling_make(Arena *mem, uint64_t seed, uint32_t want, uint32_t bends, Box box,
                   bool skew);

/* Half-open crossing by the book, in 128 bits. */
bool oracle_has(const Outline *o, Point p);

#endif
