/* SPDX-License-Identifier: Apache-2.0 */
/*
 * industry.h: the classification of economic activities (国民经济行业分类, GB/T 4754-2017),
 * read once from the file compiled into the binary (data/codes/gbt4754_2017.csv); never
 * changes, any thread may read it.
 */
#ifndef SUBJECT_INDUSTRY_H
#define SUBJECT_INDUSTRY_H

#include "base/json.h"

typedef struct {
    Str code;      /* "C2611": the section's letter and 0, 2, 3 or 4 digits */
    Str parent;    /* null for a section */
    int64_t level; /* 1 section, 2 division, 3 group, 4 class */
    Str name;
} Industry;

typedef struct Industries Industries;

extern const Err INDUSTRY_CODE; /* 422 "industry": no code of the list */

/* Reads the list in the file's form. What is wrong with it, as csv.h says; made with the
 * binary, it is never. */
MUST const Err *industries_read(Arena *mem, Str csv, const Industries **out);
/* Of a code with or without the section's letter, in any case ("c2611", "2611"); NULL: none. */
MUST const Industry *industry_find(const Industries *list, Str code);
MUST const Industry *industry_at(const Industries *list,
                                 size_t i); /* in the standard's order; NULL at the end */
/* {"list":"industry","title":…,"source":…,"items":[{"code","parent","level","title"}]}; parent
 * null: all, "": the sections, else what lies right below. */
void industries_json(const Industries *list, Str parent, JsonOut *out);

#endif
