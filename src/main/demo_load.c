/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_load.c: brings the demo's files into a store, each by the importer of its kind, and
 * opens the accounts. Dates of the last months before the day for which the files were made
 * move with the day up to which is played; older ones stay.
 */
#include "base/file.h"
#include "def/seed.h"
#include "main/demo.h"
#include "main/house_fact.h"
#include "main/load.h"
#include "subject/import.h"

#define FOLDER       "defs/demo/"
#define MOVING_DAYS  120               /* before script->to: dates of then move */
#define ROSTER_SLACK 28                /* the roster moves by weeks when it must by more days */
#define SUBJECTS_CAP ((size_t)8 << 20) /* bytes of the subjects, inflated */

const Err DEMO_EARLY = ERROR(
    ERR_INVALID, "too-early", "演示数据须演到 {0} 或以后:其人员、请假和值班表从那时起才有",
    "The demo ends on {0} or later: its persons, absences and roster begin about then");
const Err DEMO_STOPPED = ERROR(ERR_CONFLICT, "stopped", "已停止,没有留下任何文件",
                               "Stopped; nothing is left behind");

const Err *demo_tell(const Demo *demo, const char *zh, const char *en, int64_t done, int64_t of)
{
    return demo->tell(demo->tell_context, zh, en, done, of) ? NULL : &DEMO_STOPPED;
}

/* ---- tables ---- */

static const Err *read_file(Demo *demo, const char *name, ImportTable *out)
{
    Str text = seed_text(str_fmt(demo->mem, FOLDER "%s.csv", name));
    return import_table_read(demo->mem, text, out);
}

/* The place of a column that the shipped files have. */
static size_t column_of(const ImportTable *table, const char *name)
{
    size_t i = 0;
    while (i < table->columns && !str_is(table->names[i], name))
        i++;
    assert(i < table->columns);
    return i;
}

static Str cell(const ImportTable *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

static Str moved(Arena *mem, Str text, Date since, int64_t days)
{
    Buf b = BUF(mem);
    Date d;
    Instant t;
    if (!date_parse(text, &d) && d >= since)
        date_print(&b, d + days);
    else if (!instant_parse(text, &t) && instant_date(t) >= since)
        instant_print(&b, t + days * MS_DAY);
    else
        return text;
    return buf_str(&b);
}

/* The same table with the later of its dates moved. */
static void move_dates(Demo *demo, ImportTable *table, int64_t days)
{
    static const char *const names[] = {"from", "to"};
    size_t n = table->rows * table->columns;
    Str *cells = arena_array(demo->mem, Str, n);
    if (n) memcpy(cells, table->cells, n * sizeof *cells);
    for (size_t k = 0; k < countof(names); k++) {
        size_t column = column_of(table, names[k]);
        for (size_t i = column; i < n; i += table->columns)
            cells[i] =
                moved(demo->mem, cells[i], script_date(demo->script, "to") - MOVING_DAYS, days);
    }
    table->cells = cells;
}

static ImportSpec spec_of(Demo *demo, Str name)
{
    return (ImportSpec){.ledger = demo->house->ledger,
                        .grounds = demo->house->grounds,
                        .mem = demo->mem,
                        .region = demo->region,
                        .actor = PERSON_HOUSE,
                        .seat = NIL,
                        .name = name,
                        .job = str_fmt(demo->mem, "demo %.*s", STR(name)),
                        .starts = date_start(script_date(demo->script, "opened")),
                        .defs = demo->house->defs};
}

static const Err *load_file(Demo *demo, const char *name, ImportKind kind)
{
    int64_t days = instant_date(demo->end) - script_date(demo->script, "to");
    bool roster = kind == IMPORT_ROSTER;
    if (roster) days = days > -ROSTER_SLACK && days < ROSTER_SLACK ? 0 : days / 7 * 7;
    ImportTable table;
    ImportDone done;
    ImportSpec spec = spec_of(demo, str_fmt(demo->mem, "%s.csv", name));
    const Err *e = read_file(demo, name, &table);
    bool moves = kind == IMPORT_SEATS || kind == IMPORT_ABSENCES || roster;
    if (!e && moves && days) move_dates(demo, &table, days);
    return e ? e : load_table(demo->house, &spec, kind, &table, &done);
}

/* ---- ground ---- */

static const Err *open_region(Act *act, void *context)
{
    Region *region = context;
    return region_open(act, region->name, region->code, region);
}

/* What the file says of its region; the outlines of a file are of a region that is there. */
static const Err *find_region(Demo *demo, Str geojson, Region *out)
{
    const Json *root;
    const Err *e = json_read(demo->mem, geojson, &root);
    if (e) return e;
    const Json *features = json_get(root, "features");
    for (size_t i = 0; i < json_count(features); i++) {
        const Json *p = json_get(json_at(features, i), "properties");
        if (!str_is(json_member(p, "level"), level_name(LEVEL_REGION))) continue;
        *out = (Region){.name = json_member(p, "name"), .code = json_member(p, "code")};
        return NULL;
    }
    return &ERR_NOT_FOUND;
}

static const Err *load_ground(Demo *demo)
{
    Str text = seed_text(S(FOLDER "ground.geojson"));
    OutlineSpec how = {.has_datum = true, .datum = DATUM_WGS84, .level = LEVEL_COUNT};
    ImportDone done;
    Region region;
    const Err *e = find_region(demo, text, &region);
    ActJob job = {.lane = {.alone = true},
                  .mem = demo->mem,
                  .spec = {.region = REGION_COMMON,
                           .actor = PERSON_HOUSE,
                           .seat = NIL,
                           .for_person = NIL,
                           .verb = S("demo"),
                           .client = NIL},
                  .decide = open_region,
                  .context = &region};
    if (!e) e = ledger_call(demo->house->ledger, &job);
    if (e) return e;
    demo->region = region.region_no;
    ImportSpec spec = spec_of(demo, S("ground.geojson"));
    return import_outlines(&spec, &how, text, &done);
}

/* ---- subjects ---- */

/* A subject that is closed for now gets no colour, and so no weight. */
static void keep_subject(Demo *demo, const Subject *s)
{
    const Json *tags;
    demo->places = arena_grow(demo->mem, demo->places, demo->place_count, &demo->place_cap,
                              sizeof *demo->places);
    Place *p = &demo->places[demo->place_count++];
    *p = (Place){.id = s->id,
                 .code = str_dup(demo->mem, s->code),
                 .kind = str_dup(demo->mem, s->kind),
                 .cell = s->area};
    if (str_is(s->status, "open")) p->colour = str_dup(demo->mem, s->colour);
    if (!s->tags.p || json_read(demo->mem, s->tags, &tags)) return;
    Str *texts = arena_array(demo->mem, Str, json_count(tags));
    for (size_t k = 0; k < json_count(tags); k++)
        texts[p->tag_count++] = json_view(json_at(tags, k));
    p->tags = texts;
}

static const Err *list_subjects(Demo *demo, Db *db, const Who *who)
{
    SubjectFilter filter = SUBJECT_FILTER;
    filter.limit = 200;
    const Err *e;
    Arena *mem = arena_new(0);
    SubjectPage page;
    do {
        e = subject_page(demo->house->subjects, db, mem, who, &filter, &page);
        for (size_t i = 0; !e && i < page.count; i++)
            keep_subject(demo, &page.subjects[i]);
        if (!e) filter.cursor = str_dup(demo->mem, page.next);
        arena_reset(mem);
    } while (!e && filter.cursor.p);
    arena_free(mem);
    return e;
}

static const Err *import_subjects(Demo *demo, Db *db)
{
    ImportDone done;
    SubjectImport spec = {.subjects = demo->house->subjects,
                          .db = db,
                          .mem = demo->mem,
                          .region = demo->region,
                          .actor = PERSON_HOUSE,
                          .seat = NIL,
                          .name = S("subjects.csv.gz"),
                          .has_datum = true,
                          .datum = DATUM_WGS84};
    const Err *e = file_inflate(demo->mem, seed_text(S(FOLDER "subjects.csv.gz")), SUBJECTS_CAP,
                                &spec.csv);
    return e ? e : subjects_import(&spec, &done);
}

static const Err *load_subjects(Demo *demo)
{
    Db *db;
    Who who;
    const Err *e = db_open(demo->house->store, DB_READ, &db);
    if (e) return e;
    if (!(e = import_subjects(demo, db))) {
        const Ground *ground = ground_pin(demo->house->grounds, demo->region);
        who_house(demo->mem, ground, demo->region, demo->begin, &who);
        e = list_subjects(demo, db, &who);
        ground_unpin(ground);
    }
    db_close(db);
    return e;
}

/* ---- photos ---- */

static const Err *load_photos(Demo *demo)
{
    demo->photos = arena_array(demo->mem, DemoPhoto, seed_files_count);
    for (size_t i = 0; i < seed_files_count; i++) {
        const SeedFile *file = &seed_files[i];
        VaultFile kept;
        bool fresh;
        if (!seed_is(file, FOLDER "photos/", ".png")) continue;
        Str bytes = {file->start, (size_t)(file->end - file->start)};
        const Err *e = vault_put(demo->house->vault, NULL, demo->mem, bytes, NIL, demo->begin,
                                 &kept, &fresh);
        if (e) return e;
        demo->photos[demo->photo_count++] = (DemoPhoto){seed_name(file), kept.hash};
    }
    return NULL;
}

/* ---- accounts ---- */

/* An account with a role of its own is one to try the demo with; the others have no password.
 */
static Str demo_password(void *context, Arena *mem, Str login, bool *must_change)
{
    const ImportTable *table = context;
    size_t account = column_of(table, "account"), role = column_of(table, "role");
    (void)mem;
    *must_change = false;
    for (size_t i = 0; i < table->rows; i++)
        if (str_eq(cell(table, i, account), login))
            return cell(table, i, role).n ? S(DEMO_PASSWORD) : STR_NULL;
    return STR_NULL;
}

static const Err *load_accounts(Demo *demo)
{
    ImportTable table;
    ImportAccount *made;
    size_t n;
    ImportDone done;
    ImportSpec spec = spec_of(demo, S("accounts.csv"));
    AccountWay way = {ledger_lane(demo->house->ledger), time_wall(), demo_password, &table};
    const Err *e = read_file(demo, "accounts", &table);
    if (!e) e = demo_tell(demo, "账号", "accounts", 0, 0);
    return e ? e : import_accounts(&spec, &way, &table, &made, &n, &done);
}

size_t demo_accounts(Arena *mem, DemoAccount **out)
{
    ImportTable table;
    const Err *e = import_table_read(mem, seed_text(S(FOLDER "accounts.csv")), &table);
    assert(!e);
    size_t login = column_of(&table, "account"), role = column_of(&table, "role"), n = 0;
    DemoAccount *all = arena_array(mem, DemoAccount, table.rows);
    for (size_t i = 0; i < table.rows; i++) {
        Role r;
        if (!role_by_name(cell(&table, i, role), &r)) continue;
        all[n++] = (DemoAccount){cell(&table, i, login), role_zh(r), role_en(r)};
    }
    *out = all;
    return n;
}

/* ---- all of it ---- */

const Err *demo_is(Db *db, bool *out)
{
    Str value;
    Arena *mem = arena_new(0);
    const Err *e = house_fact(db, mem, S("demo"), &value);
    if (!e) *out = value.p != NULL;
    arena_free(mem);
    return e;
}

const Err *demo_load(Demo *demo)
{
    static const struct {
        const char *name, *zh, *en;
        ImportKind kind;
    } tables[] = {
        {"departments", "部门", "departments", IMPORT_DEPARTMENTS},
        {"rules", "分工", "rules", IMPORT_RULES},
        {"authorities", "职权", "authorities", IMPORT_AUTHORITIES},
        {"persons", "人员", "persons", IMPORT_PERSONS},
        {"seats", "岗位", "seats", IMPORT_SEATS},
        {"absences", "缺勤", "absences", IMPORT_ABSENCES},
        {"roster", "值班", "roster", IMPORT_ROSTER},
    };
    if (instant_date(demo->end) < script_date(demo->script, "to") - MOVING_DAYS) {
        Buf b = BUF(demo->mem);
        date_print(&b, script_date(demo->script, "to") - MOVING_DAYS);
        return err_make(demo->mem, &DEMO_EARLY, buf_str(&b), STR_NULL);
    }
    const Err *e = house_fact_set(ledger_lane(demo->house->ledger), S("demo"), S("1"));
    if (!e) e = demo_tell(demo, "网格", "cells", 0, 0);
    if (!e) e = load_ground(demo);
    for (size_t i = 0; i < countof(tables) && !e; i++) {
        if (tables[i].kind == IMPORT_SEATS) { /* some of them are seats of subjects */
            e = demo_tell(demo, "监管对象", "subjects", 0, 0);
            if (!e) e = load_subjects(demo);
        }
        if (!e) e = demo_tell(demo, tables[i].zh, tables[i].en, 0, 0);
        if (!e) e = load_file(demo, tables[i].name, tables[i].kind);
    }
    if (!e) e = load_photos(demo);
    return e ? e : load_accounts(demo);
}
