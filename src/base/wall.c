/* SPDX-License-Identifier: Apache-2.0 */
/* wall.c: one number is kept: the wall's time at the machine's start. Setting the wall moves
 * it, nothing else does. */
#include "base/wall.h"

#include "base/time.h"

void wall_start(Wall *w, Instant least)
{
    wall_accept(w);
    if (least == INT64_MIN || time_wall() >= least - WALL_SLACK_MS) return;
    atomic_store(&w->offset, least - time_boot());
    atomic_store(&w->behind, true);
}

void wall_accept(Wall *w)
{
    atomic_store(&w->offset, time_wall() - time_boot());
    atomic_store(&w->behind, false);
}

Instant wall_now(Wall *w, int64_t *out_astray)
{
    Instant wall = time_wall(),
            believed = time_boot() + atomic_load_explicit(&w->offset, memory_order_relaxed);
    int64_t astray = wall - believed;
    bool slack = astray >= -WALL_SLACK_MS;
    if (slack && atomic_load_explicit(&w->behind, memory_order_relaxed)) {
        wall_accept(w);
        astray = 0;
    }
    if (slack && astray <= WALL_SLACK_MS) astray = 0;
    if (out_astray) *out_astray = astray;
    return astray ? believed : wall;
}
