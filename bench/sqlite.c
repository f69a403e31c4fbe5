/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite.c: what the engine alone costs: batches of 64 rows of the shape of a report (a case of
 * 28 columns, an entry of 900 bytes, a key), WAL, synchronous=FULL, one commit a batch. The
 * floor of a durable report, without HTTP, JSON, rules or hashes.
 *
 *   sqlite FOLDER [SECONDS]
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 64, COLUMNS = 28, BODY = 900 };

static void must(int code, sqlite3 *db)
{
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static double cpu(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
    sqlite3_stmt *s;
    must(sqlite3_prepare_v2(db, text, -1, &s, NULL), db);
    return s;
}

static void run(sqlite3 *db, sqlite3_stmt *s)
{
    must(sqlite3_step(s), db);
    sqlite3_reset(s);
}

static sqlite3_stmt *prepare_case(sqlite3 *db)
{
    char create[2048] = "CREATE TABLE cases (id INTEGER PRIMARY KEY",
         insert[256] = "INSERT INTO cases VALUES (?";
    for (int i = 1; i < COLUMNS; i++) {
        size_t n = strlen(create);
        snprintf(create + n, sizeof create - n, ", c%d %s", i, i < 20 ? "BIGINT" : "TEXT");
        n = strlen(insert);
        snprintf(insert + n, sizeof insert - n, ", ?");
    }
    strncat(create, ")", sizeof create - strlen(create) - 1);
    strncat(insert, ")", sizeof insert - strlen(insert) - 1);
    must(sqlite3_exec(db, create, NULL, NULL, NULL), db);
    return prepare(db, insert);
}

int main(int argc, char **argv)
{
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 2;
    char path[512], key[40], body[BODY + 1];
    snprintf(path, sizeof path, "%s/bench.db", argc > 1 ? argv[1] : ".");
    remove(path);
    sqlite3 *db;
    must(sqlite3_open(path, &db), db);
    must(sqlite3_exec(
             db,
             "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000;"
             "CREATE TABLE ledger (id INTEGER PRIMARY KEY, body TEXT);"
             "CREATE TABLE keys (key TEXT PRIMARY KEY, no BIGINT) WITHOUT ROWID",
             NULL, NULL, NULL),
         db);
    sqlite3_stmt *one = prepare_case(db),
                 *entry = prepare(db, "INSERT INTO ledger VALUES (?, ?)"),
                 *keep = prepare(db, "INSERT INTO keys VALUES (?, ?)"),
                 *begin = prepare(db, "BEGIN IMMEDIATE"), *commit = prepare(db, "COMMIT");
    memset(body, 'x', BODY);
    body[BODY] = 0;
    int64_t id = 0;
    double since = now(), before = cpu();
    while (now() - since < seconds) {
        run(db, begin);
        for (int i = 0; i < BATCH; i++) {
            id++;
            for (int c = 1; c <= COLUMNS; c++)
                if (c <= 20)
                    sqlite3_bind_int64(one, c, id + c);
                else
                    sqlite3_bind_text(one, c, body, c == COLUMNS ? 200 : 12, SQLITE_STATIC);
            run(db, one);
            sqlite3_bind_int64(entry, 1, id);
            sqlite3_bind_text(entry, 2, body, BODY, SQLITE_STATIC);
            run(db, entry);
            int n = snprintf(key, sizeof key, "%016llx-key", (long long)id);
            sqlite3_bind_text(keep, 1, key, n, SQLITE_STATIC);
            sqlite3_bind_int64(keep, 2, id);
            run(db, keep);
        }
        run(db, commit);
    }
    double took = now() - since;
    printf("rps=%.0f cpu_us=%.1f batch=%d\n", (double)id / took,
           (cpu() - before) * 1e6 / (double)id, BATCH);
    sqlite3_finalize(one), sqlite3_finalize(entry), sqlite3_finalize(keep),
        sqlite3_finalize(begin), sqlite3_finalize(commit);
    sqlite3_close(db);
    remove(path);
    return 0;
}
