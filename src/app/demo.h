/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo.h: a demo store and how it is made: the shipped ground, departments, persons, seats,
 * subjects and accounts go in by the importers that any district uses; then days are played by
 * the same acts that people do, with the clock in the player's hand. What is played stands in
 * defs/demo/play.yaml; C knows none of its flows, moves or words.
 *
 * The files share one Demo: demo.c is the command, demo_load.c brings in, demo_play.c plays.
 */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include "app/app.h"
#include "app/plan.h"

#define DEMO_PASSWORD "gridward-demo"

/* One of the accounts whose password is DEMO_PASSWORD. */
typedef struct {
    Str name;
    const char *zh, *en; /* the role's words */
} DemoAccount;
/* For whoever serves a demo store: its accounts by name; how many. */
MUST size_t demo_accounts(Arena *mem, DemoAccount **out);
/* Whether the store was made by the demo: every screen, print and export then says 演示数据. */
MUST const Err *demo_is(Db *db, bool *out);

/* ---- private to demo*.c ---- */

typedef struct {
    Str path, hash;
} DemoPhoto;

/* What came of it. */
typedef struct {
    int64_t cases, moves, swept; /* acts */
    int64_t refused;             /* steps that the engine refused */
    const Err *refusal;          /* the first of them */
    Str refused_step;
} DemoTally;

typedef struct {
    House *house;
    Arena *mem;
    const Node *script;
    Instant begin, end; /* the play; equal: nothing is played */
    int64_t region;
    Place *places; /* the subjects */
    size_t place_count, place_cap;
    DemoPhoto *photos;
    size_t photo_count;
    DemoTally tally;
    /* Called now and then; false: the user wants it to stop. */
    bool (*tell)(void *context, const char *zh, const char *en, int64_t done, int64_t of);
    void *tell_context;
} Demo;

extern const Err DEMO_STOPPED; /* "stopped": by the user; nothing is left behind */
extern const Err DEMO_EARLY; /* "too-early": the demo's persons sit on their seats since {0} */

MUST const Err *demo_tell(const Demo *demo, const char *zh, const char *en, int64_t done,
                          int64_t of);
/* Everything but the play, as of begin. */
MUST const Err *demo_load(Demo *demo);
/* Plays from begin to end. */
MUST const Err *demo_play(Demo *demo);

#endif
