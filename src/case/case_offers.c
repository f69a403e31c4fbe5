/* SPDX-License-Identifier: Apache-2.0 */
/* case_offers.c: what a person can do with a case now, and of what the state knows beside, why
 * not.
 */
#include "case/case_internal.h"

static void put_asks(CaseContext *t, const Form *form, const Question *question,
                     const Value *values, Lang lang, JsonOut *out)
{
    bool *required = arena_array(t->mem, bool, question->count);
    form_required(form, question, expr_here(), values, required);
    json_put_open(out, "ask", '[');
    for (size_t i = 0; i < question->count; i++) {
        const Ask *ask = &question->asks[i];
        const Column *c = &form->names[ask->field];
        Value v;
        json_open(out, '{');
        form_put_field(c, lang, out);
        json_put_bool(out, "required", required[i]);
        if (ask->required && ask->term != FORM_NONE)
            json_put_text(out, "required_if", form->terms[ask->term].text);
        if (form_default(form, ask->field, values, turn_lists(t), instant_date(t->now), &v)) {
            json_key(out, "default");
            column_json(c, &v, true, out);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Where it leads as things stand, and all states it may lead to, when terms decide; for whoever
 * only decides, whether it is to agree, or whom it asks. */
static void put_offer(CaseContext *t, const CaseView *view, const Instance *run,
                      const Move *move, JsonOut *out)
{
    const State *to = &run->flow->states[run_target(t, run, move)];
    json_open(out, '{');
    json_put_text(out, "move", move->name);
    json_put_words(out, "title", view->lang, move->zh, move->en);
    json_put_text(out, "to", to->name);
    if (move->to_count > 1) {
        json_put_open(out, "targets", '[');
        for (size_t i = 0; i < move->to_count; i++)
            json_text(out, run->flow->states[move->to[i].state].name);
        json_close(out, ']');
    }
    put_asks(t, &run->flow->form, &move->question, run_values(t, run), view->lang, out);
    if (move->document.p) json_put_text(out, "document", move->document);
    if (move->decide != DECIDE_NONE) json_put_text(out, "decide", decide_name(move->decide));
    if (move->decide == DECIDE_REFER && to->duty_count) {
        Role role = to->duty[0].role;
        json_put_words(out, "whom", view->lang, role_zh(role), role_en(role));
    }
    json_close(out, '}');
}

static void put_builtin(CaseContext *t, const CaseView *view, const Instance *run,
                        const Builtin *b, JsonOut *out)
{
    bool ends = b == &builtins[BUILTIN_MERGE];
    json_open(out, '{');
    json_put_text(out, "move", str(b->name));
    json_put_words(out, "title", view->lang, b->zh, b->en);
    json_put_text(out, "to", ends ? S(CASE_MERGED) : run->c.state);
    put_asks(t, &b->form, &b->question, NULL, view->lang, out);
    json_close(out, '}');
}

static void put_blocked(const CaseView *view, const Move *move, const Err *why, JsonOut *out)
{
    Buf reason = BUF(view->mem);
    err_text(why, view->lang, &reason);
    json_open(out, '{');
    json_put_text(out, "move", move->name);
    json_put_words(out, "title", view->lang, move->zh, move->en);
    json_put_text(out, "code", str(why->code));
    json_put_text(out, "reason", buf_str(&reason));
    json_close(out, '}');
}

/* The role that a move is for: of the duty, else the first that it names. */
static Role meant_for(const Instance *run, const Move *move)
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
static const Err *denial(const CaseView *view, const Instance *run, const Move *move,
                         const Err *why)
{
    static const Err whose = {.kind = ERR_DENIED,
                              .code = "denied",
                              .zh = "由{0}办理",
                              .en = "It is for the {1} to do"};
    Role role = meant_for(run, move);
    if (!err_is(why, &SCOPE_DENIED) || role == ROLE_NONE) return why;
    return err_make(view->mem, &whose, str(role_zh(role)), str(role_en(role)));
}

static void put_moves(CaseContext *t, const CaseView *view, const Instance *run, JsonOut *out)
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
    json_put_open(out, "items", '[');
    for (size_t i = 0; i < n; i++)
        if (!why[i]) put_offer(t, view, run, moves[i], out);
    for (size_t b = 0; b < BUILTIN_COUNT && run->c.ended == NIL; b++)
        if (run_builtin_chair(t, run, (BuiltinMove)b))
            put_builtin(t, view, run, &builtins[b], out);
    json_close(out, ']');
    json_put_open(out, "blocked", '[');
    for (size_t i = 0; i < n; i++)
        if (why[i]) put_blocked(view, moves[i], why[i], out);
    json_close(out, ']');
}

const Err *case_moves(const CaseView *view, const Case *c, JsonOut *out)
{
    CaseContext t;
    Instance run;
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
