/* SPDX-License-Identifier: Apache-2.0 */
/* grid_check.h: what `gridward check` asks of the ground: spans that never overlap, codes that
 * are unique at an instant, a tree that hangs together, seats on anchors that stand, outlines
 * that can be read (laws 3 and 5 of the house). */
#ifndef GRID_GRID_CHECK_H
#define GRID_GRID_CHECK_H

#include "ledger/ledger.h"

/* A Checker: all regions, one line per fault. */
MUST const Err *grid_check(const Ledger *ledger, Db *db, Report *report);

#endif
