/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_seat.c: seats and who sits there: take, stand in, leave, be away, the duty roster.
 * Whoever does it needs a seat that fills such seats there (who_seats); everybody may say when
 * they themselves are away.
 */
#include "base/time.h"
#include "web/api.h"

#define SHIFTS_SPAN (31 * MS_DAY)

static const HoldKind kinds[] = {HOLD_HOLDER, HOLD_STAND_IN, HOLD_LIAISON};

/* ---- reading ---- */

static void write_hold(const Ground *g, const char *key, int64_t hold, int64_t person,
                       Instant starts, Instant ends, Instant at, JsonOut *w)
{
    const Absence *away = person_absence(g, person, at);
    json_key(w, key);
    json_open(w, '{');
    json_put_int(w, "id", hold);
    json_key(w, "person");
    person_ref(g, person, w);
    put_instant(w, "from", starts);
    put_instant(w, "to", ends);
    json_put_bool(w, "absent", away != NULL);
    if (away) {
        json_key(w, "absence");
        json_open(w, '{');
        json_put_int(w, "id", away->id);
        json_put_text(w, "reason", away->reason);
        put_instant(w, "from", away->starts);
        put_instant(w, "to", away->ends);
        json_close(w, '}');
    }
    json_close(w, '}');
}

static Ties ties_of(const Call *call, int64_t area, int64_t department, int64_t subject)
{
    Ties ties = TIES_NONE;
    uint32_t end;
    ties.department = department;
    ties.subject = subject;
    if (area != NIL && !area_range(call->ground, area, call->now, &ties.order, &end))
        ties.order = ORDER_NONE;
    return ties;
}

static bool may_fill(const Call *call, const Seat *s)
{
    Ties ties = ties_of(call, s->area, s->department, s->subject);
    return who_seats(&call->who, seat_role(s), &ties) != NULL;
}

static void write_seat(Call *call, const Ground *g, const Seat *s, Instant at)
{
    JsonOut *w = &call->json;
    Lang lang = call->lang;
    Role role = seat_role(s);
    json_open(w, '{');
    json_put_int(w, "id", s->id);
    json_put_text(w, "role", s->role);
    json_put_text(w, "title",
                  s->title.p ? s->title : str(lang == LANG_EN ? role_en(role) : role_zh(role)));
    json_put_int(w, "ordinal", s->ordinal);
    json_key(w, "area");
    area_ref(g, s->area, at, w);
    json_key(w, "department");
    department_ref(g, s->department, at, w);
    json_put_int(w, "subject", s->subject);
    put_instant(w, "from", s->starts);
    put_instant(w, "to", s->ends);
    for (size_t i = 0; i < countof(kinds); i++) {
        const SeatHold *h = seat_hold(g, s->id, kinds[i], at);
        if (h) write_hold(g, hold_name(kinds[i]), h->id, h->person, h->starts, h->ends, at, w);
    }
    const Shift *shift = seat_shift(g, s->id, at);
    if (shift)
        write_hold(g, hold_name(HOLD_SHIFT), shift->id, shift->person, shift->starts,
                   shift->ends, at, w);
    json_key(w, "answers");
    person_ref(g, seat_person(g, s->id, at), w);
    json_put_bool(w, "roster", role_is_roster(role));
    json_put_bool(w, "fills", may_fill(call, s));
    json_close(w, '}');
}

/* Seats gathered from everywhere they hang. */
typedef struct {
    Arena *mem;
    const Seat **all;
    size_t count, cap;
} Found;

static void found_add(Found *found, const Seat *const *seats, size_t n)
{
    if (found->count + n > found->cap) {
        size_t cap = (found->count + n) * 2 + 16;
        const Seat **more = arena_array(found->mem, const Seat *, cap);
        if (found->count) memcpy(more, found->all, found->count * sizeof *more);
        found->all = more;
        found->cap = cap;
    }
    for (size_t i = 0; i < n; i++)
        found->all[found->count++] = seats[i];
}

static void seats_at(const Ground *g, Role want, int64_t area, int64_t department,
                     int64_t subject, Instant at, Found *found)
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
static const Err *seats_of_region(Call *call, Role role, int64_t area, Instant at, Found *found)
{
    const AreaSpan *top =
        area == NIL ? area_root(call->ground, at) : area_at(call->ground, area, at);
    const AreaSpan **areas;
    const DepartmentSpan **departments;
    size_t n;
    if (!top && area != NIL) return &WEB_ID;
    area_tree(call->ground, top ? top->area : NIL, at, call->mem, &areas, &n);
    for (size_t i = 0; i < n; i++)
        seats_at(call->ground, role, areas[i]->area, NIL, NIL, at, found);
    if (area != NIL) return NULL;
    department_all(call->ground, at, call->mem, &departments, &n);
    for (size_t i = 0; i < n; i++)
        seats_at(call->ground, role, NIL, departments[i]->department, NIL, at, found);
    return NULL;
}

/* The people of a subject are seen by whoever sees the subject. */
static const Err *seats_of_subject(Call *call, Role role, int64_t subject, Instant at,
                                   Found *found)
{
    const Err *e = see_subject(call, subject);
    if (!e) seats_at(call->ground, role, NIL, NIL, subject, at, found);
    return e;
}

static void seats_of_person(Call *call, Role role, int64_t person, Instant at, Found *found)
{
    Sitting *sittings;
    size_t n;
    person_seats(call->ground, person, at, call->mem, &sittings, &n);
    for (size_t i = 0; i < n; i++) {
        const Seat *s = sittings[i].seat;
        bool wanted = role == ROLE_NONE || role == seat_role(s);
        if (wanted && (s->subject == NIL || !see_subject(call, s->subject)))
            found_add(found, &s, 1);
    }
}

static const Err *read_role(const Call *call, Str name, Role *out)
{
    *out = ROLE_NONE;
    if (!name.p || role_by_name(name, out)) return NULL;
    Faults faults = {.mem = call->mem};
    Buf all = BUF(call->mem);
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        buf_fmt(&all, "%s%s", all.n ? ", " : "", role_name(r));
    faults_add2(&faults, S("role"), &COLUMN_CHOICE, name, buf_str(&all));
    return faults_err(&faults);
}

const Err *api_seats(Call *call)
{
    int64_t area, department, subject, person;
    size_t limit, from;
    Instant at;
    Role role;
    Found found = {.mem = call->mem};
    const Err *e = call_query_int(call, "area", &area);
    if (!e) e = call_query_int(call, "department", &department);
    if (!e) e = call_query_int(call, "subject", &subject);
    if (!e) e = call_query_int(call, "person", &person);
    if (!e) e = read_role(call, call_query(call, "role"), &role);
    if (!e) e = call_slice(call, &limit, &from);
    if (!e) e = call_asof(call, &at);
    if (e) return e;
    if (department != NIL)
        seats_at(call->ground, role, NIL, department, NIL, at, &found);
    else if (subject != NIL)
        e = seats_of_subject(call, role, subject, at, &found);
    else if (person != NIL)
        seats_of_person(call, role, person, at, &found);
    else
        e = seats_of_region(call, role, area, at, &found);
    if (e) return e;
    size_t i = from;
    list_open(&call->json);
    for (; i < found.count && i < from + limit; i++)
        write_seat(call, call->ground, found.all[i], at);
    list_close_at(call, i < found.count ? i : SIZE_MAX);
    return NULL;
}

static const Err *find_seat(Call *call, int64_t id, const Seat **out)
{
    const Seat *s = seat_of(call->ground, id);
    if (!s || (s->subject != NIL && see_subject(call, s->subject))) return &WEB_ID;
    *out = s;
    return NULL;
}

const Err *api_seat(Call *call)
{
    int64_t id;
    const Seat *s;
    Instant at;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = call_asof(call, &at);
    if (!e) e = find_seat(call, id, &s);
    if (!e) write_seat(call, call->ground, s, at);
    return e;
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
        put_instant(w, "from", shifts[i]->starts);
        put_instant(w, "to", shifts[i]->ends);
        json_close(w, '}');
    }
    list_close(&call->json, STR_NULL);
    return NULL;
}

/* ---- acts ---- */

/* Whoever may fill that seat acts from the chair that lets them. */
static const Err *sit_over(Call *call, const Seat *s)
{
    Ties ties = ties_of(call, s->area, s->department, s->subject);
    const Grant *grant = who_seats(&call->who, seat_role(s), &ties);
    if (!grant) return &SCOPE_DENIED;
    call_sit(call, grant->chair);
    return NULL;
}

/* The seat of the path, that who may fill. */
static const Err *own_seat(Call *call, const Seat **out)
{
    int64_t id;
    const Err *e = call_id(call, 0, &id);
    if (!e) e = find_seat(call, id, out);
    return e ? e : sit_over(call, *out);
}

/* The seat as it is after the act. */
static void answer_seat(Call *call, int64_t seat)
{
    const Ground *after = ground_after(call->ground, call->act);
    write_seat(call, after, seat_of(after, seat), call->now);
}

const Err *api_seat_again(Call *call)
{
    const Seat *s = seat_of(call->ground, call->job.on_id);
    if (!s) return &WEB_ID;
    write_seat(call, call->ground, s, call->now);
    return NULL;
}

const Err *api_seat_open(Call *call)
{
    Value v[7]; /* role area department subject ordinal title from */
    int64_t id;
    SeatDraft draft;
    const Err *faults = call_decode(call, v), *e = read_role(call, v[0].s, &draft.role);
    if (e || draft.role == ROLE_NONE) return call_order(e, faults);
    draft = (SeatDraft){draft.role, v[1].i, v[2].i, v[3].i, v[4].i == NIL ? 0 : v[4].i, v[5].s};
    const AreaSpan *root = area_root(call->ground, call->now);
    bool placed = draft.area != NIL || draft.department != NIL || draft.subject != NIL;
    Ties ties = ties_of(call, placed || !root ? draft.area : root->area, draft.department,
                        draft.subject);
    const Grant *grant = who_seats(&call->who, draft.role, &ties);
    if (!grant) return &SCOPE_DENIED;
    call_sit(call, grant->chair);
    e = seat_open(call->act, call->ground, &draft, v[6].i, &id);
    if ((e = call_order(e, faults))) return e;
    call->status = 201;
    answer_seat(call, id);
    return NULL;
}

const Err *api_seat_close(Call *call)
{
    Value v[2]; /* to reason */
    const Seat *s;
    const Err *e = own_seat(call, &s);
    if (e) return e;
    const Err *faults = call_decode(call, v);
    e = seat_close(call->act, call->ground, web_hooks(call->web), s->id, v[0].i, v[1].s);
    e = call_order(e, faults);
    if (!e) answer_seat(call, s->id);
    return e;
}

const Err *api_seat_take(Call *call)
{
    Value v[4]; /* person how from to */
    const Seat *s;
    int64_t hold;
    const Err *e = own_seat(call, &s);
    if (e) return e;
    const Err *faults = call_decode(call, v);
    if (v[0].i == NIL) return faults;
    HoldKind kind = HOLD_HOLDER;
    for (size_t i = 0; i < countof(kinds); i++)
        if (str_is(v[1].s, hold_name(kinds[i]))) kind = kinds[i];
    e = seat_take(call->act, call->ground, web_hooks(call->web), s->id, v[0].i, kind, v[2].i,
                  v[3].i, &hold);
    if ((e = call_order(e, faults))) return e;
    call->status = 201;
    answer_seat(call, s->id);
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
    Value v[2]; /* to reason */
    int64_t id;
    const Seat *s;
    const Err *e = seat_behind(call, &seat_hold_table, &s);
    if (!e) e = call_id(call, 0, &id);
    if (e) return e;
    const Err *faults = call_decode(call, v);
    e = seat_leave(call->act, call->ground, web_hooks(call->web), id, v[0].i, v[1].s);
    e = call_order(e, faults);
    if (!e) answer_seat(call, s->id);
    return e;
}

const Err *api_shift_open(Call *call)
{
    Value v[3]; /* person from to */
    const Seat *s;
    int64_t shift;
    const Err *e = own_seat(call, &s);
    if (e) return e;
    const Err *faults = call_decode(call, v);
    if (v[0].i == NIL || v[1].i == NIL || v[2].i == NIL) return faults;
    e = shift_open(call->act, call->ground, s->id, v[0].i, v[1].i, v[2].i, &shift);
    if ((e = call_order(e, faults))) return e;
    call->status = 201;
    answer_seat(call, s->id);
    return NULL;
}

const Err *api_shift_end(Call *call)
{
    Value v; /* to */
    int64_t id;
    const Seat *s;
    const Err *e = seat_behind(call, &roster_table, &s);
    if (!e) e = call_id(call, 0, &id);
    if (e) return e;
    const Err *faults = call_decode(call, &v);
    e = shift_end(call->act, call->ground, web_hooks(call->web), id, v.i);
    e = call_order(e, faults);
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
    Value v[3]; /* reason from to */
    int64_t person, absence;
    const Err *e = call_id(call, 0, &person);
    if (!e && !person_of(call->ground, person)) e = &WEB_ID;
    if (!e) e = sit_for(call, person);
    if (e) return e;
    const Err *faults = call_decode(call, v);
    if (!v[0].s.p) return faults;
    e = absence_open(call->act, call->ground, web_hooks(call->web), person, v[0].s, v[1].i,
                     v[2].i, &absence);
    if ((e = call_order(e, faults))) return e;
    call->status = 201;
    answer_id(call, absence);
    return NULL;
}

const Err *api_absence_end(Call *call)
{
    Value v; /* to */
    int64_t id;
    Absence away;
    const Err *e = call_id(call, 0, &id);
    if (!e && ID_REGION(id) != call->who.region) e = &WEB_ID;
    if (!e) e = db_load(call->db, &absence_table, id, call->mem, &away);
    if (!e) e = sit_for(call, away.person);
    if (e) return e;
    const Err *faults = call_decode(call, &v);
    e = absence_end(call->act, call->ground, id, v.i);
    e = call_order(e, faults);
    if (!e) answer_id(call, id);
    return e;
}

/* ---- persons ---- */

static void write_person(Call *call, const Person *p)
{
    JsonOut *w = &call->json;
    json_open(w, '{');
    json_put_int(w, "id", p->id);
    json_put_text(w, "code", p->code);
    json_put_text(w, "name", p->name);
    json_put_bool(w, "absent", person_absence(call->ground, p->id, call->now) != NULL);
    json_close(w, '}');
}

const Err *api_persons(Call *call)
{
    size_t limit, from, n, i, written = 0;
    const Person **all;
    Str q = call_query(call, "q");
    const Err *e = call_slice(call, &limit, &from);
    if (e) return e;
    person_all(call->ground, call->mem, &all, &n);
    list_open(&call->json);
    for (i = from; i < n && written < limit; i++) {
        if (q.p && str_find(all[i]->name, q) == SIZE_MAX) continue;
        write_person(call, all[i]);
        written++;
    }
    list_close_at(call, i < n ? i : SIZE_MAX);
    return NULL;
}
