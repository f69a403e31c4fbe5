/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h: the wiring. One store opened with everything that stands on it, in order of floors:
 * schema, ledger, definitions, grounds, vault, sessions, cases. What upper floors give to lower
 * ones (tables, kinds of definitions, refills, checkers) is handed down here and nowhere else.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include <pthread.h>
#include <stdatomic.h>

#include "case/sweep.h"
#include "grid/session.h"
#include "ledger/witness.h"
#include "store/blobs.h"
#include "subject/subject.h"

typedef struct {
    Arena *mem;
    Str url;
    Wall wall;       /* what acts are stamped by, unless the clock is a test's */
    Witness told;    /* the heads that the syslog knows of; heads_lock guards it and the file */
    Arena *told_mem; /* or NULL */
    pthread_mutex_t heads_lock;
    bool syslog; /* each changed head is told there, too */
    bool writes; /* leaves a witness of its heads when it closes */
    int claim;   /* the folder of files, open and locked; -1: none */
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
 * claim ends with the process, however that ends; house_close leaves a new witness of the
 * heads. HOUSE_BUSY; WITNESS_AGAINST, WITNESS_BROKEN. */
MUST const Err *house_claim(House *house);
/* The same whatever the witness says, which stays as it is: for heads_accept. */
MUST const Err *house_take(House *house);
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
/* notes: what is no fault but should be known, a line each (witness_check). */
MUST const Err *house_check(House *house, Report *report, Buf *notes, int64_t *out_entries,
                            int64_t *out_rows);
MUST const Err *house_rebuild(House *house, int64_t *out_entries, int64_t *out_rows);

/* ---- app_heads.c: the witness beside the store, PATH.head ---- */
/* Writes the heads as they are; a fault is logged. Any thread. */
void heads_write(House *house);
/* Claims the store whatever its witness says. What that has against it, or that it is broken or
 * not there, is added to out_was: then the heads are accepted as they are, the security log
 * keeps the reason with each of these, and a new witness is written. HOUSE_BUSY. */
MUST const Err *heads_accept(House *house, Str reason, Faults *out_was);
/* The store's witness, or NULL when there is none, which is logged. WITNESS_BROKEN. */
MUST const Err *heads_read(House *house, Arena *mem, const Witness **out);
/* Whether the store goes on from its witness. WITNESS_AGAINST, WITNESS_BROKEN. */
MUST const Err *heads_hold(House *house);

/* ---- app_syslog.c ---- */
/* A line to the system's log for each head that is not what it was before. */
void heads_syslog(const Witness *before, const Witness *now, Arena *mem);

#endif
