/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: does the store still keep the laws? The engine looks at its own pages; each entry is
 * hashed again and chained, folded into a store of its own beside, and every live row is
 * compared with what the fold gives.
 */
#include <unistd.h>

#include "base/crypt.h"
#include "ledger/fold.h"

typedef struct {
    Ledger *ledger;
    Db *db;
    Report *report;
    Arena *mem;
} LedgerCheck;

void report_fault(Report *report, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    report->faults++;
    report->fault(report->context, text);
}

static void say_damaged(void *context, Str line)
{
    report_fault(context, "store: %.*s", STR(line));
}

static void say_unread(const LedgerCheck *c, const char *what, const Err *e)
{
    Buf said = BUF(c->mem);
    if (!e) return;
    err_text(e, LANG_EN, &said);
    report_fault(c->report, "%s: cannot be read: %.*s", what, STR(buf_str(&said)));
}

/* ---- the chain ---- */

static const Err *check_head(const LedgerCheck *c, int64_t region, int64_t no, int64_t at,
                             const unsigned char chain[32])
{
    static const Sql sql = SQL("SELECT * FROM ledger_head WHERE region = $1");
    Head head;
    const Err *e = db_one(c->db, &sql, ARGS(ARG_I(region)), &head_table, c->mem, &head);
    if (e && e->kind != ERR_MISSING) return e;
    if (e)
        report_fault(c->report, "chain: region %lld has entries but no head",
                     (long long)region);
    else if (head.no != no || head.at != at)
        report_fault(c->report, "chain: region %lld ends at entry %lld, its head says %lld",
                     (long long)region, (long long)no, (long long)head.no);
    else if (!bytes_same(head.chain, (Str){(const char *)chain, 32}))
        report_fault(c->report,
                     "chain: region %lld: the head's chain is not that of its entries",
                     (long long)region);
    return NULL;
}

static void check_entry(const LedgerCheck *c, const Entry *e, int64_t no, int64_t at)
{
    long long region = (long long)e->region, at_no = (long long)e->no;
    if (e->no != no)
        report_fault(c->report, "chain: region %lld: entry %lld where %lld was due", region,
                     at_no, (long long)no);
    if (e->id != ID_MAKE(e->region, e->no))
        report_fault(c->report, "chain: entry %lld/%lld has id %lld", region, at_no,
                     (long long)e->id);
    if (e->at < at)
        report_fault(c->report, "chain: entry %lld/%lld runs back in time", region, at_no);
    if (!bytes_same(entry_hash(c->mem, e), e->hash))
        report_fault(c->report, "chain: entry %lld/%lld is not what was hashed", region, at_no);
}

static const Err *check_chain(LedgerCheck *c)
{
    static const Sql sql = SQL("SELECT * FROM ledger ORDER BY id");
    Rows rows;
    const Err *e = db_rows(c->db, &sql, NO_ARGS, &rows);
    if (e) return e;
    int64_t region = -1, no = 0, at = 0;
    unsigned char both[64] = {0};
    while (!e && rows_next(&rows)) {
        Entry entry;
        arena_reset(c->mem);
        rows_read(&rows, &entry_table, c->mem, &entry);
        if (entry.region != region) {
            if (region >= 0) e = check_head(c, region, no, at, both);
            region = entry.region;
            no = at = 0;
            memset(both, 0, sizeof both);
        }
        check_entry(c, &entry, no + 1, at);
        no = entry.no;
        at = entry.at;
        if (entry.hash.n == 32) memcpy(both + 32, entry.hash.p, 32);
        sha256((Str){(const char *)both, 64}, both);
    }
    if (!e && !rows.fault && region >= 0) e = check_head(c, region, no, at, both);
    const Err *late = rows_close(&rows);
    return e ? e : late;
}

/* ---- the fold ---- */

static void compare_rows(const LedgerCheck *c, const Table *t, const void *live,
                         const void *folded, int64_t id)
{
    for (size_t i = 0; i < t->count; i++) {
        Value a = column_get(&t->columns[i], live), b = column_get(&t->columns[i], folded);
        if (!value_eq(&t->columns[i], &a, &b)) {
            report_fault(c->report, "fold: %s %lld: column %s is not what the ledger says",
                         t->name, (long long)id, t->columns[i].name);
            return;
        }
    }
}

/* Both results come in order of id: a merge finds rows that only one side has. */
static const Err *compare_table(const LedgerCheck *c, const Table *t, Db *folded)
{
    Str text = str_fmt(c->mem, "SELECT * FROM %s ORDER BY id", t->name);
    Rows live, fold;
    const Err *e = db_query(c->db, text, &live);
    if (e) return e;
    if ((e = db_query(folded, text, &fold))) {
        const Err *ignored = rows_close(&live);
        (void)ignored;
        return e;
    }
    Arena *mem = arena_new(1 << 14);
    bool more_live = rows_next(&live), more_fold = rows_next(&fold);
    StateRow *a = arena_alloc(c->mem, t->size), *b = arena_alloc(c->mem, t->size);
    while ((more_live || more_fold) && !live.fault && !fold.fault) {
        arena_reset(mem);
        if (more_live) rows_read(&live, t, mem, a);
        if (more_fold) rows_read(&fold, t, mem, b);
        bool has_live = more_live && (!more_fold || a->id <= b->id),
             has_fold = more_fold && (!more_live || b->id <= a->id);
        if (has_live && has_fold)
            compare_rows(c, t, a, b, a->id);
        else
            report_fault(c->report,
                         has_live ? "fold: %s %lld is not in the ledger"
                                  : "fold: %s %lld is missing",
                         t->name, (long long)(has_live ? a->id : b->id));
        if (has_live) more_live = rows_next(&live);
        if (has_fold) more_fold = rows_next(&fold);
    }
    arena_free(mem);
    e = rows_close(&live);
    const Err *late = rows_close(&fold);
    return e ? e : late;
}

/* The index of keys, in its own order: one fault tells of all that differs. */
static const Err *compare_keys(const LedgerCheck *c, Db *folded)
{
    static const Sql sql = SQL("SELECT region, key, actor, no, sum FROM ledger_keys ORDER BY "
                               "region, key, actor");
    Rows live, fold;
    const Err *e = db_rows(c->db, &sql, NO_ARGS, &live);
    if (!e && (e = db_rows(folded, &sql, NO_ARGS, &fold))) {
        const Err *ignored = rows_close(&live);
        (void)ignored;
    }
    if (e) return e;
    bool same = true, more = true;
    while (same && more) {
        more = rows_next(&live);
        same = rows_next(&fold) == more;
        for (int i = 0; i < 5 && same && more; i++)
            same = i == 1 || i == 4 ? str_eq(rows_str(&live, i), rows_str(&fold, i))
                                    : rows_int(&live, i) == rows_int(&fold, i);
    }
    if (!same && !live.fault && !fold.fault)
        report_fault(c->report, "keys: the index of keys is not what the ledger says; "
                                "gridward rebuild mends it");
    e = rows_close(&live);
    const Err *late = rows_close(&fold);
    return e ? e : late;
}

/* The next id must be one that no row has. */
static const Err *check_ids(const LedgerCheck *c, const Table *t)
{
    Rows rows;
    const Err *e = db_query(
        c->db,
        str_fmt(c->mem,
                "SELECT h.region, h.seq, (SELECT max(a.id) FROM %s AS a WHERE a.region = "
                "h.region AND a.id >= h.region * 8589934592 AND a.id < (h.region + 1) * "
                "8589934592) FROM ledger_head AS h",
                t->name),
        &rows);
    if (e) return e;
    while (rows_next(&rows)) {
        int64_t id = rows_int(&rows, 2);
        if (id != NIL && ID_SEQ(id) > rows_int(&rows, 1))
            report_fault(c->report, "chain: region %lld gave ids up to %lld, %s has %lld",
                         (long long)rows_int(&rows, 0), (long long)rows_int(&rows, 1), t->name,
                         (long long)ID_SEQ(id));
    }
    return rows_close(&rows);
}

static const Err *fold_and_compare(LedgerCheck *c, Db *folded, FoldCount *count)
{
    size_t n;
    const Table *const *tables = ledger_tables(c->ledger, &n);
    int steps;
    const Err *e = schema_make(folded, tables, n, &steps);
    if (!e) e = db_begin(folded);
    if (!e) e = fold_all(c->ledger, c->db, folded, true, count);
    if (e && e->kind == ERR_BROKEN && err_is(e, &ENTRY_BROKEN)) {
        Buf b = BUF(count->mem);
        err_text(e, LANG_EN, &b);
        report_fault(c->report, "fold: %.*s", STR(buf_str(&b)));
        return NULL;
    }
    if (!e) e = db_commit(folded);
    for (size_t i = 0; i < n && !e; i++)
        if (tables[i]->class == CLASS_STATE) e = compare_table(c, tables[i], folded);
    return e ? e : compare_keys(c, folded);
}

static const Err *check_fold(LedgerCheck *c, FoldCount *count)
{
    char path[] = "/tmp/gridward-check-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) return &STORE_BROKEN;
    close(fd);
    Store *store;
    Db *folded;
    const Err *e = store_open(c->mem, str(path), true, &store);
    if (!e && !(e = db_open(store, DB_SCRATCH, &folded))) {
        e = fold_and_compare(c, folded, count);
        db_rollback(folded);
        db_close(folded);
    }
    unlink(path);
    unlink(str_fmt(c->mem, "%s-wal", path).p);
    unlink(str_fmt(c->mem, "%s-shm", path).p);
    return e;
}

/* ---- references ---- */

static const Err *check_refs(LedgerCheck *c, const Table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const Column *column = &t->columns[i];
        const Table *to = column->kind == KIND_REF && column->list
                              ? ledger_table(c->ledger, str(column->list))
                              : NULL;
        if (!to || to->class != CLASS_STATE) continue;
        bool person = strcmp(to->name, "persons") == 0; /* the house itself has no row there */
        Rows rows;
        const Err *e = db_query(
            c->db,
            str_fmt(
                c->mem,
                "SELECT a.id, a.\"%s\" FROM %s AS a WHERE a.\"%s\" IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM %s AS b WHERE b.id = a.\"%s\") AND a.\"%s\" <> %d ORDER BY "
                "a.id LIMIT 100",
                column->name, t->name, column->name, to->name, column->name, column->name,
                person ? PERSON_HOUSE : -1),
            &rows);
        if (e) return e;
        while (rows_next(&rows))
            report_fault(c->report, "reference: %s %lld: %s %lld does not exist in %s", t->name,
                         (long long)rows_int(&rows, 0), column->name,
                         (long long)rows_int(&rows, 1), to->name);
        if ((e = rows_close(&rows))) return e;
    }
    return NULL;
}

const Err *ledger_check(Ledger *ledger, const Checker *more, size_t more_count, Report *report,
                        int64_t *out_entries, int64_t *out_rows)
{
    LedgerCheck c = {ledger, NULL, report, arena_new(1 << 14)};
    FoldCount count = {.mem = arena_new(0)};
    const Err *e = db_open(ledger_store(ledger), DB_READ, &c.db);
    if (!e && !(e = db_begin(c.db))) {
        say_unread(&c, "store", db_integrity(c.db, say_damaged, report));
        say_unread(&c, "chain", check_chain(&c));
        say_unread(&c, "fold", check_fold(&c, &count));
        size_t n;
        const Table *const *tables = ledger_tables(ledger, &n);
        for (size_t i = 0; i < n; i++) {
            if (tables[i]->class != CLASS_STATE) continue;
            const Err *unread = check_ids(&c, tables[i]);
            say_unread(&c, tables[i]->name, unread ? unread : check_refs(&c, tables[i]));
        }
        for (size_t i = 0; i < more_count; i++)
            say_unread(&c, more[i].what, more[i].check(more[i].context, c.db, report));
        db_rollback(c.db);
    }
    db_close(c.db);
    *out_entries = count.entries;
    *out_rows = count.rows;
    arena_free(count.mem);
    arena_free(c.mem);
    return e;
}
