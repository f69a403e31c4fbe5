/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h: the script of the demo, defs/demo/play.yaml, drawn out: which cases begin when,
 * where, about what, and by which path; and when people get to the next step of one. Pure and
 * repeatable: the same script, subjects and days give the same plan on every machine. Nothing
 * here knows the engine, and none of the script's flows, moves, fields or matters.
 *
 * The script is the tree of its file, walked as it is. It is compiled in, and
 * tools/check_demo.py proves its form and that its names stand for something: here that is
 * asserted.
 */
#ifndef APP_PLAN_H
#define APP_PLAN_H

#include "base/calendar.h"
#include "def/yaml.h"

/* The item of a map of the script that bears the name; NULL when the map has none or is NULL.
 */
MUST const Node *script_item(const Node *map, Str name);
/* The whole number behind a key; 0 when it is absent. */
MUST int64_t script_int(const Node *node, const char *key);
/* The date behind a key, which is there. */
MUST Date script_date(const Node *node, const char *key);

/* A generator of its own (splitmix64): its state is the seed. */
typedef uint64_t Dice;
/* From 0 to n - 1; 0 when n is 0. */
MUST int64_t dice_below(Dice *dice, int64_t n);

/* What the plan asks of a subject; id is the player's own. */
typedef struct {
    int64_t id;
    Str code, kind, colour;
    int64_t cell;
    const Str *tags;
    size_t tag_count;
} Place;

typedef struct {
    const Node *script;
    const Calendar *calendar;
    const Place *places;
    size_t place_count;
    Date first;  /* the first day that is played */
    Instant end; /* nothing begins at or after it */
} PlanSpec;

/* One case to be. */
typedef struct {
    Instant at;
    int64_t no;                       /* 1, 2, … in order of time */
    const Node *series, *path, *line; /* of the script */
    size_t place;
    size_t steps; /* of the path that are played */
    Str reporter; /* the name of a role */
    bool brisk;   /* each step follows the one before within a quarter of an hour */
    bool through; /* by way of the first step's `through` */
    Dice dice;    /* for what comes of it */
} Planned;

/* All cases in order of time, in mem. A case for which no place and text are found is left out.
 */
MUST size_t plan_make(Arena *mem, const PlanSpec *spec, Planned **out);

/* A step of the case's path, of the script; for the first one its `through` when the case goes
 * that way. */
MUST const Node *plan_step(const Node *script, const Planned *planned, size_t i);

/* The weight of a day as the script says it; whole, of no unit. */
MUST int64_t plan_weight(const Node *script, const Calendar *calendar, Date day);

/* When a scene begins in a play that ends then. */
MUST Instant scene_start(const Node *scene, Instant end);

/* When somebody gets to the next step of a brisk case. */
MUST Instant plan_brisk(Dice *dice, Instant before);
/* When somebody gets to a step after `before`: at least a minute later, by a reaction time of
 * the script; due NIL: as if the step were counted in minutes. */
MUST Instant plan_next(const Node *wait, const Calendar *calendar, Dice *dice, Instant before,
                       Instant due);

#endif
