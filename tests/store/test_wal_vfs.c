/* SPDX-License-Identifier: Apache-2.0 */
/* What is gathered of the write-ahead log is there for everybody when a commit is told: small
 * and large transactions, rows that overflow the cache, a log that begins anew, a writer that
 * dies right after its commit. */
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "test.h"

typedef struct {
    int64_t id, sum;
    Str text;
} Row;
static const Column columns[] = {
    COLUMN(Row, id, KIND_INT, "编号", "Id", .flags = COLUMN_REQUIRED),
    COLUMN(Row, sum, KIND_INT, "和", "Sum"),
    COLUMN(Row, text, KIND_TEXT, "文", "Text"),
};
static const Table table = {.name = "texts",
                            .class = CLASS_HOUSE,
                            .columns = columns,
                            .count = countof(columns),
                            .size = sizeof(Row)};
static const Table *const tables[] = {&table};

typedef struct {
    Arena *mem;
    Store *store;
    char path[32];
} Room;

static int setup(void **state)
{
    Room *r = calloc(1, sizeof *r);
    memcpy(r->path, "/tmp/gridward-gath-XXXXXX", 26);
    close(mkstemp(r->path));
    r->mem = arena_new(0);
    assert_ok(store_open(r->mem, str(r->path), true, &r->store));
    Db *db;
    int steps;
    assert_ok(db_open(r->store, DB_WRITE, &db));
    assert_ok(schema_make(db, tables, countof(tables), &steps));
    db_close(db);
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    Room *r = *state;
    store_close(r->store);
    unlink(r->path);
    unlink(str_fmt(r->mem, "%s-wal", r->path).p);
    unlink(str_fmt(r->mem, "%s-shm", r->path).p);
    arena_free(r->mem);
    free(r);
    return 0;
}

/* A row of n bytes whose sum can be checked by who reads it. */
static void put(Db *db, Arena *mem, int64_t id, size_t n)
{
    char *text = arena_alloc(mem, n + 1);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)('a' + (id * 31 + (int64_t)i * 7) % 26);
        sum += text[i];
    }
    Row row = {.id = id, .sum = sum, .text = {text, n}};
    assert_ok(db_put_row(db, &table, &row));
}

/* How many rows another connection sees, each of them whole. */
static int64_t seen(Store *store, Arena *mem)
{
    static const Sql all = SQL("SELECT * FROM texts ORDER BY id");
    Db *db;
    Row *rows;
    size_t n;
    assert_ok(db_open(store, DB_READ, &db));
    assert_ok(db_all(db, &all, NO_ARGS, &table, mem, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;
        for (size_t k = 0; k < rows[i].text.n; k++)
            sum += rows[i].text.p[k];
        assert_int_equal(sum, rows[i].sum);
        assert_int_equal(rows[i].id, (int64_t)i + 1);
    }
    db_close(db);
    return (int64_t)n;
}

/* From a page to far more than is gathered at once and than the cache holds (16 MB), so that
 * SQLite writes to the log before the commit and reads back from it. */
static void a_commit_of_any_size_is_seen_at_once(void **state)
{
    Room *r = *state;
    static const size_t sizes[] = {1, 4000, 60000, 131072, 1000000, 30000000, 10};
    Db *db;
    assert_ok(db_open(r->store, DB_WRITE, &db));
    for (size_t i = 0; i < countof(sizes); i++) {
        assert_ok(db_begin(db));
        put(db, r->mem, (int64_t)i + 1, sizes[i]);
        assert_int_equal(seen(r->store, r->mem), (int64_t)i);
        assert_ok(db_commit(db));
        assert_int_equal(seen(r->store, r->mem), (int64_t)i + 1);
    }
    db_close(db);
    assert_int_equal(seen(r->store, r->mem), countof(sizes));
}

static void what_is_taken_back_was_never_there(void **state)
{
    Room *r = *state;
    Db *db;
    assert_ok(db_open(r->store, DB_WRITE, &db));
    assert_ok(db_begin(db));
    put(db, r->mem, 1, 3000);
    assert_ok(db_commit(db));
    assert_ok(db_begin(db));
    put(db, r->mem, 2, 25000000);
    db_rollback(db);
    assert_ok(db_begin(db));
    put(db, r->mem, 2, 5000);
    assert_ok(db_commit(db));
    assert_int_equal(seen(r->store, r->mem), 2);
    db_close(db);
}

/* The log begins anew after each copy, over what it held before. */
static void a_log_begins_anew_over_its_old_bytes(void **state)
{
    Room *r = *state;
    Db *db;
    int64_t left;
    assert_ok(db_open(r->store, DB_WRITE, &db));
    for (int64_t id = 1; id <= 60; id++) {
        assert_ok(db_begin(db));
        put(db, r->mem, id, (size_t)(61 - id) * 3000);
        assert_ok(db_commit(db));
        if (id % 10 == 0) assert_ok(db_checkpoint(db, &left));
        assert_int_equal(seen(r->store, r->mem), id);
    }
    db_close(db);
}

/* A process that ends without a word after each commit it has been told of. */
static void a_writer_that_dies_after_its_commit_loses_nothing(void **state)
{
    Room *r = *state;
    for (int64_t round = 0; round < 5; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            Db *db;
            const Err *e = db_open(r->store, DB_WRITE, &db);
            for (int64_t i = 1; i <= 4 && !e; i++) {
                if ((e = db_begin(db))) break;
                put(db, r->mem, round * 4 + i, (size_t)(i * 40000));
                e = db_commit(db);
            }
            _exit(e != NULL);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_int_equal(seen(r->store, r->mem), (round + 1) * 4);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_commit_of_any_size_is_seen_at_once),
        CASE(what_is_taken_back_was_never_there),
        CASE(a_log_begins_anew_over_its_old_bytes),
        CASE(a_writer_that_dies_after_its_commit_loses_nothing),
    };
    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
