/* SPDX-License-Identifier: Apache-2.0 */
/* api_session.c: signing in and out, who I am, which seat I act from, my
 * password, my views. */
#include "base/time.h"
#include "grid/saved_view.h"
#include "web/api.h"
#include "web/events.h"

static Str cookie_name(const Call *call)
{
    return web_conf(call->web)->secure ? S("__Host-gridward") : S("gridward");
}

static void set_cookie(Call *call, Str token, const char *more)
{
    bool secure = web_conf(call->web)->secure;
    call_header(call, S("Set-Cookie"),
                str_fmt(call->mem, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s",
                        STR(cookie_name(call)), STR(token), secure ? "; Secure" : "", more));
}

const Err *api_sign_in(Call *call)
{
    const WebConf *conf = web_conf(call->web);
    const Value *body = call->given; /* name password */
    Str token;
    const Err *e = call->body_fault;
    if (!e)
        e = session_sign_in(conf->sessions, call->db, call->mem, body[0].s, body[1].s,
                            call->request->address, wall_now(conf->wall, NULL), &call->session,
                            &token);
    if (e) return e;
    set_cookie(call, token, "");
    call->ground = ground_pin(conf->grounds, ID_REGION(call->session.person));
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_key(w, "person");
    person_ref(call->ground, call->session.person, w);
    json_put_text(w, "csrf", call->session.csrf);
    json_put_bool(w, "must_change", call->session.must_change);
    json_close(w, '}');
    return NULL;
}

const Err *api_sign_out(Call *call)
{
    const WebConf *conf = web_conf(call->web);
    const Err *e = session_sign_out(conf->sessions, call->token, call->request->address,
                                    wall_now(conf->wall, NULL));
    if (e) return e;
    events_leave(web_events(call->web), call->token);
    set_cookie(call, S(""), "; Max-Age=0");
    json_open(&call->json, '{');
    json_put_bool(&call->json, "done", true);
    json_close(&call->json, '}');
    return NULL;
}

const Err *api_password(Call *call)
{
    const Value *body = call->given; /* old new */
    const Err *e = call->body_fault;
    if (!e)
        e = session_password(web_conf(call->web)->sessions, call->db, call->mem, call->token,
                             body[0].s, body[1].s, call->request->address,
                             wall_now(web_conf(call->web)->wall, NULL));
    if (e) return e;
    call->session.must_change = false;
    return api_me(call);
}

/* ---- me ---- */

static void write_subject(Call *call, int64_t id)
{
    Subject s;
    Access sight;
    JsonOut *w = &call->json;
    if (id == NIL || subject_load(web_conf(call->web)->subjects, call->db, call->mem,
                                  &call->who, id, &s, &sight)) {
        json_nil(w);
        return;
    }
    json_open(w, '{');
    json_put_int(w, "id", id);
    json_put_text(w, "name", s.name);
    json_close(w, '}');
}

static void write_chair(Call *call, const Chairing *chair)
{
    static const char *const hows[] = {"holder", "stand_in", "liaison"};
    JsonOut *w = &call->json;
    const Seat *seat = seat_of(call->ground, chair->seat);
    json_open(w, '{');
    json_put_int(w, "id", chair->seat);
    json_put_text(w, "role", str(role_name(chair->role)));
    json_put_text(w, "title",
                  seat && seat->title.p ? seat->title
                                        : str(call->lang == LANG_EN ? role_en(chair->role)
                                                                    : role_zh(chair->role)));
    json_key(w, "area");
    area_ref(call->ground, chair->area, call->now, w);
    json_key(w, "department");
    department_ref(call->ground, chair->department, call->now, w);
    json_key(w, "subject");
    write_subject(call, chair->subject);
    json_put_text(w, "how", str(hows[chair->sit]));
    json_key(w, "for");
    person_ref(call->ground, chair->for_person, w);
    json_close(w, '}');
}

/* The tops of what one sees by area. */
static void write_areas(Call *call)
{
    Range all = {0, 0};
    const Who *who = &call->who;
    const AreaSpan *root = who->all ? area_root(call->ground, call->now) : NULL;
    if (root && !area_range(call->ground, root->area, call->now, &all.first, &all.end))
        root = NULL;
    const Range *ranges = who->all ? &all : who->areas;
    size_t n = who->all ? root != NULL : who->area_count;
    for (size_t i = 0; i < n; i++)
        for (uint32_t order = ranges[i].first, end; order < ranges[i].end; order = end) {
            uint32_t first;
            const AreaSpan *a = area_by_order(call->ground, order, call->now);
            if (!a || !area_range(call->ground, a->area, call->now, &first, &end)) break;
            area_ref(call->ground, a->area, call->now, &call->json);
        }
}

static void write_can(const Who *who, JsonOut *w)
{
    json_open(w, '[');
    for (unsigned i = 0; i < CAN_COUNT; i++)
        if (who->can & 1u << i) json_text(w, str(can_name((Can)(1u << i))));
    json_close(w, ']');
}

const Err *api_me(Call *call)
{
    JsonOut *w = &call->json;
    const AreaSpan *root = area_root(call->ground, call->now);
    json_open(w, '{');
    json_key(w, "person");
    person_ref(call->ground, call->session.person, w);
    json_put_text(w, "login", call->session.login);
    json_put_text(w, "csrf", call->session.csrf);
    json_put_bool(w, "must_change", call->session.must_change);
    json_put_bool(w, "demo", web_conf(call->web)->demo);
    json_put_instant(w, "now", call->now);
    json_key(w, "region");
    area_ref(call->ground, root ? root->area : NIL, call->now, w);
    json_put_int(w, "hat", call->session.hat);
    json_put_open(w, "seats", '[');
    for (size_t i = 0; i < call->who.chair_count; i++)
        write_chair(call, &call->who.chairs[i]);
    json_close(w, ']');
    json_put_open(w, "areas", '[');
    write_areas(call);
    json_close(w, ']');
    json_key(w, "capabilities");
    write_can(&call->who, w);
    json_close(w, '}');
    return NULL;
}

const Err *api_hat(Call *call)
{
    if (call->body_fault) return call->body_fault;
    int64_t seat = call->given[0].i;
    if (seat != NIL && !who_chair(&call->who, seat)) return &SCOPE_HAT;
    const Err *e = session_wear(web_conf(call->web)->sessions, call->token, seat);
    if (e) return e;
    call->session.hat = seat;
    e = who_at(call->mem, call->ground, call->session.person, call->now, seat, &call->who);
    return e ? e : api_me(call);
}

/* ---- my views ---- */

const Err *api_views(Call *call)
{
    SavedView *views;
    size_t n;
    const Err *e =
        saved_views(call->db, call->mem, call->who.region, call->who.person, &views, &n);
    list_open(&call->json);
    for (size_t i = 0; !e && i < n; i++) {
        json_open(&call->json, '{');
        json_put_text(&call->json, "name", views[i].name);
        json_put_text(&call->json, "query", views[i].query);
        json_close(&call->json, '}');
    }
    list_close(&call->json, STR_NULL);
    return e;
}

static const Err *keep_view(Call *call, Str name, Str query)
{
    SavedView view = {call->who.region, call->who.person, name, query};
    const Err *e = saved_view_keep(ledger_lane(web_conf(call->web)->ledger), &view);
    return e ? e : api_views(call);
}

const Err *api_view_put(Call *call)
{
    if (call->body_fault) return call->body_fault;
    return keep_view(call, call->given[0].s, call->given[1].s);
}

const Err *api_view_drop(Call *call)
{
    return keep_view(call, call_query(call, "name"), STR_NULL);
}
