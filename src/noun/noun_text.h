/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_text.h: finding a text inside of others. Texts are folded: letters, digits and signs of
 * Han in lower case and half width; all else ends a run. A query is some runs; it is found in a
 * text in which each of them stands, from one sign on. A NounText keeps folded texts of rows in
 * memory, at levels that the floor gives a meaning; what store/fulltext.h finds in the store is
 * the same, for it is asked and filled by pairs of signs that text_words cuts.
 */
#ifndef NOUN_NOUN_TEXT_H
#define NOUN_NOUN_TEXT_H

#include "base/sorted_index.h"
#include "base/str.h"

#define TEXT_LEVELS 3
#define TEXT_RUNS   8 /* of a query; further ones are not asked for */

/* Adds the folded text, each run with a line feed behind. */
void text_fold(Buf *out, Str text);
/* Adds a name's initials, a run: the first letter of the reading of each sign of Han, letters
 * and digits as they are. */
void text_initials(Buf *out, Str name);
/* The words of a folded text for the store: each run's pairs of signs, and its last sign. */
MUST Str text_words(Arena *mem, Str folded);

typedef struct {
    Str runs[TEXT_RUNS]; /* folded */
    size_t count;        /* 0: nothing is found */
} TextQuery;
void text_query(Arena *mem, Str q, TextQuery *out);
/* The query for fulltext_find. */
MUST Str text_match(Arena *mem, const TextQuery *q);
/* Whether all runs stand in a folded text. */
MUST bool text_has(const TextQuery *q, Str folded);

typedef struct {
    int64_t id;
    Str levels[TEXT_LEVELS]; /* folded; p NULL: none */
    int64_t mark, entry;     /* the floor's own; 0 at first */
} TextRow;

typedef struct NounText NounText;
MUST NounText *noun_text_new(void);
void noun_text_free(NounText *text); /* NULL is fine */
/* One writes at a time, readers hold it. */
void noun_text_hold(NounText *text, bool writes);
void noun_text_leave(NounText *text);
MUST size_t noun_text_count(const NounText *text);
/* The row of that id, or NULL. */
MUST TextRow *noun_text_row(const NounText *text, int64_t id);
/* The same, made when it is not there. */
MUST TextRow *noun_text_make(NounText *text, int64_t id);
/* Folds a text into a level of the row, in place of what it was. */
void noun_text_set(TextRow *row, unsigned level, Str text);
void noun_text_drop(NounText *text, int64_t id); /* nothing when it is not there */
/* Each row behind an id, in order; NULL at the end. *spot from noun_text_from. */
MUST OrderSpot noun_text_from(const NounText *text, int64_t id);
MUST TextRow *noun_text_next(const NounText *text, OrderSpot *spot);

#endif
