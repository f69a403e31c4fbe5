/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_state.c: what happens when a case comes into a state: who answers, who watches, until
 * when, and when the clock will warn, raise or draft. Leaving a state keeps its clock: who
 * comes back finds the old due instant, moved by the time spent outside (design §6.6).
 */
#include "case/case_internal.h"

/* ---- duty ---- */

/* Who did the work does not check it: the next seat answers, but never nobody (design §6.5). */
static void pass_over_barred(CaseContext *t, Instance *run, size_t state, Duty *duty)
{
    Duty up = *duty;
    Whys whys = run->whys;
    Locus stand = run_stand(run);
    int64_t seat = run_seat_near(t, run, NULL, state, up.seat);
    if (seat == duty->seat) return;
    while (seat == NIL) {
        whys = (Whys){.mem = t->mem};
        if (duty_above(t->ground, up.seat, NIL, &stand, t->now, t->mem, t->tells ? &whys : NULL,
                       &up))
            return;
        seat = run_seat_near(t, run, NULL, state, up.seat);
    }
    run->whys = whys;
    if (t->tells)
        why_add(&run->whys,
                str_fmt(t->mem, "%s办过此事,不得自办自核,由%s负责", role_zh(duty->role),
                        role_zh(up.role)),
                str_fmt(t->mem, "the %s did the work and may not check it: the %s answers",
                        role_en(duty->role), role_en(up.role)));
    duty->role = up.role;
    duty->seat = seat;
}

static const Err *find_duty(CaseContext *t, Instance *run, size_t state)
{
    const State *s = &run->flow->states[state];
    Locus stand = run_stand(run);
    Duty duty;
    run->whys = (Whys){.mem = t->mem};
    const Err *e = duty_find(t->ground, s->duty, s->duty_count, &stand, t->now, t->mem,
                             t->tells ? &run->whys : NULL, &duty);
    if (e) return e;
    pass_over_barred(t, run, state, &duty);
    run->c.duty_role = str(role_name(duty.role));
    run->c.duty_seat = duty.seat;
    return NULL;
}

static void add_watch(Instance *run, int64_t seat)
{
    bool known = seat == run->c.duty_seat;
    for (size_t k = 0; k < run->watch_count; k++)
        known |= run->watch[k] == seat;
    if (!known) run->watch[run->watch_count++] = seat;
}

/* Whether the move checks what others did: it bars somebody, and may end the case well. */
static bool checks(const Flow *flow, const Move *move)
{
    bool ends = false;
    for (size_t i = 0; i < move->to_count; i++) {
        const State *to = &flow->states[move->to[i].state];
        ends |= state_ends(to) && !state_voids(to);
    }
    return ends && move->bar_count;
}

/* Whom the state names; and, when the duty may not check what it did itself, the seat that the
 * check falls to, which would not find the case otherwise. */
static void find_watch(CaseContext *t, Instance *run, size_t state)
{
    const State *s = &run->flow->states[state];
    Locus stand = run_stand(run);
    run->watch = arena_array(t->mem, int64_t, s->watch_count + run->flow->move_count);
    run->watch_count = 0;
    for (size_t i = 0; i < s->watch_count; i++) {
        Duty duty;
        if (!duty_find(t->ground, &s->watch[i], 1, &stand, t->now, t->mem, NULL, &duty))
            add_watch(run, duty.seat);
    }
    for (size_t m = 0; m < run->flow->move_count; m++) {
        const Move *move = &run->flow->moves[m];
        if (!checks(run->flow, move) || !move_leaves(move, state)) continue;
        int64_t seat = run_falls_to(t, run, move);
        if (seat != NIL) add_watch(run, seat);
    }
}

const Err *run_duty(CaseContext *t, Instance *run)
{
    const Err *e = find_duty(t, run, run->state);
    if (!e) find_watch(t, run, run->state);
    return e;
}

/* ---- clock ---- */

const Late *run_marks(const Instance *run, size_t *out_count)
{
    const State *s = &run->flow->states[run->state];
    *out_count = s->late_count ? s->late_count : run->flow->late_count;
    return s->late_count ? s->late : run->flow->late;
}

static size_t next_mark(CaseContext *t, const Instance *run, Instant *at)
{
    const Case *c = &run->c;
    size_t n;
    const Late *late = run_marks(run, &n);
    return clock_mark(work_calendar(t->work, t->now), late, n, c->marks,
                      c->clock_from + c->clock_shift, c->due, at);
}

void run_next(CaseContext *t, Instance *run)
{
    Instant at;
    run->c.next_at = next_mark(t, run, &at) == SIZE_MAX ? NIL : at;
}

size_t run_mark_due(CaseContext *t, const Instance *run)
{
    Instant at;
    if (run->c.due == NIL || run->state == FLOW_NONE) return SIZE_MAX;
    size_t mark = next_mark(t, run, &at);
    return mark != SIZE_MAX && at <= t->now ? mark : SIZE_MAX;
}

bool run_limit(const Instance *run, Limit *out)
{
    const Clock *c = &run->flow->states[run->state].clock[run->c.clock];
    *out = c->limit;
    if (c->until == FLOW_NONE) return true;
    int64_t date = run->values[c->until].i;
    if (date == NIL || !date_valid(date)) return false;
    *out = limit_until(date);
    return true;
}

/* A date that nobody set is 422. */
static const Err *count(CaseContext *t, Instance *run)
{
    Case *c = &run->c;
    const Published *calendar =
        defs_at(t->work->spec.defs, CALENDAR_KIND, S(CALENDAR_NAME), t->now);
    Limit limit;
    if (!run_limit(run, &limit)) {
        size_t until = run->flow->states[run->state].clock[c->clock].until;
        return err_field(t->mem, &COLUMN_REQUIRED_ERR,
                         str_fmt(t->mem, "fields.%s", run->flow->form.names[until].name));
    }
    c->due = clock_due(defs_compiled(calendar), limit, c->clock_from, c->clock_shift);
    c->clock_calendar = calendar ? calendar->row.version : NIL;
    run_next(t, run);
    return NULL;
}

static const Err *start_clock(CaseContext *t, Instance *run)
{
    const State *s = &run->flow->states[run->state];
    const Clock *clock = flow_clock(run->flow, s, expr_here(), run_values(t, run));
    assert(clock); /* the checker proves that every open state has one */
    run->c.clock = clock - s->clock;
    run->c.clock_from = t->now;
    run->c.clock_shift = 0;
    run->c.marks = 0;
    return count(t, run);
}

/* Back in a state: its old clock goes on. Not so when the date it ran to is another one now. */
static const Err *resume_clock(CaseContext *t, Instance *run, const ParkedClock *left)
{
    Case *c = &run->c;

    c->clock = left->n[LEFT_CLOCK];
    c->clock_from = left->n[LEFT_FROM];
    c->clock_shift = left->n[LEFT_SHIFT] + (t->now - left->n[LEFT_AT]);
    c->marks = left->n[LEFT_MARKS];
    const Err *e = count(t, run);
    if (e) return e;
    bool until = run->flow->states[run->state].clock[c->clock].until != FLOW_NONE;
    if (until && c->due - c->clock_shift != left->n[LEFT_DUE] - left->n[LEFT_SHIFT])
        return start_clock(t, run);
    const Json *risen;
    if (left->risen.p && !json_read_own(t->mem, left->risen, &risen))
        risen_read(run, risen, t->mem);
    return NULL;
}

/* Whether the move set the date that the state's clock runs to, as the terms stand now. */
static bool sets_clock(CaseContext *t, const Instance *run, const bool *set)
{
    const State *s = &run->flow->states[run->state];
    const Clock *clock = flow_clock(run->flow, s, expr_here(), run_values(t, run));
    return clock && clock->until != FLOW_NONE && set[clock->until];
}

static void leave(CaseContext *t, Instance *run)
{
    const Case *c = &run->c;
    if (run->state == FLOW_NONE || c->due == NIL) return;
    run->track.left[run->state] =
        (ParkedClock){.kept = true,
                      .n = {c->clock, c->clock_from, c->clock_shift, c->due, t->now, c->marks},
                      .risen = risen_text(t->mem, run)};
}

static const Err *enter_clock(CaseContext *t, Instance *run, const bool *set)
{
    ParkedClock left = run->track.left[run->state];
    run->track.left[run->state].kept = false;
    run->risen_count = 0;
    if (!left.kept || sets_clock(t, run, set)) return start_clock(t, run);
    return resume_clock(t, run, &left);
}

void run_stop(Case *c)
{
    c->due = c->next_at = c->clock_from = c->clock_calendar = NIL;
    c->clock = c->clock_shift = c->marks = 0;
    c->party = STR_NULL;
}

static void end(CaseContext *t, Instance *run)
{
    Case *c = &run->c;
    c->outcome = run->flow->states[run->state].end;
    c->ended = t->now;
    run_stop(c);
    run->risen_count = run->watch_count = 0;
}

static const Err *stay(CaseContext *t, Instance *run, const bool *set)
{
    bool moved = false;
    for (size_t f = 0; f < FIELD_OWN; f++)
        moved |= set[f];
    const Err *e = moved ? run_duty(t, run) : NULL;
    return e || !sets_clock(t, run, set) ? e : start_clock(t, run);
}

const Err *run_enter(CaseContext *t, Instance *run, size_t state, const bool *set)
{
    Case *c = &run->c;
    const State *s = &run->flow->states[state];
    if (state == run->state) return state_ends(s) ? NULL : stay(t, run, set);
    leave(t, run);
    run->state = state;
    c->state = s->name;
    c->entered = t->now;
    if (state_ends(s)) {
        end(t, run);
        return NULL;
    }
    c->ended = NIL;
    c->outcome = STR_NULL;
    bool has_party = s->party.role != ROLE_NONE && c->subject != NIL;
    c->party = has_party ? str(role_name(s->party.role)) : STR_NULL;
    const Err *e = run_duty(t, run);
    return e ? e : enter_clock(t, run, set);
}

void run_recount(CaseContext *t, Instance *run)
{
    Case was = run->c;
    if (run->state == FLOW_NONE || was.due == NIL) return;
    const Err *e = count(t, run);
    /* the same by either calendar, or a date that was cleared: as it was counted, it stays */
    bool same = run->c.due == was.due && run->c.next_at == was.next_at;
    if (e || same) run->c = was;
}

/* A higher seat gets the case, counted from the highest that has it; the top stays the top. */
void run_rise(CaseContext *t, Instance *run, int rungs)
{
    Locus stand = run_stand(run);
    int64_t seat = run->risen_count ? run->risen[run->risen_count - 1].seat : run->c.duty_seat;
    for (int i = 0; i < rungs; i++) {
        Duty up;
        if (duty_above(t->ground, seat, NIL, &stand, t->now, t->mem, NULL, &up)) return;
        run->risen = arena_grow(t->mem, run->risen, run->risen_count, &run->risen_cap,
                                sizeof *run->risen);
        seat = up.seat;
        run->risen[run->risen_count++] = (Risen){seat, up.role, t->now};
    }
}
