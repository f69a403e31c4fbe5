/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep_act.c: what the house does to one case because time has passed. Everything is decided
 * anew from the row inside the act, so that nothing happens twice, whatever was restarted. Also
 * what happens to open cases when seats or areas are changed: the same, in the act that changes
 * them.
 */
#include "case/sweep_act.h"

static const struct {
    const char *verb, *zh, *en;
} words[] = {
    {"warn", "到期提醒", "Warned"},
    {"rise", "超期升级", "Raised"},
    {"draft", "拟稿", "Drafted a paper"},
    {"reseat", "改由在岗岗位负责", "Another seat answers"},
    {"follow", "随网格调整转入", "Follows its ground"},
    {"recount", "按新日历重新计时", "Counted anew"},
    {"merge", "并入", "Merged"},
    {"hand", "移交岗位", "Handed over"},
};

const char *tick_words(Str verb, Lang lang)
{
    for (size_t i = 0; i < countof(words); i++)
        if (str_is(verb, words[i].verb)) return lang == LANG_EN ? words[i].en : words[i].zh;
    return NULL;
}

/* ---- marks ---- */

static void warn(CaseContext *t, const Instance *run, const By *by)
{
    Locus stand = run_stand(run);
    Duty duty;
    Role role;
    int64_t party;
    switch (by->kind) {
    case BY_DUTY:
        notice_put(t, run, "warn", run->c.duty_role, run->c.duty_seat);
        for (size_t i = 0; i < run->watch_count; i++) {
            const Seat *seat = seat_of(t->ground, run->watch[i]);
            if (seat) notice_put(t, run, "warn", seat->role, seat->id);
        }
        return;
    case BY_PARTY:
        if (case_party(t->ground, t->mem, &run->c, t->now, &role, &party))
            notice_put(t, run, "warn", run->c.party, party);
        return;
    case BY_ROLE:
        if (!duty_find(t->ground, &by->chair, 1, &stand, t->now, t->mem, NULL, &duty))
            notice_put(t, run, "warn", str(role_name(duty.role)), duty.seat);
        return;
    }
}

static const Err *do_mark(CaseContext *t, Instance *run, const Late *late)
{
    size_t before = run->risen_count;
    for (size_t i = 0; i < late->warn_count; i++)
        warn(t, run, &late->warn[i]);
    run_rise(t, run, late->rise);
    for (size_t i = before; i < run->risen_count; i++)
        notice_put(t, run, "rise", str(role_name(run->risen[i].role)), run->risen[i].seat);
    if (late->rise)
        t->act->spec.verb = S("rise");
    else if (late->draft.p && !str_is(t->act->spec.verb, "rise"))
        t->act->spec.verb = S("draft");
    return late->draft.p ? notice_paper(t, run, late->draft) : NULL;
}

static const Err *do_marks(CaseContext *t, Instance *run)
{
    size_t n, mark;
    const Late *late = run_marks(run, &n);
    t->act->spec.verb = S("warn");
    while ((mark = run_mark_due(t, run)) != SIZE_MAX) {
        run->c.marks |= INT64_C(1) << mark;
        const Err *e = do_mark(t, run, &late[mark]);
        if (e) return e;
    }
    run_next(t, run);
    return NULL;
}

/* ---- seats ---- */

static Str why_text(CaseContext *t, const Instance *run)
{
    Buf b = BUF(t->mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    json_put_open(&w, "why", '[');
    for (size_t i = 0; i < run->whys.count; i++) {
        json_open(&w, '[');
        json_text(&w, run->whys.lines[i].zh);
        json_text(&w, run->whys.lines[i].en);
        json_close(&w, ']');
    }
    json_close(&w, ']');
    json_close(&w, '}');
    return buf_str(&b);
}

/* The next candidate answers; the notice tells the seat that it does. */
static const Err *reseat(CaseContext *t, Instance *run)
{
    int64_t seat = run->c.duty_seat;
    const Err *e = run_duty(t, run);
    if (!e && run->c.duty_seat != seat)
        notice_put(t, run, "reseat", run->c.duty_role, run->c.duty_seat);
    return e;
}

static bool unheld(CaseContext *t, const Instance *run)
{
    return seat_person(t->ground, run->c.duty_seat, t->now) == NIL;
}

/* ---- areas ---- */

/* The cell that lies there now, else who has the ground of the one that ended. */
static int64_t area_now(CaseContext *t, const Instance *run)
{
    const Case *c = &run->c;
    int64_t area = NIL;
    if (c->lon != NIL)
        area = area_find(t->ground, (Point){(int32_t)c->lon, (int32_t)c->lat}, t->now);
    if (area == NIL) area = area_heir(t->ground, c->area, t->now);
    return area == NIL ? c->area : area;
}

/* The department that has it, or who took over from it; NIL: it ended without successor. */
static int64_t body_now(CaseContext *t, const Instance *run)
{
    int64_t body = run->c.department;
    return body == NIL ? NIL : department_now(t->ground, body, t->now);
}

/* Its ground or its department is another's: the one that lies there, the one that took over,
 * or leads there now, and the seat that answers there. */
static const Err *follow(CaseContext *t, Instance *run)
{
    run->c.area = area_now(t, run);
    run->c.department = body_now(t, run);
    bool given[FIELD_OWN] = {[FIELD_DEPARTMENT] = run->c.department != NIL};
    const Err *e = run_settle(t, run, given);
    return e ? e : reseat(t, run);
}

/* ---- one act ---- */

static const Err *tick_run(CaseContext *t, Instance *run, const Tick *tick)
{
    const Err *e;
    switch (tick->kind) {
    case TICK_MARKS: return do_marks(t, run);
    case TICK_RESEAT:
        if (!unheld(t, run)) return NULL;
        t->act->spec.verb = S("reseat");
        t->tells = true;
        e = reseat(t, run);
        t->act->in = why_text(t, run);
        /* nobody at all: it stays where it is, on the blind-spot list, and is looked at again
         */
        return err_is(e, &DUTY_NOBODY) ? NULL : e;
    case TICK_FOLLOW:
        if (area_now(t, run) == run->c.area && body_now(t, run) == run->c.department)
            return NULL;
        t->act->spec.verb = S("follow");
        t->tells = true;
        e = follow(t, run);
        t->act->in = why_text(t, run);
        return err_is(e, &DUTY_NOBODY) ? NULL : e;
    case TICK_RECOUNT:
        t->act->spec.verb = S("recount");
        run_recount(t, run);
        return NULL;
    case TICK_COUNT: break;
    }
    return NULL;
}

const Err *tick_act(Act *act, Work *work, const Tick *tick)
{
    CaseContext t;
    Case before;
    Instance run;
    turn_begin(&t, work, act, NULL);
    const Err *e = db_load(t.db, &case_table, tick->id, t.mem, &before);
    bool gone = !e && before.ended != NIL;
    if (!e && !gone) e = run_of(&t, &before, &run);
    if (!e && !gone && !(e = tick_run(&t, &run, tick))) (void)run_store(&t, &run, &before);
    return e;
}

/* ---- in an act that changes the ground ---- */

static void ids_of(Work *work, BookOrder which, int64_t key, Ids *out)
{
    const Order *order = book_order(work->book, which);
    OrderKey at;
    book_hold(work->book);
    OrderSpot spot = order_from(order, ORDER_KEY(key, INT64_MIN, INT64_MIN));
    for (const OpenCase *s; (s = order_next(order, &spot, &at)) && at.a == key;)
        if (which != BOOK_BY_SEAT || s->duty == key) ids_add(out, s->id);
    book_leave(work->book);
}

/* Moves one case as the ground will be after the act: to the cell that lies there, when area is
 * set, and to whom answers for it. What moved with its area needs not be moved with its seat.
 */
static const Err *move_with(Act *act, Work *work, const Who *house, int64_t id, bool area,
                            Instant at)
{
    CaseContext t;
    Case before;
    Instance run;
    for (size_t i = 0; i < act->count; i++)
        if (act->changes[i].table == &case_table && act->changes[i].id == id) return NULL;
    turn_begin(&t, work, act, house);
    t.now = at;
    const Err *e = db_load(act->db, &case_table, id, act->mem, &before);
    if (e || (e = run_of(&t, &before, &run))) return e;
    if (area)
        e = follow(&t, &run);
    else if (unheld(&t, &run))
        e = reseat(&t, &run);
    if (err_is(e, &DUTY_NOBODY))
        return err_make(act->mem, &WOULD_ORPHAN, str_fmt(act->mem, "事项 %lld ", (long long)id),
                        str_fmt(act->mem, "Case %lld", (long long)id));
    if (!e) run_keep(&t, &run, &before);
    return e;
}

static const Err *move_all(Act *act, Work *work, const Ground *after, const Ids *ids, bool area,
                           Instant at)
{
    Who house;
    const Err *e = NULL;
    who_house(act->mem, after, act->spec.region, at, &house);
    for (size_t i = 0; i < ids->count && !e; i++)
        e = move_with(act, work, &house, ids->ids[i], area, at);
    return e;
}

static const Err *hook_unheld(void *context, Act *act, const Ground *after,
                              const int64_t *seats, size_t count, Instant at)
{
    Ids ids = {.mem = act->mem};
    for (size_t i = 0; i < count; i++)
        ids_of(context, BOOK_BY_SEAT, seats[i], &ids);
    return move_all(act, context, after, &ids, false, at);
}

static const Err *hook_area_ends(void *context, Act *act, const Ground *after, int64_t area,
                                 Instant at)
{
    Ids ids = {.mem = act->mem};
    ids_of(context, BOOK_BY_AREA, area, &ids);
    return move_all(act, context, after, &ids, true, at);
}

GroundHooks work_hooks(Work *work)
{
    return (GroundHooks){.context = work, .unheld = hook_unheld, .area_ends = hook_area_ends};
}
