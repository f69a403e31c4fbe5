/* SPDX-License-Identifier: Apache-2.0 */
/* blind_spot.c: walks an area's subtree once and asks of each what nobody minds. */
#include "grid/blind_spot.h"

#include "grid/duty.h"
#include "grid/handover.h"
#include "grid/overlap.h"

static const struct {
    const char *name, *zh, *en;
} kinds[BLIND_COUNT] = {
    [BLIND_NO_MEMBER] = {"no-member", "无网格员在岗", "No grid member"},
    [BLIND_NO_OFFICER] = {"no-officer", "无监管责任人在岗", "No responsible officer"},
    [BLIND_NO_CHIEF] = {"no-chief", "无网格长在岗", "No grid chief"},
    [BLIND_OFFICER_NOT_ESTABLISHED] = {"officer-not-established", "监管责任人不在编",
                                       "Responsible officer is not on establishment"},
    [BLIND_NO_OUTLINE] = {"no-outline", "没有界线", "No outline"},
    [BLIND_OVERLAP] = {"overlap", "界线重叠", "Outlines overlap"},
    [BLIND_GAP] = {"gap", "下级界线未铺满", "Outlines below do not cover it exactly"},
    [BLIND_SUBJECT_NO_CELL] = {"subject-no-cell", "监管对象无网格", "Subject in no cell"},
    [BLIND_SUBJECT_NO_LEAD] = {"subject-no-lead", "监管对象无牵头部门",
                               "Subject without lead department"},
};

const char *blind_name(BlindKind kind)
{
    assert(kind < BLIND_COUNT);
    return kinds[kind].name;
}

const char *blind_zh(BlindKind kind)
{
    assert(kind < BLIND_COUNT);
    return kinds[kind].zh;
}

const char *blind_en(BlindKind kind)
{
    assert(kind < BLIND_COUNT);
    return kinds[kind].en;
}

typedef struct {
    const Ground *g;
    const AreaEra *view;
    Instant at;
    Arena *mem;
    Blind *all;
    size_t n, cap;
} BlindWalk;

static Blind *add(BlindWalk *w, BlindKind kind, int64_t area)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 32;
        Blind *more = arena_array(w->mem, Blind, w->cap);
        if (w->n) memcpy(more, w->all, w->n * sizeof *more);
        w->all = more;
    }
    Blind *b = &w->all[w->n++];
    *b = (Blind){
        .kind = kind, .area = area, .other = NIL, .seat = NIL, .person = NIL, .since = NIL};
    return b;
}

/* Since when, and why, nobody sits on a seat: the last hold that ended, or the absence that
 * runs. */
static void say_vacant(const BlindWalk *w, const Seat *seat, Blind *b)
{
    b->seat = seat->id;
    b->since = seat->starts;
    b->reason = seat->vacancy;
    const SeatHold *holder = seat_hold(w->g, seat->id, HOLD_HOLDER, w->at);
    const Absence *away = holder ? person_absence(w->g, holder->person, w->at) : NULL;
    if (away) {
        b->person = holder->person;
        b->since = away->starts;
        return;
    }
    const Sheet *sheet = &w->g->sheets[PART_HOLD];
    const SeatHold *rows = sheet->rows;
    for (size_t i = sheet_from(PART_HOLD, sheet, seat->id);
         i < sheet->n && rows[i].seat == seat->id; i++)
        if (rows[i].ends != NIL && rows[i].ends <= w->at && rows[i].ends >= b->since) {
            if (rows[i].reason.p || rows[i].ends > b->since) b->reason = rows[i].reason;
            b->since = rows[i].ends;
        }
}

static void cell(BlindWalk *w, int64_t area)
{
    static const struct {
        Role role;
        BlindKind kind;
    } wanted[] = {{ROLE_GRID_MEMBER, BLIND_NO_MEMBER},
                  {ROLE_RESPONSIBLE_OFFICER, BLIND_NO_OFFICER},
                  {ROLE_GRID_CHIEF, BLIND_NO_CHIEF}};
    for (size_t i = 0; i < countof(wanted); i++) {
        const Seat *seat;
        if (area_covered(w->g, area, wanted[i].role, w->at, &seat)) continue;
        Blind *b = add(w, wanted[i].kind, area);
        if (seat) say_vacant(w, seat, b);
    }
}

static void officers(BlindWalk *w, int64_t area)
{
    for (size_t i = seat_first(w->g, ROLE_RESPONSIBLE_OFFICER, area);
         i < w->g->sheets[PART_SEAT].n; i++) {
        const SeatKey *k = &w->g->seats[i];
        if (k->role != ROLE_RESPONSIBLE_OFFICER || k->anchor != area) break;
        int64_t person = seat_person(w->g, k->seat->id, w->at);
        if (person == NIL || person_fact(w->g, person, FACT_ON_ESTABLISHMENT, w->at)) continue;
        Blind *b = add(w, BLIND_OFFICER_NOT_ESTABLISHED, area);
        b->seat = k->seat->id;
        b->person = person;
    }
}

/* The nearest outlines below must add up to the area's own to the last square unit, through
 * levels that are not drawn, too. */
static void gap(BlindWalk *w, uint32_t order)
{
    const AreaEra *v = w->view;
    if (!v->shapes[order] || v->ends[order] == order + 1) return;
    Int128 sum = 0;
    bool any = false;
    for (uint32_t o = order + 1; o < v->ends[order]; o = v->shapes[o] ? v->ends[o] : o + 1)
        if (v->shapes[o] && outline_datum(v->rows[o]) == outline_datum(v->rows[order])) {
            any = true;
            sum += outline_area2(v->shapes[o]);
        }
    if (any && sum != outline_area2(v->shapes[order])) add(w, BLIND_GAP, v->spans[order]->area);
}

static void overlaps(BlindWalk *w, uint32_t order)
{
    const Overlaps *all = view_overlaps(w->g, w->view);
    for (size_t i = 0; i < all->n; i++)
        if (all->all[i].a == w->view->spans[order]->area) {
            Blind *b = add(w, BLIND_OVERLAP, all->all[i].a);
            b->other = all->all[i].b;
            b->at = all->all[i].at;
        }
}

static void walk(BlindWalk *w, uint32_t first, uint32_t end)
{
    for (uint32_t o = first; o < end; o++) {
        const AreaSpan *span = w->view->spans[o];
        Level level = area_level(span);
        if (level == LEVEL_CELL) cell(w, span->area);
        officers(w, span->area);
        bool ends = w->view->ends[o] == o + 1;
        if (!w->view->shapes[o] && (level == LEVEL_CELL || ends))
            add(w, BLIND_NO_OUTLINE, span->area);
        overlaps(w, o);
        gap(w, o);
    }
}

const Err *blind_list(const Ground *ground, int64_t area, Instant at, const BlindHook *hook,
                      Arena *mem, Blind **out, size_t *out_count)
{
    BlindWalk w = {.g = ground, .view = view_at(ground, at), .at = at, .mem = mem};
    uint32_t first = area == NIL ? 0 : view_order(ground, w.view, area);
    if (w.view->n && first != UINT32_MAX) walk(&w, first, w.view->ends[first]);
    Blind *more = NULL;
    size_t n = 0;
    const Err *e = hook ? hook->more(hook->context, ground, area, at, mem, &more, &n) : NULL;
    if (e) return e;
    for (size_t i = 0; i < n; i++)
        *add(&w, more[i].kind, more[i].area) = more[i];
    *out = w.all;
    *out_count = w.n;
    return NULL;
}

const Err *blind_count(const Ground *ground, int64_t area, Instant at, const BlindHook *hook,
                       size_t out[BLIND_COUNT])
{
    Arena *mem = arena_new(0);
    Blind *all;
    size_t n, counts[BLIND_COUNT] = {0};
    const Err *e = blind_list(ground, area, at, hook, mem, &all, &n);
    for (size_t i = 0; i < n && !e; i++)
        counts[all[i].kind]++;
    if (!e) memcpy(out, counts, sizeof counts);
    arena_free(mem);
    return e;
}

/* ---- overlaps of an era ---- */

static int compare_west(const void *a, const void *b, void *context)
{
    const AreaEra *v = context;
    int32_t x = v->shapes[*(const uint32_t *)a]->box.west,
            y = v->shapes[*(const uint32_t *)b]->box.west;
    return (x > y) - (x < y);
}

static Overlap *find_overlaps(const AreaEra *v, Arena *mem, size_t *out_count)
{
    uint32_t *by_west = arena_array(mem, uint32_t, v->leaf_count);
    if (v->leaf_count) memcpy(by_west, v->leaves, v->leaf_count * sizeof *by_west);
    if (v->leaf_count > 1)
        qsort_r(by_west, v->leaf_count, sizeof *by_west, compare_west, (void *)(uintptr_t)v);
    Overlap *all = NULL;
    size_t n = 0, cap = 0;
    Arena *scratch = arena_new(1 << 16);
    for (uint32_t i = 0; i < v->leaf_count; i++)
        for (uint32_t k = i + 1; k < v->leaf_count; k++) {
            const Outline *a = v->shapes[by_west[i]], *b = v->shapes[by_west[k]];
            if (b->box.west > a->box.east) break;
            Point at;
            if (outline_datum(v->rows[by_west[i]]) != outline_datum(v->rows[by_west[k]]))
                continue;
            arena_reset(scratch);
            if (!outlines_overlap(scratch, a, b, &at)) continue;
            if (n == cap) {
                Overlap *more = arena_array(mem, Overlap, cap = cap ? cap * 2 : 16);
                if (n) memcpy(more, all, n * sizeof *more);
                all = more;
            }
            uint32_t low = by_west[i] < by_west[k] ? by_west[i] : by_west[k],
                     high = by_west[i] ^ by_west[k] ^ low;
            all[n++] = (Overlap){v->spans[low]->area, v->spans[high]->area, at};
        }
    arena_free(scratch);
    *out_count = n;
    return all;
}

const Overlaps *view_overlaps(const Ground *ground, const AreaEra *view)
{
    AreaEra *v =
        (AreaEra *)(uintptr_t)view; /* what is made on demand is not part of what it says */
    const Overlaps *known = atomic_load_explicit(&v->overlaps, memory_order_acquire);
    if (known) return known;
    Arena *mem = arena_new(0);
    size_t n;
    Overlap *all = find_overlaps(v, mem, &n);
    pthread_mutex_lock(&ground->land->lock);
    known = atomic_load(&v->overlaps);
    if (!known) {
        Overlaps *made = arena_make(v->mem, Overlaps);
        *made = (Overlaps){
            (const Overlap *)(const void *)arena_copy(v->mem, all, n * sizeof *all), n};
        atomic_store_explicit(&v->overlaps, made, memory_order_release);
        known = made;
    }
    pthread_mutex_unlock(&ground->land->lock);
    arena_free(mem);
    return known;
}
