/* SPDX-License-Identifier: Apache-2.0 */
/* area_act.c: opening, changing, drawing and closing areas. */
#include "grid/handover.h"

const Err AREA_MISSING =
    ERROR(ERR_INVALID, "no-area", "此时没有这个辖区", "There is no such area at that time");
const Err AREA_CODE = ERROR(ERR_INVALID, "area-code", "代码“{0}”应为 {1} 位数字",
                            "Code \"{0}\" should be {1} digits");
const Err AREA_TAKEN = ERROR(ERR_CONFLICT, "code-taken", "代码 {0} 已由“{1}”使用",
                             "Code {0} is that of \"{1}\" already");
const Err AREA_LEVEL =
    ERROR(ERR_INVALID, "area-level", "{0}不能设在{1}之下", "{2} cannot hang below {3}");
const Err AREA_ROOT = ERROR(ERR_CONFLICT, "area-root", "本区域已有根辖区,根辖区不能移动或撤销",
                            "The region has its root, which is neither moved nor closed");
const Err AREA_IN_USE =
    ERROR(ERR_CONFLICT, "area-in-use", "“{0}”之下还有 {1} 个辖区,请先移出或撤销",
          "{1} areas hang below \"{0}\" still: move or close them first");

/* ---- regions ---- */

const Err *region_by_no(Db *db, int64_t region_no, Arena *mem, Region *out)
{
    static const Sql sql = SQL("SELECT * FROM regions WHERE region = 0 AND region_no = $1");
    return db_one(db, &sql, ARGS(ARG_I(region_no)), &region_table, mem, out);
}

const Err *region_by_code(Db *db, Str code, Arena *mem, Region *out)
{
    static const Sql sql =
        SQL("SELECT * FROM regions WHERE region = 0 AND code = $1 ORDER BY region_no");
    return db_one(db, &sql, ARGS(ARG_S(code)), &region_table, mem, out);
}

const Err *region_list(Db *db, Arena *mem, Region **out, size_t *out_count)
{
    static const Sql sql = SQL("SELECT * FROM regions WHERE region = 0 ORDER BY region_no");
    return db_all(db, &sql, NO_ARGS, &region_table, mem, out, out_count);
}

const Err *region_open(Act *act, Str name, Str code, Region *out)
{
    static const Sql last = SQL("SELECT max(region_no) FROM regions WHERE region = 0");
    assert(act->spec.region == 0);
    Region known;
    const Err *e = region_by_code(act->db, code, act->mem, &known);
    if (!e) return err_make(act->mem, &AREA_TAKEN, code, known.name);
    if (e->kind != ERR_MISSING) return e;
    int64_t no;
    if ((e = db_int(act->db, &last, NO_ARGS, 0, &no))) return e;
    if (no >= REGION_MOST) return &ERR_NOT_FOUND;
    Region region = {.region_no = no + 1, .name = name, .code = code, .opened = act->now};
    row_put(act, &region_table, &region);
    act_on(act, &region_table, region.id);
    act->raises_epoch = true;
    *out = region;
    return NULL;
}

/* ---- what an area may be ---- */

static const Err *check_code(const Act *act, const Ground *g, int64_t area, Level level,
                             Str code, Instant starts)
{
    if (!level_takes(level, code))
        return err_field(
            act->mem,
            err_make(act->mem, &AREA_CODE, code, str_fmt(act->mem, "%zu", level_digits(level))),
            S("code"));
    const AreaSpan *spans = ROWS(g, PART_AREA_SPAN, AreaSpan);
    for (size_t i = 0; i < g->sheets[PART_AREA_SPAN].n; i++)
        if (spans[i].area != area && str_eq(spans[i].code, code) &&
            spans_meet(spans[i].starts, spans[i].ends, starts, NIL))
            return err_field(act->mem, err_make(act->mem, &AREA_TAKEN, code, spans[i].name),
                             S("code"));
    return NULL;
}

static const Err *check_parent(const Act *act, const Ground *g, int64_t area, Level level,
                               int64_t parent, Instant starts)
{
    if (parent == NIL) {
        const AreaSpan *root = area_root(g, starts);
        if (level != LEVEL_REGION || (root && root->area != area)) return &AREA_ROOT;
        return NULL;
    }
    const AreaSpan *above = area_at(g, parent, starts);
    if (!above) return err_field(act->mem, &AREA_MISSING, S("parent"));
    Level over = area_level(above);
    if (over < level && !area_within(g, parent, area, starts)) return NULL;
    return err_field(act->mem,
                     err_make4(act->mem, &AREA_LEVEL, str(level_zh(level)), str(level_zh(over)),
                               str(level_en(level)), str(level_en(over))),
                     S("parent"));
}

const Err *area_open(Act *act, const Ground *g, const AreaDraft *draft, Instant starts,
                     int64_t *out_area)
{
    starts = when_of(act, starts);
    const Err *e = check_parent(act, g, NIL, draft->level, draft->parent, starts);
    if (!e) e = check_code(act, g, NIL, draft->level, draft->code, starts);
    if (e) return e;
    Area area = {.successor = NIL};
    row_put(act, &area_table, &area);
    AreaSpan span = {.area = area.id,
                     .parent = draft->parent,
                     .level = str(level_name(draft->level)),
                     .name = draft->name,
                     .code = draft->code,
                     .kind = draft->level < LEVEL_CELL ? STR_NULL
                             : draft->kind.p           ? draft->kind
                                                       : S("basic"),
                     .starts = starts,
                     .ends = NIL};
    row_put(act, &area_span_table, &span);
    act_on(act, &area_table, area.id);
    act->raises_epoch = true;
    *out_area = area.id;
    return NULL;
}

const Err *area_change(Act *act, const Ground *g, const GroundHooks *hooks, int64_t area,
                       const AreaDraft *draft, Instant starts)
{
    starts = when_of(act, starts);
    const AreaSpan *last = span_last(g, PART_AREA_SPAN, area);
    if (!last) return &AREA_MISSING;
    AreaSpan next = *last;
    next.id = 0;
    Level level = area_level(last);
    if (draft->name.p) next.name = draft->name;
    if (draft->code.p) next.code = draft->code;
    if (draft->kind.p && level >= LEVEL_CELL) next.kind = draft->kind;
    if (draft->parent != NIL) next.parent = draft->parent;
    const Err *e = check_parent(act, g, area, level, next.parent, starts);
    if (!e) e = check_code(act, g, area, level, next.code, starts);
    if (!e) e = span_follow(act, PART_AREA_SPAN, last, &next, starts);
    if (e) return e;
    act_on(act, &area_table, area);
    act->raises_epoch = true;
    return next.parent == last->parent ? NULL : settle(act, g, hooks, starts, true, STR_NULL);
}

/* ---- closing ---- */

static size_t count_below(const Ground *g, int64_t area, Instant at)
{
    const AreaSpan *spans = ROWS(g, PART_AREA_SPAN, AreaSpan);
    size_t n = 0;
    for (size_t i = 0; i < g->sheets[PART_AREA_SPAN].n; i++)
        n += spans[i].parent == area && spans_meet(spans[i].starts, spans[i].ends, at, NIL);
    return n;
}

/* Ends all of an area's rows of a part that are still open. */
static const Err *end_rows(Act *act, const Ground *g, Part part, int64_t area, Instant ends)
{
    const Sheet *sheet = &g->sheets[part];
    const PartRow *p = &part_rows[part];
    const Err *e = NULL;
    for (size_t i = sheet_from(part, sheet, area); i < sheet->n && !e; i++) {
        const char *row = (const char *)sheet->rows + i * p->table->size;
        if (*(const int64_t *)(const void *)(row + p->owner) != area) break;
        if (*(const int64_t *)(const void *)(row + p->ends) == NIL)
            e = span_end(act, part, row, ends);
    }
    return e;
}

static const Err *close_all(Act *act, const Ground *g, int64_t area, Instant ends)
{
    const Err *e = end_rows(act, g, PART_AREA_SPAN, area, ends);
    if (!e) e = end_rows(act, g, PART_OUTLINE, area, ends);
    if (!e) e = end_rows(act, g, PART_DOCKING, area, ends);
    if (!e) e = end_rows(act, g, PART_AREA_CODE, area, ends);
    if (!e) e = end_rows(act, g, PART_RULE, area, ends);
    const Seat *seats = ROWS(g, PART_SEAT, Seat);
    for (size_t i = 0; i < g->sheets[PART_SEAT].n && !e; i++)
        if (seats[i].area == area && (seats[i].ends == NIL || seats[i].ends > ends))
            e = seat_end(act, g, &seats[i], ends, STR_NULL);
    return e;
}

static const Err *area_shut(Act *act, const Ground *g, int64_t area, int64_t successor,
                            Instant ends)
{
    const Area *row = sheet_row(PART_AREA, &g->sheets[PART_AREA], area);
    Area after = *row;
    after.successor = successor;
    const Err *e = close_all(act, g, area, ends);
    if (!e) row_set(act, &area_table, row, &after);
    return e;
}

const Err *area_close(Act *act, const Ground *g, const GroundHooks *hooks, int64_t area,
                      int64_t successor, Instant ends)
{
    ends = when_of(act, ends);
    const AreaSpan *span = area_at(g, area, ends);
    if (!span) return &AREA_MISSING;
    if (span->parent == NIL) return &AREA_ROOT;
    size_t below = count_below(g, area, ends);
    if (below)
        return err_make(act->mem, &AREA_IN_USE, span->name, str_fmt(act->mem, "%zu", below));
    if (successor != NIL && (successor == area || !area_at(g, successor, ends)))
        return err_field(act->mem, &AREA_MISSING, S("successor"));
    const Err *e = area_shut(act, g, area, successor, ends);
    if (e) return e;
    act_on(act, &area_table, area);
    act->raises_epoch = true;
    if ((e = settle(act, g, hooks, ends, true, STR_NULL))) return e;
    if (ends > act->now || !hooks || !hooks->area_ends) return NULL;
    return hooks->area_ends(hooks->context, act, ground_after(g, act), area, act->now);
}

/* ---- where it lies, and what others call it ---- */

const Err *area_draw(Act *act, const Ground *g, int64_t area, const Outline *shape, Datum datum,
                     Str conversion, Str source, Instant starts)
{
    starts = when_of(act, starts);
    if (!area_at(g, area, starts)) return &AREA_MISSING;
    const Err *e = outline_check(act->mem, shape);
    if (e) return e;
    Buf text = BUF(act->mem);
    outline_encode(&text, shape);
    AreaOutline next = {.area = area,
                        .shape = buf_str(&text),
                        .datum = str(datum_name(datum)),
                        .conversion = conversion,
                        .source = source,
                        .starts = starts,
                        .ends = NIL};
    const AreaOutline *last = span_last(g, PART_OUTLINE, area);
    if (last && (e = span_follow(act, PART_OUTLINE, last, &next, starts))) return e;
    if (!last) row_put(act, &outline_table, &next);
    act_on(act, &area_table, area);
    act->raises_epoch = true;
    return NULL;
}

const Err *area_dock(Act *act, const Ground *g, int64_t area, Str code, Str name,
                     Instant starts)
{
    starts = when_of(act, starts);
    if (!area_at(g, area, starts)) return &AREA_MISSING;
    const Docking *rows = ROWS(g, PART_DOCKING, Docking);
    for (size_t i = 0; i < g->sheets[PART_DOCKING].n; i++)
        if (rows[i].area == area && str_eq(rows[i].code, code) &&
            spans_meet(rows[i].starts, rows[i].ends, starts, NIL))
            return err_field(act->mem, err_make(act->mem, &AREA_TAKEN, code, rows[i].name),
                             S("code"));
    Docking row = {.area = area, .code = code, .name = name, .starts = starts, .ends = NIL};
    row_put(act, &docking_table, &row);
    act_on(act, &area_table, area);
    act->raises_epoch = true;
    return NULL;
}

const Err *area_code_set(Act *act, const Ground *g, int64_t area, Str scheme, Str code,
                         Instant starts)
{
    starts = when_of(act, starts);
    if (!area_at(g, area, starts)) return &AREA_MISSING;
    const AreaCode *rows = ROWS(g, PART_AREA_CODE, AreaCode);
    for (size_t i = 0; i < g->sheets[PART_AREA_CODE].n; i++)
        if (rows[i].area == area && str_eq(rows[i].scheme, scheme) &&
            str_eq(rows[i].code, code) && spans_meet(rows[i].starts, rows[i].ends, starts, NIL))
            return err_field(act->mem, err_make(act->mem, &AREA_TAKEN, code, scheme),
                             S("code"));
    AreaCode row = {
        .area = area, .scheme = scheme, .code = code, .starts = starts, .ends = NIL};
    row_put(act, &area_code_table, &row);
    act_on(act, &area_table, area);
    act->raises_epoch = true;
    return NULL;
}
