/* SPDX-License-Identifier: Apache-2.0 */
/* area_tree.c: reading areas at an instant. */
#include "grid/snapshot_internal.h"

#define STEPS_MOST 64 /* from a closed area to what it has become */

const AreaSpan *area_at(const Ground *g, int64_t area, Instant at)
{
    return sheet_span(PART_AREA_SPAN, &g->sheets[PART_AREA_SPAN], area, at);
}

const AreaSpan *area_by_code(const Ground *g, Str code, Instant at)
{
    const AreaSpan *spans = ROWS(g, PART_AREA_SPAN, AreaSpan);
    const uint32_t *by = g->land->by_code;
    size_t low = 0, n = g->sheets[PART_AREA_SPAN].n, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (str_cmp(spans[by[mid]].code, code) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < n && str_eq(spans[by[low]].code, code); low++)
        if (span_covers(spans[by[low]].starts, spans[by[low]].ends, at)) return &spans[by[low]];
    return NULL;
}

const AreaSpan *area_root(const Ground *g, Instant at)
{
    const AreaEra *v = view_at(g, at);
    return v->n ? v->spans[0] : NULL;
}

Level area_level(const AreaSpan *span)
{
    Level level = LEVEL_REGION;
    bool known = level_by_name(span->level, &level);
    assert(known);
    return level;
}

bool area_within(const Ground *g, int64_t area, int64_t top, Instant at)
{
    const AreaEra *v = view_at(g, at);
    uint32_t a = view_order(g, v, area), t = view_order(g, v, top);
    return a != UINT32_MAX && t != UINT32_MAX && a >= t && a < v->ends[t];
}

/* What a closed area has become: its successor, else the parent it had last. */
static int64_t heir(const Ground *g, int64_t area)
{
    const Area *row = sheet_row(PART_AREA, &g->sheets[PART_AREA], area);
    if (!row) return NIL;
    if (row->successor != NIL) return row->successor;
    const Sheet *sheet = &g->sheets[PART_AREA_SPAN];
    size_t i = sheet_from(PART_AREA_SPAN, sheet, area + 1);
    const AreaSpan *last = i ? (const AreaSpan *)sheet->rows + i - 1 : NULL;
    return last && last->area == area ? last->parent : NIL;
}

bool area_range(const Ground *g, int64_t area, Instant at, uint32_t *out_first,
                uint32_t *out_end)
{
    const AreaEra *v = view_at(g, at);
    uint32_t order = view_order(g, v, area);
    if (order != UINT32_MAX) {
        *out_first = order;
        *out_end = v->ends[order];
        return true;
    }
    for (int step = 0; step < STEPS_MOST && order == UINT32_MAX; step++) {
        area = heir(g, area);
        if (area == NIL) return false;
        order = view_order(g, v, area);
    }
    if (order == UINT32_MAX) return false;
    *out_first = *out_end = order;
    return true;
}

const AreaSpan *area_by_order(const Ground *g, uint32_t order, Instant at)
{
    const AreaEra *v = view_at(g, at);
    return order < v->n ? v->spans[order] : NULL;
}

size_t area_path(const Ground *g, int64_t area, Instant at, const AreaSpan *out[LEVEL_COUNT])
{
    size_t n = 0;
    while (area != NIL && n < LEVEL_COUNT) {
        const AreaSpan *span = area_at(g, area, at);
        if (!span) break;
        out[n++] = span;
        area = span->parent;
    }
    return n;
}

void area_children(const Ground *g, int64_t parent, Instant at, Arena *mem,
                   const AreaSpan ***out, size_t *out_count)
{
    const AreaEra *v = view_at(g, at);
    uint32_t top = parent == NIL ? 0 : view_order(g, v, parent),
             first = parent == NIL ? 0 : top + 1;
    const AreaSpan **all = arena_array(mem, const AreaSpan *, v->n);
    size_t n = 0;
    if (top != UINT32_MAX && v->n)
        for (uint32_t o = first; o < (parent == NIL ? v->n : v->ends[top]); o = v->ends[o])
            all[n++] = v->spans[o];
    *out = all;
    *out_count = n;
}

void area_tree(const Ground *g, int64_t top, Instant at, Arena *mem, const AreaSpan ***out,
               size_t *out_count)
{
    const AreaEra *v = view_at(g, at);
    uint32_t order = view_order(g, v, top);
    size_t n = order == UINT32_MAX ? 0 : v->ends[order] - order;
    const AreaSpan **all = arena_array(mem, const AreaSpan *, n);
    if (n) memcpy(all, &v->spans[order], n * sizeof(const AreaSpan *));
    *out = all;
    *out_count = n;
}

const AreaOutline *area_outline(const Ground *g, int64_t area, Instant at,
                                const Outline **out_shape)
{
    const AreaEra *v = view_at(g, at);
    uint32_t order = view_order(g, v, area);
    if (order == UINT32_MAX || !v->rows[order]) return NULL;
    if (out_shape) *out_shape = v->shapes[order];
    return v->rows[order];
}

/* Rows of a part that belong to an area at an instant. */
#define LIST_OF_AREA(part, Type)                                                               \
    const Sheet *sheet = &g->sheets[part];                                                     \
    const Type *rows = sheet->rows, **all = NULL;                                              \
    size_t first = sheet_from(part, sheet, area), end = first, n = 0;                          \
    while (end < sheet->n && rows[end].area == area)                                           \
        end++;                                                                                 \
    all = arena_array(mem, const Type *, end - first);                                         \
    for (size_t i = first; i < end; i++)                                                       \
        if (span_covers(rows[i].starts, rows[i].ends, at)) all[n++] = &rows[i];                \
    *out = all;                                                                                \
    *out_count = n

void area_dockings(const Ground *g, int64_t area, Instant at, Arena *mem, const Docking ***out,
                   size_t *out_count)
{
    LIST_OF_AREA(PART_DOCKING, Docking);
}

void area_codes(const Ground *g, int64_t area, Instant at, Arena *mem, const AreaCode ***out,
                size_t *out_count)
{
    LIST_OF_AREA(PART_AREA_CODE, AreaCode);
}

int64_t area_find_by(const Ground *g, Point p, Datum datum, Instant at)
{
    const AreaEra *v = view_at(g, at);
    const Locate *plain = view_locate(g, v, DATUM_WGS84),
                 *shifted = view_locate(g, v, DATUM_GCJ02);
    int64_t leaf = plain ? locate_find(plain, point_to_wgs84(p, datum)) : -1;
    if (leaf < 0 && shifted)
        leaf =
            locate_find(shifted, datum == DATUM_GCJ02 ? p : point_from_wgs84(p, DATUM_GCJ02));
    return leaf < 0 ? NIL : v->spans[v->leaves[leaf]]->area;
}

int64_t area_find(const Ground *g, Point p, Instant at)
{
    return area_find_by(g, p, DATUM_WGS84, at);
}

int64_t area_nearest(const Ground *g, Point p, Instant at, int64_t *out_metres)
{
    const AreaEra *v = view_at(g, at);
    const Locate *plain = view_locate(g, v, DATUM_WGS84),
                 *shifted = view_locate(g, v, DATUM_GCJ02);
    int64_t metres = INT64_MAX, far = INT64_MAX;
    int64_t leaf = plain ? locate_nearest(plain, p, &metres) : -1;
    int64_t other =
        shifted ? locate_nearest(shifted, point_from_wgs84(p, DATUM_GCJ02), &far) : -1;
    if (other >= 0 && (leaf < 0 || far < metres)) {
        leaf = other;
        metres = far;
    }
    if (leaf < 0) return NIL;
    *out_metres = metres;
    return v->spans[v->leaves[leaf]]->area;
}

int64_t area_heir(const Ground *g, int64_t area, Instant at)
{
    for (int steps = 0; area != NIL && steps < 64; steps++) {
        if (area_at(g, area, at)) return area;
        const Area *row = sheet_row(PART_AREA, &g->sheets[PART_AREA], area);
        area = row ? row->successor : NIL;
    }
    return NIL;
}

uint64_t ground_mark(const Ground *g, Instant at)
{
    const AreaEra *v = view_at(g, at);
    uint64_t mark = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        uint64_t span = (uint64_t)v->spans[i]->id ^ (uint64_t)v->spans[i]->parent << 20;
        uint64_t drawn = v->rows[i] ? (uint64_t)v->rows[i]->id : 0;
        mark = (mark * 31 + span) * 0x9E3779B97F4A7C15u + drawn +
               (v->rows[i] ? (uint64_t)v->rows[i]->entry << 1 : 0);
    }
    const DepartmentSpan *bodies = ROWS(g, PART_DEPARTMENT_SPAN, DepartmentSpan);
    for (size_t i = 0; i < g->sheets[PART_DEPARTMENT_SPAN].n; i++)
        if (span_covers(bodies[i].starts, bodies[i].ends, at))
            mark = (mark * 31 + (uint64_t)bodies[i].id) * 0x9E3779B97F4A7C15u;
    return mark;
}
