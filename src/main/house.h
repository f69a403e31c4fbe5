/* SPDX-License-Identifier: Apache-2.0 */
/*
 * house.h: the wiring. One store opened with everything that stands on it, in order of floors:
 * schema, ledger, definitions, grounds, … What upper floors give to lower ones (tables, kinds of
 * definitions, refills, checkers) is handed down here and nowhere else.
 */
#ifndef MAIN_HOUSE_H
#define MAIN_HOUSE_H

#include <stdatomic.h>

#include "def/publish.h"
#include "grid/ground.h"
#include "ledger/ledger.h"

typedef struct {
    Arena *mem;
    Store *store;
    Ledger *ledger;
    Defs *defs;
    Grounds *grounds;
    _Atomic int64_t test_now; /* the test clock; NIL: the wall's */
} House;

typedef enum { HOUSE_EXISTING, HOUSE_NEW } HouseMode;

extern const Err HOUSE_NO_STORE; /* "no-store": --store is needed */
extern const Err HOUSE_EXISTS;   /* "store-exists" */
extern const Err HOUSE_MISSING;  /* "store-missing" */

/* Opens, migrates the schema and, for a new store, publishes the seed definitions. now: NIL or the test clock's start. */
MUST const Err *house_open(Str url, HouseMode mode, Instant now, House **out);
void house_close(House *house);

/* All tables, for docs and tests. */
MUST const Table *const *house_tables(size_t *out_count);
MUST const DefKind *house_kinds(size_t *out_count);
/* The definitions compiled into the binary; out may be NULL. Returns how many. */
size_t house_seeds(Arena *mem, Draft **out);
MUST const Err *house_check(House *house, Report *report, int64_t *out_entries, int64_t *out_rows);
MUST const Err *house_rebuild(House *house, int64_t *out_entries, int64_t *out_rows);

#endif
