/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h: a script drawn out: which cases begin when, where, about what, and by which path; and
 * when people get to the next step of one. Pure and repeatable: the same script, subjects and
 * days give the same plan on every machine. Nothing here knows the engine.
 */
#ifndef MAIN_PLAN_H
#define MAIN_PLAN_H

#include "base/calendar.h"
#include "main/script.h"

/* A generator of its own (splitmix64): its state is the seed. */
typedef uint64_t Dice;
MUST uint64_t dice_roll(Dice *dice);
/* From 0 to n - 1; 0 when n is 0. */
MUST int64_t dice_below(Dice *dice, int64_t n);

/* What the plan asks of a subject. */
typedef struct {
    Str code, kind, colour;
    int64_t cell;
    const Str *tags;
    size_t tag_count;
} Place;

typedef struct {
    const Script *script;
    const Calendar *calendar;
    const Place *places;
    size_t place_count;
    Date first;  /* the first day that is played */
    Instant end; /* nothing begins at or after it */
} PlanSpec;

/* One case to be. */
typedef struct {
    Instant at;
    int64_t no; /* 1, 2, … in order of time */
    const Series *series;
    const Path *path;
    const Line *line;
    size_t place;
    size_t steps; /* of the path that are played */
    Role reporter;
    bool brisk;   /* each step follows the one before within a quarter of an hour */
    bool through; /* by way of the first step's `through` */
    Dice dice;    /* for what comes of it */
} Planned;

/* All cases in order of time, in mem. A case for which no place and text are found is left out.
 */
MUST size_t plan_make(Arena *mem, const PlanSpec *spec, Planned **out);

/* The weight of a day as the script says it; whole, of no unit. */
MUST int64_t plan_weight(const Script *script, const Calendar *calendar, Date day);

/* When a scene begins in a play that ends then. */
MUST Instant scene_start(const Scene *scene, Instant end);

/* When somebody gets to the next step of a brisk case. */
MUST Instant plan_brisk(Dice *dice, Instant before);
/* When somebody gets to a step after `before`: at least a minute later; due NIL: as if the step
 * were counted in minutes. */
MUST Instant plan_next(const Wait *wait, const Calendar *calendar, Dice *dice, Instant before,
                       Instant due);

#endif
