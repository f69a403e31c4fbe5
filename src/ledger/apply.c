/* SPDX-License-Identifier: Apache-2.0 */
/* apply.c: the one applier. Live acts and rebuild both pass here; nothing else writes STATE. */
#include "ledger/ledger.h"

enum { AT_ID, AT_REGION, AT_ENTRY };

static const Err *apply_put(Db *db, int64_t region, int64_t no, const Change *c)
{
    c->values[AT_ID].i = c->id;
    c->values[AT_REGION].i = region;
    c->values[AT_ENTRY].i = no;
    return db_put(db, c->table, c->values);
}

static const Err *apply_set(Db *db, int64_t no, const Change *c)
{
    c->values[AT_ENTRY].i = no;
    return db_set(db, c->table, c->id, c->mask | UINT64_C(1) << AT_ENTRY, c->values);
}

const Err *apply_changes(Db *db, int64_t region, int64_t no, const Change *changes,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Change *c = &changes[i];
        const Err *e = c->op == ROW_PUT   ? apply_put(db, region, no, c)
                       : c->op == ROW_SET ? apply_set(db, no, c)
                                          : db_del(db, c->table, c->id);
        if (e) return e;
    }
    return NULL;
}
