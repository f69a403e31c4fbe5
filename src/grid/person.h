/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person.h: natural persons and dated facts about them. A person has no power by itself: what
 * one may do comes from seats (seat.h). No identity-card numbers, no tracks, no scores.
 */
#ifndef GRID_PERSON_H
#define GRID_PERSON_H

#include "base/column.h"

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

#endif
