/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c: DDL from Column tables. Tables only ever grow: new columns at the end, with a
 * default. */
#include "base/log.h"
#include "store/store_internal.h"

const char *kind_sql(Kind kind)
{
    if (kind_is_number(kind)) return "BIGINT";
    return kind == KIND_BYTES ? "BYTEA" : "TEXT";
}

static bool keyed_by_id(const Table *t)
{
    return !t->primary;
}

static void column_ddl(const Table *t, const Column *c, bool postgres, Buf *out)
{
    bool rowid = !postgres && keyed_by_id(t) && strcmp(c->name, "id") == 0;
    const char *type = rowid                                ? "INTEGER PRIMARY KEY"
                       : !postgres && c->kind == KIND_BYTES ? "BLOB"
                                                            : kind_sql(c->kind);
    buf_fmt(out, "\"%s\" %s", c->name, type);
    if (c->flags & COLUMN_REQUIRED && !rowid) buf_add(out, S(" NOT NULL"));
    if (!c->def) return;
    buf_fmt(out, kind_is_number(c->kind) ? " DEFAULT %s" : " DEFAULT '%s'", c->def);
}

void schema_text(const Table *t, bool postgres, Buf *out)
{
    buf_fmt(out, "CREATE TABLE IF NOT EXISTS %s (\n", t->name);
    for (size_t i = 0; i < t->count; i++) {
        buf_add(out, i ? S(",\n    ") : S("    "));
        column_ddl(t, &t->columns[i], postgres, out);
    }
    if (t->primary)
        buf_fmt(out, ",\n    PRIMARY KEY %s", t->primary);
    else if (postgres)
        buf_add(out, S(",\n    PRIMARY KEY (region, id)"));
    /* A table keyed by other columns is its own index: SQLite need not keep it twice. */
    buf_add(out, t->primary && !postgres ? S("\n) WITHOUT ROWID;\n") : S("\n);\n"));
    for (size_t i = 0; i < countof(t->indexes) && t->indexes[i]; i++) {
        bool unique = strncmp(t->indexes[i], "UNIQUE ", 7) == 0;
        buf_fmt(out, "CREATE %sINDEX IF NOT EXISTS %s_%zu ON %s %s;\n", unique ? "UNIQUE " : "",
                t->name, i + 1, t->name, t->indexes[i] + (unique ? 7 : 0));
    }
}

static const Err *grow(Db *db, const Table *t, Arena *mem, int *steps)
{
    Str *names;
    size_t n;
    const Err *e = db_columns(db, t->name, mem, &names, &n);
    if (e || n == 0) return e;
    if (n > t->count) return &STORE_BROKEN; /* written by a newer gridward */
    for (size_t i = 0; i < n; i++)
        if (!str_is(names[i], t->columns[i].name)) {
            log_error("schema table=%s column=%zu is=\"%.*s\" expected=%s", t->name, i,
                      STR(names[i]), t->columns[i].name);
            return &STORE_BROKEN;
        }
    for (size_t i = n; i < t->count; i++) {
        Buf b = BUF(mem);
        buf_fmt(&b, "ALTER TABLE %s ADD COLUMN ", t->name);
        column_ddl(t, &t->columns[i], false, &b);
        if ((e = db_script(db, buf_str(&b)))) return e;
        (*steps)++;
    }
    return NULL;
}

const Err *schema_make(Db *db, const Table *const *tables, size_t count, int *steps)
{
    Arena *mem = arena_new(0);
    const Err *e = NULL;
    *steps = 0;
    for (size_t i = 0; i < count && !e; i++) {
        if ((e = grow(db, tables[i], mem, steps))) break;
        Buf b = BUF(mem);
        schema_text(tables[i], false, &b);
        e = db_script(db, buf_str(&b));
    }
    arena_free(mem);
    return e ? e : fulltext_make(db);
}

const Err *schema_has(Db *db, const Table *table, bool *out)
{
    Arena *mem = arena_new(0);
    Str *names;
    size_t n = 0;
    const Err *e = db_columns(db, table->name, mem, &names, &n);
    *out = n > 0;
    arena_free(mem);
    return e;
}

const Err *schema_drop(Db *db, const Table *table)
{
    Arena *mem = arena_new(0);
    const Err *e = db_script(db, str_fmt(mem, "DROP TABLE IF EXISTS %s", table->name));
    arena_free(mem);
    return e;
}
