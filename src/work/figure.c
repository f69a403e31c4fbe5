/* SPDX-License-Identifier: Apache-2.0 */
/* figure.c: each case that is seen counts for its figures, in the area where it lies. */
#include "work/figure.h"

#include "base/time.h"
#include "work/inside.h"

/* What has been counted so far: by area, in slots found by its hash; area 0: a free one. */
typedef struct {
    Instant at, midnight;
    Arena *mem;
    Figures sum; /* areas: the slots, area_count: those in use */
    size_t room;
} Sums;

static Sums sums_at(const View *view, Instant at)
{
    return (Sums){.at = at, .midnight = date_start(instant_date(at)), .mem = view->mem};
}

static AreaFigures *slot_of(Sums *m, int64_t area)
{
    size_t i = (uint64_t)area * 0x9E3779B97F4A7C15u >> 32;
    while (m->sum.areas[i % m->room].area && m->sum.areas[i % m->room].area != area)
        i++;
    return &m->sum.areas[i % m->room];
}

static void sums_grow(Sums *m)
{
    Sums more = *m;
    more.room = m->room ? m->room * 2 : 64;
    more.sum.areas = arena_array(m->mem, AreaFigures, more.room);
    for (size_t i = 0; i < m->room; i++)
        if (m->sum.areas[i].area) *slot_of(&more, m->sum.areas[i].area) = m->sum.areas[i];
    *m = more;
}

static void mark(Sums *m, int64_t area, unsigned figures)
{
    if (!figures) return;
    if (m->sum.area_count * 2 >= m->room) sums_grow(m);
    AreaFigures *slot = slot_of(m, area);
    if (!slot->area) m->sum.area_count++;
    slot->area = area;
    for (Figure f = 0; f < FIGURE_COUNT; f++)
        if (figures & 1u << f) {
            slot->count[f]++;
            m->sum.total[f]++;
        }
}

static unsigned bit_new(const Sums *m, const Slip *s)
{
    bool counts = s->opened >= m->midnight && flow_figure(s->flow, FIGURE_NEW);
    return counts ? 1u << FIGURE_NEW : 0;
}

static void mark_open(void *context, const Slip *s)
{
    Sums *m = context;
    unsigned figures = bit_new(m, s);
    bool late = s->due != NIL && m->at >= s->due;
    for (size_t i = 0; i < s->flow->measure_count; i++) {
        const Measure *measure = &s->flow->measures[i];
        if (measure->figured && measure->figure != FIGURE_NEW &&
            measure_gauges(measure, s->state, late))
            figures |= 1u << measure->figure;
    }
    mark(m, s->area, figures);
}

static void mark_ended(void *context, const Slip *s)
{
    mark(context, s->area, bit_new(context, s));
}

static int by_area(const void *a, const void *b)
{
    const AreaFigures *x = a, *y = b;
    return x->area < y->area ? -1 : x->area > y->area;
}

/* The slots in use, by area. */
static void sums_end(Sums *m, Figures *out)
{
    size_t n = 0;
    for (size_t i = 0; i < m->room; i++)
        if (m->sum.areas[i].area) m->sum.areas[n++] = m->sum.areas[i];
    if (n > 1) qsort(m->sum.areas, n, sizeof *m->sum.areas, by_area);
    *out = m->sum;
}

/* ---- now ---- */

/* The last case that was opened before an instant, -1: none; sought by halves, for ids only
 * grow and a region's time never runs backwards. */
static const Err *opened_before(const View *view, Instant at, int64_t *out)
{
    static const Sql sql = SQL("SELECT id, opened FROM cases WHERE region = $1 AND id >= $2 "
                               "AND id <= $3 ORDER BY id DESC LIMIT 1");
    int64_t region = view->who->region, low = ID_MAKE(region, 0),
            high = ID_MAKE(region, (INT64_C(1) << REGION_BITS) - 1);
    *out = -1;
    while (low <= high) {
        Rows rows;
        int64_t middle = low + (high - low) / 2;
        const Err *e =
            db_rows(view->db, &sql, ARGS(ARG_I(region), ARG_I(low), ARG_I(middle)), &rows);
        if (e) return e;
        bool any = rows_next(&rows), before = any && rows_int(&rows, 1) < at;
        if (before) *out = rows_int(&rows, 0);
        if (before || !any)
            low = middle + 1;
        else
            high = rows_int(&rows, 0) - 1;
        if ((e = rows_close(&rows))) return e;
    }
    return NULL;
}

const Err *figures_now(const View *view, int64_t area, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Sums m = sums_at(view, view->now);
    int64_t before;
    filter.area = area;
    sift_open(view, &filter, mark_open, &m);
    filter.from = m.midnight;
    const Err *e = opened_before(view, m.midnight, &before);
    if (!e) e = sift_ended(view, &filter, before, mark_ended, &m);
    if (!e) sums_end(&m, out);
    return e;
}

/* ---- then ---- */

/* The row as the entries up to an instant made it; the newest stand first. */
static const Err *row_then(const View *view, int64_t id, const Entry *entries, size_t n,
                           Instant at, Case *c)
{
    const Ledger *ledger = view->work->spec.ledger;
    while (n-- > 0 && entries[n].at <= at) {
        Change *changes;
        size_t count;
        const Err *e = entry_changes(ledger, view->mem, &entries[n], &changes, &count);
        if (e) return e;
        for (size_t i = 0; i < count; i++) {
            if (changes[i].table != &case_table || changes[i].id != id) continue;
            for (size_t k = 0; k < case_table.count; k++)
                if (changes[i].mask >> k & 1)
                    column_set(&case_table.columns[k], c, &changes[i].values[k]);
        }
    }
    return NULL;
}

static const Err *case_then(const View *view, int64_t id, int64_t entry, Instant at, Case *out)
{
    Entry *entries;
    size_t n;
    const Err *e = ledger_history(view->work->spec.ledger, view->db, &case_table, id, entry,
                                  SIZE_MAX, view->mem, &entries, &n);
    *out = (Case){.ended = NIL};
    if (!e) budget_spend(view->budget, (int64_t)n * BUDGET_WHOLE);
    if (!e) e = row_then(view, id, entries, n, at, out);
    out->id = id; /* columns that no entry repeats */
    out->region = view->who->region;
    return e;
}

/* The newest first: what was open then is seldom far back. */
static const Sql then_sql =
    SQL("SELECT id, entry, flow, flow_version, opened, ended FROM cases "
        "WHERE region = $1 AND id <= $2 ORDER BY id DESC");

static bool figures_any(const Flow *flow)
{
    for (size_t i = 0; flow && i < flow->measure_count; i++)
        if (flow->measures[i].figured) return true;
    return false;
}

/* Those that have not ended for good before: what was open then is among them; so is what was
 * opened and ended on that day, which counts as new. view->mem: of this case alone. */
static const Err *mark_then(const View *view, Rows *rows, const CaseFilter *filter, Sums *m)
{
    int64_t ended = rows_int(rows, 5);
    if (ended != NIL && ended <= m->at && rows_int(rows, 4) < m->midnight) return NULL;
    if (!figures_any(work_flow(view->work, rows_str(rows, 2), rows_int(rows, 3)))) return NULL;
    Case c;
    Slip slip;
    const Err *e = case_then(view, rows_int(rows, 0), rows_int(rows, 1), m->at, &c);
    if (e) return e;
    bool over = c.ended != NIL;
    c.ended = NIL;
    if (work_slip(view->work, &c, view->mem, &slip) && sift_passes(view, filter, &slip))
        (over ? mark_ended : mark_open)(m, &slip);
    return NULL;
}

const Err *figures_then(const View *view, int64_t area, Instant at, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Sums m = sums_at(view, at);
    Rows rows;
    int64_t last;
    filter.area = area;
    const Err *e = opened_before(view, at + 1, &last);
    if (!e)
        e = db_rows(view->db, &then_sql, ARGS(ARG_I(view->who->region), ARG_I(last)), &rows);
    if (e) return e;
    View one = *view;
    one.mem = arena_new(0);
    while (!e && rows_next(&rows) && budget_take(view->budget, BUDGET_ROW)) {
        arena_reset(one.mem);
        e = mark_then(&one, &rows, &filter, &m);
    }
    arena_free(one.mem);
    const Err *closed = rows_close(&rows);
    if (!e) e = closed;
    if (!e) sums_end(&m, out);
    return e;
}
