/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.h: a file of subjects, read cell by cell. Private to this folder. */
#ifndef SUBJECT_SHEET_H
#define SUBJECT_SHEET_H

#include "subject/import.h"
#include "subject/inside.h"

/* The rows of a file as subjects, checked for themselves: cells, codes, places. */
typedef struct {
    Subject *rows;
    int64_t *nos; /* as a spreadsheet counts them */
    size_t count;
    Str heads[64]; /* what the file calls each column of subject_table; null: it has none */
} Sheet;

/* All faults at once in faults; what was read is read. */
void sheet_read(const SubjectImport *spec, Lists *lists, const Ground *ground, Faults *faults,
                Sheet *out);

#endif
