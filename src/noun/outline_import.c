/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outline_import.c: features become lines of a table, which goes in as any table does. Regions
 * are opened in region 0, each by its first feature, and get their one line and their tree as
 * tables of their own, all by one job.
 */
#include "noun/outline_import.h"

#include "base/crypt.h"
#include "base/csv.h"
#include "grid/division.h"
#include "grid/geojson.h"

#define TREE_MOST 20000 /* divisions below one county */

/* The columns of the table, in this order. */
enum { AT_CODE, AT_NAME, AT_LEVEL, AT_PARENT, AT_KIND, AT_DOCK, AT_OUTLINE, COLUMNS };
static const char *const names[COLUMNS] = {"code", "name", "level",  "parent",
                                           "kind", "dock", "outline"};

typedef struct {
    const ImportSpec *spec;
    const OutlineSpec *how;
    Arena *mem;
    ImportTable lines; /* of the features */
    ImportDone done;
} Outlines;

static ImportTable table_of(Arena *mem, const char *const *heads, size_t columns,
                            const char *unit)
{
    Str *all = arena_array(mem, Str, columns);
    for (size_t i = 0; i < columns; i++)
        all[i] = str(heads[i]);
    return (ImportTable){
        .names = all, .columns = columns, .unit = unit, .all = true, .faults = {.mem = mem}};
}

/* ---- features as lines ---- */

static Str place_of(const Outlines *o, int64_t no)
{
    return str_fmt(o->mem, "feature %lld", (long long)no);
}

static Str text_of(Arena *mem, const Json *properties, const char *name)
{
    const Json *v = json_get(properties, name);
    if (json_is_integer(v)) return str_fmt(mem, "%lld", (long long)json_integer(v));
    if (json_is_array(v)) return json_sorted(mem, v);
    Str s = json_view(v);
    return s.n ? str_dup(mem, s) : S("");
}

/* Features of another level are passed over: a file of counties may hold their city. */
static bool read_level(Outlines *o, const Json *properties, int64_t no, Level *level)
{
    Str own = json_member(properties, "level");
    *level = o->how->level;
    if (own.n && !level_by_name(own, level)) *level = LEVEL_COUNT;
    if (*level != LEVEL_COUNT || (own.n && o->how->level != LEVEL_COUNT))
        return *level == o->how->level || o->how->level == LEVEL_COUNT;
    faults_add2(&o->lines.faults, place_of(o, no), &IMPORT_LEVEL, str_dup(o->mem, own),
                STR_NULL);
    return false;
}

static bool read_shape(Outlines *o, Arena *scratch, const Json *geometry, int64_t no, Str *out)
{
    Outline shape, turned;
    Buf text = BUF(o->mem);
    const Err *e = outline_read(scratch, geometry, &shape);
    bool turns = o->spec->conversion.p && o->spec->datum == DATUM_GCJ02;
    if (!e && turns && !(e = outline_to_wgs84(scratch, &shape, DATUM_GCJ02, &turned)))
        shape = turned;
    if (!e) e = outline_check(scratch, &shape);
    if (e) {
        Str place = place_of(o, no);
        if (e->field.n) place = str_fmt(o->mem, "%.*s: %.*s", STR(place), STR(e->field));
        faults_add(&o->lines.faults, place, err_keep(o->mem, e));
        return false;
    }
    outline_encode(&text, &shape);
    *out = buf_str(&text);
    return true;
}

static void read_feature(Outlines *o, Arena *scratch, Str text, int64_t no)
{
    const Json *tree;
    Level level;
    Str shape;
    const Err *e = json_read(scratch, text, &tree);
    if (e) {
        faults_add2(&o->lines.faults, place_of(o, no), &IMPORT_GEOJSON,
                    str_dup(o->mem, e->args[2]), STR_NULL);
        return;
    }
    const Json *properties = json_get(tree, "properties");
    if (!read_level(o, properties, no, &level) ||
        !read_shape(o, scratch, json_get(tree, "geometry"), no, &shape))
        return;
    Str *cells = import_table_add(&o->lines, no);
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = text_of(o->mem, properties, names[i]);
    if (!cells[AT_CODE].n) cells[AT_CODE] = text_of(o->mem, properties, "adcode");
    cells[AT_LEVEL] = str(level_name(level));
    cells[AT_OUTLINE] = shape;
}

static const Err *read_all(Outlines *o, Str text)
{
    Features features;
    if (!features_open(&features, text))
        return err_make(o->mem, &IMPORT_GEOJSON, S("\"features\": […]"), STR_NULL);
    Arena *scratch = arena_new(1 << 18);
    Str one;
    bool broken;
    while (features_next(&features, &one, &broken)) {
        read_feature(o, scratch, one, features.no);
        arena_reset(scratch);
    }
    arena_free(scratch);
    if (broken)
        faults_add2(&o->lines.faults, place_of(o, features.no + 1), &IMPORT_GEOJSON,
                    S("] or {"), STR_NULL);
    return NULL;
}

/* ---- tables into a region ---- */

static const Err *bring(Outlines *o, Arena *mem, int64_t region, const char *kind,
                        const ImportTable *table)
{
    ImportNoun noun = import_areas;
    ImportSpec spec = *o->spec;
    ImportDone done;
    noun.name = kind;
    spec.mem = mem;
    spec.region = region;
    spec.job = o->done.job;
    if (region != o->spec->region) spec.seat = NIL;
    const Err *e = noun_import(&spec, &noun, table, &done);
    if (e) return e;
    o->done.put += done.put;
    o->done.acts += done.acts;
    return NULL;
}

/* Streets, then villages, of the division list, without outlines. */
static const Err *read_tree(Outlines *o, Arena *mem, Str code, ImportTable *out)
{
    static const char *const heads[] = {"code", "name", "parent"};
    Division *all[2];
    size_t n[2];
    const Err *e = division_below(o->spec->db, code, 4, TREE_MOST, mem, &all[0], &n[0]);
    if (!e) e = division_below(o->spec->db, code, 5, TREE_MOST, mem, &all[1], &n[1]);
    if (e) return e;
    *out = table_of(mem, heads, countof(heads), "division");
    for (size_t level = 0; level < 2; level++)
        for (size_t i = 0; i < n[level]; i++) {
            const Division *d = &all[level][i];
            Str *line = import_table_add(out, (int64_t)out->rows + 1);
            line[0] = d->code, line[1] = d->name, line[2] = d->parent;
        }
    return NULL;
}

/* ---- regions of their own ---- */

typedef struct {
    Str code, name;
    Region region;
} NewRegion;

static const Err *open_region(Act *act, void *context)
{
    NewRegion *new = context;
    const Err *e = region_by_code(act->db, new->code, act->mem, &new->region);
    return e && e->kind == ERR_MISSING ? region_open(act, new->name, new->code, &new->region)
                                       : e;
}

/* The line of one region. */
static ImportTable line_of(const Outlines *o, size_t i)
{
    ImportTable line = o->lines;
    line.cells += i * COLUMNS;
    line.nos += i;
    line.rows = 1;
    return line;
}

/* A tree is wanted, and the list knows none of the counties: it was not imported, most likely.
 */
static const Err *check_regions(Outlines *o, Arena *mem)
{
    Faults *faults = &o->lines.faults;
    Map codes = {.mem = o->mem};
    size_t all = 0;
    for (size_t i = 0; i < o->lines.rows; i++, arena_reset(mem)) {
        const Str *cells = line_of(o, i).cells;
        Str code = cells[AT_CODE], place = place_of(o, o->lines.nos[i]);
        ImportTable tree = {0};
        if (!level_takes(LEVEL_REGION, code))
            faults_add2(faults, place, &AREA_CODE, code, S("6"));
        if (map_get(&codes, code) != NIL) faults_add2(faults, place, &IMPORT_TWICE, code, code);
        map_put(&codes, code, 1);
        if (!cells[AT_NAME].n) faults_add(faults, place, &COLUMN_REQUIRED_ERR);
        const Err *e = o->how->tree ? read_tree(o, mem, code, &tree) : NULL;
        if (e) return e;
        all += tree.rows;
    }
    if (o->how->tree && o->lines.rows && !all)
        faults_add2(faults, place_of(o, o->lines.nos[0]), &IMPORT_TREE, o->lines.cells[AT_CODE],
                    STR_NULL);
    return faults_err(faults);
}

/* The memory of a region is used again for the next; faults stay in it. */
static const Err *bring_regions(Outlines *o)
{
    ImportJob job;
    ImportSpec spec = *o->spec;
    Arena *mem = arena_new(1 << 16);
    arena_defer(o->mem, (void (*)(void *))arena_free, mem);
    const Err *e = check_regions(o, mem);
    spec.job = o->done.job;
    import_begin(&job, &spec, "regions", STR_NULL, (int64_t)o->lines.rows, STR_NULL);
    for (size_t i = 0; i < o->lines.rows && !e; i++) {
        ImportTable line = line_of(o, i), tree;
        NewRegion new = {.code = line.cells[AT_CODE], .name = line.cells[AT_NAME]};
        arena_reset(mem);
        e = import_act(&job, REGION_COMMON, open_region, &new);
        if (!e) e = bring(o, mem, new.region.region_no, "outlines", &line);
        if (!e && o->how->tree) e = read_tree(o, mem, new.code, &tree);
        if (!e && o->how->tree) e = bring(o, mem, new.region.region_no, "areas", &tree);
    }
    o->done.put += job.done.put;
    o->done.acts += job.done.acts;
    return e;
}

const Err *import_outlines(const ImportSpec *spec, const OutlineSpec *how, Str geojson,
                           ImportDone *out)
{
    if (!spec->has_datum) return &IMPORT_DATUM;
    if (!spec->region && how->level != LEVEL_REGION) return &IMPORT_REGION;
    Outlines o = {.spec = spec,
                  .how = how,
                  .mem = spec->mem,
                  .lines = table_of(spec->mem, names, COLUMNS, "feature")};
    o.lines.hash = import_hash(spec->mem, geojson);
    const Err *e = read_all(&o, csv_text(spec->mem, geojson));
    if (e) return e;
    o.done.job = spec->job.p ? spec->job : uuid7(spec->mem, ledger_clock(spec->ledger));
    o.done.rows = (int64_t)o.lines.rows;
    e = how->level == LEVEL_REGION ? bring_regions(&o)
                                   : bring(&o, o.mem, spec->region, "outlines", &o.lines);
    if (!e) *out = o.done;
    return e;
}
