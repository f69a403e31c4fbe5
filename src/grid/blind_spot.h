/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blind_spot.h: blind spots (责任盲区), found anew at each asking: cells that nobody minds,
 * officers who may not be, ground that no outline covers or two do. Nothing here is stored, so
 * a seat left vacant is on the list at once and off it when somebody sits down.
 */
#ifndef GRID_BLIND_SPOT_H
#define GRID_BLIND_SPOT_H

#include "grid/snapshot.h"

typedef enum {
    BLIND_NO_MEMBER, /* the nearest seats of the role at or above the cell are not held */
    BLIND_NO_OFFICER,
    BLIND_NO_CHIEF,
    BLIND_OFFICER_NOT_ESTABLISHED, /* a responsible officer who is not 在编 */
    BLIND_NO_OUTLINE,              /* a cell, or another area without areas below */
    BLIND_OVERLAP,                 /* two leaves claim the same ground */
    BLIND_GAP,                     /* the outlines below do not add up to the area's own */
    BLIND_SUBJECT_NO_CELL,         /* from the floor above */
    BLIND_SUBJECT_NO_LEAD,
    BLIND_COUNT
} BlindKind;

/* Members that do not apply are NIL and null. */
typedef struct {
    BlindKind kind;
    int64_t area;
    int64_t other;  /* the other area of an overlap; the subject */
    int64_t seat;   /* vacant, or the officer's */
    int64_t person; /* the officer; who is absent */
    Instant since;  /* nobody sits there since; NIL: never, or not known */
    Str reason;     /* why the chief left it vacant */
    Point at;       /* a place in both outlines */
} Blind;

/* What the floor of subjects adds: those of the subtree. */
typedef struct {
    void *context;
    const Err *(*more)(void *context, const Ground *ground, int64_t area, Instant at,
                       Arena *mem, Blind **out, size_t *out_count);
} BlindHook;

/* "no-member", "no-officer" …; words of the field. */
MUST const char *blind_name(BlindKind kind);
MUST const char *blind_zh(BlindKind kind);
MUST const char *blind_en(BlindKind kind);

/* Those of an area and all below (NIL: the region), by area in preorder, then kind. hook may be
 * NULL. */
MUST const Err *blind_list(const Ground *ground, int64_t area, Instant at,
                           const BlindHook *hook, Arena *mem, Blind **out, size_t *out_count);
/* How many of each kind; what blind_list would list. */
MUST const Err *blind_count(const Ground *ground, int64_t area, Instant at,
                            const BlindHook *hook, size_t out[BLIND_COUNT]);

#endif
