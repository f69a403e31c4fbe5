/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.c: filing. One way for the real thing, its preview and a child case: who may, what is
 * given, where it stands, who answers by when. A filing never merges by itself.
 */
#include <math.h>

#include "base/datum.h"
#include "work/inside.h"
#include "work/move.h"

typedef struct {
    Str flow, move;
    Point place; /* WGS84 */
    bool placed;
    Datum datum; /* in which it was given */
    Point given; /* as it was given */
    int64_t accuracy, for_person;
    const Json *body; /* NULL: a child, whose values are set */
} Filing;

static const Column place_members[] = {
    {.name = "lon"}, {.name = "lat"}, {.name = "datum"}, {.name = "accuracy_m"}};
static const Column body_members[] = {
    {.name = "flow"},   {.name = "move"},       {.name = "place"},  {.name = "subject"},
    {.name = "matter"}, {.name = "department"}, {.name = "fields"}, {.name = "for"}};
static const Column place_column = {
    .name = "place", .kind = KIND_PLACE, .zh = "位置", .en = "Place"};
static const Column for_column = {
    .name = "for", .kind = KIND_REF, .zh = "代何人", .en = "On behalf of", .list = "persons"};

static void read_accuracy(const Json *in, Faults *faults, Filing *f)
{
    if (!in || json_is_null(in)) return;
    double metres = json_number(in);
    if (!json_is_number(in) || !(metres >= 0 && metres < 1e6))
        faults_add2(faults, S("place.accuracy_m"), &COLUMN_TYPE, S("米数"),
                    S("a number of metres"));
    else
        f->accuracy = (int64_t)ceil(metres);
}

static void read_place(const Json *in, Faults *faults, Filing *f)
{
    Value v;
    if (!in || json_is_null(in)) return;
    if (!column_decode(&place_column, in, NULL, S("place"), faults, &v)) {
        if (!faults->count)
            faults_add2(faults, S("place"), &COLUMN_TYPE, S("位置 {\"lon\":…,\"lat\":…}"),
                        S("a place {\"lon\":…,\"lat\":…}"));
        return;
    }
    form_unknown(in, place_members, countof(place_members), "place.", faults);
    Str datum = json_member(in, "datum");
    const Err *e = datum.p ? datum_parse(datum, &f->datum) : NULL;
    if (e) faults_add(faults, S("place.datum"), e);
    read_accuracy(json_get(in, "accuracy_m"), faults, f);
    f->given = (Point){(int32_t)v.i, (int32_t)v.j};
    f->place = point_to_wgs84(f->given, f->datum);
    f->placed = true;
}

/* The base fields, which stand beside "fields". */
static void read_base(Turn *t, Run *run, const Move *move, Filing *f, Faults *faults, bool *set)
{
    Lookup house = turn_lookup(t);
    Value v;
    for (size_t i = FIELD_SUBJECT; i < FIELD_OWN; i++) {
        const Column *c = &run->flow->form.names[i];
        const Json *in = json_get(f->body, c->name);
        bool asked = i != FIELD_DEPARTMENT || question_ask(&move->question, i);
        if (in && !asked)
            faults_add2(faults, str(c->name), &COLUMN_UNKNOWN, str(c->name), STR_NULL);
        else if (in && column_decode(c, in, &house, str(c->name), faults, &v) &&
                 !value_is_null(c, &v)) {
            run->values[i] = v;
            set[i] = true;
        }
    }
    read_place(json_get(f->body, "place"), faults, f);
    const Json *in = json_get(f->body, "for");
    if (in && column_decode(&for_column, in, &house, S("for"), faults, &v)) f->for_person = v.i;
}

static void set_place(Run *run, const Filing *f, bool *set)
{
    if (!f->placed) return;
    run->values[FIELD_PLACE] = (Value){.i = f->place.lon, .j = f->place.lat};
    run->c.accuracy = f->accuracy;
    set[FIELD_PLACE] = true;
}

/* ---- the steps ---- */

static const Err *find_flow(Turn *t, Filing *f, const Published **out)
{
    *out = defs_at(t->work->spec.defs, FLOW_KIND, f->flow, t->now);
    if (*out) return NULL;
    const Err *e = err_make(t->mem, &CASE_NO_FLOW, f->flow.p ? f->flow : S("-"), STR_NULL);
    return err_field(t->mem, e, S("flow"));
}

static const Err *find_move(Turn *t, const Flow *flow, const Filing *f, const Move **out)
{
    size_t m = flow_move(flow, f->move.p ? f->move : S("file"));
    if (m != FLOW_NONE && flow->moves[m].filing) {
        *out = &flow->moves[m];
        return NULL;
    }
    Buf all = BUF(t->mem);
    for (size_t i = 0; i < flow->move_count; i++)
        if (flow->moves[i].filing)
            buf_fmt(&all, "%s%.*s", all.n ? ", " : "", STR(flow->moves[i].name));
    const Err *e =
        err_make(t->mem, &CASE_NO_MOVE, f->move.p ? f->move : S("file"), buf_str(&all));
    return err_field(t->mem, e, S("move"));
}

/* A place that lies outside is said first and by its own code; the other faults go with it. */
static const Err *with_faults(Turn *t, const Err *e, Faults *faults)
{
    if (!e) return faults_err(faults);
    if (e->kind != ERR_INVALID || err_is(e, &ERR_FAULTS)) return e;
    Faults all = {.mem = t->mem};
    faults_add(&all, e->field, e);
    for (const Err *f = faults->first; f; f = f->next)
        faults_add(&all, f->field, f);
    if (err_is(e, &COLUMN_REQUIRED_ERR)) return faults_err(&all);
    Err *first = arena_make(t->mem, Err);
    *first = *e;
    first->next = all.first;
    return first;
}

/* In a preview nothing is required: what stands in for an unnamed place is the plain refusal.
 */
static const Err *fill(Turn *t, Run *run, const Move *move, Filing *f, bool partial, bool *set)
{
    Faults faults = {.mem = t->mem};
    if (f->body) {
        form_unknown(f->body, body_members, countof(body_members), "", &faults);
        read_base(t, run, move, f, &faults, set);
        set_place(run, f, set);
    }
    const Json *fields = f->body ? json_get(f->body, "fields") : NULL;
    run_fill(t, run, move, fields, partial, &faults, set);
    bool bad_place = false;
    for (const Err *e = faults.first; e; e = e->next)
        bad_place |= str_starts(e->field, S("place"));
    const Err *e = bad_place ? NULL : run_settle(t, run, set);
    return with_faults(t, e, &faults);
}

static const Err *settle_in(Turn *t, Run *run, const Move *move, const bool *set)
{
    run->c.opened = run->c.entered = t->now;
    run->c.filed_by = t->who->person;
    run->c.version = 1;
    run_reads(t, run);
    size_t m = (size_t)(move - run->flow->moves);
    size_t state = flow_target(run->flow, move, run->track.uses[m], turn_expr(t), run->values);
    run_note_doer(t, run, move);
    return run_enter(t, run, state, set);
}

static const Err *decide(Turn *t, Filing *f, bool partial, Run *run, const Move **out_move,
                         const Chairing **out_chair)
{
    const Published *published;
    const Err *e = find_flow(t, f, &published);
    if (e) return e;
    run_new(t, published->compiled, published->row.version, run);
    if ((e = find_move(t, run->flow, f, out_move))) return e;
    const Json *subject = json_get(f->body, "subject");
    int64_t at = json_is_integer(subject) ? json_integer(subject) : NIL;
    if ((e = run_permit_filing(t, *out_move, at, out_chair))) return e;
    bool *set = arena_array(t->mem, bool, run->flow->form.name_count);
    if ((e = fill(t, run, *out_move, f, partial, set))) return e;
    if (t->act) {
        if (f->for_person != NIL) t->act->spec.for_person = f->for_person;
        *out_chair = run_filing_chair(t, run, *out_move, *out_chair);
        act_seat(t->act, *out_chair);
    }
    return settle_in(t, run, *out_move, set);
}

static void filing_of(const Json *body, Filing *out)
{
    *out = (Filing){.flow = json_member(body, "flow"),
                    .move = json_member(body, "move"),
                    .accuracy = NIL,
                    .for_person = NIL,
                    .body = body};
}

/* A place that was not given in WGS84 is noted as it was given. */
static Str inputs_of(Turn *t, const Filing *f)
{
    if (!f->placed || f->datum == DATUM_WGS84) return STR_NULL;
    return str_fmt(t->mem, "{\"datum\":\"%s\",\"place\":[%d,%d]}", datum_name(f->datum),
                   f->given.lon, f->given.lat);
}

void act_seat(Act *act, const Chairing *chair)
{
    if (!chair || act->spec.seat != NIL) return;
    act->spec.seat = chair->seat;
    if (act->spec.for_person == NIL) act->spec.for_person = chair->for_person;
}

static const Run *put(Turn *t, Run *run)
{
    run->c.filed_seat = t->act->spec.seat;
    run->c.filed_for = t->act->spec.for_person;
    return run_keep(t, run, NULL);
}

const Err *case_file(Act *act, Work *work, const Who *who, const Json *body, const Run **out)
{
    Turn t;
    Run run;
    Filing f;
    const Move *move;
    const Chairing *chair;
    const Err *e = turn_begin(&t, work, act, who);
    if (e) return e;
    filing_of(body, &f);
    if (!(e = decide(&t, &f, false, &run, &move, &chair))) {
        act->spec.verb = move->name;
        act->use = run_use(t.mem, &run);
        act->in = inputs_of(&t, &f);
        *out = put(&t, &run);
        act_on(act, &case_table, run.c.id);
        for (size_t i = 0; i < move->open_count && !e; i++)
            e = case_open_child(&t, &run, &move->open[i]);
    }
    turn_end(&t);
    return e;
}

/* ---- a child ---- */

static const Err *child_faults(Turn *t, const Open *open, const Err *e)
{
    if (!e || !e->next) return e;
    Faults all = {.mem = t->mem};
    for (e = e->next; e; e = e->next)
        faults_add(&all, str_fmt(t->mem, "open.%.*s.%.*s", STR(open->flow), STR(e->field)), e);
    return faults_err(&all);
}

const Err *case_open_child(Turn *t, const Run *parent, const Open *open)
{
    Run run;
    const Move *move;
    const Published *published;
    Filing f = {.flow = open->flow, .move = open->move, .accuracy = NIL, .for_person = NIL};
    const Err *e = find_flow(t, &f, &published);
    if (e) return e;
    run_new(t, published->compiled, published->row.version, &run);
    if ((e = find_move(t, run.flow, &f, &move))) return e;
    bool *set = arena_array(t->mem, bool, run.flow->form.name_count);
    for (size_t i = 0; i < FIELD_DEPARTMENT; i++) {
        run.values[i] = parent->values[i];
        set[i] = !value_is_null(&run.flow->form.names[i], &run.values[i]);
    }
    for (size_t i = 0; i < open->count; i++) {
        size_t to = form_field(&run.flow->form, open->fields[i].field),
               from = open->fields[i].from;
        if (to == FLOW_NONE ||
            run.flow->form.names[to].kind != parent->flow->form.names[from].kind)
            return &STORE_BROKEN; /* the checker proves otherwise */
        run.values[to] = parent->values[from];
        set[to] = !value_is_null(&run.flow->form.names[to], &run.values[to]);
    }
    run.c.area = parent->c.area;
    run.c.accuracy = parent->c.accuracy;
    run.c.parent = parent->c.id;
    if ((e = child_faults(t, open, fill(t, &run, move, &f, false, set)))) return e;
    if ((e = settle_in(t, &run, move, set))) return e;
    put(t, &run);
    return NULL;
}

/* ---- the preview ---- */

static void why_json(const Run *run, Lang lang, JsonOut *out)
{
    json_key(out, "why");
    json_open(out, '[');
    for (size_t i = 0; i < run->whys.count; i++)
        json_text(out, lang == LANG_EN ? run->whys.lines[i].en : run->whys.lines[i].zh);
    json_close(out, ']');
}

const Err *case_preview(const View *view, const Json *body, JsonOut *out)
{
    Turn t;
    Run run;
    Filing f;
    const Move *move;
    const Chairing *chair;
    turn_view(&t, view);
    t.tells = true;
    filing_of(body, &f);
    const Err *e = decide(&t, &f, true, &run, &move, &chair);
    if (!e) {
        run_base(&run);
        json_open(out, '{');
        case_put_area(view, &run.c, out);
        case_put_duty(view, &run.c, out);
        case_put_department(view, &run.c, out);
        run_put_due(view, &run, true, out);
        why_json(&run, view->lang, out);
        similar_json(view, &run, out);
        json_close(out, '}');
    }
    turn_end(&t);
    return e;
}
