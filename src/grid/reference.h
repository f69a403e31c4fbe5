/* SPDX-License-Identifier: Apache-2.0 */
/* reference.h: how an answer names a person, an area or a department; null when there is none.
 */
#ifndef GRID_REFERENCE_H
#define GRID_REFERENCE_H

#include "grid/snapshot.h"

/* {"id","name"}. */
void person_ref(const Ground *ground, int64_t person, JsonOut *w);
/* "phone" of a person, in part unless whole. */
void person_phone(const Ground *ground, int64_t person, bool whole, JsonOut *w);
/* {"id","code","name"} as of an instant. */
void area_ref(const Ground *ground, int64_t area, Instant at, JsonOut *w);
/* {"id","name"} as of an instant. */
void department_ref(const Ground *ground, int64_t department, Instant at, JsonOut *w);

#endif
