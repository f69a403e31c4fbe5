/* SPDX-License-Identifier: Apache-2.0 */
/* api_grid.c: territory, who answers where, and the blind spots: open to every account of the region. */
#include "base/datum.h"
#include "grid/blind.h"
#include "grid/duty.h"
#include "web/api.h"

extern const Err API_OUTSIDE;
const Err API_OUTSIDE = {ERR_MISSING, "outside", "该点不在任何网格内,最近的是 {0},约 {1} 米", "The point lies in no cell; the nearest is {0}, {1} m away",
                         {{0}}, {0}, NULL};

static void write_area(const AreaSpan *a, JsonOut *w)
{
    json_open(w, '{');
    json_put_int(w, "id", a->area);
    json_put_text(w, "level", a->level);
    json_put_text(w, "name", a->name);
    json_put_text(w, "code", a->code);
    json_put_text(w, "kind", a->kind);
    json_put_int(w, "parent", a->parent);
    json_close(w, '}');
}

static void write_person(const Ground *ground, int64_t person, JsonOut *w)
{
    const Person *p = person_of(ground, person);
    if (!p) {
        json_nil(w);
        return;
    }
    json_open(w, '{');
    json_put_int(w, "id", p->id);
    json_put_text(w, "name", p->name);
    json_close(w, '}');
}

static void write_whys(const Why *why, size_t n, Lang lang, JsonOut *w)
{
    json_key(w, "why");
    json_open(w, '[');
    for (size_t i = 0; i < n; i++)
        json_text(w, lang == LANG_EN ? why[i].en : why[i].zh);
    json_close(w, ']');
}

/* ---- locate ---- */

/* The territory's chain: who answers at this cell in each role, and why this person. */
static void write_chain(Call *call, int64_t cell, Instant at)
{
    static const Role roles[] = {ROLE_GRID_MEMBER, ROLE_RESPONSIBLE_OFFICER, ROLE_DEPUTY_IN_CHARGE, ROLE_GRID_CHIEF};
    JsonOut *w = &call->json;
    Stand stand = {.cell = cell, .department = NIL, .subject = NIL};
    json_key(w, "duty");
    json_open(w, '[');
    for (size_t i = 0; i < countof(roles); i++) {
        Chair chair = {roles[i], ANCHOR_AREA};
        Duty duty;
        if (duty_find(call->ground, &chair, 1, &stand, at, call->mem, &duty)) continue;
        if (duty.role != roles[i]) continue; /* nobody in that role: a blind spot, the ladder is for cases */
        json_open(w, '{');
        json_put_text(w, "role", str(role_name(duty.role)));
        json_put_text(w, "title", str(call->lang == LANG_EN ? role_en(duty.role) : role_zh(duty.role)));
        json_put_int(w, "seat", duty.seat);
        json_key(w, "person");
        write_person(call->ground, duty.person, w);
        json_put_text(w, "how", str(hold_name(duty.how)));
        write_whys(duty.why, duty.why_count, call->lang, w);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void write_leads(Call *call, int64_t cell, Instant at)
{
    JsonOut *w = &call->json;
    const CodeList *matters = defs_get(web_conf(call->web)->defs, CodeList, "codes", S("matter"), at);
    json_key(w, "departments");
    json_open(w, '[');
    for (size_t i = 0; matters && i < matters->count; i++) {
        Whys whys = {.mem = call->mem};
        const Code *matter = &matters->codes[i];
        int64_t lead = lead_department(call->ground, matter->code, cell, at, &whys);
        const DepartmentSpan *d = lead == NIL ? NULL : department_at(call->ground, lead, at);
        if (!d) continue;
        json_open(w, '{');
        json_put_text(w, "matter", matter->code);
        json_put_text(w, "title", str(call->lang == LANG_EN ? matter->en : matter->zh));
        json_key(w, "lead");
        json_open(w, '{');
        json_put_int(w, "id", lead);
        json_put_text(w, "name", d->name);
        json_close(w, '}');
        write_whys(whys.lines, whys.count, call->lang, w);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static const Err *read_point(const Call *call, Point *out)
{
    Value lon, lat;
    Datum datum = DATUM_WGS84;
    Str name = call_query(call, "datum");
    const Err *e = call_query_value(call, "lon", &lon);
    if (!e) e = call_query_value(call, "lat", &lat);
    if (e) return e;
    if (lon.i == NIL || lat.i == NIL) return err_make(call->mem, &WEB_QUERY, lon.i == NIL ? S("lon") : S("lat"), S("required"));
    if (lon.i < -1800000000 || lon.i > 1800000000 || lat.i < -900000000 || lat.i > 900000000)
        return err_make(call->mem, &WEB_QUERY, S("lon, lat"), S("-180…180, -90…90"));
    if (name.p && datum_parse(name, &datum)) return err_make(call->mem, &WEB_QUERY, S("datum"), S("WGS84, CGCS2000, GCJ02"));
    *out = point_to_wgs84((Point){(int32_t)lon.i, (int32_t)lat.i}, datum);
    return NULL;
}

static const Err *outside(Call *call, Point p, Instant at)
{
    int64_t metres;
    int64_t near = area_nearest(call->ground, p, at, &metres);
    const AreaSpan *a = near == NIL ? NULL : area_at(call->ground, near, at);
    if (!a) return &ERR_NOT_FOUND;
    return err_make(call->mem, &API_OUTSIDE, a->name, str_fmt(call->mem, "%lld", (long long)metres));
}

const Err *api_locate(Call *call)
{
    Point p;
    Instant at;
    const Err *e = read_point(call, &p);
    if (!e) e = call_asof(call, &at);
    if (e) return e;
    int64_t cell = area_find(call->ground, p, at);
    if (cell == NIL) return outside(call, p, at);
    JsonOut *w = &call->json;
    const AreaSpan *path[LEVEL_COUNT];
    size_t n = area_path(call->ground, cell, at, path);
    json_open(w, '{');
    json_key(w, "cell");
    write_area(path[0], w);
    json_key(w, "path");
    json_open(w, '[');
    while (n-- > 0)
        write_area(path[n], w);
    json_close(w, ']');
    write_chain(call, cell, at);
    write_leads(call, cell, at);
    json_close(w, '}');
    return NULL;
}

/* ---- areas ---- */

static const Err *find_area(Call *call, const AreaSpan **out, Instant *at)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = call_asof(call, at);
    if (e) return e;
    *out = area_at(call->ground, id, *at);
    return *out ? NULL : &ERR_NOT_FOUND;
}

const Err *api_area(Call *call)
{
    const AreaSpan *a;
    Instant at;
    const Err *e = find_area(call, &a, &at);
    if (!e) write_area(a, &call->json);
    return e;
}

const Err *api_area_children(Call *call)
{
    const AreaSpan *a, **children;
    Instant at;
    size_t n;
    const Err *e = find_area(call, &a, &at);
    if (e) return e;
    area_children(call->ground, a->area, at, call->mem, &children, &n);
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_key(w, "items");
    json_open(w, '[');
    for (size_t i = 0; i < n; i++)
        write_area(children[i], w);
    json_close(w, ']');
    json_put_text(w, "next", STR_NULL);
    json_close(w, '}');
    return NULL;
}

const Err *api_area_outline(Call *call)
{
    const AreaSpan *a;
    const Outline *shape;
    Instant at;
    const Err *e = find_area(call, &a, &at);
    if (e) return e;
    const AreaOutline *row = area_outline(call->ground, a->area, at, &shape);
    if (!row) return &ERR_NOT_FOUND;
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_text(w, "type", S("Feature"));
    json_put_int(w, "id", a->area);
    json_key(w, "properties");
    json_open(w, '{');
    json_put_text(w, "name", a->name);
    json_put_text(w, "code", a->code);
    json_put_text(w, "level", a->level);
    json_put_text(w, "kind", a->kind);
    json_put_text(w, "source", row->source);
    json_put_text(w, "source_datum", row->datum);
    json_put_text(w, "conversion", row->conversion);
    json_close(w, '}');
    json_key(w, "geometry");
    outline_json(shape, w);
    json_close(w, '}');
    return NULL;
}

/* ---- seats ---- */

static void write_seat(Call *call, const Seat *s, Instant at)
{
    static const HoldKind kinds[] = {HOLD_HOLDER, HOLD_STAND_IN, HOLD_LIAISON};
    JsonOut *w = &call->json;
    Role role = seat_role(s);
    json_open(w, '{');
    json_put_int(w, "id", s->id);
    json_put_text(w, "role", s->role);
    json_put_text(w, "title", s->title.p ? s->title : str(call->lang == LANG_EN ? role_en(role) : role_zh(role)));
    json_put_int(w, "ordinal", s->ordinal);
    json_put_int(w, "area", s->area);
    json_put_int(w, "department", s->department);
    for (size_t i = 0; i < countof(kinds); i++) {
        const SeatHold *hold = seat_hold(call->ground, s->id, kinds[i], at);
        json_key(w, hold_name(kinds[i]));
        write_person(call->ground, hold ? hold->person : NIL, w);
    }
    json_key(w, "answers");
    write_person(call->ground, seat_person(call->ground, s->id, at), w);
    json_close(w, '}');
}

const Err *api_seats(Call *call)
{
    Value area;
    Instant at;
    const Err *e = call_query_value(call, "area", &area);
    if (!e) e = call_asof(call, &at);
    if (e) return e;
    const AreaSpan *top = area.i == NIL ? area_root(call->ground, at) : area_at(call->ground, area.i, at), **areas;
    if (!top) return &ERR_NOT_FOUND;
    size_t n, count;
    area_tree(call->ground, top->area, at, call->mem, &areas, &n);
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_key(w, "items");
    json_open(w, '[');
    for (size_t i = 0; i < n; i++)
        for (Role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
            const Seat **seats;
            seat_list(call->ground, role, areas[i]->area, NIL, NIL, at, call->mem, &seats, &count);
            for (size_t k = 0; k < count; k++)
                write_seat(call, seats[k], at);
        }
    json_close(w, ']');
    json_put_text(w, "next", STR_NULL);
    json_close(w, '}');
    return NULL;
}

const Err *api_departments(Call *call)
{
    Instant at;
    const Err *e = call_asof(call, &at);
    if (e) return e;
    const DepartmentSpan **all;
    size_t n;
    department_all(call->ground, at, call->mem, &all, &n);
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_key(w, "items");
    json_open(w, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(w, '{');
        json_put_int(w, "id", all[i]->department);
        json_put_text(w, "name", all[i]->name);
        json_put_text(w, "code", all[i]->code);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_put_text(w, "next", STR_NULL);
    json_close(w, '}');
    return NULL;
}
