/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover.c: spans that follow each other, and the law that no seat's work and no cell is left
 * to nobody: the ground as it will be is compared with the ground as it is.
 */
#include "grid/handover.h"

#include "base/time.h"
#include "grid/duty.h"

const Err SPAN_ORDER = ERROR(ERR_CONFLICT, "span-order", "{0} 不晚于 {1},时间次序不对",
                             "{0} is not later than {1}");
const Err WOULD_ORPHAN =
    ERROR(ERR_CONFLICT, "would-orphan", "{0}将无人负责,请先安排接替或替岗",
          "{1} would be nobody's: let somebody take over or stand in first");

const GroundHooks SETTLE_LATER = {0};

Instant when_of(const Act *act, Instant given)
{
    return given == NIL ? act->now : given;
}

const Err *span_order(const Act *act, Instant given, Instant last)
{
    Buf a = BUF(act->mem), b = BUF(act->mem);
    instant_print(&a, given);
    instant_print(&b, last);
    return err_make(act->mem, &SPAN_ORDER, buf_str(&a), buf_str(&b));
}

const Err *span_check(const Act *act, Instant starts, Instant ends)
{
    return ends != NIL && ends <= starts ? span_order(act, ends, starts) : NULL;
}

bool spans_meet(Instant a, Instant b, Instant c, Instant d)
{
    return (d == NIL || a < d) && (b == NIL || c < b) && a != b && c != d;
}

const void *span_last(const Ground *ground, Part part, int64_t owner)
{
    const Sheet *sheet = &ground->sheets[part];
    size_t i = sheet_from(part, sheet, owner + 1);
    const char *row =
        i ? (const char *)sheet->rows + (i - 1) * part_rows[part].table->size : NULL;
    return row && *(const int64_t *)(const void *)(row + part_rows[part].owner) == owner ? row
                                                                                         : NULL;
}

static int64_t *member(Part part, void *row, size_t offset)
{
    assert(offset != NONE && offset < part_rows[part].table->size);
    return (int64_t *)(void *)((char *)row + offset);
}

static void *copy_row(const Act *act, Part part, const void *row)
{
    return arena_copy(act->mem, row, part_rows[part].table->size);
}

const Err *span_follow(Act *act, Part part, const void *last, void *next, Instant starts)
{
    const PartRow *p = &part_rows[part];
    void *after = copy_row(act, part, last);
    Instant began = *member(part, after, p->starts), ends = *member(part, after, p->ends);
    if (starts < began || (ends != NIL && starts >= ends))
        return span_order(act, starts, ends != NIL ? ends : began);
    *member(part, next, p->starts) = starts;
    *member(part, next, p->ends) = ends;
    if (starts == began) {
        memcpy(next, after, sizeof(int64_t) * STATE_COLUMN_COUNT); /* id, region, entry */
        row_set(act, p->table, last, next);
        return NULL;
    }
    *member(part, after, p->ends) = starts;
    row_set(act, p->table, last, after);
    row_put(act, p->table, next);
    return NULL;
}

const Err *span_end(Act *act, Part part, const void *row, Instant ends)
{
    const PartRow *p = &part_rows[part];
    void *after = copy_row(act, part, row);
    Instant starts = *member(part, after, p->starts), old = *member(part, after, p->ends);
    if (ends < starts) return span_order(act, ends, starts);
    if (old != NIL && old < ends) return span_order(act, ends, old);
    *member(part, after, p->ends) = ends;
    row_set(act, p->table, row, after);
    return NULL;
}

const Err *seat_end(Act *act, const Ground *ground, const Seat *seat, Instant ends, Str reason)
{
    const Err *e = span_end(act, PART_SEAT, seat, ends);
    const SeatHold *holds = ROWS(ground, PART_HOLD, SeatHold);
    const Sheet *sheet = &ground->sheets[PART_HOLD];
    for (size_t i = sheet_from(PART_HOLD, sheet, seat->id);
         i < sheet->n && holds[i].seat == seat->id && !e; i++) {
        if (holds[i].ends != NIL && holds[i].ends <= ends) continue;
        SeatHold after = holds[i];
        after.ends = ends > after.starts ? ends : after.starts;
        if (reason.p) after.reason = reason;
        row_set(act, &seat_hold_table, &holds[i], &after);
    }
    const Shift *shifts = ROWS(ground, PART_SHIFT, Shift);
    sheet = &ground->sheets[PART_SHIFT];
    for (size_t i = sheet_from(PART_SHIFT, sheet, seat->id);
         i < sheet->n && shifts[i].seat == seat->id && !e; i++) {
        if (shifts[i].ends <= ends) continue;
        Shift after = shifts[i];
        after.ends = ends > after.starts ? ends : after.starts;
        row_set(act, &roster_table, &shifts[i], &after);
    }
    return e;
}

/* ---- nobody's ---- */

static const Role cell_roles[] = {ROLE_GRID_MEMBER, ROLE_RESPONSIBLE_OFFICER, ROLE_GRID_CHIEF};

/* The seats of a role at one area: 0 none, 1 some and none held, 2 one is held. */
static int covered_at(const Ground *g, int64_t area, Role role, Instant at, const Seat **found)
{
    int state = 0;
    for (size_t i = seat_first(g, role, area); i < g->sheets[PART_SEAT].n; i++) {
        const SeatKey *k = &g->seats[i];
        if (k->role != role || k->anchor != area) break;
        if (!seat_is_open(k->seat, at)) continue;
        if (!state && found) *found = k->seat;
        state = 1;
        if (seat_person(g, k->seat->id, at) == NIL) continue;
        if (found) *found = k->seat;
        return 2;
    }
    return state;
}

bool area_covered(const Ground *g, int64_t area, Role role, Instant at, const Seat **found)
{
    const AreaSpan *path[LEVEL_COUNT];
    size_t n = area_path(g, area, at, path);
    if (found) *found = NULL;
    for (size_t i = 0; i < n; i++) {
        int state = covered_at(g, path[i]->area, role, at, found);
        if (state) return state == 2;
    }
    return false;
}

/* The chief of that place, the region's deputy and the house may leave a seat vacant, saying
 * why. */
static bool may_vacate(const Act *act, const Ground *before, int64_t area, Instant at,
                       Str reason)
{
    if (!reason.p || !reason.n) return false;
    if (act->spec.actor == PERSON_HOUSE) return true;
    const Seat *seat = act->spec.seat == NIL ? NULL : seat_of(before, act->spec.seat);
    if (!seat) return false;
    Role role = seat_role(seat);
    return role == ROLE_REGION_DEPUTY ||
           (role == ROLE_GRID_CHIEF && area_within(before, area, seat->area, at));
}

static const Err *check_cells(const Act *act, const Ground *before, const Ground *after,
                              Instant at, Str reason)
{
    const AreaEra *v = view_at(after, at);
    for (uint32_t o = 0; o < v->n; o++) {
        int64_t area = v->spans[o]->area;
        if (area_level(v->spans[o]) != LEVEL_CELL || !area_at(before, area, at)) continue;
        for (size_t r = 0; r < countof(cell_roles); r++) {
            Role role = cell_roles[r];
            if (area_covered(after, area, role, at, NULL) ||
                !area_covered(before, area, role, at, NULL))
                continue;
            if (may_vacate(act, before, area, at, reason)) continue;
            Str name = v->spans[o]->name;
            return err_make(
                act->mem, &WOULD_ORPHAN,
                str_fmt(act->mem, "%.*s的%s岗位", STR(name), role_zh(role)),
                str_fmt(act->mem, "The seat of %s in %.*s", role_en(role), STR(name)));
        }
    }
    return NULL;
}

/* Seats that were held and are not any more; those that ended, too. */
static size_t find_unheld(const Ground *before, const Ground *after, Instant at, Arena *mem,
                          int64_t **out)
{
    const Seat *seats = ROWS(before, PART_SEAT, Seat);
    size_t n = 0, count = before->sheets[PART_SEAT].n;
    int64_t *all = arena_array(mem, int64_t, count);
    for (size_t i = 0; i < count; i++)
        if (seat_is_open(&seats[i], at) && seat_person(before, seats[i].id, at) != NIL &&
            seat_person(after, seats[i].id, at) == NIL)
            all[n++] = seats[i].id;
    *out = all;
    return n;
}

const Err *settle(Act *act, const Ground *before, const GroundHooks *hooks, Instant when,
                  bool strict, Str reason)
{
    if (hooks == &SETTLE_LATER) return NULL;
    Instant at = when > act->now ? when : act->now;
    const Ground *after = ground_after(before, act);
    int64_t *seats;
    size_t n = find_unheld(before, after, at, act->mem, &seats);
    const Err *e = strict ? check_cells(act, before, after, at, reason) : NULL;
    if (e || !n || when > act->now || !hooks || !hooks->unheld) return e;
    return hooks->unheld(hooks->context, act, after, seats, n, at);
}
