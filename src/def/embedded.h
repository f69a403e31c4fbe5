/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embedded.h: the files compiled into the binary: shipped definitions, code lists, calendars,
 * the demo's data. A store takes its definitions from here once; from then on the ledger holds
 * them.
 */
#ifndef DEF_EMBEDDED_H
#define DEF_EMBEDDED_H

#include "base/str.h"

typedef struct {
    const char *path;        /* "defs/flows/visit.yaml" */
    const char *start, *end; /* a NUL byte follows */
} SeedFile;

extern const SeedFile seed_files[];
extern const size_t seed_files_count;

/* The text of a file; STR_NULL when there is none of that path. */
MUST Str seed_text(Str path);
/* "visit" of "defs/flows/visit.yaml". */
MUST Str seed_name(const SeedFile *file);
/* Whether it lies in that folder ("defs/flows/") and ends so (".yaml"). */
MUST bool seed_is(const SeedFile *file, const char *folder, const char *suffix);

#endif
