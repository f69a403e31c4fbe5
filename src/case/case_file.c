/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_file.c: filing. One way for the real thing, its preview and a child case: who may, what
 * is given, where it stands, who answers by when. A filing never merges by itself.
 */
#include <math.h>

#include "base/datum.h"
#include "case/case_internal.h"

static const Column place_members[] = {
    {.name = "lon"}, {.name = "lat"}, {.name = "datum"}, {.name = "accuracy_m"}};

static void read_accuracy(const Json *in, Faults *faults, Case *c)
{
    if (!in || json_is_null(in)) return;
    double metres = json_number(in);
    if (!json_is_number(in) || !(metres >= 0 && metres < 1e6))
        faults_add2(faults, S("place.accuracy_m"), &COLUMN_TYPE, S("米数"),
                    S("a number of metres"));
    else
        c->accuracy = (int64_t)ceil(metres);
}

/* The place in WGS84. One given in another datum is the act's input, as it was given. */
static void read_place(CaseContext *t, const Column *column, const Json *in, Case *c,
                       Faults *faults, bool *set)
{
    Value v;
    Datum datum = DATUM_WGS84;
    if (!in || json_is_null(in)) return;
    if (!column_decode(column, in, NULL, S("place"), faults, &v)) return;
    columns_unknown(place_members, countof(place_members), in, "place.", faults);
    Str name = json_member(in, "datum");
    const Err *e = name.p ? datum_parse(name, &datum) : NULL;
    if (e) faults_add(faults, S("place.datum"), e);
    read_accuracy(json_get(in, "accuracy_m"), faults, c);
    Point given = {(int32_t)v.i, (int32_t)v.j}, place = point_to_wgs84(given, datum);
    c->lon = place.lon;
    c->lat = place.lat;
    *set = true;
    if (t->act && datum != DATUM_WGS84)
        t->act->in = str_fmt(t->mem, "{\"datum\":\"%s\",\"place\":[%d,%d]}", datum_name(datum),
                             given.lon, given.lat);
}

/* The base fields, which stand beside "fields". */
static void read_base(CaseContext *t, Instance *run, const Move *move, const Json *body,
                      Faults *faults, bool *set)
{
    Lookup house = turn_lookup(t);
    const Column *names = run->flow->form.names;
    Value v;
    for (size_t i = FIELD_SUBJECT; i < FIELD_OWN; i++) {
        const Json *in = json_get(body, names[i].name);
        Str name = str(names[i].name);
        if (in && i == FIELD_DEPARTMENT && !question_ask(&move->question, i))
            faults_add2(faults, name, &COLUMN_UNKNOWN, name, STR_NULL);
        else if (in && column_decode(&names[i], in, &house, name, faults, &v) &&
                 !value_is_null(&names[i], &v)) {
            run->values[i] = v;
            set[i] = true;
        }
    }
    run_take(run);
    read_place(t, &names[FIELD_PLACE], json_get(body, "place"), &run->c, faults,
               &set[FIELD_PLACE]);
    turn_for(t, body, faults);
}

/* ---- the steps ---- */

/* A new case by a flow in force and one of its filing moves. */
static const Err *begin(CaseContext *t, Str flow, Str name, Instance *run,
                        const Move **out_move)
{
    const Published *published = defs_at(t->work->spec.defs, FLOW_KIND, flow, t->now);
    if (!published)
        return err_field(t->mem,
                         err_make(t->mem, &CASE_NO_FLOW, flow.p ? flow : S("-"), STR_NULL),
                         S("flow"));
    run_new(t, published->compiled, published->row.version, run);
    if (!name.p) name = S("file");
    size_t m = flow_move(run->flow, name);
    if (m != FLOW_NONE && run->flow->moves[m].filing) {
        *out_move = &run->flow->moves[m];
        return NULL;
    }
    Buf all = BUF(t->mem);
    for (size_t i = 0; i < run->flow->move_count; i++)
        if (run->flow->moves[i].filing)
            buf_fmt(&all, "%s%.*s", all.n ? ", " : "", STR(run->flow->moves[i].name));
    return err_field(t->mem, err_make(t->mem, &CASE_NO_MOVE, name, buf_str(&all)), S("move"));
}

/* In a preview nothing is required: what stands in for an unnamed place is the plain refusal.
 */
static const Err *fill(CaseContext *t, Instance *run, const Move *move, const Json *body,
                       bool partial, bool *set)
{
    Faults faults = {.mem = t->mem};
    if (body) read_base(t, run, move, body, &faults, set);
    run_fill(t, run, move, json_get(body, "fields"), partial, &faults, set);
    bool bad_place = false;
    for (const Err *e = faults.first; e; e = e->next)
        bad_place |= str_starts(e->field, S("place"));
    const Err *e = bad_place ? NULL : run_settle(t, run, set);
    if (!e) return faults_err(&faults);
    return e->kind == ERR_INVALID ? faults_join(t->mem, e, faults.first) : e;
}

static const Err *settle_in(CaseContext *t, Instance *run, const Move *move, const bool *set)
{
    run->c.opened = run->c.entered = t->now;
    run->c.filed_by = t->who->person;
    run->c.version = 1;
    if (t->act) {
        run->c.filed_seat = t->act->spec.seat;
        run->c.filed_for = t->act->spec.for_person;
    }
    size_t state = run_target(t, run, move);
    run_note_doer(t, run, move);
    return run_enter(t, run, state, set);
}

const Err *run_file(CaseContext *t, const Json *body, bool partial, Instance *run,
                    const Move **out_move)
{
    const Chairing *chair;
    const Json *subject = json_get(body, "subject");
    const Err *e =
        begin(t, json_member(body, "flow"), json_member(body, "move"), run, out_move);
    if (e) return e;
    const Move *move = *out_move;
    if ((e = run_permit_filing(t, move, json_is_integer(subject) ? json_integer(subject) : NIL,
                               &chair)))
        return e;
    bool *set = arena_array(t->mem, bool, run->flow->form.name_count);
    if ((e = fill(t, run, move, body, partial, set))) return e;
    if (t->act) act_seat(t->act, run_filing_chair(t, run, move, chair));
    return settle_in(t, run, move, set);
}

void act_seat(Act *act, const Chairing *chair)
{
    if (!chair || act->spec.seat != NIL) return;
    act->spec.seat = chair->seat;
    if (act->spec.for_person == NIL) act->spec.for_person = chair->for_person;
}

const Err *case_file(Act *act, Work *work, const Who *who, const Json *body,
                     const Instance **out)
{
    CaseContext t;
    Instance run;
    const Move *move;
    turn_begin(&t, work, act, who);
    act->in = STR_NULL;
    const Err *e = run_file(&t, body, false, &run, &move);
    if (e) return e;
    act->spec.verb = move->name;
    *out = run_store(&t, &run, NULL);
    return run_open_children(&t, &run, move);
}

/* ---- a child ---- */

static const Err *child_faults(CaseContext *t, const Open *open, const Err *e)
{
    if (!e || !e->next) return e;
    Faults all = {.mem = t->mem};
    for (e = e->next; e; e = e->next)
        faults_add(&all, str_fmt(t->mem, "open.%.*s.%.*s", STR(open->flow), STR(e->field)), e);
    return faults_err(&all);
}

static const Err *open_child(CaseContext *t, const Instance *parent, const Open *open)
{
    Instance run;
    const Move *move;
    const Err *e = begin(t, open->flow, open->move, &run, &move);
    if (e) return e;
    const Form *form = &run.flow->form;
    const Value *values = run_values(t, parent);
    bool *set = arena_array(t->mem, bool, form->name_count);
    for (size_t i = 0; i < FIELD_DEPARTMENT; i++)
        run.values[i] = values[i];
    for (size_t i = 0; i < open->count; i++) {
        size_t to = form_field(form, open->fields[i].field), from = open->fields[i].from;
        if (to == FLOW_NONE || form->names[to].kind != parent->flow->form.names[from].kind)
            return &STORE_BROKEN; /* the checker proves otherwise */
        run.values[to] = values[from];
    }
    for (size_t i = 0; i < form->field_count; i++)
        set[i] = !value_is_null(&form->names[i], &run.values[i]);
    run_take(&run);
    run.c.area = parent->c.area;
    run.c.accuracy = parent->c.accuracy;
    run.c.parent = parent->c.id;
    if ((e = child_faults(t, open, fill(t, &run, move, NULL, false, set)))) return e;
    if ((e = settle_in(t, &run, move, set))) return e;
    run_keep(t, &run, NULL);
    return NULL;
}

const Err *run_open_children(CaseContext *t, const Instance *run, const Move *move)
{
    const Err *e = NULL;
    for (size_t i = 0; i < move->open_count && !e; i++)
        e = open_child(t, run, &move->open[i]);
    return e;
}
