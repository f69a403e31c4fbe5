/* SPDX-License-Identifier: Apache-2.0 */
/* map_counts.c: each case that is seen counts for its figures, in the area where it lies. */
#include "case/map_counts.h"

#include "base/time.h"
#include "case/case_list.h"
#include "case/map_days.h"

/* What has been counted so far: by area, in slots found by its hash; area 0: a free one. */
typedef struct {
    Instant at, midnight;
    Arena *mem;
    Figures sum; /* areas: the slots, area_count: those in use */
    size_t room;
} Sums;

static Sums sums_at(const CaseView *view, Instant at)
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

static void count_row(void *context, const Filter *v, const IndexBlock *b, size_t row)
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

const Err *figures_now(const CaseView *view, int64_t area, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Sums m = sums_at(view, view->now);
    Filter v;
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

/* The next case of the block as it stood then, whose row is moved to. */
static const DayCase *day_next(const Order *cases, OrderSpot *spot, const IndexBlock *b,
                               int64_t region, size_t *row)
{
    OrderSpot before = *spot;
    const DayCase *c = order_next(cases, spot, NULL);
    if (!c || c->id > ID_MAKE(region, b->seq[b->count - 1])) {
        *spot = before;
        return NULL;
    }
    while (b->seq[*row] < ID_SEQ(c->id))
        ++*row;
    return c;
}

static void count_block(const Filter *v, size_t at, const Order *cases, OrderSpot *spot,
                        int64_t top, Sums *m)
{
    const IndexBlock *b = v->shelf->blocks[at];
    const Who *who = v->view->who;
    uint8_t keep[INDEX_ROWS];
    bool known = false;
    size_t row = 0;
    for (const DayCase *c; (c = day_next(cases, spot, b, v->shelf->region, &row));) {
        if (!known && !sieve_block(v, at, keep)) memset(keep, 0, sizeof keep);
        known = true;
        if (!keep[row] || b->seq[row] != ID_SEQ(c->id)) continue;
        Counted counted = {.flow =
                               shelf_class(v->shelf, block_classes(b, CASES_CLASS)[row])->flow,
                           .state = c->state,
                           .area = c->area,
                           .opened = instant_of(b, CASES_OPENED, row),
                           .due = c->due,
                           .ended = c->ended};
        if (top == NIL || area_within(who->ground, c->area, top, who->at))
            count_case(m, &counted);
    }
}

const Err *figures_then(const CaseView *view, int64_t area, Instant at, Figures *out)
{
    CaseFilter filter = CASE_FILTER;
    Sums m = sums_at(view, at);
    Filter v;
    Order *cases;
    const Err *e = map_days_at(view, at, &cases);
    if (e) return e;
    OrderSpot spot = order_from(cases, ORDER_KEY(0, 0, 0));
    sieve_begin(view, &filter, NULL, &v);
    for (size_t i = 0; i < shelf_blocks(v.shelf); i++)
        count_block(&v, i, cases, &spot, area, &m);
    sieve_end(&v);
    order_free(cases);
    sums_end(&m, out);
    return NULL;
}
