/* SPDX-License-Identifier: Apache-2.0 */
/* grid_nouns.h: the descriptors of what makes up the ground; their hooks need nothing of the
 * house. */
#ifndef GRID_GRID_NOUNS_H
#define GRID_GRID_NOUNS_H

#include "def/noun.h"
#include "grid/snapshot.h"

extern const Noun area_noun, department_noun, rule_noun, authority_noun, person_noun;

/* {"id","level","name","code","kind","parent"}, as lists of areas have it. */
void area_json(const AreaSpan *area, JsonOut *w);
/* "path": [the areas from the root down to this one]. */
void area_path_json(const Ground *ground, int64_t area, Instant at, JsonOut *w);

#endif
