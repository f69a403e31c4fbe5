/* SPDX-License-Identifier: Apache-2.0 */
/* map_days.c: the row of a day as bytes, and entries folded into what it says. */
#include "case/map_days.h"

#include "base/time.h"
#include "case/case_index.h"
#include "case/case_internal.h"

/* clang-format off */
typedef struct {
    int64_t region, day, entry;
    Str cases;
} MapDay;
static const Column day_columns[] = {
    COLUMN(MapDay, region, KIND_INT, "区域", "Region", .flags = COLUMN_REQUIRED),
    COLUMN(MapDay, day, KIND_DATE, "日期", "Day", .flags = COLUMN_REQUIRED),
    COLUMN(MapDay, entry, KIND_INT, "记录", "The last entry of that day", .flags = COLUMN_REQUIRED),
    COLUMN(MapDay, cases, KIND_BYTES, "事项", "The cases that stood open at its end"),
};
const Table map_day_table = {.name = "map_days", .class = CLASS_DERIVED, .columns = day_columns,
    .count = countof(day_columns), .size = sizeof(MapDay), .primary = "(region, day)"};
/* clang-format on */

/* Cases being folded, up to an entry. */
typedef struct {
    Work *work;
    Db *db;
    Arena *mem;
    Budget *budget; /* NULL: none */
    int64_t region, entry;
    Order *cases;
} Fold;

static void fold_begin(Work *work, Db *db, Arena *mem, int64_t region, Fold *out)
{
    *out = (Fold){.work = work, .db = db, .mem = mem, .region = region, .cases = order_new()};
}

static DayCase *fold_case(const Fold *f, int64_t id)
{
    return order_get(f->cases, ORDER_KEY(id, 0, 0));
}

static DayCase *fold_put(Fold *f, const DayCase *c)
{
    DayCase *kept = arena_make(f->mem, DayCase);
    *kept = *c;
    order_put(f->cases, ORDER_KEY(c->id, 0, 0), kept);
    return kept;
}

/* ---- a day's row: numbers of 7 bits a byte, the low ones first ---- */

#define REGIONS_AT_ONCE 64
#define DUE_NONE        INT64_C(-0x100000000000) /* long before there were cases */

static void put_number(Buf *out, uint64_t n)
{
    for (; n > 0x7F; n >>= 7)
        buf_char(out, (char)(n | 0x80));
    buf_char(out, (char)n);
}

static uint64_t get_number(Str *in)
{
    uint64_t n = 0;
    for (unsigned shift = 0; in->n && shift < 64; shift += 7) {
        unsigned char c = (unsigned char)*in->p;
        *in = (Str){in->p + 1, in->n - 1};
        n |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80) break;
    }
    return n;
}

/* What ended before that day counts on no later one. */
static Str day_text(const Fold *f, Date day)
{
    Buf out = BUF(f->mem);
    OrderSpot spot = order_from(f->cases, ORDER_KEY(0, 0, 0));
    int64_t before = 0;
    for (const DayCase *c; (c = order_next(f->cases, &spot, NULL));) {
        if (c->ended && !c->fresh) continue;
        int64_t due = c->ended || c->due == NIL ? DUE_NONE : c->due - date_start(day);
        put_number(&out, (uint64_t)(ID_SEQ(c->id) - before));
        put_number(&out, (uint64_t)(c->state + 1) << 1 | c->ended);
        put_number(&out, (uint64_t)ID_SEQ(c->area));
        put_number(&out, (uint64_t)due << 1 ^ (uint64_t)(due >> 63));
        before = ID_SEQ(c->id);
    }
    return buf_str(&out);
}

static void day_read(Fold *f, Date day, Str text)
{
    int64_t seq = 0;
    while (text.n) {
        seq += (int64_t)get_number(&text);
        uint64_t state = get_number(&text);
        DayCase c = {.id = ID_MAKE(f->region, seq), .state = (size_t)(state >> 1) - 1};
        c.ended = state & 1;
        c.area = ID_MAKE(f->region, get_number(&text));
        uint64_t due = get_number(&text);
        int64_t from = (int64_t)(due >> 1) ^ -(int64_t)(due & 1);
        c.due = from == DUE_NONE ? NIL : date_start(day) + from;
        fold_put(f, &c);
    }
}

/* The newest row of a day up to that one; none: nothing is known yet. */
static const Err *fold_day(Fold *f, Date day, Date *out_day)
{
    static const Sql sql =
        SQL("SELECT day, entry, cases FROM map_days WHERE region = $1 AND day "
            "<= $2 ORDER BY day DESC LIMIT 1");
    Rows rows;
    const Err *e = db_rows(f->db, &sql, ARGS(ARG_I(f->region), ARG_I(day)), &rows);
    if (e) return e;
    *out_day = NIL;
    if (rows_next(&rows)) {
        *out_day = rows_int(&rows, 0);
        f->entry = rows_int(&rows, 1);
        day_read(f, *out_day, rows_str(&rows, 2));
    }
    return rows_close(&rows);
}

/* ---- entries ---- */

/* A case's flow is that of its version, which never changes: the columns of cases have it. */
static const Flow *flow_of(const Fold *f, int64_t id)
{
    NounIndex *index = f->work->index;
    const Flow *flow = NULL;
    noun_index_hold(index);
    const IndexShelf *shelf = noun_index_shelf(index, f->region);
    size_t row = shelf ? shelf_from(shelf, ID_SEQ(id)) : 0;
    if (shelf && row < shelf->count) {
        const IndexBlock *b = shelf->blocks[row / INDEX_ROWS];
        uint32_t class = block_classes(b, CASES_CLASS)[row % INDEX_ROWS];
        if (b->seq[row % INDEX_ROWS] == ID_SEQ(id)) flow = shelf_class(shelf, class)->flow;
    }
    noun_index_leave(index);
    return flow;
}

static const Value *changed(const Change *change, const char *column)
{
    size_t at = table_column(&case_table, column);
    return change->mask >> at & 1 ? &change->values[at] : NULL;
}

static void apply(const Fold *f, DayCase *c, const Change *change)
{
    const Value *state = changed(change, "state"), *area = changed(change, "area");
    const Value *due = changed(change, "due"), *ended = changed(change, "ended");
    const Flow *flow = state ? flow_of(f, c->id) : NULL;
    if (flow) c->state = flow_state(flow, state->s);
    if (area) c->area = area->i;
    if (due) c->due = due->i;
    if (ended) c->ended = ended->i != NIL;
}

/* A case that had ended is open again: as the entries before made it. */
static const Err *fold_again(Fold *f, int64_t id, int64_t no, DayCase **out)
{
    Entry *entries;
    size_t n;
    const Ledger *ledger = f->work->spec.ledger;
    DayCase c = {.id = id, .state = FLOW_NONE, .area = NIL, .due = NIL};
    const Err *e =
        ledger_history(ledger, f->db, &case_table, id, no, SIZE_MAX, f->mem, &entries, &n);
    while (!e && n--) {
        Change *changes;
        size_t count;
        e = entry_changes(ledger, f->mem, &entries[n], &changes, &count);
        for (size_t i = 0; i < count && !e; i++)
            if (changes[i].table == &case_table && changes[i].id == id)
                apply(f, &c, &changes[i]);
    }
    if (!e) *out = fold_put(f, &c);
    return e;
}

static const Err *fold_change(Fold *f, const Change *change, int64_t no)
{
    DayCase *c = fold_case(f, change->id);
    const Value *ended = changed(change, "ended");
    if (!c && change->op == ROW_PUT) {
        c = fold_put(f, &(DayCase){.id = change->id, .area = NIL, .due = NIL, .fresh = true});
    } else if (!c)
        return ended && ended->i == NIL ? fold_again(f, change->id, no, &c) : NULL;
    apply(f, c, change);
    return NULL;
}

/* An import's entry has thousands of rows: what names no case is not taken apart. */
static const Err *fold_entry(Fold *f, const Entry *entry, Arena *mem)
{
    Change *changes;
    size_t n;
    f->entry = entry->no;
    if (str_find(entry->body, S("[\"cases\",")) == SIZE_MAX) return NULL;
    const Err *e = entry_changes(f->work->spec.ledger, mem, entry, &changes, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (changes[i].table == &case_table && changes[i].op != ROW_DEL)
            e = fold_change(f, &changes[i], entry->no);
    return e;
}

/* All entries before an instant. */
static const Err *fold_until(Fold *f, Instant end)
{
    static const Sql sql = SQL("SELECT * FROM ledger WHERE region = $1 AND id > $2 AND id < $3 "
                               "ORDER BY id");
    Rows rows;
    const Err *e = db_rows(f->db, &sql,
                           ARGS(ARG_I(f->region), ARG_I(ID_MAKE(f->region, f->entry)),
                                ARG_I(ID_MAKE(f->region + 1, 0))),
                           &rows);
    if (e) return e;
    Arena *mem = arena_new(0);
    while (!e && rows_next(&rows) && budget_take(f->budget, BUDGET_WHOLE)) {
        Entry entry;
        arena_reset(mem);
        rows_read(&rows, &entry_table, mem, &entry);
        if (entry.at >= end) break;
        e = fold_entry(f, &entry, mem);
    }
    arena_free(mem);
    const Err *closed = rows_close(&rows);
    return e ? e : closed;
}

const Err *map_days_at(const CaseView *view, Instant at, Order **out)
{
    Fold f;
    Date day;
    fold_begin(view->work, view->db, view->mem, view->who->region, &f);
    f.budget = view->budget;
    const Err *e = fold_day(&f, instant_date(at + 1) - 1, &day);
    if (!e) e = fold_until(&f, at + 1);
    if (e)
        order_free(f.cases);
    else
        *out = f.cases;
    return e;
}

/* ---- the turn of a day ---- */

static const Err *day_put(void *context, Db *db)
{
    static const Sql sql =
        SQL("INSERT INTO map_days (region, day, entry, cases) VALUES ($1, $2, "
            "$3, $4) ON CONFLICT (region, day) DO NOTHING");
    const MapDay *day = context;
    return db_run(
        db, &sql,
        ARGS(ARG_I(day->region), ARG_I(day->day), ARG_I(day->entry), ARG_B(day->cases)), NULL);
}

/* The first day of a region that has no row yet; NIL: it has no entries. */
static const Err *day_next(Db *db, int64_t region, Date *out)
{
    static const Sql last = SQL("SELECT max(day) FROM map_days WHERE region = $1");
    static const Sql first = SQL("SELECT at FROM ledger WHERE region = $1 ORDER BY id LIMIT 1");
    int64_t at;
    const Err *e = db_int(db, &last, ARGS(ARG_I(region)), NIL, out);
    if (e || *out != NIL) return e ? e : (++*out, NULL);
    e = db_int(db, &first, ARGS(ARG_I(region)), NIL, &at);
    if (!e && at != NIL) *out = instant_date(at);
    return e;
}

static const Err *day_turn(Work *work, Db *db, int64_t region, Instant now, bool *out_more)
{
    Date day, before;
    const Err *e = day_next(db, region, &day);
    if (e || day == NIL || date_end(day) + MS_MINUTE > now) return e;
    Arena *mem = arena_new(0);
    Fold f;
    fold_begin(work, db, mem, region, &f);
    e = fold_day(&f, day - 1, &before);
    if (!e) e = fold_until(&f, date_end(day));
    if (!e) {
        MapDay row = {region, day, f.entry, day_text(&f, day)};
        e = lane_write(ledger_lane(work->spec.ledger), day_put, &row);
        *out_more = true;
    }
    order_free(f.cases);
    arena_free(mem);
    return e;
}

const Err *map_days_turn(Work *work, Db *db, Instant now, bool *out_more)
{
    int64_t regions[REGIONS_AT_ONCE];
    size_t n = 0;
    noun_index_hold(work->index);
    const IndexShelf *shelf = noun_index_shelves(work->index);
    for (; shelf && n < countof(regions); shelf = shelf->next)
        regions[n++] = shelf->region;
    noun_index_leave(work->index);
    *out_more = false;
    const Err *e = NULL;
    for (size_t i = 0; i < n && !e; i++)
        e = day_turn(work, db, regions[i], now, out_more);
    return e;
}
