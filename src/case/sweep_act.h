/* SPDX-License-Identifier: Apache-2.0 */
/* sweep_act.h: one act of the sweep on one case. Private to this folder. */
#ifndef CASE_SWEEP_ACT_H
#define CASE_SWEEP_ACT_H

#include "case/case_internal.h"

typedef enum {
    TICK_MARKS,   /* marks of lateness that have come: warn, raise, draft */
    TICK_RESEAT,  /* nobody holds its seat: the next candidate */
    TICK_FOLLOW,  /* another cell lies where it is: that one, and who answers there */
    TICK_RECOUNT, /* another calendar: another due instant */
    TICK_COUNT
} TickKind;

typedef struct {
    TickKind kind;
    int64_t id;
} Tick;

/* Looks at the row again and does what is still to be done; nothing when nothing is. */
MUST const Err *tick_act(Act *act, Work *work, const Tick *tick);
/* The name of an act of the sweep in words; NULL: the verb is none of its. */
MUST const char *tick_words(Str verb, Lang lang);

#endif
