/* SPDX-License-Identifier: Apache-2.0 */
/* proposal.c: what was said in the field waits in a row of its own until somebody confirms it.
 */
#include "subject/proposal.h"

#include "subject/subject_internal.h"

enum {
    SAID_NEW,
    SAID_MOVED,
    SAID_RENAMED,
    SAID_CLOSED,
    SAID_PAUSED,
    SAID_RESUMED,
    SAID_FACTS,
    ASKED_UNSEEN,
    SAID
};
enum {
    SUBJECT = 1,
    PLACE = 2,
    NAME = 4,
    FIELDS = 8
}; /* what a saying needs or, FIELDS, may bring */

/* clang-format off */
static const Choice kinds[SAID] = {
    {"new", "新增", "new"}, {"moved", "搬离", "moved"}, {"renamed", "更名", "renamed"}, {"closed", "注销", "closed"},
    {"paused", "停业", "paused"}, {"resumed", "恢复营业", "resumed"}, {"facts", "信息有变", "other facts"},
    {"unseen", "久未核实", "not seen for long"}};
static const struct { unsigned needs; const char *status; } rules[SAID] = {
    [SAID_NEW] = {PLACE | NAME | FIELDS, NULL},
    [SAID_MOVED] = {SUBJECT | FIELDS, "moved"}, /* with a place: it stands there now */
    [SAID_RENAMED] = {SUBJECT | NAME | FIELDS, NULL},
    [SAID_CLOSED] = {SUBJECT, "closed"},
    [SAID_PAUSED] = {SUBJECT, "paused"},
    [SAID_RESUMED] = {SUBJECT, "open"},
    [SAID_FACTS] = {SUBJECT | FIELDS, NULL},
    [ASKED_UNSEEN] = {SUBJECT, "closed"}, /* the house asks: is it gone? */
};
static const Choice states[] = {
    {"open", "待确认", "open"}, {"accepted", "已确认", "accepted"}, {"refused", "未采纳", "refused"}};

static const Column columns[] = {
    STATE_COLUMNS(Proposal),
    COLUMN(Proposal, subject, KIND_REF, "监管对象", "Subject", .list = "subjects"),
    COLUMN(Proposal, kind, KIND_CHOICE, "变动", "Kind", .flags = COLUMN_REQUIRED, .choices = kinds, .choice_count = SAID),
    COLUMN(Proposal, fields, KIND_OBJECT, "内容", "Fields"),
    COLUMN(Proposal, lon, KIND_DECIMAL, "经度", "Longitude", .scale = 7),
    COLUMN(Proposal, lat, KIND_DECIMAL, "纬度", "Latitude", .scale = 7),
    COLUMN(Proposal, note, KIND_TEXT, "说明", "Note", .max = 500),
    COLUMN(Proposal, photos, KIND_FILES, "照片", "Photos", .list = "photo"),
    COLUMN(Proposal, area, KIND_REF, "网格", "Cell", .flags = COLUMN_OURS, .list = "areas"),
    COLUMN(Proposal, proposed_by, KIND_REF, "上报人", "Proposed by", .flags = COLUMN_REQUIRED | COLUMN_OURS, .list = "persons"),
    COLUMN(Proposal, seat, KIND_REF, "岗位", "Seat", .flags = COLUMN_OURS, .list = "seats"),
    COLUMN(Proposal, at, KIND_INSTANT, "时间", "At", .flags = COLUMN_REQUIRED | COLUMN_OURS),
    COLUMN(Proposal, state, KIND_CHOICE, "状态", "State", .flags = COLUMN_REQUIRED | COLUMN_OURS, .choices = states, .choice_count = countof(states)),
    COLUMN(Proposal, decided_by, KIND_REF, "确认人", "Decided by", .flags = COLUMN_OURS, .list = "persons"),
    COLUMN(Proposal, decided_at, KIND_INSTANT, "确认时间", "Decided at", .flags = COLUMN_OURS),
    COLUMN(Proposal, reason, KIND_TEXT, "理由", "Reason", .flags = COLUMN_OURS, .max = 500),
};
const Table proposal_table = {.name = "subject_proposals", .class = CLASS_STATE, .columns = columns, .count = countof(columns),
                              .size = sizeof(Proposal), .indexes = {"(region, state, id)", "(region, subject, id)"}};

const Err PROPOSAL_KNOWN = ERROR(ERR_CONFLICT, "proposed", "已有人上报,正等待确认", "It was said already and waits to be confirmed");
const Err PROPOSAL_DONE = ERROR(ERR_CONFLICT, "not-now", "已经处理过了", "It is decided already");
const Err PROPOSAL_EMPTY = ERROR(ERR_INVALID, "empty", "没有写明变动内容", "It says nothing new");
/* clang-format on */

#define SEE ((Visibility){.open = TIE_AREA | TIE_DEPARTMENT | TIE_SUBJECT, .masked = TIE_AREA})

static Relations proposal_ties(const Ground *ground, const Proposal *p, Instant at)
{
    Relations t = TIES_NONE;
    uint32_t end;
    if (p->area != NIL && !area_range(ground, p->area, at, &t.order, &end))
        t.order = ORDER_NONE;
    t.subject = p->subject;
    t.filed_by = p->proposed_by;
    return t;
}

/* ---- saying it ---- */

/* What an office judges is no field of a proposal; the place stands beside the fields. */
static bool is_judged(Str member)
{
    const Column *c = column_find(subject_table.columns, subject_table.count, member);
    return str_is(member, "place") || (c && c->flags & COLUMN_JUDGED);
}

/* What the fields come to on that subject; the proposal keeps them as they were said. */
static void fields_apply(Lists *lists, const Proposal *p, const Json *fields, Subject *s,
                         Faults *faults)
{
    for (json_each(m, fields))
        if (is_judged(m->key))
            faults_add2(faults, str_fmt(faults->mem, "fields.%.*s", STR(m->key)),
                        &COLUMN_UNKNOWN, m->key, STR_NULL);
    const Lookup lookup = lists_lookup(lists);
    noun_decode(&subject_table, fields, is_judged, &lookup, faults, s);
    if (p->lon != NIL) {
        s->lon = p->lon;
        s->lat = p->lat;
    }
    int kind = choice_of(kinds, SAID, p->kind);
    bool stands_elsewhere = kind == SAID_MOVED && p->lon != NIL;
    if (rules[kind].status) s->status = stands_elsewhere ? S("open") : str(rules[kind].status);
    if (status_is_live(s->status)) s->closed = NIL;
}

static void body_decode(const Json *body, const Lookup *files, Proposal *p, Faults *faults)
{
    for (size_t i = 0; i < proposal_table.count; i++) {
        const Column *c = &columns[i];
        Value v;
        if (!column_is_given(c) || column_is_degrees(c) || c->kind == KIND_OBJECT) continue;
        if (column_decode(c, json_get(body, c->name), files, str(c->name), faults, &v))
            column_set(c, p, &v);
    }
    const Json *place = json_get(body, "place"), *fields = json_get(body, "fields");
    if (place && !json_is_null(place)) {
        Point at;
        if (noun_decode_place(place, faults, &at)) {
            p->lon = at.lon;
            p->lat = at.lat;
        }
    }
    if (json_count(fields)) p->fields = json_sorted(faults->mem, fields);
    if (fields && !json_is_null(fields) && !json_is_object(fields))
        faults_add2(faults, S("fields"), &COLUMN_TYPE, S("对象"), S("an object"));
}

static void needs_check(const Proposal *p, const Json *body, Faults *faults)
{
    int kind = choice_of(kinds, SAID, p->kind);
    if (kind < 0 || kind == ASKED_UNSEEN) {
        faults_add(faults, S("kind"), &COLUMN_REQUIRED_ERR);
        return;
    }
    unsigned needs = rules[kind].needs;
    const Json *fields = json_get(body, "fields");
    if (needs & SUBJECT && p->subject == NIL)
        faults_add(faults, S("subject"), &COLUMN_REQUIRED_ERR);
    if (!(needs & SUBJECT) && p->subject != NIL)
        faults_add2(faults, S("subject"), &COLUMN_UNKNOWN, S("subject"), STR_NULL);
    if (needs & PLACE && p->lon == NIL) faults_add(faults, S("place"), &COLUMN_REQUIRED_ERR);
    if (needs & NAME && !json_member(fields, "name").n)
        faults_add(faults, S("fields.name"), &COLUMN_REQUIRED_ERR);
    if (!(needs & FIELDS) && (p->fields.p || p->lon != NIL))
        faults_add2(faults, S("fields"), &COLUMN_UNKNOWN, S("fields"), STR_NULL);
    if (kind == SAID_FACTS && !p->fields.p && p->lon == NIL)
        faults_add(faults, S("fields"), &PROPOSAL_EMPTY);
}

static const Err *known_already(Act *act, const Proposal *p)
{
    static const Sql sql = SQL("SELECT count(*) FROM subject_proposals WHERE region = $1 AND "
                               "subject = $2 AND kind = $3 AND "
                               "state = 'open'");
    int64_t n = 0;
    const Err *e =
        p->subject == NIL
            ? NULL
            : db_int(act->db, &sql,
                     ARGS(ARG_I(act->spec.region), ARG_I(p->subject), ARG_S(p->kind)), 0, &n);
    return e ? e : n ? &PROPOSAL_KNOWN : NULL;
}

/* The subject that it is about, as it is now; a blank one for a new one. Who can neither see
 * nor propose there is told that there is none. */
static const Err *subject_meant(Act *act, const Who *who, const Proposal *p, Subject *out)
{
    subject_blank(out);
    if (p->subject == NIL) return NULL;
    const Err *e = subject_raw(act->db, act->mem, p->subject, out);
    if (e) return e;
    if (out->region != act->spec.region) return &ERR_NOT_FOUND;
    Relations ties = subject_ties(act->mem, who->ground, out, act->now);
    bool seen = who_sees(who, &ties, SUBJECT_SEE) != SIGHT_NONE;
    if (who_can(who, CAN_PROPOSE, &ties)) return NULL;
    return seen ? &SCOPE_DENIED : &ERR_NOT_FOUND;
}

/* Tries the proposal on its subject: what the officer would get to confirm must be possible. */
static const Err *proposal_try(Act *act, Lists *lists, const Who *who, Proposal *p,
                               const Json *body, Faults *faults)
{
    Subject s;
    const Err *e = subject_meant(act, who, p, &s);
    if (e) return e;
    fields_apply(lists, p, json_get(body, "fields"), &s, faults);
    if (p->lon != NIL)
        s.area = noun_locate(who->ground, (Point){(int32_t)s.lon, (int32_t)s.lat}, act->now,
                             S("place"), faults);
    p->area = s.area;
    if (p->subject != NIL || p->area == NIL) return NULL;
    Relations ties = proposal_ties(who->ground, p, act->now);
    return who_can(who, CAN_PROPOSE, &ties) ? NULL : &SCOPE_DENIED;
}

const Err *proposal_open(Act *act, Subjects *subjects, const Who *who, const Json *body,
                         const Lookup *files, Proposal *out)
{
    Lists lists = {subjects, act->now};
    Faults faults = {.mem = act->mem};
    Proposal p = {.subject = NIL,
                  .lon = NIL,
                  .lat = NIL,
                  .area = NIL,
                  .seat = act->spec.seat,
                  .decided_by = NIL,
                  .decided_at = NIL};
    const Err *e;
    if (!(who->can & CAN_PROPOSE)) return &SCOPE_DENIED;
    body_decode(body, files, &p, &faults);
    needs_check(&p, body, &faults);
    if ((e = faults_err(&faults))) return e;
    if ((e = proposal_try(act, &lists, who, &p, body, &faults)) ||
        (e = known_already(act, &p)) || (e = faults_err(&faults)))
        return e;
    p.proposed_by = who->person;
    p.at = act->now;
    p.state = S("open");
    row_put(act, &proposal_table, &p);
    act_on(act, &proposal_table, p.id);
    *out = p;
    return NULL;
}

/* ---- deciding ---- */

static const Err *accept_new(Act *act, Subjects *subjects, const Who *who, Lists *lists,
                             Proposal *p, const Json *fields)
{
    Subject s;
    Faults faults = {.mem = act->mem};
    subject_blank(&s);
    s.source = S("field");
    fields_apply(lists, p, fields, &s, &faults);
    /* Who stands before the door seldom knows the number: the office adds it later. */
    if (!s.uscc.p && !s.uscc_reason.p) s.uscc_reason = S("unknown");
    const Err *e = faults_err(&faults);
    if (e || (e = subject_begin(act, subjects, who, &s))) return e;
    p->subject = s.id;
    return NULL;
}

static const Err *accept_change(Act *act, Subjects *subjects, const Who *who, Lists *lists,
                                const Proposal *p, const Json *fields)
{
    Subject before, after;
    Faults faults = {.mem = act->mem};
    const Err *e = subject_raw(act->db, act->mem, p->subject, &before);
    if (e) return e;
    after = before;
    fields_apply(lists, p, fields, &after, &faults);
    if ((e = faults_err(&faults))) return e;
    return subject_alter(act, subjects, who, &before, &after);
}

/* What the house asked about is there: it was seen now. */
static const Err *refuse_unseen(Act *act, const Proposal *p)
{
    Subject before, after;
    const Err *e = subject_raw(act->db, act->mem, p->subject, &before);
    if (e) return e;
    after = before;
    after.seen = act->now;
    row_set(act, &subject_table, &before, &after);
    return NULL;
}

static const Err *proposal_carry(Act *act, Subjects *subjects, const Who *who, bool accept,
                                 Proposal *p)
{
    const Json *fields = NULL;
    Lists lists = {subjects, act->now};
    const Err *e = p->fields.p ? json_read(act->mem, p->fields, &fields) : NULL;
    if (e) return e;
    if (!accept)
        return str_is(p->kind, kinds[ASKED_UNSEEN].name) ? refuse_unseen(act, p) : NULL;
    return str_is(p->kind, kinds[SAID_NEW].name)
               ? accept_new(act, subjects, who, &lists, p, fields)
               : accept_change(act, subjects, who, &lists, p, fields);
}

const Err *proposal_decide(Act *act, Subjects *subjects, const Who *who, int64_t id,
                           bool accept, Str reason, Proposal *out)
{
    Proposal before, p;
    const Err *e = proposal_load(act->db, act->mem, who, id, &before);
    if (e) return e;
    Relations ties = proposal_ties(who->ground, &before, act->now);
    if (!who_can(who, CAN_SUBJECTS, &ties)) return &SCOPE_DENIED;
    if (!str_is(before.state, "open")) return &PROPOSAL_DONE;
    reason = str_trim(reason);
    Faults faults = {.mem = act->mem};
    if (!accept && !reason.n) faults_add(&faults, S("reason"), &COLUMN_REQUIRED_ERR);
    if (reason.n && utf8_count(reason) > 500)
        faults_add2(&faults, S("reason"), &COLUMN_TOO_LONG, S("500"), S(">500"));
    if ((e = faults_err(&faults))) return e;
    p = before;
    if ((e = proposal_carry(act, subjects, who, accept, &p))) return e;
    p.state = accept ? S("accepted") : S("refused");
    p.decided_by = who->person;
    p.decided_at = act->now;
    p.reason = reason.n ? reason : STR_NULL;
    row_set(act, &proposal_table, &before, &p);
    act_on(act, &proposal_table, p.id);
    *out = p;
    return NULL;
}

/* ---- reading ---- */

const Err *proposal_load(Db *db, Arena *mem, const Who *who, int64_t id, Proposal *out)
{
    Proposal p;
    const Err *e = db_load(db, &proposal_table, id, mem, &p);
    if (e) return e;
    Relations ties = proposal_ties(who->ground, &p, who->at);
    if (p.region != who->region || who_sees(who, &ties, SEE) == SIGHT_NONE)
        return &ERR_NOT_FOUND;
    *out = p;
    return NULL;
}

void proposal_json(const Proposal *p, JsonOut *out)
{
    noun_json(&proposal_noun, &(NounView){0}, p, true, true, out);
}

static bool sees(const NounView *view, const void *row, bool *out_whole)
{
    const Proposal *p = row;
    Relations ties = proposal_ties(view->ground, p, view->now);
    *out_whole = true;
    return who_sees(view->who, &ties, SEE) != SIGHT_NONE;
}

static const NounMember members[] = {
    {.name = "fields", .type = "SubjectFields?", .column = "fields"},
};
static const NounFilter filters[] = {
    NOUN_FILTER(FILTER_IS, "state", "state", KIND_TEXT, "状态", "open, accepted or refused"),
    NOUN_FILTER(FILTER_WITHIN, "area", "area", KIND_REF, "区域", "Area and all below it",
                .list = "areas"),
};
static const NounTold told[] = {
    {"propose_subject", "上报变动", "Said in the field"},
    {"accept_proposal", "确认变动", "Confirmed"},
    {"refuse_proposal", "不采纳", "Refused"},
    {"subject-ask", "久未核实", "Not seen for long"},
};
const Noun proposal_noun = {
    .name = "proposals",
    .shape = "Proposal",
    .page = "ProposalPage",
    .zh = "变动上报",
    .en = "What was said of subjects in the field",
    .table = &proposal_table,
    .columns = true,
    COUNTED(member, members),
    COUNTED(filter, filters),
    .told = told,
    .told_count = countof(told),
    .sees = sees,
};
