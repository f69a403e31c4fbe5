/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h: a few facts about the store itself that are no part of the ledger (HOUSE), such
 * as that it is a demo.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "store/lane.h"

typedef struct {
    int64_t region; /* 0 */
    Str name, value;
} HouseFact;
extern const Table house_fact_table;

/* The fact of that name, in mem; STR_NULL when nobody said. */
MUST const Err *house_fact(Db *db, Arena *mem, Str name, Str *out);
/* Says it, once: STORE_CLASH when it was said before. */
MUST const Err *house_fact_set(Lane *lane, Str name, Str value);

#endif
