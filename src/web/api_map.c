/* SPDX-License-Identifier: Apache-2.0 */
/* api_map.c: the command map (指挥图): figures of what one sees, who is on duty, the next
 * holiday; and subjects as points. Its outlines are api_grid.c's. */
#include "base/calendar.h"
#include "case/flow_ask.h"
#include "case/map_counts.h"
#include "grid/blind_spot.h"
#include "web/api.h"

#define HOLIDAY_DAYS 366 /* how far is looked for the next one */

/* ---- figures ---- */

static void write_counts(const int64_t count[FIGURE_COUNT], JsonOut *w)
{
    for (Figure f = 0; f < FIGURE_COUNT; f++)
        json_put_int(w, figure_name(f), count[f]);
}

static const Err *count_sites(Call *call, int64_t area, Instant at, int64_t *out)
{
    SubjectFilter filter = SUBJECT_FILTER;
    filter.area = area;
    filter.budget = call_budget(call);
    filter.status = S("open");
    filter.site_on = instant_date(at);
    return subject_count(web_conf(call->web)->subjects, call->db, call->mem, &call->who,
                         &filter, out);
}

/* Cells whose member's seat nobody holds: open to all, as the list of blind spots. */
static const Err *find_vacant(Call *call, int64_t area, Instant at, int64_t **out, size_t *n)
{
    Blind *all;
    size_t count, kept = 0;
    const Err *e = blind_list(call->ground, area, at, NULL, call->mem, &all, &count);
    if (e) return e;
    int64_t *cells = arena_array(call->mem, int64_t, count);
    for (size_t i = 0; i < count; i++)
        if (all[i].kind == BLIND_NO_MEMBER) cells[kept++] = all[i].area;
    *out = cells;
    *n = kept;
    return NULL;
}

/* ---- who is on duty ---- */

static void write_shift(Call *call, const Seat *seat, const Shift *shift, bool whole,
                        Instant at)
{
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_int(w, "seat", seat->id);
    json_put_text(w, "title",
                  seat->title.p ? seat->title
                                : str(call->lang == LANG_EN ? role_en(seat_role(seat))
                                                            : role_zh(seat_role(seat))));
    json_key(w, "area");
    area_ref(call->ground, seat->area, at, w);
    json_key(w, "person");
    person_ref(call->ground, shift->person, w);
    person_phone(call->ground, shift->person, whole, w);
    json_key(w, "leader");
    person_ref(call->ground, shift->leader, w);
    json_put_instant(w, "from", shift->starts);
    json_put_instant(w, "to", shift->ends);
    json_put_bool(w, "now", shift->starts <= at);
    json_close(w, '}');
}

/* The shifts of the duty rooms of the area and those above it, of each that runs or the next.
 */
static void write_duty(Call *call, int64_t area, Instant at)
{
    const AreaSpan *path[LEVEL_COUNT];
    uint32_t first, end;
    size_t n = area_path(call->ground, area, at, path);
    json_key(&call->json, "duty");
    json_open(&call->json, '[');
    for (size_t i = 0; i < n; i++) {
        const Seat **seats;
        size_t count;
        bool whole = area_range(call->ground, path[i]->area, call->now, &first, &end) &&
                     who_sees_area(&call->who, first);
        seat_list(call->ground, ROLE_DUTY_ROOM, path[i]->area, NIL, NIL, at, call->mem, &seats,
                  &count);
        for (size_t k = 0; k < count; k++) {
            const Shift *shift = seat_shift(call->ground, seats[k]->id, at);
            if (!shift) shift = seat_shift_next(call->ground, seats[k]->id, at);
            if (shift) write_shift(call, seats[k], shift, whole, at);
        }
    }
    json_close(&call->json, ']');
}

/* ---- the calendar ---- */

static bool is_off(const Calendar *calendar, Date d, Str name)
{
    const CalendarDay *day = calendar_find(calendar, d);
    return day && !day->works && (!name.p || str_eq(day->name, name));
}

/* The next holiday with its days off, or the one that today is of; null: none is published. */
static void write_holiday(Call *call, Date today)
{
    JsonOut *w = &call->json;
    const Calendar *calendar = defs_get(web_conf(call->web)->defs, Calendar, CALENDAR_KIND,
                                        S(CALENDAR_NAME), call->now);
    json_put_bool(w, "working", calendar_is_working(calendar, today));
    json_key(w, "holiday");
    Date from = today;
    while (from < today + HOLIDAY_DAYS && !is_off(calendar, from, STR_NULL))
        from++;
    const CalendarDay *day = calendar_find(calendar, from);
    if (!day || day->works) {
        json_nil(w);
        return;
    }
    while (is_off(calendar, from - 1, day->name))
        from--;
    Date to = from;
    while (is_off(calendar, to + 1, day->name))
        to++;
    json_open(w, '{');
    json_put_text(w, "name",
                  call->lang == LANG_EN && day->name_en.p ? day->name_en : day->name);
    json_put_instant(w, "from", date_start(from));
    json_put_instant(w, "to", date_end(to));
    json_close(w, '}');
}

/* ---- the answer ---- */

static const Err *find_place(Call *call, int64_t *area, Instant *at)
{
    const Err *e = call_query_int(call, "area", area);
    if (!e) e = call_asof(call, at);
    if (e) return e;
    const AreaSpan *root = area_root(call->ground, *at);
    if (*area == NIL && root) *area = root->area;
    return *area != NIL && area_at(call->ground, *area, *at) ? NULL : &WEB_ID;
}

static void write_map(Call *call, const Figures *figures, int64_t sites, const int64_t *vacant,
                      size_t vacant_count)
{
    JsonOut *w = &call->json;
    json_key(w, "figures");
    json_open(w, '{');
    write_counts(figures->total, w);
    json_put_int(w, "sites", sites);
    json_put_int(w, "vacant", (int64_t)vacant_count);
    json_close(w, '}');
    json_key(w, "cells");
    json_open(w, '[');
    for (size_t i = 0; i < figures->area_count; i++) {
        json_open(w, '{');
        json_put_int(w, "area", figures->areas[i].area);
        write_counts(figures->areas[i].count, w);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_key(w, "vacant");
    json_open(w, '[');
    for (size_t i = 0; i < vacant_count; i++)
        json_int(w, vacant[i]);
    json_close(w, ']');
}

const Err *api_map(Call *call)
{
    int64_t area, sites, *vacant;
    size_t vacant_count;
    Instant at;
    Figures figures;
    CaseView view = view_of(call);
    const Err *e = find_place(call, &area, &at);
    if (!e)
        e = at < call->now ? figures_then(&view, area, at, &figures)
                           : figures_now(&view, area, &figures);
    if (!e) e = count_sites(call, area, at, &sites);
    if (!e) e = find_vacant(call, area, at, &vacant, &vacant_count);
    if (e) return e;
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_instant(w, "at", at);
    json_key(w, "area");
    area_ref(call->ground, area, at, w);
    write_map(call, &figures, sites, vacant, vacant_count);
    write_duty(call, area, at);
    write_holiday(call, instant_date(at));
    if (call->budget.cut) json_put_bool(w, "partial", true);
    json_close(w, '}');
    call_pack(call);
    return NULL;
}

/* ---- points ---- */

/* "west,south,east,north" in degrees. */
static const Err *read_box(Call *call, SubjectFilter *filter)
{
    static const Column degrees = {.name = "box", .kind = KIND_DECIMAL, .scale = 7};
    static const int64_t most[] = {LON_MAX, LAT_MAX, LON_MAX, LAT_MAX};
    Str rest = call_query(call, "box");
    if (!rest.p) return NULL;
    Faults faults = {.mem = call->mem};
    int64_t v[4] = {0};
    size_t n = 0;
    for (bool more = true; more && n < countof(v); n++) {
        Str part;
        Value value;
        more = str_cut(rest, ',', &part, &rest);
        if (!column_parse(&degrees, part, &call->house, S("box"), &faults, &value)) break;
        if (value.i == NIL || value.i < -most[n] || value.i > most[n]) break;
        v[n] = value.i;
    }
    if (!faults.first && (n < countof(v) || rest.n || v[0] > v[2] || v[1] > v[3]))
        faults_add2(&faults, S("box"), &COLUMN_RANGE, S("west,south,east,north"), STR_NULL);
    if (faults.first) return faults_err(&faults);
    filter->boxed = true;
    filter->box = (Box){(int32_t)v[0], (int32_t)v[1], (int32_t)v[2], (int32_t)v[3]};
    return NULL;
}

const Err *api_points(Call *call)
{
    SubjectFilter filter;
    SubjectPoints found;
    NounView view;
    NounAsk ask;
    const Err *e = noun_ask_of(call, &view, &ask);
    if (e) return e;
    filter = subject_filter(&view, &ask);
    filter.limit = SUBJECT_POINTS_MOST;
    e = read_box(call, &filter);
    if (!e)
        e = subject_points(web_conf(call->web)->subjects, call->db, call->mem, &call->who,
                           &filter, &found);
    if (e) return e;
    JsonOut *w = &call->json;
    list_open(w);
    for (size_t i = 0; i < found.count; i++) {
        const SubjectPoint *p = &found.points[i];
        json_open(w, '[');
        json_int(w, p->id);
        json_decimal(w, p->place.lon, 7);
        json_decimal(w, p->place.lat, 7);
        json_text(w, p->colour);
        json_close(w, ']');
    }
    list_close_cut(w, found.partial, found.next);
    call_pack(call);
    return NULL;
}
