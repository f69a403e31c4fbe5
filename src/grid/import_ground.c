/* SPDX-License-Identifier: Apache-2.0 */
/* import_ground.c: tables of areas, departments, rules and authorities. */
#include "def/code.h"
#include "grid/import_rows.h"

int64_t area_id(const Bring *b, const Ground *g, Str code, Instant at)
{
    const AreaSpan *span = code.n ? area_by_code(g, code, at) : area_root(g, at);
    return span ? span->area : map_get(&b->ids, code);
}

int64_t department_id(const Bring *b, const Ground *g, Str code, Instant at)
{
    const DepartmentSpan *span = code.n ? department_by_code(g, code, at) : NULL;
    return span ? span->department : map_get(&b->ids, code);
}

/* Whether the column knows the word; tells a fault when not. Null is fine. */
static void check_word(Bring *b, const void *line, const Table *table, const char *column,
                       Str word)
{
    Value value;
    Str place = str_fmt(b->mem, "%.*s, column %s", STR(line_place(b, line)), column);
    if (word.n)
        column_parse(&table->columns[table_column(table, column)], word, NULL, place,
                     &b->faults, &value);
}

static void register_code(Bring *b, Line *line, Str code)
{
    if (map_get(&b->codes, code) == NIL)
        map_put(&b->codes, code, (int64_t)((char *)line - b->lines) / (int64_t)b->kind->size);
}

static bool eq(Str a, Str b)
{
    return (!a.n && !b.n) || str_eq(a, b);
}

/* ---- areas ---- */

typedef struct {
    Line line;
    Str code, name, level, parent, kind, successor;
    Level rung;
    bool closes; /* an area that stands is to end */
} AreaLine;

static const Column area_columns[] = {
    LINE_COLUMN(AreaLine, "code", code, KIND_TEXT, "代码", "Code",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 24),
    LINE_COLUMN(AreaLine, "name", name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    LINE_COLUMN(AreaLine, "level", level, KIND_TEXT, "层级", "Level"),
    LINE_COLUMN(AreaLine, "parent", parent, KIND_TEXT, "上级代码", "Parent"),
    LINE_COLUMN(AreaLine, "kind", kind, KIND_TEXT, "网格类型", "Kind"),
    LINE_COLUMN(AreaLine, "successor", successor, KIND_TEXT, "承接辖区代码", "Successor"),
    LINE_SPAN(AreaLine),
};

/* The span of that code that has no end yet, or the latest end. */
static const AreaSpan *area_standing(const Ground *g, Str code)
{
    const AreaSpan *spans = ROWS(g, PART_AREA_SPAN, AreaSpan), *found = NULL;
    for (size_t i = 0; code.n && i < g->sheets[PART_AREA_SPAN].n; i++)
        if (str_eq(spans[i].code, code) &&
            (!found ||
             (found->ends != NIL && (spans[i].ends == NIL || spans[i].ends > found->ends))))
            found = &spans[i];
    return found;
}

static bool ended_then(const Ground *g, Str code, Instant ends)
{
    const AreaSpan *known = ends == NIL ? NULL : area_standing(g, code);
    return known && known->ends == ends;
}

static void prepare_area(Bring *b, void *context)
{
    AreaLine *l = context;
    register_code(b, &l->line, l->code);
    l->rung = LEVEL_COUNT;
    for (Level level = 0; level < LEVEL_COUNT; level++)
        if (level_takes(level, l->code)) l->rung = level;
    Level said = l->rung;
    if (l->level.n && !level_by_name(l->level, &said))
        line_fault(b, l, "level", &IMPORT_LEVEL, l->level, STR_NULL);
    if (l->rung == LEVEL_COUNT || said != l->rung) {
        Str wanted = said == LEVEL_COUNT ? S("6, 9, 12, 15, 18")
                                         : str_fmt(b->mem, "%zu", level_digits(said));
        line_fault(b, l, "code", &AREA_CODE, l->code, wanted);
        l->rung = LEVEL_REGION;
    }
    l->line.order = (int)l->rung;
    const AreaSpan *known = area_standing(b->g, l->code);
    if (!l->line.dated && l->line.ends != NIL && known) l->line.starts = known->starts;
    l->closes = l->line.ends != NIL && known && known->ends != l->line.ends &&
                known->starts <= l->line.starts;
    if (l->closes) l->line.order = 2 * LEVEL_COUNT - (int)l->rung; /* the lowest first */
    if (l->parent.n || l->rung == LEVEL_REGION) return;
    const AreaSpan *above =
        l->closes && known->parent != NIL ? area_at(b->g, known->parent, l->line.starts) : NULL;
    l->parent = above ? above->code : (Str){l->code.p, level_digits(l->rung - 1)};
}

/* What hangs below an area that ends must end or move away in the same file. */
static void check_below(Bring *b, const AreaLine *l)
{
    const AreaSpan *known = area_by_code(b->g, l->code, l->line.starts);
    const AreaSpan *spans = ROWS(b->g, PART_AREA_SPAN, AreaSpan);
    size_t left = 0;
    for (size_t i = 0; known && i < b->g->sheets[PART_AREA_SPAN].n; i++) {
        if (spans[i].parent != known->area ||
            !spans_meet(spans[i].starts, spans[i].ends, l->line.ends, NIL))
            continue;
        int64_t at = map_get(&b->codes, spans[i].code);
        const AreaLine *child = at == NIL ? NULL : LINE(b, (size_t)at);
        bool gone = child && child->line.ends != NIL && child->line.ends <= l->line.ends;
        bool moved = child && child->line.ends == NIL && !str_eq(child->parent, l->code);
        left += !gone && !moved;
    }
    if (left) line_fault(b, l, "to", &AREA_IN_USE, known->name, str_fmt(b->mem, "%zu", left));
}

static void check_close(Bring *b, const AreaLine *l)
{
    if (l->rung == LEVEL_REGION) line_fault(b, l, "to", &AREA_ROOT, STR_NULL, STR_NULL);
    check_below(b, l);
}

static void check_successor(Bring *b, const AreaLine *l)
{
    if (!l->successor.n) return;
    Instant when = l->line.ends == NIL ? l->line.starts : l->line.ends;
    int64_t at = map_get(&b->codes, l->successor);
    const AreaLine *heir = at == NIL ? NULL : LINE(b, (size_t)at);
    bool there = heir ? heir->line.ends == NIL || heir->line.ends > when
                      : area_by_code(b->g, l->successor, when) != NULL;
    if (!there || str_eq(l->successor, l->code)) line_unknown(b, l, "successor", l->successor);
}

static void check_area(Bring *b, void *context)
{
    AreaLine *l = context;
    check_word(b, l, &area_span_table, "kind", l->kind);
    check_successor(b, l);
    if (l->closes) check_close(b, l);
    const AreaSpan *root = area_root(b->g, l->line.starts);
    if (l->rung == LEVEL_REGION) {
        if (root && !str_eq(root->code, l->code))
            line_fault(b, l, "code", &AREA_ROOT, STR_NULL, STR_NULL);
        return;
    }
    int64_t at = map_get(&b->codes, l->parent);
    const AreaLine *above = at == NIL ? NULL : LINE(b, (size_t)at);
    const AreaSpan *known = area_by_code(b->g, l->parent, l->line.starts);
    if (!above && !known) line_unknown(b, l, "parent", l->parent);
    Level over = above ? above->rung : known ? area_level(known) : LEVEL_REGION;
    if (over >= l->rung) {
        const Err *e =
            err_make4(b->mem, &AREA_LEVEL, str(level_zh(l->rung)), str(level_zh(over)),
                      str(level_en(l->rung)), str(level_en(over)));
        faults_add(&b->faults, str_fmt(b->mem, "%.*s, column parent", STR(line_place(b, l))),
                   e);
    }
}

/* The end of what stands, as it stands; else another name, kind or parent from then on. */
static const Err *change_area(Bring *b, Act *act, const Ground *g, const AreaLine *l,
                              const AreaSpan *last, AreaSpan *span)
{
    if (l->closes)
        return area_shut(act, g, last->area,
                         l->successor.n ? area_id(b, g, l->successor, l->line.ends) : NIL,
                         l->line.ends);
    if (!l->kind.n) span->kind = last->kind;
    if (last->parent == span->parent && str_eq(last->name, span->name) &&
        eq(last->kind, span->kind))
        return NULL;
    span->area = last->area;
    return span_follow(act, PART_AREA_SPAN, last, span, l->line.starts);
}

static const Err *put_area(Bring *b, Act *act, const Ground *g, void *context)
{
    AreaLine *l = context;
    int64_t parent = l->rung == LEVEL_REGION ? NIL : area_id(b, g, l->parent, l->line.starts);
    if (parent == NIL && l->rung != LEVEL_REGION)
        return err_make(act->mem, &IMPORT_UNKNOWN, l->parent, STR_NULL);
    AreaSpan span = {.parent = parent,
                     .level = str(level_name(l->rung)),
                     .name = l->name,
                     .code = l->code,
                     .kind = l->rung < LEVEL_CELL ? STR_NULL
                             : l->kind.n          ? l->kind
                                                  : S("basic"),
                     .starts = l->line.starts,
                     .ends = l->line.ends};
    const AreaSpan *last = area_by_code(g, l->code, l->line.starts);
    if (last) return change_area(b, act, g, l, last, &span);
    if (ended_then(g, l->code, l->line.ends)) return NULL; /* it has ended as the line says */
    Area area = {.successor = NIL};
    row_put(act, &area_table, &area);
    span.area = area.id;
    row_put(act, &area_span_table, &span);
    map_put(&b->ids, l->code, area.id);
    return NULL;
}

const Form import_areas = {"areas",          area_columns, countof(area_columns),
                           sizeof(AreaLine), prepare_area, check_area,
                           put_area};

/* ---- departments ---- */

typedef struct {
    Line line;
    Str code, name, name_en, supervision, penalty, whose, successor;
    bool closes; /* a department that stands is to end */
} DepartmentLine;

static const Column department_columns[] = {
    LINE_COLUMN(DepartmentLine, "code", code, KIND_TEXT, "代码", "Code",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 40),
    LINE_COLUMN(DepartmentLine, "name", name, KIND_TEXT, "名称", "Name",
                .flags = COLUMN_REQUIRED),
    LINE_COLUMN(DepartmentLine, "name_en", name_en, KIND_TEXT, "英文名称", "English name"),
    LINE_COLUMN(DepartmentLine, "supervision", supervision, KIND_TEXT, "监管职责",
                "Supervision"),
    LINE_COLUMN(DepartmentLine, "penalty", penalty, KIND_TEXT, "处罚权", "Power of penalty"),
    LINE_COLUMN(DepartmentLine, "whose", whose, KIND_TEXT, "隶属", "Whose"),
    LINE_COLUMN(DepartmentLine, "successor", successor, KIND_TEXT, "承接部门", "Successor"),
    LINE_SPAN(DepartmentLine),
};

static const DepartmentSpan *department_standing(const Ground *g, Str code)
{
    const DepartmentSpan *spans = ROWS(g, PART_DEPARTMENT_SPAN, DepartmentSpan), *found = NULL;
    for (size_t i = 0; i < g->sheets[PART_DEPARTMENT_SPAN].n; i++)
        if (str_eq(spans[i].code, code) &&
            (!found ||
             (found->ends != NIL && (spans[i].ends == NIL || spans[i].ends > found->ends))))
            found = &spans[i];
    return found;
}

static void prepare_department(Bring *b, void *context)
{
    DepartmentLine *l = context;
    register_code(b, &l->line, l->code);
    const DepartmentSpan *known = department_standing(b->g, l->code);
    if (!l->line.dated && l->line.ends != NIL && known) l->line.starts = known->starts;
    l->closes = l->line.ends != NIL && known && known->ends != l->line.ends &&
                known->starts <= l->line.starts;
}

/* A department goes in behind its successor: its order is the length of the chain, which must
 * end. */
static void check_department(Bring *b, void *context)
{
    DepartmentLine *l = context;
    check_word(b, l, &department_span_table, "supervision", l->supervision);
    check_word(b, l, &department_span_table, "penalty", l->penalty);
    check_word(b, l, &department_span_table, "whose", l->whose);
    Str next = l->successor;
    while (next.n) {
        int64_t at = map_get(&b->codes, next);
        const DepartmentLine *s = at == NIL ? NULL : LINE(b, (size_t)at);
        Instant when = l->line.ends == NIL ? l->line.starts : l->line.ends;
        if (!s && department_id(b, b->g, next, when) == NIL)
            line_unknown(b, l, "successor", next);
        if (!s) return;
        if (++l->line.order > 64) {
            line_fault(b, l, "successor", &IMPORT_TWICE, l->code, l->code);
            return;
        }
        next = s->successor;
    }
}

static Str or (Str given, Str otherwise)
{
    return given.n ? given : otherwise;
}

/* The end of what stands, as it stands; else what the line says anew from then on. */
static const Err *change_department(Bring *b, Act *act, const Ground *g,
                                    const DepartmentLine *l, const DepartmentSpan *last,
                                    DepartmentSpan *span)
{
    if (l->closes)
        return department_shut(act, g, last->department,
                               l->successor.n ? department_id(b, g, l->successor, l->line.ends)
                                              : NIL,
                               l->line.ends);
    span->name_en = or (l->name_en, last->name_en);
    span->supervision = or (l->supervision, last->supervision);
    span->penalty = or (l->penalty, last->penalty);
    span->whose = or (l->whose, last->whose);
    if (str_eq(last->name, span->name) && eq(last->name_en, span->name_en) &&
        str_eq(last->supervision, span->supervision) && str_eq(last->penalty, span->penalty) &&
        str_eq(last->whose, span->whose))
        return NULL;
    span->department = last->department;
    return span_follow(act, PART_DEPARTMENT_SPAN, last, span, l->line.starts);
}

static const Err *put_department(Bring *b, Act *act, const Ground *g, void *context)
{
    DepartmentLine *l = context;
    DepartmentSpan span = {.code = l->code,
                           .name = l->name,
                           .name_en = l->name_en,
                           .supervision = or (l->supervision, S("none")),
                           .penalty = or (l->penalty, S("none")),
                           .whose = or (l->whose, S("own")),
                           .starts = l->line.starts,
                           .ends = l->line.ends};
    const DepartmentSpan *last = department_by_code(g, l->code, l->line.starts);
    Instant when = l->line.ends == NIL ? l->line.starts : l->line.ends;
    if (last) return change_department(b, act, g, l, last, &span);
    const DepartmentSpan *ended = l->line.ends == NIL ? NULL : department_standing(g, l->code);
    if (ended && ended->ends == l->line.ends) return NULL; /* as the line says */
    Department department = {
        .successor = l->successor.n ? department_id(b, g, l->successor, when) : NIL};
    row_put(act, &department_table, &department);
    span.department = department.id;
    row_put(act, &department_span_table, &span);
    map_put(&b->ids, l->code, department.id);
    return NULL;
}

const Form import_departments = {
    "departments",          department_columns, countof(department_columns),
    sizeof(DepartmentLine), prepare_department, check_department,
    put_department};

/* ---- rules ---- */

typedef struct {
    Line line;
    Str matter, area, department, part, basis;
} RuleLine;

static const Column rule_columns[] = {
    LINE_COLUMN(RuleLine, "matter", matter, KIND_TEXT, "事由", "Matter",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 40),
    LINE_COLUMN(RuleLine, "area", area, KIND_TEXT, "辖区代码", "Area", .flags = COLUMN_KEY),
    LINE_COLUMN(RuleLine, "department", department, KIND_TEXT, "部门代码", "Department",
                .flags = COLUMN_REQUIRED),
    LINE_COLUMN(RuleLine, "part", part, KIND_TEXT, "分工", "Part", .flags = COLUMN_KEY),
    LINE_COLUMN(RuleLine, "basis", basis, KIND_TEXT, "依据", "Basis", .max = 500),
    LINE_SPAN(RuleLine),
};

/* Whether the code list of matters has it; empty is fine. */
static void check_matter(Bring *b, const void *line, Str matter)
{
    const CodeList *list = b->spec->defs ? defs_get(b->spec->defs, CodeList, CODES_KIND,
                                                    S("matter"), ledger_clock(b->spec->ledger))
                                         : NULL;
    if (!list || !matter.n || code_find(list, matter)) return;
    Buf all = BUF(b->mem);
    for (size_t i = 0; i < list->count; i++)
        buf_fmt(&all, "%s%.*s", i ? ", " : "", STR(list->codes[i].code));
    line_fault(b, line, "matter", &COLUMN_CHOICE, matter, buf_str(&all));
}

static void prepare_rule(Bring *b, void *context)
{
    RuleLine *l = context;
    if (!l->part.n) l->part = S("lead");
    Str key = line_key(b, l), who = str_is(l->part, "lead") ? S("") : l->department;
    l->line.key = str_fmt(b->mem, "%.*s|%.*s", STR(key), STR(who)); /* one leads, many help */
}

/* The rule of the ground that a line is, or takes over from; *later: one that is in its way. */
static const DepartmentRule *rule_before(const Ground *g, const RuleLine *l, int64_t area,
                                         int64_t department, bool *same, bool *later)
{
    const Sheet *sheet = &g->sheets[PART_RULE];
    const DepartmentRule *rows = sheet->rows, *before = NULL;
    *same = *later = false;
    for (size_t i = sheet_from(PART_RULE, sheet, area); i < sheet->n && rows[i].area == area;
         i++) {
        const DepartmentRule *r = &rows[i];
        if (!str_eq(r->matter, l->matter) || !str_eq(r->part, l->part)) continue;
        if (!str_is(l->part, "lead") && r->department != department) continue;
        if (r->department == department && r->starts == l->line.starts) {
            *same = true;
            return r;
        }
        if (!spans_meet(r->starts, r->ends, l->line.starts, l->line.ends)) continue;
        if (r->starts < l->line.starts)
            before = r;
        else
            *later = true;
    }
    return before;
}

static void check_rule(Bring *b, void *context)
{
    RuleLine *l = context;
    check_matter(b, l, l->matter);
    check_word(b, l, &department_rule_table, "part", l->part);
    int64_t area = area_id(b, b->g, l->area, l->line.starts),
            department = department_id(b, b->g, l->department, l->line.starts);
    if (area == NIL) line_unknown(b, l, "area", l->area);
    if (department == NIL) line_unknown(b, l, "department", l->department);
    if (area == NIL || department == NIL) return;
    bool same, later;
    const DepartmentRule *before = rule_before(b->g, l, area, department, &same, &later);
    (void)before;
    if (later) line_fault(b, l, "from", &RULE_KNOWN, STR_NULL, STR_NULL);
}

static const Err *put_rule(Bring *b, Act *act, const Ground *g, void *context)
{
    RuleLine *l = context;
    DepartmentRule rule = {.matter = l->matter,
                           .area = area_id(b, g, l->area, l->line.starts),
                           .department = department_id(b, g, l->department, l->line.starts),
                           .part = l->part,
                           .basis = l->basis,
                           .starts = l->line.starts,
                           .ends = l->line.ends};
    bool same, later;
    const DepartmentRule *before = rule_before(g, l, rule.area, rule.department, &same, &later);
    if (same) {
        DepartmentRule after = *before;
        after.ends = rule.ends;
        after.basis = rule.basis;
        row_set(act, &department_rule_table, before, &after);
        return NULL;
    }
    if (later) return &RULE_KNOWN;
    const Err *e = before ? span_end(act, PART_RULE, before, l->line.starts) : NULL;
    if (!e) row_put(act, &department_rule_table, &rule);
    return e;
}

const Form import_rules = {"rules",          rule_columns, countof(rule_columns),
                           sizeof(RuleLine), prepare_rule, check_rule,
                           put_rule};

/* ---- authorities ---- */

typedef struct {
    Line line;
    Str department, area, matter, act, basis, conditions;
} AuthorityLine;

static const Column authority_columns[] = {
    LINE_COLUMN(AuthorityLine, "department", department, KIND_TEXT, "部门代码", "Department",
                .flags = COLUMN_KEY),
    LINE_COLUMN(AuthorityLine, "area", area, KIND_TEXT, "辖区代码", "Area",
                .flags = COLUMN_KEY),
    LINE_COLUMN(AuthorityLine, "matter", matter, KIND_TEXT, "事由", "Matter",
                .flags = COLUMN_KEY, .max = 40),
    LINE_COLUMN(AuthorityLine, "act", act, KIND_TEXT, "职权", "Act",
                .flags = COLUMN_REQUIRED | COLUMN_KEY),
    LINE_COLUMN(AuthorityLine, "basis", basis, KIND_TEXT, "依据", "Basis",
                .flags = COLUMN_REQUIRED, .max = 500),
    LINE_COLUMN(AuthorityLine, "conditions", conditions, KIND_TEXT, "条件", "Conditions",
                .max = 500),
    LINE_SPAN(AuthorityLine),
};

static void check_authority(Bring *b, void *context)
{
    AuthorityLine *l = context;
    check_matter(b, l, l->matter);
    check_word(b, l, &authority_table, "act", l->act);
    if (!l->department.n == !l->area.n) {
        line_fault(b, l, "department", &AUTHORITY_BODY, STR_NULL, STR_NULL);
        return;
    }
    if (l->department.n && department_id(b, b->g, l->department, l->line.starts) == NIL)
        line_unknown(b, l, "department", l->department);
    if (l->area.n && area_id(b, b->g, l->area, l->line.starts) == NIL)
        line_unknown(b, l, "area", l->area);
}

static const Err *put_authority(Bring *b, Act *act, const Ground *g, void *context)
{
    AuthorityLine *l = context;
    Authority row = {.department = l->department.n
                                       ? department_id(b, g, l->department, l->line.starts)
                                       : NIL,
                     .area = l->area.n ? area_id(b, g, l->area, l->line.starts) : NIL,
                     .matter = l->matter,
                     .act = l->act,
                     .basis = l->basis,
                     .conditions = l->conditions,
                     .starts = l->line.starts,
                     .ends = l->line.ends};
    const Authority *rows = ROWS(g, PART_AUTHORITY, Authority);
    for (size_t i = 0; i < g->sheets[PART_AUTHORITY].n; i++) {
        const Authority *a = &rows[i];
        if (a->department != row.department || a->area != row.area ||
            !eq(a->matter, row.matter) || !str_eq(a->act, row.act) ||
            !spans_meet(a->starts, a->ends, row.starts, row.ends))
            continue;
        Authority after = *a;
        after.basis = row.basis;
        after.conditions = row.conditions;
        after.ends = row.ends;
        row_set(act, &authority_table, a, &after); /* known: its words may have changed */
        return NULL;
    }
    row_put(act, &authority_table, &row);
    return NULL;
}

const Form import_authorities = {
    "authorities",   authority_columns, countof(authority_columns), sizeof(AuthorityLine), NULL,
    check_authority, put_authority};
