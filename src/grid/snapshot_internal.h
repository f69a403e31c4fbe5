/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot_internal.h: how a Ground lies in memory. Private to this folder.
 *
 * Each table is a sheet: its rows of the region, sorted by owner, start and id, so that binary
 * search finds what was true when. What depends on areas alone, the Land, is shared by the
 * snapshots between two changes of territory; for each era between two such changes it keeps a
 * View: the tree in preorder, the leaves and their index, made when first asked for.
 */
#ifndef GRID_SNAPSHOT_INTERNAL_H
#define GRID_SNAPSHOT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "grid/locate.h"
#include "grid/snapshot.h"

typedef enum {
    PART_AREA,
    PART_AREA_SPAN,
    PART_OUTLINE,
    PART_LAND_COUNT, /* the three above belong to the Land */
    PART_AREA_CODE = PART_LAND_COUNT,
    PART_DOCKING,
    PART_DEPARTMENT,
    PART_DEPARTMENT_SPAN,
    PART_RULE,
    PART_AUTHORITY,
    PART_PERSON,
    PART_FACT,
    PART_SEAT,
    PART_HOLD,
    PART_ABSENCE,
    PART_SHIFT,
    PART_COUNT
} Part;

/* What a part's rows are sorted by; NONE where a row has no such member. */
typedef struct {
    const Table *table;
    size_t owner, starts, ends;
} PartRow;
extern const PartRow part_rows[PART_COUNT];
#define NONE SIZE_MAX

typedef struct {
    void *rows;
    size_t n;
} Sheet;

/* Two outlines of one era that overlap, and a place where they do. */
typedef struct {
    int64_t a, b; /* areas */
    Point at;
} Overlap;
typedef struct {
    const Overlap *all;
    size_t n;
} Overlaps;

typedef struct AreaEra AreaEra;
struct AreaEra {
    AreaEra *next;
    Instant from, until; /* [from, until) */
    Arena *mem;
    uint32_t n;
    const AreaSpan **spans;   /* by preorder number */
    uint32_t *ends;           /* one behind the last below */
    uint32_t *orders;         /* by place in the sheet of areas; UINT32_MAX: not of this era */
    const AreaOutline **rows; /* outline by preorder number; NULL */
    const Outline **shapes;   /* likewise */
    uint32_t *leaves, leaf_count;      /* preorder numbers */
    uint32_t leaves_in[2];             /* how many in WGS84 and in GCJ02 */
    _Atomic(const Locate *) locate[2]; /* leaves in WGS84 and in GCJ02 */
    _Atomic(const Overlaps *) overlaps;
};

typedef struct {
    atomic_int refs;
    Arena *mem;
    Sheet sheets[PART_LAND_COUNT];
    const Outline *shapes; /* by place in the sheet of outlines; n == 0: unreadable */
    uint32_t *by_code;     /* spans by code and start */
    pthread_mutex_t lock;  /* makes views and what is in them */
    _Atomic(AreaEra *) views;
} Land;

typedef struct {
    Role role;
    int64_t anchor, ordinal;
    const Seat *seat;
} SeatKey;

struct Ground {
    atomic_int refs;
    Arena *mem;
    int64_t region;
    Land *land;
    Sheet sheets[PART_COUNT]; /* the first three are the land's */
    SeatKey *seats;           /* by role, anchor, ordinal; roles beside the sheet's strings */
    Role *roles;              /* by place in the sheet of seats */
    uint32_t *hold_by_person, *shift_by_person, *person_by_code;
};

#define ROWS(ground, part, Type) ((const Type *)(ground)->sheets[part].rows)

/* spans.c */
void sheet_sort(Part part, Sheet *sheet);
/* The first row whose owner is at least id. */
MUST size_t sheet_from(Part part, const Sheet *sheet, int64_t owner);
/* The span of an owner at an instant, where spans of one owner never overlap; NULL. */
MUST const void *sheet_span(Part part, const Sheet *sheet, int64_t owner, Instant at);
/* The row of an identity's id; NULL. */
MUST const void *sheet_row(Part part, const Sheet *sheet, int64_t id);
MUST bool span_covers(Instant starts, Instant ends, Instant at);
/* Numbers 0 … n − 1 in the order of compare(context, a, b). */
MUST uint32_t *sorted(Arena *mem, size_t n, int (*compare)(const void *, const void *, void *),
                      void *context);

/* land.c of the snapshot: area_era.c */
/* Takes over the sheets, whose rows live as long as mem, which becomes the land's. Outlines
 * whose row stands unchanged in like are not decoded again: like must then live longer. */
MUST Land *land_make(Arena *mem, const Sheet sheets[PART_LAND_COUNT], const Land *like);
void land_unref(Land *land);
MUST const AreaEra *view_at(const Ground *ground, Instant at);
MUST uint32_t view_order(const Ground *ground, const AreaEra *view,
                         int64_t area); /* UINT32_MAX */
/* The index of the leaves in WGS84, or in GCJ02; NULL when there is none. Positions are those
 * of view->leaves. */
MUST const Locate *view_locate(const Ground *ground, const AreaEra *view, Datum datum);
MUST const Overlaps *view_overlaps(const Ground *ground, const AreaEra *view);

/* snapshot_read.c: the place in seats of the first key of role and anchor. */
MUST size_t seat_first(const Ground *ground, Role role, int64_t anchor);

/* snapshot.c: a snapshot of the caller's own, by a connection within a transaction. */
MUST const Err *ground_read(Db *db, int64_t region, Ground **out);
MUST Ground *ground_make(Arena *mem, int64_t region, Land *land,
                         const Sheet sheets[PART_COUNT]);

#endif
