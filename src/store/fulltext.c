/* SPDX-License-Identifier: Apache-2.0 */
/* fulltext.c: SQLite's FTS5 without the texts themselves; its row is id · FULLTEXT_LEVELS +
 * level. */
#include "store/fulltext.h"

#include "store/store_internal.h"

const Err *fulltext_make(Db *db)
{
    return db_script(db, S("CREATE VIRTUAL TABLE IF NOT EXISTS fulltext USING "
                           "fts5(words, content='', tokenize='ascii', prefix='1 3')"));
}

const Err *fulltext_clear(Db *db)
{
    return db_script(db, S("INSERT INTO fulltext(fulltext) VALUES ('delete-all')"));
}

static int64_t row_of(int64_t id, unsigned level)
{
    return id * FULLTEXT_LEVELS + level;
}

const Err *fulltext_put(Db *db, int64_t id, unsigned level, Str words)
{
    static const Sql sql = SQL("INSERT INTO fulltext(rowid, words) VALUES ($1, $2)");
    return db_run(db, &sql, ARGS(ARG_I(row_of(id, level)), ARG_S(words)), NULL);
}

const Err *fulltext_find(Db *db, int64_t region, Str query, Rows *out)
{
    static const Sql sql =
        SQL("SELECT rowid FROM fulltext WHERE fulltext MATCH $1 AND rowid >= "
            "$2 AND rowid < $3 ORDER BY rowid");
    int64_t first = row_of(region << REGION_BITS, 0),
            end = row_of((region + 1) << REGION_BITS, 0);
    return db_rows(db, &sql, ARGS(ARG_S(query), ARG_I(first), ARG_I(end)), out);
}
