/* SPDX-License-Identifier: Apache-2.0 */
/* lead_department.c: which department leads a matter at a place, which ones help, and by what
 * rule. */
#include "base/time.h"
#include "grid/duty.h"
#include "grid/snapshot_internal.h"

#define STEPS_MOST 64 /* from a department that ended to who took over */

void why_add(Whys *whys, Str zh, Str en)
{
    if (whys->count == whys->cap) {
        size_t cap = whys->cap ? whys->cap * 2 : 8;
        Why *more = arena_array(whys->mem, Why, cap);
        if (whys->count) memcpy(more, whys->lines, whys->count * sizeof *more);
        whys->lines = more;
        whys->cap = cap;
    }
    whys->lines[whys->count++] = (Why){zh, en};
}

typedef struct {
    const Ground *g;
    Str matter;
    Instant when;
    Whys *whys;
} Lead;

static Str english(const DepartmentSpan *d)
{
    return d->name_en.p ? d->name_en : d->name;
}

/* The department itself, or who took over from it; NULL when it ended without successor. */
static const DepartmentSpan *living(const Ground *g, int64_t department, Instant when)
{
    for (int step = 0; step < STEPS_MOST && department != NIL; step++) {
        const DepartmentSpan *span = department_at(g, department, when);
        if (span) return span;
        const Department *row =
            sheet_row(PART_DEPARTMENT, &g->sheets[PART_DEPARTMENT], department);
        department = row ? row->successor : NIL;
    }
    return NULL;
}

int64_t department_now(const Ground *ground, int64_t department, Instant when)
{
    const DepartmentSpan *span = living(ground, department, when);
    return span ? span->department : NIL;
}

/* The rule of an area itself that holds; the latest start wins. */
static const DepartmentRule *rule_of(const Lead *l, int64_t area, const DepartmentSpan **out)
{
    const Sheet *sheet = &l->g->sheets[PART_RULE];
    const DepartmentRule *rows = sheet->rows, *best = NULL;
    for (size_t i = sheet_from(PART_RULE, sheet, area); i < sheet->n && rows[i].area == area;
         i++) {
        const DepartmentRule *r = &rows[i];
        if (!str_eq(r->matter, l->matter) || !str_is(r->part, "lead") ||
            !span_covers(r->starts, r->ends, l->when))
            continue;
        const DepartmentSpan *d = living(l->g, r->department, l->when);
        if (d) {
            best = r; /* in order of start */
            *out = d;
        } else if (l->whys)
            why_add(l->whys,
                    str_fmt(l->whys->mem, "跳过一条%.*s规则:牵头部门已撤销", STR(l->matter)),
                    str_fmt(l->whys->mem, "Skipped a rule for %.*s: its department has ended",
                            STR(l->matter)));
    }
    return best;
}

static void say_rule(const Lead *l, const AreaSpan *area, const DepartmentRule *r,
                     const DepartmentSpan *d)
{
    if (!l->whys) return;
    Arena *mem = l->whys->mem;
    Buf since = BUF(mem);
    date_print(&since, instant_date(r->starts));
    Str basis_zh = r->basis.p ? str_fmt(mem, ",依据:%.*s", STR(r->basis)) : S("");
    Str basis_en = r->basis.p ? str_fmt(mem, ", by %.*s", STR(r->basis)) : S("");
    why_add(l->whys,
            str_fmt(mem, "事由“%.*s”在%.*s由%.*s牵头(自 %s 起%.*s)", STR(l->matter),
                    STR(area->name), STR(d->name), since.p, STR(basis_zh)),
            str_fmt(mem, "Matter \"%.*s\" in %.*s is led by %.*s (since %s%.*s)",
                    STR(l->matter), STR(area->name), STR(english(d)), since.p, STR(basis_en)));
}

static int64_t comprehensive(const Lead *l)
{
    const DepartmentSpan *rows = ROWS(l->g, PART_DEPARTMENT_SPAN, DepartmentSpan), *d = NULL;
    for (size_t i = 0; i < l->g->sheets[PART_DEPARTMENT_SPAN].n && !d; i++)
        if (str_is(rows[i].supervision, "comprehensive") &&
            span_covers(rows[i].starts, rows[i].ends, l->when))
            d = &rows[i];
    if (!l->whys) return d ? d->department : NIL;
    Arena *mem = l->whys->mem;
    bool unclear = !l->matter.p || str_is(l->matter, "unclear");
    Str zh = unclear ? S("事由归口不明")
                     : str_fmt(mem, "事由“%.*s”在此处没有牵头规则", STR(l->matter));
    Str en = unclear ? S("The matter is unclear")
                     : str_fmt(mem, "No rule says who leads \"%.*s\" here", STR(l->matter));
    if (d)
        why_add(l->whys, str_fmt(mem, "%.*s:由综合监管部门%.*s牵头", STR(zh), STR(d->name)),
                str_fmt(mem, "%.*s: the comprehensive department leads, %.*s", STR(en),
                        STR(english(d))));
    else
        why_add(l->whys, str_fmt(mem, "%.*s,也没有综合监管部门", STR(zh)),
                str_fmt(mem, "%.*s, and there is no comprehensive department", STR(en)));
    return d ? d->department : NIL;
}

static int64_t area_or_root(const Ground *g, int64_t area, Instant when)
{
    const AreaSpan *root = area == NIL ? area_root(g, when) : NULL;
    return root ? root->area : area;
}

int64_t lead_department(const Ground *ground, Str matter, int64_t area, Instant when,
                        Whys *whys)
{
    Lead l = {ground, matter, when, whys};
    const AreaSpan *path[LEVEL_COUNT];
    size_t n = matter.p ? area_path(ground, area_or_root(ground, area, when), when, path) : 0;
    for (size_t i = 0; i < n; i++) {
        const DepartmentSpan *d = NULL;
        const DepartmentRule *r = rule_of(&l, path[i]->area, &d);
        if (!r) continue;
        say_rule(&l, path[i], r, d);
        return d->department;
    }
    return comprehensive(&l);
}

void help_departments(const Ground *ground, Str matter, int64_t area, Instant when, Arena *mem,
                      int64_t **out, size_t *out_count)
{
    const Sheet *sheet = &ground->sheets[PART_RULE];
    const DepartmentRule *rows = sheet->rows;
    const AreaSpan *path[LEVEL_COUNT];
    size_t n = 0, depth = area_path(ground, area_or_root(ground, area, when), when, path);
    int64_t *all = NULL, lead = lead_department(ground, matter, area, when, NULL);
    for (size_t p = 0; p < depth; p++)
        for (size_t i = sheet_from(PART_RULE, sheet, path[p]->area);
             i < sheet->n && rows[i].area == path[p]->area; i++) {
            const DepartmentRule *r = &rows[i];
            if (!str_is(r->part, "help") || !str_eq(r->matter, matter) ||
                !span_covers(r->starts, r->ends, when))
                continue;
            const DepartmentSpan *d = living(ground, r->department, when);
            bool known = !d || d->department == lead;
            for (size_t k = 0; k < n && !known; k++)
                known = all[k] == d->department;
            if (known) continue;
            if (n % 8 == 0) { /* few: it is asked for each case of a long list */
                int64_t *more = arena_array(mem, int64_t, n + 8);
                if (n) memcpy(more, all, n * sizeof *more);
                all = more;
            }
            all[n++] = d->department;
        }
    *out = all;
    *out_count = n;
}
