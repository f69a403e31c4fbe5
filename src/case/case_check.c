/* SPDX-License-Identifier: Apache-2.0 */
/* case_check.c: do the cases of a store keep law 5? For `gridward check`. */
#include "case/case_internal.h"

typedef struct {
    CaseContext t;
    Report *report;
    long long id;
} Verify;

static void fault(const Verify *v, const char *what, Str detail)
{
    report_fault(v->report, "case %lld: %s %.*s", v->id, what, STR(detail));
}

static void verify_open(Verify *v, const Instance *run)
{
    const Case *c = &run->c;
    const Seat *seat = c->duty_seat == NIL ? NULL : seat_of(v->t.ground, c->duty_seat);
    if (c->due == NIL) fault(v, "is open without a due instant in", c->state);
    if (!seat)
        fault(v, "is open without a duty seat in", c->state);
    else if (!str_eq(seat->role, c->duty_role))
        fault(v, "names another role than its seat has:", c->duty_role);
    if (c->outcome.p) fault(v, "is open with the outcome", c->outcome);
    const State *s = &run->flow->states[run->state];
    Locus stand = run_stand(run);
    Duty duty;
    if (duty_find(v->t.ground, s->duty, s->duty_count, &stand, v->t.now, v->t.mem, NULL, &duty))
        fault(v, "is nobody's in", c->state);
    if (c->clock < 0 || (size_t)c->clock >= s->clock_count)
        fault(v, "runs by a clock that is not in", c->state);
}

static void verify_ended(Verify *v, const Instance *run)
{
    const Case *c = &run->c;
    bool merged = run->state == FLOW_NONE;
    Str outcome = merged ? S(CASE_MERGED) : run->flow->states[run->state].end;
    if (c->due != NIL || c->next_at != NIL)
        fault(v, "has ended but its clock runs in", c->state);
    if (!str_eq(c->outcome, outcome)) fault(v, "has an outcome that is not that of", c->state);
    if (merged != (c->merged_into != NIL))
        fault(v, "is merged without saying into which:", c->state);
}

static void verify_case(Verify *v, const Case *c)
{
    Instance run;
    v->id = c->id;
    if (run_of(&v->t, c, &run)) {
        fault(v, "cannot be read by its flow", c->flow);
        return;
    }
    bool known = run.state != FLOW_NONE || str_is(c->state, CASE_MERGED);
    bool ends = run.state == FLOW_NONE || state_ends(&run.flow->states[run.state]);
    if (!known)
        fault(v, "is in a state that its flow does not have:", c->state);
    else if (ends != (c->ended != NIL))
        fault(v, "is open or ended against its state", c->state);
    else if (ends)
        verify_ended(v, &run);
    else
        verify_open(v, &run);
    if (c->entered < c->opened || (c->ended != NIL && c->ended < c->entered))
        fault(v, "runs back in time in", c->state);
}

static void turn_to(Verify *v, Work *work, Db *db, Arena *mem, int64_t region)
{
    ground_unpin(v->t.ground);
    v->t = (CaseContext){.work = work,
                         .db = db,
                         .mem = mem,
                         .now = ledger_clock(work->spec.ledger),
                         .ground = ground_pin(work->spec.grounds, region)};
}

const Err *case_check(Work *work, Db *db, Report *report)
{
    static const Sql all = SQL("SELECT * FROM cases WHERE region >= $1 ORDER BY region, id");
    Rows rows;
    Arena *mem = arena_new(1 << 14);
    Verify v = {.report = report};
    const Err *e = db_rows(db, &all, ARGS(ARG_I(0)), &rows);
    while (!e && rows_next(&rows)) {
        Case c;
        arena_reset(mem);
        rows_read(&rows, &case_table, mem, &c);
        v.t.lists = (CodeLists){0};
        if (!v.t.ground || ground_region(v.t.ground) != c.region)
            turn_to(&v, work, db, mem, c.region);
        verify_case(&v, &c);
    }
    if (!e) e = rows_close(&rows);
    ground_unpin(v.t.ground);
    arena_free(mem);
    return e;
}
