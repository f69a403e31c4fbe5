/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_import.h: a table of any noun goes in. Every cell is read by its column, every line is
 * tried by the very acts that will bring it in, in an act that is then given up; only when no
 * line has a fault do they go in, as many rows to an act as an entry holds.
 *
 * The first row names the columns, by their names ("code") or by their words in either
 * language. Columns that mean nothing here are left out and told.
 */
#ifndef NOUN_NOUN_IMPORT_H
#define NOUN_NOUN_IMPORT_H

#include "noun/noun_cell.h"

/* A table of cells, from a CSV file or made. Zero it but for the first four. */
typedef struct {
    const Str *names;
    size_t columns;
    const char *unit; /* what faults call a row: "row", "feature" */
    Faults faults;    /* of rows that could not be read; its mem is the table's */
    bool all; /* it was made: columns that people never set are taken, and cells may be empty */
    int64_t head; /* the row of the names */
    Str *cells;   /* row by row */
    int64_t *nos; /* of the rows in the file, for faults */
    size_t rows, room;
    Str hash; /* of the file; null: none */
} ImportTable;
/* A further row, of empty cells: columns many. */
Str *import_table_add(ImportTable *table, int64_t no);
/* Faults of the names; those of rows are told with those of the lines. */
MUST const Err *import_table_read(Arena *mem, Str csv, ImportTable *out);

/* The lines of a table. */
typedef struct {
    char *all; /* count structs of noun->size */
    size_t count;
    ImportDone done;
} NounLines;
/* The lines of a noun without acts, read and held against each other: ERR_FAULTS with "row 17,
 * column code" each. Lines that are in already are done. */
MUST const Err *noun_read(const ImportSpec *spec, const ImportNoun *noun,
                          const ImportTable *table, NounLines *out);
/* ERR_FAULTS likewise, and nothing was written. Another error: the store changed meanwhile;
 * what went in before stays, and the file may be imported again. */
MUST const Err *noun_import(const ImportSpec *spec, const ImportNoun *noun,
                            const ImportTable *table, ImportDone *out);

#endif
