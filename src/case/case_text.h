/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_text.h: which cases a text finds: by their number, their matter, the texts of their
 * fields, the names and addresses of their subjects, who filed them and who has the duty.
 * Texts of open cases lie in memory; a case that has ended waits there until a later turn puts
 * its texts into the store (fulltext.h), and is found all the while. One that is changed
 * after that lies in memory for good.
 */
#ifndef CASE_CASE_TEXT_H
#define CASE_CASE_TEXT_H

#include "case/case_index.h"
#include "noun/noun_text.h"

typedef struct CaseTexts CaseTexts;
MUST CaseTexts *case_texts_new(Ledger *ledger);
void case_texts_free(CaseTexts *texts); /* NULL is fine */
/* A case as it is after COMMIT. */
void case_texts_put(CaseTexts *texts, const Instance *run, Arena *mem);
/* A case that is loaded: stored: the entry as of which the store has its texts; NIL: not yet.
 */
void case_texts_take(CaseTexts *texts, const Instance *run, int64_t stored, Arena *mem);
/* Names and addresses of subjects, at the start and when they change. */
MUST const Err *case_texts_load(CaseTexts *texts, Db *db);
void case_texts_follow(CaseTexts *texts, const Change *change);

/* What a text finds, by how a reader must be tied to a case to find it so. */
enum {
    FOUND_OPEN = 1, /* in what all see who see it */
    FOUND_MASKED = 2,
    FOUND_SEALED = 4,
    FOUND_FINDER = 8 /* by the name of who filed it: not for the subject's own people */
};
typedef struct CaseSearch CaseSearch;
/* Asks the store; before the columns are held. Lives in view->mem. */
MUST const Err *case_search_new(const CaseView *view, Str q, CaseSearch **out);
/* FOUND_… for each row of the shelf, in its order; the columns are held. */
MUST uint8_t *case_search_rows(CaseSearch *search, const IndexShelf *shelf, Arena *mem);

#endif
