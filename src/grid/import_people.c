/* SPDX-License-Identifier: Apache-2.0 */
/* import_people.c: tables of persons, of seats with who sits on them, of absences, of shifts
 * and of accounts, in and out. */
#include "grid/account.h"
#include "grid/handover.h"
#include "grid/import.h"

/* ---- persons ---- */

typedef struct {
    ImportLine line;
    Str code, name, phone, certificate;
    int64_t established, certificate_from, certificate_to;
} PersonLine;

static const Column person_columns[] = {
    LINE_COLUMN(PersonLine, "code", code, KIND_TEXT, "人员编号", "Code",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 40),
    LINE_LIKE(PersonLine, name, COLUMN_REQUIRED),
    LINE_LIKE(PersonLine, phone, 0),
    LINE_COLUMN(PersonLine, "established", established, KIND_FLAG, "在编", "On establishment"),
    LINE_COLUMN(PersonLine, "certificate", certificate, KIND_TEXT, "执法证号", "Certificate"),
    LINE_COLUMN(PersonLine, "certificate_from", certificate_from, KIND_INSTANT, "执法证起",
                "Certificate from"),
    LINE_COLUMN(PersonLine, "certificate_to", certificate_to, KIND_INSTANT, "执法证止",
                "Certificate to"),
};

/* A fact that begins when the line does is corrected, another one ends before it. */
static const Err *put_fact(const ImportStep *step, int64_t person, const char *kind, Str text,
                           Instant starts, Instant ends)
{
    const PersonFact *known = person_fact(step->ground, person, kind, starts);
    if (known && str_eq(known->text, text) && (ends == NIL || known->ends == ends)) return NULL;
    if (!known || known->starts != starts)
        return person_fact_set(step->act, step->ground, person, str(kind), text, starts, ends);
    PersonFact after = *known;
    after.text = text;
    after.ends = ends;
    row_set(step->act, &person_fact_table, known, &after);
    return NULL;
}

static const Err *put_person(const ImportStep *step, void *context)
{
    const PersonLine *l = context;
    Act *act = step->act;
    const Ground *g = step->ground;
    const Person *known = person_by_code(g, l->code);
    int64_t id;
    if (!known)
        return line_blame(act, person_open(act, g, l->code, l->name, l->phone, &id), "code");
    id = known->id;
    const Err *e = person_change(act, g, id, l->code, l->name, l->phone);
    bool on = person_fact(g, id, FACT_ON_ESTABLISHMENT, l->line.starts) != NULL;
    if (!e && l->established == 1 && !on)
        e = put_fact(step, id, FACT_ON_ESTABLISHMENT, STR_NULL, l->line.starts, NIL);
    if (!e && l->established == 0 && on)
        e = person_fact_end(act, g, id, S(FACT_ON_ESTABLISHMENT), l->line.starts);
    if (e) return line_blame(act, e, "established");
    if (l->certificate.n)
        e = put_fact(step, id, FACT_CERTIFICATE, l->certificate,
                     l->certificate_from == NIL ? l->line.starts : l->certificate_from,
                     l->certificate_to);
    return line_blame(act, e, "certificate_to");
}

static const Err *person_rows(const ExportSink *sink)
{
    const Ground *g = sink->ground;
    Instant now = sink->spec->starts;
    const Person **all;
    size_t n;
    person_all(g, sink->spec->mem, &all, &n);
    for (size_t i = 0; i < n; i++) {
        const PersonFact *paper = person_fact(g, all[i]->id, FACT_CERTIFICATE, now);
        PersonLine l = {.code = all[i]->code,
                        .name = all[i]->name,
                        .phone = all[i]->phone,
                        .established =
                            person_fact(g, all[i]->id, FACT_ON_ESTABLISHMENT, now) != NULL,
                        .certificate = paper ? paper->text : STR_NULL,
                        .certificate_from = paper ? paper->starts : NIL,
                        .certificate_to = paper ? paper->ends : NIL};
        sink->row(sink->context, &l);
    }
    return NULL;
}

const ImportNoun import_persons = {IMPORT_NOUN("persons", PersonLine, person_columns),
                                   .like = &person_table, .keys = {"code"}, .put = put_person,
                                   .rows = person_rows};

/* ---- where a seat hangs ---- */

/* The id of what the role's seats hang on, by code; NIL: unknown. */
static int64_t anchor_id(const ImportStep *step, Role role, Str code, Instant at)
{
    const ImportSpec *spec = step->spec;
    Anchor home = role_anchor(role);
    if (home == ANCHOR_SUBJECT)
        return spec->subject ? spec->subject(spec->subject_context, code) : NIL;
    return code_id(step->ground, home == ANCHOR_DEPARTMENT ? "departments" : "areas", code, at);
}

static Str anchor_code(const ExportSink *sink, const Seat *seat, Instant at)
{
    if (seat->area != NIL) return code_of(sink->ground, "areas", seat->area, at);
    if (seat->department != NIL)
        return code_of(sink->ground, "departments", seat->department, at);
    return sink->spec->subject_code
               ? sink->spec->subject_code(sink->spec->subject_context, seat->subject)
               : STR_NULL;
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

/* What a line of a seat or of a shift says of its seat. */
typedef struct {
    Str role, anchor, title;
    int64_t ordinal;
} SeatKeys;

/* *out: the line's seat; NULL: it was opened just now, or there is a fault. */
static const Err *find_seat(const ImportStep *step, const SeatKeys *keys, Instant starts,
                            const Seat **out)
{
    Role role;
    int64_t id;
    *out = NULL;
    if (!role_by_name(keys->role, &role)) return line_blame(step->act, &SEAT_MISSING, "role");
    int64_t anchor = anchor_id(step, role, keys->anchor, starts);
    if (anchor == NIL)
        return line_blame(step->act, code_missing(step->act->mem, step->ground, keys->anchor),
                          "anchor");
    *out = seat_known(step->ground, role, anchor, keys->ordinal);
    if (*out) return NULL;
    Anchor home = role_anchor(role);
    SeatDraft draft = {.role = role,
                       .area = home == ANCHOR_AREA || home == ANCHOR_REGION ? anchor : NIL,
                       .department = home == ANCHOR_DEPARTMENT ? anchor : NIL,
                       .subject = home == ANCHOR_SUBJECT ? anchor : NIL,
                       .ordinal = keys->ordinal,
                       .title = keys->title};
    return line_blame(step->act, seat_open(step->act, step->ground, &draft, starts, &id),
                      "anchor");
}

static const Choice *seat_choices(Arena *mem, const char *column, size_t *out_count)
{
    static const Choice kinds[] = {{"holder", "在岗", "Holder"},
                                   {"stand_in", "替岗人", "Stand-in"},
                                   {"liaison", "联络员", "Liaison"},
                                   {"vacant", "空岗", "Vacant"}};
    if (strcmp(column, "kind") == 0) {
        *out_count = countof(kinds);
        return kinds;
    }
    Choice *roles = arena_array(mem, Choice, ROLE_COUNT);
    *out_count = 0;
    for (Role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        roles[(*out_count)++] = (Choice){role_name(r), role_zh(r), role_en(r)};
    return roles;
}

static const Err *seat_fault(const Act *act, const Err *e)
{
    if (err_is(e, &SEAT_ROSTER)) return line_blame(act, e, "role");
    return e && !str_is(e->field, "person") ? err_field(act->mem, e, S("from")) : e;
}

/* ---- seats ---- */

typedef struct {
    ImportLine line;
    SeatKeys seat;
    Str kind, note;
    int64_t person;
} SeatLine;

static const Column seat_columns[] = {
    LINE_COLUMN(SeatLine, "role", seat.role, KIND_CHOICE, "角色", "Role",
                .flags = COLUMN_REQUIRED | COLUMN_KEY),
    LINE_COLUMN(SeatLine, "anchor", seat.anchor, KIND_TEXT, "挂靠代码", "Anchor",
                .flags = COLUMN_KEY),
    LINE_COLUMN(SeatLine, "ordinal", seat.ordinal, KIND_INT, "岗位序号", "Ordinal",
                .flags = COLUMN_KEY, .max = 1000),
    LINE_COLUMN(SeatLine, "title", seat.title, KIND_TEXT, "职务", "Title"),
    LINE_COLUMN(SeatLine, "person", person, KIND_REF, "人员编号", "Person", .list = "persons"),
    LINE_COLUMN(SeatLine, "kind", kind, KIND_CHOICE, "方式", "Kind"),
    LINE_COLUMN(SeatLine, "note", note, KIND_TEXT, "说明", "Note", .max = 500),
    LINE_SPAN(SeatLine),
};

static const Err *prepare_seat(const ImportStep *step, void *context)
{
    SeatLine *l = context;
    Arena *mem = step->spec->mem;
    if (l->seat.ordinal == NIL) l->seat.ordinal = 1;
    if (!l->kind.n) l->kind = S("holder");
    l->line.owner = line_key(mem, step->noun, l);
    int64_t who = str_is(l->kind, "liaison") ? l->person : 0;
    l->line.keys[0] =
        str_fmt(mem, "%.*s|%.*s|%lld", STR(l->line.owner), STR(l->kind), (long long)who);
    bool vacant = str_is(l->kind, "vacant");
    return vacant || l->person != NIL ? NULL
                                      : err_field(mem, &COLUMN_REQUIRED_ERR, S("person"));
}

/* The hold of the line's person and kind that stands then; NULL. */
static const SeatHold *hold_known(const Ground *g, const Seat *seat, const SeatLine *l)
{
    const Sheet *sheet = &g->sheets[PART_HOLD];
    const SeatHold *rows = sheet->rows;
    for (size_t i = sheet_from(PART_HOLD, sheet, seat->id);
         i < sheet->n && rows[i].seat == seat->id; i++)
        if (rows[i].person == l->person && str_eq(rows[i].kind, l->kind) &&
            line_is(&l->line, rows[i].starts, rows[i].ends))
            return &rows[i];
    return NULL;
}

static const Err *put_seat(const ImportStep *step, void *context)
{
    const SeatLine *l = context;
    bool vacant = str_is(l->kind, "vacant");
    const Seat *seat;
    const Err *e = find_seat(step, &l->seat, l->line.starts, &seat);
    if (!seat) return e;
    Seat after = *seat;
    if (l->seat.title.n) after.title = l->seat.title;
    if (vacant && l->note.n) after.vacancy = l->note;
    if (row_set(step->act, &seat_table, seat, &after) || vacant) return NULL;
    const SeatHold *known = hold_known(step->ground, seat, l);
    if (!known) {
        HoldKind kind = HOLD_HOLDER;
        while (!str_is(l->kind, hold_name(kind)))
            kind++;
        int64_t id;
        e = seat_take(step->act, step->ground, &SETTLE_LATER, seat->id, l->person, kind,
                      l->line.starts, l->line.ends, &id);
        return seat_fault(step->act, e);
    }
    if (l->line.ends == NIL || l->line.ends == known->ends) return NULL;
    e = seat_leave(step->act, step->ground, &SETTLE_LATER, known->id, l->line.ends, STR_NULL);
    return line_blame(step->act, e, "to");
}

static void seat_line(const ExportSink *sink, const Seat *seat, const SeatHold *hold)
{
    SeatLine l = {.line = {.starts = hold->starts, .ends = hold->ends},
                  .seat = {.role = seat->role,
                           .anchor = anchor_code(sink, seat, hold->starts),
                           .title = seat->title,
                           .ordinal = seat->ordinal},
                  .kind = hold->kind,
                  .note = hold->reason,
                  .person = hold->person};
    if (hold->ends != hold->starts && l.seat.anchor.p) sink->row(sink->context, &l);
}

/* All of a seat's lines: who sat on it, and that nobody has yet. */
static void seat_lines(const ExportSink *sink, const Seat *seat)
{
    const Sheet *sheet = &sink->ground->sheets[PART_HOLD];
    const SeatHold *h = (const SeatHold *)sheet->rows + sheet_from(PART_HOLD, sheet, seat->id),
                   *end = (const SeatHold *)sheet->rows + sheet->n;
    SeatHold vacant = {.kind = S("vacant"),
                       .reason = seat->vacancy,
                       .person = NIL,
                       .starts = seat->starts,
                       .ends = NIL};
    if (h == end || h->seat != seat->id || seat->vacancy.p) seat_line(sink, seat, &vacant);
    for (; h < end && h->seat == seat->id; h++)
        seat_line(sink, seat, h);
}

/* Seats that ended do not come back by a file, nor those of what has no code. */
static const Err *seat_rows(const ExportSink *sink)
{
    const Seat *seats = ROWS(sink->ground, PART_SEAT, Seat);
    for (size_t i = 0; i < sink->ground->sheets[PART_SEAT].n; i++)
        if (seats[i].ends == NIL) seat_lines(sink, &seats[i]);
    return NULL;
}

const ImportNoun import_seats = {IMPORT_NOUN("seats", SeatLine, seat_columns),
                                 .choose = seat_choices, .prepare = prepare_seat,
                                 .put = put_seat, .rows = seat_rows};

/* ---- absences ---- */

typedef struct {
    ImportLine line;
    int64_t person;
    Str reason;
} AbsenceLine;

static const Column absence_columns[] = {
    LINE_COLUMN(AbsenceLine, "person", person, KIND_REF, "人员编号", "Person",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .list = "persons"),
    LINE_LIKE(AbsenceLine, reason, COLUMN_REQUIRED),
    LINE_SPAN(AbsenceLine),
};

static const Err *put_absence(const ImportStep *step, void *context)
{
    const AbsenceLine *l = context;
    const Sheet *sheet = &step->ground->sheets[PART_ABSENCE];
    const Absence *rows = sheet->rows;
    int64_t id;
    for (size_t i = sheet_from(PART_ABSENCE, sheet, l->person);
         i < sheet->n && rows[i].person == l->person; i++) {
        bool same = rows[i].starts == l->line.starts ||
                    (!l->line.dated && line_is(&l->line, rows[i].starts, rows[i].ends));
        if (!same) continue;
        Absence after = rows[i];
        after.reason = l->reason;
        if (l->line.ends != NIL) after.ends = l->line.ends;
        row_set(step->act, &absence_table, &rows[i], &after);
        return NULL;
    }
    const Err *e = absence_open(step->act, step->ground, &SETTLE_LATER, l->person, l->reason,
                                l->line.starts, l->line.ends, &id);
    return line_blame(step->act, e, "from");
}

const ImportNoun import_absences = {IMPORT_NOUN("absences", AbsenceLine, absence_columns),
                                    .like = &absence_table, .put = put_absence};

/* ---- the roster ---- */

typedef struct {
    ImportLine line;
    SeatKeys seat;
    int64_t person, leader;
} ShiftLine;

static const Column shift_columns[] = {
    LINE_COLUMN(ShiftLine, "role", seat.role, KIND_CHOICE, "角色", "Role", .flags = COLUMN_KEY),
    LINE_COLUMN(ShiftLine, "anchor", seat.anchor, KIND_TEXT, "挂靠代码", "Anchor",
                .flags = COLUMN_KEY),
    LINE_COLUMN(ShiftLine, "ordinal", seat.ordinal, KIND_INT, "岗位序号", "Ordinal",
                .flags = COLUMN_KEY, .max = 1000),
    LINE_COLUMN(ShiftLine, "person", person, KIND_REF, "人员编号", "Person",
                .flags = COLUMN_REQUIRED, .list = "persons"),
    LINE_COLUMN(ShiftLine, "from", line.starts, KIND_INSTANT, "起", "From",
                .flags = COLUMN_REQUIRED),
    LINE_COLUMN(ShiftLine, "to", line.ends, KIND_INSTANT, "止", "To", .flags = COLUMN_REQUIRED),
    LINE_COLUMN(ShiftLine, "leader", leader, KIND_REF, "带班领导编号", "Leader on duty",
                .list = "persons"),
};

static const Err *prepare_shift(const ImportStep *step, void *context)
{
    ShiftLine *l = context;
    if (!l->seat.role.n) l->seat.role = S("duty_room");
    if (l->seat.ordinal == NIL) l->seat.ordinal = 1;
    l->line.keys[0] = line_key(step->spec->mem, step->noun, l);
    return NULL;
}

/* Shifts of one seat, which do not meet, go in together once it is open. */
static const Err *put_shift(const ImportStep *step, void *context)
{
    ShiftLine *l = context;
    const Seat *seat;
    const Err *e = find_seat(step, &l->seat, l->line.starts, &seat);
    l->line.apart = seat;
    if (!seat) return e;
    const Sheet *sheet = &step->ground->sheets[PART_SHIFT];
    const Shift *rows = sheet->rows;
    for (size_t i = sheet_from(PART_SHIFT, sheet, seat->id);
         i < sheet->n && rows[i].seat == seat->id; i++) {
        if (rows[i].starts != l->line.starts || rows[i].ends != l->line.ends ||
            rows[i].person != l->person)
            continue;
        Shift after = rows[i];
        if (l->leader != NIL) after.leader = l->leader;
        row_set(step->act, &roster_table, &rows[i], &after);
        return NULL;
    }
    int64_t id;
    e = shift_open(step->act, step->ground, seat->id, l->person, l->line.starts, l->line.ends,
                   &id);
    return seat_fault(step->act, e);
}

static const Err *shift_rows(const ExportSink *sink)
{
    const Shift *rows = ROWS(sink->ground, PART_SHIFT, Shift);
    for (size_t i = 0; i < sink->ground->sheets[PART_SHIFT].n; i++) {
        const Shift *s = &rows[i];
        const Seat *seat = seat_of(sink->ground, s->seat);
        if (seat->ends != NIL || s->ends == s->starts) continue;
        ShiftLine l = {.line = {.starts = s->starts, .ends = s->ends},
                       .seat = {.role = seat->role,
                                .anchor = anchor_code(sink, seat, s->starts),
                                .ordinal = seat->ordinal},
                       .person = s->person,
                       .leader = s->leader};
        if (l.seat.anchor.p) sink->row(sink->context, &l);
    }
    return NULL;
}

const ImportNoun import_roster = {IMPORT_NOUN("roster", ShiftLine, shift_columns),
                                  .choose = seat_choices, .prepare = prepare_shift,
                                  .put = put_shift, .rows = shift_rows};

/* ---- accounts ---- */

static const Column account_columns[] = {
    LINE_COLUMN(AccountLine, "account", account, KIND_TEXT, "账号", "Account",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = LOGIN_MOST),
    LINE_COLUMN(AccountLine, "person", person, KIND_REF, "人员编号", "Person",
                .flags = COLUMN_REQUIRED, .list = "persons"),
};

/* An account of that name may be somebody else's. */
static const Err *prepare_account(const ImportStep *step, void *context)
{
    AccountLine *l = context;
    Arena *mem = step->spec->mem;
    Account known;
    const Err *e = login_clean(mem, l->account, &l->account);
    if (e) return err_field(mem, e, S("account"));
    if ((e = account_load(step->spec->db, l->account, mem, &known)))
        return e->kind == ERR_MISSING ? NULL : e;
    l->line.done = known.person == l->person;
    return l->line.done ? NULL
                        : err_field(mem, err_make(mem, &ACCOUNT_TAKEN, l->account, STR_NULL),
                                    S("account"));
}

/* Accounts of another region's persons are not of this one. */
static const Err *account_rows(const ExportSink *sink)
{
    static const Sql sql =
        SQL("SELECT * FROM accounts WHERE region = 0 AND state = 'open' ORDER BY login");
    Account *all;
    size_t n;
    const Err *e =
        db_all(sink->spec->db, &sql, NO_ARGS, &account_table, sink->spec->mem, &all, &n);
    for (size_t i = 0; !e && i < n; i++) {
        AccountLine l = {.account = all[i].login, .person = all[i].person};
        if (person_of(sink->ground, l.person)) sink->row(sink->context, &l);
    }
    return e;
}

const ImportNoun import_accounts = {IMPORT_NOUN("accounts", AccountLine, account_columns),
                                    .keys = {"account"}, .prepare = prepare_account,
                                    .rows = account_rows};
