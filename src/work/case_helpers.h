/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_helpers.h: which departments help with a matter in an area, kept for one ground as long
 * as its rules stand: the columns of cases ask it for each pair of words.
 */
#ifndef WORK_CASE_HELPERS_H
#define WORK_CASE_HELPERS_H

#include "work/case_index.h"

typedef struct HelperCache HelperCache;
MUST HelperCache *helper_cache_new(void);
void helper_cache_free(HelperCache *cache); /* NULL is fine */

/* For one reader: whether one of who's departments helps there. Lives in mem. */
typedef struct HelperTable HelperTable;
MUST HelperTable *helper_table_new(HelperCache *cache, Grounds *grounds, const Who *who,
                                   const IndexShelf *shelf, Instant now, Arena *mem);
/* matter and area are words of the shelf. */
MUST bool helper_table_has(HelperTable *table, uint32_t matter, uint32_t area);

#endif
