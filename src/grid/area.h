/* SPDX-License-Identifier: Apache-2.0 */
/*
 * area.h: the rows of the territory. A region is one administration that runs a tree; an area
 * is a node of the tree. What an area is called, whom it belongs to and where it lies are dated
 * spans [starts, ends), ends NIL = open, never overlapping for one area.
 *
 * How they are read at an instant is ground.h; how they are changed is land.h.
 */
#ifndef GRID_AREA_H
#define GRID_AREA_H

#include "base/column.h"
#include "base/geo.h"

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
    Str code; /* 6, 9, 12 or 15 digits, unique in the region at an instant; never reused */
    Str kind; /* of a cell: basic, dedicated, enterprise; null above */
    Instant starts, ends;
} AreaSpan;

/* Where an area lies, in WGS84; the row's id is the version of the outline. */
typedef struct {
    STATE_MEMBERS
    int64_t area;
    Str shape;      /* outline_encode */
    Str datum;      /* of the source: WGS84, CGCS2000, GCJ02 */
    Str conversion; /* why and by whom GCJ02 was turned back; null when it was not */
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

/* "region", "street" …; title in words of the field. */
MUST const char *level_name(Level level);
MUST const char *level_zh(Level level);
MUST const char *level_en(Level level);
/* Also by the words county, district, office, township, town, community, grid. */
MUST bool level_by_name(Str name, Level *out);

#endif
