/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c: the store on SQLite: WAL, synchronous=FULL, one writer, readers beside it.
 * An fsync that fails ends the process: what the kernel dropped cannot be asked for again.
 */
#include <pthread.h>
#include <sqlite3.h>

#include "base/log.h"
#include "store/store_internal.h"
#include "store/wal_vfs.h"

const Err STORE_OPEN =
    ERROR(ERR_BROKEN, "store-open", "无法打开存储 {0}:{1}", "Cannot open the store {0}: {1}");
const Err STORE_BUSY =
    ERROR(ERR_BUSY, "busy", "系统繁忙,请稍后再试", "Busy, please try again shortly");
const Err STORE_FULL =
    ERROR(ERR_FULL, "disk-full", "磁盘已满,无法保存", "The disk is full, nothing was saved");
const Err STORE_BROKEN = ERROR(ERR_BROKEN, "store", "存储出错,请联系系统管理员",
                               "The store failed, tell the administrator");
const Err STORE_THREADS =
    ERROR(ERR_BROKEN, "no-threads", "系统不允许再创建线程，服务无法启动",
          "The system lets no more threads be made; the server cannot start");
const Err STORE_CLASH = ERROR(ERR_CONFLICT, "clash", "已经存在", "It exists already");

#define ARGS_MOST 64

typedef struct Stmt Stmt;
struct Stmt {
    sqlite3_stmt *handle;
    const void *key;        /* the Sql's or the Table's address */
    uint64_t mask;          /* 0 for an Sql; else what a row write sets */
    bool open;              /* has an unclosed result */
    bool once;              /* made at run time: ends with its result */
    const Table *map_of;    /* rows_read: which table map belongs to */
    short map[64];          /* table column → result column, -1 absent */
    short place[ARGS_MOST]; /* argument → SQLite's number of it, 0: the text does not use it */
    Stmt *next;
};

#define STMT_BUCKETS 512u

struct Db {
    sqlite3 *handle;
    Store *store;
    DbMode mode;
    Stmt *buckets[STMT_BUCKETS];
};

struct Store {
    Arena *mem;
    Str path;
    bool haste;
};

static const Err *fault_of(sqlite3 *handle, int code, const char *what)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return &STORE_BUSY;
    case SQLITE_FULL: return &STORE_FULL;
    case SQLITE_CONSTRAINT: return &STORE_CLASH;
    default: break;
    }
    int exact = handle ? sqlite3_extended_errcode(handle) : code;
    log_error("store=sqlite code=%d text=\"%s\" sql=\"%.200s\"", exact,
              handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code), what);
    if (exact == SQLITE_IOERR_FSYNC || exact == SQLITE_IOERR_DIR_FSYNC) abort();
    return &STORE_BROKEN;
}

/* Nobody asks SQLite how much memory it has; counting would make its threads wait for each
 * other. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    gather_register();
}

const Err *store_open(Arena *mem, Str url, bool create, Store **out)
{
    if (str_starts(url, S("postgresql:")) || str_starts(url, S("postgres:")))
        return err_make(mem, &STORE_OPEN, url, S("this build has no PostgreSQL driver"));
    char *path = str_z(mem, url);
    sqlite3 *probe;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    int code = sqlite3_open_v2(path, &probe,
                               SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(probe, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        const Err *e = err_make(mem, &STORE_OPEN, url, str(sqlite3_errmsg(probe)));
        sqlite3_close(probe);
        return e;
    }
    sqlite3_close(probe);
    Store *store = arena_make(mem, Store);
    store->mem = mem;
    store->path = (Str){path, url.n};
    *out = store;
    return NULL;
}

void store_close(Store *store)
{
    (void)store;
}

void store_haste(Store *store)
{
    store->haste = true;
}

Str store_url(const Store *store)
{
    return store->path;
}

const Err *db_open(Store *store, DbMode mode, Db **out)
{
    sqlite3 *handle;
    /* Gathered is only what a sync will write out. */
    const char *vfs = mode == DB_WRITE && !store->haste ? GATHER_VFS : NULL;
    int code = sqlite3_open_v2(store->path.p, &handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs);
    sqlite3_busy_timeout(handle, 5000);
    if (code == SQLITE_OK)
        code = sqlite3_exec(handle,
                            "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA "
                            "case_sensitive_like=ON;"
                            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA "
                            "journal_size_limit=67108864",
                            NULL, NULL, NULL);
    /* There are many readers, and the kernel keeps pages for all of them. */
    if (code == SQLITE_OK && mode == DB_READ)
        code = sqlite3_exec(handle, "PRAGMA cache_size=-2000", NULL, NULL, NULL);
    if (code == SQLITE_OK && store->haste)
        code = sqlite3_exec(handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
    if (code == SQLITE_OK && mode == DB_SCRATCH)
        code = sqlite3_exec(handle, "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY", NULL,
                            NULL, NULL);
    if (code == SQLITE_OK && mode == DB_READ)
        code = sqlite3_exec(handle, "PRAGMA query_only=ON", NULL, NULL, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (code != SQLITE_OK) {
        const Err *e = fault_of(handle, code, "open");
        sqlite3_close(handle);
        return e;
    }
    Db *db = calloc(1, sizeof *db);
    assert(db);
    db->handle = handle;
    db->store = store;
    db->mode = mode;
    *out = db;
    return NULL;
}

void db_close(Db *db)
{
    if (!db) return;
    for (size_t i = 0; i < STMT_BUCKETS; i++)
        for (Stmt *s = db->buckets[i], *next; s; s = next) {
            next = s->next;
            sqlite3_finalize(s->handle);
            free(s);
        }
    int code = sqlite3_close(db->handle);
    assert(code == SQLITE_OK);
    free(db);
}

/* ---- statements ---- */

static Stmt **bucket_of(Db *db, const void *key, uint64_t mask)
{
    uint64_t h =
        ((uint64_t)(uintptr_t)key >> 3) * 0x9E3779B97F4A7C15u ^ mask * 0xC2B2AE3D27D4EB4Fu;
    return &db->buckets[(h >> 32) % STMT_BUCKETS];
}

static Stmt *stmt_find(Db *db, const void *key, uint64_t mask)
{
    for (Stmt *s = *bucket_of(db, key, mask); s; s = s->next)
        if (s->key == key && s->mask == mask) return s;
    return NULL;
}

/* $1 is a name to SQLite, numbered by first appearance. */
static void find_places(Stmt *s)
{
    for (int k = sqlite3_bind_parameter_count(s->handle); k > 0; k--) {
        int64_t n;
        const char *name = sqlite3_bind_parameter_name(s->handle, k);
        if (!name || !str_int(str(name + 1), &n)) continue; /* a plain ?, bound by its place */
        assert(n >= 1 && n <= ARGS_MOST);
        s->place[n - 1] = (short)k;
    }
}

static const Err *stmt_make(Db *db, const void *key, uint64_t mask, const char *text,
                            Stmt **out)
{
    sqlite3_stmt *handle;
    int code =
        sqlite3_prepare_v3(db->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (code != SQLITE_OK) return fault_of(db->handle, code, text);
    Stmt *s = calloc(1, sizeof *s), **bucket = bucket_of(db, key, mask);
    assert(s);
    s->handle = handle;
    s->key = key;
    s->mask = mask;
    s->next = *bucket;
    find_places(s);
    *bucket = s;
    *out = s;
    return NULL;
}

static int bind_arg(Stmt *s, int place, const Arg *a)
{
    if (place == 0) return SQLITE_OK; /* an argument the text does not use */
    if (a->kind == ARG_INT)
        return a->i == NIL ? sqlite3_bind_null(s->handle, place)
                           : sqlite3_bind_int64(s->handle, place, a->i);
    if (!a->s.p) return sqlite3_bind_null(s->handle, place);
    if (a->kind == ARG_BYTES)
        return sqlite3_bind_blob64(s->handle, place, a->s.p, a->s.n, SQLITE_STATIC);
    return sqlite3_bind_text64(s->handle, place, a->s.p, a->s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void stmt_done(Stmt *s)
{
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
    s->open = false;
}

static const Err *stmt_ready(Db *db, const Sql *sql, const Arg *args, size_t n, Stmt **out)
{
    Stmt *s = stmt_find(db, sql, 0);
    const Err *e;
    if (!s && (e = stmt_make(db, sql, 0, sql->text, &s))) return e;
    assert(!s->open && n <= ARGS_MOST);
    for (size_t i = 0; i < n; i++) {
        int code = bind_arg(s, s->place[i], &args[i]);
        if (code != SQLITE_OK) return fault_of(db->handle, code, sql->text);
    }
    *out = s;
    return NULL;
}

const Err *db_rows(Db *db, const Sql *sql, const Arg *args, size_t n, Rows *out)
{
    Stmt *s;
    const Err *e = stmt_ready(db, sql, args, n, &s);
    if (e) return e;
    s->open = true;
    *out = (Rows){.db = db, .statement = s};
    return NULL;
}

const Err *db_query(Db *db, Str text, Rows *out)
{
    Stmt *s = calloc(1, sizeof *s);
    assert(s);
    int code = sqlite3_prepare_v2(db->handle, text.p, (int)text.n, &s->handle, NULL);
    if (code != SQLITE_OK) {
        free(s);
        return fault_of(db->handle, code, text.p);
    }
    s->once = s->open = true;
    *out = (Rows){.db = db, .statement = s};
    return NULL;
}

bool rows_next(Rows *rows)
{
    Stmt *s = rows->statement;
    int code = sqlite3_step(s->handle);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE)
        rows->fault = fault_of(rows->db->handle, code, sqlite3_sql(s->handle));
    return false;
}

const Err *rows_close(Rows *rows)
{
    Stmt *s = rows->statement;
    if (s && s->once) {
        sqlite3_finalize(s->handle);
        free(s);
    } else if (s)
        stmt_done(s);
    rows->statement = NULL;
    return rows->fault;
}

static int64_t value_int(sqlite3_stmt *handle, int column)
{
    int64_t n = sqlite3_column_int64(handle, column);
    return n == 0 && sqlite3_column_type(handle, column) == SQLITE_NULL ? NIL : n;
}

static Str value_str(sqlite3_stmt *handle, int column)
{
    const char *p = sqlite3_column_blob(handle, column); /* NULL for an empty one, too */
    if (p) return (Str){p, (size_t)sqlite3_column_bytes(handle, column)};
    return sqlite3_column_type(handle, column) == SQLITE_NULL ? STR_NULL : S("");
}

int64_t rows_int(Rows *rows, int column)
{
    return value_int(((Stmt *)rows->statement)->handle, column);
}

Str rows_str(Rows *rows, int column)
{
    return value_str(((Stmt *)rows->statement)->handle, column);
}

static void map_columns(Stmt *s, const Table *table)
{
    assert(table->count <= countof(s->map));
    int n = sqlite3_column_count(s->handle);
    for (size_t i = 0; i < table->count; i++) {
        s->map[i] = -1;
        for (int k = 0; k < n && s->map[i] < 0; k++)
            if (strcmp(table->columns[i].name, sqlite3_column_name(s->handle, k)) == 0)
                s->map[i] = (short)k;
    }
    s->map_of = table;
}

void rows_read(Rows *rows, const Table *table, Arena *mem, void *out)
{
    Stmt *s = rows->statement;
    if (s->map_of != table) map_columns(s, table);
    for (size_t i = 0; i < table->count; i++) {
        const Column *c = &table->columns[i];
        Value v = VALUE_NULL;
        if (s->map[i] >= 0) {
            if (kind_is_number(c->kind))
                v.i = value_int(s->handle, s->map[i]);
            else
                v.s = str_dup(mem, value_str(s->handle, s->map[i]));
        }
        column_set(c, out, &v);
    }
}

const Err *db_run(Db *db, const Sql *sql, const Arg *args, size_t n, int64_t *changed)
{
    Stmt *s;
    const Err *e = stmt_ready(db, sql, args, n, &s);
    if (e) return e;
    int code = sqlite3_step(s->handle);
    if (code != SQLITE_DONE && code != SQLITE_ROW) e = fault_of(db->handle, code, sql->text);
    if (!e && changed) *changed = sqlite3_changes64(db->handle);
    stmt_done(s);
    return e;
}

const Err *db_one(Db *db, const Sql *sql, const Arg *args, size_t n, const Table *table,
                  Arena *mem, void *out)
{
    Rows rows;
    const Err *e = db_rows(db, sql, args, n, &rows);
    if (e) return e;
    bool found = rows_next(&rows);
    if (found) rows_read(&rows, table, mem, out);
    if ((e = rows_close(&rows))) return e;
    return found ? NULL : &ERR_NOT_FOUND;
}

const Err *db_all(Db *db, const Sql *sql, const Arg *args, size_t n, const Table *table,
                  Arena *mem, void *out_rows, size_t *out_count)
{
    Rows rows;
    const Err *e = db_rows(db, sql, args, n, &rows);
    if (e) return e;
    char *all = NULL;
    size_t count = 0, cap = 0;
    while (rows_next(&rows)) {
        all = arena_grow(mem, all, count, &cap, table->size);
        rows_read(&rows, table, mem, all + count++ * table->size);
    }
    if ((e = rows_close(&rows))) return e;
    *(void **)out_rows = all;
    *out_count = count;
    return NULL;
}

const Err *db_int(Db *db, const Sql *sql, const Arg *args, size_t n, int64_t if_none,
                  int64_t *out)
{
    Rows rows;
    const Err *e = db_rows(db, sql, args, n, &rows);
    if (e) return e;
    int64_t v = rows_next(&rows) ? rows_int(&rows, 0) : NIL;
    if ((e = rows_close(&rows))) return e;
    *out = v == NIL ? if_none : v;
    return NULL;
}

/* ---- transactions ---- */

static const Err *exec(Db *db, const char *text)
{
    int code = sqlite3_exec(db->handle, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? NULL : fault_of(db->handle, code, text);
}

static const Err *run_text(Db *db, const Sql *sql)
{
    return db_run(db, sql, NO_ARGS, NULL);
}

const Err *db_begin(Db *db)
{
    static const Sql write = SQL("BEGIN IMMEDIATE"), read = SQL("BEGIN");
    return run_text(db, db->mode == DB_READ ? &read : &write);
}

const Err *db_commit(Db *db)
{
    static const Sql sql = SQL("COMMIT");
    return run_text(db, &sql);
}

void db_rollback(Db *db)
{
    static const Sql reader = SQL("COMMIT"); /* who has written nothing ends cheaper so */
    if (!db_in_transaction(db)) return;
    const Err *e = db->mode == DB_READ ? run_text(db, &reader) : exec(db, "ROLLBACK");
    if (e && db_in_transaction(db)) e = exec(db, "ROLLBACK"); /* a file that cannot be read */
    assert(!db_in_transaction(db));
}

const Err *db_save(Db *db)
{
    static const Sql sql = SQL("SAVEPOINT act");
    return run_text(db, &sql);
}

void db_save_keep(Db *db)
{
    static const Sql sql = SQL("RELEASE SAVEPOINT act");
    const Err *e = run_text(db, &sql);
    assert(!e);
}

void db_save_drop(Db *db)
{
    if (!db_in_transaction(db)) return; /* a full disk rolls everything back by itself */
    const Err *e = exec(db, "ROLLBACK TO SAVEPOINT act; RELEASE SAVEPOINT act");
    assert(!e);
}

bool db_in_transaction(const Db *db)
{
    return !sqlite3_get_autocommit(db->handle);
}

const Err *db_checkpoint(Db *db, int64_t *out_pages_left)
{
    int all = 0, done = 0;
    int code =
        sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &all, &done);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        return fault_of(db->handle, code, "checkpoint");
    *out_pages_left = all - done;
    return NULL;
}

/* One row may hold several lines, the first of which only names the database. */
const Err *db_integrity(Db *db, void (*said)(void *context, Str line), void *context)
{
    Rows rows;
    const Err *e = db_query(db, S("PRAGMA integrity_check"), &rows);
    if (e) return e;
    while (rows_next(&rows))
        for (Str line, rest = rows_str(&rows, 0); rest.p;) {
            str_cut(rest, '\n', &line, &rest);
            if (line.n && !str_is(line, "ok") && !str_starts(line, S("*** in database")))
                said(context, line);
        }
    return rows_close(&rows);
}

/* ---- rows by their Column table ---- */

static void bind_value(Stmt *s, int place, const Column *c, const Value *v)
{
    Arg a = kind_is_number(c->kind) ? ARG_I(v->i)
            : c->kind == KIND_BYTES ? ARG_B(v->s)
                                    : ARG_S(v->s);
    int code = bind_arg(s, place, &a);
    assert(code == SQLITE_OK);
}

#define OF_ID " WHERE region = ? AND id = ?"

static void bind_id(Stmt *s, int place, int64_t id)
{
    sqlite3_bind_int64(s->handle, place, ID_REGION(id));
    sqlite3_bind_int64(s->handle, place + 1, id);
}

static const Err *stmt_step(Db *db, Stmt *s)
{
    const Err *e = NULL;
    int code = sqlite3_step(s->handle);
    if (code != SQLITE_DONE) e = fault_of(db->handle, code, sqlite3_sql(s->handle));
    stmt_done(s);
    return e;
}

static const Err *stmt_of_text(Db *db, const void *key, uint64_t mask, Buf *text, Stmt **out)
{
    const Err *e = stmt_make(db, key, mask, buf_str(text).p, out);
    arena_free(text->mem);
    return e;
}

const Err *db_put(Db *db, const Table *t, const Value *values)
{
    Stmt *s = stmt_find(db, t, UINT64_MAX);
    if (!s) {
        Buf b = BUF(arena_new(0));
        buf_fmt(&b, "INSERT INTO %s VALUES (", t->name);
        /* a table grown by ALTER TABLE holds its columns in the descriptor's order, too */
        for (size_t i = 0; i < t->count; i++)
            buf_fmt(&b, "%s?", i ? ", " : "");
        buf_char(&b, ')');
        const Err *e = stmt_of_text(db, t, UINT64_MAX, &b, &s);
        if (e) return e;
    }
    for (size_t i = 0; i < t->count; i++)
        bind_value(s, (int)i + 1, &t->columns[i], &values[i]);
    return stmt_step(db, s);
}

const Err *db_put_row(Db *db, const Table *t, const void *row)
{
    Value values[64];
    assert(t->count <= countof(values));
    for (size_t i = 0; i < t->count; i++)
        values[i] = column_get(&t->columns[i], row);
    return db_put(db, t, values);
}

const Err *db_set(Db *db, const Table *t, int64_t id, uint64_t mask, const Value *values)
{
    assert(mask && mask < (UINT64_C(1) << 63) && !(mask & 1));
    Stmt *s = stmt_find(db, t, mask);
    if (!s) {
        Buf b = BUF(arena_new(0));
        buf_fmt(&b, "UPDATE %s SET ", t->name);
        const char *comma = "";
        for (size_t i = 0; i < t->count; i++)
            if (mask >> i & 1) {
                buf_fmt(&b, "%s\"%s\" = ?", comma, t->columns[i].name);
                comma = ", ";
            }
        buf_add(&b, S(OF_ID));
        const Err *e = stmt_of_text(db, t, mask, &b, &s);
        if (e) return e;
    }
    int place = 1;
    for (size_t i = 0; i < t->count; i++)
        if (mask >> i & 1) bind_value(s, place++, &t->columns[i], &values[i]);
    bind_id(s, place, id);
    const Err *e = stmt_step(db, s);
    if (!e && sqlite3_changes(db->handle) != 1) return &ERR_NOT_FOUND;
    return e;
}

const Err *db_del(Db *db, const Table *t, int64_t id)
{
    uint64_t mask = UINT64_MAX - 1;
    Stmt *s = stmt_find(db, t, mask);
    if (!s) {
        Buf b = BUF(arena_new(0));
        buf_fmt(&b, "DELETE FROM %s" OF_ID, t->name);
        const Err *e = stmt_of_text(db, t, mask, &b, &s);
        if (e) return e;
    }
    bind_id(s, 1, id);
    return stmt_step(db, s);
}

const Err *db_load(Db *db, const Table *t, int64_t id, Arena *mem, void *out)
{
    uint64_t mask = UINT64_MAX - 2;
    Stmt *s = stmt_find(db, t, mask);
    if (!s) {
        Buf b = BUF(arena_new(0));
        buf_fmt(&b, "SELECT * FROM %s" OF_ID, t->name);
        const Err *e = stmt_of_text(db, t, mask, &b, &s);
        if (e) return e;
    }
    bind_id(s, 1, id);
    Rows rows = {.db = db, .statement = s};
    s->open = true;
    bool found = rows_next(&rows);
    if (found) rows_read(&rows, t, mem, out);
    const Err *e = rows_close(&rows);
    if (e) return e;
    return found ? NULL : &ERR_NOT_FOUND;
}

/* ---- what schema.c needs of the engine ---- */

const Err *db_script(Db *db, Str text)
{
    assert(text.p[text.n] == 0);
    return exec(db, text.p);
}

const Err *db_columns(Db *db, const char *table, Arena *mem, Str **out, size_t *out_count)
{
    static const Sql sql = SQL("SELECT name FROM pragma_table_info($1)");
    Rows rows;
    const Err *e = db_rows(db, &sql, ARGS(ARG_S(str(table))), &rows);
    if (e) return e;
    Str *names = arena_array(mem, Str, 64);
    size_t n = 0;
    while (rows_next(&rows) && n < 64)
        names[n++] = str_dup(mem, rows_str(&rows, 0));
    if ((e = rows_close(&rows))) return e;
    *out = names;
    *out_count = n;
    return NULL;
}
