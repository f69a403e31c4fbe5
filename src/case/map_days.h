/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_days.h: how the cases of a region stood at an instant before. A derived row for each day
 * that is over has those that were open at its end and those that were opened and ended on it,
 * some ten bytes a case; what happened since is read from the entries behind it.
 */
#ifndef CASE_MAP_DAYS_H
#define CASE_MAP_DAYS_H

#include "base/sorted_index.h"
#include "case/case.h"

extern const Table map_day_table;

/* A case as it stood then. Who opened it when, and for whom, the columns of cases tell. */
typedef struct {
    int64_t id;
    size_t state; /* of its flow; FLOW_NONE: ended by a built-in move */
    int64_t area;
    Instant due;
    bool ended;
    bool fresh; /* filed since the day before that is known */
} DayCase;

/* DayCases by (id, 0, 0), which live in view->mem; free it with order_free. When the budget was
 * cut, the last entries are not in it. */
MUST const Err *map_days_at(const CaseView *view, Instant at, Order **out);
/* Writes the next day that is over and has no row yet; more: perhaps there are further ones.
 * Not from the lane's thread. */
MUST const Err *map_days_turn(Work *work, Db *db, Instant now, bool *out_more);

#endif
