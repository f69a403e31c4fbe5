/* SPDX-License-Identifier: Apache-2.0 */
/* house.c: opens everything in order of floors and closes it in reverse. */
#include "main/house.h"

#include <unistd.h>

#include "base/crypt.h"
#include "base/log.h"
#include "base/time.h"
#include "def/seed.h"
#include "grid/check.h"
#include "grid/division.h"
#include "grid/import.h"

const Err HOUSE_NO_STORE = {ERR_INVALID, "no-store", "请用 --store 指定存储", "Say which store with --store", {{0}}, {0}, NULL};
const Err HOUSE_EXISTS = {ERR_CONFLICT, "store-exists", "{0} 已经存在", "{0} exists already", {{0}}, {0}, NULL};
const Err HOUSE_MISSING = {ERR_MISSING, "store-missing", "没有存储 {0},请先运行 gridward init", "There is no store {0}; run gridward init first",
                           {{0}}, {0}, NULL};

static const Table *const tables[] = {
    &entry_table,      &head_table,          &key_table,       &definition_table,     &region_table,      &area_table,
    &area_span_table,  &outline_table,       &area_code_table, &docking_table,        &department_table,  &department_span_table,
    &department_rule_table, &authority_table, &person_table,   &person_fact_table,    &seat_table,        &seat_hold_table,
    &absence_table,    &roster_table,        &import_table,    &division_table,       &case_table,      &case_finder_table,
};

const Table *const *house_tables(size_t *out_count)
{
    *out_count = countof(tables);
    return tables;
}

static Instant house_now(void *context)
{
    House *house = context;
    int64_t test = atomic_load(&house->test_now);
    return test == NIL ? time_wall() : test;
}

static const Err *make_schema(Store *store)
{
    Db *db;
    const Err *e = db_open(store, DB_WRITE, &db);
    if (e) return e;
    int steps;
    e = schema_make(db, tables, countof(tables), &steps);
    if (!e && steps) log_info("schema columns_added=%d", steps);
    db_close(db);
    return e;
}

size_t house_seeds(Arena *mem, Draft **out)
{
    static const struct {
        const char *folder, *suffix, *kind;
    } shelves[] = {
        {"data/codes/", ".yaml", CODES_KIND},
        {"data/calendar/", ".csv", CALENDAR_KIND},
        {"defs/flows/", ".yaml", FLOW_KIND},
    };
    Draft *drafts = arena_array(mem, Draft, seed_files_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < seed_files_count; i++)
        for (size_t k = 0; k < countof(shelves); k++) {
            const SeedFile *f = &seed_files[i];
            if (!seed_is(f, shelves[k].folder, shelves[k].suffix)) continue;
            drafts[n++] = (Draft){str(shelves[k].kind), seed_name(f), {f->start, (size_t)(f->end - f->start)}};
        }
    if (out) *out = drafts;
    return n;
}

/* All of them as one act. */
static const Err *seed(House *house)
{
    Draft *drafts;
    size_t n = house_seeds(house->mem, &drafts), changed;
    return defs_publish(house->defs, drafts, n, house->mem, &changed);
}

static const Err *open_floors(House *house, Str url, HouseMode mode)
{
    const Err *e = store_open(house->mem, url, mode == HOUSE_NEW, &house->store);
    if (!e) e = make_schema(house->store);
    if (!e) e = ledger_open(house->store, tables, countof(tables), house_now, house, &house->ledger);
    size_t kind_count;
    const DefKind *kinds = house_kinds(&kind_count);
    if (!e) e = defs_open(house->ledger, kinds, kind_count, &house->defs);
    if (!e) e = grounds_open(house->ledger, &house->grounds);
    if (!e && mode == HOUSE_NEW) e = seed(house);
    return e;
}

const Err *house_open(Str url, HouseMode mode, Instant now, House **out)
{
    crypt_init();
    Arena *mem = arena_new(0);
    House *house = arena_make(mem, House);
    house->mem = mem;
    atomic_init(&house->test_now, now);
    if (!url.p) return &HOUSE_NO_STORE;
    bool there = access(str_z(mem, url), F_OK) == 0;
    if (mode == HOUSE_NEW && there) return err_make(mem, &HOUSE_EXISTS, url, STR_NULL);
    if (mode == HOUSE_EXISTING && !there) return err_make(mem, &HOUSE_MISSING, url, STR_NULL);
    const Err *e = open_floors(house, url, mode);
    if (e) return e; /* the arena stays: the error lives in it, and the process ends */
    *out = house;
    return NULL;
}

void house_close(House *house)
{
    if (!house) return;
    ledger_close(house->ledger);
    grounds_close(house->grounds);
    defs_close(house->defs);
    store_close(house->store);
    arena_free(house->mem);
}

const Err *house_check(House *house, Report *report, int64_t *out_entries, int64_t *out_rows)
{
    static const Checker checkers[] = {grid_check};
    return ledger_check(house->ledger, checkers, countof(checkers), report, out_entries, out_rows);
}

const Err *house_rebuild(House *house, int64_t *out_entries, int64_t *out_rows)
{
    return ledger_rebuild(house->ledger, NULL, 0, out_entries, out_rows);
}
