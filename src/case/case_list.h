/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_list.h: a filter made ready for the columns of cases, and the blocks that pass it.
 * Private to this folder. The verdict on who sees a row is that of who_sees on its case.
 */
#ifndef CASE_CASE_LIST_H
#define CASE_CASE_LIST_H

#include "case/case_helpers.h"
#include "case/case_index.h"
#include "case/case_internal.h"
#include "case/case_text.h"

#define SIEVE_HOUSE 0x80 /* a tie: the house itself sees all */

/* Answers of words and classes, each asked once; parallel to the dictionaries of the shelf. */
typedef struct {
    const CaseView *view;
    const CaseFilter *filter;
    const IndexShelf *shelf; /* NULL: nothing passes */
    uint32_t *orders;        /* of areas: the preorder number, ORDER_NONE */
    uint8_t *area_in, *area_ties;
    uint8_t *department_in, *department_ties;
    uint8_t *need; /* of classes: the ties that let see what is asked; 0: not asked for */
    uint8_t base;  /* the ties to every case */
    HelperTable *helpers;               /* NULL: who is of no department */
    uint8_t *found;                     /* FOUND_… of rows; NULL: no text is asked for */
    uint8_t *need_masked, *need_sealed; /* of classes: the ties that let see such values */
} Filter;

/* Holds the index until sieve_end. search: of filter->q; NULL when that is null. */
void sieve_begin(const CaseView *view, const CaseFilter *filter, CaseSearch *search,
                 Filter *out);
void sieve_end(Filter *sieve);
/* keep[row] of the shelf's block at: 0xFF passes and is seen, 0 not. False: none does. */
MUST bool sieve_block(const Filter *v, size_t at, uint8_t keep[INDEX_ROWS]);
/* Each row that passes, by its number. */
typedef void (*SieveEach)(void *context, const Filter *v, const IndexBlock *b, size_t row);
void sieve_each(const Filter *v, SieveEach each, void *context);

#endif
