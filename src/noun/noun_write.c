/* SPDX-License-Identifier: Apache-2.0 */
/* noun_write.c: verbs on rows, from a JSON body. */
#include "base/datum.h"
#include "grid/ground.h"
#include "grid/scope.h"
#include "noun/noun_engine.h"

const Err NOUN_PLACE =
    ERROR(ERR_INVALID, "place", "位置应为经度和纬度(度),坐标系 WGS84、CGCS2000 或 GCJ02",
          "A place is lon and lat in degrees, datum WGS84, CGCS2000 or GCJ02");

const NounVerb *noun_verb(const Noun *noun, Str name)
{
    for (size_t i = 0; i < noun->verb_count; i++)
        if (str_is(name, noun->verbs[i].name)) return &noun->verbs[i];
    return NULL;
}

/* ---- the body ---- */

static bool degrees(const Json *place, const char *key, double *out)
{
    const Json *v = json_get(place, key);
    *out = json_number(v);
    return json_is_number(v);
}

bool noun_decode_place(const Json *place, Faults *faults, Point *out)
{
    double lon, lat;
    Datum datum = DATUM_WGS84;
    Str name = json_member(place, "datum");
    bool known = !json_get(place, "datum") || (name.p && !datum_parse(name, &datum));
    if (!known || !degrees(place, "lon", &lon) || !degrees(place, "lat", &lat) ||
        !point_degrees(lon, lat, out)) {
        faults_add(faults, S("place"), &NOUN_PLACE);
        return false;
    }
    *out = point_to_wgs84(*out, datum);
    return true;
}

static void set_place(const Table *form, const Json *place, Faults *faults, void *row)
{
    Point p;
    if (!noun_decode_place(place, faults, &p)) return;
    Value lon = VALUE_INT(p.lon), lat = VALUE_INT(p.lat);
    column_set(&form->columns[table_column(form, "lon")], row, &lon);
    column_set(&form->columns[table_column(form, "lat")], row, &lat);
}

static bool is_placed(const Table *form)
{
    const Column *lon = column_find(form->columns, form->count, S("lon"));
    return lon && column_is_degrees(lon);
}

void noun_decode(const Table *form, const Json *body, bool (*skips)(Str member),
                 const Lookup *lookup, Faults *faults, void *row)
{
    for (json_each(m, body)) {
        if (skips && skips(m->key)) continue;
        if (str_is(m->key, "place") && is_placed(form)) {
            set_place(form, &m->value, faults, row);
            continue;
        }
        const Column *c = column_find(form->columns, form->count, m->key);
        Value v;
        if (!c || !column_is_given(c) || column_is_degrees(c))
            faults_add2(faults, m->key, &COLUMN_UNKNOWN, m->key, STR_NULL);
        else if (column_decode(c, &m->value, lookup, m->key, faults, &v)) {
            if (c->kind == KIND_TEXT) v.s = str_trim(v.s);
            column_set(c, row, c->kind == KIND_TEXT && !v.s.n ? &VALUE_NULL : &v);
        }
    }
}

static bool has_fault(const Faults *faults, const char *column)
{
    const Err *e = faults->first;
    while (e && !str_is(e->field, column))
        e = e->next;
    return e != NULL;
}

/* Whether all columns that people must set are there; one that is not is a fault. */
static bool is_complete(const Table *form, const void *row, Faults *faults)
{
    bool complete = true;
    for (size_t i = 0; i < form->count; i++) {
        const Column *c = &form->columns[i];
        Value v = column_get(c, row);
        if (!(c->flags & COLUMN_REQUIRED) || !column_is_given(c) || !value_is_null(c, &v))
            continue;
        if (!has_fault(faults, c->name)) faults_add(faults, str(c->name), &COLUMN_REQUIRED_ERR);
        complete = false;
    }
    return complete;
}

/* ---- the act ---- */

static bool is_version(Str member)
{
    return str_is(member, "version");
}

/* The row that the body is put upon. */
static void draft_begin(const Noun *noun, const Table *form, NounAct *a)
{
    bool own = form == noun->table;
    a->draft = arena_alloc(a->act->mem, form->size);
    if (own && a->before)
        memcpy(a->draft, a->before, form->size);
    else
        row_null(form, a->draft);
    if (!own || a->before) return;
    Value zero = VALUE_INT(0);
    column_set(&form->columns[table_column(form, "id")], a->draft, &zero);
    if (noun->blank) noun->blank(a->view, a->draft);
}

static const Err *record(const Noun *noun, NounAct *a)
{
    if (!is_complete(noun->table, a->draft, a->faults) || a->faults->first) return NULL;
    if (a->before)
        row_set(a->act, noun->table, a->before, a->draft);
    else
        row_put(a->act, noun->table, a->draft);
    a->id = noun_id(noun, a->draft);
    act_on(a->act, noun->table, a->id);
    return NULL;
}

/* The row as the act leaves it. */
static const Err *row_after(const Noun *noun, const Table *form, NounAct *a,
                            const void **out_row, bool *out_whole)
{
    a->after = *a->view;
    if (form == noun->table) {
        *out_row = a->draft;
        *out_whole = true;
        if (noun->sees && !noun->sees(&a->after, a->draft, out_whole)) *out_whole = false;
        return NULL;
    }
    a->after.ground = ground_after(a->view->ground, a->act);
    return noun_load(noun, &a->after, a->id, out_row, out_whole);
}

const Err *noun_act(const Noun *noun, const NounVerb *verb, NounAct *a, const Json *body,
                    const void **out_row, bool *out_whole)
{
    const Table *form = verb->form;
    const Json *version = json_get(body, "version");
    bool versioned = form == noun->table && a->id != NIL;
    Faults faults = {.mem = a->act->mem};
    a->faults = &faults;
    const Err *e = a->id == NIL ? NULL : noun_load(noun, a->view, a->id, &a->before, out_whole);
    if (!e && verb->permit) e = verb->permit(a);
    if (e) return e;
    if (versioned && json_is_integer(version) &&
        json_integer(version) != ((const StateRow *)a->before)->entry)
        return &STALE;
    if (versioned && !json_is_integer(version))
        faults_add(&faults, S("version"), &COLUMN_REQUIRED_ERR);
    Lookup own;
    if (noun->lookup) own = noun->lookup(a->view);
    draft_begin(noun, form, a);
    noun_decode(form, body, versioned ? is_version : NULL,
                noun->lookup ? &own : a->view->lookup, &faults, a->draft);
    if (form != noun->table && !is_complete(form, a->draft, &faults))
        return faults_err(&faults);
    e = verb->run ? verb->run(a) : record(noun, a);
    if (faults.first && (!e || e->kind == ERR_INVALID)) e = faults_err(&faults);
    return e ? e : row_after(noun, form, a, out_row, out_whole);
}
