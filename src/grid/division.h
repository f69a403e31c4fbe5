/* SPDX-License-Identifier: Apache-2.0 */
/*
 * division.h: the national list of administrative divisions in five levels (statistical codes
 * of 2, 4, 6, 9 and 12 digits), a REFERENCE table of region 0. The ledger keeps the hash and
 * the count of the file it came from. Read by code, never by id.
 */
#ifndef GRID_DIVISION_H
#define GRID_DIVISION_H

#include "store/store.h"

typedef struct {
    Str code, parent; /* parent null: a province */
    int64_t level;    /* 1 province, 2 city, 3 county, 4 street, 5 village */
    Str name;
} Division;
extern const Table division_table;

MUST const Err *division_find(Db *db, Str code, Arena *mem, Division *out); /* ERR_NOT_FOUND */
/* Those of one level whose codes begin with a code, by code; at most limit. */
MUST const Err *division_below(Db *db, Str code, int64_t level, size_t limit, Arena *mem,
                               Division **out, size_t *out_count);

#endif
