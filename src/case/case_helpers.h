/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_helpers.h: which departments help with a matter in an area, kept for one ground as long
 * as its rules stand: the columns of cases ask it for each pair of words.
 */
#ifndef CASE_CASE_HELPERS_H
#define CASE_CASE_HELPERS_H

#include "case/case_index.h"

typedef struct HelperCache HelperCache;
MUST HelperCache *helper_cache_new(void);
void helper_cache_free(HelperCache *cache); /* NULL is fine */

/* For one reader: whether one of who's departments helps there. Lives in mem. */
typedef struct HelperTable HelperTable;
struct HelperTable {
    HelperCache *cache;
    const Who *who;
    const IndexShelf *shelf;
    Instant now;
    Arena *mem;
    bool shared; /* the cache is of who's ground */
    uint32_t areas;
    uint8_t *answers; /* by matter and area: 0 not asked yet, HELPER_NO, HELPER_NO |
                         TIE_DEPARTMENT */
};
#define HELPER_NO 0x80

/* NULL: who is of no department. */
MUST HelperTable *helper_table_new(HelperCache *cache, Grounds *grounds, const Who *who,
                                   const IndexShelf *shelf, Instant now, Arena *mem);
/* What answers holds for a pair of words of the shelf, asked now. */
MUST uint8_t helper_table_ask(HelperTable *table, size_t matter, size_t area);

#endif
