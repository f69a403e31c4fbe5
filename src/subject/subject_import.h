/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject_import.h: subjects as a noun of imports and exports. A line is known by its code,
 * else by its credit code, else by its name and place; one that is known changes what its cells
 * say. Places come in the datum of the import and are turned to WGS84.
 */
#ifndef SUBJECT_SUBJECT_IMPORT_H
#define SUBJECT_SUBJECT_IMPORT_H

#include "grid/import.h"
#include "subject/subject.h"

extern const Err SUBJECT_CONVERT; /* 422 "conversion": GCJ02 is turned back only for a reason */

/* Lives in mem, and serves one import or export. subjects may be NULL when only its columns are
 * asked for. To import: IMPORT_DATUM, SUBJECT_CONVERT. */
MUST const ImportNoun *subject_import_noun(Arena *mem, Subjects *subjects);

#endif
