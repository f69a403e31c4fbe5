/* SPDX-License-Identifier: Apache-2.0 */
/* house.h: a store in a temporary file with a ledger and a clock that the test sets. */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include <unistd.h>

#include "ledger/ledger.h"
#include "test.h"

typedef struct {
    Arena *mem;
    Store *store;
    Ledger *ledger;
    Db *db; /* reads */
    char path[32];
    _Atomic Instant now; /* the lane's thread and a sweep's read it */
} House;

static Instant house_clock(void *context)
{
    return ((House *)context)->now;
}

static void house_start(House *h, const Table *const *tables, size_t count)
{
    assert_ok(db_open(h->store, DB_READ, &h->db));
    assert_ok(ledger_open(h->store, tables, count, house_clock, h, &h->ledger));
}

/* tables must hold entry_table, head_table and key_table. */
static inline House *house_open(const Table *const *tables, size_t count)
{
    House *h = calloc(1, sizeof *h);
    assert_non_null(h);
    memcpy(h->path, "/tmp/gridward-test-XXXXXX", 26);
    close(mkstemp(h->path));
    h->mem = arena_new(0);
    h->now = 1000;
    assert_ok(store_open(h->mem, str(h->path), true, &h->store));
    Db *db;
    int steps;
    assert_ok(db_open(h->store, DB_WRITE, &db));
    assert_ok(schema_make(db, tables, count, &steps));
    db_close(db);
    house_start(h, tables, count);
    return h;
}

static inline void house_stop(House *h)
{
    ledger_close(h->ledger);
    db_close(h->db);
}

/* As after a restart: nothing in memory survives. */
static inline void house_restart(House *h, const Table *const *tables, size_t count)
{
    house_stop(h);
    house_start(h, tables, count);
}

static inline void house_close(House *h)
{
    house_stop(h);
    store_close(h->store);
    unlink(h->path);
    unlink(str_fmt(h->mem, "%s-wal", h->path).p);
    unlink(str_fmt(h->mem, "%s-shm", h->path).p);
    arena_free(h->mem);
    free(h);
}

#endif
