/* SPDX-License-Identifier: Apache-2.0 */
/* import.c: the job that an import is: its name, its acts, and the row that tells of its file.
 */
#include "grid/import.h"

#include "base/crypt.h"
#include "base/time.h"
#include "grid/snapshot_internal.h"

const Err IMPORT_DATUM =
    ERROR(ERR_INVALID, "datum-missing", "请用 --datum 说明坐标系:wgs84、cgcs2000 或 gcj02",
          "Say the datum with --datum: wgs84, cgcs2000 or gcj02");
const Err IMPORT_GEOJSON = ERROR(ERR_INVALID, "geojson", "不是 GeoJSON FeatureCollection:{0}",
                                 "Not a GeoJSON FeatureCollection: {0}");
const Err IMPORT_LEVEL =
    ERROR(ERR_INVALID, "level", "没有“{0}”这个层级", "There is no level \"{0}\"");
const Err IMPORT_REGION = ERROR(ERR_INVALID, "region", "请指明导入到哪个区域",
                                "Say which region the areas belong to");
const Err IMPORT_TWICE = ERROR(ERR_INVALID, "twice", "与{0}重复", "The same as {1}");
const Err IMPORT_UNKNOWN = ERROR(ERR_INVALID, "unknown", "没有代码为“{0}”的对象",
                                 "There is nothing with the code \"{0}\"");
const Err IMPORT_TREE =
    ERROR(ERR_INVALID, "no-divisions", "区划表中 {0} 之下没有街道;请先 import divisions",
          "The list of divisions has no streets below {0}; import divisions first");
const Err IMPORT_THEN =
    ERROR(ERR_INVALID, "not-then",
          "“{0}”只在 {1} 至 {2} 之间存在,这一行起于此外;可用 --from 让所属辖区或部门更早开始",
          "\"{0}\" stands from {1} to {2} only, and the line begins outside of that; --from "
          "lets what is imported begin earlier");
const Err IMPORT_HELD = ERROR(ERR_CONFLICT, "seat-held", "这段时间与{0}重叠", "Overlaps {1}");

static const Column import_columns[] = {
    STATE_COLUMNS(Import),
    COLUMN(Import, job, KIND_TEXT, "批次", "Job", .flags = COLUMN_REQUIRED),
    COLUMN(Import, kind, KIND_TEXT, "种类", "Kind", .flags = COLUMN_REQUIRED),
    COLUMN(Import, name, KIND_TEXT, "文件", "File"),
    COLUMN(Import, hash, KIND_TEXT, "文件哈希", "Hash"),
    COLUMN(Import, rows, KIND_INT, "行数", "Rows", .flags = COLUMN_REQUIRED),
    COLUMN(Import, note, KIND_TEXT, "说明", "Note", .max = 500),
};
const Table import_table = {.name = "imports",
                            .class = CLASS_STATE,
                            .columns = import_columns,
                            .count = countof(import_columns),
                            .size = sizeof(Import)};

Str import_hash(Arena *mem, Str text)
{
    unsigned char hash[SHA256_SIZE];
    sha256(text, hash);
    Buf b = BUF(mem);
    buf_hex(&b, hash, sizeof hash);
    return buf_str(&b);
}

void import_begin(ImportJob *job, const ImportSpec *spec, const char *kind, Str hash,
                  int64_t rows, Str note)
{
    Str name = spec->job.p ? spec->job : uuid7(spec->mem, ledger_clock(spec->ledger));
    *job = (ImportJob){.spec = spec,
                       .kind = kind,
                       .verb = "import",
                       .import = {.job = name,
                                  .kind = str(kind),
                                  .name = spec->name,
                                  .hash = hash,
                                  .rows = rows,
                                  .note = note},
                       .done = {.job = name, .rows = rows}};
}

typedef struct {
    ImportJob *job;
    const Err *(*decide)(Act *, void *);
    void *context;
    size_t put;
} ImportAct;

static const Err *step_decide(Act *act, void *context)
{
    ImportAct *step = context;
    act->job = step->job->import.job;
    act->raises_epoch = !step->job->shared;
    const Err *e = step->decide(act, step->context);
    step->put = act->count;
    return e;
}

const Err *import_act(ImportJob *job, int64_t region,
                      const Err *(*decide)(Act *act, void *context), void *context)
{
    ImportAct step = {job, decide, context, 0};
    Arena *mem = arena_new(1 << 16);
    ActJob act = {.lane = {.alone = !job->shared},
                  .mem = mem,
                  .spec = {.region = region,
                           .actor = job->spec->actor,
                           .seat = region == job->spec->region ? job->spec->seat : NIL,
                           .for_person = NIL,
                           .verb = str(job->verb),
                           .client = NIL},
                  .decide = step_decide,
                  .context = &step};
    const Err *e = ledger_call(job->spec->ledger, &act);
    if (e)
        e = err_keep(job->spec->mem, e);
    else if (step.put) {
        job->done.put += (int64_t)step.put;
        job->done.acts++;
    }
    arena_free(mem);
    return e;
}

static const Err *end_decide(Act *act, void *context)
{
    ImportJob *job = context;
    Import row = job->import;
    row_put(act, &import_table, &row);
    act_on(act, &import_table, row.id);
    return NULL;
}

const Err *import_end(ImportJob *job, ImportDone *out)
{
    int64_t put = job->done.put;
    const Err *e = put ? import_act(job, job->spec->region, end_decide, job) : NULL;
    if (e) return e;
    job->done.put = put;
    *out = job->done;
    return NULL;
}

/* ---- from codes to ids ---- */

static MapItem *map_spot(const Map *map, Str key)
{
    size_t i = str_hash(key) & (map->room - 1);
    while (map->items[i].key.p && !str_eq(map->items[i].key, key))
        i = (i + 1) & (map->room - 1);
    return &map->items[i];
}

void map_put(Map *map, Str key, int64_t id)
{
    if (2 * map->n >= map->room) {
        Map more = {.mem = map->mem, .room = map->room ? map->room * 2 : 64};
        more.items = arena_array(map->mem, MapItem, more.room);
        for (size_t i = 0; i < map->room; i++)
            if (map->items[i].key.p) *map_spot(&more, map->items[i].key) = map->items[i];
        more.n = map->n;
        *map = more;
    }
    MapItem *item = map_spot(map, key);
    map->n += !item->key.p;
    *item = (MapItem){key, id};
}

int64_t map_get(const Map *map, Str key)
{
    const MapItem *item = map->room && key.p ? map_spot(map, key) : NULL;
    return item && item->key.p ? item->id : NIL;
}

int64_t code_id(const Ground *g, const char *list, Str code, Instant at)
{
    if (strcmp(list, "persons") == 0) {
        const Person *person = person_by_code(g, code);
        return person ? person->id : NIL;
    }
    if (strcmp(list, "departments") == 0) {
        const DepartmentSpan *span = code.n ? department_by_code(g, code, at) : NULL;
        return span ? span->department : NIL;
    }
    const AreaSpan *span = code.n ? area_by_code(g, code, at) : area_root(g, at);
    return span ? span->area : NIL;
}

Str code_of(const Ground *g, const char *list, int64_t id, Instant at)
{
    if (id == NIL) return STR_NULL;
    if (strcmp(list, "persons") == 0) {
        const Person *person = person_of(g, id);
        return person ? person->code : STR_NULL;
    }
    if (strcmp(list, "departments") == 0) {
        const DepartmentSpan *span = department_at(g, id, at);
        return span ? span->code : STR_NULL;
    }
    const AreaSpan *span = area_at(g, id, at);
    return span ? span->code : STR_NULL;
}

const void *ground_rows(const Ground *g, const Table *table, size_t *out_count)
{
    Part part = 0;
    while (part_rows[part].table != table)
        part++;
    *out_count = g->sheets[part].n;
    return g->sheets[part].rows;
}

/* The whole time in which anything of a part has had a code. */
static bool stands_when(const Ground *g, Part part, size_t code_at, Str code, Instant *starts,
                        Instant *ends)
{
    const PartRow *p = &part_rows[part];
    const char *row = g->sheets[part].rows;
    bool found = false;
    for (size_t i = 0; i < g->sheets[part].n; i++, row += p->table->size) {
        if (!str_eq(*(const Str *)(const void *)(row + code_at), code)) continue;
        Instant began = *(const Instant *)(const void *)(row + p->starts);
        if (!found || began < *starts) *starts = began;
        *ends = *(const Instant *)(const void *)(row + p->ends);
        found = true;
    }
    return found;
}

const Err *code_missing(Arena *mem, const Ground *g, Str code)
{
    Instant starts = NIL, ends = NIL;
    const AreaSpan *areas = ROWS(g, PART_AREA_SPAN, AreaSpan);
    for (size_t i = 0; i < g->sheets[PART_AREA_SPAN].n && !code.n; i++)
        if (areas[i].parent == NIL) code = areas[i].code; /* the root is meant */
    if (!code.n ||
        (!stands_when(g, PART_AREA_SPAN, offsetof(AreaSpan, code), code, &starts, &ends) &&
         !stands_when(g, PART_DEPARTMENT_SPAN, offsetof(DepartmentSpan, code), code, &starts,
                      &ends)))
        return err_make(mem, &IMPORT_UNKNOWN, code, STR_NULL);
    Buf from = BUF(mem), to = BUF(mem);
    instant_print(&from, starts);
    if (ends != NIL) instant_print(&to, ends);
    return err_make4(mem, &IMPORT_THEN, code, buf_str(&from),
                     ends != NIL ? buf_str(&to) : S("…"), STR_NULL);
}

Str line_key(Arena *mem, const ImportNoun *noun, const void *line)
{
    Buf b = BUF(mem);
    for (size_t i = 0; i < noun->count; i++) {
        const Column *c = &noun->columns[i];
        if (!(c->flags & COLUMN_KEY)) continue;
        Value v = column_get(c, (const char *)line + noun->offset);
        if (b.n) buf_char(&b, '|');
        if (kind_is_number(c->kind))
            buf_fmt(&b, "%lld", (long long)v.i);
        else
            buf_add(&b, v.s.p ? v.s : S(""));
    }
    return buf_str(&b);
}

bool import_item(Str *rest, Str *item)
{
    static const char *const marks[] = {";", "；", "、"};
    for (*item = S(""); rest->n && !item->n;) {
        size_t at = rest->n, mark = 0;
        for (size_t i = 0; i < countof(marks); i++) {
            size_t found = str_find(*rest, str(marks[i]));
            if (found >= at) continue;
            at = found;
            mark = strlen(marks[i]);
        }
        *item = str_trim((Str){rest->p, at});
        *rest = (Str){rest->p + at + mark, rest->n - at - mark};
    }
    return item->n;
}

const Err *line_blame(const Act *act, const Err *e, const char *column)
{
    return e && !e->field.n ? err_field(act->mem, e, str(column)) : e;
}

bool line_is(const ImportLine *line, Instant starts, Instant ends)
{
    return starts == line->starts || span_covers(starts, ends, line->starts);
}
