/* SPDX-License-Identifier: Apache-2.0 */
/*
 * duty.c: from role@anchor to a seat that is held, with a line of reason for each step. A
 * Search carries where the case stands and what has been said so far; each try either finds or
 * says why not.
 */
#include "grid/duty.h"

#include "base/time.h"
#include "grid/snapshot_internal.h"

const Err DUTY_NOBODY =
    ERROR(ERR_CONFLICT, "no-duty", "从{0}到分管区领导都无人在岗,无法确定答责人",
          "Nobody sits on any seat from {1} up to the region's deputy");

/* ---- who sits on a seat ---- */

typedef struct {
    int64_t person; /* NIL: nobody */
    HoldKind how;
    const SeatHold *holder, *stand_in;
    const Absence *away; /* of the holder or of whoever has the shift */
} DutyAnswer;

static DutyAnswer answer_of(const Ground *g, const Seat *seat, Instant when)
{
    DutyAnswer a = {.person = NIL};
    if (!seat_is_open(seat, when)) return a;
    if (role_is_roster(seat_role(seat))) {
        const Shift *shift = seat_shift(g, seat->id, when);
        a.how = HOLD_SHIFT;
        if (!shift) return a;
        a.away = person_absence(g, shift->person, when);
        if (!a.away) a.person = shift->person;
        return a;
    }
    a.holder = seat_hold(g, seat->id, HOLD_HOLDER, when);
    if (a.holder) a.away = person_absence(g, a.holder->person, when);
    a.how = HOLD_HOLDER;
    if (a.holder && !a.away) {
        a.person = a.holder->person;
        return a;
    }
    a.stand_in = seat_hold(g, seat->id, HOLD_STAND_IN, when);
    if (!a.stand_in || person_absence(g, a.stand_in->person, when)) return a;
    a.person = a.stand_in->person;
    a.how = HOLD_STAND_IN;
    return a;
}

int64_t seat_person_how(const Ground *g, int64_t seat, Instant when, HoldKind *out_how)
{
    const Seat *s = seat_of(g, seat);
    if (!s) return NIL;
    DutyAnswer a = answer_of(g, s, when);
    *out_how = a.how;
    return a.person;
}

int64_t seat_person(const Ground *g, int64_t seat, Instant when)
{
    HoldKind how;
    return seat_person_how(g, seat, when, &how);
}

/* ---- the search ---- */

typedef struct {
    const Ground *g;
    const Locus *stand;
    Instant when;
    Arena *mem;
    Whys *whys; /* NULL: nothing is said */
    int64_t
        area; /* where it stands: the stand's, else the root; NIL when the region has none */
    int64_t lead; /* once asked_lead */
    bool asked_lead;
    int64_t barred;   /* NIL: nobody */
    int64_t but;      /* a seat that is passed over; NIL: none */
    uint32_t tried;   /* roles whose rung was tried, bit by bit */
    const Seat *seat; /* found */
    DutyAnswer answer;
} DutySearch;

static Str area_word(const DutySearch *s, int64_t area)
{
    const AreaSpan *span = area_at(s->g, area, s->when);
    return span ? span->name : S("?");
}

static Str anchor_word(const DutySearch *s, const Seat *seat, Lang lang)
{
    if (seat->area != NIL) return area_word(s, seat->area);
    const DepartmentSpan *d =
        seat->department == NIL ? NULL : department_at(s->g, seat->department, s->when);
    if (d) return lang == LANG_EN && d->name_en.p ? d->name_en : d->name;
    return seat->subject == NIL ? S("?") : lang == LANG_ZH ? S("监管对象") : S("the subject");
}

/* "网格监管责任人(雁鸣湖园办)", "responsible officer (雁鸣湖园办)" */
static Str seat_word(const DutySearch *s, const Seat *seat, Lang lang)
{
    Role role = seat_role(seat);
    Str at = anchor_word(s, seat, lang);
    if (lang == LANG_EN) return str_fmt(s->mem, "%s (%.*s)", role_en(role), STR(at));
    return str_fmt(s->mem, "%s(%.*s)", role_zh(role), STR(at));
}

static Str person_word(const DutySearch *s, int64_t person)
{
    const Person *p = person_of(s->g, person);
    return p ? p->name : S("?");
}

static Str choice_word(const Table *table, const char *column, Str value, Lang lang)
{
    const Column *c = &table->columns[table_column(table, column)];
    for (size_t i = 0; i < c->choice_count; i++)
        if (str_is(value, c->choices[i].name))
            return str(lang == LANG_EN ? c->choices[i].en : c->choices[i].zh);
    return value;
}

static void say_away(DutySearch *s, Str zh, Str en, int64_t person, const Absence *away)
{
    Str who = person_word(s, person);
    Str why_zh = choice_word(&absence_table, "reason", away->reason, LANG_ZH);
    Str why_en = choice_word(&absence_table, "reason", away->reason, LANG_EN);
    why_add(
        s->whys,
        str_fmt(s->mem, "跳过%.*s:%.*s不在岗(%.*s),无人替岗", STR(zh), STR(who), STR(why_zh)),
        str_fmt(s->mem, "Skipped %.*s: %.*s is absent (%.*s) and nobody stands in", STR(en),
                STR(who), STR(why_en)));
}

static void say_skip(DutySearch *s, const Seat *seat, const DutyAnswer *a)
{
    if (!s->whys) return;
    Str zh = seat_word(s, seat, LANG_ZH), en = seat_word(s, seat, LANG_EN);
    if (a->person != NIL) {
        why_add(
            s->whys,
            str_fmt(s->mem, "跳过%.*s:%.*s应当回避", STR(zh), STR(person_word(s, a->person))),
            str_fmt(s->mem, "Skipped %.*s: %.*s must not act here", STR(en),
                    STR(person_word(s, a->person))));
    } else if (a->how == HOLD_SHIFT && !a->away) {
        why_add(s->whys, str_fmt(s->mem, "跳过%.*s:此刻没有排班", STR(zh)),
                str_fmt(s->mem, "Skipped %.*s: nobody has the shift now", STR(en)));
    } else if (a->away) {
        int64_t person = a->away->person;
        say_away(s, zh, en, person, a->away);
    } else if (a->stand_in) {
        why_add(s->whys, str_fmt(s->mem, "跳过%.*s:空岗,替岗人不在岗", STR(zh)),
                str_fmt(s->mem, "Skipped %.*s: vacant, and its stand-in is absent", STR(en)));
    } else {
        why_add(s->whys, str_fmt(s->mem, "跳过%.*s:空岗,无人替岗", STR(zh)),
                str_fmt(s->mem, "Skipped %.*s: vacant, and nobody stands in", STR(en)));
    }
}

static void say_answer(DutySearch *s, const Seat *seat, const DutyAnswer *a)
{
    if (!s->whys) return;
    Str zh = seat_word(s, seat, LANG_ZH), en = seat_word(s, seat, LANG_EN),
        who = person_word(s, a->person);
    if (a->how == HOLD_HOLDER)
        why_add(s->whys, str_fmt(s->mem, "由%.*s%.*s答责", STR(zh), STR(who)),
                str_fmt(s->mem, "Answers: %.*s, %.*s", STR(en), STR(who)));
    else if (a->how == HOLD_SHIFT)
        why_add(s->whys, str_fmt(s->mem, "由%.*s当班的%.*s答责", STR(zh), STR(who)),
                str_fmt(s->mem, "Answers: %.*s, %.*s, who has the shift", STR(en), STR(who)));
    else if (a->holder)
        why_add(s->whys,
                str_fmt(s->mem, "由%.*s的替岗人%.*s答责(%.*s不在岗)", STR(zh), STR(who),
                        STR(person_word(s, a->holder->person))),
                str_fmt(s->mem, "Answers: %.*s, %.*s, standing in for %.*s", STR(en), STR(who),
                        STR(person_word(s, a->holder->person))));
    else
        why_add(s->whys, str_fmt(s->mem, "由%.*s的替岗人%.*s答责(空岗)", STR(zh), STR(who)),
                str_fmt(s->mem, "Answers: %.*s, %.*s, standing in on a vacant seat", STR(en),
                        STR(who)));
}

/* The seats of a role at one anchor; *seen tells whether there are any. */
static bool try_anchor(DutySearch *s, Role role, int64_t anchor, bool *seen)
{
    const Ground *g = s->g;
    for (size_t i = seat_first(g, role, anchor); i < g->sheets[PART_SEAT].n; i++) {
        const SeatKey *k = &g->seats[i];
        if (k->role != role || k->anchor != anchor) break;
        if (!seat_is_open(k->seat, s->when)) continue;
        *seen = true;
        DutyAnswer a = answer_of(g, k->seat, s->when);
        if (k->seat->id == s->but) continue;
        if (a.person == NIL || a.person == s->barred) {
            say_skip(s, k->seat, &a);
            continue;
        }
        say_answer(s, k->seat, &a);
        s->seat = k->seat;
        s->answer = a;
        return true;
    }
    return false;
}

static bool try_areas(DutySearch *s, Role role, bool *seen)
{
    const AreaSpan *path[LEVEL_COUNT];
    size_t n = area_path(s->g, s->area, s->when, path);
    for (size_t i = 0; i < n; i++)
        if (try_anchor(s, role, path[i]->area, seen)) return true;
    return false;
}

static int64_t search_lead(DutySearch *s)
{
    if (!s->asked_lead) {
        s->lead = lead_department(s->g, s->stand->matter, s->area, s->when, s->whys);
        s->asked_lead = true;
    }
    return s->lead;
}

static bool try_chair(DutySearch *s, RoleAt chair)
{
    bool seen = false, found = false;
    if (chair.anchor == ANCHOR_NONE) chair.anchor = role_anchor(chair.role);
    const AreaSpan *root = area_root(s->g, s->when);
    int64_t department = s->stand->department;
    switch (chair.anchor) {
    case ANCHOR_AREA: found = try_areas(s, chair.role, &seen); break;
    case ANCHOR_REGION: found = root && try_anchor(s, chair.role, root->area, &seen); break;
    case ANCHOR_LEAD_DEPARTMENT:
    case ANCHOR_DEPARTMENT:
        if (chair.anchor == ANCHOR_LEAD_DEPARTMENT || department == NIL)
            department = search_lead(s);
        found = department != NIL && try_anchor(s, chair.role, department, &seen);
        break;
    case ANCHOR_SUBJECT:
        found = s->stand->subject != NIL && try_anchor(s, chair.role, s->stand->subject, &seen);
        break;
    case ANCHOR_NONE:
    case ANCHOR_COUNT: break;
    }
    s->tried |= 1u << chair.role;
    if (!found && !seen && s->whys)
        why_add(s->whys, str_fmt(s->mem, "跳过%s:此处没有设这个岗位", role_zh(chair.role)),
                str_fmt(s->mem, "Skipped %s: there is no such seat here", role_en(chair.role)));
    return found;
}

/* Up from a role; department tells which one a department's head belongs to. */
static bool climb(DutySearch *s, Role role, Anchor department)
{
    for (role = role_next(role); role != ROLE_NONE; role = role_next(role)) {
        if (s->tried >> role & 1) continue;
        Anchor anchor = role_anchor(role) == ANCHOR_DEPARTMENT ? department : role_anchor(role);
        if (try_chair(s, (RoleAt){role, anchor})) return true;
    }
    return false;
}

static void say_place(DutySearch *s)
{
    if (!s->whys) return;
    const AreaSpan *span = s->area == NIL ? NULL : area_at(s->g, s->area, s->when);
    if (!span) {
        why_add(s->whys, S("所在辖区此刻不存在"), S("The place is in no area that exists now"));
        return;
    }
    const AreaOutline *outline = area_outline(s->g, s->area, s->when, NULL);
    Buf since = BUF(s->mem);
    if (!outline) {
        why_add(s->whys,
                str_fmt(s->mem, "所在:%.*s(%.*s),尚无界线", STR(span->name), STR(span->code)),
                str_fmt(s->mem, "Place: %.*s (%.*s), which has no outline yet", STR(span->name),
                        STR(span->code)));
        return;
    }
    date_print(&since, instant_date(outline->starts));
    long long version = (long long)ID_SEQ(outline->id);
    why_add(s->whys,
            str_fmt(s->mem, "所在:%.*s(%.*s),界线版本 %lld,自 %s 起", STR(span->name),
                    STR(span->code), version, since.p),
            str_fmt(s->mem, "Place: %.*s (%.*s), outline version %lld since %s",
                    STR(span->name), STR(span->code), version, since.p));
}

static DutySearch search_new(const Ground *g, const Locus *stand, Instant when, Arena *mem,
                             Whys *whys)
{
    DutySearch s = {.g = g,
                    .stand = stand,
                    .when = when,
                    .mem = mem,
                    .whys = whys,
                    .barred = NIL,
                    .but = NIL};
    const AreaSpan *root = stand->cell == NIL ? area_root(g, when) : NULL;
    s.area = root ? root->area : stand->cell;
    say_place(&s);
    return s;
}

static const Err *search_end(DutySearch *s, Role first, bool found, Duty *out)
{
    if (!found) return err_make(s->mem, &DUTY_NOBODY, str(role_zh(first)), str(role_en(first)));
    *out = (Duty){.role = seat_role(s->seat),
                  .seat = s->seat->id,
                  .person = s->answer.person,
                  .how = s->answer.how,
                  .department = s->seat->department};
    return NULL;
}

const Err *duty_find(const Ground *ground, const RoleAt *candidates, size_t count,
                     const Locus *stand, Instant when, Arena *mem, Whys *whys, Duty *out)
{
    assert(count);
    DutySearch s = search_new(ground, stand, when, mem, whys);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = try_chair(&s, candidates[i]);
    if (!found && whys)
        why_add(whys, S("候选岗位都无人在岗,逐级上移"),
                S("No candidate is held: up the ladder"));
    for (size_t i = count; i-- > 0 && !found;) {
        bool named = candidates[i].anchor == ANCHOR_DEPARTMENT;
        found =
            climb(&s, candidates[i].role, named ? ANCHOR_DEPARTMENT : ANCHOR_LEAD_DEPARTMENT);
    }
    return search_end(&s, candidates[0].role, found, out);
}

static const Err *above(const Ground *g, int64_t seat, int64_t barred, const Locus *stand,
                        Instant when, Arena *mem, Whys *whys, bool beside, Duty *out)
{
    const Seat *from = seat_of(g, seat);
    if (!from) return &ERR_NOT_FOUND;
    Locus own = *stand;
    if (from->department != NIL) own.department = from->department;
    Role role = seat_role(from);
    DutySearch s = search_new(g, &own, when, mem, whys);
    s.barred = barred;
    s.but = seat;
    bool found = beside && try_chair(&s, (RoleAt){role, role_anchor(role)});
    s.tried |= 1u << role;
    if (!found) found = climb(&s, role, ANCHOR_DEPARTMENT);
    return search_end(&s, role, found, out);
}

const Err *duty_above(const Ground *ground, int64_t seat, int64_t barred, const Locus *stand,
                      Instant when, Arena *mem, Whys *whys, Duty *out)
{
    return above(ground, seat, barred, stand, when, mem, whys, false, out);
}

const Err *duty_instead(const Ground *ground, int64_t seat, int64_t barred, const Locus *stand,
                        Instant when, Arena *mem, Whys *whys, Duty *out)
{
    return above(ground, seat, barred, stand, when, mem, whys, true, out);
}

bool chair_means(const Ground *g, RoleAt chair, int64_t seat, const Locus *stand, Instant when)
{
    const Seat *s = seat_of(g, seat);
    if (!s || !seat_is_open(s, when) || seat_role(s) != chair.role) return false;
    const AreaSpan *root = area_root(g, when);
    int64_t area = stand->cell == NIL && root ? root->area : stand->cell;
    Anchor anchor = chair.anchor == ANCHOR_NONE ? role_anchor(chair.role) : chair.anchor;
    switch (anchor) {
    case ANCHOR_AREA: return s->area != NIL && area_within(g, area, s->area, when);
    case ANCHOR_REGION: return root && s->area == root->area;
    case ANCHOR_DEPARTMENT:
        if (stand->department != NIL) return s->department == stand->department;
        return s->department != NIL &&
               s->department == lead_department(g, stand->matter, area, when, NULL);
    case ANCHOR_LEAD_DEPARTMENT:
        return s->department != NIL &&
               s->department == lead_department(g, stand->matter, area, when, NULL);
    case ANCHOR_SUBJECT: return s->subject != NIL && s->subject == stand->subject;
    case ANCHOR_NONE:
    case ANCHOR_COUNT: break;
    }
    return false;
}
