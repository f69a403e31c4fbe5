/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_load.c: brings the demo's files into a store, each by the importer of its kind, and
 * opens the accounts. Dates of the last months before the day for which the files were made
 * move with the day up to which is played; older ones stay.
 */
#include "app/cmd_import.h"
#include "app/demo.h"
#include "app/settings.h"
#include "base/file.h"
#include "def/embedded.h"
#include "noun/outline_import.h"
#include "subject/subject_import.h"

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

/* A reader is open in it. */
static const Err *spec_open(Demo *demo, Str name, ImportSpec *out)
{
    const Err *e = load_spec(demo->house, demo->mem, out);
    out->region = demo->region;
    out->name = name;
    out->job = str_fmt(demo->mem, "demo %.*s", STR(name));
    out->starts = date_start(script_date(demo->script, "opened"));
    out->has_datum = true;
    out->datum = DATUM_WGS84;
    return e;
}

static const Err *load_table(Demo *demo, const ImportNoun *noun)
{
    int64_t days = instant_date(demo->end) - script_date(demo->script, "to");
    bool roster = noun == &import_roster;
    if (roster) days = days > -ROSTER_SLACK && days < ROSTER_SLACK ? 0 : days / 7 * 7;
    ImportTable table;
    ImportDone done;
    ImportSpec spec;
    const Err *e = spec_open(demo, str_fmt(demo->mem, "%s.csv", noun->name), &spec);
    if (e) return e;
    e = read_file(demo, noun->name, &table);
    bool moves = noun == &import_seats || noun == &import_absences || roster;
    if (!e && moves && days) move_dates(demo, &table, days);
    if (!e) e = noun_import(&spec, noun, &table, &done);
    db_close(spec.db);
    return e;
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
    OutlineSpec how = {.level = LEVEL_COUNT};
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
    ImportSpec spec;
    if ((e = spec_open(demo, S("ground.geojson"), &spec))) return e;
    e = import_outlines(&spec, &how, text, &done);
    db_close(spec.db);
    return e;
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

static const Err *bring_subjects(Demo *demo)
{
    Str text;
    ImportTable table;
    ImportDone done;
    ImportSpec spec;
    const Err *e = spec_open(demo, S("subjects.csv.gz"), &spec);
    if (e) return e;
    e = file_inflate(demo->mem, seed_text(S(FOLDER "subjects.csv.gz")), SUBJECTS_CAP, &text);
    if (!e) e = import_table_read(demo->mem, text, &table);
    if (!e)
        e = noun_import(&spec, subject_import_noun(demo->mem, demo->house->subjects), &table,
                        &done);
    db_close(spec.db);
    return e;
}

static const Err *load_subjects(Demo *demo)
{
    Db *db;
    Who who;
    const Err *e = db_open(demo->house->store, DB_READ, &db);
    if (e) return e;
    if (!(e = bring_subjects(demo))) {
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
static const Err *open_accounts(Demo *demo, const ImportTable *table, const NounLines *lines)
{
    size_t account = column_of(table, "account"), role = column_of(table, "role");
    Keeper keeper = {.by = NIL, .now = time_wall()};
    const Err *e = NULL;
    for (size_t i = 0; i < lines->count && !e; i++) {
        const AccountLine *l = (const AccountLine *)(const void *)lines->all + i;
        Str password = cell(table, i, role).n ? S(DEMO_PASSWORD) : STR_NULL;
        assert(str_eq(cell(table, i, account), l->account));
        e = account_open(ledger_lane(demo->house->ledger), demo->mem, l->account, l->person,
                         password, false, &keeper);
    }
    return e;
}

static const Err *load_accounts(Demo *demo)
{
    ImportTable table;
    NounLines lines;
    ImportSpec spec;
    const Err *e = spec_open(demo, S("accounts.csv"), &spec);
    if (e) return e;
    e = read_file(demo, "accounts", &table);
    if (!e) e = demo_tell(demo, "账号", "accounts", 0, 0);
    if (!e) e = noun_read(&spec, &import_accounts, &table, &lines);
    if (!e) e = open_accounts(demo, &table, &lines);
    db_close(spec.db);
    return e;
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
        const char *zh, *en;
        const ImportNoun *noun;
    } tables[] = {
        {"部门", "departments", &import_departments},
        {"分工", "rules", &import_rules},
        {"职权", "authorities", &import_authorities},
        {"人员", "persons", &import_persons},
        {"岗位", "seats", &import_seats},
        {"缺勤", "absences", &import_absences},
        {"值班", "roster", &import_roster},
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
        if (tables[i].noun == &import_seats) { /* some of them are seats of subjects */
            e = demo_tell(demo, "监管对象", "subjects", 0, 0);
            if (!e) e = load_subjects(demo);
        }
        if (!e) e = demo_tell(demo, tables[i].zh, tables[i].en, 0, 0);
        if (!e) e = load_table(demo, tables[i].noun);
    }
    if (!e) e = load_photos(demo);
    return e ? e : load_accounts(demo);
}
