/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_import.c: commands that bring whole files in and out. */
#include "app/cmd_import.h"

#include "app/commands.h"
#include "base/csv.h"
#include "base/file.h"
#include "def/embedded.h"
#include "grid/blind_spot.h"
#include "noun/noun_export.h"
#include "noun/noun_table.h"
#include "noun/outline_import.h"
#include "subject/subject_import.h"
#include "web/web.h"

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

/* ---- the store of an import ---- */

static int64_t subject_by_code(void *context, Str code)
{
    const ImportSpec *spec = context;
    int64_t id;
    const Err *e = subject_find_code(spec->db, spec->region, code, &id);
    return e ? NIL : id;
}

static Str subject_code(void *context, int64_t id)
{
    const ImportSpec *spec = context;
    Subject s;
    const Err *e = subject_raw(spec->db, spec->mem, id, &s);
    return e ? STR_NULL : s.code;
}

static bool has_option(const Args *args, const char *name)
{
    for (size_t i = 0; i < args->command->option_count; i++)
        if (strcmp(args->command->options[i].name, name) == 0) return true;
    return false;
}

static Str option(const Args *args, const char *name)
{
    return has_option(args, name) ? conf_text(args->conf, name) : STR_NULL;
}

static const Err *read_options(const Args *args, ImportSpec *spec)
{
    Str datum = option(args, "datum"), from = option(args, "from");
    spec->has_datum = datum.p;
    spec->conversion = option(args, "convert");
    if (from.p && !cell_instant(from, &spec->starts))
        return err_field(args->mem, err_make(args->mem, &CELL_DATE, from, STR_NULL),
                         S("--from"));
    return datum.p ? datum_parse(datum, &spec->datum) : NULL;
}

const Err *load_spec(House *house, Arena *mem, ImportSpec *out)
{
    *out = (ImportSpec){.ledger = house->ledger,
                        .grounds = house->grounds,
                        .defs = house->defs,
                        .mem = mem,
                        .region = REGION_COMMON,
                        .actor = PERSON_HOUSE,
                        .seat = NIL,
                        .starts = NIL,
                        .subject = subject_by_code,
                        .subject_code = subject_code,
                        .subject_context = out};
    return db_open(house->store, DB_READ, &out->db);
}

const Err *load_start(const Args *args, House *house, bool regional, ImportSpec *out)
{
    const Err *e = load_spec(house, args->mem, out);
    if (!e) e = read_options(args, out);
    if (e) return e;
    out->name = args->words[0];
    return regional ? region_find(house, args->mem, option(args, "region"), &out->region)
                    : NULL;
}

const Err *load_file(const Args *args, Str *out)
{
    return file_read_all(args->mem, args->words[0], FILE_MOST, out);
}

int load_done(const Args *args, ImportSpec *spec, const Err *e, const ImportDone *result)
{
    if (!e && result)
        printf("%lld rows in, %lld changes in %lld acts, job %.*s\n", (long long)result->rows,
               (long long)result->put, (long long)result->acts, STR(result->job));
    if (!e && result && result->ignored.p)
        fprintf(stderr, "gridward: columns left out, for they mean nothing here: %.*s\n",
                STR(result->ignored));
    db_close(spec->db);
    return e ? args_refuse(args, e) : EXIT_FINE;
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

/* ---- divisions and outlines ---- */

static int load_divisions(const Args *args, House *house)
{
    ImportSpec spec;
    Str text;
    ImportDone result;
    const Err *e = load_start(args, house, false, &spec);
    if (!e) e = load_file(args, &text);
    if (!e) e = import_divisions(&spec, text, &result);
    return load_done(args, &spec, e, &result);
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
    Str text;
    ImportDone result;
    OutlineSpec how = {.tree = conf_flag(args->conf, "tree")};
    const Err *e = read_level(conf_text(args->conf, "level"), &how.level);
    if (e) return args_refuse(args, e);
    e = load_start(args, house, how.level != LEVEL_REGION, &spec);
    if (!e) e = load_file(args, &text);
    if (!e) e = import_outlines(&spec, &how, text, &result);
    if (!e && result.put) e = follow(house);
    if (!e && spec.region != REGION_COMMON) say_ground(args, house, spec.region);
    return load_done(args, &spec, e, &result);
}

/* ---- nouns ---- */

/* "import persons": the command's second word is the noun's name. */
static const ImportNoun *noun_of(const Args *args, const House *house)
{
    static const ImportNoun *const all[] = {
        &import_areas,       &import_departments, &import_rules,
        &import_authorities, &import_persons,     &import_seats,
        &import_roster,      &import_absences,    &import_accounts};
    const char *name = strchr(args->command->name, ' ') + 1;
    size_t n;
    const WebNoun *nouns = web_nouns(&n);
    for (size_t i = 0; i < countof(all); i++)
        if (strcmp(all[i]->name, name) == 0) return all[i];
    for (size_t i = 0; i < n; i++)
        if (nouns[i].noun != &subject_noun && strcmp(nouns[i].noun->name, name) == 0)
            return noun_table_import(args->mem, nouns[i].noun);
    return subject_import_noun(args->mem, house ? house->subjects : NULL);
}

/* The lists that are compiled in: help is asked for without a store. */
static const CodeList *shipped_list(void *context, const char *name)
{
    Arena *mem = context;
    Str text = seed_text(str_fmt(mem, "data/codes/%s.yaml", name));
    Reading reading = READING(mem, str(name));
    return text.p ? code_list_read(&reading, text) : NULL;
}

void load_columns(const Args *args)
{
    CellLists lists = {shipped_list, args->mem};
    Buf b = BUF(args->mem);
    noun_columns(args->mem, noun_of(args, NULL), &lists, args_lang(), "  ", &b);
    printf("\ncolumns:\n%.*s--template prints an empty table; docs/imports.md tells more\n",
           STR(buf_str(&b)));
}

void load_template(const Args *args)
{
    CellLists lists = {shipped_list, args->mem};
    Buf b = BUF(args->mem);
    noun_template(args->mem, noun_of(args, NULL), &lists, args_lang(), &b);
    fwrite(b.p, 1, b.n, stdout);
}

static int load_noun(const Args *args, House *house)
{
    ImportSpec spec;
    ImportTable table;
    ImportDone result;
    Str text;
    const Err *e = load_start(args, house, true, &spec);
    if (!e) e = load_file(args, &text);
    if (!e) e = import_table_read(args->mem, text, &table);
    if (!e) e = noun_import(&spec, noun_of(args, house), &table, &result);
    if (!e && result.put) e = follow(house);
    return load_done(args, &spec, e, &result);
}

/* Beside a running server, too: it claims nothing. */
static int export_noun(const Args *args, House *house)
{
    ImportSpec spec;
    Buf b = BUF(args->mem);
    const Err *e = load_start(args, house, true, &spec);
    if (!e && spec.starts == NIL) spec.starts = ledger_clock(spec.ledger);
    if (!e) e = noun_export(&spec, noun_of(args, house), args_lang(), &b);
    if (!e) fwrite(b.p, 1, b.n, stdout);
    return load_done(args, &spec, e, NULL);
}

/* clang-format off */
#define FROM_KEY {"from", CONF_TEXT, NULL, "没有写明起始时间的从何时算起(日期或时刻);省略时为现在", "a date or instant: since when what says no other beginning holds; now unless said", 0, 0}
#define CONVERT_KEY {"convert", CONF_TEXT, NULL, "将 GCJ-02 转回 WGS-84 的理由(经办人的行为,记入账本)", "the reason for turning GCJ-02 back to WGS-84; kept in the entry", 0, 0}
#define DATUM_KEY {"datum", CONF_TEXT, NULL, "坐标系 wgs84、cgcs2000 或 gcj02(必填)", "wgs84, cgcs2000 or gcj02; must be said", 0, 0}
static const ConfKey plain[] = {STORE_KEY}, regional[] = {STORE_KEY, REGION_KEY, FROM_KEY},
                     placed_keys[] = {STORE_KEY, REGION_KEY, DATUM_KEY, CONVERT_KEY};
static const ConfKey outlines[] = {
    STORE_KEY, REGION_KEY, DATUM_KEY, FROM_KEY,
    {"level", CONF_TEXT, NULL, "层级 county、street、village、cell;省略时按各要素的 level", "county, street, village or cell; left out: each feature says its own", 0, 0},
    CONVERT_KEY,
    {"tree", CONF_FLAG, "no", "按全国区划表开设街道与村社区", "county: open the streets and villages of the division list, too", 0, 0},
};
#define OPTIONS(array) .options = array, .option_count = countof(array)
#define IMPORT(name, keys, does) {"import " name, "FILE.csv[.gz]", 1, 1, OPTIONS(keys), .help = does, .on_store = load_noun, .writes = true, .more = load_columns, .blank = load_template}
#define EXPORT(name) {"export " name, "", 0, 0, OPTIONS(regional), .help = "the table that import " name " takes back", .on_store = export_noun, .more = load_columns}
const Command load_commands[] = {
    {"import divisions", "FILE.csv[.gz]", 1, 1, OPTIONS(plain), .help = "load the national list of divisions", .on_store = load_divisions, .writes = true},
    {"import outlines", "FILE.geojson[.gz]", 1, 1, OPTIONS(outlines), .help = "draw areas from GeoJSON; a county that is not there is opened", .on_store = load_outlines, .writes = true},
    IMPORT("areas", regional, "open, rename, move and end areas"),
    IMPORT("departments", regional, "open, rename and end departments"),
    IMPORT("rules", regional, "who leads and helps with which matter where"),
    IMPORT("authorities", regional, "what bodies may do"),
    IMPORT("persons", regional, "open persons"),
    IMPORT("seats", regional, "open seats and seat persons"),
    IMPORT("absences", regional, "who is away"),
    IMPORT("roster", regional, "shifts of duty rooms"),
    IMPORT("subjects", placed_keys, "the register of subjects"),
    EXPORT("areas"), EXPORT("departments"), EXPORT("rules"), EXPORT("authorities"), EXPORT("persons"), EXPORT("seats"), EXPORT("absences"), EXPORT("roster"), EXPORT("subjects"), EXPORT("accounts"),
};
/* clang-format on */
const size_t load_command_count = countof(load_commands);

/* A noun whose own table people fill in, but the register, which knows more of its lines. */
static bool is_plain(const Noun *noun)
{
    return noun != &subject_noun && noun_is_versioned(noun);
}

const Command *noun_commands(Arena *mem, size_t *out_count)
{
    size_t n;
    const WebNoun *nouns = web_nouns(&n);
    Command *all = arena_array(mem, Command, 2 * n);
    *out_count = 0;
    for (size_t i = 0; i < n; i++) {
        const Noun *noun = nouns[i].noun;
        bool placed = noun_is_placed(noun);
        if (!is_plain(noun)) continue;
        Command like = {.options = placed ? placed_keys : regional,
                        .option_count = placed ? countof(placed_keys) : countof(regional),
                        .help = noun->en,
                        .more = load_columns};
        Command *in = &all[(*out_count)++], *out = &all[(*out_count)++];
        *in = *out = like;
        in->name = str_z(mem, str_fmt(mem, "import %s", noun->name));
        in->words = "FILE.csv[.gz]";
        in->least = in->most = 1;
        in->on_store = load_noun;
        in->writes = true;
        in->blank = load_template;
        out->name = str_z(mem, str_fmt(mem, "export %s", noun->name));
        out->words = "";
        out->on_store = export_noun;
    }
    return all;
}
