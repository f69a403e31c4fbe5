/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h: the whole SQL surface. A Store is an opened database; a Db is one connection to it,
 * used by one thread at a time. Statements are static texts beside their only user, written for
 * SQLite and PostgreSQL alike ($1 … $n; docs/sql.md), prepared once per connection.
 *
 * Only files of this folder include a database's header. A SELECT that fills rows says
 * "SELECT * FROM t" or "SELECT t.* FROM …": columns are matched to the Column table by name.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/column.h"

typedef struct Store Store;
typedef struct Db Db;

extern const Err STORE_OPEN;    /* "store-open": cannot be opened, with the reason */
extern const Err STORE_BUSY;    /* 503 "busy" */
extern const Err STORE_FULL;    /* 507 "disk-full" */
extern const Err STORE_BROKEN;  /* 500 "store": logged where it happened */
extern const Err STORE_THREADS; /* 500 "no-threads": the system lets no more be made */
extern const Err STORE_CLASH;   /* a unique key exists already */

/* Opens PATH (SQLite; WAL, synchronous=FULL). create: make it if absent. */
MUST const Err *store_open(Arena *mem, Str url, bool create, Store **out);
/* Every Db must be closed before. */
void store_close(Store *store);
MUST Str store_url(const Store *store);
/* What is written from now on, by connections opened later, waits for no disk: for a store that
 * is of no use to anybody before it is whole, and is put on disk and in its place then. */
void store_haste(Store *store);

typedef enum {
    DB_READ, /* refuses every write */
    DB_WRITE,
    DB_SCRATCH /* a throw-away store: nothing is synced */
} DbMode;
MUST const Err *db_open(Store *store, DbMode mode, Db **out);
void db_close(Db *db);

typedef struct {
    const char *text;
} Sql;
#define SQL(literal)                                                                           \
    {                                                                                          \
        "" literal ""                                                                          \
    }

/* Arguments, in the order of $1 … $n. */
typedef enum { ARG_INT, ARG_STR, ARG_BYTES } ArgKind;
typedef struct {
    ArgKind kind;
    int64_t i; /* NIL binds NULL */
    Str s;     /* p == NULL binds NULL */
} Arg;
#define ARG_I(n)  ((Arg){.kind = ARG_INT, .i = (n)})
#define ARG_S(t)  ((Arg){.kind = ARG_STR, .s = (t)})
#define ARG_B(t)  ((Arg){.kind = ARG_BYTES, .s = (t)})
#define ARGS(...) (const Arg[]){__VA_ARGS__}, countof(((const Arg[]){__VA_ARGS__}))
#define NO_ARGS   NULL, 0

/* An open result. Close it before the same Sql is used again on this Db. */
typedef struct {
    Db *db;
    void *statement;
    const Err *fault; /* why rows_next ended early; NULL when there simply are no more */
} Rows;

MUST const Err *db_rows(Db *db, const Sql *sql, const Arg *args, size_t n, Rows *out);
MUST bool rows_next(Rows *rows);
/* Ends the result; returns what went wrong on the way, if anything. */
MUST const Err *rows_close(Rows *rows);
MUST int64_t rows_int(Rows *rows, int column); /* NIL for NULL */
MUST Str rows_str(Rows *rows, int column); /* a view until the next rows_next; text or bytes */
/* Fills the row's struct from the columns of that name; text is copied into mem. */
void rows_read(Rows *rows, const Table *table, Arena *mem, void *out);

/* Runs a statement without a result. *changed (may be NULL) = rows touched. */
MUST const Err *db_run(Db *db, const Sql *sql, const Arg *args, size_t n, int64_t *changed);
/* The first row's struct; ERR_NOT_FOUND when there is none. */
MUST const Err *db_one(Db *db, const Sql *sql, const Arg *args, size_t n, const Table *table,
                       Arena *mem, void *out);
/* All rows, as an array of the row's struct in mem. */
MUST const Err *db_all(Db *db, const Sql *sql, const Arg *args, size_t n, const Table *table,
                       Arena *mem, void *out_rows, size_t *out_count);
/* The first column of the first row as an integer; if_none when there is no row or it is NULL.
 */
MUST const Err *db_int(Db *db, const Sql *sql, const Arg *args, size_t n, int64_t if_none,
                       int64_t *out);
/* A statement made at run time from Column tables (check, export); $n are not bound. */
MUST const Err *db_query(Db *db, Str text, Rows *out);
/* id = region · 2^33 + seq: 53 bits. Statements made from a Column table name both. */
#define REGION_BITS   33
#define ID_REGION(id) ((id) >> REGION_BITS)
/* The row of that id in the region that the id says, statement made from the Column table;
 * ERR_NOT_FOUND when absent. */
MUST const Err *db_load(Db *db, const Table *table, int64_t id, Arena *mem, void *out);

/* Transactions: a write transaction takes the writer's place at once. */
MUST const Err *db_begin(Db *db);
MUST const Err *db_commit(Db *db);
void db_rollback(Db *db);
MUST const Err *db_save(Db *db); /* savepoint */
void db_save_keep(Db *db);       /* release */
void db_save_drop(Db *db);       /* roll back to it and release */

/*
 * Writes driven by the Column table. mask says which columns values holds (bit i = column i);
 * values is indexed by column position. Statements are cached by (table, mask).
 */
MUST const Err *db_put(Db *db, const Table *table, const Value *values);
/* The same from the row's struct. */
MUST const Err *db_put_row(Db *db, const Table *table, const void *row);
/* db_set and db_del: the row of that id in the region that the id says. ERR_NOT_FOUND from
 * db_set when absent; db_del has then nothing to do. */
MUST const Err *db_set(Db *db, const Table *table, int64_t id, uint64_t mask,
                       const Value *values);
MUST const Err *db_del(Db *db, const Table *table, int64_t id);

/* schema.c: creates missing tables and indexes, adds missing columns; says what it did in
 * steps. */
MUST const Err *schema_make(Db *db, const Table *const *tables, size_t count, int *steps);
/* Whether there is such a table. */
MUST const Err *schema_has(Db *db, const Table *table, bool *out);
MUST const Err *schema_drop(Db *db, const Table *table);
/* The DDL of a table for the engine ("sqlite" or "postgres"), for docs and the lint. */
void schema_text(const Table *table, bool postgres, Buf *out);
MUST const char *kind_sql(Kind kind);

/* The engine's own look at its pages, indexes included; said hears a line for each fault. */
MUST const Err *db_integrity(Db *db, void (*said)(void *context, Str line), void *context);

/* Copies the write-ahead log back and starts it anew when it is long; call from a thread of its
 * own. */
MUST const Err *db_checkpoint(Db *db, int64_t *out_pages_left);

#endif
