/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person.h: natural persons and dated facts about them. A person has no power by itself: what
 * one may do comes from seats (seat.h). No identity-card numbers, no tracks, no scores. The
 * functions with an Act change them as those of area.h do.
 */
#ifndef GRID_PERSON_H
#define GRID_PERSON_H

#include "ledger/ledger.h"

typedef struct {
    STATE_MEMBERS
    Str code; /* the region's own number of the person: key of imports; unique */
    Str name;
    Str phone; /* office or virtual number, masked */
} Person;

/* A dated fact. */
typedef struct {
    STATE_MEMBERS
    int64_t person;
    Str kind; /* on_establishment (在编), certificate (of enforcement) */
    Str text; /* the certificate's number; null */
    Instant starts, ends;
} PersonFact;

#define FACT_ON_ESTABLISHMENT "on_establishment"
#define FACT_CERTIFICATE      "certificate"

extern const Table person_table, person_fact_table;

typedef struct Ground Ground;           /* snapshot.h */
typedef struct GroundHooks GroundHooks; /* snapshot.h */

extern const Err PERSON_MISSING; /* "no-person" */
extern const Err PERSON_TAKEN;   /* "code-taken": another person has that code */
extern const Err ABSENCE_KNOWN;  /* "absent-already": away at that time by another absence */

MUST const Err *person_open(Act *act, const Ground *ground, Str code, Str name, Str phone,
                            int64_t *out_person);
/* Null members stay as they are. */
MUST const Err *person_change(Act *act, const Ground *ground, int64_t person, Str code,
                              Str name, Str phone);
/* A fact from then on; one of that kind that holds then ends. */
MUST const Err *person_fact_set(Act *act, const Ground *ground, int64_t person, Str kind,
                                Str text, Instant starts, Instant ends);
MUST const Err *person_fact_end(Act *act, const Ground *ground, int64_t person, Str kind,
                                Instant ends);
/* Away from [starts, ends), ends NIL: until further notice. Open work of seats that nobody
 * holds then moves, by the hooks; it is refused (WOULD_ORPHAN) only when some work would be
 * nobody's. */
MUST const Err *absence_open(Act *act, const Ground *ground, const GroundHooks *hooks,
                             int64_t person, Str reason, Instant starts, Instant ends,
                             int64_t *out_absence);
MUST const Err *absence_end(Act *act, const Ground *ground, int64_t absence, Instant ends);

#endif
