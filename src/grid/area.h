/* SPDX-License-Identifier: Apache-2.0 */
/*
 * area.h: the rows of the territory. A region is one administration that runs a tree; an area
 * is a node of the tree. What an area is called, whom it belongs to and where it lies are dated
 * spans [starts, ends), ends NIL = open, never overlapping for one area.
 *
 * How they are read at an instant is snapshot.h. The functions with an Act change them: they
 * decide on act_ground's snapshot, may refuse, and only record. All raise the epoch, so the job
 * is to be alone. An instant NIL is the act's now. What has begun is never begun anew: a change
 * before the last one is refused, one at its very instant corrects it.
 */
#ifndef GRID_AREA_H
#define GRID_AREA_H

#include "base/datum.h"
#include "ledger/ledger.h"

/* Rows of region 0. region_no is given once and is never a code of today. */
typedef struct {
    STATE_MEMBERS
    int64_t region_no; /* 1 … REGION_MOST */
    Str name;
    Str code; /* of the division list when it was opened, or of the house's own */
    Instant opened;
} Region;

typedef enum { /* from the root down; what may hang below what follows from the order */
               LEVEL_REGION,  /* county, district, zone: the root */
               LEVEL_STREET,  /* park office, township, street */
               LEVEL_VILLAGE, /* village, community */
               LEVEL_CELL,
               LEVEL_MICRO_CELL,
               LEVEL_COUNT
} Level;

typedef struct {
    STATE_MEMBERS
    int64_t successor; /* area: who has the ground since this one closed; NIL */
} Area;

typedef struct {
    STATE_MEMBERS
    int64_t area;
    int64_t parent; /* area; NIL for the root */
    Str level;      /* LEVEL_*, level_name; the same in all spans of an area */
    Str name;
    Str code; /* level_digits many, unique in the region at an instant; never reused */
    Str kind; /* of a cell: basic, dedicated, enterprise; null above */
    Instant starts, ends;
} AreaSpan;

/* Where an area lies; the row's id is the version of the outline. A shape that came in GCJ02
 * stays in GCJ02 unless an operator had it turned back to WGS84, with a reason; points are
 * brought to the shape's datum to be located. */
typedef struct {
    STATE_MEMBERS
    int64_t area;
    Str shape;      /* outline_encode */
    Str datum;      /* of the source: WGS84, CGCS2000, GCJ02 */
    Str conversion; /* why GCJ02 was turned back; null when it was not */
    Str source;     /* where it comes from: a file's name, a decision */
    Instant starts, ends;
} AreaOutline;

/* A code that others have for an area, such as the social-governance grid's (综治); n : m. */
typedef struct {
    STATE_MEMBERS
    int64_t area;
    Str scheme; /* "zongzhi", "gis14" … */
    Str code;
    Instant starts, ends;
} AreaCode;

/* What an area overlaps of a neighbouring tree: its streets and villages by code. */
typedef struct {
    STATE_MEMBERS
    int64_t area;
    Str code; /* of the division list */
    Str name;
    Instant starts, ends;
} Docking;

extern const Table region_table, area_table, area_span_table, outline_table, area_code_table,
    docking_table;

extern const Choice area_levels[LEVEL_COUNT], area_kinds[3];

/* What the shape's coordinates are measured on: WGS84 or GCJ02. */
MUST Datum outline_datum(const AreaOutline *outline);

/* "region", "street" …; title in words of the field. */
MUST const char *level_name(Level level);
MUST const char *level_zh(Level level);
MUST const char *level_en(Level level);
/* How many digits a code of that level has: 6, 9, 12, 15, 18. */
MUST size_t level_digits(Level level);
/* Whether a code is so many digits and nothing else. */
MUST bool level_takes(Level level, Str code);
/* Also by the words county, district, office, township, town, community, grid. */
MUST bool level_by_name(Str name, Level *out);

typedef struct Ground Ground;           /* snapshot.h */
typedef struct GroundHooks GroundHooks; /* snapshot.h */

extern const Err AREA_MISSING; /* "no-area": none of that id at that instant */
extern const Err AREA_CODE;    /* "area-code": not the digits of its level */
extern const Err AREA_TAKEN;   /* "code-taken": another area has that code then */
extern const Err AREA_LEVEL;   /* "area-level": cannot hang there */
extern const Err AREA_ROOT;    /* "area-root": the region has its root, or this is it */
extern const Err AREA_IN_USE;  /* "area-in-use": areas hang below it still */
extern const Err
    SPAN_ORDER; /* "span-order": before what was said last, or it ends before it starts */

/* In an act of region 0: the next free number. The region's root is opened by an act of its
 * own. */
MUST const Err *region_open(Act *act, Str name, Str code, Region *out);
MUST const Err *region_by_no(Db *db, int64_t region_no, Arena *mem,
                             Region *out);                                 /* ERR_NOT_FOUND */
MUST const Err *region_by_code(Db *db, Str code, Arena *mem, Region *out); /* ERR_NOT_FOUND */
MUST const Err *region_list(Db *db, Arena *mem, Region **out, size_t *out_count);

typedef struct {
    int64_t parent; /* NIL: the root */
    Level level;
    Str name, code;
    Str kind; /* of a cell; null: basic */
} AreaDraft;
/* Opens an area below an open parent of a higher level. */
MUST const Err *area_open(Act *act, const Ground *ground, const AreaDraft *draft,
                          Instant starts, int64_t *out_area);
/* Renames, recodes or moves it; the level stays. Null and NIL members stay as they are. Seats
 * that lose whoever held them are settled as by seat_leave. */
MUST const Err *area_change(Act *act, const Ground *ground, const GroundHooks *hooks,
                            int64_t area, const AreaDraft *draft, Instant starts);
/* Ends an area below which nothing is open, with its outline, its seats and their holds.
 * successor: who has the ground from then on, or NIL. */
MUST const Err *area_close(Act *act, const Ground *ground, const GroundHooks *hooks,
                           int64_t area, int64_t successor, Instant ends);
/* A new outline, already in WGS84, checked by outline_check. conversion: null, or why GCJ02 was
 * turned back. */
MUST const Err *area_draw(Act *act, const Ground *ground, int64_t area, const Outline *shape,
                          Datum datum, Str conversion, Str source, Instant starts);
MUST const Err *area_dock(Act *act, const Ground *ground, int64_t area, Str code, Str name,
                          Instant starts);
MUST const Err *area_code_set(Act *act, const Ground *ground, int64_t area, Str scheme,
                              Str code, Instant starts);

#endif
