/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_counts.h: the figures of the command map (指挥图): how many of the cases that one sees
 * count as open, late, new, suspected major or major, and in which area they lie. Which measure
 * of a flow stands for which figure is said by its definition.
 */
#ifndef CASE_MAP_COUNTS_H
#define CASE_MAP_COUNTS_H

#include "case/case.h"

typedef struct {
    int64_t area;
    int64_t count[FIGURE_COUNT];
} AreaFigures;

typedef struct {
    int64_t total[FIGURE_COUNT];
    AreaFigures *areas; /* by area; those in which nothing counts are left out */
    size_t area_count;
} Figures;

/* Of what view sees in area and all below it (NIL: the region), now: from memory. */
MUST const Err *figures_now(const CaseView *view, int64_t area, Figures *out);
/* The same as it was at an instant before, of the cases that view sees now. Reads the history
 * of each case that was open then: for a thread of its own. When the budget was cut, all
 * figures are "at least". */
MUST const Err *figures_then(const CaseView *view, int64_t area, Instant at, Figures *out);

#endif
