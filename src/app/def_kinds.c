/* SPDX-License-Identifier: Apache-2.0 */
/* def_kinds.c: the kinds of definition that this house knows, each with its compiler. */
#include "app/app.h"
#include "base/calendar.h"
#include "case/case.h"
#include "case/flow_fault.h"
#include "case/flow_load.h"
#include "def/embedded.h"

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

static size_t opens_of(const Flow *flow)
{
    size_t n = 0;
    for (size_t i = 0; i < flow->move_count; i++)
        n += flow->moves[i].open_count;
    return n;
}

/* The flows that a flow opens, compiled, and the names of those that are broken. Faults of its
 * own form are told by flow_load later; only that two flows open each other is told here. */
static const Err *find_opened(DefWorld *world, Arena *mem, Str file, Str text, FlowWorld *out)
{
    Reading r = READING(mem, file), circles = READING(mem, file);
    const Flow *flow = flow_read(&r, out->expr, text);
    size_t most = flow ? opens_of(flow) : 0;
    const Flow **opened = arena_array(mem, const Flow *, most);
    Str *broken = arena_array(mem, Str, most);
    for (size_t i = 0; flow && i < flow->move_count; i++)
        for (size_t k = 0; k < flow->moves[i].open_count; k++) {
            const Open *open = &flow->moves[i].open[k];
            const void *other;
            if (str_eq(open->flow, flow->name)) continue;
            switch (def_world_get(world, FLOW_KIND, open->flow, &other)) {
            case DEF_FINE: opened[out->flow_count++] = other; break;
            case DEF_BROKEN: broken[out->broken_count++] = open->flow; break;
            case DEF_BUSY:
                def_fault(&circles, open->spot, &FAULT_CIRCLE, flow->name, open->flow);
                break;
            case DEF_ABSENT: break;
            }
        }
    out->flows = opened;
    out->broken = broken;
    return def_err(&circles);
}

static const Err *read_stored(Arena *mem, Str file, Str text, void **out)
{
    Reading r = READING(mem, file);
    Expr *expr = expr_new();
    Flow *flow = flow_read(&r, expr, text);
    expr_free(expr);
    if (!flow) return def_err(&r);
    *out = flow;
    return NULL;
}

static const Err *compile_flow(DefWorld *world, Arena *mem, Str file, Str text, void **out)
{
    const void **lists;
    if (def_world_stored(world)) return read_stored(mem, file, text, out);
    size_t list_count = def_world_all(world, CODES_KIND, mem, &lists);
    CodeLists codes = {(const CodeList *const *)lists, list_count};
    FlowWorld sight = {.expr = expr_new(), .lists = &codes};
    Flow *flow;
    const Err *e = find_opened(world, mem, file, text, &sight);
    if (!e) e = flow_load(mem, file, text, &sight, &flow);
    expr_free(sight.expr);
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
