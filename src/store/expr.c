/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr.c: an expression becomes "select (EXPR) from (select ?1 as a, ?2 as b)". Which names it
 * reads is learnt from SQLite itself: prepare it over no column, and it names the one it
 * misses. An authorizer sees to it that nothing but pure functions of one expression gets
 * through.
 */
#include "store/expr.h"

#include <pthread.h>
#include <sqlite3.h>

#include "base/time.h"

#define TEXT_MOST   16384
#define STEPS_MOST  10000
#define STEPS_EACH  500
#define READS_MOST  64
#define CACHE_SLOTS 1024
#define CACHE_MOST  512

/* clang-format off */
const Err EXPR_BAD = ERROR(ERR_INVALID, "expression", "表达式写法有误:{0}", "Not an expression: {0}");
const Err EXPR_NAME = ERROR(ERR_INVALID, "unknown-name", "表达式中的“{0}”不是这里的字段", "The expression reads \"{0}\", which is no field here");
const Err EXPR_FUNCTION = ERROR(ERR_INVALID, "function", "表达式中不能使用函数“{0}”", "The function \"{0}\" cannot be used in an expression");
const Err EXPR_SELECT = ERROR(ERR_INVALID, "sub-select", "只能写一个表达式,不能有子查询、参数或多个语句", "There must be one expression, without sub-select, parameter or second statement");
const Err EXPR_FLOAT = ERROR(ERR_INVALID, "float", "表达式中不能写小数,请用 decimal('2.5', 1) 或 yuan('12.50')", "A number cannot have a point here: write decimal('2.5', 1) or yuan('12.50')");
const Err EXPR_STEPS = ERROR(ERR_INVALID, "steps", "表达式太复杂", "The expression takes too many steps");
const Err EXPR_KIND = ERROR(ERR_INVALID, "result", "表达式的结果不适合字段“{0}”", "The result of the expression does not fit \"{0}\"");
/* clang-format on */

typedef struct {
    Str text; /* owned by the statement's block; p == NULL: free slot */
    uint64_t hash;
    sqlite3_stmt *statement;
    size_t count;  /* of names read */
    char **names;  /* behind parameter ?1 … */
    size_t *guess; /* where they stood among the columns last time */
} ExprSlot;

struct Expr {
    sqlite3 *db;
    ExprSlot slots[CACHE_SLOTS];
    size_t used;
    int selects; /* counted while preparing */
    int selects_allowed;
    char function[64]; /* the one that was refused */
    int steps;         /* left in this evaluation, in units of STEPS_EACH */
    Arena *scratch;    /* of one call */
};

/* ---- what is allowed ---- */

static const char *const functions[] = {
    "abs",    "add_days",  "coalesce", "day",    "days",    "decimal", "glob",
    "ifnull", "iif",       "instr",    "length", "like",    "lower",   "ltrim",
    "max",    "min",       "nullif",   "ratio",  "replace", "rtrim",   "sign",
    "substr", "substring", "trim",     "upper",  "yuan"};

static int authorize(void *context, int action, const char *a, const char *b, const char *c,
                     const char *d)
{
    (void)a, (void)c, (void)d;
    Expr *x = context;
    if (action == SQLITE_SELECT)
        return ++x->selects > x->selects_allowed ? SQLITE_DENY : SQLITE_OK;
    if (action == SQLITE_FUNCTION && b) {
        for (size_t i = 0; i < countof(functions); i++)
            if (sqlite3_stricmp(b, functions[i]) == 0) return SQLITE_OK;
        snprintf(x->function, sizeof x->function, "%s", b);
    }
    return SQLITE_DENY;
}

static int progress(void *context)
{
    Expr *x = context;
    return --x->steps < 0;
}

/* ---- our functions ---- */

static bool arg_date(sqlite3_value *v, Date *out)
{
    const char *p = (const char *)sqlite3_value_text(v);
    int n = sqlite3_value_bytes(v);
    return p && n >= 10 && (n == 10 || p[10] == 'T') && date_parse((Str){p, 10}, out) == NULL;
}

static void result_date(sqlite3_context *c, Date d)
{
    if (!date_valid(d)) return;
    Buf b = BUF(((Expr *)sqlite3_user_data(c))->scratch);
    date_print(&b, d);
    sqlite3_result_text(c, b.p, (int)b.n, SQLITE_TRANSIENT);
}

static bool arg_int(sqlite3_value *v, int64_t *out)
{
    if (sqlite3_value_type(v) != SQLITE_INTEGER) return false;
    *out = sqlite3_value_int64(v);
    return true;
}

static void fn_ratio(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    int64_t a, b;
    if (!arg_int(v[0], &a) || !arg_int(v[1], &b) || b == 0) return;
    __extension__ typedef __int128 Wide;
    Wide ppm = (Wide)a * 1000000 / b;
    if (ppm > INT64_MAX || ppm <= INT64_MIN) return;
    sqlite3_result_int64(c, (int64_t)ppm);
}

static void fn_days(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    Date a, b;
    if (arg_date(v[0], &a) && arg_date(v[1], &b)) sqlite3_result_int64(c, b - a);
}

static void fn_add_days(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    Date d;
    int64_t more;
    if (arg_date(v[0], &d) && arg_int(v[1], &more) && more > -4000000 && more < 4000000)
        result_date(c, d + more);
}

static void fn_day(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    Date d;
    if (arg_date(v[0], &d)) result_date(c, d);
}

static void fixed_point(sqlite3_context *c, sqlite3_value *v, int scale)
{
    int64_t out;
    if (sqlite3_value_type(v) == SQLITE_FLOAT || sqlite3_value_type(v) == SQLITE_NULL) return;
    const char *p = (const char *)sqlite3_value_text(v);
    if (p && str_decimal((Str){p, (size_t)sqlite3_value_bytes(v)}, scale, &out))
        sqlite3_result_int64(c, out);
}

static void fn_yuan(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    fixed_point(c, v[0], 2);
}

static void fn_decimal(sqlite3_context *c, int n, sqlite3_value **v)
{
    (void)n;
    int64_t scale;
    if (arg_int(v[1], &scale) && scale >= 0 && scale <= 9) fixed_point(c, v[0], (int)scale);
}

static const struct {
    const char *name;
    int args;
    void (*run)(sqlite3_context *, int, sqlite3_value **);
} ours[] = {{"ratio", 2, fn_ratio}, {"days", 2, fn_days}, {"add_days", 2, fn_add_days},
            {"day", 1, fn_day},     {"yuan", 1, fn_yuan}, {"decimal", 2, fn_decimal}};

/* ---- opening ---- */

Expr *expr_new(void)
{
    Expr *x = calloc(1, sizeof *x);
    assert(x);
    x->scratch = arena_new(0);
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(":memory:", &x->db, flags, NULL);
    assert(rc == SQLITE_OK);
    sqlite3_db_config(x->db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_db_config(x->db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    sqlite3_db_config(x->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_limit(x->db, SQLITE_LIMIT_SQL_LENGTH, TEXT_MOST + 8192);
    sqlite3_limit(x->db, SQLITE_LIMIT_LENGTH, 1000000);
    sqlite3_limit(x->db, SQLITE_LIMIT_EXPR_DEPTH, 100);
    sqlite3_limit(x->db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100);
    sqlite3_limit(x->db, SQLITE_LIMIT_ATTACHED, 0);
    for (size_t i = 0; i < countof(ours); i++) {
        rc = sqlite3_create_function_v2(x->db, ours[i].name, ours[i].args,
                                        SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                        x, ours[i].run, NULL, NULL, NULL);
        assert(rc == SQLITE_OK);
    }
    sqlite3_set_authorizer(x->db, authorize, x);
    sqlite3_progress_handler(x->db, STEPS_EACH, progress, x);
    return x;
}

static void forget(ExprSlot *slot)
{
    if (!slot->text.p) return;
    sqlite3_finalize(slot->statement);
    for (size_t i = 0; i < slot->count; i++)
        free(slot->names[i]);
    free(slot->names);
    free(slot->guess);
    free((void *)(uintptr_t)slot->text.p);
    *slot = (ExprSlot){0};
}

static void forget_all(Expr *x)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        forget(&x->slots[i]);
    x->used = 0;
}

void expr_free(Expr *x)
{
    if (!x) return;
    forget_all(x);
    sqlite3_close(x->db);
    arena_free(x->scratch);
    free(x);
}

static pthread_key_t here;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_here(void *expr)
{
    expr_free(expr);
}

static void make_here(void)
{
    int failed = pthread_key_create(&here, free_here);
    assert(!failed);
}

Expr *expr_here(void)
{
    static _Thread_local Expr *mine;
    if (mine) return mine;
    pthread_once(&once, make_here);
    mine = expr_new();
    int failed = pthread_setspecific(here, mine); /* so that it is freed */
    assert(!failed);
    return mine;
}

/* ---- compiling ---- */

/* The trial form has a second source, so that SQLite does not take rowid for a name it knows.
 */
static void put_select(Buf *sql, Str text, const Str *names, size_t count, bool bound)
{
    buf_add(sql, S("select (\n"));
    buf_add(sql, text);
    buf_add(sql, bound ? S("\n) from (select null as \"\"")
                       : S("\n) from (select null as \"\"), (select null as \"\""));
    for (size_t i = 0; i < count; i++) {
        if (bound)
            buf_fmt(sql, ", ?%zu as \"%.*s\"", i + 1, STR(names[i]));
        else
            buf_fmt(sql, ", null as \"%.*s\"", STR(names[i]));
    }
    buf_add(sql, S(")"));
}

/* Prepares exactly one statement with one column; on failure *out is NULL. */
static const Err *prepare(Expr *x, Arena *mem, const Buf *sql, bool bound, sqlite3_stmt **out)
{
    const char *tail = NULL;
    *out = NULL;
    x->selects = 0;
    x->selects_allowed = bound ? 2 : 3;
    x->function[0] = 0;
    x->steps = STEPS_MOST / STEPS_EACH;
    int rc = sqlite3_prepare_v3(x->db, sql->p, (int)sql->n,
                                bound ? SQLITE_PREPARE_PERSISTENT : 0, out, &tail);
    if (x->selects > x->selects_allowed) return &EXPR_SELECT;
    if (x->function[0]) return err_make(mem, &EXPR_FUNCTION, str(x->function), STR_NULL);
    if (rc != SQLITE_OK) {
        Str said = str(sqlite3_errmsg(x->db));
        if (str_starts(said, S("no such table"))) return &EXPR_SELECT;
        bool behind =
            str_starts(said, S("near \"from\"")); /* it ran on into what stands behind it */
        return err_make(mem, &EXPR_BAD, behind ? S("incomplete") : said, STR_NULL);
    }
    if (!*out || str_trim((Str){tail, (size_t)(sql->p + sql->n - tail)}).n) return &EXPR_SELECT;
    return NULL;
}

static bool has_float(Expr *x, Arena *mem, const Buf *select)
{
    Buf sql = BUF(mem);
    buf_add(&sql, S("explain "));
    buf_add(&sql, buf_str(select));
    sqlite3_stmt *program;
    bool found = false;
    x->selects = 0;
    if (sqlite3_prepare_v2(x->db, sql.p, (int)sql.n, &program, NULL) != SQLITE_OK) return false;
    x->steps = INT32_MAX; /* listing the program takes steps of its own */
    while (sqlite3_step(program) == SQLITE_ROW)
        if (str_is(str((const char *)sqlite3_column_text(program, 1)), "Real")) found = true;
    sqlite3_finalize(program);
    return found;
}

static Str missing_name(const Err *e)
{
    Str said = e->args[0], prefix = S("no such column: ");
    if (!err_is(e, &EXPR_BAD) || !str_starts(said, prefix)) return STR_NULL;
    return (Str){said.p + prefix.n, said.n - prefix.n};
}

/* The names that text reads, asked of SQLite one by one, and the statement over NULLs checked.
 */
static const Err *learn(Expr *x, Arena *mem, Str text, const Column *columns,
                        size_t column_count, Str *names, size_t *out_count)
{
    size_t count = 0;
    for (;;) {
        Buf sql = BUF(mem);
        put_select(&sql, text, names, count, false);
        sqlite3_stmt *trial;
        const Err *e = prepare(x, mem, &sql, false, &trial);
        bool parameters = !e && sqlite3_bind_parameter_count(trial) > 0;
        bool several = !e && sqlite3_column_count(trial) != 1;
        sqlite3_finalize(trial);
        if (!e) {
            if (parameters || several) return &EXPR_SELECT;
            if (has_float(x, mem, &sql)) return &EXPR_FLOAT;
            *out_count = count;
            return NULL;
        }
        Str name = missing_name(e);
        if (!name.p) return e;
        if (!column_find(columns, column_count, name))
            return err_make(mem, &EXPR_NAME, name, STR_NULL);
        for (size_t i = 0; i < count; i++)
            if (str_eq(names[i], name)) return e;
        if (count == READS_MOST) return &EXPR_STEPS;
        names[count++] = name;
    }
}

static void *own(const void *p, size_t n)
{
    char *copy = malloc(n + 1);
    assert(copy);
    if (n) memcpy(copy, p, n);
    copy[n] = 0;
    return copy;
}

static ExprSlot *find(Expr *x, Str text, uint64_t hash)
{
    size_t at = hash % CACHE_SLOTS;
    while (x->slots[at].text.p &&
           !(x->slots[at].hash == hash && str_eq(x->slots[at].text, text)))
        at = (at + 1) % CACHE_SLOTS;
    return &x->slots[at];
}

static const Err *compile(Expr *x, Arena *mem, Str text, const Column *columns,
                          size_t column_count, ExprSlot **out)
{
    uint64_t hash = str_hash(text);
    ExprSlot *slot = find(x, text, hash);
    if (slot->text.p) {
        *out = slot;
        return NULL;
    }
    if (text.n > TEXT_MOST) return &EXPR_STEPS;
    Str names[READS_MOST];
    size_t count = 0;
    const Err *e = learn(x, mem, text, columns, column_count, names, &count);
    if (e) return e;
    Buf sql = BUF(mem);
    put_select(&sql, text, names, count, true);
    sqlite3_stmt *statement;
    e = prepare(x, mem, &sql, true, &statement);
    if (e) return e;
    if (x->used == CACHE_MOST) {
        forget_all(x);
        slot = find(x, text, hash);
    }
    x->used++;
    *slot = (ExprSlot){.text = {own(text.p, text.n), text.n},
                       .hash = hash,
                       .statement = statement,
                       .count = count};
    slot->names = calloc(count + 1, sizeof *slot->names);
    slot->guess = calloc(count + 1, sizeof *slot->guess);
    assert(slot->names && slot->guess);
    for (size_t i = 0; i < count; i++)
        slot->names[i] = own(names[i].p, names[i].n);
    *out = slot;
    return NULL;
}

/* Where the i-th name of the statement stands among the columns; SIZE_MAX when it does not. */
static size_t place_of(ExprSlot *slot, size_t i, const Column *columns, size_t count)
{
    const char *name = slot->names[i];
    if (slot->guess[i] < count && strcmp(columns[slot->guess[i]].name, name) == 0)
        return slot->guess[i];
    for (size_t at = 0; at < count; at++)
        if (strcmp(columns[at].name, name) == 0) return slot->guess[i] = at;
    return SIZE_MAX;
}

/* ---- evaluating ---- */

static void bind_time(Expr *x, sqlite3_stmt *st, int at, const Column *c, int64_t i)
{
    Buf b = BUF(x->scratch);
    if (c->kind == KIND_DATE)
        date_print(&b, i);
    else
        instant_print(&b, i);
    sqlite3_bind_text(st, at, b.p, (int)b.n, SQLITE_STATIC);
}

static int64_t files_count(Str list)
{
    int64_t quotes = 0; /* hashes hold none */
    for (size_t i = 0; i < list.n; i++)
        quotes += list.p[i] == '"';
    return quotes / 2;
}

static void bind(Expr *x, sqlite3_stmt *st, int at, const Column *c, const Value *v)
{
    if (value_is_null(c, v)) {
        sqlite3_bind_null(st, at);
        return;
    }
    switch (c->kind) {
    case KIND_INT:
    case KIND_DECIMAL:
    case KIND_MONEY:
    case KIND_FLAG:
    case KIND_REF: sqlite3_bind_int64(st, at, v->i); break;
    case KIND_PLACE: sqlite3_bind_int64(st, at, 1); break;
    case KIND_DATE:
    case KIND_INSTANT: bind_time(x, st, at, c, v->i); break;
    case KIND_FILES:
        if (files_count(v->s))
            sqlite3_bind_int64(st, at, files_count(v->s));
        else
            sqlite3_bind_null(st, at);
        break;
    case KIND_TEXT:
    case KIND_CHOICE:
    case KIND_CODE:
    case KIND_OBJECT:
    case KIND_LIST:
    case KIND_BYTES: sqlite3_bind_text(st, at, v->s.p, (int)v->s.n, SQLITE_STATIC); break;
    }
}

/* Steps the statement onto its row; reset it afterwards whatever came. */
static const Err *run(Expr *x, Arena *mem, Str text, const Column *columns, size_t count,
                      const Value *values, sqlite3_stmt **out)
{
    ExprSlot *slot;
    const Err *e = compile(x, mem, text, columns, count, &slot);
    if (e) return e;
    if (mem != x->scratch) arena_reset(x->scratch);
    for (size_t i = 0; i < slot->count; i++) {
        size_t at = place_of(slot, i, columns, count);
        if (at == SIZE_MAX) return err_make(mem, &EXPR_NAME, str(slot->names[i]), STR_NULL);
        bind(x, slot->statement, (int)i + 1, &columns[at], &values[at]);
    }
    x->steps = STEPS_MOST / STEPS_EACH;
    int rc = sqlite3_step(slot->statement);
    *out = slot->statement;
    if (rc == SQLITE_ROW) return NULL;
    e = rc == SQLITE_INTERRUPT ? &EXPR_STEPS
                               : err_make(mem, &EXPR_BAD, str(sqlite3_errmsg(x->db)), STR_NULL);
    sqlite3_reset(slot->statement);
    return e;
}

bool expr_name_ok(Expr *x, Str name)
{
    arena_reset(x->scratch);
    Column column = {.name = str_z(x->scratch, name)};
    bool reads = false;
    return !expr_check(x, x->scratch, name, &column, 1, &reads) && reads;
}

const Err *expr_check(Expr *x, Arena *mem, Str text, const Column *columns, size_t count,
                      bool *out_reads)
{
    ExprSlot *slot;
    const Err *e = compile(x, mem, text, columns, count, &slot);
    if (e) return e;
    for (size_t i = 0; i < slot->count; i++)
        if (place_of(slot, i, columns, count) == SIZE_MAX)
            return err_make(mem, &EXPR_NAME, str(slot->names[i]), STR_NULL);
    if (!out_reads) return NULL;
    memset(out_reads, 0, count * sizeof *out_reads);
    for (size_t i = 0; i < slot->count; i++)
        out_reads[place_of(slot, i, columns, count)] = true;
    return NULL;
}

bool expr_true(Expr *x, Str text, const Column *columns, size_t count, const Value *values)
{
    arena_reset(x->scratch);
    sqlite3_stmt *st;
    bool yes = false;
    if (!run(x, x->scratch, text, columns, count, values, &st)) {
        yes = sqlite3_column_type(st, 0) != SQLITE_NULL && sqlite3_column_double(st, 0) != 0.0;
        sqlite3_reset(st);
    }
    return yes;
}

static bool take(sqlite3_stmt *st, Arena *mem, const Column *as, Value *out)
{
    int type = sqlite3_column_type(st, 0);
    *out = VALUE_NULL;
    if (type == SQLITE_NULL) return true;
    if (type == SQLITE_INTEGER) {
        int64_t n = sqlite3_column_int64(st, 0);
        if (!kind_is_number(as->kind) || as->kind == KIND_DATE || as->kind == KIND_INSTANT)
            return false;
        if (n > (INT64_C(1) << 53) || n < -(INT64_C(1) << 53)) return false;
        if (as->kind == KIND_FLAG && n != 0 && n != 1) return false;
        *out = VALUE_INT(n);
        return true;
    }
    if (type != SQLITE_TEXT) return false;
    Str text = {(const char *)sqlite3_column_text(st, 0), (size_t)sqlite3_column_bytes(st, 0)};
    int64_t n;
    if (as->kind == KIND_DATE || as->kind == KIND_INSTANT) {
        if (as->kind == KIND_DATE ? date_parse(text, &n) : instant_parse(text, &n))
            return false;
        *out = VALUE_INT(n);
        return true;
    }
    if (as->kind != KIND_TEXT && as->kind != KIND_CHOICE && as->kind != KIND_CODE) return false;
    if (utf8_fault(text) != SIZE_MAX) return false;
    *out = VALUE_STR(str_dup(mem, text));
    return true;
}

const Err *expr_value(Expr *x, Arena *mem, Str text, const Column *columns, size_t count,
                      const Value *values, const Column *as, Value *out)
{
    sqlite3_stmt *st;
    const Err *e = run(x, mem, text, columns, count, values, &st);
    if (e) return e;
    Value v;
    bool fits = take(st, mem, as, &v);
    sqlite3_reset(st);
    if (!fits) return err_make(mem, &EXPR_KIND, str(as->name), STR_NULL);
    *out = v;
    return NULL;
}
