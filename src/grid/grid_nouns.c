/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grid_nouns.c: the descriptors of what makes up the ground: areas, departments, what they lead
 * and may do, persons. Their rows are spans in the snapshot; their verbs are the acts of
 * area.h, department.h and person.h, open to whom the capability is given for the whole region.
 */
#include "grid/grid_nouns.h"

#include "grid/reference.h"
#include "grid/scope.h"
#include "grid/snapshot_internal.h"

/* ---- what they share ---- */

/* All rows of a part that hold at the view's instant. */
static const Err *rows_then(const NounView *view, Part part, const void ***out, size_t *n)
{
    const Sheet *sheet = &view->ground->sheets[part];
    const PartRow *of = &part_rows[part];
    *out = arena_array(view->mem, const void *, sheet->n);
    *n = 0;
    for (size_t i = 0; i < sheet->n; i++) {
        const char *row = (const char *)sheet->rows + i * of->table->size;
        const Instant *starts = (const void *)(row + of->starts),
                      *ends = (const void *)(row + of->ends);
        if (span_covers(*starts, *ends, view->at)) (*out)[(*n)++] = row;
    }
    return NULL;
}

/* All spans of one owner. */
static const Err *spans_of(const NounView *view, Part part, int64_t owner, const void ***out,
                           size_t *n)
{
    const Sheet *sheet = &view->ground->sheets[part];
    const PartRow *of = &part_rows[part];
    size_t first = sheet_from(part, sheet, owner), end = sheet_from(part, sheet, owner + 1);
    *out = arena_array(view->mem, const void *, end - first);
    *n = 0;
    for (size_t i = first; i < end; i++)
        (*out)[(*n)++] = (const char *)sheet->rows + i * of->table->size;
    return NULL;
}

static const Err *found(const void *row, const void **out)
{
    *out = row;
    return row ? NULL : &ERR_NOT_FOUND;
}

/* ---- areas ---- */

static const Err *area_rows(const NounView *view, const Value *query, const void ***out,
                            size_t *n)
{
    const AreaSpan *root = area_root(view->ground, view->at), **areas;
    (void)query;
    area_tree(view->ground, root ? root->area : NIL, view->at, view->mem, &areas, n);
    *out = (const void **)areas;
    return NULL;
}

static const Err *area_load(const NounView *view, int64_t id, const void **out)
{
    return found(area_at(view->ground, id, view->at), out);
}

static const Err *area_spans(const NounView *view, int64_t id, const void ***out, size_t *n)
{
    return spans_of(view, PART_AREA_SPAN, id, out, n);
}

static void put_area(const AreaSpan *a, JsonOut *w)
{
    json_open(w, '{');
    json_put_int(w, "id", a->area);
    json_put_text(w, "level", a->level);
    json_put_text(w, "name", a->name);
    json_put_text(w, "code", a->code);
    json_put_text(w, "kind", a->kind);
    json_put_int(w, "parent", a->parent);
    json_close(w, '}');
}

void area_path_json(const Ground *ground, int64_t area, Instant at, JsonOut *w)
{
    const AreaSpan *path[LEVEL_COUNT];
    size_t n = area_path(ground, area, at, path);
    json_key(w, "path");
    json_open(w, '[');
    while (n-- > 0)
        put_area(path[n], w);
    json_close(w, ']');
}

void area_json(const AreaSpan *area, JsonOut *w)
{
    put_area(area, w);
}

static void put_path(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    (void)whole;
    area_path_json(view->ground, ((const AreaSpan *)row)->area, view->at, out);
}

static void put_outlined(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Outline *shape;
    (void)whole;
    json_put_bool(out, "outlined",
                  area_outline(view->ground, ((const AreaSpan *)row)->area, view->at, &shape) !=
                      NULL);
}

static void put_docking(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Docking **dockings;
    size_t n;
    (void)whole;
    area_dockings(view->ground, ((const AreaSpan *)row)->area, view->at, view->mem, &dockings,
                  &n);
    json_key(out, "docking");
    json_open(out, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(out, '{');
        json_put_text(out, "code", dockings[i]->code);
        json_put_text(out, "name", dockings[i]->name);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_codes(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const AreaCode **codes;
    size_t n;
    (void)whole;
    area_codes(view->ground, ((const AreaSpan *)row)->area, view->at, view->mem, &codes, &n);
    json_key(out, "codes");
    json_open(out, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(out, '{');
        json_put_text(out, "scheme", codes[i]->scheme);
        json_put_text(out, "code", codes[i]->code);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static const NounMember area_members[] = {
    NOUN_COLUMN("id", "area"),
    NOUN_COLUMN("level", "level"),
    NOUN_COLUMN("name", "name"),
    NOUN_COLUMN("code", "code"),
    NOUN_COLUMN("kind", "kind"),
    NOUN_COLUMN("parent", "parent"),
    NOUN_SPAN(true),
    {.name = "outlined", .type = "bool", .put = put_outlined, .one = true},
    {.name = "path", .type = "[Area]", .put = put_path, .one = true},
    {.name = "docking", .type = "[Docking]", .put = put_docking, .one = true},
    {.name = "codes", .type = "[AreaCode]", .put = put_codes, .one = true},
};
static const NounFilter area_filters[] = {
    NOUN_FILTER(FILTER_IS, "level", "level", KIND_TEXT, "层级",
                "region, street, village, cell or micro_cell"),
    NOUN_FILTER(FILTER_IS, "code", "code", KIND_TEXT, "代码", "Code"),
    NOUN_FILTER(FILTER_TEXT, NULL, "q", KIND_TEXT, "搜索", "Stands in name or code"),
};

/* What the acts on areas take; what is not given stays as it is. */
typedef struct {
    int64_t parent, successor;
    Str level, name, code, kind, reason;
    Instant from, to;
} AreaForm;
static const Column area_open_columns[] = {
    COLUMN(AreaForm, parent, KIND_REF, "上级辖区", "Parent; the root when absent",
           .list = "areas"),
    COLUMN(AreaForm, level, KIND_CHOICE, "层级", "Level", .flags = COLUMN_REQUIRED,
           CHOICES(area_levels)),
    COLUMN(AreaForm, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(AreaForm, code, KIND_TEXT, "代码", "Code", .flags = COLUMN_REQUIRED, .max = 24),
    COLUMN(AreaForm, kind, KIND_CHOICE, "网格类型", "Kind of cell; basic when absent",
           CHOICES(area_kinds)),
    FORM_FROM(AreaForm),
};
static const Column area_change_columns[] = {
    COLUMN(AreaForm, parent, KIND_REF, "上级辖区", "Parent", .list = "areas"),
    COLUMN(AreaForm, name, KIND_TEXT, "名称", "Name"),
    COLUMN(AreaForm, code, KIND_TEXT, "代码", "Code", .max = 24),
    COLUMN(AreaForm, kind, KIND_CHOICE, "网格类型", "Kind of cell", CHOICES(area_kinds)),
    FORM_FROM(AreaForm),
};
static const Column area_end_columns[] = {
    COLUMN(AreaForm, successor, KIND_REF, "承接辖区", "Who has the ground from then on",
           .list = "areas"),
    FORM_TO(AreaForm),
};
NOUN_FORM(area_open_form, AreaForm, area_open_columns);
NOUN_FORM(area_change_form, AreaForm, area_change_columns);
NOUN_FORM(area_end_form, AreaForm, area_end_columns);

static const Err *area_open_run(NounAct *a)
{
    const AreaForm *f = a->draft;
    AreaDraft draft = {.parent = f->parent, .name = f->name, .code = f->code, .kind = f->kind};
    if (!level_by_name(f->level, &draft.level))
        return err_field(a->act->mem, &AREA_LEVEL, S("level"));
    return area_open(a->act, a->view->ground, &draft, f->from, &a->id);
}

static const Err *area_change_run(NounAct *a)
{
    const AreaForm *f = a->draft;
    AreaDraft draft = {.parent = f->parent,
                       .level = area_level(a->before),
                       .name = f->name,
                       .code = f->code,
                       .kind = f->kind};
    return area_change(a->act, a->view->ground, a->hooks, a->id, &draft, f->from);
}

static const Err *area_end_run(NounAct *a)
{
    const AreaForm *f = a->draft;
    return area_close(a->act, a->view->ground, a->hooks, a->id, f->successor, f->to);
}

static const NounVerb area_verbs[] = {
    {"open", "open_area", "设立区域", "Open an area", .can = CAN_AREAS, .alone = true,
     .form = &area_open_form, .run = area_open_run},
    {"change", "change_area", "变更区域", "Rename, recode or move an area", .can = CAN_AREAS,
     .alone = true, .form = &area_change_form, .run = area_change_run},
    {"end", "close_area", "撤销区域", "End an area", .can = CAN_AREAS, .alone = true,
     .form = &area_end_form, .run = area_end_run},
};
const Noun area_noun = {
    .name = "areas",
    .shape = "Area",
    .page = "Areas",
    .zh = "区域",
    .en = "Areas",
    .table = &area_span_table,
    .identity = "area",
    .dated = true,
    COUNTED(member, area_members),
    COUNTED(filter, area_filters),
    COUNTED(verb, area_verbs),
    .rows = area_rows,
    .load = area_load,
    .spans = area_spans,
};

/* ---- departments ---- */

static const Err *department_rows(const NounView *view, const Value *query, const void ***out,
                                  size_t *n)
{
    const DepartmentSpan **all;
    (void)query;
    department_all(view->ground, view->at, view->mem, &all, n);
    *out = (const void **)all;
    return NULL;
}

static const Err *department_load(const NounView *view, int64_t id, const void **out)
{
    return found(department_at(view->ground, id, view->at), out);
}

static const Err *department_spans(const NounView *view, int64_t id, const void ***out,
                                   size_t *n)
{
    return spans_of(view, PART_DEPARTMENT_SPAN, id, out, n);
}

static const NounMember department_members[] = {
    NOUN_COLUMN("id", "department"),
    NOUN_COLUMN("code", "code"),
    NOUN_COLUMN("name", "name"),
    NOUN_COLUMN("name_en", "name_en"),
    NOUN_COLUMN("supervision", "supervision"),
    NOUN_COLUMN("penalty", "penalty"),
    NOUN_COLUMN("whose", "whose"),
    NOUN_SPAN(true),
};
static const NounFilter department_filters[] = {
    NOUN_FILTER(FILTER_IS, "code", "code", KIND_TEXT, "代码", "Code"),
    NOUN_FILTER(FILTER_TEXT, NULL, "q", KIND_TEXT, "搜索", "Stands in a name or the code"),
};

typedef struct {
    Str code, name, name_en, supervision, penalty, whose;
    int64_t successor;
    Instant from, to;
} DepartmentForm;
#define DEPARTMENT_FIELDS(required)                                                            \
    COLUMN(DepartmentForm, code, KIND_TEXT, "代码", "Code", .max = 40, .flags = required),     \
        COLUMN(DepartmentForm, name, KIND_TEXT, "名称", "Name", .flags = required),            \
        COLUMN(DepartmentForm, name_en, KIND_TEXT, "英文名称", "English name"),                \
        COLUMN(DepartmentForm, supervision, KIND_CHOICE, "监管职责", "Supervision",            \
               CHOICES(department_supervisions)),                                              \
        COLUMN(DepartmentForm, penalty, KIND_CHOICE, "处罚权", "Power of penalty",             \
               CHOICES(department_penalties)),                                                 \
        COLUMN(DepartmentForm, whose, KIND_CHOICE, "隶属", "Whose",                            \
               CHOICES(department_owners)),                                                    \
        FORM_FROM(DepartmentForm)
static const Column department_open_columns[] = {DEPARTMENT_FIELDS(COLUMN_REQUIRED)};
static const Column department_change_columns[] = {DEPARTMENT_FIELDS(0)};
static const Column department_end_columns[] = {
    COLUMN(DepartmentForm, successor, KIND_REF, "承接部门", "Who takes over",
           .list = "departments"),
    FORM_TO(DepartmentForm),
};
NOUN_FORM(department_open_form, DepartmentForm, department_open_columns);
NOUN_FORM(department_change_form, DepartmentForm, department_change_columns);
NOUN_FORM(department_end_form, DepartmentForm, department_end_columns);

static DepartmentDraft department_draft(const NounAct *a)
{
    const DepartmentForm *f = a->draft;
    return (DepartmentDraft){f->code,        f->name,    f->name_en,
                             f->supervision, f->penalty, f->whose};
}

static const Err *department_open_run(NounAct *a)
{
    DepartmentDraft draft = department_draft(a);
    return department_open(a->act, a->view->ground, &draft,
                           ((const DepartmentForm *)a->draft)->from, &a->id);
}

static const Err *department_change_run(NounAct *a)
{
    DepartmentDraft draft = department_draft(a);
    return department_change(a->act, a->view->ground, a->id, &draft,
                             ((const DepartmentForm *)a->draft)->from);
}

static const Err *department_end_run(NounAct *a)
{
    const DepartmentForm *f = a->draft;
    return department_close(a->act, a->view->ground, a->hooks, a->id, f->successor, f->to);
}

static const NounVerb department_verbs[] = {
    {"open", "open_department", "设立部门", "Open a department", .can = CAN_DEPARTMENTS,
     .alone = true, .form = &department_open_form, .run = department_open_run},
    {"change", "change_department", "变更部门", "Rename it or change its powers",
     .can = CAN_DEPARTMENTS, .alone = true, .form = &department_change_form,
     .run = department_change_run},
    {"end", "close_department", "撤并部门", "End a department", .can = CAN_DEPARTMENTS,
     .alone = true, .form = &department_end_form, .run = department_end_run},
};
const Noun department_noun = {
    .name = "departments",
    .shape = "Department",
    .page = "Departments",
    .zh = "部门",
    .en = "Departments",
    .table = &department_span_table,
    .identity = "department",
    .dated = true,
    COUNTED(member, department_members),
    COUNTED(filter, department_filters),
    COUNTED(verb, department_verbs),
    .rows = department_rows,
    .load = department_load,
    .spans = department_spans,
};

/* ---- who leads what, and what law lets a body do ---- */

static const Err *rule_rows(const NounView *view, const Value *query, const void ***out,
                            size_t *n)
{
    (void)query;
    return rows_then(view, PART_RULE, out, n);
}

static const NounMember rule_members[] = {
    NOUN_COLUMN("id", "id"), NOUN_COLUMN("matter", "matter"), NOUN_REF("area"),
    NOUN_REF("department"),  NOUN_COLUMN("part", "part"),     NOUN_COLUMN("basis", "basis"),
    NOUN_SPAN(false),
};
static const NounFilter rule_filters[] = {
    NOUN_FILTER(FILTER_IS, "matter", "matter", KIND_CODE, "管理事项", "Matter",
                .list = "matter"),
    NOUN_FILTER(FILTER_WITHIN, "area", "area", KIND_REF, "区域", "Area and all below it",
                .list = "areas"),
    NOUN_FILTER(FILTER_IS, "department", "department", KIND_REF, "部门", "Department",
                .list = "departments"),
};

typedef struct {
    Str matter, part, basis, act, conditions;
    int64_t area, department;
    Instant from, to;
} RuleForm;
#define RULE_BODY                                                                              \
    COLUMN(RuleForm, area, KIND_REF, "区域", "Area; the region when absent", .list = "areas")
static const Column rule_open_columns[] = {
    COLUMN(RuleForm, matter, KIND_CODE, "管理事项", "Matter", .flags = COLUMN_REQUIRED,
           .list = "matter"),
    RULE_BODY,
    COLUMN(RuleForm, department, KIND_REF, "部门", "Department", .flags = COLUMN_REQUIRED,
           .list = "departments"),
    COLUMN(RuleForm, part, KIND_CHOICE, "分工", "Part; leads when absent", CHOICES(rule_parts)),
    COLUMN(RuleForm, basis, KIND_TEXT, "依据", "Basis", .flags = COLUMN_REQUIRED, .max = 500),
    FORM_FROM(RuleForm),
};
static const Column rule_end_columns[] = {FORM_TO(RuleForm)};
static const Column authority_open_columns[] = {
    COLUMN(RuleForm, department, KIND_REF, "部门", "Department", .list = "departments"),
    COLUMN(RuleForm, area, KIND_REF, "辖区机构", "Or the office of an area", .list = "areas"),
    COLUMN(RuleForm, matter, KIND_CODE, "管理事项", "Matter; all when absent",
           .list = "matter"),
    COLUMN(RuleForm, act, KIND_CHOICE, "职权", "Act", .flags = COLUMN_REQUIRED,
           CHOICES(authority_acts)),
    COLUMN(RuleForm, basis, KIND_TEXT, "依据", "Basis", .flags = COLUMN_REQUIRED, .max = 500),
    COLUMN(RuleForm, conditions, KIND_TEXT, "条件", "Conditions", .max = 500),
    FORM_FROM(RuleForm),
    FORM_COLUMN(RuleForm, to, "to", KIND_INSTANT, "终止时间（不填为长期）",
                "Until then; open when absent"),
};
NOUN_FORM(rule_open_form, RuleForm, rule_open_columns);
NOUN_FORM(rule_end_form, RuleForm, rule_end_columns);
NOUN_FORM(authority_open_form, RuleForm, authority_open_columns);

static const Err *rule_open_run(NounAct *a)
{
    const RuleForm *f = a->draft;
    RuleDraft draft = {f->matter, f->area, f->department, f->part, f->basis};
    return rule_set(a->act, a->view->ground, &draft, f->from, &a->id);
}

static const Err *rule_end_run(NounAct *a)
{
    return rule_end(a->act, a->view->ground, a->id, ((const RuleForm *)a->draft)->to);
}

static const NounVerb rule_verbs[] = {
    {"open", "set_rule", "确定分工", "Say who leads or helps", .can = CAN_DEPARTMENTS,
     .alone = true, .form = &rule_open_form, .run = rule_open_run},
    {"end", "end_rule", "终止分工", "End it", .can = CAN_DEPARTMENTS, .alone = true,
     .form = &rule_end_form, .run = rule_end_run},
};
const Noun rule_noun = {
    .name = "rules",
    .shape = "Rule",
    .page = "Rules",
    .zh = "部门分工",
    .en = "Who leads and helps",
    .table = &department_rule_table,
    .dated = true,
    COUNTED(member, rule_members),
    COUNTED(filter, rule_filters),
    COUNTED(verb, rule_verbs),
    .rows = rule_rows,
};

static const Err *authority_rows(const NounView *view, const Value *query, const void ***out,
                                 size_t *n)
{
    (void)query;
    return rows_then(view, PART_AUTHORITY, out, n);
}

static const NounMember authority_members[] = {
    NOUN_COLUMN("id", "id"),
    NOUN_REF("department"),
    NOUN_REF("area"),
    NOUN_COLUMN("matter", "matter"),
    NOUN_COLUMN("act", "act"),
    NOUN_COLUMN("basis", "basis"),
    NOUN_COLUMN("conditions", "conditions"),
    NOUN_SPAN(false),
};

static const Err *authority_open_run(NounAct *a)
{
    const RuleForm *f = a->draft;
    AuthorityDraft draft = {f->department, f->area, f->matter, f->act, f->basis, f->conditions};
    return authority_set(a->act, a->view->ground, &draft, f->from, f->to, &a->id);
}

static const Err *authority_end_run(NounAct *a)
{
    return authority_end(a->act, a->view->ground, a->id, ((const RuleForm *)a->draft)->to);
}

static const NounVerb authority_verbs[] = {
    {"open", "set_authority", "登记职权", "Enter what law lets a body do",
     .can = CAN_DEPARTMENTS, .alone = true, .form = &authority_open_form,
     .run = authority_open_run},
    {"end", "end_authority", "终止职权", "End it", .can = CAN_DEPARTMENTS, .alone = true,
     .form = &rule_end_form, .run = authority_end_run},
};
const Noun authority_noun = {
    .name = "authorities",
    .shape = "Authority",
    .page = "Authorities",
    .zh = "职权",
    .en = "What law lets each body do",
    .table = &authority_table,
    .dated = true,
    COUNTED(member, authority_members),
    COUNTED(filter, rule_filters),
    COUNTED(verb, authority_verbs),
    .rows = authority_rows,
};

/* ---- persons ---- */

static const Err *person_rows(const NounView *view, const Value *query, const void ***out,
                              size_t *n)
{
    const Person **all;
    (void)query;
    person_all(view->ground, view->mem, &all, n);
    *out = (const void **)all;
    return NULL;
}

static const Err *person_load(const NounView *view, int64_t id, const void **out)
{
    return found(person_of(view->ground, id), out);
}

static void put_absent(const NounView *view, const void *row, bool whole, JsonOut *out)
{
    const Person *p = row;
    (void)whole;
    json_put_bool(out, "absent", person_absence(view->ground, p->id, view->now) != NULL);
}

/* Phones are whole for who keeps the persons; who only seats them sees them in part. */
static bool person_sees(const NounView *view, const void *row, bool *out_whole)
{
    (void)row;
    *out_whole = (view->who->can & CAN_PERSONS) != 0;
    return true;
}

static const NounMember person_members[] = {
    NOUN_COLUMN("id", "id"),
    NOUN_COLUMN("code", "code"),
    NOUN_COLUMN("name", "name"),
    {.name = "absent", .type = "bool", .put = put_absent},
};
static const NounFilter person_filters[] = {
    NOUN_FILTER(FILTER_TEXT, NULL, "q", KIND_TEXT, "姓名", "Stands in the name or the code"),
};

typedef struct {
    Str code, name, phone;
} PersonForm;
#define PERSON_FIELDS(required)                                                                \
    COLUMN(PersonForm, code, KIND_TEXT, "人员编号", "Code", .max = 40),                        \
        COLUMN(PersonForm, name, KIND_TEXT, "姓名", "Name", .max = 60, .flags = required),     \
        COLUMN(PersonForm, phone, KIND_TEXT, "办公电话", "Office phone", .max = 40)
static const Column person_open_columns[] = {PERSON_FIELDS(COLUMN_REQUIRED)};
static const Column person_change_columns[] = {PERSON_FIELDS(0)};
NOUN_FORM(person_open_form, PersonForm, person_open_columns);
NOUN_FORM(person_change_form, PersonForm, person_change_columns);

static const Err *person_open_run(NounAct *a)
{
    const PersonForm *f = a->draft;
    return person_open(a->act, a->view->ground, f->code, f->name, f->phone, &a->id);
}

static const Err *person_change_run(NounAct *a)
{
    const PersonForm *f = a->draft;
    return person_change(a->act, a->view->ground, a->id, f->code, f->name, f->phone);
}

static const NounVerb person_verbs[] = {
    {"open", "open_person", "登记人员", "Enter a person", .can = CAN_PERSONS, .alone = true,
     .form = &person_open_form, .run = person_open_run},
    {"change", "change_person", "修改人员", "Change a person", .can = CAN_PERSONS,
     .alone = true, .form = &person_change_form, .run = person_change_run},
};
const Noun person_noun = {
    .name = "persons",
    .shape = "Person",
    .page = "Persons",
    .zh = "人员",
    .en = "Persons",
    .table = &person_table,
    .can = CAN_SEATS,
    COUNTED(member, person_members),
    COUNTED(filter, person_filters),
    COUNTED(verb, person_verbs),
    .rows = person_rows,
    .sees = person_sees,
    .load = person_load,
};
