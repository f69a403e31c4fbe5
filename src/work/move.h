/* SPDX-License-Identifier: Apache-2.0 */
/* move.h: what the list of offers needs to know of moves. Private to this folder. */
#ifndef WORK_MOVE_H
#define WORK_MOVE_H

#include "work/inside.h"

/* Moves that every case has, whatever its flow. */
typedef enum { BUILTIN_MERGE, BUILTIN_HAND, BUILTIN_COUNT } BuiltinMove;
typedef struct {
    const char *name, *zh, *en;
    Form form;
    Question question; /* all required */
} Builtin;
extern const Builtin builtins[BUILTIN_COUNT];

/* Whether the case's state, uses and time allow the move, whoever does it: CASE_NOT_NOW. */
MUST const Err *run_offers(Turn *t, const Run *run, const Move *move);
/* The chair that lets who do it; NULL: none. */
MUST const Chairing *run_builtin_chair(Turn *t, const Run *run, BuiltinMove which);
/* Notes who did a move, for those that bar, and counts its use, for those with a limit. */
void run_note_doer(const Turn *t, Run *run, const Move *move);

#endif
