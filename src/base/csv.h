/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h: tables as text, RFC 4180 and what spreadsheets make of it: separated by commas,
 * semicolons or tabs, as the names are; CRLF or LF; UTF-8 or UTF-16 with a byte order mark,
 * UTF-8 or GB18030 without. Lines above the names that begin with # are notes; the first row
 * behind them names the columns and every row has as many cells. Empty rows, empty names at the
 * end and the empty cells below them are passed over.
 *
 * A fault is said with its place in err->field: "row 17, column code" or "row 17"; rows are
 * counted as a spreadsheet shows them, notes and empty rows too.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/err.h"

typedef struct {
    Arena *mem;
    Str text;           /* what is not yet read */
    Str *names, *cells; /* columns of each; cells hold until the next row is read */
    size_t columns, room;
    int64_t row;    /* of cells; of the names after csv_open */
    char separator; /* comma, semicolon or tab */
    Buf scratch;    /* cells whose quotes had to be taken out */
} Csv;

extern const Err CSV_NAMES; /* "csv-names": no first row of different names, or over 1,000 */
extern const Err
    CSV_QUOTE;             /* "csv-quote": a quote inside an unquoted cell, or text after one */
extern const Err CSV_OPEN; /* "csv-open": the text ends within quotes */
extern const Err CSV_BREAK;  /* "csv-break": CR without LF */
extern const Err CSV_COUNT;  /* "csv-count": not as many cells as there are names */
extern const Err CSV_UTF8;   /* "csv-utf8": neither UTF-8, UTF-16 nor GB18030, or a NUL */
extern const Err CSV_COLUMN; /* "csv-column": a column that was asked for is not there */

/* A file's text as UTF-8 without byte order mark: text itself, a part of it, or a copy in mem.
 * Bytes that are no encoding known here stay as they are. */
MUST Str csv_text(Arena *mem, Str text);
/* Reads the names. text must outlive csv. Any of the above but CSV_COLUMN. */
MUST const Err *csv_open(Csv *csv, Arena *mem, Str text);
/* Reads the next row into csv->cells; *out_more is false at the end. An empty cell is an empty
 * Str, never STR_NULL. After a fault the next call goes on with the row behind, so that all
 * faults of a file can be told at once; the end comes surely. */
MUST const Err *csv_next(Csv *csv, bool *out_more);
/* The place of the column of that name, or CSV_COLUMN with it. */
MUST const Err *csv_column(const Csv *csv, Str name, size_t *out);
/* "row 17, column code", in csv->mem. */
MUST Str csv_place(const Csv *csv, size_t column);

/* Rows into a Buf, with CRLF, quotes only where needed. With guard set a cell that a
 * spreadsheet would change gets an apostrophe before it: what it would take for a formula
 * (first character = + - @, their full-width forms, tab, CR, LF; not plain numbers such as
 * -5.20), 12 digits and more, digits behind a 0, and what begins with an apostrophe. csv_bare
 * takes it off.
 */
typedef struct {
    Buf *out;
    bool guard;
    bool begun; /* the row has a cell */
} CsvOut;

/* The byte order mark that makes spreadsheets read UTF-8. */
void csv_mark(CsvOut *csv);
void csv_cell(CsvOut *csv, Str cell); /* STR_NULL is an empty cell */
void csv_end(CsvOut *csv);            /* ends the row */
/* The cell without the apostrophe of guard. */
MUST Str csv_bare(Str cell);

#endif
