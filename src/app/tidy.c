/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tidy.c: a turn reads entries beside the lane; what they name is written on the lane, which
 * reads the few entries that came meanwhile itself. When none is left, what is then loose and
 * old is named by no entry (blobs_tidy.c tells why it stays so).
 */
#include "app/tidy.h"

#include "base/log.h"

#define READ_MOST  5000 /* entries of a turn, beside the lane */
#define CATCH_MOST 200  /* and on it */
#define NAMES_MOST 500  /* after so many names a turn reads no further entry */

static const Column columns[] = {
    COLUMN(FileMark, region, KIND_INT, "区域", "Region", .flags = COLUMN_REQUIRED),
    COLUMN(FileMark, no, KIND_INT, "已读至", "Read up to", .flags = COLUMN_REQUIRED),
};
const Table file_mark_table = {.name = "file_marks",
                               .class = CLASS_HOUSE,
                               .columns = columns,
                               .count = countof(columns),
                               .size = sizeof(FileMark),
                               .primary = "(region)"};

typedef struct Name Name;
struct Name {
    Name *next;
    Str hash;
    int64_t entry;
};
typedef struct Bound Bound;
struct Bound {
    Bound *next;
    FileMark row;
};

/* What was read in one go. */
typedef struct {
    Arena *mem;
    int64_t left; /* entries that may still be read */
    size_t count; /* names */
    Name *names;
    Bound *bounds;
    bool more; /* it ended before the ledger did */
} Pass;

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static void find_names(Pass *r, Str body, int64_t entry)
{
    for (size_t at = 0, n; at + 64 <= body.n; at += n + 1) {
        for (n = 0; at + n < body.n && is_hex(body.p[at + n]);)
            n++;
        if (n != 64) continue;
        Name *name = arena_make(r->mem, Name);
        *name = (Name){r->names, str_dup(r->mem, (Str){body.p + at, n}), entry};
        r->names = name;
        r->count++;
    }
}

/* Entries of a region behind no from, up to no to. */
static const Err *read_region(Db *db, Pass *r, int64_t region, int64_t from, int64_t to)
{
    static const Sql sql = SQL("SELECT id, body FROM ledger WHERE region = $1 AND id > $2 AND "
                               "id <= $3 ORDER BY id LIMIT $4");
    Rows rows;
    int64_t at = from;
    const Err *e = db_rows(db, &sql,
                           ARGS(ARG_I(region), ARG_I(ID_MAKE(region, from)),
                                ARG_I(ID_MAKE(region, to)), ARG_I(r->left)),
                           &rows);
    if (e) return e;
    while (r->count < NAMES_MOST && rows_next(&rows)) {
        int64_t id = rows_int(&rows, 0);
        find_names(r, rows_str(&rows, 1), id);
        at = ID_SEQ(id);
        r->left--;
    }
    if ((e = rows_close(&rows))) return e;
    r->more |= at < to;
    Bound *bound = arena_make(r->mem, Bound);
    *bound = (Bound){r->bounds, {region, at}};
    r->bounds = bound;
    return NULL;
}

static const Err *read_on(Db *db, Pass *r)
{
    static const Sql sql =
        SQL("SELECT h.region, COALESCE(m.no, 0), h.no FROM ledger_head AS h LEFT JOIN "
            "file_marks AS m ON m.region = h.region WHERE h.no > COALESCE(m.no, 0)");
    Rows rows;
    const Err *e = db_rows(db, &sql, NO_ARGS, &rows);
    if (e) return e;
    while (!e && rows_next(&rows))
        e = read_region(db, r, rows_int(&rows, 0), rows_int(&rows, 1), rows_int(&rows, 2));
    const Err *late = rows_close(&rows);
    return e ? e : late;
}

typedef struct {
    LaneJob job;
    Arena *mem;
    House *house;
    Instant now;
    Pass read;
    VaultFile *gone;
    size_t gone_count;
    bool more;
} TidyTurn;

static const Err *write_names(const TidyTurn *t, Db *db, const Pass *r)
{
    static const Sql sql = SQL("INSERT INTO file_marks (region, no) VALUES ($1, $2) "
                               "ON CONFLICT (region) DO UPDATE SET no = excluded.no");
    const Err *e = NULL;
    for (const Name *n = r->names; n && !e; n = n->next)
        e = vault_name(t->house->vault, db, t->mem, n->hash, n->entry, t->now);
    for (const Bound *m = r->bounds; m && !e; m = m->next)
        e = db_run(db, &sql, ARGS(ARG_I(m->row.region), ARG_I(m->row.no)), NULL);
    return e;
}

static const Err *run(LaneJob *job, Db *db)
{
    TidyTurn *t = (TidyTurn *)job;
    Pass rest = {.mem = t->mem, .left = CATCH_MOST};
    const Err *e = write_names(t, db, &t->read);
    if (!e) e = read_on(db, &rest);
    if (!e) e = write_names(t, db, &rest);
    if (!e && !rest.more)
        e = vault_forget(t->house->vault, db, t->mem, t->now - VAULT_LOOSE_MS, &t->gone,
                         &t->gone_count);
    t->more = rest.more || t->gone_count == VAULT_GO_MOST;
    return e;
}

static void done(LaneJob *job, const Err *e)
{
    TidyTurn *t = (TidyTurn *)job;
    if (!e) vault_delete(t->house->vault, t->gone, t->gone_count);
}

static const Err *turn(House *house, Db *db, bool *out_more)
{
    Arena *mem = arena_new(0);
    TidyTurn t = {.job = {.run = run, .done = done, .alone = true},
                  .mem = mem,
                  .house = house,
                  .now = ledger_clock(house->ledger),
                  .read = {.mem = mem, .left = READ_MOST}};
    const Err *e = read_on(db, &t.read);
    if (!e) e = lane_call(ledger_lane(house->ledger), &t.job);
    if (!e && t.gone_count) log_info("vault loose_gone=%zu", t.gone_count);
    *out_more = !e && t.more;
    arena_free(mem);
    return e;
}

const Err *tidy_files(House *house, int turns)
{
    Db *db;
    bool more = true;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    for (int i = 0; !e && more && (!turns || i < turns); i++)
        e = turn(house, db, &more);
    db_close(db);
    return e;
}
