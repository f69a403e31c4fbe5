/* SPDX-License-Identifier: Apache-2.0 */
/* import_ground.c: tables of areas, departments, rules and authorities, in and out. */
#include "grid/handover.h"
#include "grid/import.h"

/* When to look for what a line means: a line that says an end means what stands before it. */
static Instant line_when(const ImportLine *line)
{
    return line->ends == NIL ? line->starts : line->ends - 1;
}

/* A line that only says an end opens nothing anew whose code was there at another time. */
static const Err *check_new(Act *act, const Ground *g, const ImportLine *line, Str code)
{
    const Err *e = line->dated || line->ends == NIL ? NULL : code_missing(act->mem, g, code);
    return err_is(e, &IMPORT_THEN) ? line_blame(act, e, "code") : NULL;
}

static bool differs(Str given, Str known)
{
    return given.n && !str_eq(given, known);
}

/* Who comes after what ends; *out NIL: nobody is named. What ends in this very act comes after
 * nothing, or two lines would name each other. */
static const Err *find_successor(Act *act, const Ground *g, const Table *table, Str code,
                                 Instant ends, int64_t *out)
{
    *out = code.n ? code_id(g, table->name, code, ends) : NIL;
    bool fine = !code.n || *out != NIL;
    for (size_t i = 0; i < act->count && fine && code.n; i++) {
        const Change *c = &act->changes[i];
        fine = c->table != table || c->id != *out || c->op == ROW_PUT;
    }
    return fine ? NULL : line_blame(act, code_missing(act->mem, g, code), "successor");
}

/* ---- areas ---- */

typedef struct {
    ImportLine line;
    Str code, name, level, parent, kind, successor;
    Str dock, outline; /* codes as a list; outline_encode: of features alone */
} AreaLine;

static const Choice level_words[] = {
    {"region", "区县", "region"},     {"region", "区", "district"},
    {"region", "县", "county"},       {"street", "园办(镇街)", "park office or street"},
    {"street", "街道", "office"},     {"street", "镇", "town"},
    {"street", "乡", "township"},     {"village", "村(社区)", "village or community"},
    {"village", "社区", "community"}, {"village", "村", "village"},
    {"cell", "网格", "grid"},         {"micro_cell", "微网格", "micro-cell"},
};
static const Column area_columns[] = {
    LINE_COLUMN(AreaLine, "code", code, KIND_TEXT, "代码", "Code",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 24),
    LINE_LIKE(AreaLine, name, COLUMN_REQUIRED),
    LINE_COLUMN(AreaLine, "level", level, KIND_CHOICE, "层级", "Level", .choices = level_words,
                .choice_count = countof(level_words)),
    LINE_COLUMN(AreaLine, "parent", parent, KIND_TEXT, "上级代码", "Parent"),
    LINE_LIKE(AreaLine, kind, 0),
    LINE_COLUMN(AreaLine, "successor", successor, KIND_TEXT, "承接辖区代码", "Successor"),
    LINE_SPAN(AreaLine),
    LINE_COLUMN(AreaLine, "dock", dock, KIND_LIST, "对接镇街", "Docks at",
                .flags = COLUMN_OURS),
    LINE_COLUMN(AreaLine, "outline", outline, KIND_TEXT, "边界", "Outline",
                .flags = COLUMN_OURS, .max = INT32_MAX),
};

static Level level_of(Str code)
{
    Level level = 0;
    while (level < LEVEL_COUNT && !level_takes(level, code))
        level++;
    return level;
}

static const Err *prepare_area(const ImportStep *step, void *context)
{
    const AreaLine *l = context;
    Level level = level_of(l->code), said = level;
    if (l->level.n && !level_by_name(l->level, &said)) said = LEVEL_COUNT;
    if (level < LEVEL_COUNT && said == level) return NULL;
    Str wanted = said == LEVEL_COUNT ? S("6, 9, 12, 15, 18")
                                     : str_fmt(step->spec->mem, "%zu", level_digits(said));
    return err_field(step->spec->mem, err_make(step->spec->mem, &AREA_CODE, l->code, wanted),
                     S("code"));
}

static const Err *open_area(Act *act, const Ground *g, const AreaLine *l, Instant starts)
{
    AreaDraft draft = {.parent = NIL,
                       .level = level_of(l->code),
                       .name = l->name,
                       .code = l->code,
                       .kind = l->kind};
    if (!l->name.n) return line_blame(act, &COLUMN_REQUIRED_ERR, "name");
    if (draft.level != LEVEL_REGION) {
        Str above = l->parent.n ? l->parent : (Str){l->code.p, level_digits(draft.level - 1)};
        draft.parent = code_id(g, "areas", above, starts);
        if (draft.parent == NIL && !l->parent.n && draft.level == LEVEL_STREET)
            draft.parent = code_id(g, "areas", S(""), starts);
        if (draft.parent == NIL)
            return line_blame(act, code_missing(act->mem, g, above), "parent");
    }
    int64_t id;
    return line_blame(act, area_open(act, g, &draft, starts, &id), "code");
}

static const Err *change_area(Act *act, const Ground *g, const AreaLine *l, const AreaSpan *at)
{
    AreaDraft draft = {.parent = NIL, .name = l->name, .kind = l->kind};
    if (l->parent.n) {
        draft.parent = code_id(g, "areas", l->parent, l->line.starts);
        if (draft.parent == NIL)
            return line_blame(act, code_missing(act->mem, g, l->parent), "parent");
    }
    if (!differs(l->name, at->name) && !differs(l->kind, at->kind) &&
        (draft.parent == NIL || draft.parent == at->parent))
        return NULL;
    return line_blame(act, area_change(act, g, &SETTLE_LATER, at->area, &draft, l->line.starts),
                      "from");
}

/* An outline neither renames an area nor changes what it already is. */
static const Err *draw_area(const ImportStep *step, const AreaLine *l, const AreaSpan *at)
{
    const ImportSpec *spec = step->spec;
    Act *act = step->act;
    const Ground *g = step->ground;
    Instant starts = l->line.starts;
    const Json *docks = NULL;
    const Docking **known;
    size_t n;
    const Err *e = l->dock.n ? json_read(act->mem, l->dock, &docks) : NULL;
    area_dockings(g, at->area, starts, act->mem, &known, &n);
    for (size_t i = 0; i < json_count(docks) && !e; i++) {
        Str code = json_view(json_at(docks, i));
        bool there = !code.n;
        for (size_t k = 0; k < n; k++)
            there |= str_eq(known[k]->code, code);
        if (!there) e = area_dock(act, g, at->area, code, STR_NULL, starts);
    }
    const AreaOutline *last = span_last(g, PART_OUTLINE, at->area);
    AreaOutline next = {.datum = str(datum_name(spec->datum))};
    if (spec->datum == DATUM_GCJ02) next.conversion = spec->conversion;
    if (e || (last && last->ends == NIL && str_eq(last->shape, l->outline) &&
              outline_datum(last) == outline_datum(&next)))
        return e;
    Outline shape;
    if (!(e = outline_decode(act->mem, l->outline, &shape)))
        e = area_draw(act, g, at->area, &shape, spec->datum, next.conversion, spec->name,
                      starts);
    return e;
}

static const Err *put_area(const ImportStep *step, void *context)
{
    Act *act = step->act;
    const Ground *g = step->ground;
    const AreaLine *l = context;
    Instant ends = l->line.ends;
    const AreaSpan *at = area_by_code(g, l->code, line_when(&l->line));
    const Err *e = at ? NULL : check_new(act, g, &l->line, l->code);
    if (l->successor.n && ends == NIL) e = line_blame(act, &COLUMN_REQUIRED_ERR, "to");
    if (e || !at) return e ? e : open_area(act, g, l, l->line.starts);
    if (l->outline.n) return draw_area(step, l, at);
    if (ends == NIL) return change_area(act, g, l, at);
    if (at->ends == ends) return NULL;
    int64_t heir;
    e = find_successor(act, g, &area_table, l->successor, ends, &heir);
    if (!e) e = area_close(act, g, &SETTLE_LATER, at->area, heir, ends);
    return line_blame(act, e, "to");
}

const ImportNoun import_areas = {IMPORT_NOUN("areas", AreaLine, area_columns),
                                 .like = &area_span_table,
                                 .keys = {"code"},
                                 .prepare = prepare_area,
                                 .put = put_area,
                                 .ends = &area_table};

/* ---- departments ---- */

typedef struct {
    ImportLine line;
    Str code, name, name_en, supervision, penalty, whose, successor;
} DepartmentLine;

static const Column department_columns[] = {
    LINE_COLUMN(DepartmentLine, "code", code, KIND_TEXT, "代码", "Code",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .max = 40),
    LINE_LIKE(DepartmentLine, name, COLUMN_REQUIRED),
    LINE_LIKE(DepartmentLine, name_en, 0),
    LINE_LIKE(DepartmentLine, supervision, 0),
    LINE_LIKE(DepartmentLine, penalty, 0),
    LINE_LIKE(DepartmentLine, whose, 0),
    LINE_COLUMN(DepartmentLine, "successor", successor, KIND_TEXT, "承接部门", "Successor"),
    LINE_SPAN(DepartmentLine),
};

static const Err *put_department(const ImportStep *step, void *context)
{
    Act *act = step->act;
    const Ground *g = step->ground;
    const DepartmentLine *l = context;
    DepartmentDraft draft = {l->code,        l->name,    l->name_en,
                             l->supervision, l->penalty, l->whose};
    Instant starts = l->line.starts, ends = l->line.ends;
    const DepartmentSpan *at = department_by_code(g, l->code, line_when(&l->line));
    const Err *e = at ? NULL : check_new(act, g, &l->line, l->code);
    int64_t heir, id;
    if (l->successor.n && ends == NIL) e = line_blame(act, &COLUMN_REQUIRED_ERR, "to");
    if (!e && !at) e = department_open(act, g, &draft, starts, &id);
    if (e || !at) return line_blame(act, e, "code");
    if (at->ends == ends && ends != NIL) return NULL;
    if (ends != NIL) {
        e = find_successor(act, g, &department_table, l->successor, ends, &heir);
        if (!e) e = department_close(act, g, &SETTLE_LATER, at->department, heir, ends);
        return line_blame(act, e, "to");
    }
    if (!differs(l->name, at->name) && !differs(l->name_en, at->name_en) &&
        !differs(l->supervision, at->supervision) && !differs(l->penalty, at->penalty) &&
        !differs(l->whose, at->whose))
        return NULL;
    return line_blame(act, department_change(act, g, at->department, &draft, starts), "from");
}

const ImportNoun import_departments = {
    IMPORT_NOUN("departments", DepartmentLine, department_columns),
    .like = &department_span_table, .keys = {"code"}, .put = put_department,
    .ends = &department_table};

/* ---- rules ---- */

typedef struct {
    ImportLine line;
    Str matter, part, basis;
    int64_t area, department;
} RuleLine;

static const Column rule_columns[] = {
    LINE_COLUMN(RuleLine, "matter", matter, KIND_CODE, "事由", "Matter",
                .flags = COLUMN_REQUIRED | COLUMN_KEY, .list = "matter"),
    LINE_COLUMN(RuleLine, "area", area, KIND_REF, "辖区代码", "Area", .flags = COLUMN_KEY,
                .list = "areas"),
    LINE_COLUMN(RuleLine, "department", department, KIND_REF, "部门代码", "Department",
                .flags = COLUMN_REQUIRED, .list = "departments"),
    LINE_LIKE(RuleLine, part, COLUMN_KEY),
    LINE_LIKE(RuleLine, basis, 0),
    LINE_SPAN(RuleLine),
};

/* One leads, many help. */
static const Err *prepare_rule(const ImportStep *step, void *context)
{
    RuleLine *l = context;
    if (!l->part.n) l->part = S("lead");
    l->line.owner = l->line.keys[0] = line_key(step->spec->mem, step->noun, l);
    if (!str_is(l->part, "lead"))
        l->line.keys[0] =
            str_fmt(step->spec->mem, "%.*s|%lld", STR(l->line.owner), (long long)l->department);
    return NULL;
}

/* Ends what stands when the line says an end. */
static const Err *end_rule(Act *act, const Ground *g, const ImportLine *line, int64_t rule,
                           Instant ends,
                           const Err *(*end)(Act *, const Ground *, int64_t, Instant))
{
    if (line->ends == NIL || ends == line->ends) return NULL;
    return line_blame(act, end(act, g, rule, line->ends), "to");
}

static const Err *put_rule(const ImportStep *step, void *context)
{
    Act *act = step->act;
    const Ground *g = step->ground;
    const RuleLine *l = context;
    int64_t area = l->area == NIL ? code_id(g, "areas", S(""), l->line.starts) : l->area, id;
    const Sheet *sheet = &g->sheets[PART_RULE];
    const DepartmentRule *r = (const DepartmentRule *)sheet->rows +
                              sheet_from(PART_RULE, sheet, area),
                         *end = (const DepartmentRule *)sheet->rows + sheet->n;
    for (; r < end && r->area == area; r++) {
        if (!str_eq(r->matter, l->matter) || !str_eq(r->part, l->part) ||
            r->department != l->department || !line_is(&l->line, r->starts, r->ends))
            continue;
        DepartmentRule after = *r;
        if (l->basis.n) after.basis = l->basis;
        if (row_set(act, &department_rule_table, r, &after)) return NULL;
        return end_rule(act, g, &l->line, r->id, r->ends, rule_end);
    }
    RuleDraft draft = {l->matter, area, l->department, l->part, l->basis};
    return line_blame(act, rule_set(act, g, &draft, l->line.starts, &id), "from");
}

const ImportNoun import_rules = {IMPORT_NOUN("rules", RuleLine, rule_columns),
                                 .like = &department_rule_table, .prepare = prepare_rule,
                                 .put = put_rule};

/* ---- authorities ---- */

typedef struct {
    ImportLine line;
    int64_t department, area;
    Str matter, act, basis, conditions;
} AuthorityLine;

static const Column authority_columns[] = {
    LINE_COLUMN(AuthorityLine, "department", department, KIND_REF, "部门代码", "Department",
                .flags = COLUMN_KEY, .list = "departments"),
    LINE_COLUMN(AuthorityLine, "area", area, KIND_REF, "辖区代码", "Area", .flags = COLUMN_KEY,
                .list = "areas"),
    LINE_COLUMN(AuthorityLine, "matter", matter, KIND_CODE, "事由", "Matter",
                .flags = COLUMN_KEY, .list = "matter"),
    LINE_LIKE(AuthorityLine, act, COLUMN_REQUIRED | COLUMN_KEY),
    LINE_LIKE(AuthorityLine, basis, COLUMN_REQUIRED),
    LINE_LIKE(AuthorityLine, conditions, 0),
    LINE_SPAN(AuthorityLine),
};

static const Err *put_authority(const ImportStep *step, void *context)
{
    Act *act = step->act;
    const Ground *g = step->ground;
    const AuthorityLine *l = context;
    const Authority *rows = ROWS(g, PART_AUTHORITY, Authority);
    int64_t id;
    for (size_t i = 0; i < g->sheets[PART_AUTHORITY].n; i++) {
        const Authority *a = &rows[i];
        if (a->department != l->department || a->area != l->area ||
            !str_eq(a->matter, l->matter) || !str_eq(a->act, l->act) ||
            !line_is(&l->line, a->starts, a->ends))
            continue;
        Authority after = *a;
        after.basis = l->basis;
        if (l->conditions.n) after.conditions = l->conditions;
        if (row_set(act, &authority_table, a, &after)) return NULL;
        return end_rule(act, g, &l->line, a->id, a->ends, authority_end);
    }
    AuthorityDraft draft = {l->department, l->area, l->matter, l->act, l->basis, l->conditions};
    const Err *e = authority_set(act, g, &draft, l->line.starts, l->line.ends, &id);
    return line_blame(act, e, e == &AUTHORITY_BODY ? "department" : "from");
}

const ImportNoun import_authorities = {
    IMPORT_NOUN("authorities", AuthorityLine, authority_columns), .like = &authority_table,
    .put = put_authority};
