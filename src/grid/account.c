/* SPDX-License-Identifier: Apache-2.0 */
/* account.c: the accounts' rows and what administrators do to them. */
#include "grid/account.h"

#include "base/crypt.h"

const Err ACCOUNT_TAKEN = ERROR(ERR_CONFLICT, "account-taken", "账号名“{0}”已被使用",
                                "The account name \"{0}\" is in use");
const Err ACCOUNT_NAME =
    ERROR(ERR_INVALID, "account-name", "账号名应为1至64个字节,不含空白和控制字符",
          "An account name has 1 to 64 bytes, no blanks and no control characters");
const Err PASSWORD_WEAK =
    ERROR(ERR_INVALID, "password-weak",
          "密码至少10个字符,含大写字母、小写字母、数字、符号中的三类,且不含账号名",
          "A password has at least 10 characters of three kinds (capitals, small letters, "
          "digits, signs) and does not hold the account's name");
const Err PASSWORD_LONG = ERROR(ERR_INVALID, "password-long", "密码不能超过256个字节",
                                "A password has at most 256 bytes");

static const Choice states[] = {{"open", "启用", "open"}, {"closed", "停用", "closed"}};

static const Column columns[] = {
    COLUMN(Account, region, KIND_INT, "区域", "Region",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(Account, login, KIND_TEXT, "账号", "Account", .flags = COLUMN_REQUIRED),
    COLUMN(Account, person, KIND_REF, "人员", "Person", .flags = COLUMN_REQUIRED,
           .list = "persons"),
    COLUMN(Account, password, KIND_TEXT, "密码", "Password",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL, .sense = SENSE_SEALED),
    COLUMN(Account, state, KIND_CHOICE, "状态", "State", .flags = COLUMN_REQUIRED,
           .choices = states, .choice_count = countof(states)),
    COLUMN(Account, failures, KIND_INT, "连续失败次数", "Failures in a row",
           .flags = COLUMN_REQUIRED),
    COLUMN(Account, failed_at, KIND_INSTANT, "最近失败时间", "Last failure"),
    COLUMN(Account, must_change, KIND_FLAG, "须改密码", "Must change password",
           .flags = COLUMN_REQUIRED),
    COLUMN(Account, created, KIND_INSTANT, "开通时间", "Created", .flags = COLUMN_REQUIRED),
    COLUMN(Account, changed, KIND_INSTANT, "密码修改时间", "Password changed",
           .flags = COLUMN_REQUIRED),
};
const Table account_table = {.name = "accounts",
                             .class = CLASS_HOUSE,
                             .columns = columns,
                             .count = countof(columns),
                             .size = sizeof(Account),
                             .primary = "(region, login)",
                             .indexes = {"(region, person)"}};

const Err *login_clean(Arena *mem, Str name, Str *out)
{
    name = str_trim(name);
    if (!name.n || name.n > LOGIN_MOST || utf8_fault(name) != SIZE_MAX) return &ACCOUNT_NAME;
    char *p = arena_copy(mem, name.p, name.n);
    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)p[i] <= ' ' || p[i] == 0x7f) return &ACCOUNT_NAME;
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + ('a' - 'A'));
    }
    *out = (Str){p, name.n};
    return NULL;
}

static unsigned char small(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool holds(Str text, Str part)
{
    for (size_t i = 0; part.n && i + part.n <= text.n; i++) {
        size_t k = 0;
        while (k < part.n && small(text.p[i + k]) == small(part.p[k]))
            k++;
        if (k == part.n) return true;
    }
    return false;
}

const Err *password_fit(Str login, Str password)
{
    enum { CAPITAL = 1, SMALL = 2, DIGIT = 4, OTHER = 8 };
    unsigned kinds = 0;
    if (password.n > PASSWORD_MOST) return &PASSWORD_LONG;
    for (size_t i = 0; i < password.n; i++) {
        char c = password.p[i];
        kinds |= c >= 'A' && c <= 'Z'   ? CAPITAL
                 : c >= 'a' && c <= 'z' ? SMALL
                 : c >= '0' && c <= '9' ? DIGIT
                                        : OTHER;
    }
    bool fits = utf8_fault(password) == SIZE_MAX && utf8_count(password) >= 10 &&
                __builtin_popcount(kinds) >= 3 && !holds(password, login);
    return fits ? NULL : &PASSWORD_WEAK;
}

Str password_make(Arena *mem)
{
    static const char signs[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const unsigned count = sizeof signs - 1,
                   fair = 256 / count * count; /* no sign is likelier */
    char text[16];
    do {
        for (size_t n = 0; n < sizeof text;) {
            unsigned char raw;
            random_bytes(&raw, 1);
            if (raw < fair) text[n++] = signs[raw % count];
        }
    } while (password_fit(STR_NULL, (Str){text, sizeof text}));
    return str_dup(mem, (Str){text, sizeof text});
}

const Err *account_load(Db *db, Str login, Arena *mem, Account *out)
{
    static const Sql sql = SQL("SELECT * FROM accounts WHERE region = 0 AND login = $1");
    return db_one(db, &sql, ARGS(ARG_S(login)), &account_table, mem, out);
}

const Err *account_list(Db *db, int64_t person, Arena *mem, Account **out, size_t *out_count)
{
    static const Sql sql =
        SQL("SELECT * FROM accounts WHERE region = 0 AND person = $1 ORDER BY login");
    return db_all(db, &sql, ARGS(ARG_I(person)), &account_table, mem, out, out_count);
}

/* ---- what administrators do ---- */

typedef struct {
    Arena *mem;
    Account account; /* to be opened, or login and password alone */
    const Keeper *keeper;
    SecurityEvent event;
} AccountWork;

static const Err *note(Db *db, const AccountWork *w, int64_t person)
{
    return security_note(db, w->event,
                         (SecurityNote){.at = w->keeper->now,
                                        .login = w->account.login,
                                        .person = person,
                                        .by = w->keeper->by,
                                        .address = w->keeper->address});
}

static const Err *open_write(void *context, Db *db)
{
    AccountWork *w = context;
    Account known;
    const Err *e = account_load(db, w->account.login, w->mem, &known);
    if (!e) return err_make(w->mem, &ACCOUNT_TAKEN, w->account.login, STR_NULL);
    if (e->kind != ERR_MISSING) return e;
    if ((e = db_put_row(db, &account_table, &w->account))) return e;
    return note(db, w, w->account.person);
}

const Err *account_open(Lane *lane, Arena *mem, Str name, int64_t person, Str password,
                        bool must_change, const Keeper *keeper)
{
    AccountWork w = {.mem = mem, .keeper = keeper, .event = SECURITY_OPENED};
    const Err *e = login_clean(mem, name, &w.account.login);
    if (e) return e;
    if (password.n > PASSWORD_MOST) return &PASSWORD_LONG;
    w.account.person = person;
    w.account.password = password.p ? password_hash(mem, password) : S("");
    w.account.state = S("open");
    w.account.failed_at = NIL;
    w.account.must_change = must_change;
    w.account.created = w.account.changed = keeper->now;
    return lane_write(lane, open_write, &w);
}

static const Err *change_write(void *context, Db *db)
{
    static const Sql reset = SQL(
        "UPDATE accounts SET password = $2, must_change = 1, failures = 0, failed_at = NULL, "
        "changed = $3 WHERE region = 0 AND login = $1");
    static const Sql unlock = SQL(
        "UPDATE accounts SET failures = 0, failed_at = NULL WHERE region = 0 AND login = $1");
    static const Sql close =
        SQL("UPDATE accounts SET state = 'closed' WHERE region = 0 AND login = $1");
    static const Sql person =
        SQL("SELECT person FROM accounts WHERE region = 0 AND login = $1");
    AccountWork *w = context;
    const Sql *sql = w->event == SECURITY_RESET      ? &reset
                     : w->event == SECURITY_UNLOCKED ? &unlock
                                                     : &close;
    int64_t changed, of = NIL;
    const Arg args[] = {ARG_S(w->account.login), ARG_S(w->account.password),
                        ARG_I(w->keeper->now)};
    const Err *e = db_run(db, sql, args, sql == &reset ? 3 : 1, &changed);
    if (!e && !changed) e = &ERR_NOT_FOUND;
    if (!e) e = db_int(db, &person, ARGS(ARG_S(w->account.login)), NIL, &of);
    return e ? e : note(db, w, of);
}

const Err *account_reset(Lane *lane, Arena *mem, Str login, Str password, const Keeper *keeper)
{
    if (password.n > PASSWORD_MOST) return &PASSWORD_LONG;
    AccountWork w = {.keeper = keeper, .event = SECURITY_RESET, .account = {.login = login}};
    w.account.password = password_hash(mem, password);
    return lane_write(lane, change_write, &w);
}

const Err *account_unlock(Lane *lane, Str login, const Keeper *keeper)
{
    AccountWork w = {.keeper = keeper, .event = SECURITY_UNLOCKED, .account = {.login = login}};
    return lane_write(lane, change_write, &w);
}

const Err *account_close(Lane *lane, Str login, const Keeper *keeper)
{
    AccountWork w = {.keeper = keeper, .event = SECURITY_CLOSED, .account = {.login = login}};
    return lane_write(lane, change_write, &w);
}
