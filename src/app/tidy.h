/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tidy.h: which files the ledger names. Entries are read once, each from its first byte to its
 * last: 64 hex digits in a row are taken for a file's hash, wherever they stand, so that no
 * kind of field, no row's older version and no definition need be known here. What no entry
 * names goes after a week.
 */
#ifndef APP_TIDY_H
#define APP_TIDY_H

#include "app/app.h"

/* file_marks (HOUSE): up to which entry of each region the ledger was read. */
typedef struct {
    int64_t region, no;
} FileMark;
extern const Table file_mark_table;

/* Reads on where it ended the last time, in at most so many turns (0: to the end) of a few
 * milliseconds on the lane, and, when it has come to the end, lets go what is loose for too
 * long by the ledger's clock. Not on the lane's thread. */
MUST const Err *tidy_files(House *house, int turns);

#endif
