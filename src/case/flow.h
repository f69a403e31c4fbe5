/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow.h: a flow in memory, as design §6 describes it: fields, terms, states, moves, clocks and
 * measures of one kind of case. It is read from a definition and proven (flow_load.h), and then
 * never changes; threads may share it. The case engine asks it questions (flow_ask.h); it knows
 * no case, no person and no database.
 *
 * Everything inside refers by position: a field is an index into names, a state into states, a
 * move into moves; FLOW_NONE is none. Values of a case lie in one array parallel to names: base
 * fields first, then the flow's own, then what is read but never asked (late now due opened).
 */
#ifndef CASE_FLOW_H
#define CASE_FLOW_H

#include "base/time_limit.h"
#include "def/form.h"
#include "grid/role.h"

#define FLOW_NONE FORM_NONE

#define LATE_MOST  48         /* marks of one list: each has a bit in its case's row */
#define WATCH_MOST 6          /* seats that look on in one state */
#define PAPER_LIST "document" /* the code list of all papers; without one none is looked up */

enum {
    FIELD_PLACE,
    FIELD_SUBJECT,
    FIELD_MATTER,
    FIELD_DEPARTMENT,
    FIELD_OWN
};                                                               /* names[0 … 4) */
enum { READ_LATE, READ_NOW, READ_DUE, READ_OPENED, READ_COUNT }; /* names[field_count + …) */

/* duty, party, or role@anchor: who may do a move, or is warned. */
typedef enum { BY_DUTY, BY_PARTY, BY_ROLE } ByKind;
typedef struct {
    ByKind kind;
    RoleAt chair; /* BY_ROLE; ANCHOR_NONE in by: at the case's area or above, or (filing)
                    anywhere */
} By;

/* A line of a map; the first whose term holds counts, term FLOW_NONE is else, always the last.
 * Written {state: term, …, state: else} of a move, {term: limit, …, else: limit} of a clock. */
typedef struct {
    size_t term, state;
    Spot spot;
} To;
typedef struct {
    size_t term;
    size_t until; /* a date field, or FLOW_NONE: then limit */
    Limit limit;
    Spot spot;
} Clock;

/* What happens on the way to the due instant and behind it. Never a move, never a circular. */
typedef struct {
    Mark at;
    const By *warn;
    size_t warn_count;
    int rise;  /* rungs added to risen, 0: none */
    Str draft; /* a document to be drafted for the duty, or STR_NULL */
    Spot spot;
} Late;

typedef struct {
    Str name;
    const char *zh, *en;
    const RoleAt *duty; /* candidates in order */
    size_t duty_count;
    RoleAt party; /* role ROLE_NONE: nobody */
    const RoleAt *watch;
    size_t watch_count;
    const Clock *clock;
    size_t clock_count;
    const Late *late; /* its own, else the flow's */
    size_t late_count;
    Str document; /* that the state keeps, or STR_NULL */
    Str end;      /* the outcome; STR_NULL: the state is open */
    Spot spot;
} State;

/* A child case: which flow and filing move, and which of its fields is filled from which of
 * ours. */
typedef struct {
    Str flow, move;
    struct {
        Str field;
        size_t from;
        Spot spot;
    } * fields;
    size_t count;
    Spot spot;
} Open;

/* What a move is to whoever only decides: 同意, or 请××研究 (it goes to another body). */
typedef enum { DECIDE_NONE, DECIDE_AGREE, DECIDE_REFER } Decide;

typedef struct {
    Str name;
    const char *zh, *en;
    bool filing;        /* without from */
    const size_t *from; /* states; "any" is spelled out */
    size_t from_count;
    const To *to;
    size_t to_count;
    const By *by;
    size_t by_count;
    const size_t *bar; /* not: moves whose last doer may not do this one */
    size_t bar_count;
    Question question;
    int64_t limit; /* uses in the case's life, 0: any number */
    size_t then;   /* where the limit-th use goes, or FLOW_NONE: not offered again */
    bool timed;    /* within holds */
    Limit within;  /* from the entry into the state */
    Str document;  /* whose number the move reserves, or STR_NULL */
    const Open *open;
    size_t open_count;
    bool sampled; /* verified: by sample */
    Decide decide;
    Spot spot;
} Move;

/* agree, refer; STR_NULL for none. */
Str decide_name(Decide decide);
bool decide_by_name(Str name, Decide *out);

/* The figures of the command map: a definition says which of its measures stands for which. */
typedef enum {
    FIGURE_OPEN,      /* 未销号 */
    FIGURE_LATE,      /* 超期 */
    FIGURE_NEW,       /* 今日新增: opened since midnight, whether open still or not */
    FIGURE_SUSPECTED, /* 疑似重大 */
    FIGURE_MAJOR,     /* 重大 */
    FIGURE_COUNT
} Figure;

typedef struct {
    Str name;
    const char *zh, *en;
    bool figured; /* it stands for figure on the map */
    Figure figure;
    enum { MEASURE_COUNT, MEASURE_LATE, MEASURE_OPEN, MEASURE_STATES } kind;
    const size_t *of; /* moves counted, or states gauged */
    size_t count;
    Spot spot;
} Measure;

typedef struct {
    Str name; /* "hazard" */
    Str file;
    const char *zh, *en;
    bool office; /* the office's own: listed and counted when it is asked for by name */
    Form form;   /* own fields from FIELD_OWN on, READ_COUNT names behind them */
    const State *states;
    size_t state_count;
    const Move *moves; /* in the order of the buttons */
    size_t move_count;
    const Late *late;
    size_t late_count;
    const Measure *measures;
    size_t measure_count;
    size_t situations; /* explored by the proof that let it pass */
    Spot spot;
} Flow;

#endif
