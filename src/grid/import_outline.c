/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_outline.c: outlines from GeoJSON. All features are read and proved first; then regions
 * are opened in region 0, and each region, or the one meant, gets its areas and outlines by
 * acts of its own. What stands already as the file says is left alone.
 */
#include "grid/division.h"
#include "grid/feature.h"
#include "grid/import_job.h"
#include "grid/settle.h"

#define TREE_MOST 20000 /* divisions below one county */

typedef struct {
    int64_t no; /* in the file, from 1 */
    Str code, name, parent, kind;
    Level level;
    const Str *docks; /* codes */
    size_t dock_count;
    Outline shape;
    int64_t region; /* at LEVEL_REGION */
} Feature;

typedef struct {
    ImportJob job;
    const ImportSpec *spec;
    const OutlineSpec *how;
    Arena *mem;
    Db *db;
    Feature *all;
    size_t n, room;
    Faults faults;
    Map codes;          /* of the file → place in all */
    Map ids;            /* of the act → areas it opened */
    size_t next;        /* the feature that the next act begins with */
    const Feature *one; /* the region's, at LEVEL_REGION */
    Division *below;
    size_t below_count, below_next;
} Outlines;

/* ---- reading ---- */

static Str place_of(const Outlines *o, int64_t no, Str code)
{
    return code.n ? str_fmt(o->mem, "feature %lld (%.*s)", (long long)no, STR(code))
                  : str_fmt(o->mem, "feature %lld", (long long)no);
}

static Str text_of(Arena *mem, const Json *properties, const char *name)
{
    const Json *v = json_get(properties, name);
    if (json_is_integer(v)) return str_fmt(mem, "%lld", (long long)json_integer(v));
    Str s = json_view(v);
    return s.n ? str_dup(mem, s) : STR_NULL;
}

/* Features of another level are passed over: a file of counties may hold their city. */
static bool read_level(Outlines *o, const Json *properties, Str place, Feature *f, bool *passed)
{
    Str own = json_member(properties, "level");
    Level level = o->how->level;
    *passed = false;
    if (own.n && !level_by_name(own, &level)) {
        *passed = o->how->level != LEVEL_COUNT;
        if (!*passed)
            faults_add2(&o->faults, place, &IMPORT_LEVEL, str_dup(o->mem, own), STR_NULL);
        return false;
    }
    if (o->how->level != LEVEL_COUNT && level != o->how->level) {
        *passed = true;
        return false;
    }
    if (level == LEVEL_COUNT) faults_add2(&o->faults, place, &IMPORT_LEVEL, S(""), STR_NULL);
    f->level = level;
    return level != LEVEL_COUNT;
}

static bool read_shape(Outlines *o, Arena *scratch, const Json *geometry, Str place, Feature *f)
{
    Outline raw;
    const Err *e = outline_read(scratch, geometry, &raw);
    if (!e && o->how->conversion.p && o->how->datum == DATUM_GCJ02) {
        Outline turned;
        if (!(e = outline_to_wgs84(scratch, &raw, DATUM_GCJ02, &turned))) raw = turned;
    }
    if (!e) e = outline_check(scratch, &raw);
    if (!e) {
        f->shape = outline_copy(o->mem, &raw);
        return true;
    }
    Str args[2] = {str_dup(o->mem, e->args[0]), str_dup(o->mem, e->args[1])};
    Str where = e->field.n ? str_fmt(o->mem, "%.*s: %.*s", STR(place), STR(e->field)) : place;
    faults_add2(&o->faults, where, e, args[0], args[1]);
    return false;
}

static void keep(Outlines *o, const Feature *f)
{
    if (o->n == o->room) {
        Feature *more = arena_array(o->mem, Feature, o->room = o->room ? o->room * 2 : 64);
        if (o->n) memcpy(more, o->all, o->n * sizeof *more);
        o->all = more;
    }
    map_put(&o->codes, f->code, (int64_t)o->n);
    o->all[o->n++] = *f;
}

static void read_docks(Outlines *o, const Json *docks, Feature *f)
{
    size_t n = json_count(docks);
    Str *all = arena_array(o->mem, Str, n);
    for (size_t i = 0; i < n; i++) {
        Str code = json_view(json_at(docks, i));
        if (code.n) all[f->dock_count++] = str_dup(o->mem, code);
    }
    f->docks = all;
}

static void read_feature(Outlines *o, Arena *scratch, Str text, int64_t no)
{
    const Json *tree;
    const Err *e = json_read(scratch, text, &tree);
    if (e) {
        faults_add2(&o->faults, place_of(o, no, STR_NULL), &IMPORT_GEOJSON,
                    str_dup(o->mem, e->args[2]), STR_NULL);
        return;
    }
    const Json *properties = json_get(tree, "properties");
    Feature f = {.no = no, .region = NIL};
    f.code = text_of(o->mem, properties, "code");
    if (!f.code.p) f.code = text_of(o->mem, properties, "adcode");
    f.name = text_of(o->mem, properties, "name");
    f.parent = text_of(o->mem, properties, "parent");
    f.kind = text_of(o->mem, properties, "kind");
    Str place = place_of(o, no, f.code);
    bool passed;
    if (!read_level(o, properties, place, &f, &passed)) return;
    if (!level_takes(f.level, f.code))
        faults_add2(&o->faults, place, &AREA_CODE, f.code,
                    str_fmt(o->mem, "%zu", level_digits(f.level)));
    else if (map_get(&o->codes, f.code) != NIL) {
        Str other = place_of(o, o->all[map_get(&o->codes, f.code)].no, f.code);
        faults_add2(&o->faults, place, &IMPORT_TWICE, other, other);
    } else if (read_shape(o, scratch, json_get(tree, "geometry"), place, &f)) {
        read_docks(o, json_get(properties, "dock"), &f);
        keep(o, &f);
    }
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
        faults_add2(&o->faults, place_of(o, features.no + 1, STR_NULL), &IMPORT_GEOJSON,
                    S("] or {"), STR_NULL);
    return NULL;
}

/* ---- checking against the ground ---- */

static Str parent_code(const Feature *f)
{
    if (f->parent.p) return f->parent;
    return (Str){f->code.p, level_digits(f->level - 1)};
}

/* What a feature hangs below: known by its code, in the ground or in the file, else, for a
 * street, the root. */
static void check_parents(Outlines *o, const Ground *g, Instant at)
{
    for (size_t i = 0; i < o->n; i++) {
        const Feature *f = &o->all[i];
        if (area_by_code(g, f->code, at)) continue;
        Str place = place_of(o, f->no, f->code);
        if (!f->name.n) faults_add(&o->faults, place, &COLUMN_REQUIRED_ERR);
        if (f->level == LEVEL_REGION) {
            if (area_root(g, at)) faults_add(&o->faults, place, &AREA_ROOT);
            continue;
        }
        Str parent = parent_code(f);
        int64_t other = map_get(&o->codes, parent);
        bool root = f->level == LEVEL_STREET && area_root(g, at);
        if (!root && !area_by_code(g, parent, at) &&
            (other == NIL || o->all[other].level >= f->level))
            faults_add2(&o->faults, place, &IMPORT_UNKNOWN, parent, STR_NULL);
    }
}

static int compare_level(const void *a, const void *b)
{
    const Feature *x = a, *y = b;
    if (x->level != y->level) return x->level < y->level ? -1 : 1;
    return (x->no > y->no) - (x->no < y->no);
}

/* ---- going in ---- */

static int64_t put_area(Act *act, int64_t parent, Level level, Str name, Str code, Str kind,
                        Instant starts)
{
    Area area = {.successor = NIL};
    row_put(act, &area_table, &area);
    AreaSpan span = {.area = area.id,
                     .parent = parent,
                     .level = str(level_name(level)),
                     .name = name,
                     .code = code,
                     .kind = level < LEVEL_CELL ? STR_NULL
                             : kind.p           ? kind
                                                : S("basic"),
                     .starts = starts,
                     .ends = NIL};
    row_put(act, &area_span_table, &span);
    return area.id;
}

static const Err *put_outline(Outlines *o, Act *act, const Ground *g, int64_t area,
                              const Feature *f, Instant starts)
{
    Buf text = BUF(act->mem);
    outline_encode(&text, &f->shape);
    AreaOutline next = {.area = area,
                        .shape = buf_str(&text),
                        .datum = str(datum_name(o->how->datum)),
                        .conversion =
                            o->how->datum == DATUM_GCJ02 ? o->how->conversion : STR_NULL,
                        .source = o->spec->name,
                        .starts = starts,
                        .ends = NIL};
    const AreaOutline *last = span_last(g, PART_OUTLINE, area);
    if (!last) {
        row_put(act, &outline_table, &next);
        return NULL;
    }
    if (last->ends == NIL && str_eq(last->shape, next.shape) &&
        outline_datum(last) == outline_datum(&next))
        return NULL;
    return span_follow(act, PART_OUTLINE, last, &next, starts);
}

static void put_docks(Act *act, const Ground *g, int64_t area, const Feature *f, Instant starts)
{
    size_t n;
    const Docking **known;
    area_dockings(g, area, starts, act->mem, &known, &n);
    for (size_t i = 0; i < f->dock_count; i++) {
        bool there = false;
        for (size_t k = 0; k < n; k++)
            there |= str_eq(known[k]->code, f->docks[i]);
        Docking row = {.area = area, .code = f->docks[i], .starts = starts, .ends = NIL};
        if (!there) row_put(act, &docking_table, &row);
    }
}

static int64_t find_area(const Outlines *o, const Ground *g, Str code, Instant at)
{
    int64_t id = map_get(&o->ids, code);
    const AreaSpan *span = id == NIL ? area_by_code(g, code, at) : NULL;
    return span ? span->area : id;
}

static const Err *put_feature(Outlines *o, Act *act, const Ground *g, const Feature *f,
                              Instant starts)
{
    int64_t area = find_area(o, g, f->code, starts);
    if (area == NIL) {
        const AreaSpan *root = area_root(g, starts);
        int64_t parent =
            f->level == LEVEL_REGION ? NIL : find_area(o, g, parent_code(f), starts);
        if (parent == NIL && f->level == LEVEL_STREET && root) parent = root->area;
        if (parent == NIL && f->level != LEVEL_REGION)
            return err_make(o->mem, &IMPORT_UNKNOWN, parent_code(f), STR_NULL);
        area = put_area(act, parent, f->level, f->name, f->code, f->kind, starts);
        map_put(&o->ids, f->code, area);
    }
    put_docks(act, g, area, f, starts);
    return put_outline(o, act, g, area, f, starts);
}

static const Err *decide_areas(Act *act, void *context)
{
    Outlines *o = context;
    const Ground *g = act_ground(act, o->spec->grounds);
    Instant starts = when_of(act, o->spec->starts);
    o->ids = (Map){.mem = act->mem};
    size_t i = o->next;
    for (; i < o->n && act->count + IMPORT_ROW_MOST + o->all[i].dock_count <= IMPORT_ROWS_MOST;
         i++) {
        const Err *e = put_feature(o, act, g, &o->all[i], starts);
        if (e) return e;
    }
    o->next = i;
    return NULL;
}

static const Err *bring_areas(Outlines *o)
{
    const Ground *g = ground_pin(o->spec->grounds, o->spec->region);
    Instant now = ledger_clock(o->spec->ledger);
    check_parents(o, g, o->spec->starts == NIL ? now : o->spec->starts);
    ground_unpin(g);
    const Err *e = faults_err(&o->faults);
    if (o->n > 1) qsort(o->all, o->n, sizeof *o->all, compare_level);
    while (!e && o->next < o->n)
        e = import_act(&o->job, o->spec->region, decide_areas, o);
    return e;
}

/* ---- regions of their own ---- */

/* Opens those that are not there yet, as many as an entry holds. */
static const Err *decide_regions(Act *act, void *context)
{
    static const Sql last = SQL("SELECT max(region_no) FROM regions WHERE region = 0");
    Outlines *o = context;
    int64_t no;
    const Err *e = db_int(act->db, &last, NO_ARGS, 0, &no);
    size_t i = o->next;
    for (; i < o->n && act->count < IMPORT_ROWS_MOST && !e; i++) {
        Feature *f = &o->all[i];
        Region known;
        const Err *found = region_by_code(act->db, f->code, act->mem, &known);
        if (!found)
            f->region = known.region_no;
        else if (found->kind != ERR_MISSING || no >= REGION_MOST)
            e = found;
        else {
            Region region = {
                .region_no = ++no, .name = f->name, .code = f->code, .opened = act->now};
            row_put(act, &region_table, &region);
            f->region = no;
        }
    }
    if (!e) o->next = i;
    return e;
}

static const Err *decide_root(Act *act, void *context)
{
    Outlines *o = context;
    o->ids = (Map){.mem = act->mem};
    return put_feature(o, act, act_ground(act, o->spec->grounds), o->one,
                       when_of(act, o->spec->starts));
}

/* Streets, then villages, of the division list, without outlines. */
static const Err *decide_tree(Act *act, void *context)
{
    Outlines *o = context;
    const Ground *g = act_ground(act, o->spec->grounds);
    Instant starts = when_of(act, o->spec->starts);
    o->ids = (Map){.mem = act->mem};
    size_t i = o->below_next;
    for (; i < o->below_count && act->count + IMPORT_ROW_MOST <= IMPORT_ROWS_MOST; i++) {
        const Division *d = &o->below[i];
        if (find_area(o, g, d->code, starts) != NIL) continue;
        int64_t parent = find_area(o, g, d->parent, starts);
        if (parent == NIL) return err_make(o->mem, &IMPORT_UNKNOWN, d->parent, STR_NULL);
        map_put(&o->ids, d->code,
                put_area(act, parent, d->level == 4 ? LEVEL_STREET : LEVEL_VILLAGE, d->name,
                         d->code, STR_NULL, starts));
    }
    o->below_next = i;
    return NULL;
}

static const Err *bring_tree(Outlines *o, Arena *mem)
{
    Division *streets, *villages;
    size_t street_count, village_count;
    const Err *e =
        division_below(o->db, o->one->code, 4, TREE_MOST, mem, &streets, &street_count);
    if (!e)
        e = division_below(o->db, o->one->code, 5, TREE_MOST, mem, &villages, &village_count);
    if (e) return e;
    o->below_count = street_count + village_count;
    o->below_next = 0;
    o->below = arena_array(mem, Division, o->below_count);
    if (street_count) memcpy(o->below, streets, street_count * sizeof *streets);
    if (village_count)
        memcpy(o->below + street_count, villages, village_count * sizeof *villages);
    while (!e && o->below_next < o->below_count)
        e = import_act(&o->job, o->one->region, decide_tree, o);
    return e;
}

/* A tree is wanted, and the list knows none of the counties: it was not imported, most likely.
 */
static const Err *check_regions(Outlines *o)
{
    Division *streets;
    size_t count, all = 0;
    for (size_t i = 0; i < o->n; i++) {
        const Feature *f = &o->all[i];
        if (!f->name.n)
            faults_add(&o->faults, place_of(o, f->no, f->code), &COLUMN_REQUIRED_ERR);
        if (!o->how->tree) continue;
        const Err *e = division_below(o->db, f->code, 4, TREE_MOST, o->mem, &streets, &count);
        if (e) return e;
        all += count;
    }
    if (o->how->tree && o->n && !all)
        faults_add2(&o->faults, place_of(o, o->all[0].no, o->all[0].code), &IMPORT_TREE,
                    o->all[0].code, STR_NULL);
    return faults_err(&o->faults);
}

static const Err *bring_regions(Outlines *o)
{
    const Err *e = check_regions(o);
    while (!e && o->next < o->n)
        e = import_act(&o->job, 0, decide_regions, o);
    Arena *mem = arena_new(1 << 16);
    for (size_t i = 0; i < o->n && !e; i++) {
        o->one = &o->all[i];
        e = import_act(&o->job, o->one->region, decide_root, o);
        if (!e && o->how->tree) e = bring_tree(o, mem);
        arena_reset(mem);
    }
    arena_free(mem);
    return e;
}

const Err *import_outlines(const ImportSpec *spec, const OutlineSpec *how, Str geojson,
                           ImportDone *out)
{
    if (!how->has_datum) return &IMPORT_DATUM;
    if (!spec->region && how->level != LEVEL_REGION) return &IMPORT_REGION;
    Outlines *o = arena_make(spec->mem, Outlines);
    *o = (Outlines){.spec = spec,
                    .how = how,
                    .mem = spec->mem,
                    .faults = {.mem = spec->mem},
                    .codes = {.mem = spec->mem}};
    const Err *e = read_all(o, geojson);
    if (e) return e;
    Str note = str_fmt(spec->mem, "datum %s%s%.*s", datum_name(how->datum),
                       how->conversion.p ? ", turned back to WGS84: " : "",
                       STR(how->conversion.p ? how->conversion : S("")));
    import_begin(&o->job, spec, "outlines", import_hash(spec->mem, geojson), (int64_t)o->n,
                 note);
    if (how->level != LEVEL_REGION)
        e = bring_areas(o);
    else if (!(e = db_open(ledger_store(spec->ledger), DB_READ, &o->db))) {
        e = bring_regions(o);
        db_close(o->db);
    }
    return e ? e : import_end(&o->job, out);
}
