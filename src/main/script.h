/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.h: what the demo plays, as defs/demo/play.yaml says it: how many cases a day has,
 * which texts are drawn for whom, the paths that cases take and how long people need for each
 * step. Flows, moves, states, fields, matters and codes stand in the file alone; C takes them
 * as words. A script never changes once read.
 */
#ifndef MAIN_SCRIPT_H
#define MAIN_SCRIPT_H

#include "base/time.h"
#include "def/code.h"
#include "grid/role.h"

/* A word and what it stands for. */
typedef struct {
    Str key, value;
    bool bare;        /* without quotes: true, false and numbers are meant as such */
    const Str *among; /* one of these is drawn instead of value */
    size_t among_count;
} Word;
typedef struct {
    const Word *words;
    size_t count;
} Words;

typedef struct {
    int minute; /* of the day */
    int64_t share;
} Hour;

typedef enum { WAIT_STEP, WAIT_LIMIT, WAIT_DUE } WaitOf;
typedef enum { IN_CLOCK, IN_DAY, IN_OFFICE } WaitIn;
typedef struct {
    int64_t share, from, to;
} Bucket;
/* A reaction time. */
typedef struct {
    Str code;
    WaitOf of;
    WaitIn in;
    const Bucket *buckets;
    size_t count;
} Wait;

typedef enum { ACTOR_REPORTER, ACTOR_DUTY, ACTOR_PARTY, ACTOR_ROLE } ActorKind;
typedef struct {
    ActorKind kind;
    Role role; /* ACTOR_ROLE */
    int64_t share;
} Actor;

typedef struct Step Step;
struct Step {
    Str code;
    Str flow; /* it files a case; null: it moves one */
    Str move, matter;
    Actor by;
    const Wait *wait;
    Words set;
    bool opens;          /* the case goes on as the one that the move opened */
    const Step *through; /* taken instead in some cases; NULL: never */
};

typedef struct {
    Str code;
    int64_t weight;
    Words draw; /* what the drawn line must say */
    Str has;    /* a word that it must have; null: none */
    const Step *const *steps;
    size_t count;
} Path;

/* A text that is drawn. */
typedef struct {
    const Str *kinds; /* of subject; none: all */
    size_t kind_count;
    unsigned months; /* bits 1 << 1 … 1 << 12 */
    Str tag;         /* that the subject must carry; null: none */
    Words words;
} Line;

typedef struct {
    Str code;
    int64_t year;    /* cases a year */
    int64_t through; /* per mille of the cases */
    const Actor *reporters;
    size_t reporter_count;
    const Path *paths;
    size_t path_count;
    const Line *lines;
    size_t line_count;
} Series;

/* One case that is always there, so that whoever tries the demo finds something to do. */
typedef struct {
    const Series *series;
    const Path *path;
    Words draw;    /* further words of the line */
    Str subject;   /* its code */
    bool near;     /* at another subject of the same cell */
    int64_t days;  /* before the last day */
    int minute;    /* of that day */
    int64_t ago;   /* minutes before the end instead; 0: a day and time */
    int64_t steps; /* of the path that are played */
} Scene;

/* What a grid member said of a subject and nobody has confirmed yet. */
typedef struct {
    Str kind, note;
    Str at;       /* code of the subject */
    int64_t days; /* before the last day */
    Words fields; /* of the subject, as said */
} Said;

typedef struct {
    int64_t seed;
    Date opened, to;
    int64_t span, apart;
    int64_t index[12], weekdays[7], holiday, month_end; /* per cent */
    const Hour *hours;
    size_t hour_count;
    Words weights; /* by risk colour */
    const Step *steps;
    size_t step_count;
    const Series *series;
    size_t series_count;
    const Scene *scenes;
    size_t scene_count;
    const Said *said;
    size_t said_count;
} Script;

extern const Err SCRIPT_NUMBER; /* "number": a whole number of at least 0 is expected */
extern const Err SCRIPT_ACTOR;  /* "actor": reporter, duty, party or a role */
extern const Err SCRIPT_CODE;   /* "no-such": a code that stands nowhere */
extern const Err SCRIPT_SHARES; /* "shares": they do not add up to 1,000 */
extern const Err SCRIPT_FIRST; /* "first-step": a path files a case with its first step alone */

/* Reads a script into r->mem, telling all that is wrong; NULL when nothing can be made of it.
 * lists are asked for what `look_up` names. */
MUST const Script *script_read(Reading *r, Str text, const CodeLists *lists);
/* The word of that key; NULL when there is none. */
MUST const Word *word_find(Words words, Str key);
/* Its value; STR_NULL when there is none. */
MUST Str word_value(Words words, const char *key);

#endif
