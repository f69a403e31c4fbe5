/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h: what the heads of the ledger were, told outside of the database. Hashes and chain
 * prove that no entry in the middle is missing or other than it was; of a ledger whose end was
 * cut off they prove nothing, for what is left is a whole ledger, too. The witness is a small
 * text beside the store (docs/ledger.md), replaced whole; it is always older than the ledger or
 * as old as it, never younger.
 *
 * A chain cannot be computed backwards. So that a ledger that has grown since can be held
 * against its witness without hashing all its entries again, the witness holds the hash of the
 * last entry itself, too: witness_hold reads one entry of each region, witness_check all.
 */
#ifndef LEDGER_WITNESS_H
#define LEDGER_WITNESS_H

#include "base/file.h"
#include "ledger/ledger.h"

typedef struct {
    int64_t region, no;
    Str chain, hash; /* 32 bytes each: the region's chain after entry no, that entry's hash */
} WitnessHead;

typedef struct {
    Str path;
    Instant at;         /* when the heads were taken */
    WitnessHead *heads; /* by region */
    size_t count;
} Witness;

extern const Err WITNESS_BROKEN; /* "witness-broken": {0} cannot be read as one */
/* "witness-against": of region {0} the store's head is {1}, {3} has witnessed {2}. */
extern const Err WITNESS_AGAINST;

/* The heads as db has them, and at, ready to be written to path. ENTRY_BROKEN when a head's
 * entry is not there. */
MUST const Err *witness_take(Db *db, Instant at, Str path, Arena *mem, Witness *out);
/* Replaces the file: durable, whole or not at all. Errors: file_write. */
MUST const Err *witness_write(const Witness *witness, Arena *mem);
/* FILE_MISSING, WITNESS_BROKEN. */
MUST const Err *witness_read(Str path, Arena *mem, Witness *out);
/* Whether the store goes on from what was witnessed, as far as one entry a region tells: adds
 * WITNESS_AGAINST for each region that does not. */
MUST const Err *witness_hold(Db *db, const Witness *witness, Faults *against);
/* The same from all entries, a fault of the report for each region that does not. notes: up to
 * where each region is witnessed, and what is younger, a line each. */
MUST const Err *witness_check(Db *db, const Witness *witness, Report *report, Buf *notes);

#endif
