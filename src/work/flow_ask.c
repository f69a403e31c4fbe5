/* SPDX-License-Identifier: Apache-2.0 */
/* flow_ask.c: what the case engine asks of a flow that has been proven; pure, and without a
 * case.
 */
#include "work/flow_ask.h"

const char *const flow_tables[] = {"areas", "departments", "persons",
                                   "seats", "subjects",    NULL};
const Err FLOW_CHECK = {.kind = ERR_INVALID, .code = "check", .zh = "{0}", .en = "{1}"};

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

size_t flow_field(const Flow *flow, Str name)
{
    const Column *c = column_find(flow->names, flow->field_count, name);
    return c ? (size_t)(c - flow->names) : FLOW_NONE;
}

Value *flow_values(Arena *mem, const Flow *flow)
{
    Value *values = arena_array(mem, Value, flow->name_count);
    for (size_t i = 0; i < flow->name_count; i++)
        values[i] = VALUE_NULL;
    return values;
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

static bool holds(const Flow *flow, size_t term, Expr *expr, const Value *values)
{
    return term == FLOW_NONE ||
           expr_true(expr, flow->terms[term].text, flow->names, flow->name_count, values);
}

size_t flow_target(const Flow *flow, const Move *move, int64_t uses, Expr *expr,
                   const Value *values)
{
    if (move->limit && move->then != FLOW_NONE && uses + 1 >= move->limit) return move->then;
    for (size_t i = 0; i < move->to_count; i++)
        if (holds(flow, move->to[i].term, expr, values)) return move->to[i].state;
    assert(false); /* a proven flow has an else */
    return FLOW_NONE;
}

void flow_asks(const Flow *flow, const Move *move, Expr *expr, const Value *values,
               bool *out_required)
{
    for (size_t i = 0; i < move->ask_count; i++)
        out_required[i] = move->ask[i].required && holds(flow, move->ask[i].term, expr, values);
}

const Err *flow_refusal(Arena *mem, const Flow *flow, const Move *move, Expr *expr,
                        const Value *values)
{
    for (size_t i = 0; i < move->check_count; i++) {
        const Check *c = &move->check[i];
        if (!expr_true(expr, c->that, flow->names, flow->name_count, values))
            return err_make(mem, &FLOW_CHECK, str(c->zh), str(c->en));
    }
    return NULL;
}

const Clock *flow_clock(const Flow *flow, const State *state, Expr *expr, const Value *values)
{
    for (size_t i = 0; i < state->clock_count; i++)
        if (holds(flow, state->clock[i].term, expr, values)) return &state->clock[i];
    return NULL;
}

bool flow_default(const Flow *flow, size_t field, const Value *values, const CodeLists *lists,
                  Date today, Value *out)
{
    const Default *d = &flow->defaults[field];
    if (d->kind == DEFAULT_FIXED) *out = d->fixed;
    if (d->kind != DEFAULT_ATTR) return d->kind == DEFAULT_FIXED;
    const CodeList *list = code_list(lists, str(flow->names[d->of].list));
    const Code *code = list && values[d->of].s.p ? code_find(list, values[d->of].s) : NULL;
    const Column *column;
    const Value *attr = code ? code_attr(list, code, d->attr, &column) : NULL;
    if (!attr || value_is_null(column, attr)) return false;
    Value v = *attr;
    if (flow->names[field].kind == KIND_DATE && column->kind == KIND_INT) {
        if (__builtin_add_overflow(today, attr->i, &v.i) || !date_valid(v.i)) return false;
    }
    *out = v;
    return true;
}

/* ---- for programs and screens ---- */

static Str words(const char *zh, const char *en, Lang lang)
{
    return str(lang == LANG_EN ? en : zh);
}

static void put_chair(Chair chair, JsonOut *out)
{
    Buf b = BUF(out->out->mem);
    chair_print(&b, chair);
    json_text(out, buf_str(&b));
}

static void put_chairs(const char *key, const Chair *chairs, size_t n, JsonOut *out)
{
    json_key(out, key);
    json_open(out, '[');
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
    if (term != FLOW_NONE) json_put_text(out, "term", flow->terms[term].name);
}

void flow_field_json(const Flow *flow, size_t field, Lang lang, JsonOut *out)
{
    const Column *c = &flow->names[field];
    json_put_text(out, "name", str(c->name));
    json_put_text(out, "title", words(c->zh, c->en, lang));
    json_put_text(out, "kind", str(kind_name(c->kind)));
    if (c->max) json_put_int(out, "max", c->max);
    if (c->scale) json_put_int(out, "scale", c->scale);
    if (c->list) json_put_text(out, "list", str(c->list));
    if (c->kind != KIND_CHOICE) return;
    json_key(out, "choices");
    json_open(out, '[');
    for (size_t i = 0; i < c->choice_count; i++) {
        json_open(out, '{');
        json_put_text(out, "code", str(c->choices[i].name));
        json_put_text(out, "title", words(c->choices[i].zh, c->choices[i].en, lang));
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_fields(const Flow *flow, Lang lang, JsonOut *out)
{
    static const char *const senses[] = {"open", "masked", "sealed"};
    json_key(out, "fields");
    json_open(out, '[');
    for (size_t i = FIELD_OWN; i < flow->field_count; i++) {
        json_open(out, '{');
        flow_field_json(flow, i, lang, out);
        json_put_text(out, "sense", str(senses[flow->names[i].sense]));
        if (flow->names[i].flags & COLUMN_INDEX) json_put_bool(out, "index", true);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_clock(const Flow *flow, const State *state, Lang lang, JsonOut *out)
{
    json_key(out, "clock");
    json_open(out, '[');
    for (size_t i = 0; i < state->clock_count; i++) {
        const Clock *c = &state->clock[i];
        json_open(out, '{');
        put_term(flow, c->term, out);
        if (c->until != FLOW_NONE)
            json_put_text(out, "until", str(flow->names[c->until].name));
        else
            put_limit("limit", c->limit, lang, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_states(const Flow *flow, Lang lang, JsonOut *out)
{
    json_key(out, "states");
    json_open(out, '[');
    for (size_t i = 0; i < flow->state_count; i++) {
        const State *s = &flow->states[i];
        json_open(out, '{');
        json_put_text(out, "state", s->name);
        json_put_text(out, "title", words(s->zh, s->en, lang));
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
    json_key(out, "by");
    json_open(out, '[');
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
    json_key(out, "ask");
    json_open(out, '[');
    for (size_t i = 0; i < m->ask_count; i++) {
        json_open(out, '{');
        flow_field_json(flow, m->ask[i].field, lang, out);
        json_put_bool(out, "required", m->ask[i].required && m->ask[i].term == FLOW_NONE);
        put_term(flow, m->ask[i].term, out);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_names(const char *key, const Flow *flow, const size_t *of, size_t n, bool moves,
                      JsonOut *out)
{
    json_key(out, key);
    json_open(out, '[');
    for (size_t i = 0; i < n; i++)
        json_text(out, moves ? flow->moves[of[i]].name : flow->states[of[i]].name);
    json_close(out, ']');
}

static void put_move(const Flow *flow, const Move *m, Lang lang, JsonOut *out)
{
    json_open(out, '{');
    json_put_text(out, "move", m->name);
    json_put_text(out, "title", words(m->zh, m->en, lang));
    if (!m->filing) put_names("from", flow, m->from, m->from_count, false, out);
    json_key(out, "to");
    json_open(out, '[');
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
        json_key(out, "opens");
        json_open(out, '[');
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
    json_key(out, "measures");
    json_open(out, '[');
    for (size_t i = 0; i < flow->measure_count; i++) {
        const Measure *m = &flow->measures[i];
        json_open(out, '{');
        json_put_text(out, "measure", m->name);
        json_put_text(out, "title", *m->zh ? words(m->zh, m->en, lang) : m->name);
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
    json_put_text(out, "title", words(flow->zh, flow->en, lang));
    put_states(flow, lang, out);
    json_key(out, "moves");
    json_open(out, '[');
    for (size_t i = 0; i < flow->move_count; i++)
        put_move(flow, &flow->moves[i], lang, out);
    json_close(out, ']');
    put_fields(flow, lang, out);
    put_measures(flow, lang, out);
    json_close(out, '}');
}
