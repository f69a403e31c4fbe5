/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_user.c: commands for accounts: a person with a seat at once, accounts for a file of
 * persons, a forgotten password. */
#include "app/cmd_import.h"
#include "app/commands.h"
#include "base/csv.h"
#include "base/time.h"
#include "grid/account.h"

static const Err USER_SEAT =
    ERROR(ERR_INVALID, "seat", "应为 角色@代码,如 grid_chief@610111;现为 {0}",
          "Expected ROLE@CODE such as grid_chief@610111, not {0}");
static const Err USER_ANCHOR = ERROR(ERR_INVALID, "seat", "没有代码为 {0} 的区域或部门",
                                     "There is no area or department with code {0}");
static const Err USER_MISSING =
    ERROR(ERR_MISSING, "no-account", "没有账号“{0}”", "There is no account \"{0}\"");

/* ---- user add ---- */

typedef struct {
    House *house;
    Str name;
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
    return e ? e : err_make(mem, &USER_ANCHOR, user->code, STR_NULL);
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
    const Err *e = person_open(act, ground, STR_NULL, user->name, STR_NULL, &user->person);
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
    return fine ? NULL : err_make(args->mem, &USER_SEAT, text.p ? text : S("—"), STR_NULL);
}

/* Asked before the act, so that a name that is in use leaves no person behind. */
static const Err *login_free(House *house, Arena *mem, Str login)
{
    Db *db;
    Account known;
    const Err *e = db_open(house->store, DB_READ, &db);
    if (e) return e;
    e = account_load(db, login, mem, &known);
    db_close(db);
    if (e) return e->kind == ERR_MISSING ? NULL : e;
    return err_make(mem, &ACCOUNT_TAKEN, login, STR_NULL);
}

static const Err *add_user(const Args *args, House *house, NewUser *user, Str *password)
{
    Str given = conf_text(args->conf, "password"), login;
    const Err *e = login_clean(args->mem, user->name, &login);
    if (!e && given.p) e = password_fit(login, given);
    if (!e) e = login_free(house, args->mem, login);
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
    return account_open(ledger_lane(house->ledger), args->mem, login, user->person, *password,
                        !given.p, &keeper);
}

static int seat_said(const Args *args)
{
    bool said = conf_text(args->conf, "seat").n > 0;
    return said ? EXIT_FINE : args_usage(args, "say which seat with --seat ROLE@CODE");
}

static int user_add(const Args *args, House *house)
{
    NewUser user = {.house = house, .name = args->words[0]};
    Str password;
    const Err *e = read_seat(args, &user);
    if (!e) e = add_user(args, house, &user, &password);
    if (e) return args_refuse(args, e);
    printf("%.*s may sign in with the password %.*s%s\n", STR(user.name), STR(password),
           conf_text(args->conf, "password").p ? "" : " (to be changed at the first sign-in)");
    return EXIT_FINE;
}

/* ---- import accounts ---- */

/* Opens those that are not there yet; the passwords are told once, here, as a table. */
static const Err *open_accounts(House *house, const ImportSpec *spec, const NounLines *lines,
                                Buf *told, size_t *out_count)
{
    static const char *const names[] = {"account", "person", "password"};
    Arena *mem = spec->mem;
    Keeper keeper = {.by = NIL, .now = time_wall()};
    CsvOut csv = {.out = told};
    const Err *e = NULL;
    const Ground *ground = ground_pin(house->grounds, spec->region);
    for (size_t i = 0; i < countof(names); i++)
        csv_cell(&csv, str(names[i]));
    csv_end(&csv);
    for (size_t i = 0; i < lines->count && !e; i++) {
        const AccountLine *l = (const AccountLine *)(const void *)lines->all + i;
        Str password = password_make(mem);
        if (l->line.done) continue;
        e = account_open(ledger_lane(house->ledger), mem, l->account, l->person, password, true,
                         &keeper);
        if (e) break;
        csv_cell(&csv, l->account);
        csv_cell(&csv, code_of(ground, "persons", l->person, keeper.now));
        csv_cell(&csv, password);
        csv_end(&csv);
        ++*out_count;
    }
    ground_unpin(ground);
    return e;
}

static int accounts(const Args *args, House *house)
{
    ImportSpec spec;
    ImportTable table;
    NounLines lines;
    Str text;
    size_t n = 0;
    Buf told = BUF(args->mem);
    const Err *e = load_start(args, house, true, &spec);
    if (!e) e = load_file(args, &text);
    if (!e) e = import_table_read(args->mem, text, &table);
    if (!e) e = noun_read(&spec, &import_accounts, &table, &lines);
    if (!e) e = open_accounts(house, &spec, &lines, &told, &n);
    if (told.n) fwrite(told.p, 1, told.n, stdout);
    if (!e)
        fprintf(stderr,
                "gridward: %lld rows in, %zu accounts opened; each password is told here "
                "once and changed at the first sign-in\n",
                (long long)lines.done.rows, n);
    return load_done(args, &spec, e, NULL);
}

/* ---- user password, user close ---- */

static int refuse_login(const Args *args, const Err *e, Str login)
{
    bool missing = e->kind == ERR_MISSING;
    return args_refuse(args, missing ? err_make(args->mem, &USER_MISSING, login, STR_NULL) : e);
}

static int user_password(const Args *args, House *house)
{
    Str login, given = conf_text(args->conf, "password");
    Keeper keeper = {.by = NIL, .now = time_wall()};
    const Err *e = login_clean(args->mem, args->words[0], &login);
    if (!e && given.p) e = password_fit(login, given);
    Str password = given.p ? given : password_make(args->mem);
    if (!e) e = account_reset(ledger_lane(house->ledger), args->mem, login, password, &keeper);
    if (!e) e = sessions_end(house->sessions, login);
    if (e) return refuse_login(args, e, login);
    printf("%.*s may sign in with the password %.*s (to be changed at the first sign-in)\n",
           STR(login), STR(password));
    return EXIT_FINE;
}

static int user_close(const Args *args, House *house)
{
    Str login;
    Keeper keeper = {.by = NIL, .now = time_wall()};
    const Err *e = login_clean(args->mem, args->words[0], &login);
    if (!e) e = account_close(ledger_lane(house->ledger), login, &keeper);
    if (!e) e = sessions_end(house->sessions, login);
    if (e) return refuse_login(args, e, login);
    printf("%.*s signs in no more\n", STR(login));
    return EXIT_FINE;
}

/* clang-format off */
#define PASSWORD_KEY {"password", CONF_TEXT, NULL, "密码;省略时生成一个", "the password; left out: one is made and must be changed", 0, 0}
static const ConfKey plain[] = {STORE_KEY}, regional[] = {STORE_KEY, REGION_KEY},
                     reset[] = {STORE_KEY, PASSWORD_KEY};
static const ConfKey user[] = {
    STORE_KEY,
    {"seat", CONF_TEXT, NULL, "岗位 角色@代码", "ROLE@CODE of an area or department, such as grid_chief@610111", 0, 0},
    PASSWORD_KEY,
};
#define OPTIONS(array) .options = array, .option_count = countof(array)
const Command user_commands[] = {
    {"import accounts", "FILE.csv[.gz]", 1, 1, OPTIONS(regional), .help = "accounts for persons that are there; their first passwords on stdout", .on_store = accounts, .writes = true, .more = load_columns, .blank = load_template},
    {"user add", "NAME", 1, 1, OPTIONS(user), .help = "a new person with an account, sitting on a seat", .on_store = user_add, .writes = true, .usage = seat_said},
    {"user password", "NAME", 1, 1, OPTIONS(reset), .help = "a new password for an account; unlocks it and ends its sessions", .on_store = user_password, .writes = true},
    {"user close", "NAME", 1, 1, OPTIONS(plain), .help = "nobody signs in with the account any more", .on_store = user_close, .writes = true},
};
/* clang-format on */
const size_t user_command_count = countof(user_commands);
