/* SPDX-License-Identifier: Apache-2.0 */
/* subject_noun.c: the descriptor of a subject: its JSON, its lists, how one is opened and
 * changed at the desk. */
#include "base/time.h"
#include "grid/reference.h"
#include "subject/subject_internal.h"

/* ---- members ---- */

static void put_department(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Subject *s = row;
    (void)whole;
    json_key(out, "department");
    department_ref(view->ground, subject_lead(view->ground, s, view->now), view->now, out);
}

static void put_department_named(const NounView *view, const void *row, bool whole,
                                 JsonOut *out)
{
    const Subject *s = row;
    (void)view, (void)whole;
    json_put_bool(out, "department_named", s->department != NIL);
}

static const NounMember members[] = {
    {.name = "area", .column = "area", .ref = true},
    {.name = "department", .type = "Ref?", .put = put_department},
    {.name = "department_named", .type = "bool", .put = put_department_named},
    {.name = "parties", .type = "[SiteParty]?", .column = "parties"},
};

/* ---- lists ---- */

enum {
    BY_AREA,
    BY_DEPARTMENT,
    BY_KIND,
    BY_COLOUR,
    BY_STATUS,
    BY_MATTER,
    BY_TEXT,
    BY_BLIND,
    BY_SITE,
    BY_COUNT
};
static const NounFilter filters[BY_COUNT] = {
    [BY_AREA] = NOUN_FILTER(FILTER_OWN, NULL, "area", KIND_REF, "区域", "Area and all below it",
                            .list = "areas"),
    [BY_DEPARTMENT] = NOUN_FILTER(FILTER_OWN, NULL, "department", KIND_REF, "主管部门",
                                  "That leads one of its matters", .list = "departments"),
    [BY_KIND] = NOUN_FILTER(FILTER_OWN, NULL, "kind", KIND_CODE, "类别", "Kind",
                            .list = "subject-kind"),
    [BY_COLOUR] = NOUN_FILTER(FILTER_OWN, NULL, "colour", KIND_TEXT, "风险颜色", "Risk colour"),
    [BY_STATUS] = NOUN_FILTER(FILTER_OWN, NULL, "status", KIND_TEXT, "状态",
                              "open, paused, moved or closed"),
    [BY_MATTER] = NOUN_FILTER(FILTER_OWN, NULL, "matter", KIND_CODE, "监管事项", "Matter",
                              .list = "matter"),
    [BY_TEXT] = NOUN_FILTER(FILTER_OWN, NULL, "q", KIND_TEXT, "搜索",
                            "Stands in name, address, code or credit code"),
    [BY_BLIND] = NOUN_FILTER(FILTER_OWN, NULL, "blind", KIND_FLAG, "盲区",
                             "1: those without cell or lead department"),
    [BY_SITE] = NOUN_FILTER(FILTER_OWN, NULL, "site", KIND_FLAG, "在建工地",
                            "1: construction sites that are built on today"),
};

SubjectFilter subject_filter(const NounView *view, const NounAsk *ask)
{
    const Value *q = ask->query;
    return (SubjectFilter){.area = q[BY_AREA].i,
                           .department = q[BY_DEPARTMENT].i,
                           .kind = q[BY_KIND].s,
                           .colour = q[BY_COLOUR].s,
                           .status = q[BY_STATUS].s,
                           .matter = q[BY_MATTER].s,
                           .q = q[BY_TEXT].s,
                           .blind = q[BY_BLIND].i == 1,
                           .site_on = q[BY_SITE].i == 1 ? instant_date(view->now) : NIL,
                           .limit = ask->limit,
                           .cursor = ask->cursor,
                           .budget = view->budget};
}

static const Err *page_of(const NounView *view, const NounAsk *ask, NounPage *out)
{
    SubjectFilter filter = subject_filter(view, ask);
    SubjectPage page;
    const Err *e = subject_page(view->house, view->db, view->mem, view->who, &filter, &page);
    if (e) return e;
    for (size_t i = 0; i < page.count; i++) {
        out->rows[i] = &page.subjects[i];
        out->whole[i] = page.sights[i] >= SIGHT_MASKED;
    }
    out->count = page.count;
    out->partial = page.partial;
    out->next = page.next;
    return NULL;
}

static const Err *count_of(const NounView *view, const NounAsk *ask, int64_t *out)
{
    SubjectFilter filter = subject_filter(view, ask);
    return subject_count(view->house, view->db, view->mem, view->who, &filter, out);
}

static bool sees(const NounView *view, const void *row, bool *out_whole)
{
    const Subject *s = row;
    Relations ties = subject_ties(view->mem, view->ground, s, view->now);
    Access sight = who_sees(view->who, &ties, SUBJECT_SEE);
    *out_whole = sight >= SIGHT_MASKED;
    return sight != SIGHT_NONE;
}

/* ---- acts ---- */

static Lookup lookup(const NounView *view)
{
    Lists *lists = arena_make(view->mem, Lists);
    *lists = (Lists){view->house, view->now};
    return lists_lookup(lists);
}

static void blank(const NounView *view, void *row)
{
    (void)view;
    subject_blank(row);
    ((Subject *)row)->source = S("office");
}

/* Whether who may do it to the subject as it stands. */
static const Err *permitted(const NounAct *a, const Subject *s)
{
    Relations ties = subject_ties(a->act->mem, a->view->ground, s, a->act->now);
    const Grant *grant = who_can(a->view->who, CAN_SUBJECTS, &ties);
    if (!grant) return &SCOPE_DENIED;
    act_sit(a->act, grant->chair);
    return NULL;
}

static const Err *permit_change(NounAct *a)
{
    return permitted(a, a->before);
}

static const Err *open_run(NounAct *a)
{
    Subject *s = a->draft;
    if (a->faults->first) return NULL;
    const Err *e = subject_begin(a->act, a->view->house, a->view->who, s);
    a->id = s->id;
    return e;
}

static const Err *change_run(NounAct *a)
{
    if (a->faults->first) return NULL;
    return subject_alter(a->act, a->view->house, a->view->who, a->before, a->draft);
}

static const NounVerb verbs[] = {
    {"open", "open_subject", "登记监管对象", "Open a subject", .can = CAN_SUBJECTS,
     .form = &subject_table, .run = open_run},
    {"change", "change_subject", "修改监管对象", "Change a subject", .can = CAN_SIGN_IN,
     .form = &subject_table, .permit = permit_change, .run = change_run},
};
static const NounTold told[] = {
    {"open_subject", "登记", "Registered"},
    {"change_subject", "修改", "Changed"},
    {"accept_proposal", "确认现场上报的变动", "What the field said was confirmed"},
    {"refuse_proposal", "到现场核实仍在", "Seen to be still there"},
    {"subject-import", "导入", "Imported"},
    {"subject-follow", "随网格调整转入", "Follows its ground"},
};

/* The subject's own people do not learn which member said what. */
static bool hides_actor(const NounView *view, const void *row)
{
    const Subject *s = row;
    for (size_t i = 0; i < view->who->subject_count; i++)
        if (view->who->subjects[i] == s->id) return true;
    return false;
}

const Noun subject_noun = {
    .name = "subjects",
    .shape = "Subject",
    .page = "SubjectPage",
    .zh = "监管对象",
    .en = "Subjects",
    .table = &subject_table,
    .columns = true,
    COUNTED(member, members),
    COUNTED(filter, filters),
    COUNTED(verb, verbs),
    .told = told,
    .told_count = countof(told),
    .lookup = lookup,
    .blank = blank,
    .sees = sees,
    .hides_actor = hides_actor,
    .page_of = page_of,
    .count_of = count_of,
};
