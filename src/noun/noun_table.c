/* SPDX-License-Identifier: Apache-2.0 */
/* noun_table.c: a line of a file as a row of a noun's own table, by its verbs. */
#include "noun/noun_table.h"

#include "grid/scope.h"

/* The row lies behind the line. */
typedef struct {
    ImportLine line;
    _Alignas(int64_t) char row[];
} TableLine;

/* What lines are known by, of all rows there are when the import begins. */
typedef struct {
    const Noun *noun;
    Map known;
    TableLine *line; /* in hand while rows are read */
} TableImport;

static Str key_of(Arena *mem, const ImportNoun *noun, const void *row)
{
    const TableImport *t = noun->context;
    memcpy(t->line->row, row, t->noun->table->size);
    return line_key(mem, noun, t->line);
}

/* Each row of the region, in the order in which they were opened; row lives until the next. */
static const Err *each_row(const ImportSpec *spec, const Table *table,
                           void (*take)(void *context, const void *row), void *context)
{
    Rows rows;
    Str text = str_fmt(spec->mem, "SELECT * FROM %s WHERE region = %lld ORDER BY id",
                       table->name, (long long)spec->region);
    const Err *e = db_query(spec->db, text, &rows);
    if (e) return e;
    Arena *mem = arena_new(0);
    for (; rows_next(&rows); arena_reset(mem)) {
        void *row = arena_alloc(mem, table->size);
        rows_read(&rows, table, mem, row);
        take(context, row);
    }
    arena_free(mem);
    return rows_close(&rows);
}

static void remember(void *context, const void *row)
{
    const ImportNoun *noun = context;
    TableImport *t = noun->context;
    map_put(&t->known, key_of(t->known.mem, noun, row), ((const StateRow *)row)->id);
}

static const Err *begin(const ImportSpec *spec, const ImportNoun *noun)
{
    TableImport *t = noun->context;
    if (noun_is_placed(t->noun) && !spec->has_datum) return &IMPORT_DATUM;
    t->known = (Map){.mem = spec->mem};
    t->line = arena_alloc(spec->mem, noun->size);
    return each_row(spec, t->noun->table, remember, (void *)(uintptr_t)noun);
}

static const Err *prepare(const ImportStep *step, void *context)
{
    TableLine *l = context;
    const TableImport *t = step->noun->context;
    const Table *table = t->noun->table;
    l->line.keys[0] = line_key(step->spec->mem, step->noun, l);
    l->line.owner = STR_NULL;
    if (!noun_is_placed(t->noun)) return NULL;
    const Column *lon = &table->columns[table_column(table, "lon")],
                 *lat = &table->columns[table_column(table, "lat")];
    Value x = column_get(lon, l->row), y = column_get(lat, l->row);
    if (x.i == NIL || y.i == NIL) return NULL;
    if (x.i < -LON_MAX || x.i > LON_MAX || y.i < -LAT_MAX || y.i > LAT_MAX)
        return err_field(step->spec->mem, &NOUN_PLACE, S("lon"));
    Point p = point_to_wgs84((Point){(int32_t)x.i, (int32_t)y.i}, step->spec->datum);
    x.i = p.lon;
    y.i = p.lat;
    column_set(lon, l->row, &x);
    column_set(lat, l->row, &y);
    return NULL;
}

/* An empty cell changes nothing. */
static void overlay(const ImportNoun *noun, const TableLine *l, void *out)
{
    for (size_t i = 0; i < noun->count; i++) {
        Value v = column_get(&noun->columns[i], l->row);
        if (l->line.given >> i & 1) column_set(&noun->columns[i], out, &v);
    }
}

static const Err *put(const ImportStep *step, void *context)
{
    static const Lookup any;
    const TableLine *l = context;
    const TableImport *t = step->noun->context;
    Act *act = step->act;
    int64_t known = map_get(&t->known, l->line.keys[0]);
    Who who;
    Faults faults = {.mem = act->mem};
    who_house(act->mem, step->ground, step->spec->region, act->now, &who);
    NounView view = {.db = act->db,
                     .mem = act->mem,
                     .who = &who,
                     .ground = step->ground,
                     .now = act->now,
                     .at = act->now,
                     .lookup = &any};
    NounAct a = {.view = &view, .act = act, .id = known, .faults = &faults};
    const NounVerb *verb = noun_verb(t->noun, known == NIL ? S("open") : S("change"));
    if (!verb) return NULL;
    const Err *e = noun_begin(t->noun, verb, &a);
    if (e) return e;
    overlay(step->noun, l, a.draft);
    e = noun_record(t->noun, verb, &a);
    return e ? e : faults.first;
}

/* ---- out ---- */

typedef struct {
    const ExportSink *sink;
    TableLine *line;
} Outlet;

static void give(void *context, const void *row)
{
    Outlet *out = context;
    const TableImport *t = out->sink->noun->context;
    memcpy(out->line->row, row, t->noun->table->size);
    out->sink->row(out->sink->context, out->line);
}

static const Err *rows(const ExportSink *sink)
{
    const TableImport *t = sink->noun->context;
    Outlet out = {sink, arena_alloc(sink->spec->mem, sink->noun->size)};
    out.line->line.starts = sink->spec->starts;
    return each_row(sink->spec, t->noun->table, give, &out);
}

/* ---- the noun ---- */

const ImportNoun *noun_table_import(Arena *mem, const Noun *noun)
{
    const Table *table = noun->table;
    if (!noun_is_versioned(noun)) return NULL;
    TableImport *t = arena_make(mem, TableImport);
    Column *columns = arena_array(mem, Column, table->count);
    ImportNoun *out = arena_make(mem, ImportNoun);
    size_t n = 0;
    t->noun = noun;
    for (size_t i = STATE_COLUMN_COUNT; i < table->count; i++)
        if (column_is_given(&table->columns[i])) columns[n++] = table->columns[i];
    *out = (ImportNoun){.name = noun->name,
                        .columns = columns,
                        .count = n,
                        .size = offsetof(TableLine, row) + table->size,
                        .offset = offsetof(TableLine, row),
                        .once = true,
                        .context = t,
                        .begin = begin,
                        .prepare = prepare,
                        .put = put,
                        .rows = rows};
    for (size_t i = 0, k = 0; i < n && k < countof(out->keys); i++)
        if (columns[i].flags & COLUMN_KEY) out->keys[k++] = columns[i].name;
    return out;
}
