/* SPDX-License-Identifier: Apache-2.0 */
/* noun_write.c: verbs on rows, from a JSON body. */
#include "base/datum.h"
#include "grid/scope.h"
#include "grid/snapshot.h"
#include "noun/noun_engine.h"

const Err NOUN_PLACE =
    ERROR(ERR_INVALID, "place", "位置应为经度和纬度(度),坐标系 WGS84、CGCS2000 或 GCJ02",
          "A place is lon and lat in degrees, datum WGS84, CGCS2000 or GCJ02");

const Err NOUN_OUTSIDE =
    ERROR(ERR_INVALID, "outside", "不在任何网格内;最近的是 {0}({1}),相距 {2} 米",
          "In no cell; the nearest is {0} ({1}), {2} m away");

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

/* ---- what a body may refer to ---- */

static bool has_code(void *context, Str list, Str code)
{
    const NounView *view = context;
    const Lookup *l = view->lookup;
    return !l->code || l->code(l->context, list, code);
}

static bool has_file(void *context, Str hash)
{
    const NounView *view = context;
    const Lookup *l = view->lookup;
    return !l->file || l->file(l->context, hash);
}

/* A row of the view's region: of the ground as it is then, else of the table. */
static bool has_row(void *context, Str table, int64_t id)
{
    const NounView *view = context;
    int64_t region = view->who->region, n = 0;
    if (id < 0 || ID_REGION(id) != region) return false;
    if (str_is(table, "areas")) return area_at(view->ground, id, view->at) != NULL;
    if (str_is(table, "departments")) return department_at(view->ground, id, view->at) != NULL;
    if (str_is(table, "persons")) return person_of(view->ground, id) != NULL;
    Rows rows;
    Str text = str_fmt(view->mem, "SELECT id FROM %.*s WHERE region = %lld AND id = %lld",
                       STR(table), (long long)region, (long long)id);
    if (db_query(view->db, text, &rows)) return false;
    while (rows_next(&rows))
        n++;
    return !rows_close(&rows) && n == 1;
}

/* The acts behind other forms say themselves what is not there. */
static Lookup lookup_of(const Noun *noun, const Table *form, const NounView *view)
{
    Lookup l = {.context = (void *)(uintptr_t)view,
                .code = has_code,
                .ref = form == noun->table ? has_row : NULL,
                .file = has_file};
    return noun->lookup ? noun->lookup(view) : l;
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
    ((StateRow *)a->draft)->id = 0;
    if (noun->blank) noun->blank(a->view, a->draft);
}

/* The grant that lets view do the verb to a row; NULL row: anywhere. */
static const Err *permit(const Noun *noun, const NounVerb *verb, const NounAct *a,
                         const void *row)
{
    const Who *who = a->view->who;
    assert(!(verb->can & CAN_SIGN_IN)); /* a verb that any account may try has a permit */
    Relations ties = row ? noun_ties(noun, a->view, row) : TIES_NONE;
    const Grant *grant = who_can(who, (Can)verb->can, row && noun->anchored ? &ties : NULL);
    if (!grant) return &SCOPE_DENIED;
    act_sit(a->act, grant->chair);
    return NULL;
}

/* The cell that a row with a place lies in; false, with a fault, when it lies in none. */
static bool locate(const Noun *noun, const NounAct *a)
{
    const Table *t = noun->table;
    const Column *area = column_find(t->columns, t->count, S("area"));
    if (!area || column_is_given(area) || !is_placed(t)) return true;
    int64_t lon = column_get(&t->columns[table_column(t, "lon")], a->draft).i,
            lat = column_get(&t->columns[table_column(t, "lat")], a->draft).i;
    if (lon == NIL || lat == NIL) return true;
    Point p = {(int32_t)lon, (int32_t)lat};
    Value cell = VALUE_INT(noun_locate(a->view->ground, p, a->act->now, S("place"), a->faults));
    column_set(area, a->draft, &cell);
    return cell.i != NIL;
}

int64_t noun_locate(const Ground *ground, Point p, Instant at, Str field, Faults *faults)
{
    int64_t metres = 0, cell = area_find(ground, p, at);
    if (cell != NIL) return cell;
    int64_t nearest = area_nearest(ground, p, at, &metres);
    const AreaSpan *span = nearest == NIL ? NULL : area_at(ground, nearest, at);
    Str far = span ? str_fmt(faults->mem, "%lld", (long long)metres) : S("-");
    faults_add(faults, field,
               err_make4(faults->mem, &NOUN_OUTSIDE, span ? span->name : S("-"),
                         span ? span->code : S("-"), far, STR_NULL));
    return NIL;
}

const Err *noun_record(const Noun *noun, const NounVerb *verb, NounAct *a)
{
    bool complete = is_complete(noun->table, a->draft, a->faults);
    bool located = locate(noun, a);
    const Err *e =
        noun->anchored && located && !verb->permit ? permit(noun, verb, a, a->draft) : NULL;
    if (e || !complete || a->faults->first) return e;
    if (a->before)
        row_set(a->act, noun->table, a->before, a->draft);
    else
        row_put(a->act, noun->table, a->draft);
    a->id = noun_id(noun, a->draft);
    act_on(a->act, noun->table, a->id);
    return NULL;
}

/* The row as the act leaves it; one that ends with the act as it was until then. */
static const Err *row_after(const Noun *noun, const Table *form, NounAct *a,
                            const void **out_row, bool *out_whole)
{
    a->after = *a->view;
    if (form == noun->table) {
        *out_row = a->draft;
        if (!noun_sees(noun, &a->after, a->draft, out_whole)) *out_whole = false;
        return NULL;
    }
    a->after.ground = ground_after(a->view->ground, a->act);
    const Err *e = noun_load(noun, &a->after, a->id, out_row, out_whole);
    if (!noun->dated || !err_is(e, &ERR_NOT_FOUND)) return e;
    a->after.at = a->act->now - 1;
    return noun_load(noun, &a->after, a->id, out_row, out_whole);
}

const Err *noun_begin(const Noun *noun, const NounVerb *verb, NounAct *a)
{
    bool whole;
    const Err *e = a->id == NIL ? NULL : noun_load(noun, a->view, a->id, &a->before, &whole);
    if (!e) draft_begin(noun, verb->form, a);
    return e;
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
    if (!e && !(verb->can & (CAN_SIGN_IN | a->view->who->can))) e = &SCOPE_DENIED;
    if (!e) e = verb->permit ? verb->permit(a) : permit(noun, verb, a, a->before);
    if (e) return e;
    if (versioned && json_is_integer(version) &&
        json_integer(version) != ((const StateRow *)a->before)->entry)
        return &STALE;
    if (versioned && !json_is_integer(version))
        faults_add(&faults, S("version"), &COLUMN_REQUIRED_ERR);
    const Lookup lookup = lookup_of(noun, form, a->view);
    draft_begin(noun, form, a);
    noun_decode(form, body, versioned ? is_version : NULL, &lookup, &faults, a->draft);
    if (form != noun->table && !is_complete(form, a->draft, &faults))
        return faults_err(&faults);
    e = verb->run ? verb->run(a) : noun_record(noun, verb, a);
    if (faults.first && (!e || e->kind == ERR_INVALID)) e = faults_err(&faults);
    return e ? e : row_after(noun, form, a, out_row, out_whole);
}
