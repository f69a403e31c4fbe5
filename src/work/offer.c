/* SPDX-License-Identifier: Apache-2.0 */
/* offer.c: what a person can do with a case now, and of what the state knows beside, why not.
 */
#include "work/inside.h"
#include "work/move.h"

static Str words(Lang lang, const char *zh, const char *en)
{
    return str(lang == LANG_EN ? en : zh);
}

static void put_default(Turn *t, const Run *run, size_t field, JsonOut *out)
{
    Value v;
    if (run->flow->form.defaults[field].kind == DEFAULT_NONE) return;
    if (!form_default(&run->flow->form, field, run_values(t, run), turn_lists(t),
                      instant_date(t->now), &v))
        return;
    json_key(out, "default");
    column_json(&run->flow->form.names[field], &v, true, out);
}

static void put_asks(Turn *t, const View *view, const Run *run, const Move *move, JsonOut *out)
{
    bool *required = arena_array(t->mem, bool, move->question.count);
    form_required(&run->flow->form, &move->question, expr_here(), run->values, required);
    json_key(out, "ask");
    json_open(out, '[');
    for (size_t i = 0; i < move->question.count; i++) {
        const Ask *ask = &move->question.asks[i];
        json_open(out, '{');
        form_put_field(&run->flow->form.names[ask->field], view->lang, out);
        json_put_bool(out, "required", required[i]);
        if (ask->required && ask->term != FLOW_NONE)
            json_put_text(out, "required_if", run->flow->form.terms[ask->term].text);
        put_default(t, run, ask->field, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Where it leads as things stand; and all states it may lead to, when terms decide. */
static void put_targets(Turn *t, const Run *run, const Move *move, JsonOut *out)
{
    size_t to = run_target(t, run, move);
    json_put_text(out, "to", run->flow->states[to].name);
    if (move->to_count < 2) return;
    json_key(out, "targets");
    json_open(out, '[');
    for (size_t i = 0; i < move->to_count; i++)
        json_text(out, run->flow->states[move->to[i].state].name);
    json_close(out, ']');
}

/* For whoever only decides: whether it is to agree, or whom it asks. */
static void put_decide(Turn *t, const View *view, const Run *run, const Move *move,
                       JsonOut *out)
{
    if (move->decide == DECIDE_NONE) return;
    json_put_text(out, "decide", decide_name(move->decide));
    size_t to = run_target(t, run, move);
    const State *state = &run->flow->states[to];
    if (move->decide != DECIDE_REFER || !state->duty_count) return;
    Role role = state->duty[0].role;
    json_put_text(out, "whom", words(view->lang, role_zh(role), role_en(role)));
}

static void put_offer(Turn *t, const View *view, const Run *run, const Move *move, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "move", move->name);
    json_put_text(out, "title", words(view->lang, move->zh, move->en));
    put_targets(t, run, move, out);
    put_asks(t, view, run, move, out);
    if (move->document.p) json_put_text(out, "document", move->document);
    put_decide(t, view, run, move, out);
    json_close(out, '}');
}

static void put_builtin(const View *view, const Run *run, const Builtin *b, JsonOut *out)
{
    bool ends = b == &builtins[BUILTIN_MERGE];
    json_open(out, '{');
    json_put_text(out, "move", str(b->name));
    json_put_text(out, "title", words(view->lang, b->zh, b->en));
    json_put_text(out, "to", ends ? S(CASE_MERGED) : run->c.state);
    json_key(out, "ask");
    json_open(out, '[');
    for (size_t i = 0; i < b->question.count; i++) {
        json_open(out, '{');
        form_put_field(&b->form.names[i], view->lang, out);
        json_put_bool(out, "required", true);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void put_blocked(const View *view, const Move *move, const Err *why, JsonOut *out)
{
    Buf reason = BUF(view->mem);
    err_text(why, view->lang, &reason);
    json_open(out, '{');
    json_put_text(out, "move", move->name);
    json_put_text(out, "title", words(view->lang, move->zh, move->en));
    json_put_text(out, "code", str(why->code));
    json_put_text(out, "reason", buf_str(&reason));
    json_close(out, '}');
}

/* The role that a move is for: of the duty, else the first that it names. */
static Role meant_for(const Run *run, const Move *move)
{
    Role role = ROLE_NONE, duty;
    for (size_t i = 0; i < move->by_count; i++) {
        if (move->by[i].kind == BY_DUTY && role_by_name(run->c.duty_role, &duty)) return duty;
        if (role != ROLE_NONE) continue;
        if (move->by[i].kind == BY_ROLE) role = move->by[i].chair.role;
        if (move->by[i].kind == BY_PARTY && role_by_name(run->c.party, &duty)) role = duty;
    }
    return role;
}

/* Whose it is, when it is not one's own. */
static const Err *denial(const View *view, const Run *run, const Move *move, const Err *why)
{
    static const Err whose = {.kind = ERR_DENIED,
                              .code = "denied",
                              .zh = "由{0}办理",
                              .en = "It is for the {1} to do"};
    Role role = meant_for(run, move);
    if (!err_is(why, &SCOPE_DENIED) || role == ROLE_NONE) return why;
    return err_make(view->mem, &whose, str(role_zh(role)), str(role_en(role)));
}

static void put_moves(Turn *t, const View *view, const Run *run, JsonOut *out)
{
    size_t n;
    const Move **moves = flow_moves_from(t->mem, run->flow, run->state, &n);
    const Err **why = arena_array(t->mem, const Err *, n);
    const Chairing *chair;
    for (size_t i = 0; i < n; i++) {
        why[i] = run_permit(t, run, moves[i], &chair);
        if (why[i])
            why[i] = denial(view, run, moves[i], why[i]);
        else
            why[i] = run_offers(t, run, moves[i]);
    }
    json_key(out, "items");
    json_open(out, '[');
    for (size_t i = 0; i < n; i++)
        if (!why[i]) put_offer(t, view, run, moves[i], out);
    for (size_t b = 0; b < BUILTIN_COUNT && run->c.ended == NIL; b++)
        if (run_builtin_chair(t, run, (BuiltinMove)b))
            put_builtin(view, run, &builtins[b], out);
    json_close(out, ']');
    json_key(out, "blocked");
    json_open(out, '[');
    for (size_t i = 0; i < n; i++)
        if (why[i]) put_blocked(view, moves[i], why[i], out);
    json_close(out, ']');
}

const Err *case_moves(const View *view, const Case *c, JsonOut *out)
{
    Turn t;
    Run run;
    turn_view(&t, view);
    const Err *e = run_of(&t, c, &run);
    if (!e) {
        json_open(out, '{');
        if (run.state != FLOW_NONE)
            put_moves(&t, view, &run, out);
        else {
            json_put_raw(out, "items", S("[]"));
            json_put_raw(out, "blocked", S("[]"));
        }
        json_close(out, '}');
    }
    return e;
}
