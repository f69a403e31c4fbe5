/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h: tables as text, RFC 4180 to the letter: comma, double quote, CRLF or LF, UTF-8 with or
 * without a byte order mark. The first row names the columns and every row has as many cells.
 *
 * A fault is said with its place in err->field: "row 17, column code" or "row 17"; rows are
 * counted as a spreadsheet shows them, the names being row 1.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/err.h"

typedef struct {
    Arena *mem;
    Str text;           /* what is not yet read */
    Str *names, *cells; /* columns of each; cells hold until the next row is read */
    size_t columns, room;
    int64_t row; /* of cells, 1 after csv_open */
    Buf scratch; /* cells whose quotes had to be taken out */
} Csv;

extern const Err CSV_NAMES; /* "csv-names": no first row of different names, or over 1,000 */
extern const Err
    CSV_QUOTE;             /* "csv-quote": a quote inside an unquoted cell, or text after one */
extern const Err CSV_OPEN; /* "csv-open": the text ends within quotes */
extern const Err CSV_BREAK;  /* "csv-break": CR without LF */
extern const Err CSV_COUNT;  /* "csv-count": not as many cells as there are names */
extern const Err CSV_UTF8;   /* "csv-utf8": not UTF-8, or a NUL */
extern const Err CSV_COLUMN; /* "csv-column": a column that was asked for is not there */

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
 * spreadsheet would take for a formula (first character = + - @, their full-width forms, tab,
 * CR, LF) gets an apostrophe before it; plain numbers such as -5.20 do not. */
typedef struct {
    Buf *out;
    bool guard;
    bool begun; /* the row has a cell */
} CsvOut;

/* The byte order mark that makes spreadsheets read UTF-8. */
void csv_mark(CsvOut *csv);
void csv_cell(CsvOut *csv, Str cell); /* STR_NULL is an empty cell */
void csv_end(CsvOut *csv);            /* ends the row */

#endif
