/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seat.h: the rows of seats and of who sits on them. A seat is a role at an anchor with an
 * ordinal; a case belongs to a seat, the person is looked up by date. All are dated spans
 * [starts, ends), ends NIL = open; two holders of one seat never overlap, nor two stand-ins.
 *
 * How they are read at an instant is ground.h and duty.h; how they are changed is chair.h.
 */
#ifndef GRID_SEAT_H
#define GRID_SEAT_H

#include "base/column.h"
#include "grid/role.h"

typedef struct {
    STATE_MEMBERS
    Str role;                          /* role_name */
    int64_t area, department, subject; /* the anchor: exactly one is not NIL */
    int64_t ordinal; /* from 1 among seats of that role there; 1 answers first */
    Str title;       /* "副主任(分管安全)"; null: the role's words */
    Instant starts, ends;
} Seat;

typedef enum { HOLD_HOLDER, HOLD_STAND_IN, HOLD_LIAISON, HOLD_SHIFT } HoldKind;

typedef struct {
    STATE_MEMBERS
    int64_t seat, person;
    Str kind;   /* holder, stand_in, liaison: hold_name */
    Str reason; /* why it ended so, when the seat was left vacant knowingly; null */
    Instant starts, ends;
} SeatHold;

/* A person is away: from all seats at once. */
typedef struct {
    STATE_MEMBERS
    int64_t person;
    Str reason; /* leave, sick, training, duty_elsewhere, other */
    Instant starts, ends;
} Absence;

/* A shift of a roster seat (duty room). */
typedef struct {
    STATE_MEMBERS
    int64_t seat, person;
    Instant starts, ends; /* ends is never NIL */
} Shift;

extern const Table seat_table, seat_hold_table, absence_table, roster_table;

/* "holder", "stand_in", "liaison", "shift". */
MUST const char *hold_name(HoldKind kind);

#endif
