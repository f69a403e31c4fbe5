/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h: a register of subjects from a file. The whole file is checked first, outside the
 * lane, and all that is wrong with it is told at once, with row and column; only a file without
 * fault goes in, by acts of some thousand rows that name one job. Such a job goes on where it
 * broke off when the same file is imported again, and does nothing when it is in already.
 *
 * The first row names the columns, in English ("name") or in words ("名称", "Name"), as
 * subject_template prints them; a column that is none is refused. Lines before it that begin
 * with # are notes.
 */
#ifndef SUBJECT_IMPORT_H
#define SUBJECT_IMPORT_H

#include "base/datum.h"
#include "grid/import.h"
#include "subject/subject.h"

#define IMPORT_PART 2000 /* rows of one act: the lane is held for some 50 ms */

typedef struct {
    Subjects *subjects;
    Db *db;     /* reads */
    Arena *mem; /* faults and what is told live there */
    int64_t region, actor, seat;
    const Who *who; /* NULL: the house */
    Str name;       /* the file's */
    Str csv;
    bool has_datum;
    Datum datum;
    Str conversion; /* GCJ02: the reason for turning it back; else null */
    size_t part;    /* rows of an act; 0: IMPORT_PART, at most 5,000 */
} SubjectImport;

extern const Err SUBJECT_CONVERT; /* 422 "conversion": GCJ02 is turned back only for a reason */
extern const Err SUBJECT_WORD;    /* 422 "word": none of the list's codes or words */

/* IMPORT_DATUM, SUBJECT_CONVERT, SCOPE_DENIED, or ERR_FAULTS with "row 17, column uscc" each
 * (at most 1,000 are told), and nothing was written. */
MUST const Err *subjects_import(const SubjectImport *spec, ImportDone *out);

/* An empty file with the names of the columns, and notes on what belongs into each. */
void subject_template(Lang lang, Buf *out);

#endif
