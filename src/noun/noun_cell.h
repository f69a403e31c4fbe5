/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_cell.h: a cell of a file as the value of a column, and back: one rule for words and
 * codes, for dates, and for what spreadsheets leave in text. It knows no noun by name.
 */
#ifndef NOUN_NOUN_CELL_H
#define NOUN_NOUN_CELL_H

#include "def/codelist.h"
#include "grid/import.h"

extern const Err CELL_DATE; /* "date": neither a date nor a date with a time */
extern const Err CELL_NONE; /* "word": no word or code of the list; what it may be */
extern const Err CELL_MANY; /* "words": the word of several codes; which */

/* What a cell may say: a code, or its word in either language. */
typedef struct {
    Str code;
    const char *zh, *en;
} CellWord;

/* A column of a noun as the files have it. */
typedef struct {
    Column column; /* with what the noun leaves to its table */
    const CellWord *words;
    size_t word_count; /* 0: the column's kind says what a cell may be */
    size_t at;         /* of the cell in the rows of a file; SIZE_MAX: there is none */
    Str head;          /* what the file calls it, else its name */
} CellColumn;

/* Where code lists come from; NULL: the list is not known, and any code is taken. */
typedef struct {
    const CodeList *(*find)(void *context, const char *name);
    void *context;
} CellLists;

/* The noun->count columns, none of them in a file yet. */
MUST CellColumn *cell_columns(Arena *mem, const ImportNoun *noun, const CellLists *lists);

/* Without invisible characters and outer blanks, other blanks as spaces, full-width letters and
 * digits as those of ASCII; with signs the full-width signs, too. */
MUST Str cell_clean(Arena *mem, Str cell, bool signs);
/* Whether a clean head of a file is the column's name or its title in either language. */
MUST bool cell_is_head(Arena *mem, const Column *c, Str head);
/* A date (its first instant) or a date with a time, at UTC+8 unless it says its offset:
 * 2024-03-05, 2024/3/5, 2024.3.5, 2024年3月5日, 2024-03-05 08:30, 2024年3月5日8时30分,
 * 2024-03-05T08:30:00+08:00. False: none of these. */
MUST bool cell_instant(Str text, Instant *out);
/* The value of a cell that is not empty and is no KIND_REF. What is wrong is added to faults,
 * without its field. */
MUST bool cell_read(const ImportNoun *noun, const CellColumn *c, Str cell, Faults *faults,
                    Value *out);
/* The value as cell_read takes it; references by their code at an instant. Null is empty. */
MUST Str cell_write(Arena *mem, const Column *c, const Value *v, const Ground *ground,
                    Instant at);

#endif
