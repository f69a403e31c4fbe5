/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask.c: what a move asks, from JSON into the values of a case. A field is set only by a move
 * that asks it; what is required is judged over the values after the move, defaults included
 * (design §6.1). All faults are told at once.
 */
#include "work/inside.h"

static Str field_path(Arena *mem, const Run *run, size_t field)
{
    bool top = run->state == FLOW_NONE && field < FIELD_OWN; /* of a filing: beside "fields" */
    return str_join(mem, top ? S("") : S("fields."), str(run->flow->names[field].name));
}

static const Ask *ask_of(const Run *run, const Move *move, Str name)
{
    for (size_t i = 0; i < move->ask_count; i++)
        if (str_is(name, run->flow->names[move->ask[i].field].name)) return &move->ask[i];
    return NULL;
}

void refuse_unknown(const Json *object, const char *const *names, size_t count, Faults *faults)
{
    for (json_each(m, object)) {
        bool known = false;
        for (size_t i = 0; i < count && !known; i++)
            known = str_is(m->key, names[i]);
        if (!known) faults_add2(faults, m->key, &COLUMN_UNKNOWN, m->key, STR_NULL);
    }
}

static void refuse_unasked(Run *run, const Move *move, const Json *fields, Faults *faults)
{
    for (json_each(m, fields)) {
        const Ask *ask = ask_of(run, move, m->key);
        if (ask && (run->state != FLOW_NONE || ask->field >= FIELD_OWN)) continue;
        faults_add2(faults, str_fmt(faults->mem, "fields.%.*s", STR(m->key)), &COLUMN_UNKNOWN,
                    m->key, STR_NULL);
    }
}

/* A text of nothing but white space says nothing. */
static void nothing_is_null(const Column *c, Value *v)
{
    if (c->kind == KIND_TEXT && v->s.p && !str_trim(v->s).n) *v = VALUE_NULL;
}

static void read_given(Turn *t, Run *run, const Move *move, const Json *fields, Faults *faults,
                       bool *given, bool *set)
{
    Lookup house = turn_lookup(t);
    for (size_t i = 0; i < move->ask_count; i++) {
        size_t f = move->ask[i].field;
        const Column *c = &run->flow->names[f];
        given[i] = set[f] && !value_is_null(c, &run->values[f]);
        if (run->state == FLOW_NONE && f < FIELD_OWN) continue;
        const Json *in = json_get(fields, c->name);
        Value v = VALUE_NULL;
        if (!in) continue;
        given[i] = true; /* wrongly, perhaps: one fault a field is enough */
        if (!column_decode(c, in, &house, field_path(t->mem, run, f), faults, &v)) continue;
        nothing_is_null(c, &v);
        run->values[f] = v;
        set[f] = true;
        if (value_is_null(c, &v)) given[i] = false;
    }
}

static void fill_defaults(Turn *t, Run *run, const Move *move, const bool *given,
                          const bool *required, bool *set)
{
    for (size_t i = 0; i < move->ask_count; i++) {
        size_t f = move->ask[i].field;
        const Column *c = &run->flow->names[f];
        if (given[i] || set[f] || run->flow->defaults[f].kind == DEFAULT_NONE) continue;
        if (!required[i] && !value_is_null(c, &run->values[f])) continue;
        Value v;
        if (!flow_default(run->flow, f, run->values, turn_lists(t), instant_date(t->now), &v))
            continue;
        run->values[f] = v;
        set[f] = true;
    }
}

void run_ask(Turn *t, Run *run, const Move *move, const Json *fields, bool partial,
             Faults *faults, bool *out_set)
{
    bool *given = arena_array(t->mem, bool, move->ask_count);
    bool *required = arena_array(t->mem, bool, move->ask_count);
    if (fields && !json_is_object(fields) && !json_is_null(fields)) {
        faults_add2(faults, S("fields"), &COLUMN_TYPE, S("对象"), S("an object"));
        return;
    }
    refuse_unasked(run, move, fields, faults);
    read_given(t, run, move, fields, faults, given, out_set);
    flow_asks(run->flow, move, turn_expr(t), run->values, required);
    fill_defaults(t, run, move, given, required, out_set);
    flow_asks(run->flow, move, turn_expr(t), run->values, required);
    for (size_t i = 0; i < move->ask_count && !partial; i++) {
        size_t f = move->ask[i].field;
        bool there =
            given[i] || (out_set[f] && !value_is_null(&run->flow->names[f], &run->values[f]));
        if (required[i] && !there)
            faults_add(faults, field_path(t->mem, run, f), &COLUMN_REQUIRED_ERR);
    }
    if (partial || faults->count) return;
    const Err *e = flow_refusal(t->mem, run->flow, move, turn_expr(t), run->values);
    if (e) faults_add(faults, S("fields"), e);
}
