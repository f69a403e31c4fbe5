/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_permit.c: who may do a move: the duty and who the case has risen to, the party, or a
 * role; never who is barred, because who fixed does not check. When nobody else is left the
 * next seat above may, so that it falls to nobody never (design §6.5).
 */
#include "case/case_internal.h"

static bool same(int64_t doer, int64_t person)
{
    return doer != NIL && doer == person;
}

/* Whether that person, sitting for another or not, is barred from the move, and by which. */
static bool barred(const Instance *run, const Move *move, int64_t person, int64_t for_person,
                   size_t *out_by)
{
    for (size_t i = 0; i < move->bar_count; i++) {
        const Actor *d = &run->track.last[move->bar[i]];
        if (d->actor == NIL) continue;
        if (same(d->actor, person) || same(d->for_person, person) ||
            same(d->actor, for_person) || same(d->for_person, for_person)) {
            *out_by = move->bar[i];
            return true;
        }
    }
    return false;
}

/* Whether there is nothing left to do for a person in a state: of the duty's moves that start
 * there alone, what it did before bars it from all. Ways out that lead from many states (hand
 * over, alarm) do not count: a duty that could only use them would only look on. */
static bool barred_from_all(const Instance *run, size_t state, int64_t person,
                            int64_t for_person)
{
    bool any = false;
    for (size_t m = 0; m < run->flow->move_count; m++) {
        const Move *move = &run->flow->moves[m];
        bool by_duty = false;
        for (size_t i = 0; i < move->by_count; i++)
            by_duty |= move->by[i].kind == BY_DUTY;
        if (!by_duty || move->from_count != 1 || move->from[0] != state) continue;
        size_t by;
        if (!barred(run, move, person, for_person, &by)) return false;
        any = true;
    }
    return any;
}

/* Who answers for a seat today may do the move, or (NULL) something in the state. */
static bool seat_may(CaseContext *t, const Instance *run, const Move *move, size_t state,
                     int64_t seat)
{
    HoldKind how;
    size_t by;
    int64_t person = seat_person_how(t->ground, seat, t->now, &how);
    if (person == NIL) return false;
    const SeatHold *holder =
        how == HOLD_STAND_IN ? seat_hold(t->ground, seat, HOLD_HOLDER, t->now) : NULL;
    int64_t for_person = holder ? holder->person : NIL;
    return move ? !barred(run, move, person, for_person, &by)
                : !barred_from_all(run, state, person, for_person);
}

int64_t run_seat_near(CaseContext *t, const Instance *run, const Move *move, size_t state,
                      int64_t seat)
{
    if (seat_may(t, run, move, state, seat)) return seat;
    const Seat *s = seat_of(t->ground, seat), **seats;
    size_t n;
    if (!s) return NIL;
    seat_list(t->ground, seat_role(s), s->area, s->department, s->subject, t->now, t->mem,
              &seats, &n);
    for (size_t i = 0; i < n; i++)
        if (seat_may(t, run, move, state, seats[i]->id)) return seats[i]->id;
    return NIL;
}

/* The first seat that a By means, or the one that answers in its stead; NIL: nobody, or the
 * party, whose people are not the government's. */
static int64_t seat_meant(CaseContext *t, const Instance *run, const By *by, bool *meant)
{
    Locus stand = run_stand(run);
    Duty duty;
    *meant = true;
    if (by->kind == BY_DUTY) return run->c.duty_seat;
    if (by->kind == BY_PARTY) return NIL;
    RoleAt chair = by->chair;
    if (chair.anchor == ANCHOR_NONE) chair.anchor = role_anchor(chair.role);
    if (duty_find(t->ground, &chair, 1, &stand, t->now, t->mem, NULL, &duty)) return NIL;
    *meant = duty.role == chair.role;
    return duty.seat;
}

int64_t run_falls_to(CaseContext *t, const Instance *run, const Move *move)
{
    int64_t from = NIL;
    bool instead = false; /* from answers in another's stead */
    for (size_t i = 0; i < move->by_count; i++) {
        const By *by = &move->by[i];
        bool meant;
        int64_t seat = seat_meant(t, run, by, &meant);
        if (seat == NIL) continue;
        if (meant && (by->kind == BY_ROLE ? run_seat_near(t, run, move, FLOW_NONE, seat) != NIL
                                          : seat_may(t, run, move, FLOW_NONE, seat)))
            return NIL;
        for (size_t k = 0; k < run->risen_count && by->kind == BY_DUTY; k++)
            if (seat_may(t, run, move, FLOW_NONE, run->risen[k].seat)) return NIL;
        if (from != NIL && by->kind != BY_DUTY) continue;
        from = seat;
        instead = !meant;
    }
    if (from == NIL || (instead && seat_may(t, run, move, FLOW_NONE, from))) return from;
    Locus stand = run_stand(run);
    int64_t next = run_seat_near(t, run, move, FLOW_NONE, from);
    Duty up = {.seat = from};
    while (next == NIL &&
           !duty_above(t->ground, up.seat, NIL, &stand, t->now, t->mem, NULL, &up))
        next = run_seat_near(t, run, move, FLOW_NONE, up.seat);
    return next;
}

const Chairing *run_duty_chair(CaseContext *t, const Instance *run)
{
    const Chairing *chair = who_chair(t->who, run->c.duty_seat);
    for (size_t i = 0; i < run->risen_count && !chair; i++)
        chair = who_chair(t->who, run->risen[i].seat);
    return chair;
}

/* Whether the seat has the duty, or would have it where the move starts when it does not start
 * in this state: who may, but not now, is told so. */
static bool has_duty(CaseContext *t, const Instance *run, const Move *move, int64_t seat)
{
    Locus stand = run_stand(run);
    if (run->state != FLOW_NONE && move_leaves(move, run->state)) {
        bool has = seat == run->c.duty_seat;
        for (size_t i = 0; i < run->risen_count; i++)
            has |= seat == run->risen[i].seat;
        return has;
    }
    for (size_t i = 0; i < move->from_count; i++) {
        const State *s = &run->flow->states[move->from[i]];
        for (size_t k = 0; k < s->duty_count; k++)
            if (chair_means(t->ground, s->duty[k], seat, &stand, t->now)) return true;
    }
    return false;
}

static bool lets(CaseContext *t, const Instance *run, const Move *move, const By *by,
                 const Chairing *chair)
{
    Locus stand = run_stand(run);
    switch (by->kind) {
    case BY_DUTY: return has_duty(t, run, move, chair->seat);
    case BY_PARTY: return chair->subject != NIL && chair->subject == stand.subject;
    case BY_ROLE:
        return chair->role == by->chair.role &&
               chair_means(t->ground, by->chair, chair->seat, &stand, t->now);
    }
    return false;
}

const Err *run_permit(CaseContext *t, const Instance *run, const Move *move,
                      const Chairing **out)
{
    const Who *who = t->who;
    size_t by = 0;
    bool is_barred = false;
    if (who->person == PERSON_HOUSE) {
        *out = NULL;
        return NULL;
    }
    int64_t named = t->act ? t->act->spec.for_person : NIL;
    for (size_t c = 0; c < who->chair_count; c++) {
        const Chairing *chair = &who->chairs[c];
        if (who->hat != NIL && chair->seat != who->hat) continue;
        bool fits = false;
        for (size_t i = 0; i < move->by_count && !fits; i++)
            fits = lets(t, run, move, &move->by[i], chair);
        if (!fits) continue;
        if (!barred(run, move, who->person, chair->for_person, &by) &&
            !(named != NIL && barred(run, move, named, NIL, &by))) {
            *out = chair;
            return NULL;
        }
        is_barred = true;
    }
    int64_t seat = run_falls_to(t, run, move);
    const Chairing *chair = seat == NIL ? NULL : who_chair(who, seat);
    if (chair && !barred(run, move, who->person, chair->for_person, &by)) {
        *out = chair;
        return NULL;
    }
    if (!is_barred) return &SCOPE_DENIED;
    const Move *did = &run->flow->moves[by];
    return err_make4(t->mem, &CASE_BARRED, str(did->zh), str(move->zh), str(did->en),
                     str(move->en));
}

const Err *run_permit_filing(CaseContext *t, const Move *move, int64_t subject,
                             const Chairing **out)
{
    const Who *who = t->who;
    *out = NULL;
    if (who->person == PERSON_HOUSE) return NULL;
    for (size_t i = 0; i < move->by_count; i++) {
        const By *by = &move->by[i];
        if (by->kind == BY_ROLE && (*out = who_sits(who, by->chair.role, NULL))) return NULL;
        for (size_t c = 0; c < who->chair_count && by->kind == BY_PARTY; c++)
            if (who->chairs[c].subject != NIL && who->chairs[c].subject == subject) {
                *out = &who->chairs[c];
                return NULL;
            }
    }
    return &SCOPE_DENIED;
}

const Chairing *run_filing_chair(CaseContext *t, const Instance *run, const Move *move,
                                 const Chairing *any)
{
    Relations ties = TIES_NONE;
    ties.order = area_order(t->ground, run->c.area, t->who->at);
    for (size_t i = 0; any && i < move->by_count; i++) {
        const By *by = &move->by[i];
        const Chairing *near =
            by->kind == BY_ROLE ? who_sits(t->who, by->chair.role, &ties) : NULL;
        if (near) return near;
    }
    return any;
}

const Chairing *run_chair_above(CaseContext *t, const Instance *run)
{
    const Seat *duty = seat_of(t->ground, run->c.duty_seat);
    uint32_t order = area_order(t->ground, run->c.area, t->who->at);
    for (Role r = duty ? role_next(seat_role(duty)) : ROLE_NONE; r != ROLE_NONE;
         r = role_next(r)) {
        for (size_t c = 0; c < t->who->chair_count; c++) {
            const Chairing *chair = &t->who->chairs[c];
            if (chair->role != r) continue;
            bool same_body = chair->department != NIL && chair->department == duty->department;
            bool over = chair->area != NIL && order != ORDER_NONE &&
                        chair->range.first <= order && order < chair->range.end;
            if (same_body || over) return chair;
        }
    }
    return NULL;
}
