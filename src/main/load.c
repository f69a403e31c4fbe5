/* SPDX-License-Identifier: Apache-2.0 */
/* load.c: commands that bring things in: import of whole files, and the first accounts. */
#include "base/file.h"
#include "base/time.h"
#include "grid/account.h"
#include "grid/import.h"
#include "main/commands.h"
#include "main/house.h"
#include "subject/import.h"

#define FILE_MOST ((size_t)512 << 20)

static const Err LOAD_REGION =
    ERROR(ERR_INVALID, "region", "没有代码为 {0} 的区域", "There is no region with code {0}");
static const Err LOAD_WHICH = ERROR(ERR_INVALID, "region", "请用 --region 指明区域代码",
                                    "Say which region with --region CODE");
static const Err LOAD_SEAT =
    ERROR(ERR_INVALID, "seat", "应为 角色@代码,如 grid_chief@610111;现为 {0}",
          "Expected ROLE@CODE such as grid_chief@610111, not {0}");
static const Err LOAD_ANCHOR = ERROR(ERR_INVALID, "seat", "没有代码为 {0} 的区域或部门",
                                     "There is no area or department with code {0}");
static const Err LOAD_LEVEL =
    ERROR(ERR_INVALID, "level", "--level 应为 county、street、village 或 cell",
          "--level is county, street, village or cell");

/* ---- regions ---- */

static const Err *regions_all(House *house, Arena *mem, Region **out, size_t *out_count)
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

static const Err *spec_of(const Args *args, House *house, bool regional, ImportSpec *out)
{
    *out = (ImportSpec){.ledger = house->ledger,
                        .grounds = house->grounds,
                        .mem = args->mem,
                        .region = REGION_COMMON,
                        .actor = PERSON_HOUSE,
                        .seat = NIL,
                        .name = args->words[0],
                        .starts = NIL};
    return regional
               ? region_find(house, args->mem, conf_text(args->conf, "region"), &out->region)
               : NULL;
}

static int done(const Args *args, House *house, const Err *e, const ImportDone *result)
{
    int code = e ? args_refuse(args, e) : EXIT_FINE;
    if (!e)
        printf("%lld rows in, %lld changes in %lld acts, job %.*s\n", (long long)result->rows,
               (long long)result->put, (long long)result->acts, STR(result->job));
    if (!e && result->ignored.p)
        fprintf(stderr, "gridward: columns without meaning here: %.*s\n", STR(result->ignored));
    house_close(house);
    return code;
}

static const Err *start(const Args *args, bool regional, House **house, ImportSpec *spec,
                        Str *text)
{
    const Err *e = file_read_all(args->mem, args->words[0], FILE_MOST, text);
    if (!e) e = house_open(conf_text(args->conf, "store"), HOUSE_EXISTING, NIL, house);
    return e ? e : spec_of(args, *house, regional, spec);
}

static int load_divisions(const Args *args)
{
    House *house = NULL;
    ImportSpec spec;
    Str text;
    ImportDone result;
    const Err *e = start(args, false, &house, &spec, &text);
    if (!e) e = import_divisions(&spec, text, &result);
    return done(args, house, e, &result);
}

static const Err *read_level(Str name, Level *out)
{
    static const struct {
        const char *name;
        Level level;
    } levels[] = {{"county", LEVEL_REGION},
                  {"region", LEVEL_REGION},
                  {"street", LEVEL_STREET},
                  {"village", LEVEL_VILLAGE},
                  {"cell", LEVEL_CELL}};
    *out = LEVEL_COUNT;
    if (!name.p) return NULL;
    for (size_t i = 0; i < countof(levels); i++)
        if (str_is(name, levels[i].name)) {
            *out = levels[i].level;
            return NULL;
        }
    return &LOAD_LEVEL;
}

static int load_outlines(const Args *args)
{
    House *house = NULL;
    ImportSpec spec;
    Str text, datum = conf_text(args->conf, "datum");
    ImportDone result;
    OutlineSpec how = {.has_datum = datum.p != NULL,
                       .conversion = conf_text(args->conf, "convert"),
                       .tree = conf_flag(args->conf, "tree")};
    const Err *e = read_level(conf_text(args->conf, "level"), &how.level);
    if (!e && datum.p) e = datum_parse(datum, &how.datum);
    if (!e) e = start(args, how.level != LEVEL_REGION, &house, &spec, &text);
    if (!e) e = import_outlines(&spec, &how, text, &result);
    return done(args, house, e, &result);
}

/* "import persons": the command's second word is the kind of table. */
static int load_rows(const Args *args)
{
    House *house = NULL;
    ImportSpec spec;
    ImportTable table;
    ImportKind kind;
    Str text, word, name;
    ImportDone result;
    str_cut(str(args->command->name), ' ', &word, &name);
    bool known = import_kind_by_name(name, &kind);
    assert(known);
    const Err *e = start(args, true, &house, &spec, &text);
    if (!e) e = import_table_read(args->mem, text, &table);
    if (!e) e = import_rows(&spec, kind, &table, &result);
    return done(args, house, e, &result);
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

static int load_subjects(const Args *args)
{
    House *house = NULL;
    ImportSpec spec;
    Str text;
    ImportDone result;
    const Err *e = start(args, true, &house, &spec, &text);
    if (!e) e = run_subjects(args, house, &spec, text, &result);
    return done(args, house, e, &result);
}

static int template(const Args *args)
{
    Buf b = BUF(args->mem);
    subject_template(args_lang(), &b);
    fwrite(b.p, 1, b.n, stdout);
    return EXIT_FINE;
}

/* ---- user add ---- */

typedef struct {
    House *house;
    Str name, login;
    Role role;
    Str code;
    int64_t region, person;
} NewUser;

static const Err *find_anchor(House *house, Arena *mem, NewUser *user)
{
    Region *all;
    size_t n;
    const Err *e = regions_all(house, mem, &all, &n);
    for (size_t i = 0; i < n && !e; i++) {
        const Ground *ground = ground_pin(house->grounds, all[i].region_no);
        Instant now = ledger_clock(house->ledger);
        bool here = area_by_code(ground, user->code, now) ||
                    department_by_code(ground, user->code, now);
        ground_unpin(ground);
        if (!here) continue;
        user->region = all[i].region_no;
        return NULL;
    }
    return e ? e : err_make(mem, &LOAD_ANCHOR, user->code, STR_NULL);
}

/* The seat of that role at the anchor: the first one that nobody holds, else a new one. */
static const Err *free_seat(Act *act, const Ground *ground, const NewUser *user, int64_t *out)
{
    const AreaSpan *area = area_by_code(ground, user->code, act->now);
    const DepartmentSpan *body = area ? NULL : department_by_code(ground, user->code, act->now);
    SeatDraft draft = {.role = user->role,
                       .area = area ? area->area : NIL,
                       .department = body ? body->department : NIL,
                       .subject = NIL};
    const Seat **seats;
    size_t n;
    seat_list(ground, user->role, draft.area, draft.department, NIL, act->now, act->mem, &seats,
              &n);
    for (size_t i = 0; i < n; i++)
        if (!seat_hold(ground, seats[i]->id, HOLD_HOLDER, act->now)) {
            *out = seats[i]->id;
            return NULL;
        }
    return seat_open(act, ground, &draft, act->now, out);
}

static const Err *add_person(Act *act, void *context)
{
    NewUser *user = context;
    const Ground *ground = act_ground(act, user->house->grounds);
    GroundHooks hooks = work_hooks(user->house->work);
    int64_t seat, hold;
    Account known;
    const Err *e = account_load(act->db, user->login, act->mem, &known);
    if (!e) return err_make(act->mem, &ACCOUNT_TAKEN, user->login, STR_NULL);
    if (e->kind != ERR_MISSING) return e;
    e = person_open(act, ground, STR_NULL, user->name, STR_NULL, &user->person);
    if (!e) e = free_seat(act, ground, user, &seat);
    if (!e)
        e = seat_take(act, ground_after(ground, act), &hooks, seat, user->person, HOLD_HOLDER,
                      act->now, NIL, &hold);
    act->raises_epoch = true;
    act_on(act, &person_table, user->person);
    return e;
}

static const Err *read_seat(const Args *args, NewUser *out)
{
    Str text = conf_text(args->conf, "seat"), role;
    bool fine = text.p && str_cut(text, '@', &role, &out->code) &&
                role_by_name(role, &out->role) && out->code.n;
    return fine ? NULL : err_make(args->mem, &LOAD_SEAT, text.p ? text : S("—"), STR_NULL);
}

static const Err *add_user(const Args *args, House *house, NewUser *user, Str *password)
{
    Str given = conf_text(args->conf, "password");
    const Err *e = login_clean(args->mem, user->name, &user->login);
    if (!e && given.p) e = password_fit(user->login, given);
    if (!e) e = find_anchor(house, args->mem, user);
    if (e) return e;
    ActJob job = {.lane = {.alone = true},
                  .mem = args->mem,
                  .spec = {.region = user->region,
                           .actor = PERSON_HOUSE,
                           .seat = NIL,
                           .for_person = NIL,
                           .verb = S("user-add"),
                           .client = NIL},
                  .decide = add_person,
                  .context = user};
    if ((e = ledger_call(house->ledger, &job))) return e;
    *password = given.p ? given : password_make(args->mem);
    Keeper keeper = {.by = NIL, .now = time_wall()};
    return account_open(ledger_lane(house->ledger), args->mem, user->login, user->person,
                        *password, !given.p, &keeper);
}

static int user_add(const Args *args)
{
    House *house = NULL;
    NewUser user = {.name = args->words[0]};
    Str password;
    if (!conf_text(args->conf, "seat").n)
        return args_usage(args, "say which seat with --seat ROLE@CODE");
    const Err *e = read_seat(args, &user);
    if (!e) e = house_open(conf_text(args->conf, "store"), HOUSE_EXISTING, NIL, &house);
    user.house = house;
    if (!e) e = add_user(args, house, &user, &password);
    int code = e ? args_refuse(args, e) : EXIT_FINE;
    if (!e)
        printf("%.*s may sign in with the password %.*s%s\n", STR(user.name), STR(password),
               conf_text(args->conf, "password").p ? ""
                                                   : " (to be changed at the first sign-in)");
    house_close(house);
    return code;
}

/* clang-format off */
#define REGION_KEY {"region", CONF_TEXT, NULL, "区域代码(只有一个区域时可省)", "code of the region; may be left out when there is one", 0, 0}
#define CONVERT_KEY {"convert", CONF_TEXT, NULL, "将 GCJ-02 转回 WGS-84 的理由(经办人的行为,记入账本)", "the reason for turning GCJ-02 back to WGS-84; kept in the entry", 0, 0}
#define DATUM_KEY {"datum", CONF_TEXT, NULL, "坐标系 wgs84、cgcs2000 或 gcj02(必填)", "wgs84, cgcs2000 or gcj02; must be said", 0, 0}
static const ConfKey plain[] = {STORE_KEY}, regional[] = {STORE_KEY, REGION_KEY},
                     placed[] = {STORE_KEY, REGION_KEY, DATUM_KEY, CONVERT_KEY};
static const ConfKey outlines[] = {
    STORE_KEY, REGION_KEY, DATUM_KEY,
    {"level", CONF_TEXT, NULL, "层级 county、street、village、cell;省略时按各要素的 level", "county, street, village or cell; left out: each feature says its own", 0, 0},
    CONVERT_KEY,
    {"tree", CONF_FLAG, "no", "按全国区划表开设街道与村社区", "county: open the streets and villages of the division list, too", 0, 0},
};
static const ConfKey user[] = {
    STORE_KEY,
    {"seat", CONF_TEXT, NULL, "岗位 角色@代码", "ROLE@CODE of an area or department, such as grid_chief@610111", 0, 0},
    {"password", CONF_TEXT, NULL, "密码;省略时生成一个", "the password; left out: one is made and must be changed", 0, 0},
};
#define OPTIONS(array) .options = array, .option_count = countof(array)
const Command load_commands[] = {
    {"import divisions", "FILE.csv[.gz]", 1, 1, OPTIONS(plain), .help = "load the national list of divisions", .run = load_divisions},
    {"import outlines", "FILE.geojson[.gz]", 1, 1, OPTIONS(outlines), .help = "draw areas from GeoJSON; a county that is not there is opened", .run = load_outlines},
    {"import areas", "FILE.csv", 1, 1, OPTIONS(regional), .help = "open areas: code,name,level,parent,kind,from,to", .run = load_rows},
    {"import departments", "FILE.csv", 1, 1, OPTIONS(regional), .help = "open departments", .run = load_rows},
    {"import rules", "FILE.csv", 1, 1, OPTIONS(regional), .help = "who leads and helps: matter,area,department,part,basis,from,to", .run = load_rows},
    {"import authorities", "FILE.csv", 1, 1, OPTIONS(regional), .help = "what bodies may do", .run = load_rows},
    {"import persons", "FILE.csv", 1, 1, OPTIONS(regional), .help = "open persons", .run = load_rows},
    {"import seats", "FILE.csv", 1, 1, OPTIONS(regional), .help = "open seats and seat persons", .run = load_rows},
    {"import absences", "FILE.csv", 1, 1, OPTIONS(regional), .help = "who is away", .run = load_rows},
    {"import roster", "FILE.csv", 1, 1, OPTIONS(regional), .help = "shifts of duty rooms", .run = load_rows},
    {"import subjects", "FILE.csv[.gz]", 1, 1, OPTIONS(placed), .help = "the register of subjects; whole or nothing", .run = load_subjects},
    {"describe subjects", "", 0, 0, .help = "print an empty register with the names of its columns", .run = template},
    {"user add", "NAME", 1, 1, OPTIONS(user), .help = "a person with an account, sitting on a seat", .run = user_add},
};
/* clang-format on */
const size_t load_command_count = countof(load_commands);
