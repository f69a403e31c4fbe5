/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_seat.c: seats and who sits there: take, stand in, leave, be away, the duty roster.
 * Whoever does it needs a seat that fills such seats there (who_seats); everybody may say when
 * they themselves are away.
 */
#include "base/time.h"
#include "noun/noun_engine.h"
#include "web/api.h"

#define SHIFTS_SPAN (31 * MS_DAY)

static const HoldKind kinds[] = {HOLD_HOLDER, HOLD_STAND_IN, HOLD_LIAISON};

/* ---- reading ---- */

static void write_hold(const Ground *g, const char *key, int64_t hold, int64_t person,
                       Instant starts, Instant ends, Instant at, JsonOut *w)
{
    const Absence *away = person_absence(g, person, at);
    json_put_open(w, key, '{');
    json_put_int(w, "id", hold);
    json_key(w, "person");
    person_ref(g, person, w);
    json_put_instant(w, "from", starts);
    json_put_instant(w, "to", ends);
    json_put_bool(w, "absent", away != NULL);
    if (away) {
        json_put_open(w, "absence", '{');
        json_put_int(w, "id", away->id);
        json_put_text(w, "reason", away->reason);
        json_put_instant(w, "from", away->starts);
        json_put_instant(w, "to", away->ends);
        json_close(w, '}');
    }
    json_close(w, '}');
}

static Relations ties_of(const NounView *view, int64_t area, int64_t department,
                         int64_t subject)
{
    Relations ties = TIES_NONE;
    uint32_t end;
    ties.department = department;
    ties.subject = subject;
    if (area != NIL && !area_range(view->who->ground, area, view->now, &ties.order, &end))
        ties.order = ORDER_NONE;
    return ties;
}

static const Grant *fills(const NounView *view, const Seat *s)
{
    Relations ties = ties_of(view, s->area, s->department, s->subject);
    return who_seats(view->who, seat_role(s), &ties);
}

static void put_title(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Seat *s = row;
    Role role = seat_role(s);
    (void)whole;
    json_put_text(out, "title",
                  s->title.p ? s->title
                             : str(view->lang == LANG_EN ? role_en(role) : role_zh(role)));
}

static void put_holds(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Seat *s = row;
    const Ground *g = view->ground;
    (void)whole;
    for (size_t i = 0; i < countof(kinds); i++) {
        const SeatHold *h = seat_hold(g, s->id, kinds[i], view->at);
        if (h)
            write_hold(g, hold_name(kinds[i]), h->id, h->person, h->starts, h->ends, view->at,
                       out);
    }
    const Shift *shift = seat_shift(g, s->id, view->at);
    if (shift)
        write_hold(g, hold_name(HOLD_SHIFT), shift->id, shift->person, shift->starts,
                   shift->ends, view->at, out);
}

static void put_answers(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Seat *s = row;
    (void)whole;
    json_key(out, "answers");
    person_ref(view->ground, seat_person(view->ground, s->id, view->at), out);
}

static void put_fills(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    (void)whole;
    json_put_bool(out, "fills", fills(view, row) != NULL);
}

static void put_roster(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    (void)view, (void)whole;
    json_put_bool(out, "roster", role_is_roster(seat_role(row)));
}

/* The holds are written together; those that there are. */
#define HOLD(the_name, writer)                                                                 \
    {                                                                                          \
        .name = the_name, .type = "Hold", .put = writer                                        \
    }
static const NounMember members[] = {
    NOUN_COLUMN("id", "id"),
    NOUN_COLUMN("role", "role"),
    {.name = "title", .type = "text", .put = put_title},
    NOUN_COLUMN("ordinal", "ordinal"),
    NOUN_REF("area"),
    NOUN_REF("department"),
    NOUN_COLUMN("subject", "subject"),
    NOUN_SPAN(false),
    HOLD("holder?", put_holds),
    HOLD("stand_in?", NULL),
    HOLD("liaison?", NULL),
    HOLD("shift?", NULL),
    {.name = "answers", .type = "Ref?", .put = put_answers},
    {.name = "roster", .type = "bool", .put = put_roster},
    {.name = "fills", .type = "bool", .put = put_fills},
};

/* Seats gathered from everywhere they hang. */
typedef struct {
    Arena *mem;
    const Seat **all;
    size_t count, cap;
} SeatsFound;

static void found_add(SeatsFound *found, const Seat *const *seats, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        found->all =
            arena_grow(found->mem, found->all, found->count, &found->cap, sizeof *found->all);
        found->all[found->count++] = seats[i];
    }
}

static void seats_at(const Ground *g, Role want, int64_t area, int64_t department,
                     int64_t subject, Instant at, SeatsFound *found)
{
    for (Role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        const Seat **seats;
        size_t n;
        if (want != ROLE_NONE && role != want) continue;
        seat_list(g, role, area, department, subject, at, found->mem, &seats, &n);
        found_add(found, seats, n);
    }
}

/* Seats of the territory, the top first, then those of departments. */
static const Err *seats_of_region(const NounView *view, Role role, int64_t area,
                                  SeatsFound *found)
{
    Instant at = view->at;
    const AreaSpan *top =
        area == NIL ? area_root(view->ground, at) : area_at(view->ground, area, at);
    const AreaSpan **areas;
    const DepartmentSpan **departments;
    size_t n;
    if (!top && area != NIL) return &WEB_ID;
    area_tree(view->ground, top ? top->area : NIL, at, view->mem, &areas, &n);
    for (size_t i = 0; i < n; i++)
        seats_at(view->ground, role, areas[i]->area, NIL, NIL, at, found);
    if (area != NIL) return NULL;
    department_all(view->ground, at, view->mem, &departments, &n);
    for (size_t i = 0; i < n; i++)
        seats_at(view->ground, role, NIL, departments[i]->department, NIL, at, found);
    return NULL;
}

/* The people of a subject are seen by whoever sees the subject. */
static bool sees_subject(const NounView *view, int64_t subject)
{
    Subject s;
    Access sight;
    return subject == NIL ||
           !subject_load(view->house, view->db, view->mem, view->who, subject, &s, &sight);
}

static void seats_of_person(const NounView *view, Role role, int64_t person, SeatsFound *found)
{
    Sitting *sittings;
    size_t n;
    person_seats(view->ground, person, view->at, view->mem, &sittings, &n);
    for (size_t i = 0; i < n; i++) {
        const Seat *s = sittings[i].seat;
        if (role == ROLE_NONE || role == seat_role(s)) found_add(found, &s, 1);
    }
}

static const Err *read_role(Arena *mem, Str name, Role *out)
{
    *out = ROLE_NONE;
    if (!name.p || role_by_name(name, out)) return NULL;
    Buf all = BUF(mem);
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        buf_fmt(&all, "%s%s", all.n ? ", " : "", role_name(r));
    return faults_one(mem, S("role"), err_make(mem, &COLUMN_CHOICE, name, buf_str(&all)));
}

enum { OF_AREA, OF_DEPARTMENT, OF_SUBJECT, OF_PERSON, OF_ROLE, OF_COUNT };
static const NounFilter filters[OF_COUNT] = {
    [OF_AREA] = NOUN_FILTER(FILTER_OWN, NULL, "area", KIND_REF, "区域", "Area and all below it",
                            .list = "areas"),
    [OF_DEPARTMENT] = NOUN_FILTER(FILTER_OWN, NULL, "department", KIND_REF, "部门",
                                  "Department", .list = "departments"),
    [OF_SUBJECT] = NOUN_FILTER(FILTER_OWN, NULL, "subject", KIND_REF, "监管对象", "Subject",
                               .list = "subjects"),
    [OF_PERSON] = NOUN_FILTER(FILTER_OWN, NULL, "person", KIND_REF, "人员",
                              "Person who sits there", .list = "persons"),
    [OF_ROLE] = NOUN_FILTER(FILTER_OWN, NULL, "role", KIND_TEXT, "角色", "Role"),
};

static const Err *seat_rows(const NounView *view, const Value *query, const void ***out,
                            size_t *n)
{
    const Ground *g = view->ground;
    Role role;
    SeatsFound found = {.mem = view->mem};
    const Err *e = read_role(view->mem, query[OF_ROLE].s, &role);
    if (e) return e;
    if (query[OF_DEPARTMENT].i != NIL)
        seats_at(g, role, NIL, query[OF_DEPARTMENT].i, NIL, view->at, &found);
    else if (query[OF_SUBJECT].i != NIL && !sees_subject(view, query[OF_SUBJECT].i))
        return &ERR_NOT_FOUND;
    else if (query[OF_SUBJECT].i != NIL)
        seats_at(g, role, NIL, NIL, query[OF_SUBJECT].i, view->at, &found);
    else if (query[OF_PERSON].i != NIL)
        seats_of_person(view, role, query[OF_PERSON].i, &found);
    else
        e = seats_of_region(view, role, query[OF_AREA].i, &found);
    *out = (const void **)found.all;
    *n = found.count;
    return e;
}

static bool sees(const NounView *view, const void *row, bool *out_whole)
{
    *out_whole = true;
    return sees_subject(view, ((const Seat *)row)->subject);
}

static const Err *load(const NounView *view, int64_t id, const void **out)
{
    *out = seat_of(view->ground, id);
    return *out ? NULL : &ERR_NOT_FOUND;
}

/* ---- acts ---- */

/* Who may fill the seat acts from the chair that lets them. */
static const Err *permit(NounAct *a)
{
    const Grant *grant = fills(a->view, a->before);
    if (!grant) return &SCOPE_DENIED;
    act_sit(a->act, grant->chair);
    return NULL;
}

typedef struct {
    Str role, title, how, reason;
    int64_t area, department, subject, ordinal, person;
    Instant from, to;
} SeatForm;
static const Choice hold_kinds[] = {{"holder", "任职", "holder"},
                                    {"stand_in", "替岗", "stand-in"},
                                    {"liaison", "联络员", "liaison"}};
static const Column open_columns[] = {
    COLUMN(SeatForm, role, KIND_TEXT, "角色", "Role", .flags = COLUMN_REQUIRED),
    COLUMN(SeatForm, area, KIND_REF, "区域", "Area; the region when none is given",
           .list = "areas"),
    COLUMN(SeatForm, department, KIND_REF, "部门", "Department", .list = "departments"),
    COLUMN(SeatForm, subject, KIND_REF, "监管对象", "Subject", .list = "subjects"),
    COLUMN(SeatForm, ordinal, KIND_INT, "序号", "The next free one when absent", .max = 999),
    COLUMN(SeatForm, title, KIND_TEXT, "名称", "The role's words when absent"),
    FORM_FROM(SeatForm),
};
static const Column end_columns[] = {
    FORM_TO(SeatForm),
    COLUMN(SeatForm, reason, KIND_TEXT, "理由", "Why", .max = 500),
};
static const Column take_columns[] = {
    COLUMN(SeatForm, person, KIND_REF, "人员", "Who sits there", .flags = COLUMN_REQUIRED,
           .list = "persons"),
    COLUMN(SeatForm, how, KIND_CHOICE, "方式", "As what; holder when absent",
           CHOICES(hold_kinds)),
    FORM_FROM(SeatForm),
    FORM_COLUMN(SeatForm, to, "to", KIND_INSTANT, "至", "Until then; open when absent"),
};
static const Column shift_columns[] = {
    COLUMN(SeatForm, person, KIND_REF, "人员", "Who is on duty", .flags = COLUMN_REQUIRED,
           .list = "persons"),
    FORM_COLUMN(SeatForm, from, "from", KIND_INSTANT, "自", "From", .flags = COLUMN_REQUIRED),
    FORM_COLUMN(SeatForm, to, "to", KIND_INSTANT, "至", "To", .flags = COLUMN_REQUIRED),
};
NOUN_FORM(open_form, SeatForm, open_columns);
NOUN_FORM(end_form, SeatForm, end_columns);
NOUN_FORM(take_form, SeatForm, take_columns);
NOUN_FORM(shift_form, SeatForm, shift_columns);

static const Err *open_run(NounAct *a)
{
    const SeatForm *f = a->draft;
    const NounView *view = a->view;
    SeatDraft draft = {.area = f->area,
                       .department = f->department,
                       .subject = f->subject,
                       .ordinal = f->ordinal == NIL ? 0 : f->ordinal,
                       .title = f->title};
    const Err *e = read_role(a->act->mem, f->role, &draft.role);
    if (e) return e;
    const AreaSpan *root = area_root(view->ground, view->now);
    bool placed = draft.area != NIL || draft.department != NIL || draft.subject != NIL;
    Relations ties = ties_of(view, placed || !root ? draft.area : root->area, draft.department,
                             draft.subject);
    const Grant *grant = who_seats(view->who, draft.role, &ties);
    if (!grant) return &SCOPE_DENIED;
    act_sit(a->act, grant->chair);
    return seat_open(a->act, view->ground, &draft, f->from, &a->id);
}

static const Err *close_run(NounAct *a)
{
    const SeatForm *f = a->draft;
    return seat_close(a->act, a->view->ground, a->hooks, a->id, f->to, f->reason);
}

static const Err *take_run(NounAct *a)
{
    const SeatForm *f = a->draft;
    HoldKind kind = HOLD_HOLDER;
    int64_t hold;
    for (size_t i = 0; i < countof(kinds); i++)
        if (str_is(f->how, hold_name(kinds[i]))) kind = kinds[i];
    return seat_take(a->act, a->view->ground, a->hooks, a->id, f->person, kind, f->from, f->to,
                     &hold);
}

static const Err *shift_run(NounAct *a)
{
    const SeatForm *f = a->draft;
    int64_t shift;
    return shift_open(a->act, a->view->ground, a->id, f->person, f->from, f->to, &shift);
}

static const NounVerb verbs[] = {
    {"open", "open_seat", "设岗", "Open a seat", .can = CAN_SEATS, .alone = true,
     .form = &open_form, .run = open_run},
    {"close", "close_seat", "撤岗", "End a seat", .can = CAN_SIGN_IN, .alone = true,
     .form = &end_form, .permit = permit, .run = close_run},
    {"holds", "take_seat", "任职、替岗、联络",
     "Sit a person on a seat: as holder, stand-in or liaison", .can = CAN_SIGN_IN,
     .alone = true, .makes = true, .form = &take_form, .permit = permit, .run = take_run},
    {"shifts", "open_shift", "排班", "Put a person on the duty roster", .can = CAN_SIGN_IN,
     .alone = true, .makes = true, .form = &shift_form, .permit = permit, .run = shift_run},
};
static const NounTold told[] = {
    {"leave_seat", "离岗", "Left"},
    {"end_shift", "撤班", "A shift was called off"},
};
const Noun seat_noun = {
    .name = "seats",
    .shape = "Seat",
    .page = "Seats",
    .zh = "岗位",
    .en = "Seats and who sits there",
    .table = &seat_table,
    .dated = true,
    COUNTED(member, members),
    COUNTED(filter, filters),
    COUNTED(verb, verbs),
    .told = told,
    .told_count = countof(told),
    .sees = sees,
    .rows = seat_rows,
    .load = load,
};

/* ---- holds and shifts ---- */

static NounView view_of_seat(Call *call)
{
    return (NounView){.house = web_conf(call->web)->subjects,
                      .db = call->db,
                      .mem = call->mem,
                      .who = &call->who,
                      .ground = call->ground,
                      .now = call->now,
                      .at = call->now,
                      .lang = call->lang};
}

static const Err *find_seat(Call *call, int64_t id, const Seat **out)
{
    const Seat *s = seat_of(call->ground, id);
    const NounView view = view_of_seat(call);
    if (!s || !sees_subject(&view, s->subject)) return &WEB_ID;
    *out = s;
    return NULL;
}

/* A month before and after, unless said. */
const Err *api_shifts(Call *call)
{
    int64_t id, from, to;
    const Seat *s;
    const Shift **shifts;
    size_t n;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = find_seat(call, id, &s);
    if (!e) e = call_query_int(call, "from", &from);
    if (!e) e = call_query_int(call, "to", &to);
    if (e) return e;
    seat_shifts(call->ground, id, from == NIL ? call->now - SHIFTS_SPAN : from,
                to == NIL ? call->now + SHIFTS_SPAN : to, call->mem, &shifts, &n);
    list_open(&call->json);
    for (size_t i = 0; i < n; i++) {
        JsonOut *w = &call->json;
        json_open(w, '{');
        json_put_int(w, "id", shifts[i]->id);
        json_key(w, "person");
        person_ref(call->ground, shifts[i]->person, w);
        json_put_instant(w, "from", shifts[i]->starts);
        json_put_instant(w, "to", shifts[i]->ends);
        json_close(w, '}');
    }
    list_close(&call->json, STR_NULL);
    return NULL;
}

/* The seat as it is after the act. */
static void answer_seat(Call *call, int64_t seat)
{
    NounView after = view_of_seat(call);
    after.ground = ground_after(call->ground, call->act);
    noun_json(&seat_noun, &after, seat_of(after.ground, seat), true, true, &call->json);
}

const Err *api_seat_again(Call *call)
{
    const NounView view = view_of_seat(call);
    const Seat *s = seat_of(call->ground, call->job.on_id);
    if (!s) return &WEB_ID;
    noun_json(&seat_noun, &view, s, true, true, &call->json);
    return NULL;
}

static const Err *sit_over(Call *call, const Seat *s)
{
    const NounView view = view_of_seat(call);
    const Grant *grant = fills(&view, s);
    if (!grant) return &SCOPE_DENIED;
    act_sit(call->act, grant->chair);
    return NULL;
}

/* The seat that a hold or shift of the path belongs to. */
static const Err *seat_behind(Call *call, const Table *table, const Seat **out)
{
    union {
        SeatHold hold;
        Shift shift;
    } row;
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (!e && ID_REGION(id) != call->who.region) e = &WEB_ID;
    if (!e) e = db_load(call->db, table, id, call->mem, &row);
    if (e) return e;
    e = find_seat(call, table == &roster_table ? row.shift.seat : row.hold.seat, out);
    return e ? e : sit_over(call, *out);
}

const Err *api_hold_end(Call *call)
{
    const Value *v = call->given; /* to reason */
    int64_t id;
    const Seat *s;
    const Err *e = seat_behind(call, &seat_hold_table, &s);
    if (!e) e = call_id(call, 0, &id);
    if (e) return e;
    e = seat_leave(call->act, call->ground, web_hooks(call->web), id, v[0].i, v[1].s);
    if (!e) answer_seat(call, s->id);
    return e;
}

const Err *api_shift_end(Call *call)
{
    const Value *v = call->given; /* to */
    int64_t id;
    const Seat *s;
    const Err *e = seat_behind(call, &roster_table, &s);
    if (!e) e = call_id(call, 0, &id);
    if (e) return e;
    e = shift_end(call->act, call->ground, web_hooks(call->web), id, v[0].i);
    if (!e) answer_seat(call, s->id);
    return e;
}

/* ---- away ---- */

/* Everybody for themselves; for others who fills one of their seats. */
static const Err *sit_for(Call *call, int64_t person)
{
    if (person == call->session.person) return NULL;
    Sitting *sittings;
    size_t n;
    person_seats(call->ground, person, call->now, call->mem, &sittings, &n);
    for (size_t i = 0; i < n; i++)
        if (!sit_over(call, sittings[i].seat)) return NULL;
    return &SCOPE_DENIED;
}

void answer_id(Call *call, int64_t id)
{
    json_open(&call->json, '{');
    json_put_int(&call->json, "id", id);
    json_close(&call->json, '}');
}

const Err *api_id_again(Call *call)
{
    answer_id(call, call->job.on_id);
    return NULL;
}

const Err *api_absence_open(Call *call)
{
    const Value *v = call->given; /* reason from to */
    int64_t person, absence;
    const Err *e = call_id(call, 0, &person);
    if (!e && !person_of(call->ground, person)) e = &WEB_ID;
    if (!e) e = sit_for(call, person);
    if (e) return e;
    if (!v[0].s.p) return call->body_fault;
    e = absence_open(call->act, call->ground, web_hooks(call->web), person, v[0].s, v[1].i,
                     v[2].i, &absence);
    if (e) return e;
    call->status = 201;
    answer_id(call, absence);
    return NULL;
}

const Err *api_absence_end(Call *call)
{
    const Value *v = call->given; /* to */
    int64_t id;
    Absence away;
    const Err *e = call_id(call, 0, &id);
    if (!e && ID_REGION(id) != call->who.region) e = &WEB_ID;
    if (!e) e = db_load(call->db, &absence_table, id, call->mem, &away);
    if (!e) e = sit_for(call, away.person);
    if (e) return e;
    e = absence_end(call->act, call->ground, id, v[0].i);
    if (!e) answer_id(call, id);
    return e;
}
