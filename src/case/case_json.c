/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_json.c: a case and its history as JSON, for one who sees so much of it. What is sealed
 * is null and what is masked is shown in part, in the history as in the object.
 */
#include "case/case_internal.h"
#include "case/sweep_act.h"

static void put_person(const CaseView *view, int64_t person, JsonOut *out)
{
    const Person *p = person == NIL ? NULL : person_of(view->who->ground, person);
    json_key(out, "person");
    if (!p) {
        json_nil(out);
        return;
    }
    json_open(out, '{');
    json_put_int(out, "id", person);
    json_put_text(out, "name", p->name);
    json_close(out, '}');
}

void case_put_seat(const CaseView *view, Str role, int64_t seat, JsonOut *out)
{
    Role r;
    json_put_text(out, "role", role);
    if (role_by_name(role, &r))
        json_put_words(out, "title", view->lang, role_zh(r), role_en(r));
    json_put_int(out, "seat", seat);
    put_person(view, seat == NIL ? NIL : seat_person(view->who->ground, seat, view->now), out);
}

static void put_area(const CaseView *view, const Case *c, JsonOut *out)
{
    const AreaSpan *span = area_at(view->who->ground, c->area, view->now);
    if (!span) span = area_at(view->who->ground, c->area, c->opened);
    json_put_open(out, "area", '{');
    json_put_int(out, "id", c->area);
    json_put_text(out, "code", span ? span->code : STR_NULL);
    json_put_text(out, "name", span ? span->name : STR_NULL);
    json_close(out, '}');
}

static void put_duty(const CaseView *view, const Case *c, JsonOut *out)
{
    json_key(out, "duty");
    if (c->ended != NIL || c->duty_seat == NIL) {
        json_nil(out);
        return;
    }
    json_open(out, '{');
    case_put_seat(view, c->duty_role, c->duty_seat, out);
    json_close(out, '}');
}

static void put_department(const CaseView *view, const Case *c, JsonOut *out)
{
    const Ground *ground = view->who->ground;
    const DepartmentSpan *span =
        c->department == NIL ? NULL : department_at(ground, c->department, view->now);
    if (!span && c->department != NIL) span = department_at(ground, c->department, c->opened);
    json_key(out, "department");
    if (!span) {
        json_nil(out);
        return;
    }
    bool en = view->lang == LANG_EN && span->name_en.p;
    json_open(out, '{');
    json_put_int(out, "id", c->department);
    json_put_text(out, "name", en ? span->name_en : span->name);
    json_close(out, '}');
}

/* The lines are told as they were counted: by the clock of the case's flow and the version of
 * the calendar that the row names, neither of which ever changes. */
static void put_lines(const CaseView *view, const Instance *run, JsonOut *out)
{
    const Case *c = &run->c;
    const Published *calendar = c->clock_calendar == NIL
                                    ? NULL
                                    : defs_version(view->work->spec.defs, CALENDAR_KIND,
                                                   S(CALENDAR_NAME), c->clock_calendar);
    Limit limit;
    DueLine *lines;
    size_t n = 0;
    if (c->due != NIL && run->state != FLOW_NONE && run_limit(run, &limit))
        clock_lines(view->mem, defs_compiled(calendar), limit, c->clock_from, c->clock_shift,
                    &lines, &n);
    json_put_open(out, "due_lines", '[');
    for (size_t i = 0; i < n; i++) {
        Buf line = BUF(view->mem);
        due_line_text(&line, view->lang, &lines[i]);
        json_text(out, buf_str(&line));
    }
    json_close(out, ']');
}

static void put_due(const CaseView *view, const Instance *run, bool lines, JsonOut *out)
{
    json_put_instant(out, "due", run->c.due);
    if (lines) put_lines(view, run, out);
}

static void put_party(const CaseView *view, const Case *c, const CaseSubject *subject,
                      JsonOut *out)
{
    Role role;
    int64_t seat;
    if (!case_party(view->who->ground, view->mem, c, view->now, &role, &seat)) {
        json_put_nil(out, "party");
        return;
    }
    json_put_open(out, "party", '{');
    case_put_seat(view, c->party, seat, out);
    json_put_text(out, "name", subject->person);
    json_close(out, '}');
}

static void put_place(const Case *c, JsonOut *out)
{
    if (c->lon == NIL) {
        json_put_nil(out, "place");
        return;
    }
    json_put_open(out, "place", '{');
    json_key(out, "lon");
    json_decimal(out, c->lon, 7);
    json_key(out, "lat");
    json_decimal(out, c->lat, 7);
    if (c->accuracy != NIL) json_put_int(out, "accuracy_m", c->accuracy);
    json_close(out, '}');
}

static void put_head(const CaseView *view, const Instance *run, const CaseSubject *subject,
                     JsonOut *out)
{
    const Case *c = &run->c;
    const State *s = run->state == FLOW_NONE ? NULL : &run->flow->states[run->state];
    json_put_int(out, "id", c->id);
    json_put_text(out, "flow", c->flow);
    json_put_int(out, "flow_version", c->flow_version);
    json_put_words(out, "flow_title", view->lang, run->flow->zh, run->flow->en);
    json_put_text(out, "state", c->state);
    json_put_words(out, "state_title", view->lang, s ? s->zh : "已并入", s ? s->en : "Merged");
    json_put_int(out, "version", c->version);
    put_area(view, c, out);
    put_place(c, out);
    json_put_int(out, "subject", c->subject);
    json_put_text(out, "matter", c->matter);
    put_duty(view, c, out);
    put_department(view, c, out);
    put_party(view, c, subject, out);
}

bool case_hides_finder(const CaseView *view, const Case *c)
{
    for (size_t i = 0; i < view->who->subject_count; i++)
        if (view->who->subjects[i] == c->subject) return c->filed_by != view->who->person;
    return false;
}

/* Up to which sensitivity one sees values whole. */
static Sensitivity sight_most(Access sight)
{
    return sight >= SIGHT_SEALED   ? SENSE_SEALED
           : sight >= SIGHT_MASKED ? SENSE_MASKED
                                   : SENSE_OPEN;
}

void field_json(const Column *c, const Value *v, Access sight, JsonOut *out)
{
    form_put_value(c, v, sight_most(sight), out);
}

/* Lists name the subject, so that who reads them asks for none. */
const Err *run_json(const CaseView *view, const Instance *run, Access sight, bool whole,
                    JsonOut *out)
{
    const Case *c = &run->c;
    CaseSubject subject = {0};
    const Err *e = NULL;
    if (!whole || c->party.p) e = case_subject(view->work, view->db, view->mem, c, &subject);
    json_open(out, '{');
    put_head(view, run, &subject, out);
    if (!case_hides_finder(view, c)) {
        json_put_open(out, "filed", '{');
        put_person(view, c->filed_by, out);
        json_put_int(out, "seat", c->filed_seat);
        json_put_int(out, "for", c->filed_for);
        json_put_bool(out, "mine", c->filed_by == view->who->person);
        json_close(out, '}');
    }
    json_put_instant(out, "opened", c->opened);
    json_put_instant(out, "entered", c->entered);
    put_due(view, run, whole, out);
    json_put_bool(out, "late", c->due != NIL && view->now >= c->due);
    json_put_open(out, "risen", '[');
    for (size_t i = 0; i < run->risen_count; i++) {
        json_open(out, '{');
        case_put_seat(view, str(role_name(run->risen[i].role)), run->risen[i].seat, out);
        json_put_instant(out, "at", run->risen[i].at);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_put_open(out, "watch", '[');
    for (size_t i = 0; i < run->watch_count; i++)
        json_int(out, run->watch[i]);
    json_close(out, ']');
    if (whole)
        similar_json(view, run, out);
    else
        json_put_text(out, "subject_name", subject.name);
    form_put_values(&run->flow->form, run->values, sight_most(sight), out);
    json_put_int(out, "parent", c->parent);
    json_put_text(out, "origin", c->origin);
    json_put_text(out, "outcome", c->outcome);
    json_put_instant(out, "ended", c->ended);
    json_put_int(out, "merged_into", c->merged_into);
    json_close(out, '}');
    return e;
}

const Err *case_json(const CaseView *view, const Case *c, Access sight, bool whole,
                     JsonOut *out)
{
    CaseContext t;
    Instance run;
    turn_view(&t, view);
    const Err *e = run_look(&t, c, &run);
    if (!e) e = run_json(view, &run, sight, whole, out);
    return e;
}

/* ---- the preview ---- */

const Err *case_preview(const CaseView *view, const Json *body, JsonOut *out)
{
    CaseContext t;
    Instance run;
    const Move *move;
    turn_view(&t, view);
    t.tells = true;
    const Err *e = run_file(&t, body, true, &run, &move);
    if (!e) {
        json_open(out, '{');
        put_area(view, &run.c, out);
        put_duty(view, &run.c, out);
        put_department(view, &run.c, out);
        put_due(view, &run, true, out);
        json_put_open(out, "why", '[');
        for (size_t i = 0; i < run.whys.count; i++)
            json_text(out, view->lang == LANG_EN ? run.whys.lines[i].en : run.whys.lines[i].zh);
        json_close(out, ']');
        similar_json(view, &run, out);
        json_close(out, '}');
    }
    return e;
}

/* ---- history ---- */

/* The fields in a change, as much of them as one sees; in the API's form. */
static const Err *put_changed_fields(const Flow *flow, Str text, Access sight, Arena *mem,
                                     JsonOut *out)
{
    const Json *object = NULL;
    if (text.p && json_read(mem, text, &object)) return &STORE_BROKEN;
    json_open(out, '{');
    for (json_each(m, object)) {
        size_t f = form_field(&flow->form, m->key);
        Value value;
        if (f == FLOW_NONE || !column_from_ledger(&flow->form.names[f], &m->value, mem, &value))
            continue;
        json_key_str(out, m->key);
        form_put_value(&flow->form.names[f], &value, sight_most(sight), out);
    }
    json_close(out, '}');
    return NULL;
}

static const Err *put_change(const CaseView *view, const Flow *flow, const Change *change,
                             Access sight, bool party, JsonOut *out)
{
    static const char *const ops[] = {"put", "set", "del"};
    const Err *e = NULL;
    json_open(out, '[');
    json_text(out, str(change->table->name));
    json_text(out, str(ops[change->op]));
    json_int(out, change->id);
    json_int(out, change->prev);
    json_open(out, '{');
    for (size_t i = 0; i < change->table->count && !e; i++) {
        const Column *c = &change->table->columns[i];
        bool filer = strncmp(c->name, "filed_", 6) == 0;
        if (!(change->mask >> i & 1) || !column_is_told(c) || (party && filer)) continue;
        if (value_is_null(c, &change->values[i]) && change->op == ROW_PUT) continue;
        json_key(out, c->name);
        if (strcmp(c->name, "fields") == 0)
            e = put_changed_fields(flow, change->values[i].s, sight, view->mem, out);
        else
            column_json(c, &change->values[i], true, out);
    }
    json_close(out, '}');
    json_close(out, ']');
    return e;
}

static void put_who(const CaseView *view, const char *key, int64_t person, JsonOut *out)
{
    const Person *p = person_of(view->who->ground, person);
    json_put_open(out, key, '{');
    json_put_int(out, "id", person);
    json_put_text(out, "name", p ? p->name : STR_NULL);
    json_close(out, '}');
}

static Str seat_words(const Seat *seat, Lang lang)
{
    return seat->title.p ? seat->title
                         : words_in(lang, role_zh(seat_role(seat)), role_en(seat_role(seat)));
}

static void put_actor(const CaseView *view, const Entry *entry, bool hidden, JsonOut *out)
{
    if (hidden)
        json_put_raw(out, "actor", S("null"));
    else if (entry->actor == PERSON_HOUSE)
        json_put_raw(out, "actor", S("{\"id\":0,\"name\":\"gridward\"}"));
    else
        put_who(view, "actor", entry->actor, out);
    const Seat *seat =
        entry->seat == NIL || hidden ? NULL : seat_of(view->who->ground, entry->seat);
    json_key(out, "seat");
    if (!seat)
        json_nil(out);
    else {
        json_open(out, '{');
        json_put_int(out, "id", seat->id);
        json_put_text(out, "role", seat->role);
        json_put_text(out, "title", seat_words(seat, view->lang));
        json_close(out, '}');
    }
    if (entry->for_person != NIL && !hidden) put_who(view, "for", entry->for_person, out);
}

static Str title_of(const CaseView *view, const Flow *flow, Str verb)
{
    size_t m = flow_move(flow, verb);
    if (m != FLOW_NONE) return words_in(view->lang, flow->moves[m].zh, flow->moves[m].en);
    const char *own = tick_words(verb, view->lang);
    return own ? str(own) : verb;
}

static const Err *put_entry(const CaseView *view, const Case *c, const Flow *flow,
                            const Entry *entry, Access sight, JsonOut *out)
{
    Change *changes;
    size_t n;
    const Err *e = entry_changes(view->work->spec.ledger, view->mem, entry, &changes, &n);
    if (e) return e;
    bool party = case_hides_finder(view, c), made = false;
    for (size_t i = 0; i < n; i++)
        made |= changes[i].op == ROW_PUT && changes[i].id == c->id;
    json_open(out, '{');
    json_put_int(out, "no", entry->no);
    json_put_instant(out, "at", entry->at);
    Instant client = party && made ? NIL : entry_client(view->mem, entry);
    if (client != NIL) json_put_instant(out, "client", client);
    json_put_text(out, "verb", entry->verb);
    json_put_text(out, "title", title_of(view, flow, entry->verb));
    put_actor(view, entry, party && made, out);
    json_put_open(out, "rows", '[');
    for (size_t i = 0; i < n && !e; i++)
        if (changes[i].table == &case_table && changes[i].id == c->id)
            e = put_change(view, flow, &changes[i], sight, party, out);
    json_close(out, ']');
    json_close(out, '}');
    return e;
}

const Err *case_history(const CaseView *view, const Case *c, Access sight, size_t limit,
                        JsonOut *out)
{
    Entry *entries;
    size_t n;
    const Flow *flow = work_flow(view->work, c->flow, c->flow_version);
    if (!flow) return &STORE_BROKEN;
    const Err *e = ledger_history(view->work->spec.ledger, view->db, &case_table, c->id,
                                  c->entry, limit, view->mem, &entries, &n);
    if (e) return e;
    CaseView one = *view;
    one.mem = arena_new(0);
    json_open(out, '{');
    json_put_open(out, "items", '[');
    while (n-- > 0 && !e) {
        arena_reset(one.mem);
        e = put_entry(&one, c, flow, &entries[n], sight, out);
    }
    json_close(out, ']');
    json_close(out, '}');
    arena_free(one.mem);
    return e;
}
