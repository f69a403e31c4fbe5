/* SPDX-License-Identifier: Apache-2.0 */
/* figure.c: each case that is seen gives a hit for each figure that counts it; the hits,
 * sorted by area, add up. */
#include "work/figure.h"

#include "base/time.h"
#include "work/inside.h"

typedef struct {
    int64_t area;
    unsigned figures; /* bits 1 << Figure */
} Hit;

typedef struct {
    Instant at, midnight;
    Arena *mem;
    Hit *hits;
    size_t count, room;
} Hits;

static Hits hits_at(const View *view, Instant at)
{
    return (Hits){.at = at, .midnight = date_start(instant_date(at)), .mem = view->mem};
}

static void mark(Hits *m, int64_t area, unsigned figures)
{
    if (!figures) return;
    if (m->count == m->room) {
        m->room = m->room ? m->room * 2 : 256;
        Hit *more = arena_array(m->mem, Hit, m->room);
        if (m->count) memcpy(more, m->hits, m->count * sizeof *more);
        m->hits = more;
    }
    m->hits[m->count++] = (Hit){area, figures};
}

static unsigned bit_new(const Hits *m, const Slip *s)
{
    bool counts = s->opened >= m->midnight && flow_figure(s->flow, FIGURE_NEW);
    return counts ? 1u << FIGURE_NEW : 0;
}

static void mark_open(void *context, const Slip *s)
{
    Hits *m = context;
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

/* ---- adding up ---- */

static int by_area(const void *a, const void *b)
{
    const Hit *x = a, *y = b;
    return x->area < y->area ? -1 : x->area > y->area;
}

static void add_up(Hits *m, Figures *out)
{
    Figures f = {.areas = arena_array(m->mem, AreaFigures, m->count)};
    if (m->count > 1) qsort(m->hits, m->count, sizeof *m->hits, by_area);
    for (size_t i = 0; i < m->count; i++) {
        if (!i || m->hits[i].area != m->hits[i - 1].area)
            f.areas[f.area_count++] = (AreaFigures){.area = m->hits[i].area};
        for (Figure k = 0; k < FIGURE_COUNT; k++)
            if (m->hits[i].figures & 1u << k) {
                f.total[k]++;
                f.areas[f.area_count - 1].count[k]++;
            }
    }
    *out = f;
}

/* ---- now ---- */

/* The id before the first case of the day: ids only grow, and a region's time never runs
 * backwards. */
static const Err *before_day(const View *view, Instant midnight, int64_t *out)
{
    static const Sql sql = SQL("SELECT id, opened FROM cases WHERE region = $1 ORDER BY region "
                               "DESC, id DESC");
    Rows rows;
    const Err *e = db_rows(view->db, &sql, ARGS(ARG_I(view->who->region)), &rows);
    if (e) return e;
    int64_t before = -1;
    while (rows_next(&rows))
        if (rows_int(&rows, 1) < midnight) {
            before = rows_int(&rows, 0);
            break;
        }
    *out = before;
    return rows_close(&rows);
}

const Err *figures_now(const View *view, int64_t area, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Hits m = hits_at(view, view->now);
    int64_t before;
    filter.area = area;
    sift_open(view, &filter, mark_open, &m);
    filter.from = m.midnight;
    const Err *e = before_day(view, m.midnight, &before);
    if (!e) e = sift_ended(view, &filter, before, mark_ended, &m);
    if (!e) add_up(&m, out);
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
    if (!e) e = row_then(view, id, entries, n, at, out);
    out->id = id; /* columns that no entry repeats */
    out->region = view->who->region;
    return e;
}

/* Those that were opened by then and have not ended for good before: what was open then is
 * among them; so is what ended on that day, which counts as new. */
static const Sql then_sql = SQL(
    "SELECT id, entry, flow, flow_version FROM cases WHERE region = $1 AND opened <= $2 AND "
    "(ended IS NULL OR ended > $2 OR opened >= $3) ORDER BY id");

static bool figures_any(const Flow *flow)
{
    for (size_t i = 0; flow && i < flow->measure_count; i++)
        if (flow->measures[i].figured) return true;
    return false;
}

static const Err *mark_then(const View *view, Rows *rows, const CaseFilter *filter, Hits *m)
{
    if (!figures_any(work_flow(view->work, rows_str(rows, 2), rows_int(rows, 3)))) return NULL;
    Case c;
    Slip slip;
    const Err *e = case_then(view, rows_int(rows, 0), rows_int(rows, 1), m->at, &c);
    if (e) return e;
    bool ended = c.ended != NIL;
    c.ended = NIL;
    if (work_slip(view->work, &c, view->mem, &slip) && sift_passes(view, filter, &slip))
        (ended ? mark_ended : mark_open)(m, &slip);
    return NULL;
}

const Err *figures_then(const View *view, int64_t area, Instant at, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Hits m = hits_at(view, at);
    Rows rows;
    filter.area = area;
    const Err *e = db_rows(view->db, &then_sql,
                           ARGS(ARG_I(view->who->region), ARG_I(at), ARG_I(m.midnight)), &rows);
    if (e) return e;
    while (!e && rows_next(&rows))
        e = mark_then(view, &rows, &filter, &m);
    const Err *closed = rows_close(&rows);
    if (!e) e = closed;
    if (!e) add_up(&m, out);
    return e;
}
