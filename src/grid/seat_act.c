/* SPDX-License-Identifier: Apache-2.0 */
/* seat_act.c: opening and closing seats, sitting down and getting up, shifts. */
#include "base/time.h"
#include "grid/handover.h"

#define SHIFT_MOST (8 * MS_DAY) /* a longer shift is a slip of the pen */

const Err SEAT_MISSING =
    ERROR(ERR_INVALID, "no-seat", "此时没有这个岗位", "There is no such seat at that time");
const Err SEAT_ANCHOR = ERROR(ERR_INVALID, "seat-anchor", "“{0}”岗位不能设在这里",
                              "Seats of \"{1}\" do not hang there");
const Err SEAT_TAKEN = ERROR(ERR_CONFLICT, "seat-known", "该处已有第 {0} 个同类岗位",
                             "Seat number {0} of that role is there already");
const Err SEAT_HELD = ERROR(ERR_CONFLICT, "seat-held", "这段时间“{0}”已在该岗位上",
                            "\"{0}\" sits there at that time");
const Err SEAT_ROSTER = ERROR(ERR_INVALID, "seat-roster", "值班岗位按班次排人,其他岗位不排班",
                              "Duty rooms are held by shifts, other seats are not");

/* The anchor of a draft; the root for seats of the region. */
static const Err *find_anchor(const Act *act, const Ground *g, const SeatDraft *draft,
                              Instant starts, Seat *seat)
{
    const AreaSpan *root = area_root(g, starts);
    Anchor home = role_anchor(draft->role);
    seat->area = draft->area;
    seat->department = draft->department;
    seat->subject = draft->subject;
    int named = (draft->area != NIL) + (draft->department != NIL) + (draft->subject != NIL);
    if (!named && root && (home == ANCHOR_REGION || home == ANCHOR_AREA))
        seat->area = root->area;
    bool fits = named <= 1 && ((home == ANCHOR_AREA && seat->area != NIL) ||
                               (home == ANCHOR_REGION && root && seat->area == root->area) ||
                               (home == ANCHOR_DEPARTMENT && seat->department != NIL) ||
                               (home == ANCHOR_SUBJECT && seat->subject != NIL));
    if (!fits)
        return err_make(act->mem, &SEAT_ANCHOR, str(role_zh(draft->role)),
                        str(role_en(draft->role)));
    if (seat->area != NIL && !area_at(g, seat->area, starts))
        return err_field(act->mem, &AREA_MISSING, S("area"));
    if (seat->department != NIL && !department_at(g, seat->department, starts))
        return err_field(act->mem, &DEPARTMENT_MISSING, S("department"));
    return NULL;
}

static int64_t anchor_of(const Seat *seat)
{
    return seat->area != NIL         ? seat->area
           : seat->department != NIL ? seat->department
                                     : seat->subject;
}

const Err *seat_open(Act *act, const Ground *g, const SeatDraft *draft, Instant starts,
                     int64_t *out_seat)
{
    Seat seat = {.role = str(role_name(draft->role)),
                 .ordinal = draft->ordinal,
                 .title = draft->title,
                 .starts = when_of(act, starts),
                 .ends = NIL};
    const Err *e = find_anchor(act, g, draft, seat.starts, &seat);
    if (e) return e;
    int64_t most = 0, anchor = anchor_of(&seat);
    for (size_t i = seat_first(g, draft->role, anchor); i < g->sheets[PART_SEAT].n; i++) {
        const SeatKey *k = &g->seats[i];
        if (k->role != draft->role || k->anchor != anchor) break;
        if (!spans_meet(k->seat->starts, k->seat->ends, seat.starts, NIL)) continue;
        if (k->ordinal == draft->ordinal)
            return err_make(act->mem, &SEAT_TAKEN,
                            str_fmt(act->mem, "%lld", (long long)k->ordinal), STR_NULL);
        if (k->ordinal > most) most = k->ordinal;
    }
    if (seat.ordinal <= 0) seat.ordinal = most + 1;
    row_put(act, &seat_table, &seat);
    act_on(act, &seat_table, seat.id);
    act->raises_epoch = true;
    *out_seat = seat.id;
    return NULL;
}

const Err *seat_close(Act *act, const Ground *g, const GroundHooks *hooks, int64_t seat,
                      Instant ends, Str reason)
{
    ends = when_of(act, ends);
    const Seat *row = seat_of(g, seat);
    if (!row) return &SEAT_MISSING;
    const Err *e = seat_end(act, g, row, ends, reason);
    if (e) return e;
    act_on(act, &seat_table, seat);
    act->raises_epoch = true;
    return settle(act, g, hooks, ends, true, reason);
}

/* ---- holds ---- */

static Str name_of(const Ground *g, int64_t person)
{
    const Person *p = person_of(g, person);
    return p ? p->name : S("?");
}

/* Makes room for a hold: whoever sits there as that kind when it starts gets up; nobody may be
 * due later. */
static const Err *make_room(Act *act, const Ground *g, const SeatHold *hold)
{
    const Sheet *sheet = &g->sheets[PART_HOLD];
    const SeatHold *rows = sheet->rows;
    bool many = str_is(hold->kind, "liaison");
    for (size_t i = sheet_from(PART_HOLD, sheet, hold->seat);
         i < sheet->n && rows[i].seat == hold->seat; i++) {
        const SeatHold *h = &rows[i];
        if (!spans_meet(h->starts, h->ends, hold->starts, hold->ends)) continue;
        bool same = h->person == hold->person, alike = str_eq(h->kind, hold->kind);
        if (!same && (many || !alike)) continue;
        if (same || h->starts >= hold->starts)
            return err_make(act->mem, &SEAT_HELD, name_of(g, h->person), STR_NULL);
        const Err *e = span_end(act, PART_HOLD, h, hold->starts);
        if (e) return e;
    }
    return NULL;
}

static const Err *check_seat(const Act *act, const Ground *g, int64_t seat, int64_t person,
                             bool roster, Instant starts, Instant ends)
{
    const Seat *row = seat_of(g, seat);
    if (!row || !seat_is_open(row, starts))
        return err_field(act->mem, &SEAT_MISSING, S("seat"));
    if (!person_of(g, person)) return err_field(act->mem, &PERSON_MISSING, S("person"));
    if (roster != role_is_roster(seat_role(row))) return &SEAT_ROSTER;
    if (row->ends != NIL && (ends == NIL || ends > row->ends))
        return err_field(act->mem, &SEAT_MISSING, S("ends"));
    return span_check(act, starts, ends);
}

const Err *seat_take(Act *act, const Ground *g, const GroundHooks *hooks, int64_t seat,
                     int64_t person, HoldKind kind, Instant starts, Instant ends,
                     int64_t *out_hold)
{
    assert(kind != HOLD_SHIFT);
    SeatHold hold = {.seat = seat,
                     .person = person,
                     .kind = str(hold_name(kind)),
                     .starts = when_of(act, starts),
                     .ends = ends};
    const Err *e = check_seat(act, g, seat, person, false, hold.starts, ends);
    if (!e) e = make_room(act, g, &hold);
    if (e) return e;
    row_put(act, &seat_hold_table, &hold);
    act_on(act, &seat_table, seat);
    act->raises_epoch = true;
    *out_hold = hold.id;
    return settle(act, g, hooks, hold.starts, true, STR_NULL);
}

const Err *seat_leave(Act *act, const Ground *g, const GroundHooks *hooks, int64_t hold,
                      Instant ends, Str reason)
{
    ends = when_of(act, ends);
    const SeatHold *rows = ROWS(g, PART_HOLD, SeatHold), *before = NULL;
    for (size_t i = 0; i < g->sheets[PART_HOLD].n && !before; i++)
        if (rows[i].id == hold) before = &rows[i];
    if (!before) return &ERR_NOT_FOUND;
    SeatHold after = *before;
    if (ends < after.starts) return span_order(act, ends, after.starts);
    if (after.ends != NIL && after.ends < ends) return span_order(act, ends, after.ends);
    after.ends = ends;
    if (reason.p) after.reason = reason;
    row_set(act, &seat_hold_table, before, &after);
    act_on(act, &seat_table, before->seat);
    act->raises_epoch = true;
    return settle(act, g, hooks, ends, true, reason);
}

/* ---- shifts ---- */

const Err *shift_open(Act *act, const Ground *g, int64_t seat, int64_t person, Instant starts,
                      Instant ends, int64_t *out_shift)
{
    starts = when_of(act, starts);
    if (ends == NIL || ends - starts > SHIFT_MOST)
        return span_order(act, ends == NIL ? starts : ends, starts);
    const Err *e = check_seat(act, g, seat, person, true, starts, ends);
    if (e) return e;
    const Sheet *sheet = &g->sheets[PART_SHIFT];
    const Shift *rows = sheet->rows;
    for (size_t i = sheet_from(PART_SHIFT, sheet, seat); i < sheet->n && rows[i].seat == seat;
         i++)
        if (spans_meet(rows[i].starts, rows[i].ends, starts, ends))
            return err_make(act->mem, &SEAT_HELD, name_of(g, rows[i].person), STR_NULL);
    Shift shift = {
        .seat = seat, .person = person, .starts = starts, .ends = ends, .leader = NIL};
    row_put(act, &roster_table, &shift);
    act_on(act, &seat_table, seat);
    act->raises_epoch = true;
    *out_shift = shift.id;
    return NULL;
}

const Err *shift_end(Act *act, const Ground *g, const GroundHooks *hooks, int64_t shift,
                     Instant ends)
{
    ends = when_of(act, ends);
    const Shift *rows = ROWS(g, PART_SHIFT, Shift);
    for (size_t i = 0; i < g->sheets[PART_SHIFT].n; i++) {
        if (rows[i].id != shift) continue;
        const Err *e = span_end(act, PART_SHIFT, &rows[i], ends);
        if (e) return e;
        act_on(act, &seat_table, rows[i].seat);
        act->raises_epoch = true;
        return settle(act, g, hooks, ends, false, STR_NULL);
    }
    return &ERR_NOT_FOUND;
}
