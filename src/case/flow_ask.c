/* SPDX-License-Identifier: Apache-2.0 */
/* flow_ask.c: what the case engine asks of a flow that has been proven; pure, and without a
 * case.
 */
#include "case/flow_ask.h"

size_t flow_state(const Flow *flow, Str name)
{
    for (size_t i = 0; i < flow->state_count; i++)
        if (str_eq(flow->states[i].name, name)) return i;
    return FLOW_NONE;
}

size_t flow_move(const Flow *flow, Str name)
{
    for (size_t i = 0; i < flow->move_count; i++)
        if (str_eq(flow->moves[i].name, name)) return i;
    return FLOW_NONE;
}

bool state_ends(const State *state)
{
    return state->end.p != NULL;
}

bool state_voids(const State *state)
{
    return str_is(state->end, "void");
}

bool move_leaves(const Move *move, size_t state)
{
    for (size_t i = 0; i < move->from_count; i++)
        if (move->from[i] == state) return true;
    return false;
}

const Move **flow_moves_from(Arena *mem, const Flow *flow, size_t state, size_t *out_count)
{
    const Move **moves = arena_array(mem, const Move *, flow->move_count);
    size_t n = 0;
    for (size_t i = 0; i < flow->move_count; i++) {
        const Move *move = &flow->moves[i];
        if (state == FLOW_NONE ? move->filing : move_leaves(move, state)) moves[n++] = move;
    }
    *out_count = n;
    return moves;
}

bool move_left(const Move *move, int64_t uses)
{
    return !move->limit || uses < move->limit || move->then != FLOW_NONE;
}

size_t flow_target(const Flow *flow, const Move *move, int64_t uses, Expr *expr,
                   const Value *values)
{
    if (move->limit && move->then != FLOW_NONE && uses + 1 >= move->limit) return move->then;
    for (size_t i = 0; i < move->to_count; i++)
        if (form_holds(&flow->form, move->to[i].term, expr, values)) return move->to[i].state;
    assert(false); /* a proven flow has an else */
    return FLOW_NONE;
}

const Clock *flow_clock(const Flow *flow, const State *state, Expr *expr, const Value *values)
{
    for (size_t i = 0; i < state->clock_count; i++)
        if (form_holds(&flow->form, state->clock[i].term, expr, values))
            return &state->clock[i];
    return NULL;
}

/* ---- for programs and screens ---- */

static void put_chair(RoleAt chair, JsonOut *out)
{
    Buf b = BUF(out->out->mem);
    chair_print(&b, chair);
    json_text(out, buf_str(&b));
}

static void put_chairs(const char *key, const RoleAt *chairs, size_t n, JsonOut *out)
{
    json_put_open(out, key, '[');
    for (size_t i = 0; i < n; i++)
        put_chair(chairs[i], out);
    json_close(out, ']');
}

static void put_limit(const char *key, Limit limit, Lang lang, JsonOut *out)
{
    Buf b = BUF(out->out->mem);
    limit_text(&b, lang, limit);
    json_put_text(out, key, buf_str(&b));
}

static void put_term(const Flow *flow, size_t term, JsonOut *out)
{
    if (term != FLOW_NONE) json_put_text(out, "term", flow->form.terms[term].name);
}

static void put_clock(const Flow *flow, const State *state, Lang lang, JsonOut *out)
{
    json_put_open(out, "clock", '[');
    for (size_t i = 0; i < state->clock_count; i++) {
        const Clock *c = &state->clock[i];
        json_open(out, '{');
        put_term(flow, c->term, out);
        if (c->until != FLOW_NONE)
            json_put_text(out, "until", str(flow->form.names[c->until].name));
        else
            put_limit("limit", c->limit, lang, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_states(const Flow *flow, Lang lang, JsonOut *out)
{
    json_put_open(out, "states", '[');
    for (size_t i = 0; i < flow->state_count; i++) {
        const State *s = &flow->states[i];
        json_open(out, '{');
        json_put_text(out, "state", s->name);
        json_put_words(out, "title", lang, s->zh, s->en);
        if (state_ends(s))
            json_put_text(out, "end", s->end);
        else {
            put_chairs("duty", s->duty, s->duty_count, out);
            if (s->party.role != ROLE_NONE) {
                json_key(out, "party");
                put_chair(s->party, out);
            }
            put_chairs("watch", s->watch, s->watch_count, out);
            put_clock(flow, s, lang, out);
        }
        if (s->document.p) json_put_text(out, "document", s->document);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static const char *const decides[] = {"", "agree", "refer"};

Str decide_name(Decide decide)
{
    return decide == DECIDE_NONE ? STR_NULL : str(decides[decide]);
}

bool decide_by_name(Str name, Decide *out)
{
    for (size_t i = DECIDE_AGREE; i < countof(decides); i++)
        if (str_is(name, decides[i])) {
            *out = (Decide)i;
            return true;
        }
    return false;
}

static void put_by(const Move *m, JsonOut *out)
{
    json_put_open(out, "by", '[');
    for (size_t i = 0; i < m->by_count; i++) {
        if (m->by[i].kind == BY_ROLE)
            put_chair(m->by[i].chair, out);
        else
            json_text(out, m->by[i].kind == BY_DUTY ? S("duty") : S("party"));
    }
    json_close(out, ']');
}

static void put_asks(const Flow *flow, const Move *m, Lang lang, JsonOut *out)
{
    json_put_open(out, "ask", '[');
    for (size_t i = 0; i < m->question.count; i++) {
        json_open(out, '{');
        form_put_field(&flow->form.names[m->question.asks[i].field], lang, out);
        json_put_bool(out, "required",
                      m->question.asks[i].required && m->question.asks[i].term == FLOW_NONE);
        put_term(flow, m->question.asks[i].term, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_names(const char *key, const Flow *flow, const size_t *of, size_t n, bool moves,
                      JsonOut *out)
{
    json_put_open(out, key, '[');
    for (size_t i = 0; i < n; i++)
        json_text(out, moves ? flow->moves[of[i]].name : flow->states[of[i]].name);
    json_close(out, ']');
}

static void put_move(const Flow *flow, const Move *m, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "move", m->name);
    json_put_words(out, "title", lang, m->zh, m->en);
    if (!m->filing) put_names("from", flow, m->from, m->from_count, false, out);
    json_put_open(out, "to", '[');
    for (size_t i = 0; i < m->to_count; i++) {
        json_open(out, '{');
        put_term(flow, m->to[i].term, out);
        json_put_text(out, "state", flow->states[m->to[i].state].name);
        json_close(out, '}');
    }
    json_close(out, ']');
    put_by(m, out);
    if (m->bar_count) put_names("not", flow, m->bar, m->bar_count, true, out);
    put_asks(flow, m, lang, out);
    if (m->limit) json_put_int(out, "limit", m->limit);
    if (m->then != FLOW_NONE) json_put_text(out, "then", flow->states[m->then].name);
    if (m->timed) put_limit("within", m->within, lang, out);
    if (m->document.p) json_put_text(out, "document", m->document);
    if (m->decide != DECIDE_NONE) json_put_text(out, "decide", decide_name(m->decide));
    if (m->open_count) {
        json_put_open(out, "opens", '[');
        for (size_t i = 0; i < m->open_count; i++)
            json_text(out, m->open[i].flow);
        json_close(out, ']');
    }
    json_close(out, '}');
}

static const char *const figures[FIGURE_COUNT] = {
    [FIGURE_OPEN] = "open",           [FIGURE_LATE] = "late",   [FIGURE_NEW] = "new",
    [FIGURE_SUSPECTED] = "suspected", [FIGURE_MAJOR] = "major",
};

const char *figure_name(Figure figure)
{
    assert(figure < FIGURE_COUNT);
    return figures[figure];
}

bool figure_by_name(Str name, Figure *out)
{
    for (Figure f = 0; f < FIGURE_COUNT; f++)
        if (str_is(name, figures[f])) {
            *out = f;
            return true;
        }
    return false;
}

const Measure *flow_figure(const Flow *flow, Figure figure)
{
    for (size_t i = 0; i < flow->measure_count; i++) {
        const Measure *m = &flow->measures[i];
        if (m->figured && m->figure == figure) return m;
    }
    return NULL;
}

bool measure_gauges(const Measure *measure, size_t state, bool late)
{
    if (measure->kind == MEASURE_OPEN) return true;
    if (measure->kind == MEASURE_LATE) return late;
    for (size_t i = 0; measure->kind == MEASURE_STATES && i < measure->count; i++)
        if (measure->of[i] == state) return true;
    return false;
}

static void put_measures(const Flow *flow, Lang lang, JsonOut *out)
{
    static const char *const kinds[] = {"count", "late", "open", "states"};
    json_put_open(out, "measures", '[');
    for (size_t i = 0; i < flow->measure_count; i++) {
        const Measure *m = &flow->measures[i];
        json_open(out, '{');
        json_put_text(out, "measure", m->name);
        json_put_text(out, "title", *m->zh ? words_in(lang, m->zh, m->en) : m->name);
        json_put_text(out, "kind", str(kinds[m->kind]));
        if (m->figured) json_put_text(out, "figure", str(figures[m->figure]));
        if (m->of) put_names("of", flow, m->of, m->count, m->kind == MEASURE_COUNT, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void flow_json(const Flow *flow, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "flow", flow->name);
    json_put_words(out, "title", lang, flow->zh, flow->en);
    put_states(flow, lang, out);
    json_put_open(out, "moves", '[');
    for (size_t i = 0; i < flow->move_count; i++)
        put_move(flow, &flow->moves[i], lang, out);
    json_close(out, ']');
    form_json(&flow->form, lang, out);
    put_measures(flow, lang, out);
    json_close(out, '}');
}
