/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_access.c: who sees a case, by which relation, and why its duty sits where it does: the
 * answer to what people telephone about. It asks the doors' own functions for each seat that
 * has to do with where the case stands, so that it says what they do.
 */
#include "case/case_internal.h"

typedef struct {
    CaseContext *t;
    Relations ties;
    Visibility see;
    int64_t *seats; /* that have to do with where the case stands, each once */
    size_t count, cap;
    unsigned *by; /* parallel: by which ties */
    bool *told;
} Audience;

static void add(Audience *a, int64_t seat)
{
    if (seat == NIL || !seat_of(a->t->ground, seat)) return;
    for (size_t i = 0; i < a->count; i++)
        if (a->seats[i] == seat) return;
    if (a->count == a->cap) {
        size_t cap = a->cap * 2 + 32;
        int64_t *more = arena_array(a->t->mem, int64_t, cap);
        if (a->count) memcpy(more, a->seats, a->count * sizeof *more);
        a->seats = more;
        a->cap = cap;
    }
    a->seats[a->count++] = seat;
}

static void add_at(Audience *a, int64_t area, int64_t department, int64_t subject)
{
    for (Role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        const Seat **seats;
        size_t n;
        seat_list(a->t->ground, role, area, department, subject, a->t->now, a->t->mem, &seats,
                  &n);
        for (size_t i = 0; i < n; i++)
            add(a, seats[i]->id);
    }
}

/* The nearest come first: the duty, the territory from the cell upwards, departments, the
 * subject.
 */
static void gather(Audience *a, const Case *c)
{
    const Ground *g = a->t->ground;
    const AreaSpan *path[LEVEL_COUNT];
    add(a, a->ties.duty);
    for (size_t i = 0; i < a->ties.risen_count; i++)
        add(a, a->ties.risen[i]);
    for (size_t i = 0; i < a->ties.watch_count; i++)
        add(a, a->ties.watch[i]);
    for (size_t i = 0, n = area_path(g, c->area, a->t->now, path); i < n; i++)
        add_at(a, path[i]->area, NIL, NIL);
    if (c->department != NIL) add_at(a, NIL, c->department, NIL);
    for (size_t i = 0; i < a->ties.helper_count; i++)
        add_at(a, NIL, a->ties.helpers[i], NIL);
    if (c->subject != NIL) add_at(a, NIL, NIL, c->subject);
}

/* By which ties each seat sees, if its person sits on it alone. */
static const Err *resolve(Audience *a)
{
    CaseContext *t = a->t;
    a->by = arena_array(t->mem, unsigned, a->count);
    a->told = arena_array(t->mem, bool, a->count);
    for (size_t i = 0; i < a->count; i++) {
        Who who;
        Chairing chair = seat_chairing(t->ground, a->seats[i], t->now);
        const Err *e =
            who_of(t->mem, t->ground, t->who->region, NIL, t->now, NIL, &chair, 1, &who);
        if (e) return e;
        a->by[i] = who_ties(&who, &a->ties);
        a->told[i] = who_sees(&who, &a->ties, a->see) == SIGHT_NONE;
    }
    return NULL;
}

static void put_group(const CaseView *view, Audience *a, Tie tie, JsonOut *out)
{
    static const char *const words[] = {"", "open", "masked", "sealed"};
    Access sight = tie_sight(tie, a->see);
    bool any = false;
    for (size_t i = 0; i < a->count && sight != SIGHT_NONE; i++) {
        if (a->told[i] || !(a->by[i] & tie)) continue;
        if (!any) {
            json_open(out, '{');
            json_put_text(out, "tie", str(tie_name(tie)));
            json_put_text(out, "sight", str(words[sight]));
            json_key(out, "seats");
            json_open(out, '[');
        }
        any = a->told[i] = true;
        json_open(out, '{');
        case_put_seat(view, seat_of(a->t->ground, a->seats[i])->role, a->seats[i], out);
        json_close(out, '}');
    }
    if (!any) return;
    json_close(out, ']');
    json_close(out, '}');
}

/* The duty found anew: the lines hold as long as it leads to the seat that has it. */
static void put_why(CaseContext *t, const CaseView *view, const Case *c, JsonOut *out)
{
    Instance run;
    json_key(out, "why");
    json_open(out, '[');
    t->tells = true;
    if (c->ended == NIL && !run_of(t, c, &run) && run.state != FLOW_NONE &&
        !run_duty(t, &run)) {
        for (size_t i = 0; i < run.whys.count; i++)
            json_text(out, view->lang == LANG_EN ? run.whys.lines[i].en : run.whys.lines[i].zh);
        if (run.c.duty_seat != c->duty_seat)
            json_text(out, view->lang == LANG_EN
                               ? S("this case began with the seat that has it, and stays there "
                                   "while it is held")
                               : S("此事项此前已由现岗位承办;岗位有人负责时不另转"));
    }
    json_close(out, ']');
}

const Err *case_sights(const CaseView *view, const Case *c, JsonOut *out)
{
    static const Tie order[] = {TIE_DUTY,    TIE_AREA,    TIE_DEPARTMENT,
                                TIE_SUBJECT, TIE_PARTIES, TIE_AUDIT};
    const Flow *flow = work_flow(view->work, c->flow, c->flow_version);
    if (!flow) return &STORE_BROKEN;
    CaseContext t;
    turn_view(&t, view);
    Audience a = {.t = &t, .ties = case_ties(&t, c), .see = flow_see(flow)};
    int64_t *helpers;
    help_departments(t.ground, c->matter, c->area, t.now, t.mem, &helpers,
                     &a.ties.helper_count);
    a.ties.helpers = helpers;
    a.ties.filed_by = NIL; /* who found it is told by the case, to whom it may be told */
    gather(&a, c);
    const Err *e = resolve(&a);
    if (!e) {
        json_open(out, '{');
        put_why(&t, view, c, out);
        json_key(out, "items");
        json_open(out, '[');
        for (size_t i = 0; i < countof(order); i++)
            put_group(view, &a, order[i], out);
        json_close(out, ']');
        json_close(out, '}');
    }
    return e;
}
