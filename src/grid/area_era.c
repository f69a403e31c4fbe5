/* SPDX-License-Identifier: Apache-2.0 */
/*
 * area_era.c: the territory in memory: decoded outlines, and for each era between two changes
 * of territory the tree in preorder. A AreaEra never changes once it is in the list; readers
 * take no lock.
 */
#include "grid/snapshot_internal.h"

static int compare_code(const void *a, const void *b, void *context)
{
    const AreaSpan *spans = context, *x = &spans[*(const uint32_t *)a],
                   *y = &spans[*(const uint32_t *)b];
    int by = str_cmp(x->code, y->code);
    return by ? by : (x->starts > y->starts) - (x->starts < y->starts);
}

/* Outlines by id, to find those that were decoded before. */
static const Outline *decoded(const Land *like, const AreaOutline *row)
{
    if (!like) return NULL;
    const Sheet *sheet = &like->sheets[PART_OUTLINE];
    const AreaOutline *rows = sheet->rows;
    for (size_t i = sheet_from(PART_OUTLINE, sheet, row->area);
         i < sheet->n && rows[i].area == row->area; i++)
        if (rows[i].id == row->id && rows[i].shape.p == row->shape.p) return &like->shapes[i];
    return NULL;
}

Land *land_make(Arena *mem, const Sheet sheets[PART_LAND_COUNT], const Land *like)
{
    Land *land = arena_make(mem, Land);
    land->mem = mem;
    for (Part p = 0; p < PART_LAND_COUNT; p++) {
        land->sheets[p] = sheets[p];
        sheet_sort(p, &land->sheets[p]);
    }
    const Sheet *outlines = &land->sheets[PART_OUTLINE];
    const AreaOutline *rows = outlines->rows;
    Outline *shapes = arena_array(mem, Outline, outlines->n);
    for (size_t i = 0; i < outlines->n; i++) {
        const Outline *known = decoded(like, &rows[i]);
        if (known)
            shapes[i] = *known;
        else if (outline_decode(mem, rows[i].shape, &shapes[i]))
            shapes[i] = (Outline){.n = 0}; /* check says so; to everybody else it has none */
    }
    land->shapes = shapes;
    const Sheet *spans = &land->sheets[PART_AREA_SPAN];
    land->by_code = sorted(mem, spans->n, compare_code, spans->rows);
    pthread_mutex_init(&land->lock, NULL);
    atomic_init(&land->refs, 1);
    return land;
}

void land_unref(Land *land)
{
    if (!land || atomic_fetch_sub(&land->refs, 1) != 1) return;
    for (AreaEra *v = atomic_load(&land->views), *next; v; v = next) {
        next = v->next;
        arena_free(v->mem);
    }
    pthread_mutex_destroy(&land->lock);
    arena_free(land->mem);
}

/* ---- the tree of an era ---- */

static void narrow(Instant edge, Instant at, AreaEra *view)
{
    if (edge == NIL) return;
    if (edge <= at && edge > view->from) view->from = edge;
    if (edge > at && edge < view->until) view->until = edge;
}

static void find_era(const Land *land, Instant at, AreaEra *view)
{
    view->from = INT64_MIN;
    view->until = INT64_MAX;
    const AreaSpan *spans = land->sheets[PART_AREA_SPAN].rows;
    for (size_t i = 0; i < land->sheets[PART_AREA_SPAN].n; i++) {
        narrow(spans[i].starts, at, view);
        narrow(spans[i].ends, at, view);
    }
    const AreaOutline *outlines = land->sheets[PART_OUTLINE].rows;
    for (size_t i = 0; i < land->sheets[PART_OUTLINE].n; i++) {
        narrow(outlines[i].starts, at, view);
        narrow(outlines[i].ends, at, view);
    }
}

static int compare_family(const void *a, const void *b, void *context)
{
    (void)context;
    const AreaSpan *x = *(const AreaSpan *const *)a, *y = *(const AreaSpan *const *)b;
    if (x->parent != y->parent) return x->parent < y->parent ? -1 : 1;
    int by = str_cmp(x->code, y->code);
    return by ? by : (x->area > y->area) - (x->area < y->area);
}

typedef struct {
    const Land *land;
    AreaEra *view;
    const AreaSpan **family; /* by parent and code */
    size_t n;
    bool *taken;
} EraWalk;

static size_t first_child(const EraWalk *w, int64_t parent)
{
    size_t low = 0, high = w->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (w->family[mid]->parent < parent)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Depth is bounded by the area count: what was taken is not taken again. */
static void walk(EraWalk *w, size_t i)
{
    const AreaSpan *span = w->family[i];
    if (w->taken[i]) return;
    w->taken[i] = true;
    uint32_t order = w->view->n++;
    w->view->spans[order] = span;
    for (size_t k = first_child(w, span->area); k < w->n && w->family[k]->parent == span->area;
         k++)
        walk(w, k);
    w->view->ends[order] = w->view->n;
}

static void number(const Land *land, AreaEra *view)
{
    const Sheet *areas = &land->sheets[PART_AREA];
    const Area *rows = areas->rows;
    view->orders = arena_array(view->mem, uint32_t, areas->n);
    for (size_t i = 0; i < areas->n; i++)
        view->orders[i] = UINT32_MAX;
    for (uint32_t o = 0; o < view->n; o++) {
        const Area *area = sheet_row(PART_AREA, areas, view->spans[o]->area);
        if (area) view->orders[area - rows] = o;
    }
}

static void lay_tree(const Land *land, Instant at, AreaEra *view)
{
    const Sheet *sheet = &land->sheets[PART_AREA_SPAN];
    const AreaSpan *spans = sheet->rows;
    Arena *mem = view->mem;
    EraWalk w = {land, view, arena_array(mem, const AreaSpan *, sheet->n), 0, NULL};
    for (size_t i = 0; i < sheet->n; i++)
        if (span_covers(spans[i].starts, spans[i].ends, at)) w.family[w.n++] = &spans[i];
    if (w.n > 1) qsort_r(w.family, w.n, sizeof *w.family, compare_family, NULL);
    w.taken = arena_array(mem, bool, w.n);
    view->spans = arena_array(mem, const AreaSpan *, w.n);
    view->ends = arena_array(mem, uint32_t, w.n);
    for (size_t i = 0; i < w.n && w.family[i]->parent == NIL; i++)
        walk(&w, i);
    number(land, view);
}

/* A leaf is an outlined area below which nothing is outlined: a new county takes cases before
 * it has cells. */
static void find_leaves(const Land *land, Instant at, AreaEra *view)
{
    Arena *mem = view->mem;
    const Sheet *sheet = &land->sheets[PART_OUTLINE];
    const AreaOutline *rows = sheet->rows;
    view->rows = arena_array(mem, const AreaOutline *, view->n);
    view->shapes = arena_array(mem, const Outline *, view->n);
    view->leaves = arena_array(mem, uint32_t, view->n);
    uint32_t outlined = UINT32_MAX; /* the last outlined number behind this one */
    for (uint32_t o = view->n; o-- > 0;) {
        const AreaOutline *row = sheet_span(PART_OUTLINE, sheet, view->spans[o]->area, at);
        if (!row || !land->shapes[row - rows].n) continue;
        view->rows[o] = row;
        view->shapes[o] = &land->shapes[row - rows];
        if (outlined >= view->ends[o]) {
            view->leaves[view->leaf_count++] = o;
            view->leaves_in[outline_datum(row) == DATUM_GCJ02]++;
        }
        outlined = o;
    }
    for (uint32_t i = 0; i < view->leaf_count / 2;
         i++) { /* in preorder: where leaves overlap the first wins */
        uint32_t o = view->leaves[i];
        view->leaves[i] = view->leaves[view->leaf_count - 1 - i];
        view->leaves[view->leaf_count - 1 - i] = o;
    }
}

const AreaEra *view_at(const Ground *ground, Instant at)
{
    Land *land = ground->land;
    AreaEra *first = atomic_load_explicit(&land->views, memory_order_acquire);
    for (const AreaEra *v = first; v; v = v->next)
        if (v->from <= at && at < v->until) return v;
    pthread_mutex_lock(&land->lock);
    for (AreaEra *v = atomic_load(&land->views); v != first; v = v->next)
        if (v->from <= at && at < v->until) {
            pthread_mutex_unlock(&land->lock);
            return v;
        }
    Arena *mem = arena_new(1 << 14);
    AreaEra *view = arena_make(mem, AreaEra);
    view->mem = mem;
    find_era(land, at, view);
    lay_tree(land, at, view);
    find_leaves(land, at, view);
    view->next = atomic_load(&land->views);
    atomic_store_explicit(&land->views, view, memory_order_release);
    pthread_mutex_unlock(&land->lock);
    return view;
}

uint32_t view_order(const Ground *ground, const AreaEra *view, int64_t area)
{
    const Sheet *areas = &ground->land->sheets[PART_AREA];
    const Area *row = sheet_row(PART_AREA, areas, area);
    return row ? view->orders[row - (const Area *)areas->rows] : UINT32_MAX;
}

static const Locate *build(AreaEra *v, Datum datum)
{
    Outline *shapes = arena_array(v->mem, Outline, v->leaf_count);
    for (uint32_t i = 0; i < v->leaf_count; i++)
        if (outline_datum(v->rows[v->leaves[i]]) == datum) shapes[i] = *v->shapes[v->leaves[i]];
    return locate_build(v->mem, shapes, v->leaf_count);
}

const Locate *view_locate(const Ground *ground, const AreaEra *view, Datum datum)
{
    AreaEra *v =
        (AreaEra *)(uintptr_t)view; /* what is made on demand is not part of what it says */
    bool gcj = datum == DATUM_GCJ02;
    if (!v->leaves_in[gcj]) return NULL;
    const Locate *locate = atomic_load_explicit(&v->locate[gcj], memory_order_acquire);
    if (locate) return locate;
    pthread_mutex_lock(&ground->land->lock);
    locate = atomic_load(&v->locate[gcj]);
    if (!locate) {
        locate = build(v, datum);
        atomic_store_explicit(&v->locate[gcj], locate, memory_order_release);
    }
    pthread_mutex_unlock(&ground->land->lock);
    return locate;
}

void area_stamp(const Ground *ground, Instant at, int64_t *out_entry, Instant *out_since)
{
    static const Part parts[] = {PART_AREA, PART_AREA_SPAN, PART_OUTLINE};
    int64_t last = 0;
    for (size_t i = 0; i < countof(parts); i++) {
        const Sheet *sheet = &ground->land->sheets[parts[i]];
        const Table *table = part_rows[parts[i]].table;
        const Column *entry = &table->columns[table_column(table, "entry")];
        for (size_t k = 0; k < sheet->n; k++) {
            int64_t n = column_get(entry, (const char *)sheet->rows + k * table->size).i;
            if (n > last) last = n;
        }
    }
    *out_entry = last;
    *out_since = view_at(ground, at)->from;
}
