/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fulltext.h: which rows hold a text, for all nouns: by the row's id and a level, a number
 * below FULLTEXT_LEVELS that says who may find it so. It holds words that its user has cut and
 * joined by blanks; what was put cannot be taken out again but with all. schema_make makes it.
 */
#ifndef STORE_FULLTEXT_H
#define STORE_FULLTEXT_H

#include "store/store.h"

#define FULLTEXT_LEVELS 4

/* Takes all out. */
MUST const Err *fulltext_clear(Db *db);
/* Once for each id and level. */
MUST const Err *fulltext_put(Db *db, int64_t id, unsigned level, Str words);
/*
 * The rows of a region in which all phrases of the query stand: words in double quotes, one
 * behind the other; behind a single one an asterisk for its beginning. Gives one number for
 * each id and level, ascending: fulltext_id and fulltext_level take it apart.
 */
MUST const Err *fulltext_find(Db *db, int64_t region, Str query, Rows *out);
MUST static inline int64_t fulltext_id(int64_t found)
{
    return found / FULLTEXT_LEVELS;
}
MUST static inline unsigned fulltext_level(int64_t found)
{
    return (unsigned)(found % FULLTEXT_LEVELS);
}

#endif
