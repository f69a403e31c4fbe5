/* SPDX-License-Identifier: Apache-2.0 */
/*
 * house.h: the wiring. One store opened with everything that stands on it, in order of floors:
 * schema, ledger, definitions, grounds, vault, sessions, cases. What upper floors give to lower
 * ones (tables, kinds of definitions, refills, checkers) is handed down here and nowhere else.
 */
#ifndef MAIN_HOUSE_H
#define MAIN_HOUSE_H

#include <stdatomic.h>

#include "base/wall.h"
#include "grid/session.h"
#include "store/vault.h"
#include "subject/subject.h"
#include "work/sweep.h"

typedef struct {
    Arena *mem;
    Str url;
    Wall wall; /* what acts are stamped by, unless the clock is a test's */
    int claim; /* the folder of files, open and locked; -1: none */
    Store *store;
    Ledger *ledger;
    Defs *defs;
    Grounds *grounds;
    Vault *vault;
    Sessions *sessions;
    Subjects *subjects;
    Work *work;
    _Atomic int64_t test_now; /* the clock that stands still; NIL: the wall's */
} House;

typedef enum {
    HOUSE_EXISTING,
    HOUSE_NEW,
    HOUSE_DRAFT /* new, and waits for no disk: of no use before it is whole (store_haste) */
} HouseMode;

extern const Err HOUSE_EXISTS;  /* "store-exists" */
extern const Err HOUSE_MISSING; /* "store-missing" */
extern const Err HOUSE_FOREIGN; /* "store-foreign" */
extern const Err HOUSE_BUSY;    /* "store-busy": another process serves it or imports */

/* Opens, migrates the schema and, for a new store, publishes the seed definitions. still: the
 * instant at which a clock that stands still begins (the last entry's when that is later), or
 * NIL for the wall's. */
MUST const Err *house_open(Str url, HouseMode mode, Instant still, House **out);
/* For who writes: acts of one process at a time, for each holds in memory what it has read. The
 * claim ends with the process, however that ends. HOUSE_BUSY. */
MUST const Err *house_claim(House *house);
/* From now on acts are refused while the wall's clock is not to be believed: because it stands
 * before the last entry now, or is moved later. Not for a clock that stands still. */
MUST const Err *house_guard(House *house);
void house_close(House *house);
/* Sets a clock that stands still; for sweep_until. context is the House. */
void house_set_clock(void *context, Instant now);

/* All tables, for docs and tests. */
MUST const Table *const *house_tables(size_t *out_count);
MUST const DefKind *house_kinds(size_t *out_count);
/* The definitions compiled into the binary; out may be NULL. Returns how many. */
size_t house_seeds(Arena *mem, Draft **out);
MUST const Err *house_check(House *house, Report *report, int64_t *out_entries,
                            int64_t *out_rows);
MUST const Err *house_rebuild(House *house, int64_t *out_entries, int64_t *out_rows);

#endif
