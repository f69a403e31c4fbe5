/* SPDX-License-Identifier: Apache-2.0 */
/* map_counts.c: each case that is seen counts for its figures, in the area where it lies. */
#include "work/map_counts.h"

#include "base/time.h"
#include "work/case_list.h"

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

/* A case as it counts, now or then. */
typedef struct {
    const Flow *flow;
    size_t state;
    int64_t area;
    Instant opened, due;
    bool ended;
} Counted;

static void count_case(Sums *m, const Counted *c)
{
    bool is_new = c->opened >= m->midnight && flow_figure(c->flow, FIGURE_NEW);
    unsigned figures = is_new ? 1u << FIGURE_NEW : 0;
    bool late = c->due != NIL && m->at >= c->due;
    for (size_t i = 0; i < c->flow->measure_count && !c->ended; i++) {
        const Measure *measure = &c->flow->measures[i];
        if (measure->figured && measure->figure != FIGURE_NEW &&
            measure_gauges(measure, c->state, late))
            figures |= 1u << measure->figure;
    }
    mark(m, c->area, figures);
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

static Instant instant_of(const IndexBlock *b, size_t column, size_t row)
{
    uint64_t at = block_instant(b, column, row);
    return at == INDEX_NIL ? NIL : (Instant)at;
}

static void count_row(void *context, const Sieve *v, const IndexBlock *b, size_t row)
{
    const CaseClass *class = shelf_class(v->shelf, block_classes(b, CASES_CLASS)[row]);
    uint16_t area = block_words(b, CASES_AREA)[row];
    Counted c = {.flow = class->flow,
                 .state = class->state,
                 .area = v->shelf->words[CASES_AREA].words[area].ref,
                 .opened = instant_of(b, CASES_OPENED, row),
                 .due = instant_of(b, CASES_DUE, row),
                 .ended = instant_of(b, CASES_ENDED, row) != NIL};
    count_case(context, &c);
}

const Err *figures_now(const View *view, int64_t area, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Sums m = sums_at(view, view->now);
    Sieve v;
    filter.area = area;
    filter.open = 1;
    sieve_begin(view, &filter, NULL, &v);
    sieve_each(&v, count_row, &m);
    filter.open = 0;
    filter.from = m.midnight;
    sieve_each(&v, count_row, &m);
    sieve_end(&v);
    sums_end(&m, out);
    return NULL;
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

static bool figures_any(const Flow *flow)
{
    for (size_t i = 0; i < flow->measure_count; i++)
        if (flow->measures[i].figured) return true;
    return false;
}

/* The cases that may count: those seen that had not ended for good before; among them what was
 * opened and ended on that day, which counts as new. */
typedef struct {
    const Sums *sums;
    int64_t *ids;
    size_t count, room;
} Candidates;

static void add_candidate(void *context, const Sieve *v, const IndexBlock *b, size_t row)
{
    Candidates *all = context;
    const CaseClass *class = shelf_class(v->shelf, block_classes(b, CASES_CLASS)[row]);
    Instant ended = instant_of(b, CASES_ENDED, row);
    if (ended != NIL && ended <= all->sums->at &&
        instant_of(b, CASES_OPENED, row) < all->sums->midnight)
        return;
    if (!figures_any(class->flow)) return;
    if (all->count == all->room) {
        all->room = all->room ? all->room * 2 : 256;
        int64_t *more = arena_array(all->sums->mem, int64_t, all->room);
        if (all->count) memcpy(more, all->ids, all->count * sizeof *more);
        all->ids = more;
    }
    all->ids[all->count++] = ID_MAKE(v->shelf->region, b->seq[row]);
}

/* view->mem: of this case alone. */
static const Err *count_then(const View *view, int64_t id, int64_t top, Sums *m)
{
    static const Sql sql = SQL("SELECT entry FROM cases WHERE region = $1 AND id = $2");
    const Who *who = view->who;
    int64_t entry;
    Case c;
    const Err *e = db_int(view->db, &sql, ARGS(ARG_I(who->region), ARG_I(id)), 0, &entry);
    if (!e) e = case_then(view, id, entry, m->at, &c);
    if (e || !c.flow.p) return e;
    const Flow *flow = work_flow(view->work, c.flow, c.flow_version);
    if (!flow) return &STORE_BROKEN;
    uint32_t first, end, order = area_order(who->ground, c.area, who->at);
    bool inside = top == NIL || (area_range(who->ground, top, who->at, &first, &end) &&
                                 order >= first && order < end);
    Counted counted = {.flow = flow,
                       .state = flow_state(flow, c.state),
                       .area = c.area,
                       .opened = c.opened,
                       .due = c.due,
                       .ended = c.ended != NIL};
    if (inside) count_case(m, &counted);
    return NULL;
}

const Err *figures_then(const View *view, int64_t area, Instant at, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Sums m = sums_at(view, at);
    Sieve v;
    Candidates all = {.sums = &m};
    filter.to = at + 1;
    sieve_begin(view, &filter, NULL, &v);
    sieve_each(&v, add_candidate, &all);
    sieve_end(&v);
    View one = *view;
    one.mem = arena_new(0);
    const Err *e = NULL;
    for (size_t i = all.count; i-- && !e && budget_take(view->budget, BUDGET_ROW);) {
        arena_reset(one.mem);
        e = count_then(&one, all.ids[i], area, &m);
    }
    arena_free(one.mem);
    if (!e) sums_end(&m, out);
    return e;
}
