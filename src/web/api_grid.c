/* SPDX-License-Identifier: Apache-2.0 */
/* api_grid.c: territory and who answers where: open to every account of the region. */
#include "base/datum.h"
#include "grid/duty.h"
#include "grid/grid_nouns.h"
#include "web/api.h"

const Err WEB_OUTSIDE =
    ERROR(ERR_MISSING, "outside", "该点不在任何网格内,最近的是 {0},约 {1} 米",
          "The point lies in no cell; the nearest is {0}, {1} m away");

static void write_whys(const Whys *whys, Lang lang, JsonOut *w)
{
    json_put_open(w, "why", '[');
    for (size_t i = 0; i < whys->count; i++)
        json_text(w, lang == LANG_EN ? whys->lines[i].en : whys->lines[i].zh);
    json_close(w, ']');
}

/* ---- locate ---- */

/* The territory's chain: who answers at this cell in each role, and why this person. A role
 * that nobody holds there is left out: it is a blind spot, the ladder is for cases. phones:
 * theirs too, masked for who does not see the cell. */
static void write_chain(Call *call, const Role *roles, size_t n, int64_t cell, bool phones,
                        Instant at)
{
    uint32_t first, end;
    bool whole = area_range(call->ground, cell, call->now, &first, &end) &&
                 who_sees_area(&call->who, first);
    JsonOut *w = &call->json;
    Locus stand = {.cell = cell, .department = NIL, .subject = NIL};
    json_put_open(w, "duty", '[');
    for (size_t i = 0; i < n; i++) {
        RoleAt chair = {roles[i], ANCHOR_AREA};
        Duty duty;
        Whys whys = {.mem = call->mem};
        if (duty_find(call->ground, &chair, 1, &stand, at, call->mem, &whys, &duty)) continue;
        if (duty.role != roles[i]) continue;
        json_open(w, '{');
        json_put_text(w, "role", str(role_name(duty.role)));
        json_put_text(w, "title",
                      str(call->lang == LANG_EN ? role_en(duty.role) : role_zh(duty.role)));
        json_put_int(w, "seat", duty.seat);
        json_key(w, "person");
        person_ref(call->ground, duty.person, w);
        if (phones) person_phone(call->ground, duty.person, whole, w);
        json_put_text(w, "how", str(hold_name(duty.how)));
        write_whys(&whys, call->lang, w);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void write_helpers(Call *call, Str matter, int64_t cell, Instant at)
{
    int64_t *helpers;
    size_t n;
    help_departments(call->ground, matter, cell, at, call->mem, &helpers, &n);
    json_put_open(&call->json, "help", '[');
    for (size_t i = 0; i < n; i++)
        department_ref(call->ground, helpers[i], at, &call->json);
    json_close(&call->json, ']');
}

static void write_leads(Call *call, int64_t cell, Instant at)
{
    JsonOut *w = &call->json;
    const CodeList *matters =
        defs_get(web_conf(call->web)->defs, CodeList, CODES_KIND, S("matter"), at);
    json_put_open(w, "departments", '[');
    for (size_t i = 0; matters && i < matters->count; i++) {
        Whys whys = {.mem = call->mem};
        const Code *matter = &matters->codes[i];
        int64_t lead = lead_department(call->ground, matter->code, cell, at, &whys);
        if (matter->retired || lead == NIL) continue;
        json_open(w, '{');
        json_put_text(w, "matter", matter->code);
        json_put_text(w, "title", str(call->lang == LANG_EN ? matter->en : matter->zh));
        json_key(w, "lead");
        department_ref(call->ground, lead, at, w);
        write_helpers(call, matter->code, cell, at);
        write_whys(&whys, call->lang, w);
        json_close(w, '}');
    }
    json_close(w, ']');
}

/* As it came: exact against outlines of the same datum. */
static const Err *read_point(const Call *call, Point *out, Datum *out_datum)
{
    int64_t lon, lat;
    Datum datum = DATUM_WGS84;
    Str name = call_query(call, "datum");
    const Err *e = call_query_int(call, "lon", &lon);
    if (!e) e = call_query_int(call, "lat", &lat);
    if (e) return e;
    Faults faults = {.mem = call->mem};
    if (lon < -1800000000 || lon > 1800000000)
        faults_add2(&faults, S("lon"), &COLUMN_RANGE, S("-180…180"), STR_NULL);
    if (lat < -900000000 || lat > 900000000)
        faults_add2(&faults, S("lat"), &COLUMN_RANGE, S("-90…90"), STR_NULL);
    if (name.p && datum_parse(name, &datum))
        faults_add2(&faults, S("datum"), &COLUMN_CHOICE, name, S("WGS84, CGCS2000, GCJ02"));
    if (faults.first) return faults_err(&faults);
    *out = (Point){(int32_t)lon, (int32_t)lat};
    *out_datum = datum;
    return NULL;
}

static const Err *outside(Call *call, Point p, Instant at)
{
    int64_t metres;
    int64_t near = area_nearest(call->ground, p, at, &metres);
    const AreaSpan *a = near == NIL ? NULL : area_at(call->ground, near, at);
    if (!a) return &ERR_NOT_FOUND;
    return err_make(call->mem, &WEB_OUTSIDE, a->name,
                    str_fmt(call->mem, "%lld", (long long)metres));
}

static const Role chain[] = {ROLE_GRID_MEMBER, ROLE_RESPONSIBLE_OFFICER, ROLE_DEPUTY_IN_CHARGE,
                             ROLE_GRID_CHIEF, ROLE_STREET_CONTACT};
#define CHAIN_OF_CASES 4 /* those before the street contact, who answers for no case */

const Err *api_locate(Call *call)
{
    Point p;
    Datum datum = DATUM_WGS84;
    Instant at;
    const Err *e = read_point(call, &p, &datum);
    if (!e) e = call_asof(call, &at);
    if (e) return e;
    int64_t cell = area_find_by(call->ground, p, datum, at);
    if (cell == NIL) return outside(call, point_to_wgs84(p, datum), at);
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_key(w, "cell");
    area_json(area_at(call->ground, cell, at), w);
    area_path_json(call->ground, cell, at, w);
    write_chain(call, chain, CHAIN_OF_CASES, cell, false, at);
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
    const AreaSpan *found = area_at(call->ground, id, *at);
    if (!found) return &WEB_ID;
    *out = found;
    return NULL;
}

/* One page of spans; skip: those that a filter leaves out. */
static void write_areas(Call *call, const AreaSpan **areas, size_t n, size_t from, size_t limit)
{
    size_t i = from;
    list_open(&call->json);
    for (; i < n && i < from + limit; i++)
        area_json(areas[i], &call->json);
    list_close_at(call, i < n ? i : SIZE_MAX);
}

const Err *api_area_children(Call *call)
{
    const AreaSpan *a, **children;
    Instant at;
    size_t n, limit, from;
    const Err *e = find_area(call, &a, &at);
    if (!e) e = call_slice(call, &limit, &from);
    if (e) return e;
    area_children(call->ground, a->area, at, call->mem, &children, &n);
    write_areas(call, children, n, from, limit);
    return NULL;
}

/* {"type":"Feature",…}; false, and nothing written, when it has no outline then. */
static bool write_feature(Call *call, const AreaSpan *a, Instant at)
{
    const Outline *shape;
    const AreaOutline *row = area_outline(call->ground, a->area, at, &shape);
    if (!row) return false;
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_text(w, "type", S("Feature"));
    json_put_int(w, "id", a->area);
    json_put_open(w, "properties", '{');
    json_put_text(w, "name", a->name);
    json_put_text(w, "code", a->code);
    json_put_text(w, "level", a->level);
    json_put_text(w, "kind", a->kind);
    json_put_int(w, "parent", a->parent);
    json_put_text(w, "source", row->source);
    json_put_text(w, "datum", str(datum_name(outline_datum(row))));
    json_put_text(w, "source_datum", row->datum);
    json_put_text(w, "conversion", row->conversion);
    json_close(w, '}');
    Buf geometry = BUF(call->mem);
    outline_write(&geometry, shape);
    json_put_raw(w, "geometry", buf_str(&geometry));
    json_close(w, '}');
    return true;
}

const Err *api_area_outline(Call *call)
{
    const AreaSpan *a;
    Instant at;
    const Err *e = find_area(call, &a, &at);
    if (e) return e;
    call->type = S("application/geo+json; charset=utf-8");
    return write_feature(call, a, at) ? NULL : &WEB_ID;
}

/* Changes with any area or outline of the region, and with the day on which a planned change
 * comes. */
static bool outlines_known(Call *call, Level level, Instant at)
{
    int64_t entry;
    Instant since;
    area_stamp(call->ground, at, &entry, &since);
    return call_known(call, str_fmt(call->mem, "W/\"%lld-%lld-%d\"", (long long)entry,
                                    (long long)since, (int)level));
}

const Err *api_area_outlines(Call *call)
{
    const AreaSpan *a, **below;
    Instant at;
    Level level = LEVEL_CELL;
    size_t n;
    Str name = call_query(call, "level");
    const Err *e = find_area(call, &a, &at);
    if (e) return e;
    if (name.p && !level_by_name(name, &level))
        return faults_one(call->mem, S("level"),
                          err_make(call->mem, &COLUMN_CHOICE, name,
                                   S("region, street, village, cell, micro_cell")));
    call->type = S("application/geo+json; charset=utf-8");
    call->cache = S("private, no-cache");
    if (outlines_known(call, level, at)) return NULL;
    area_tree(call->ground, a->area, at, call->mem, &below, &n);
    json_open(&call->json, '{');
    json_put_text(&call->json, "type", S("FeatureCollection"));
    json_put_open(&call->json, "features", '[');
    for (size_t i = 0; i < n; i++)
        if (area_level(below[i]) == level) (void)write_feature(call, below[i], at);
    json_close(&call->json, ']');
    json_close(&call->json, '}');
    call_pack(call);
    return NULL;
}

const Err *api_area_duty(Call *call)
{
    const AreaSpan *a;
    Instant at;
    const Err *e = find_area(call, &a, &at);
    if (e) return e;
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_key(w, "area");
    area_json(a, w);
    area_path_json(call->ground, a->area, at, w);
    write_chain(call, chain, countof(chain), a->area, true, at);
    write_leads(call, a->area, at);
    json_close(w, '}');
    return NULL;
}
