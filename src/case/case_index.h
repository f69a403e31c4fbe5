/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_index.h: the columns of cases in memory, open and ended: 44 bytes a case. What a case is
 * of (flow and its version, state, the values of the fields that its flow marks `index`) is one
 * word, a class: a question looks at each class once.
 */
#ifndef CASE_CASE_INDEX_H
#define CASE_CASE_INDEX_H

#include "case/case.h"
#include "noun/noun_index.h"

enum {
    CASES_CLASS,
    CASES_AREA,
    CASES_MATTER,
    CASES_DEPARTMENT,
    CASES_SUBJECT,
    CASES_DUTY,
    CASES_FILED_BY,
    CASES_OPENED,
    CASES_DUE,
    CASES_ENDED,
    CASES_PARENT, /* a list of one */
    CASES_SEATS,  /* those it has risen to, and those that watch */
    CASES_COLUMNS
};

typedef struct {
    const Flow *flow; /* NULL: the store lacks its definition */
    size_t state;     /* FLOW_NONE: ended by a built-in move */
    Str state_name;
    const Str *values; /* parallel to the flow's indexed fields, in the order of its names;
                          empty: not set */
} CaseClass;

/* Whether lists may filter by the field. */
MUST static inline bool field_is_indexed(const Column *field)
{
    return field->flags & COLUMN_INDEX;
}
/* A value of an indexed field as classes hold it. */
MUST Str field_text(Arena *mem, const Column *field, const Value *v);

MUST NounIndex *case_index_new(Work *work);
/* A case as it is now; after COMMIT, between noun_index_begin and noun_index_end. */
void case_index_put(NounIndex *index, const Instance *run, Arena *mem);
/* Reads all cases of the store, for work->texts, too. */
MUST const Err *case_index_load(Work *work, Db *db);

MUST static inline const CaseClass *shelf_class(const IndexShelf *shelf, uint32_t word)
{
    return shelf->words[CASES_CLASS].words[word].said;
}

#endif
