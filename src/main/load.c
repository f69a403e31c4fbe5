/* SPDX-License-Identifier: Apache-2.0 */
/* load.c: commands that bring whole files in. */
#include "main/load.h"
#include "base/file.h"
#include "base/time.h"
#include "grid/blind.h"
#include "main/commands.h"
#include "subject/import.h"

#define FILE_MOST ((size_t)512 << 20)

static const Err LOAD_REGION =
    ERROR(ERR_INVALID, "region", "没有代码为 {0} 的区域", "There is no region with code {0}");
static const Err LOAD_WHICH = ERROR(ERR_INVALID, "region", "请用 --region 指明区域代码",
                                    "Say which region with --region CODE");
static const Err LOAD_LEVEL =
    ERROR(ERR_INVALID, "level", "--level 应为 county、street、village 或 cell",
          "--level is county, street, village or cell");

/* ---- regions ---- */

const Err *regions_all(House *house, Arena *mem, Region **out, size_t *out_count)
{
    static const Sql sql = SQL("SELECT * FROM regions WHERE region = $1 ORDER BY id");
    Db *db;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    e = db_all(db, &sql, ARGS(ARG_I(REGION_COMMON)), &region_table, mem, out, out_count);
    db_close(db);
    return e;
}

/* The region of that code, or the only one there is. */
static const Err *region_find(House *house, Arena *mem, Str code, int64_t *out)
{
    Region *all;
    size_t n;
    const Err *e = regions_all(house, mem, &all, &n);
    if (e) return e;
    if (!code.p && n != 1) return &LOAD_WHICH;
    for (size_t i = 0; i < n; i++)
        if (!code.p || str_eq(all[i].code, code)) {
            *out = all[i].region_no;
            return NULL;
        }
    return err_make(mem, &LOAD_REGION, code, STR_NULL);
}

/* ---- import ---- */

typedef struct {
    const ImportSpec *spec;
    Db *db;
} Lookout;

static int64_t subject_by_code(void *context, Str code)
{
    const Lookout *look = context;
    int64_t id;
    const Err *e = subject_find_code(look->db, look->spec->region, code, &id);
    return e ? NIL : id;
}

static const Err *spec_of(const Args *args, House *house, bool regional, ImportSpec *out)
{
    *out = (ImportSpec){.ledger = house->ledger,
                        .grounds = house->grounds,
                        .mem = args->mem,
                        .region = REGION_COMMON,
                        .actor = PERSON_HOUSE,
                        .seat = NIL,
                        .name = args->words[0],
                        .starts = NIL,
                        .defs = house->defs};
    return regional
               ? region_find(house, args->mem, conf_text(args->conf, "region"), &out->region)
               : NULL;
}

static const Err *read_from(const Args *args, ImportSpec *spec)
{
    Str from = conf_text(args->conf, "from");
    if (!from.p || import_when(args->mem, from, &spec->starts)) return NULL;
    return err_field(args->mem, err_make(args->mem, &IMPORT_DATE, from, STR_NULL), S("--from"));
}

/* Tells how it went; returns the exit code. */
static int load_done(const Args *args, const Err *e, const ImportDone *result)
{
    if (e) return args_refuse(args, e);
    printf("%lld rows in, %lld changes in %lld acts, job %.*s\n", (long long)result->rows,
           (long long)result->put, (long long)result->acts, STR(result->job));
    if (result->ignored.p)
        fprintf(stderr, "gridward: columns without meaning here: %.*s\n", STR(result->ignored));
    return EXIT_FINE;
}

const Err *load_start(const Args *args, House *house, bool regional, ImportSpec *spec,
                      Str *text)
{
    const Err *e = file_read_all(args->mem, args->words[0], FILE_MOST, text);
    return e ? e : spec_of(args, house, regional, spec);
}

/* Whatever stands on ground that has changed, or hangs on seats that nobody holds any more,
 * follows at once. */
static const Err *follow(House *house)
{
    Sweep *sweep;
    const Err *e = sweep_open(house->work, true, &sweep);
    if (e) return e;
    e = sweep_run(sweep);
    sweep_close(sweep);
    return e;
}

static int load_divisions(const Args *args, House *house)
{
    ImportSpec spec;
    Str text;
    ImportDone result;
    const Err *e = load_start(args, house, false, &spec, &text);
    if (!e) e = import_divisions(&spec, text, &result);
    return load_done(args, e, &result);
}

/* Without a name: each feature says its own. */
static const Err *read_level(Str name, Level *out)
{
    *out = LEVEL_COUNT;
    return !name.p || level_by_name(name, out) ? NULL : &LOAD_LEVEL;
}

/* The operator should hear at once what the list of blind spots says of the lines. */
static void say_ground(const Args *args, House *house, int64_t region)
{
    const Ground *ground = ground_pin(house->grounds, region);
    Instant now = ledger_clock(house->ledger);
    Blind *all;
    size_t n, told = 0;
    const Err *e = blind_list(ground, NIL, now, NULL, args->mem, &all, &n);
    for (size_t i = 0; !e && i < n; i++) {
        if (all[i].kind != BLIND_OVERLAP && all[i].kind != BLIND_GAP) continue;
        const AreaSpan *a = area_at(ground, all[i].area, now), *b = NULL;
        if (all[i].kind == BLIND_OVERLAP) b = area_at(ground, all[i].other, now);
        if (!a || told++ >= 20) continue;
        bool zh = args_lang() == LANG_ZH;
        const char *what = zh ? blind_zh(all[i].kind) : blind_en(all[i].kind);
        fprintf(stderr, "gridward: %s: %.*s %.*s%s%.*s %.*s\n", what, STR(a->code),
                STR(a->name), b ? ", " : "", STR(b ? b->code : S("")),
                STR(b ? b->name : S("")));
    }
    if (told > 20) fprintf(stderr, "gridward: … %zu in all\n", told);
    ground_unpin(ground);
}

static int load_outlines(const Args *args, House *house)
{
    ImportSpec spec;
    Str text, datum = conf_text(args->conf, "datum");
    ImportDone result;
    OutlineSpec how = {.has_datum = datum.p != NULL,
                       .conversion = conf_text(args->conf, "convert"),
                       .tree = conf_flag(args->conf, "tree")};
    const Err *e = read_level(conf_text(args->conf, "level"), &how.level);
    if (!e && datum.p) e = datum_parse(datum, &how.datum);
    if (!e) e = load_start(args, house, how.level != LEVEL_REGION, &spec, &text);
    if (!e) e = read_from(args, &spec);
    if (!e) e = import_outlines(&spec, &how, text, &result);
    if (!e && result.put) e = follow(house);
    if (!e && spec.region != REGION_COMMON) say_ground(args, house, spec.region);
    return load_done(args, e, &result);
}

const Err *load_table(House *house, ImportSpec *spec, ImportKind kind, const ImportTable *table,
                      ImportDone *out)
{
    Lookout look = {.spec = spec};
    const Err *e = db_open(house->store, DB_READ, &look.db);
    if (e) return e;
    spec->subject = subject_by_code;
    spec->subject_context = &look;
    e = import_rows(spec, kind, table, out);
    db_close(look.db);
    return e;
}

static ImportKind kind_of(const Args *args)
{
    Str word, name;
    ImportKind kind;
    str_cut(str(args->command->name), ' ', &word, &name);
    bool known = import_kind_by_name(name, &kind);
    assert(known);
    return kind;
}

static void say_columns(const Args *args)
{
    printf("\ncolumns (* must be there): %.*s\nwhat they mean: docs/imports.md\n",
           STR(import_column_names(args->mem, kind_of(args))));
}

/* "import persons": the command's second word is the kind of table. */
static int load_rows(const Args *args, House *house)
{
    ImportSpec spec;
    ImportTable table;
    ImportKind kind = kind_of(args);
    Str text;
    ImportDone result;
    const Err *e = load_start(args, house, true, &spec, &text);
    if (!e) e = import_table_read(args->mem, text, &table);
    if (!e) e = read_from(args, &spec);
    if (!e) e = load_table(house, &spec, kind, &table, &result);
    if (!e && result.put) e = follow(house);
    return load_done(args, e, &result);
}

static const Err *run_subjects(const Args *args, House *house, const ImportSpec *spec, Str text,
                               ImportDone *out)
{
    Str datum = conf_text(args->conf, "datum");
    SubjectImport import = {.subjects = house->subjects,
                            .mem = args->mem,
                            .region = spec->region,
                            .actor = PERSON_HOUSE,
                            .seat = NIL,
                            .name = spec->name,
                            .csv = text,
                            .has_datum = datum.p != NULL,
                            .conversion = conf_text(args->conf, "convert")};
    const Err *e = datum.p ? datum_parse(datum, &import.datum) : NULL;
    if (!e) e = db_open(house->store, DB_READ, &import.db);
    if (e) return e;
    e = subjects_import(&import, out);
    db_close(import.db);
    return e;
}

static int load_subjects(const Args *args, House *house)
{
    ImportSpec spec;
    Str text;
    ImportDone result;
    const Err *e = load_start(args, house, true, &spec, &text);
    if (!e) e = run_subjects(args, house, &spec, text, &result);
    return load_done(args, e, &result);
}

static void template(const Args *args, Buf *out)
{
    (void)args;
    subject_template(args_lang(), out);
}

/* clang-format off */
#define FROM_KEY {"from", CONF_TEXT, NULL, "没有写明起始时间的从何时算起(日期或时刻);省略时为现在", "a date or instant: since when what says no other beginning holds; now unless said", 0, 0}
#define CONVERT_KEY {"convert", CONF_TEXT, NULL, "将 GCJ-02 转回 WGS-84 的理由(经办人的行为,记入账本)", "the reason for turning GCJ-02 back to WGS-84; kept in the entry", 0, 0}
#define DATUM_KEY {"datum", CONF_TEXT, NULL, "坐标系 wgs84、cgcs2000 或 gcj02(必填)", "wgs84, cgcs2000 or gcj02; must be said", 0, 0}
static const ConfKey plain[] = {STORE_KEY}, regional[] = {STORE_KEY, REGION_KEY, FROM_KEY},
                     placed[] = {STORE_KEY, REGION_KEY, DATUM_KEY, CONVERT_KEY};
static const ConfKey outlines[] = {
    STORE_KEY, REGION_KEY, DATUM_KEY, FROM_KEY,
    {"level", CONF_TEXT, NULL, "层级 county、street、village、cell;省略时按各要素的 level", "county, street, village or cell; left out: each feature says its own", 0, 0},
    CONVERT_KEY,
    {"tree", CONF_FLAG, "no", "按全国区划表开设街道与村社区", "county: open the streets and villages of the division list, too", 0, 0},
};
#define OPTIONS(array) .options = array, .option_count = countof(array)
const Command load_commands[] = {
    {"import divisions", "FILE.csv[.gz]", 1, 1, OPTIONS(plain), .help = "load the national list of divisions", .on_store = load_divisions, .writes = true},
    {"import outlines", "FILE.geojson[.gz]", 1, 1, OPTIONS(outlines), .help = "draw areas from GeoJSON; a county that is not there is opened", .on_store = load_outlines, .writes = true},
    {"import areas", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "open, rename, move and end areas", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import departments", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "open, rename and end departments", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import rules", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "who leads and helps with which matter where", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import authorities", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "what bodies may do", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import persons", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "open persons", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import seats", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "open seats and seat persons", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import absences", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "who is away", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import roster", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "shifts of duty rooms", .on_store = load_rows, .writes = true, .more = say_columns},
    {"import subjects", "FILE.csv[.gz]", 1, 1, OPTIONS(placed), .help = "the register of subjects; whole or nothing", .on_store = load_subjects, .writes = true},
    {"describe subjects", "", 0, 0, .help = "print an empty register with the names of its columns", .print = template},
};
/* clang-format on */
const size_t load_command_count = countof(load_commands);
