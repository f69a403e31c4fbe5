/* SPDX-License-Identifier: Apache-2.0 */
/* last_visit.h: when somebody last had to do with a subject: who visits it, or reports there,
 * has seen it. */
#ifndef CASE_LAST_VISIT_H
#define CASE_LAST_VISIT_H

#include "case/case.h"

typedef struct LastVisits LastVisits;

/* Goes over all cases in memory once; lives in mem. Not for a request. */
MUST LastVisits *last_visits_find(Work *work, Arena *mem);
/* When the subject's last case was opened, NIL: never. visits is a LastVisits; as
 * subjects_ask_unseen wants it. */
MUST Instant last_visit(void *visits, Db *db, int64_t subject);

#endif
