/* SPDX-License-Identifier: Apache-2.0 */
/* overlap.h: do two outlines claim the same ground? Private to this folder. */
#ifndef GRID_OVERLAP_H
#define GRID_OVERLAP_H

#include "base/geo.h"

/* Whether the insides of a and b meet, with a place near where they do. Shared borders and
 * corners are no overlap. Exact where edges cross or one lies in the other. */
MUST bool outlines_overlap(Arena *mem, const Outline *a, const Outline *b, Point *out);

#endif
