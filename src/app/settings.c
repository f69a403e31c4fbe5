/* SPDX-License-Identifier: Apache-2.0 */
/* settings.c: one small table of names and values. */
#include "app/settings.h"

static const Column columns[] = {
    COLUMN(HouseFact, region, KIND_INT, "区域", "Region",
           .flags = COLUMN_REQUIRED | COLUMN_INTERNAL),
    COLUMN(HouseFact, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED),
    COLUMN(HouseFact, value, KIND_TEXT, "值", "Value", .flags = COLUMN_REQUIRED),
};
const Table house_fact_table = {.name = "house_facts",
                                .class = CLASS_HOUSE,
                                .columns = columns,
                                .count = countof(columns),
                                .size = sizeof(HouseFact),
                                .primary = "(region, name)"};

const Err *house_fact(Db *db, Arena *mem, Str name, Str *out)
{
    static const Sql sql = SQL("SELECT * FROM house_facts WHERE region = 0 AND name = $1");
    HouseFact fact = {0};
    const Err *e = db_one(db, &sql, ARGS(ARG_S(name)), &house_fact_table, mem, &fact);
    if (e && e->kind != ERR_MISSING) return e;
    *out = fact.value;
    return NULL;
}

static const Err *write(void *context, Db *db)
{
    return db_put_row(db, &house_fact_table, context);
}

const Err *house_fact_set(Lane *lane, Str name, Str value)
{
    HouseFact fact = {.name = name, .value = value};
    return lane_write(lane, write, &fact);
}
