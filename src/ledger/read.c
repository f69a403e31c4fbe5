/* SPDX-License-Identifier: Apache-2.0 */
/* read.c: history by prev pointers: no index, one point read per step back. */
#include "ledger/ledger.h"

const Err *ledger_entry(Db *db, int64_t region, int64_t no, Arena *mem, Entry *out)
{
    static const Sql sql = SQL("SELECT * FROM ledger WHERE region = $1 AND id = $2");
    return db_one(db, &sql, ARGS(ARG_I(region), ARG_I(ID_MAKE(region, no))), &entry_table, mem,
                  out);
}

const Err *ledger_last(Db *db, int64_t region, int64_t *out_no)
{
    static const Sql sql = SQL("SELECT no FROM ledger_head WHERE region = $1");
    return db_int(db, &sql, ARGS(ARG_I(region)), 0, out_no);
}

/* The entry that changed the row before this one; 0 when this one made it. */
static const Err *prev_of(const Ledger *ledger, Arena *mem, const Entry *entry,
                          const Table *table, int64_t id, int64_t *out)
{
    Change *changes;
    size_t n;
    const Err *e = entry_changes(ledger, mem, entry, &changes, &n);
    if (e) return e;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        if (changes[i].table == table && changes[i].id == id) {
            *out = changes[i].prev;
            return NULL;
        }
    return NULL;
}

const Err *ledger_history(const Ledger *ledger, Db *db, const Table *table, int64_t id,
                          int64_t no, size_t limit, Arena *mem, Entry **out, size_t *out_count)
{
    Entry *entries = NULL;
    size_t n = 0, cap = 0;
    while (no > 0 && n < limit) {
        entries = arena_grow(mem, entries, n, &cap, sizeof *entries);
        const Err *e = ledger_entry(db, ID_REGION(id), no, mem, &entries[n]);
        int64_t prev;
        if (!e) e = prev_of(ledger, mem, &entries[n], table, id, &prev);
        if (e) return e;
        if (prev >= no) prev = 0; /* a chain that does not go back is cut; check reports it */
        no = prev;
        n++;
    }
    *out = entries;
    *out_count = n;
    return NULL;
}
