/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noun_engine.h: lists, counts, reads, tells and writes the rows of any Noun (def/noun.h). It
 * owns no rows and knows no noun by name. What a view may not see is not there.
 */
#ifndef NOUN_NOUN_ENGINE_H
#define NOUN_NOUN_ENGINE_H

#include "base/geo.h"
#include "def/noun.h"
#include "grid/access.h"

extern const Err NOUN_CURSOR;  /* 422 "cursor" */
extern const Err NOUN_PLACE;   /* 422 "place": lon and lat, in a datum known */
extern const Err NOUN_OUTSIDE; /* 422 "outside": no cell lies there; the nearest and how far */

/* ---- noun_list.c ---- */
/* Rows that fit the query and that view sees, in the noun's order. NOUN_CURSOR. */
MUST const Err *noun_page(const Noun *noun, const NounView *view, const NounAsk *ask,
                          NounPage *out);
/* How many noun_page would give in all; at least so many when the budget was cut. */
MUST const Err *noun_count(const Noun *noun, const NounView *view, const NounAsk *ask,
                           int64_t *out);
/* One row, in view->mem. ERR_NOT_FOUND when it is not there or view may not see it. */
MUST const Err *noun_load(const Noun *noun, const NounView *view, int64_t id, const void **out,
                          bool *out_whole);
/* What a row of an anchored noun is tied to. */
MUST Relations noun_ties(const Noun *noun, const NounView *view, const void *row);
/* Whether view sees the row, and its masked values whole. */
MUST bool noun_sees(const Noun *noun, const NounView *view, const void *row, bool *out_whole);
/* The id of a row. */
MUST int64_t noun_id(const Noun *noun, const void *row);

/* ---- noun_json.c ---- */
/* The row as an object; one: with the members that lists leave out. */
void noun_json(const Noun *noun, const NounView *view, const void *row, bool whole, bool one,
               JsonOut *out);
/* Whether the JSON has the column as it is: shown, and written by no member. */
MUST bool noun_has_column(const Noun *noun, const Column *c);
/* Whether the JSON has "version", which a change must name; and "place", by columns lon and lat
 * that are not shown themselves. */
MUST bool noun_is_versioned(const Noun *noun);
MUST bool noun_is_placed(const Noun *noun);
/* What a page at the desk needs to show the noun: {"name","title","columns":[…],"filters":[…],
 * "verbs":[{"verb","title","form":[…]}]}. can: capabilities of who asks; others' verbs are left
 * out. */
void noun_describe(const Noun *noun, unsigned can, Lang lang, JsonOut *out);

/* ---- noun_history.c ---- */
/* What the ledger tells of a row, in the words of its columns, the newest limit in order of
 * time:
 * {"items":[{"no","at","verb","title","actor","changes":[{"name","title","kind","value"}]}]}.
 * ERR_NOT_FOUND as noun_load. An import's entry is long: not for http's own thread. */
MUST const Err *noun_history(const NounView *view, const Noun *noun, const Ledger *ledger,
                             int64_t id, size_t limit, JsonOut *out);

/* ---- noun_write.c ---- */
MUST const NounVerb *noun_verb(const Noun *noun, Str name); /* NULL: none of that name */
/* The members of a body into a row or draft by its Column table; faults by name. "place" sets
 * lon and lat of a table that has them. skips: members that are the caller's own; NULL: none.
 * Blank texts are null. */
void noun_decode(const Table *form, const Json *body, bool (*skips)(Str member),
                 const Lookup *lookup, Faults *faults, void *row);
/* {"lon","lat","datum"?} turned to WGS84; false, with a fault at "place", when it is none. */
bool noun_decode_place(const Json *place, Faults *faults, Point *out);
/* The cell that lies there; NIL, with NOUN_OUTSIDE at the field, when none does. */
int64_t noun_locate(const Ground *ground, Point p, Instant at, Str field, Faults *faults);
/* The first half of a verb on a noun's own table: the row as it is into a->before, a draft of
 * what it shall be into a->draft. ERR_NOT_FOUND. */
MUST const Err *noun_begin(const Noun *noun, const NounVerb *verb, NounAct *a);
/* The second: locates, asks who may, puts or sets the row as the draft says; what is wrong goes
 * into a->faults, and then nothing was recorded. SCOPE_DENIED. */
MUST const Err *noun_record(const Noun *noun, const NounVerb *verb, NounAct *a);
/*
 * A verb on a row (a->id; NIL: a new one) with a JSON body: permits, decodes, holds version
 * against the row's when the form is the noun's own table, runs. STALE; errors in the order of
 * the contract: 404, 403, 409, 422. out_row: the row as it is
 * afterwards, to be told by a->after.
 */
MUST const Err *noun_act(const Noun *noun, const NounVerb *verb, NounAct *a, const Json *body,
                         const void **out_row, bool *out_whole);

#endif
