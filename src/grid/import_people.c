/* SPDX-License-Identifier: Apache-2.0 */
/* import_people.c: tables of persons, of seats with who sits on them, of absences and of
 * shifts. */
#include "grid/import_rows.h"

static int64_t person_id(const Ground *g, Str code)
{
    const Person *p = person_by_code(g, code);
    return p ? p->id : NIL;
}

static void check_person_code(Bring *b, const void *line, Str code)
{
    if (person_id(b->g, code) == NIL) line_unknown(b, line, "person", code);
}

static bool eq(Str a, Str b)
{
    return (!a.n && !b.n) || str_eq(a, b);
}

/* ---- persons ---- */

typedef struct {
    Line line;
    Str code, name, phone, certificate;
    int64_t established, certificate_from, certificate_to;
} PersonLine;

static const Column person_columns[] = {
    LINE_COLUMN(PersonLine, "code", code, KIND_TEXT, "人员编号", "Code",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 40),
    LINE_COLUMN(PersonLine, "name", name, KIND_TEXT, "姓名", "Name", .flags = COLUMN_REQUIRED,
                .max = 60),
    LINE_COLUMN(PersonLine, "phone", phone, KIND_TEXT, "办公电话", "Office phone", .max = 40),
    LINE_COLUMN(PersonLine, "established", established, KIND_FLAG, "在编", "On establishment"),
    LINE_COLUMN(PersonLine, "certificate", certificate, KIND_TEXT, "执法证号", "Certificate"),
    LINE_COLUMN(PersonLine, "certificate_from", certificate_from, KIND_INSTANT, "执法证起",
                "Certificate from"),
    LINE_COLUMN(PersonLine, "certificate_to", certificate_to, KIND_INSTANT, "执法证止",
                "Certificate to"),
};

static void check_person(Bring *b, void *context)
{
    PersonLine *l = context;
    if (l->certificate_from == NIL) l->certificate_from = l->line.starts;
    if (l->certificate_to != NIL && l->certificate_to <= l->certificate_from)
        line_fault(b, l, "certificate_to", &SPAN_ORDER, S("certificate_to"),
                   S("certificate_from"));
}

/* A fact from the file against the one of the ground; text null and on false: it holds no more.
 */
static const Err *put_fact(Act *act, const Ground *g, int64_t person, const char *kind, bool on,
                           Str text, Instant starts, Instant ends)
{
    const PersonFact *known = person_fact(g, person, kind, starts);
    if (known && on && eq(known->text, text) && known->ends == ends) return NULL;
    if (known && on && known->starts == starts) {
        PersonFact after = *known;
        after.text = text;
        after.ends = ends;
        row_set(act, &person_fact_table, known, &after);
        return NULL;
    }
    const Err *e = known ? span_end(act, PART_FACT, known, starts) : NULL;
    if (e || !on) return e;
    PersonFact fact = {
        .person = person, .kind = str(kind), .text = text, .starts = starts, .ends = ends};
    row_put(act, &person_fact_table, &fact);
    return NULL;
}

static const Err *put_person(Bring *b, Act *act, const Ground *g, void *context)
{
    PersonLine *l = context;
    (void)b;
    Person person = {.code = l->code, .name = l->name, .phone = l->phone};
    const Person *known = person_by_code(g, l->code);
    if (known) {
        Person after = *known;
        after.name = l->name;
        if (l->phone.n) after.phone = l->phone;
        row_set(act, &person_table, known, &after);
        person.id = known->id;
    } else
        row_put(act, &person_table, &person);
    const Err *e = NULL;
    if (l->established != NIL)
        e = put_fact(act, g, person.id, FACT_ON_ESTABLISHMENT, l->established == 1, STR_NULL,
                     l->line.starts, NIL);
    if (!e && l->certificate.n)
        e = put_fact(act, g, person.id, FACT_CERTIFICATE, true, l->certificate,
                     l->certificate_from, l->certificate_to);
    return e;
}

const Form import_persons = {"persons",          person_columns, countof(person_columns),
                             sizeof(PersonLine), NULL,           check_person,
                             put_person};

/* ---- seats ---- */

typedef struct {
    Line line;
    Str role, anchor, title, person, kind, note;
    int64_t ordinal;
    Str seat_key; /* role, anchor and ordinal */
} SeatLine;

static const Column seat_columns[] = {
    LINE_COLUMN(SeatLine, "role", role, KIND_TEXT, "角色", "Role",
                .flags = COLUMN_REQUIRED | COLUMN_KEY),
    LINE_COLUMN(SeatLine, "anchor", anchor, KIND_TEXT, "挂靠代码", "Anchor",
                .flags = COLUMN_KEY),
    LINE_COLUMN(SeatLine, "ordinal", ordinal, KIND_INT, "序号", "Ordinal", .flags = COLUMN_KEY,
                .max = 1000),
    LINE_COLUMN(SeatLine, "title", title, KIND_TEXT, "职务", "Title"),
    LINE_COLUMN(SeatLine, "person", person, KIND_TEXT, "人员编号", "Person"),
    LINE_COLUMN(SeatLine, "kind", kind, KIND_TEXT, "方式", "Kind"),
    LINE_COLUMN(SeatLine, "note", note, KIND_TEXT, "说明", "Note", .max = 500),
    LINE_SPAN(SeatLine),
};

static void prepare_seat(Bring *b, void *context)
{
    SeatLine *l = context;
    if (l->ordinal == NIL) l->ordinal = 1;
    if (!l->kind.n) l->kind = S("holder");
    l->seat_key = line_key(b, l);
    Str who = str_is(l->kind, "liaison") ? l->person : S("");
    l->line.key = str_fmt(b->mem, "%.*s|%.*s|%.*s", STR(l->seat_key), STR(l->kind), STR(who));
    int64_t first = map_get(&b->first, l->seat_key);
    if (first == NIL)
        map_put(&b->first, l->seat_key, l->line.starts);
    else if (l->line.starts < first)
        map_set(&b->first, l->seat_key, l->line.starts);
}

/* The id of what the role's seats hang on, by code; NIL: unknown. */
static int64_t anchor_id(const Bring *b, const Ground *g, Role role, Str code, Instant at)
{
    switch (role_anchor(role)) {
    case ANCHOR_AREA:
    case ANCHOR_REGION: return area_id(b, g, code, at);
    case ANCHOR_DEPARTMENT: return department_id(b, g, code, at);
    case ANCHOR_SUBJECT:
        return b->spec->subject ? b->spec->subject(b->spec->subject_context, code) : NIL;
    case ANCHOR_NONE:
    case ANCHOR_LEAD_DEPARTMENT:
    case ANCHOR_COUNT: break;
    }
    return NIL;
}

/* The seat of the ground that stands at an instant, or begins later; NULL. */
static const Seat *seat_known(const Ground *g, Role role, int64_t anchor, int64_t ordinal)
{
    const Seat *found = NULL;
    for (size_t i = seat_first(g, role, anchor); i < g->sheets[PART_SEAT].n; i++) {
        const SeatKey *k = &g->seats[i];
        if (k->role != role || k->anchor != anchor) break;
        if (k->ordinal == ordinal && k->seat->ends == NIL) found = k->seat;
    }
    return found;
}

static int64_t check_anchor(Bring *b, const void *line, Str role_word, Str anchor, Instant at,
                            Role *role)
{
    if (!role_by_name(role_word, role)) {
        Buf all = BUF(b->mem);
        for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
            buf_fmt(&all, "%s%s", all.n ? ", " : "", role_name(r));
        line_fault(b, line, "role", &COLUMN_CHOICE, role_word, buf_str(&all));
        return NIL;
    }
    int64_t id = anchor_id(b, b->g, *role, anchor, at);
    const AreaSpan *root = area_root(b->g, at);
    if (id == NIL)
        line_unknown(b, line, "anchor", anchor);
    else if (role_anchor(*role) == ANCHOR_REGION && (!root || root->area != id))
        line_fault(b, line, "anchor", &SEAT_ANCHOR, str(role_zh(*role)), str(role_en(*role)));
    return id;
}

/* A hold of the ground that the line cannot take over from: another that begins when it does or
 * later. */
static const SeatHold *in_the_way(const Ground *g, const Seat *seat, const SeatLine *l,
                                  int64_t person)
{
    const Sheet *sheet = &g->sheets[PART_HOLD];
    const SeatHold *rows = sheet->rows;
    for (size_t i = sheet_from(PART_HOLD, sheet, seat->id);
         i < sheet->n && rows[i].seat == seat->id; i++) {
        const SeatHold *h = &rows[i];
        bool same = h->person == person && h->starts == l->line.starts,
             liaison = str_is(l->kind, "liaison");
        if (!str_eq(h->kind, l->kind) || same || (liaison && h->person != person)) continue;
        if (h->starts >= l->line.starts &&
            spans_meet(h->starts, h->ends, l->line.starts, l->line.ends))
            return h;
    }
    return NULL;
}

static void check_seat(Bring *b, void *context)
{
    SeatLine *l = context;
    Role role = ROLE_NONE;
    Instant starts = map_get(&b->first, l->seat_key);
    int64_t anchor = check_anchor(b, l, l->role, l->anchor, starts, &role);
    bool vacant = str_is(l->kind, "vacant"), known = vacant;
    for (HoldKind k = HOLD_HOLDER; k < HOLD_SHIFT; k++)
        known |= str_is(l->kind, hold_name(k));
    if (!known)
        line_fault(b, l, "kind", &COLUMN_CHOICE, l->kind,
                   S("holder, stand_in, liaison, vacant"));
    if (!vacant) check_person_code(b, l, l->person);
    if (role != ROLE_NONE && role_is_roster(role) && !vacant)
        line_fault(b, l, "role", &SEAT_ROSTER, STR_NULL, STR_NULL);
    const Seat *seat =
        anchor == NIL || role == ROLE_NONE ? NULL : seat_known(b->g, role, anchor, l->ordinal);
    if (!seat || vacant) return;
    if (seat->starts > l->line.starts)
        line_fault(b, l, "from", &SEAT_MISSING, STR_NULL, STR_NULL);
    const SeatHold *other = in_the_way(b->g, seat, l, person_id(b->g, l->person));
    if (!other) return;
    const Person *p = person_of(b->g, other->person);
    line_fault(b, l, "from", &SEAT_HELD, p ? p->name : S("?"), STR_NULL);
}

/* The seat of a key: the ground's, the act's, or a new one. */
static int64_t put_seat_row(Bring *b, Act *act, const Ground *g, Role role, int64_t anchor,
                            int64_t ordinal, Str key, Str title, Str vacancy,
                            const Seat **out_known)
{
    const Seat *known = seat_known(g, role, anchor, ordinal);
    *out_known = known;
    int64_t id = known ? known->id : map_get(&b->ids, key);
    if (known && title.n && !eq(known->title, title) && map_get(&b->ids, key) == NIL) {
        Seat after = *known;
        after.title = title;
        row_set(act, &seat_table, known, &after);
        map_put(&b->ids, key, id);
    }
    if (id != NIL) return id;
    Anchor home = role_anchor(role);
    Seat seat = {.role = str(role_name(role)),
                 .area = home == ANCHOR_AREA || home == ANCHOR_REGION ? anchor : NIL,
                 .department = home == ANCHOR_DEPARTMENT ? anchor : NIL,
                 .subject = home == ANCHOR_SUBJECT ? anchor : NIL,
                 .ordinal = ordinal,
                 .title = title,
                 .vacancy = vacancy,
                 .starts = map_get(&b->first, key),
                 .ends = NIL};
    row_put(act, &seat_table, &seat);
    map_put(&b->ids, key, seat.id);
    return seat.id;
}

static const Err *put_hold(Act *act, const Ground *g, const Seat *known, const SeatHold *hold)
{
    const Sheet *sheet = &g->sheets[PART_HOLD];
    const SeatHold *rows = sheet->rows;
    for (size_t i = known ? sheet_from(PART_HOLD, sheet, known->id) : sheet->n;
         i < sheet->n && rows[i].seat == known->id; i++) {
        const SeatHold *h = &rows[i];
        if (!str_eq(h->kind, hold->kind)) continue;
        if (h->person == hold->person && h->starts == hold->starts) {
            SeatHold after = *h;
            after.ends = hold->ends;
            row_set(act, &seat_hold_table, h, &after);
            return NULL;
        }
        if (str_is(h->kind, "liaison") && h->person != hold->person) continue;
        if (!spans_meet(h->starts, h->ends, hold->starts, hold->ends)) continue;
        const Err *e = span_end(act, PART_HOLD, h, hold->starts);
        if (e) return e;
    }
    SeatHold row = *hold;
    row_put(act, &seat_hold_table, &row);
    return NULL;
}

static const Err *put_seat(Bring *b, Act *act, const Ground *g, void *context)
{
    SeatLine *l = context;
    Role role;
    if (!role_by_name(l->role, &role)) return &SEAT_MISSING;
    int64_t anchor = anchor_id(b, g, role, l->anchor, map_get(&b->first, l->seat_key));
    if (anchor == NIL) return err_make(act->mem, &IMPORT_UNKNOWN, l->anchor, STR_NULL);
    bool vacant = str_is(l->kind, "vacant");
    const Seat *known;
    int64_t seat = put_seat_row(b, act, g, role, anchor, l->ordinal, l->seat_key, l->title,
                                vacant ? l->note : STR_NULL, &known);
    if (vacant) {
        if (!known || eq(known->vacancy, l->note)) return NULL;
        Seat after = *known;
        after.vacancy = l->note;
        row_set(act, &seat_table, known, &after);
        return NULL;
    }
    SeatHold hold = {.seat = seat,
                     .person = person_id(g, l->person),
                     .kind = l->kind,
                     .starts = l->line.starts,
                     .ends = l->line.ends};
    if (hold.person == NIL) return err_make(act->mem, &IMPORT_UNKNOWN, l->person, STR_NULL);
    return put_hold(act, g, known, &hold);
}

const Form import_seats = {"seats",          seat_columns, countof(seat_columns),
                           sizeof(SeatLine), prepare_seat, check_seat,
                           put_seat};

/* ---- absences ---- */

typedef struct {
    Line line;
    Str person, reason;
} AbsenceLine;

static const Column absence_columns[] = {
    LINE_COLUMN(AbsenceLine, "person", person, KIND_TEXT, "人员编号", "Person",
                .flags = COLUMN_REQUIRED | COLUMN_KEY),
    LINE_COLUMN(AbsenceLine, "reason", reason, KIND_TEXT, "事由", "Reason",
                .flags = COLUMN_REQUIRED),
    LINE_SPAN(AbsenceLine),
};

/* The absence of the ground that the line is; *other: one that it overlaps. */
static const Absence *absence_known(const Ground *g, int64_t person, const AbsenceLine *l,
                                    bool *other)
{
    const Sheet *sheet = &g->sheets[PART_ABSENCE];
    const Absence *rows = sheet->rows, *found = NULL;
    *other = false;
    for (size_t i = sheet_from(PART_ABSENCE, sheet, person);
         i < sheet->n && rows[i].person == person; i++) {
        if (rows[i].starts == l->line.starts)
            found = &rows[i];
        else
            *other |= spans_meet(rows[i].starts, rows[i].ends, l->line.starts, l->line.ends);
    }
    return found;
}

static void check_absence(Bring *b, void *context)
{
    AbsenceLine *l = context;
    Value value;
    Str place = str_fmt(b->mem, "%.*s, column reason", STR(line_place(b, l)));
    column_parse(&absence_table.columns[table_column(&absence_table, "reason")], l->reason,
                 NULL, place, &b->faults, &value);
    check_person_code(b, l, l->person);
    bool other;
    const Absence *known = absence_known(b->g, person_id(b->g, l->person), l, &other);
    (void)known;
    if (other) line_fault(b, l, "from", &ABSENCE_KNOWN, STR_NULL, STR_NULL);
}

static const Err *put_absence(Bring *b, Act *act, const Ground *g, void *context)
{
    AbsenceLine *l = context;
    (void)b;
    Absence row = {.person = person_id(g, l->person),
                   .reason = l->reason,
                   .starts = l->line.starts,
                   .ends = l->line.ends};
    bool other;
    const Absence *known = absence_known(g, row.person, l, &other);
    if (other) return &ABSENCE_KNOWN;
    if (!known) {
        row_put(act, &absence_table, &row);
        return NULL;
    }
    Absence after = *known;
    after.ends = row.ends;
    after.reason = row.reason;
    row_set(act, &absence_table, known, &after);
    return NULL;
}

const Form import_absences = {
    "absences",    absence_columns, countof(absence_columns), sizeof(AbsenceLine), NULL,
    check_absence, put_absence};

/* ---- the roster ---- */

typedef struct {
    Line line;
    Str role, anchor, person, leader;
    int64_t ordinal;
    Str seat_key;
} ShiftLine;

static const Column shift_columns[] = {
    LINE_COLUMN(ShiftLine, "role", role, KIND_TEXT, "角色", "Role", .flags = COLUMN_KEY),
    LINE_COLUMN(ShiftLine, "anchor", anchor, KIND_TEXT, "挂靠代码", "Anchor",
                .flags = COLUMN_KEY),
    LINE_COLUMN(ShiftLine, "ordinal", ordinal, KIND_INT, "序号", "Ordinal", .flags = COLUMN_KEY,
                .max = 1000),
    LINE_COLUMN(ShiftLine, "person", person, KIND_TEXT, "人员编号", "Person",
                .flags = COLUMN_REQUIRED),
    LINE_COLUMN(ShiftLine, "from", line.starts, KIND_INSTANT, "起", "From",
                .flags = COLUMN_REQUIRED),
    LINE_COLUMN(ShiftLine, "to", line.ends, KIND_INSTANT, "止", "To", .flags = COLUMN_REQUIRED),
    LINE_COLUMN(ShiftLine, "leader", leader, KIND_TEXT, "带班领导编号", "Leader on duty"),
};

static void prepare_shift(Bring *b, void *context)
{
    ShiftLine *l = context;
    if (!l->role.n) l->role = S("duty_room");
    if (l->ordinal == NIL) l->ordinal = 1;
    l->seat_key = line_key(b, l);
    int64_t first = map_get(&b->first, l->seat_key);
    if (first == NIL)
        map_put(&b->first, l->seat_key, l->line.starts);
    else if (l->line.starts < first)
        map_set(&b->first, l->seat_key, l->line.starts);
}

/* The shift of the ground that the line is; *other: one that it overlaps. */
static const Shift *shift_known(const Ground *g, int64_t seat, const ShiftLine *l,
                                int64_t person, bool *other)
{
    const Sheet *sheet = &g->sheets[PART_SHIFT];
    const Shift *rows = sheet->rows, *found = NULL;
    *other = false;
    for (size_t i = sheet_from(PART_SHIFT, sheet, seat); i < sheet->n && rows[i].seat == seat;
         i++) {
        if (!spans_meet(rows[i].starts, rows[i].ends, l->line.starts, l->line.ends)) continue;
        bool same = rows[i].starts == l->line.starts && rows[i].ends == l->line.ends &&
                    rows[i].person == person;
        if (same)
            found = &rows[i];
        else
            *other = true;
    }
    return found;
}

static void check_shift(Bring *b, void *context)
{
    ShiftLine *l = context;
    Role role = ROLE_NONE;
    int64_t anchor =
        check_anchor(b, l, l->role, l->anchor, map_get(&b->first, l->seat_key), &role);
    check_person_code(b, l, l->person);
    if (l->leader.n && person_id(b->g, l->leader) == NIL)
        line_unknown(b, l, "leader", l->leader);
    if (role == ROLE_NONE) return;
    if (!role_is_roster(role)) line_fault(b, l, "role", &SEAT_ROSTER, STR_NULL, STR_NULL);
    const Seat *seat = anchor == NIL ? NULL : seat_known(b->g, role, anchor, l->ordinal);
    if (!seat) return;
    if (seat->starts > l->line.starts)
        line_fault(b, l, "from", &SEAT_MISSING, STR_NULL, STR_NULL);
    bool other;
    const Shift *known = shift_known(b->g, seat->id, l, person_id(b->g, l->person), &other);
    if (other && !known) line_fault(b, l, "from", &SEAT_HELD, S("?"), STR_NULL);
}

static const Err *put_shift(Bring *b, Act *act, const Ground *g, void *context)
{
    ShiftLine *l = context;
    Role role;
    if (!role_by_name(l->role, &role)) return &SEAT_MISSING;
    int64_t anchor = anchor_id(b, g, role, l->anchor, map_get(&b->first, l->seat_key));
    if (anchor == NIL) return err_make(act->mem, &IMPORT_UNKNOWN, l->anchor, STR_NULL);
    const Seat *known;
    Shift row = {.seat = put_seat_row(b, act, g, role, anchor, l->ordinal, l->seat_key,
                                      STR_NULL, STR_NULL, &known),
                 .person = person_id(g, l->person),
                 .starts = l->line.starts,
                 .ends = l->line.ends,
                 .leader = l->leader.n ? person_id(g, l->leader) : NIL};
    if (row.person == NIL) return err_make(act->mem, &IMPORT_UNKNOWN, l->person, STR_NULL);
    bool other = false;
    if (known && shift_known(g, known->id, l, row.person, &other)) return NULL;
    if (other) return err_make(act->mem, &SEAT_HELD, S("?"), STR_NULL);
    row_put(act, &roster_table, &row);
    return NULL;
}

const Form import_roster = {"roster",          shift_columns, countof(shift_columns),
                            sizeof(ShiftLine), prepare_shift, check_shift,
                            put_shift};
