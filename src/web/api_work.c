/* SPDX-License-Identifier: Apache-2.0 */
/* api_work.c: what clocks leave behind: notices to my seats, drafts of papers; and blind spots.
 */
#include "case/notice.h"
#include "grid/blind_spot.h"
#include "web/api.h"

const Err *api_notices(Call *call)
{
    CaseView view = view_of(call);
    size_t limit;
    Str cursor;
    int64_t before = 0;
    const Err *e = call_page(call, &limit, &cursor);
    if (!e && cursor.p && (!str_int(cursor, &before) || before <= 0))
        e = faults_one(call->mem, S("cursor"), &NOUN_CURSOR);
    return e ? e : notice_page(&view, before, limit, &call->json);
}

const Err *api_papers(Call *call)
{
    CaseView view = view_of(call);
    int64_t id;
    Case c;
    Access sight;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = case_load(&view, id, &c, &sight);
    return e ? e : paper_list(&view, &c, &call->json);
}

const Err *api_paper_close(Call *call)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (!e)
        e = paper_close(call->act, web_conf(call->web)->work, &call->who, id,
                        call->given[0].i == 1);
    if (!e) answer_id(call, id);
    return e;
}

/* ---- blind spots ---- */

/* The role that nobody fills there. */
static Str role_missing(BlindKind kind)
{
    switch (kind) {
    case BLIND_NO_MEMBER: return str(role_name(ROLE_GRID_MEMBER));
    case BLIND_NO_OFFICER:
    case BLIND_OFFICER_NOT_ESTABLISHED: return str(role_name(ROLE_RESPONSIBLE_OFFICER));
    case BLIND_NO_CHIEF: return str(role_name(ROLE_GRID_CHIEF));
    case BLIND_NO_OUTLINE:
    case BLIND_OVERLAP:
    case BLIND_GAP:
    case BLIND_SUBJECT_NO_CELL:
    case BLIND_SUBJECT_NO_LEAD:
    case BLIND_COUNT: break;
    }
    return STR_NULL;
}

static void write_subject(Call *call, const Blind *b)
{
    Subject s;
    Access sight;
    bool subject = b->kind == BLIND_SUBJECT_NO_CELL || b->kind == BLIND_SUBJECT_NO_LEAD;
    if (!subject || subject_load(web_conf(call->web)->subjects, call->db, call->mem, &call->who,
                                 b->other, &s, &sight)) {
        json_nil(&call->json);
        return;
    }
    json_open(&call->json, '{');
    json_put_int(&call->json, "id", s.id);
    json_put_text(&call->json, "name", s.name);
    json_close(&call->json, '}');
}

static void write_blind(Call *call, const Blind *b, Instant at)
{
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_text(w, "kind", str(blind_name(b->kind)));
    json_put_text(w, "role", role_missing(b->kind));
    json_put_text(w, "title",
                  str(call->lang == LANG_EN ? blind_en(b->kind) : blind_zh(b->kind)));
    json_key(w, "area");
    area_ref(call->ground, b->area, at, w);
    json_put_int(w, "other", b->other);
    json_key(w, "subject");
    write_subject(call, b);
    json_put_int(w, "seat", b->seat);
    json_key(w, "person");
    person_ref(call->ground, b->person, w);
    json_put_instant(w, "since", b->since);
    json_put_text(w, "reason", b->reason);
    json_close(w, '}');
}

/* Subjects are scoped: those of them that one may not see are not on the list; and they are
 * told as they are now alone, for they have no spans. */
static const Err *find_blind(Call *call, int64_t area, Instant at, Blind **out, size_t *n)
{
    SubjectBlind subjects = {web_conf(call->web)->subjects, &call->who};
    BlindHook hook = {&subjects, subject_blind};
    return blind_list(call->ground, area, at, call_query(call, "asof").p ? NULL : &hook,
                      call->mem, out, n);
}

const Err *api_blindspots(Call *call)
{
    int64_t area;
    Instant at;
    size_t limit, from, n;
    Blind *all;
    const Err *e = call_query_int(call, "area", &area);
    if (!e) e = call_slice(call, &limit, &from);
    if (!e) e = call_asof(call, &at);
    if (!e && area != NIL && !area_at(call->ground, area, at)) e = &WEB_ID;
    if (!e) e = find_blind(call, area, at, &all, &n);
    if (e) return e;
    size_t i = from;
    list_open(&call->json);
    for (; i < n && i < from + limit; i++)
        write_blind(call, &all[i], at);
    list_close_at(call, i < n ? i : SIZE_MAX);
    return NULL;
}
