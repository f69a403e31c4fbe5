/* SPDX-License-Identifier: Apache-2.0 */
/* saved_view.h: views of the register that a person keeps by a name (HOUSE). */
#ifndef GRID_SAVED_VIEW_H
#define GRID_SAVED_VIEW_H

#include "store/lane.h"

typedef struct {
    int64_t region, person;
    Str name, query; /* of the page's address; null: the view goes */
} SavedView;

extern const Table saved_view_table;
extern const Err VIEW_MOST; /* 422 "too-many-views" */

/* Those of a person, by name, in mem. */
MUST const Err *saved_views(Db *db, Arena *mem, int64_t region, int64_t person, SavedView **out,
                            size_t *out_count);
/* In the place of the one of that name. VIEW_MOST. */
MUST const Err *saved_view_keep(Lane *lane, SavedView *view);

#endif
