/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h: what rebuild and check share. Private to this folder. */
#ifndef LEDGER_FOLD_H
#define LEDGER_FOLD_H

#include "ledger/ledger.h"

typedef struct {
    Arena *mem; /* for what an error says */
    int64_t entries, rows;
} FoldCount;

/* Folds every entry of from into the (empty) STATE tables of into; keys: the idempotency index,
 * too. */
MUST const Err *fold_all(const Ledger *ledger, Db *from, Db *into, bool keys, FoldCount *count);

#endif
