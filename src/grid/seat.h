/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seat.h: the rows of seats and of who sits on them. A seat is a role at an anchor with an
 * ordinal; a case belongs to a seat, the person is looked up by date. All are dated spans
 * [starts, ends), ends NIL = open; two holders of one seat never overlap, nor two stand-ins.
 *
 * How they are read at an instant is snapshot.h and duty.h. The functions with an Act change
 * them as those of area.h do.
 */
#ifndef GRID_SEAT_H
#define GRID_SEAT_H

#include "grid/role.h"
#include "ledger/ledger.h"

typedef struct {
    STATE_MEMBERS
    Str role;                          /* role_name */
    int64_t area, department, subject; /* the anchor: exactly one is not NIL */
    int64_t ordinal; /* from 1 among seats of that role there; 1 answers first */
    Str title;       /* "副主任(分管安全)"; null: the role's words */
    Str vacancy;     /* why nobody has sat on it yet, when that is known; null */
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
    int64_t leader; /* the leader on duty with it (带班领导), a person; NIL: not said */
} Shift;

extern const Table seat_table, seat_hold_table, absence_table, roster_table;

/* "holder", "stand_in", "liaison", "shift". */
MUST const char *hold_name(HoldKind kind);

typedef struct Ground Ground;           /* snapshot.h */
typedef struct GroundHooks GroundHooks; /* snapshot.h */

extern const Err SEAT_MISSING; /* "no-seat": none of that id at that instant */
extern const Err SEAT_ANCHOR;  /* "seat-anchor": seats of that role hang elsewhere */
extern const Err SEAT_TAKEN;   /* "seat-known": a seat of that role and ordinal is there */
extern const Err SEAT_HELD;    /* "seat-held": somebody sits on it at that time */
extern const Err SEAT_ROSTER;  /* "seat-roster": held by shifts, or not by shifts */
extern const Err WOULD_ORPHAN; /* 409 "would-orphan": work, or a cell, would be nobody's */

typedef struct {
    Role role;
    int64_t area, department, subject; /* the anchor; all NIL: the root of the region */
    int64_t ordinal;                   /* 0: the next free one */
    Str title;
} SeatDraft;
MUST const Err *seat_open(Act *act, const Ground *ground, const SeatDraft *draft,
                          Instant starts, int64_t *out_seat);
/* Ends a seat and its holds. Refused as by seat_leave. */
MUST const Err *seat_close(Act *act, const Ground *ground, const GroundHooks *hooks,
                           int64_t seat, Instant ends, Str reason);
/* Sits a person on a seat for [starts, ends). A holder or stand-in takes over from the one who
 * sits there then. */
MUST const Err *seat_take(Act *act, const Ground *ground, const GroundHooks *hooks,
                          int64_t seat, int64_t person, HoldKind kind, Instant starts,
                          Instant ends, int64_t *out_hold);
/* Ends a hold. Open work of a seat that nobody holds then moves to the next candidate in this
 * act, by the hooks. WOULD_ORPHAN: some work would be nobody's, or a cell would lose its last
 * member, responsible officer or chief, unless the cell's chief (or the region's deputy, or the
 * house) leaves it vacant with a reason. */
MUST const Err *seat_leave(Act *act, const Ground *ground, const GroundHooks *hooks,
                           int64_t hold, Instant ends, Str reason);
MUST const Err *shift_open(Act *act, const Ground *ground, int64_t seat, int64_t person,
                           Instant starts, Instant ends, int64_t *out_shift);
/* Cuts a shift short; at its start: it is called off. */
MUST const Err *shift_end(Act *act, const Ground *ground, const GroundHooks *hooks,
                          int64_t shift, Instant ends);

#endif
