/* SPDX-License-Identifier: Apache-2.0 */
/* kinds.c: the kinds of definition that this house knows, each with its compiler. */
#include "base/calendar.h"
#include "def/seed.h"
#include "main/house.h"
#include "work/case.h"

static const Err *compile_codes(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    (void)world;
    Reading r = READING(mem, file);
    const CodeList *list = code_list_read(&r, text);
    const Err *e = def_err(&r);
    if (e) return e;
    *out = (void *)(uintptr_t)list;
    return NULL;
}

/* Office hours: 09:00–12:00 and 13:30–17:30 unless the file's first line says "# office: …". */
static const Err *read_office(Str text, Office *out)
{
    Str first, rest;
    str_cut(text, '\n', &first, &rest);
    bool said = str_starts(first, S("# office:"));
    return office_parse(
        said ? str_trim((Str){first.p + 9, first.n - 9}) : S("09:00-12:00 13:30-17:30"), out);
}

static const Err *compile_calendar(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    (void)world;
    Office office;
    const CalendarDay *days;
    size_t n;
    const Err *e = read_office(text, &office);
    if (e) return err_field(mem, e, file);
    Str first, rest;
    if (str_starts(text, S("#")) && str_cut(text, '\n', &first, &rest)) text = rest;
    if ((e = calendar_read(mem, text, seed_text(S("data/calendar/holiday_names.csv")), &days,
                           &n)))
        return e;
    *out = (void *)(uintptr_t)calendar_new(mem, days, n, office);
    return NULL;
}

/* The flows that a flow opens, compiled; faults of its form are told by flow_load later. */
static const Flow **flows_opened(DefWorld *world, Arena *mem, Expr *expr, Str file, Str text,
                                 size_t *out_count)
{
    Reading r = READING(mem, file);
    const Flow *flow = flow_read(&r, expr, text), **opened = arena_array(mem, const Flow *, 64);
    size_t n = 0;
    for (size_t i = 0; flow && i < flow->move_count; i++)
        for (size_t k = 0; k < flow->moves[i].open_count && n < 64; k++) {
            Str name = flow->moves[i].open[k].flow;
            const Flow *other =
                str_eq(name, flow->name) ? NULL : def_world_get(world, FLOW_KIND, name);
            bool known = false;
            for (size_t j = 0; j < n; j++)
                known |= opened[j] == other;
            if (other && !known) opened[n++] = other;
        }
    *out_count = n;
    return opened;
}

static const Err *compile_flow(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    const void **lists;
    size_t list_count = def_world_all(world, CODES_KIND, mem, &lists), flow_count;
    CodeLists codes = {(const CodeList *const *)lists, list_count};
    Expr *expr = expr_new();
    const Flow **flows = flows_opened(world, mem, expr, file, text, &flow_count);
    FlowWorld sight = {.expr = expr, .lists = &codes, .flows = flows, .flow_count = flow_count};
    Flow *flow;
    const Err *e = flow_load(mem, file, text, &sight, &flow);
    expr_free(expr);
    if (e) return e;
    *out = flow;
    return NULL;
}

static const DefKind kinds[] = {
    {CODES_KIND, ".yaml", compile_codes},
    {CALENDAR_KIND, ".csv", compile_calendar},
    {FLOW_KIND, ".yaml", compile_flow},
};

const DefKind *house_kinds(size_t *out_count)
{
    *out_count = countof(kinds);
    return kinds;
}
