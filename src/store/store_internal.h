/* SPDX-License-Identifier: Apache-2.0 */
/* store_internal.h: what the files of store/ need of an engine beyond store.h. Private to this
 * folder.
 */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include "store/store.h"

/* Runs statements without arguments or results; text must be NUL-terminated. */
MUST const Err *db_script(Db *db, Str text);
/* The columns a table has now; none when it does not exist. At most 64. */
MUST const Err *db_columns(Db *db, const char *table, Arena *mem, Str **out, size_t *out_count);
/* fulltext.c: makes the index of texts, unless it is there. */
MUST const Err *fulltext_make(Db *db);
/* False after an error that made the engine roll everything back by itself. */
MUST bool db_in_transaction(const Db *db);

#endif
