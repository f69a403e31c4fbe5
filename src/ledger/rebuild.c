/* SPDX-License-Identifier: Apache-2.0 */
/* rebuild.c: STATE is the fold of the entries: throw it away and fold again. */
#include "ledger/fold.h"

static const Err *refold_keys(Db *db, const Entry *entry, const Json *body)
{
    static const Sql keep = SQL(
        "INSERT INTO ledger_keys (region, key, actor, no, sum) VALUES ($1, $2, $3, $4, $5)");
    if (!entry->key.p) return NULL;
    return db_run(db, &keep,
                  ARGS(ARG_I(entry->region), ARG_S(entry->key), ARG_I(entry->actor),
                       ARG_I(entry->no), ARG_S(json_member(body, "sum"))),
                  NULL);
}

const Err *fold_all(const Ledger *ledger, Db *from, Db *into, bool keys, FoldCount *count)
{
    static const Sql sql = SQL("SELECT * FROM ledger ORDER BY id");
    Arena *mem = arena_new(1 << 16);
    Rows rows;
    const Err *e = db_rows(from, &sql, NO_ARGS, &rows);
    if (e) return e;
    while (!e && rows_next(&rows)) {
        Entry entry;
        const Json *body;
        Change *changes;
        size_t n;
        arena_reset(mem);
        rows_read(&rows, &entry_table, mem, &entry);
        if ((e = entry_body(mem, &entry, &body))) break;
        if ((e = entry_rows(ledger, mem, &entry, body, &changes, &n))) break;
        if ((e = apply_changes(into, entry.region, entry.no, changes, n))) {
            Str at = str_fmt(mem, "%lld/%lld", (long long)entry.region, (long long)entry.no);
            e = err_make(count->mem, &ENTRY_BROKEN, at, str(e->code));
            break;
        }
        if (keys) e = refold_keys(into, &entry, body);
        count->entries++;
        count->rows += (int64_t)n;
    }
    if (e && e->args[0].p)
        e = err_make4(count->mem, e, e->args[0], e->args[1], e->args[2], e->args[3]);
    const Err *late = rows_close(&rows);
    arena_free(mem);
    return e ? e : late;
}

static const Err *make_anew(const Ledger *ledger, Db *db)
{
    size_t n;
    const Table *const *tables = ledger_tables(ledger, &n);
    const Err *e = NULL;
    for (size_t i = 0; i < n && !e; i++)
        if (tables[i]->class == CLASS_STATE || tables[i]->class == CLASS_DERIVED)
            e = schema_drop(db, tables[i]);
    int steps;
    return e ? e : schema_make(db, tables, n, &steps);
}

typedef struct {
    LaneJob job;
    Ledger *ledger;
    const Refill *refills;
    size_t refill_count;
    FoldCount count;
} RebuildJob;

static const Err *rebuild_run(LaneJob *lane_job, Db *db)
{
    RebuildJob *job = (RebuildJob *)lane_job;
    const Err *e = make_anew(job->ledger, db);
    if (!e) e = fold_all(job->ledger, db, db, true, &job->count);
    for (size_t i = 0; i < job->refill_count && !e; i++)
        e = job->refills[i].refill(db);
    return e;
}

const Err *ledger_rebuild(Ledger *ledger, const Refill *refills, size_t count,
                          int64_t *out_entries, int64_t *out_rows)
{
    static Arena *kept; /* what an error says outlives the job */
    if (!kept) kept = arena_new(0);
    RebuildJob job = {.job = {.run = rebuild_run, .alone = true},
                      .ledger = ledger,
                      .refills = refills,
                      .refill_count = count,
                      .count = {.mem = kept}};
    const Err *e = lane_call(ledger_lane(ledger), &job.job);
    *out_entries = job.count.entries;
    *out_rows = job.count.rows;
    return e;
}
