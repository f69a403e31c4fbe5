/* SPDX-License-Identifier: Apache-2.0 */
/* department_act.c: opening, changing and merging departments; rules and authority. */
#include "grid/handover.h"

const Err DEPARTMENT_MISSING = ERROR(ERR_INVALID, "no-department", "此时没有这个部门",
                                     "There is no such department at that time");
const Err DEPARTMENT_TAKEN = ERROR(ERR_CONFLICT, "code-taken", "代码 {0} 已由“{1}”使用",
                                   "Code {0} is that of \"{1}\" already");
const Err AUTHORITY_BODY =
    ERROR(ERR_INVALID, "body", "职权主体应为一个部门或一个辖区机构,不能两者都填或都不填",
          "The body is a department or an area: one of them");
const Err RULE_KNOWN =
    ERROR(ERR_CONFLICT, "rule-known", "这条规则已经存在", "That rule stands already");

/* A word that the column of the table knows. */
static const Err *check_word(const Act *act, const Table *table, const char *column, Str word)
{
    Faults faults = {.mem = act->mem};
    Value value;
    if (column_parse(&table->columns[table_column(table, column)], word, NULL, str(column),
                     &faults, &value))
        return NULL;
    return faults.first;
}

static const Err *check_department(const Act *act, const Ground *g, const DepartmentSpan *next,
                                   Instant starts)
{
    const Err *e = check_word(act, &department_span_table, "supervision", next->supervision);
    if (!e) e = check_word(act, &department_span_table, "penalty", next->penalty);
    if (!e) e = check_word(act, &department_span_table, "whose", next->whose);
    if (e) return e;
    const DepartmentSpan *rows = ROWS(g, PART_DEPARTMENT_SPAN, DepartmentSpan);
    for (size_t i = 0; i < g->sheets[PART_DEPARTMENT_SPAN].n; i++)
        if (rows[i].department != next->department && str_eq(rows[i].code, next->code) &&
            spans_meet(rows[i].starts, rows[i].ends, starts, NIL))
            return err_field(act->mem,
                             err_make(act->mem, &DEPARTMENT_TAKEN, next->code, rows[i].name),
                             S("code"));
    return NULL;
}

static Str or (Str given, Str otherwise)
{
    return given.p ? given : otherwise;
}

const Err *department_open(Act *act, const Ground *g, const DepartmentDraft *draft,
                           Instant starts, int64_t *out_department)
{
    DepartmentSpan span = {.department = NIL,
                           .code = draft->code,
                           .name = draft->name,
                           .name_en = draft->name_en,
                           .supervision = or (draft->supervision, S("none")),
                           .penalty = or (draft->penalty, S("none")),
                           .whose = or (draft->whose, S("own")),
                           .starts = when_of(act, starts),
                           .ends = NIL};
    const Err *e = check_department(act, g, &span, span.starts);
    if (e) return e;
    Department department = {.successor = NIL};
    row_put(act, &department_table, &department);
    span.department = department.id;
    row_put(act, &department_span_table, &span);
    act_on(act, &department_table, department.id);
    act->raises_epoch = true;
    *out_department = department.id;
    return NULL;
}

const Err *department_change(Act *act, const Ground *g, int64_t department,
                             const DepartmentDraft *draft, Instant starts)
{
    starts = when_of(act, starts);
    const DepartmentSpan *last = span_last(g, PART_DEPARTMENT_SPAN, department);
    if (!last) return &DEPARTMENT_MISSING;
    DepartmentSpan next = *last;
    next.id = 0;
    next.code = or (draft->code, last->code);
    next.name = or (draft->name, last->name);
    next.name_en = or (draft->name_en, last->name_en);
    next.supervision = or (draft->supervision, last->supervision);
    next.penalty = or (draft->penalty, last->penalty);
    next.whose = or (draft->whose, last->whose);
    const Err *e = check_department(act, g, &next, starts);
    if (!e) e = span_follow(act, PART_DEPARTMENT_SPAN, last, &next, starts);
    if (e) return e;
    act_on(act, &department_table, department);
    act->raises_epoch = true;
    return NULL;
}

static const Err *close_all(Act *act, const Ground *g, int64_t department, Instant ends)
{
    const Err *e =
        span_end(act, PART_DEPARTMENT_SPAN, department_at(g, department, ends), ends);
    const Authority *rows = ROWS(g, PART_AUTHORITY, Authority);
    for (size_t i = 0; i < g->sheets[PART_AUTHORITY].n && !e; i++)
        if (rows[i].department == department &&
            spans_meet(rows[i].starts, rows[i].ends, ends, NIL))
            e = span_end(act, PART_AUTHORITY, &rows[i], ends);
    const Seat *seats = ROWS(g, PART_SEAT, Seat);
    for (size_t i = 0; i < g->sheets[PART_SEAT].n && !e; i++)
        if (seats[i].department == department && (seats[i].ends == NIL || seats[i].ends > ends))
            e = seat_end(act, g, &seats[i], ends, STR_NULL);
    return e;
}

static const Err *department_shut(Act *act, const Ground *g, int64_t department,
                                  int64_t successor, Instant ends)
{
    const Department *row = sheet_row(PART_DEPARTMENT, &g->sheets[PART_DEPARTMENT], department);
    Department after = *row;
    after.successor = successor;
    const Err *e = close_all(act, g, department, ends);
    if (!e) row_set(act, &department_table, row, &after);
    return e;
}

const Err *department_close(Act *act, const Ground *g, const GroundHooks *hooks,
                            int64_t department, int64_t successor, Instant ends)
{
    ends = when_of(act, ends);
    if (!department_at(g, department, ends)) return &DEPARTMENT_MISSING;
    if (successor != NIL && (successor == department || !department_at(g, successor, ends)))
        return err_field(act->mem, &DEPARTMENT_MISSING, S("successor"));
    const Err *e = department_shut(act, g, department, successor, ends);
    if (e) return e;
    act_on(act, &department_table, department);
    act->raises_epoch = true;
    return settle(act, g, hooks, ends, true, STR_NULL);
}

/* ---- rules ---- */

const Err *rule_set(Act *act, const Ground *g, const RuleDraft *draft, Instant starts,
                    int64_t *out_rule)
{
    starts = when_of(act, starts);
    const AreaSpan *root = area_root(g, starts);
    DepartmentRule rule = {.matter = draft->matter,
                           .area = draft->area == NIL && root ? root->area : draft->area,
                           .department = draft->department,
                           .part = or (draft->part, S("lead")),
                           .basis = draft->basis,
                           .starts = starts,
                           .ends = NIL};
    const Err *e = check_word(act, &department_rule_table, "part", rule.part);
    if (e) return e;
    if (!area_at(g, rule.area, starts)) return err_field(act->mem, &AREA_MISSING, S("area"));
    if (!department_at(g, rule.department, starts))
        return err_field(act->mem, &DEPARTMENT_MISSING, S("department"));
    const Sheet *sheet = &g->sheets[PART_RULE];
    const DepartmentRule *rows = sheet->rows;
    for (size_t i = sheet_from(PART_RULE, sheet, rule.area);
         i < sheet->n && rows[i].area == rule.area; i++) {
        const DepartmentRule *r = &rows[i];
        bool lead = str_is(rule.part, "lead"), same = r->department == rule.department;
        if (!str_eq(r->matter, rule.matter) || !str_eq(r->part, rule.part) || !(lead || same))
            continue;
        if (!spans_meet(r->starts, r->ends, starts, NIL)) continue;
        if (same || r->starts >= starts) return &RULE_KNOWN;
        if ((e = span_end(act, PART_RULE, r, starts))) return e;
    }
    row_put(act, &department_rule_table, &rule);
    act_on(act, &department_rule_table, rule.id);
    act->raises_epoch = true;
    *out_rule = rule.id;
    return NULL;
}

static const Err *end_of(Act *act, const Ground *g, Part part, int64_t id, Instant ends)
{
    const Table *table = part_rows[part].table;
    for (size_t i = 0; i < g->sheets[part].n; i++) {
        const char *row = (const char *)g->sheets[part].rows + i * table->size;
        if (*(const int64_t *)(const void *)row != id) continue;
        const Err *e = span_end(act, part, row, when_of(act, ends));
        if (e) return e;
        act_on(act, table, id);
        act->raises_epoch = true;
        return NULL;
    }
    return &ERR_NOT_FOUND;
}

const Err *rule_end(Act *act, const Ground *g, int64_t rule, Instant ends)
{
    return end_of(act, g, PART_RULE, rule, ends);
}

/* ---- authority ---- */

const Err *authority_set(Act *act, const Ground *g, const AuthorityDraft *draft, Instant starts,
                         Instant ends, int64_t *out_authority)
{
    starts = when_of(act, starts);
    const Err *e = span_check(act, starts, ends);
    if (!e) e = check_word(act, &authority_table, "act", draft->act);
    if (e) return e;
    if ((draft->department == NIL) == (draft->area == NIL)) return &AUTHORITY_BODY;
    if (draft->department != NIL && !department_at(g, draft->department, starts))
        return err_field(act->mem, &DEPARTMENT_MISSING, S("department"));
    if (draft->area != NIL && !area_at(g, draft->area, starts))
        return err_field(act->mem, &AREA_MISSING, S("area"));
    Authority row = {.department = draft->department,
                     .area = draft->area,
                     .matter = draft->matter,
                     .act = draft->act,
                     .basis = draft->basis,
                     .conditions = draft->conditions,
                     .starts = starts,
                     .ends = ends};
    const Authority *rows = ROWS(g, PART_AUTHORITY, Authority);
    for (size_t i = 0; i < g->sheets[PART_AUTHORITY].n; i++)
        if (rows[i].department == row.department && rows[i].area == row.area &&
            str_eq(rows[i].matter, row.matter) && str_eq(rows[i].act, row.act) &&
            spans_meet(rows[i].starts, rows[i].ends, starts, ends))
            return &RULE_KNOWN;
    row_put(act, &authority_table, &row);
    act_on(act, &authority_table, row.id);
    act->raises_epoch = true;
    *out_authority = row.id;
    return NULL;
}

const Err *authority_end(Act *act, const Ground *g, int64_t authority, Instant ends)
{
    return end_of(act, g, PART_AUTHORITY, authority, ends);
}
