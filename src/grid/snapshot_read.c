/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_read.c: reading departments, persons and seats at an instant. */
#include "grid/snapshot_internal.h"

/* ---- departments ---- */

const DepartmentSpan *department_at(const Ground *g, int64_t department, Instant at)
{
    return sheet_span(PART_DEPARTMENT_SPAN, &g->sheets[PART_DEPARTMENT_SPAN], department, at);
}

const DepartmentSpan *department_by_code(const Ground *g, Str code, Instant at)
{
    const DepartmentSpan *rows = ROWS(g, PART_DEPARTMENT_SPAN, DepartmentSpan);
    for (size_t i = 0; i < g->sheets[PART_DEPARTMENT_SPAN].n; i++)
        if (str_eq(rows[i].code, code) && span_covers(rows[i].starts, rows[i].ends, at))
            return &rows[i];
    return NULL;
}

static int compare_code(const void *a, const void *b, void *context)
{
    (void)context;
    return str_cmp((*(const DepartmentSpan *const *)a)->code,
                   (*(const DepartmentSpan *const *)b)->code);
}

void department_all(const Ground *g, Instant at, Arena *mem, const DepartmentSpan ***out,
                    size_t *out_count)
{
    const Sheet *sheet = &g->sheets[PART_DEPARTMENT_SPAN];
    const DepartmentSpan *rows = sheet->rows,
                         **all = arena_array(mem, const DepartmentSpan *, sheet->n);
    size_t n = 0;
    for (size_t i = 0; i < sheet->n; i++)
        if (span_covers(rows[i].starts, rows[i].ends, at)) all[n++] = &rows[i];
    if (n > 1) qsort_r(all, n, sizeof *all, compare_code, NULL);
    *out = all;
    *out_count = n;
}

const Authority *authority_find(const Ground *g, int64_t department, int64_t area, Str matter,
                                Str act, Instant at)
{
    const Authority *rows = ROWS(g, PART_AUTHORITY, Authority);
    for (size_t i = 0; i < g->sheets[PART_AUTHORITY].n; i++) {
        const Authority *a = &rows[i];
        if (!span_covers(a->starts, a->ends, at) || !str_eq(a->act, act)) continue;
        if (a->matter.p && !str_eq(a->matter, matter)) continue;
        bool body = a->department != NIL
                        ? a->department == department && department_at(g, department, at)
                        : area_within(g, area, a->area, at);
        if (body) return a;
    }
    return NULL;
}

/* ---- persons ---- */

const Person *person_of(const Ground *g, int64_t person)
{
    return sheet_row(PART_PERSON, &g->sheets[PART_PERSON], person);
}

const Person *person_by_code(const Ground *g, Str code)
{
    const Person *rows = ROWS(g, PART_PERSON, Person);
    size_t low = 0, n = g->sheets[PART_PERSON].n, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (str_cmp(rows[g->person_by_code[mid]].code, code) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == n || !code.p || !str_eq(rows[g->person_by_code[low]].code, code)) return NULL;
    return &rows[g->person_by_code[low]];
}

void person_all(const Ground *g, Arena *mem, const Person ***out, size_t *out_count)
{
    const Person *rows = ROWS(g, PART_PERSON, Person);
    size_t n = g->sheets[PART_PERSON].n;
    *out = arena_array(mem, const Person *, n);
    *out_count = n;
    for (size_t i = 0; i < n; i++)
        (*out)[i] = &rows[g->person_by_code[i]];
}

const PersonFact *person_fact(const Ground *g, int64_t person, const char *kind, Instant at)
{
    const Sheet *sheet = &g->sheets[PART_FACT];
    const PersonFact *rows = sheet->rows;
    for (size_t i = sheet_from(PART_FACT, sheet, person);
         i < sheet->n && rows[i].person == person; i++)
        if (str_is(rows[i].kind, kind) && span_covers(rows[i].starts, rows[i].ends, at))
            return &rows[i];
    return NULL;
}

const Absence *person_absence(const Ground *g, int64_t person, Instant at)
{
    const Sheet *sheet = &g->sheets[PART_ABSENCE];
    const Absence *rows = sheet->rows;
    for (size_t i = sheet_from(PART_ABSENCE, sheet, person);
         i < sheet->n && rows[i].person == person; i++)
        if (span_covers(rows[i].starts, rows[i].ends, at)) return &rows[i];
    return NULL;
}

static HoldKind kind_of(const SeatHold *hold)
{
    HoldKind kind = HOLD_HOLDER;
    while (kind < HOLD_SHIFT && !str_is(hold->kind, hold_name(kind)))
        kind++;
    return kind;
}

/* The first of numbers[] whose row's person is at least person. */
#define FIRST_OF_PERSON(numbers, rows, n, low)                                                 \
    for (size_t high = (n); (low) < high;) {                                                   \
        size_t mid = (low) + (high - (low)) / 2;                                               \
        if ((rows)[(numbers)[mid]].person < person)                                            \
            (low) = mid + 1;                                                                   \
        else                                                                                   \
            high = mid;                                                                        \
    }

void person_seats(const Ground *g, int64_t person, Instant at, Arena *mem, Sitting **out,
                  size_t *out_count)
{
    const SeatHold *holds = ROWS(g, PART_HOLD, SeatHold);
    const Shift *shifts = ROWS(g, PART_SHIFT, Shift);
    size_t hold_n = g->sheets[PART_HOLD].n, shift_n = g->sheets[PART_SHIFT].n, first = 0,
           shift = 0, n = 0;
    FIRST_OF_PERSON(g->hold_by_person, holds, hold_n, first)
    FIRST_OF_PERSON(g->shift_by_person, shifts, shift_n, shift)
    size_t most = 0, shift_most = 0;
    while (first + most < hold_n && holds[g->hold_by_person[first + most]].person == person)
        most++;
    while (shift + shift_most < shift_n &&
           shifts[g->shift_by_person[shift + shift_most]].person == person)
        shift_most++;
    Sitting *all = arena_array(mem, Sitting, most + shift_most);
    for (size_t i = first; i < first + most; i++) {
        const SeatHold *h = &holds[g->hold_by_person[i]];
        const Seat *seat = seat_of(g, h->seat);
        if (!span_covers(h->starts, h->ends, at) || !seat || !seat_is_open(seat, at)) continue;
        HoldKind kind = kind_of(h);
        const SeatHold *holder =
            kind == HOLD_HOLDER ? NULL : seat_hold(g, h->seat, HOLD_HOLDER, at);
        all[n++] = (Sitting){seat, kind, holder ? holder->person : NIL};
    }
    for (size_t i = shift; i < shift + shift_most; i++) {
        const Shift *s = &shifts[g->shift_by_person[i]];
        const Seat *seat = seat_of(g, s->seat);
        if (span_covers(s->starts, s->ends, at) && seat && seat_is_open(seat, at))
            all[n++] = (Sitting){seat, HOLD_SHIFT, NIL};
    }
    *out = all;
    *out_count = n;
}

/* ---- seats ---- */

const Seat *seat_of(const Ground *g, int64_t seat)
{
    return sheet_row(PART_SEAT, &g->sheets[PART_SEAT], seat);
}

bool seat_is_open(const Seat *seat, Instant at)
{
    return span_covers(seat->starts, seat->ends, at);
}

Role seat_role(const Seat *seat)
{
    Role role;
    return role_by_name(seat->role, &role) ? role : ROLE_NONE;
}

size_t seat_first(const Ground *g, Role role, int64_t anchor)
{
    size_t low = 0, high = g->sheets[PART_SEAT].n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const SeatKey *k = &g->seats[mid];
        if (k->role < role || (k->role == role && k->anchor < anchor))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void seat_list(const Ground *g, Role role, int64_t area, int64_t department, int64_t subject,
               Instant at, Arena *mem, const Seat ***out, size_t *out_count)
{
    int64_t anchor = area != NIL ? area : department != NIL ? department : subject;
    size_t first = seat_first(g, role, anchor), end = first, n = 0;
    while (end < g->sheets[PART_SEAT].n && g->seats[end].role == role &&
           g->seats[end].anchor == anchor)
        end++;
    const Seat **all = arena_array(mem, const Seat *, end - first);
    for (size_t i = first; i < end; i++)
        if (seat_is_open(g->seats[i].seat, at)) all[n++] = g->seats[i].seat;
    *out = all;
    *out_count = n;
}

const SeatHold *seat_hold(const Ground *g, int64_t seat, HoldKind kind, Instant at)
{
    const Sheet *sheet = &g->sheets[PART_HOLD];
    const SeatHold *rows = sheet->rows;
    for (size_t i = sheet_from(PART_HOLD, sheet, seat); i < sheet->n && rows[i].seat == seat;
         i++)
        if (str_is(rows[i].kind, hold_name(kind)) &&
            span_covers(rows[i].starts, rows[i].ends, at))
            return &rows[i];
    return NULL;
}

const Shift *seat_shift(const Ground *g, int64_t seat, Instant at)
{
    return sheet_span(PART_SHIFT, &g->sheets[PART_SHIFT], seat, at);
}

const Shift *seat_shift_next(const Ground *g, int64_t seat, Instant at)
{
    const Sheet *sheet = &g->sheets[PART_SHIFT];
    const Shift *rows = sheet->rows;
    for (size_t i = sheet_from(PART_SHIFT, sheet, seat); i < sheet->n && rows[i].seat == seat;
         i++)
        if (rows[i].starts > at && rows[i].ends > rows[i].starts) return &rows[i];
    return NULL;
}

static int by_start(const void *a, const void *b)
{
    const Shift *x = *(const Shift *const *)a, *y = *(const Shift *const *)b;
    return x->starts < y->starts ? -1 : x->starts > y->starts;
}

void seat_shifts(const Ground *g, int64_t seat, Instant from, Instant to, Arena *mem,
                 const Shift ***out, size_t *out_count)
{
    const Sheet *sheet = &g->sheets[PART_SHIFT];
    const Shift *rows = sheet->rows, **found = NULL;
    size_t first = sheet_from(PART_SHIFT, sheet, seat), n = 0, end = first;
    while (end < sheet->n && rows[end].seat == seat)
        end++;
    if (end > first) found = arena_array(mem, const Shift *, end - first);
    for (size_t i = first; i < end; i++)
        if (rows[i].starts < to && rows[i].ends > from && rows[i].ends > rows[i].starts)
            found[n++] = &rows[i];
    if (n) qsort(found, n, sizeof *found, by_start);
    *out = found;
    *out_count = n;
}

/* ---- what is planned ---- */

static void nearer(Instant edge, Instant t, Instant *next)
{
    if (edge != NIL && edge > t && (*next == NIL || edge < *next)) *next = edge;
}

Instant ground_next(const Ground *g, Instant t)
{
    Instant next = NIL;
    for (Part p = 0; p < PART_COUNT; p++) {
        if (part_rows[p].starts == NONE) continue;
        const char *row = g->sheets[p].rows;
        for (size_t i = 0; i < g->sheets[p].n; i++, row += part_rows[p].table->size) {
            nearer(*(const int64_t *)(const void *)(row + part_rows[p].starts), t, &next);
            nearer(*(const int64_t *)(const void *)(row + part_rows[p].ends), t, &next);
        }
    }
    return next;
}
