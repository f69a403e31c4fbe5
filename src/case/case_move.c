/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_move.c: moving a case along its flow, in the order in which a request is refused: not
 * there, not yours, somebody was quicker, not offered now, fields wrong. Beside the flow's own
 * moves every case knows merge and hand.
 */
#include "case/case_internal.h"

static const Column merge_names[] = {
    {.name = "into", .kind = KIND_REF, .zh = "并入事项", .en = "Into", .list = "cases"},
};
static const Column hand_names[] = {
    {.name = "seat", .kind = KIND_REF, .zh = "移交岗位", .en = "To seat", .list = "seats"},
    {.name = "reason", .kind = KIND_TEXT, .zh = "理由", .en = "Reason", .max = 500},
};
static const Ask builtin_asks[] = {{0, true, FORM_NONE, {0, 0}}, {1, true, FORM_NONE, {0, 0}}};
static const Default builtin_defaults[countof(builtin_asks)];

#define BUILTIN(columns)                                                                       \
    .form = {.names = columns,                                                                 \
             .defaults = builtin_defaults,                                                     \
             .field_count = countof(columns),                                                  \
             .name_count = countof(columns)},                                                  \
    .question = {.asks = builtin_asks, .count = countof(columns)}
const Builtin builtins[BUILTIN_COUNT] = {
    [BUILTIN_MERGE] = {"merge", "并入", "Merge", BUILTIN(merge_names)},
    [BUILTIN_HAND] = {"hand", "移交岗位", "Hand over", BUILTIN(hand_names)},
};

/* ---- offered or not ---- */

static const Err *not_now(CaseContext *t, const Move *move, const char *zh, const char *en)
{
    return err_make4(t->mem, &CASE_NOT_NOW, str(move->zh), str(zh), str(move->en), str(en));
}

const Err *run_offers(CaseContext *t, const Instance *run, const Move *move)
{
    size_t m = (size_t)(move - run->flow->moves);
    if (move->filing || run->state == FLOW_NONE || !move_leaves(move, run->state))
        return not_now(t, move, "当前状态没有这一步", "this state has no such step");
    if (!move_left(move, run->track.uses[m]))
        return not_now(t, move, "次数已用完", "it has been used as often as it may");
    if (!move->timed) return NULL;
    Instant until =
        due_compute(NULL, work_calendar(t->work, t->now), move->within, run->c.entered).at;
    return t->now < until ? NULL
                          : not_now(t, move, "办理期限已过",
                                    "the time in which it may be done has passed");
}

/* ---- a move of the flow ---- */

static bool bars_others(const Flow *flow, size_t m)
{
    for (size_t i = 0; i < flow->move_count; i++)
        for (size_t k = 0; k < flow->moves[i].bar_count; k++)
            if (flow->moves[i].bar[k] == m) return true;
    return false;
}

void run_note_doer(const CaseContext *t, Instance *run, const Move *move)
{
    size_t m = (size_t)(move - run->flow->moves);
    if (move->limit) run->track.uses[m]++;
    if (bars_others(run->flow, m))
        run->track.last[m] = (Actor){t->who->person, t->act ? t->act->spec.for_person : NIL};
}

/* What was given, in the ledger's form: the entry's inputs. */
static Str inputs_of(CaseContext *t, const Instance *run, const Move *move, const bool *set)
{
    Buf b = BUF(t->mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    if (move->document.p) json_put_text(&w, "document", move->document);
    json_put_open(&w, "fields", '{');
    for (size_t i = 0; i < move->question.count; i++) {
        size_t f = move->question.asks[i].field;
        if (!set[f]) continue;
        json_key(&w, run->flow->form.names[f].name);
        column_ledger(&run->flow->form.names[f], &run->values[f], &w);
    }
    json_close(&w, '}');
    json_close(&w, '}');
    return buf_str(&b);
}

/* Whether somebody has moved it since the version that the body names. */
static bool is_stale(const Json *body, const Case *before)
{
    const Json *version = json_get(body, "version");
    return json_is_integer(version) && json_integer(version) != before->version;
}

static const Err *move_flow(CaseContext *t, Instance *run, const Case *before, const Move *move,
                            const Json *body, const Instance **out)
{
    const Chairing *chair;
    const Err *e = run_permit(t, run, move, &chair);
    if (e) return e;
    if (is_stale(body, before)) return &STALE;
    if ((e = run_offers(t, run, move))) return e;
    Faults faults = {.mem = t->mem};
    turn_for(t, body, &faults);
    bool *set = arena_array(t->mem, bool, run->flow->form.name_count);
    run_fill(t, run, move, json_get(body, "fields"), false, &faults, set);
    if ((e = faults_err(&faults))) return e;
    /* whom it is done for is known only now, and is barred like who does it */
    if (t->act->spec.for_person != NIL && (e = run_permit(t, run, move, &chair))) return e;
    act_seat(t->act, chair);
    t->act->spec.verb = move->name;
    t->act->in = inputs_of(t, run, move, set);
    bool based = str_is(run->c.matter, MATTER_UNCLEAR);
    for (size_t f = 0; f < FIELD_OWN; f++)
        based |= set[f];
    if (based && (e = run_settle(t, run, set))) return e;
    size_t to = run_target(t, run, move);
    run_note_doer(t, run, move);
    if ((e = run_enter(t, run, to, set))) return e;
    if ((e = run_open_children(t, run, move))) return e;
    run->c.version++;
    *out = run_store(t, run, before);
    return NULL;
}

/* ---- merge and hand ---- */

static const Err *read_builtin(CaseContext *t, const Builtin *b, const Json *body, Value *out)
{
    Faults faults = {.mem = t->mem};
    bool *set = arena_array(t->mem, bool, b->form.name_count);
    Filling f = {
        .form = &b->form, .expr = expr_here(), .values = out, .set = set, .faults = &faults};
    form_fill(&f, &b->question, json_get(body, "fields"));
    return faults_err(&faults);
}

static const Err *bad_into(CaseContext *t, int64_t into, const char *zh, const char *en)
{
    Str id = str_fmt(t->mem, "%lld", (long long)into);
    return faults_one(t->mem, S("fields.into"),
                      err_make4(t->mem, &CASE_INTO, id, str(zh), str(en), STR_NULL));
}

/* The case that is to take this one up: open, of the same flow, and seen by who merges. */
static const Err *find_into(CaseContext *t, const Instance *run, int64_t id, Case *out)
{
    Access sight;
    if (id == run->c.id) return bad_into(t, id, "就是本事项", "it is this case");
    const Err *e = ID_REGION(id) == t->act->spec.region
                       ? db_load(t->db, &case_table, id, t->mem, out)
                       : &ERR_NOT_FOUND;
    if (!e && !(e = turn_sight(t, out, &sight)) && sight == SIGHT_NONE) e = &ERR_NOT_FOUND;
    if (e && e->kind == ERR_MISSING) return bad_into(t, id, "没有这个事项", "there is none");
    if (e) return e;
    if (out->ended != NIL) return bad_into(t, id, "已办结", "it has ended");
    if (!str_eq(out->flow, run->c.flow))
        return bad_into(t, id, "不是同类事项", "it is of another kind");
    return NULL;
}

/* Who found the merged case, and who found what was merged into it before, are told by the
 * other one from now on. */
static const Err *link_finders(CaseContext *t, const Case *c, int64_t into)
{
    static const Sql before =
        SQL("SELECT * FROM case_finders WHERE region = $1 AND case_id = $2 ORDER BY id");
    CaseFinder *links,
        own = {.case_id = into, .person = c->filed_by, .merged = c->id, .at = c->opened};
    size_t n;
    const Err *e = db_all(t->db, &before, ARGS(ARG_I(c->region), ARG_I(c->id)),
                          &case_finder_table, t->mem, &links, &n);
    if (e) return e;
    row_put(t->act, &case_finder_table, &own);
    for (size_t i = 0; i < n; i++) {
        links[i].id = 0;
        links[i].case_id = into;
        row_put(t->act, &case_finder_table, &links[i]);
    }
    return NULL;
}

static const Err *merge(CaseContext *t, Instance *run, const Case *before, const Value *fields,
                        const Instance **out)
{
    Case into;
    const Err *e = find_into(t, run, fields[0].i, &into);
    if (!e) e = link_finders(t, before, into.id);
    if (e) return e;
    Case *c = &run->c;
    c->state = c->outcome = S(CASE_MERGED);
    c->entered = c->ended = t->now;
    run_stop(c);
    c->merged_into = into.id;
    run->risen_count = run->watch_count = 0;
    run->state = FLOW_NONE;
    run->c.version++;
    *out = run_store(t, run, before);
    t->act->in = str_fmt(t->mem, "{\"into\":%lld}", (long long)into.id);
    return NULL;
}

static const Err *hand(CaseContext *t, Instance *run, const Case *before, const Value *fields,
                       const Instance **out)
{
    const Seat *to =
        ID_REGION(fields[0].i) == t->act->spec.region ? seat_of(t->ground, fields[0].i) : NULL;
    bool equal = to && str_eq(to->role, before->duty_role) && to->id != before->duty_seat &&
                 seat_person(t->ground, to->id, t->now) != NIL;
    if (!equal)
        return faults_one(t->mem, S("fields.seat"),
                          err_make(t->mem, &CASE_SEAT,
                                   str_fmt(t->mem, "%lld", (long long)fields[0].i), STR_NULL));
    run->c.duty_seat = to->id;
    run->c.version++;
    *out = run_store(t, run, before);
    Buf b = BUF(t->mem);
    JsonOut w = JSON_OUT(&b);
    json_open(&w, '{');
    json_put_text(&w, "reason", fields[1].s);
    json_put_int(&w, "seat", to->id);
    json_close(&w, '}');
    t->act->in = buf_str(&b);
    return NULL;
}

const Chairing *run_builtin_chair(CaseContext *t, const Instance *run, BuiltinMove which)
{
    return which == BUILTIN_MERGE ? run_duty_chair(t, run) : run_chair_above(t, run);
}

static const Err *move_builtin(CaseContext *t, Instance *run, const Case *before,
                               BuiltinMove which, const Json *body, const Instance **out)
{
    const Builtin *b = &builtins[which];
    const Chairing *chair = run_builtin_chair(t, run, which);
    Value *fields = form_values(t->mem, &b->form);
    if (!chair && t->who->person != PERSON_HOUSE) return &SCOPE_DENIED;
    if (is_stale(body, before)) return &STALE;
    if (before->ended != NIL)
        return err_make4(t->mem, &CASE_NOT_NOW, str(b->zh), S("已办结"), str(b->en),
                         S("it has ended"));
    const Err *e = read_builtin(t, b, body, fields);
    if (e) return e;
    act_seat(t->act, chair);
    t->act->spec.verb = str(b->name);
    return which == BUILTIN_MERGE ? merge(t, run, before, fields, out)
                                  : hand(t, run, before, fields, out);
}

/* ---- the door ---- */

static const Err *move_of(CaseContext *t, const Case *before, Str name, const Json *body,
                          const Instance **out)
{
    Instance run;
    Access sight;
    const Err *e = turn_sight(t, before, &sight);
    if (!e && sight == SIGHT_NONE) e = &ERR_NOT_FOUND;
    if (!e) e = run_of(t, before, &run);
    if (e) return e;
    size_t m = flow_move(run.flow, name), b = 0;
    while (b < BUILTIN_COUNT && !str_is(name, builtins[b].name))
        b++;
    if (m == FLOW_NONE && b == BUILTIN_COUNT) return &ERR_NOT_FOUND;
    e = m != FLOW_NONE ? move_flow(t, &run, before, &run.flow->moves[m], body, out)
                       : move_builtin(t, &run, before, (BuiltinMove)b, body, out);
    return e;
}

const Err *case_move(Act *act, Work *work, const Who *who, int64_t id, Str move,
                     const Json *body, const Instance **out)
{
    CaseContext t;
    Case before;
    if (ID_REGION(id) != act->spec.region) return &ERR_NOT_FOUND;
    turn_begin(&t, work, act, who);
    const Err *e = db_load(t.db, &case_table, id, t.mem, &before);
    if (!e) e = move_of(&t, &before, move, body, out);
    return e;
}
