/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_bench.c: what this machine does with that store: how soon its disk has a write, how fast
 * the ledger is folded and compared, how fast points are located. Changes nothing. The measures
 * that hold against others in one run are bench/run.py's.
 */
#include <fcntl.h>
#include <unistd.h>

#include "app/app.h"
#include "app/commands.h"
#include "base/crypt.h"
#include "base/time.h"

enum { FLUSHES = 101, POINTS = 200000, PAGE = 4096 };

static double seconds(void)
{
    return (double)time_ticks() / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* In a file without a name beside the store. */
static void flushes(const Args *args)
{
    static const char page[PAGE];
    double took[FLUSHES];
    Str folder = str_fmt(args->mem, "%.*s.files", STR(conf_text(args->conf, "store")));
    int fd = open(folder.p, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    for (int i = 0; i < FLUSHES; i++) {
        double from = seconds();
        if (fd < 0 || write(fd, page, sizeof page) != sizeof page || fdatasync(fd)) {
            puts("disk: cannot be measured here");
            close(fd);
            return;
        }
        took[i] = seconds() - from;
    }
    close(fd);
    qsort(took, FLUSHES, sizeof *took, by_size);
    printf("disk: a page is there after %.2f ms (p50), %.2f ms (p90)\n",
           took[FLUSHES / 2] * 1e3, took[FLUSHES * 9 / 10] * 1e3);
}

static void print_fault(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "gridward: %s\n", text);
}

static const Err *folds(House *house)
{
    Report report = {print_fault, NULL, 0};
    int64_t entries, rows;
    Buf notes = BUF(house->mem);
    double from = seconds();
    const Err *e = house_check(house, &report, &notes, &entries, &rows);
    double took = seconds() - from;
    if (!e)
        printf("check: %lld entries, %lld rows in %.2f s: %.0f rows/s\n", (long long)entries,
               (long long)rows, took, (double)rows / took);
    return e;
}

/* All that is outlined below the root; false: nothing is. */
static bool box_of(const Ground *g, Instant at, Arena *mem, Box *out)
{
    const AreaSpan *root = area_root(g, at), **areas;
    size_t n;
    bool any = false;
    area_tree(g, root ? root->area : NIL, at, mem, &areas, &n);
    for (size_t i = 0; i < n; i++) {
        const Outline *shape;
        if (!area_outline(g, areas[i]->area, at, &shape)) continue;
        *out = any ? box_join(*out, shape->box) : shape->box;
        any = true;
    }
    return any;
}

static void locates(const Ground *g, Instant at, Arena *mem)
{
    Box box;
    if (!box_of(g, at, mem, &box)) return;
    uint32_t wide = (uint32_t)(box.east - box.west) + 1,
             high = (uint32_t)(box.north - box.south) + 1;
    struct {
        uint32_t x, y;
    } *random = arena_alloc(mem, POINTS * sizeof *random);
    random_bytes(random, POINTS * sizeof *random);
    size_t inside = 0;
    double from = seconds();
    for (size_t i = 0; i < POINTS; i++) {
        Point p = {box.west + (int32_t)(random[i].x % wide),
                   box.south + (int32_t)(random[i].y % high)};
        inside += area_find(g, p, at) != NIL;
    }
    double took = seconds() - from;
    printf("locate: %d points, %zu of them inside, in %.2f s: %.0f points/s\n", POINTS, inside,
           took, POINTS / took);
}

static int bench(const Args *args, House *house)
{
    static const Sql first =
        SQL("SELECT min(region_no) FROM regions WHERE region = $1 AND region_no > 0");
    Db *db;
    int64_t region = NIL;
    flushes(args);
    const Err *e = folds(house);
    if (!e) e = db_open(house->store, DB_READ, &db);
    if (!e) {
        e = db_int(db, &first, ARGS(ARG_I(REGION_COMMON)), NIL, &region);
        db_close(db);
    }
    if (e) return args_refuse(args, e);
    if (region != NIL) {
        const Ground *g = ground_pin(house->grounds, region);
        locates(g, ledger_clock(house->ledger), args->mem);
        ground_unpin(g);
    }
    return EXIT_FINE;
}

static const ConfKey options[] = {STORE_KEY};
const Command bench_commands[] = {
    {"bench", "", 0, 0, .options = options, .option_count = countof(options),
     .help = "measure what this machine does with a store", .on_store = bench},
};
const size_t bench_command_count = countof(bench_commands);
