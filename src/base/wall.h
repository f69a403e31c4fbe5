/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wall.h: the wall's clock, as far as it is to be believed. Anybody may set it, and what is
 * stamped by it stays so for good; so it is held against the time since the machine started,
 * which nobody can set. A wall that leaves it by more than WALL_SLACK_MS, in either direction,
 * is astray: until it is right again, or a person accepts it as it is, time goes on as it was.
 *
 * Both clocks are read without a system call. A Wall may be used by any thread.
 */
#ifndef BASE_WALL_H
#define BASE_WALL_H

#include <stdatomic.h>

#include "base/base.h"

/* What corrections of a clock that is kept by the network stay far below. */
#define WALL_SLACK_MS INT64_C(60000)

typedef struct {
    _Atomic int64_t offset; /* ms from the machine's start to 1970, as believed */
    /* The wall stood before a time that is known to have passed. How long ago that was nobody
     * knows: any time after it is believed. */
    _Atomic bool behind;
} Wall;

/* Believes the wall as it is now, unless it stands more than the slack before least (of the
 * last entry; INT64_MIN: nothing is known): then it is astray, and time goes on from least. */
void wall_start(Wall *wall, Instant least);
/* The time that is believed: the wall's own unless it is astray. *out_astray: how far the wall
 * is from it, ms, 0 unless it is astray; may be NULL. */
Instant wall_now(Wall *wall, int64_t *out_astray);
/* Believes the wall as it is now. */
void wall_accept(Wall *wall);

#endif
