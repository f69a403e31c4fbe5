/* SPDX-License-Identifier: Apache-2.0 */
/* saved_view.c: the table of saved views, written between the acts. */
#include "grid/saved_view.h"

#define VIEWS_MOST 50

const Err VIEW_MOST = ERROR(ERR_INVALID, "too-many-views", "已保存五十个视图，请先删除不用的",
                            "Fifty views are kept already, remove one first");

static const Column columns[] = {
    COLUMN(SavedView, region, KIND_INT, "区域", "Region", .flags = COLUMN_REQUIRED),
    COLUMN(SavedView, person, KIND_REF, "人员", "Person", .flags = COLUMN_REQUIRED,
           .list = "persons"),
    COLUMN(SavedView, name, KIND_TEXT, "名称", "Name", .flags = COLUMN_REQUIRED, .max = 40),
    COLUMN(SavedView, query, KIND_TEXT, "查询条件", "Query", .flags = COLUMN_REQUIRED,
           .max = 2000),
};
const Table saved_view_table = {.name = "saved_views",
                                .class = CLASS_HOUSE,
                                .columns = columns,
                                .count = countof(columns),
                                .size = sizeof(SavedView),
                                .primary = "(region, person, name)"};

const Err *saved_views(Db *db, Arena *mem, int64_t region, int64_t person, SavedView **out,
                       size_t *out_count)
{
    static const Sql sql =
        SQL("SELECT * FROM saved_views WHERE region = $1 AND person = $2 ORDER BY name");
    return db_all(db, &sql, ARGS(ARG_I(region), ARG_I(person)), &saved_view_table, mem, out,
                  out_count);
}

static const Err *view_write(void *context, Db *db)
{
    static const Sql drop =
        SQL("DELETE FROM saved_views WHERE region = $1 AND person = $2 AND name = $3");
    static const Sql count =
        SQL("SELECT count(*) FROM saved_views WHERE region = $1 AND person = $2");
    const SavedView *v = context;
    int64_t n;
    const Err *e =
        db_run(db, &drop, ARGS(ARG_I(v->region), ARG_I(v->person), ARG_S(v->name)), NULL);
    if (!e) e = db_int(db, &count, ARGS(ARG_I(v->region), ARG_I(v->person)), 0, &n);
    if (e || !v->query.p) return e;
    return n >= VIEWS_MOST ? &VIEW_MOST : db_put_row(db, &saved_view_table, v);
}

const Err *saved_view_keep(Lane *lane, SavedView *view)
{
    return lane_write(lane, view_write, view);
}
